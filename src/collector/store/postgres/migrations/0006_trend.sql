-- The number over time: groups of answers, notes and lines of the chart, and how often the question was shown.

-- The declared properties under which the answer is counted in group_tallies, as a JSON object; NULL for none.
--
-- An older collector that still serves doesn't know group_tallies: it can't write a new revision over an answer
-- that is counted there, which would leave that count wrong. All else it can.
ALTER TABLE answers
    ADD COLUMN grouped text,
    ADD COLUMN grouped_rev bigint CONSTRAINT grouped_is_kept CHECK (grouped_rev = rev),
    -- What the revision before was counted under.
    ADD COLUMN was_grouped text;

-- How many answers of a day have a score, by the value of a declared property. A day is one of UTC.
CREATE TABLE group_tallies (
    site                text COLLATE "C" NOT NULL,
    property            text COLLATE "C" NOT NULL,
    survey              text COLLATE "C" NOT NULL,
    value               text COLLATE "C" NOT NULL,
    day                 bigint NOT NULL,
    score               smallint NOT NULL,
    n                   bigint NOT NULL,
    PRIMARY KEY (site, property, survey, value, day, score)
);

-- What the shop adds to its charts: notes, a target, a benchmark, archived groups.
CREATE TABLE marks (
    site                text COLLATE "C" NOT NULL,
    id                  text COLLATE "C" NOT NULL,
    mark                text NOT NULL, -- a JSON object
    PRIMARY KEY (site, id)
);

-- How often the question was shown, closed, answered and commented. A day is one of UTC.
CREATE TABLE askings (
    site                text COLLATE "C" NOT NULL,
    survey              text COLLATE "C" NOT NULL,
    day                 bigint NOT NULL,
    touchpoint          text COLLATE "C" NOT NULL,
    wording             text COLLATE "C" NOT NULL,
    mode                text COLLATE "C" NOT NULL,
    shown               bigint NOT NULL,
    closed              bigint NOT NULL,
    scored              bigint NOT NULL,
    commented           bigint NOT NULL,
    PRIMARY KEY (site, survey, day, touchpoint, wording, mode)
);
