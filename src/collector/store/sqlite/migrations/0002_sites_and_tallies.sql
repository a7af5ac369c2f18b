-- Sites, tokens and tallies; every answer so far is of the site `default`.
--
-- An older collector that still runs can't go on writing beside this one and leave the tallies wrong: the
-- two columns of arrivals have new names, so its next write fails, it opens the file anew, reads this
-- version and refuses. Until it is stopped it replies 503, and browsers keep their answers.

CREATE TABLE sites (
    id                  TEXT NOT NULL PRIMARY KEY,
    settings            TEXT NOT NULL -- a JSON object
) STRICT, WITHOUT ROWID;

CREATE TABLE tokens (
    site                TEXT NOT NULL,
    name                TEXT NOT NULL,
    hash                TEXT NOT NULL, -- SHA-256 of the token
    scopes              TEXT NOT NULL, -- names with blanks between
    created_at          INTEGER NOT NULL,
    revoked_at          INTEGER,
    PRIMARY KEY (site, name)
) STRICT, WITHOUT ROWID;

-- How many answers of a day have a score. A day is one of UTC, in days since 1970.
CREATE TABLE tallies (
    site                TEXT NOT NULL,
    survey              TEXT NOT NULL,
    touchpoint          TEXT NOT NULL,
    day                 INTEGER NOT NULL,
    score               INTEGER NOT NULL,
    n                   INTEGER NOT NULL,
    PRIMARY KEY (site, survey, touchpoint, day, score)
) STRICT, WITHOUT ROWID;

DROP INDEX answers_by_score;
DROP INDEX answers_by_arrival;
DROP INDEX answers_of_survey_by_arrival;
ALTER TABLE answers RENAME TO answers_1;

-- One row an answer, at its highest revision. Times are milliseconds since 1970.
CREATE TABLE answers (
    site                TEXT NOT NULL,
    survey              TEXT NOT NULL,
    id                  TEXT NOT NULL, -- UUID, made in the browser: the idempotency key
    rev                 INTEGER NOT NULL,
    complete            INTEGER NOT NULL, -- 0 while a comment may still follow
    touchpoint          TEXT NOT NULL,
    score               INTEGER NOT NULL,
    comment             TEXT,
    contact_allowed     INTEGER NOT NULL,
    contact_how         TEXT,
    customer            TEXT,
    properties          TEXT NOT NULL, -- a JSON object of texts
    language            TEXT,
    wording             TEXT,
    answered_at         INTEGER NOT NULL, -- by the collector's clock
    received_at         INTEGER NOT NULL, -- of the first revision that came in
    changed_at          INTEGER NOT NULL, -- of the revision that is kept
    PRIMARY KEY (site, survey, id)
) STRICT;

INSERT INTO answers SELECT
    'default', survey, id, rev, complete, touchpoint, score, comment, contact_allowed, contact_how,
    customer, properties, language, wording, answered_at, first_received_at, last_received_at
FROM answers_1;
DROP TABLE answers_1;

INSERT INTO tallies
SELECT site, survey, touchpoint, answered_at / 86400000, score, count(*)
FROM answers GROUP BY 1, 2, 3, 4, 5;

-- The ends of a period that is no whole day of UTC are counted from this index alone.
CREATE INDEX answers_by_moment ON answers (site, answered_at, survey, touchpoint, score);

-- Pages, newest first: of a site, of a survey, of a touchpoint.
CREATE INDEX answers_by_arrival ON answers (site, received_at, survey, id);
CREATE INDEX answers_of_survey ON answers (site, survey, received_at, id);
CREATE INDEX answers_of_touchpoint ON answers (site, touchpoint, received_at, survey, id);

-- One customer's answers.
CREATE INDEX answers_of_customer ON answers (site, customer) WHERE customer IS NOT NULL;
