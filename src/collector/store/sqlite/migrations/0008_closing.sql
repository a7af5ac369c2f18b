-- Closing the loop: when the customer was told, what the customer says to "is it solved?", and what the mails of
-- a site need.

ALTER TABLE cases ADD COLUMN told_at INTEGER; -- when the customer was told last
ALTER TABLE cases ADD COLUMN solved INTEGER; -- the customer's answer: 1 yes, 0 no

UPDATE cases SET told_at = (
    SELECT max(at) FROM case_events AS e
    WHERE e.site = cases.site AND e.survey = cases.survey AND e.id = cases.id AND e.what = 'tell'
) WHERE closed = 1;

-- The cases of one cause.
CREATE INDEX cases_of_cause ON cases (site, cause, closed, urgency, due_at, survey, id) WHERE cause IS NOT NULL;

-- Figures of a period are counted from this index alone.
CREATE INDEX cases_by_opening ON cases (site, opened_at, closed, lowest, score, due_at, told_at, solved, survey, id);

-- Keys that all collectors of this database share. Each is made once, at random.
CREATE TABLE secrets (
    site                TEXT NOT NULL,
    name                TEXT NOT NULL,
    value               TEXT NOT NULL,
    PRIMARY KEY (site, name)
) STRICT, WITHOUT ROWID;

-- The weeks whose mail was written; the first collector that adds the row writes it.
CREATE TABLE weekly_mails (
    site                TEXT NOT NULL,
    week                TEXT NOT NULL, -- its Monday, such as 2026-11-23
    at                  INTEGER NOT NULL,
    PRIMARY KEY (site, week)
) STRICT, WITHOUT ROWID;
