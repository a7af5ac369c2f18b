-- The number over time: groups of answers, notes and lines of the chart, and how often the question was shown.

-- The declared properties under which the answer is counted in group_tallies, as a JSON object; NULL for none.
ALTER TABLE answers ADD COLUMN grouped TEXT;

-- How many answers of a day have a score, by the value of a declared property. A day is one of UTC.
CREATE TABLE group_tallies (
    site                TEXT NOT NULL,
    property            TEXT NOT NULL,
    survey              TEXT NOT NULL,
    value               TEXT NOT NULL,
    day                 INTEGER NOT NULL,
    score               INTEGER NOT NULL,
    n                   INTEGER NOT NULL,
    PRIMARY KEY (site, property, survey, value, day, score)
) STRICT, WITHOUT ROWID;

-- What the shop adds to its charts: notes, a target, a benchmark, archived groups.
CREATE TABLE marks (
    site                TEXT NOT NULL,
    id                  TEXT NOT NULL,
    mark                TEXT NOT NULL, -- a JSON object
    PRIMARY KEY (site, id)
) STRICT, WITHOUT ROWID;

-- How often the question was shown, closed, answered and commented. A day is one of UTC.
CREATE TABLE askings (
    site                TEXT NOT NULL,
    survey              TEXT NOT NULL,
    day                 INTEGER NOT NULL,
    touchpoint          TEXT NOT NULL,
    wording             TEXT NOT NULL,
    mode                TEXT NOT NULL,
    shown               INTEGER NOT NULL,
    closed              INTEGER NOT NULL,
    scored              INTEGER NOT NULL,
    commented           INTEGER NOT NULL,
    PRIMARY KEY (site, survey, day, touchpoint, wording, mode)
) STRICT, WITHOUT ROWID;
