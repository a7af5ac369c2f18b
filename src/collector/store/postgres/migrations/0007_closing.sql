-- Closing the loop: when the customer was told, what the customer says to "is it solved?", and what the mails of
-- a site need.

ALTER TABLE cases ADD COLUMN told_at bigint; -- when the customer was told last
ALTER TABLE cases ADD COLUMN solved boolean; -- the customer's answer

UPDATE cases SET told_at = (
    SELECT max(at) FROM case_events AS e
    WHERE e.site = cases.site AND e.survey = cases.survey AND e.id = cases.id AND e.what = 'tell'
) WHERE closed;

-- The cases of one cause.
CREATE INDEX cases_of_cause ON cases (site, cause, closed, urgency, due_at, survey, id) WHERE cause IS NOT NULL;

-- Figures of a period are counted from this index alone.
CREATE INDEX cases_by_opening ON cases (site, opened_at, closed, lowest, score, due_at, told_at, solved, survey, id);

-- Keys that all collectors of this database share. Each is made once, at random.
CREATE TABLE secrets (
    site                text COLLATE "C" NOT NULL,
    name                text COLLATE "C" NOT NULL,
    value               text NOT NULL,
    PRIMARY KEY (site, name)
);

-- The weeks whose mail was written; the first collector that adds the row writes it.
CREATE TABLE weekly_mails (
    site                text COLLATE "C" NOT NULL,
    week                text COLLATE "C" NOT NULL, -- its Monday, such as 2026-11-23
    at                  bigint NOT NULL,
    PRIMARY KEY (site, week)
);
