-- The tables of SQLite's version 2, made so that what speaks PostgreSQL's wire can shard them by site: keys
-- begin with it, and there is no sequence, foreign key, trigger or time partition. Times are milliseconds
-- since 1970, texts are compared by their bytes, JSON is text.

CREATE TABLE sites (
    id                  text COLLATE "C" PRIMARY KEY,
    settings            text NOT NULL -- a JSON object
);

CREATE TABLE tokens (
    site                text COLLATE "C" NOT NULL,
    name                text COLLATE "C" NOT NULL,
    hash                text NOT NULL, -- SHA-256 of the token
    scopes              text NOT NULL, -- names with blanks between
    created_at          bigint NOT NULL,
    revoked_at          bigint,
    PRIMARY KEY (site, name)
);

-- How many answers of a day have a score. A day is one of UTC, in days since 1970.
CREATE TABLE tallies (
    site                text COLLATE "C" NOT NULL,
    survey              text COLLATE "C" NOT NULL,
    touchpoint          text COLLATE "C" NOT NULL,
    day                 bigint NOT NULL,
    score               smallint NOT NULL,
    n                   bigint NOT NULL,
    PRIMARY KEY (site, survey, touchpoint, day, score)
);

-- One row an answer, at its highest revision.
CREATE TABLE answers (
    site                text COLLATE "C" NOT NULL,
    survey              text COLLATE "C" NOT NULL,
    id                  text COLLATE "C" NOT NULL, -- UUID, made in the browser: the idempotency key
    rev                 bigint NOT NULL,
    complete            boolean NOT NULL, -- false while a comment may still follow
    touchpoint          text COLLATE "C" NOT NULL,
    score               smallint NOT NULL,
    comment             text,
    contact_allowed     boolean NOT NULL,
    contact_how         text,
    customer            text COLLATE "C",
    properties          text NOT NULL, -- a JSON object of texts
    language            text,
    wording             text,
    answered_at         bigint NOT NULL, -- by the collector's clock
    received_at         bigint NOT NULL, -- of the first revision that came in
    changed_at          bigint NOT NULL, -- of the revision that is kept
    -- What the revision before counted under, null for the first one: the statement that writes a revision
    -- takes it off the tallies.
    was_touchpoint      text COLLATE "C",
    was_day             bigint,
    was_score           smallint,
    PRIMARY KEY (site, survey, id)
);

-- The ends of a period that is no whole day of UTC are counted from this index alone.
CREATE INDEX answers_by_moment ON answers (site, answered_at, survey, touchpoint, score);

-- Pages, newest first: of a site, of a survey, of a touchpoint.
CREATE INDEX answers_by_arrival ON answers (site, received_at, survey, id);
CREATE INDEX answers_of_survey ON answers (site, survey, received_at, id);
CREATE INDEX answers_of_touchpoint ON answers (site, touchpoint, received_at, survey, id);

-- One customer's answers.
CREATE INDEX answers_of_customer ON answers (site, customer) WHERE customer IS NOT NULL;
