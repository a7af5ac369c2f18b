-- Cases: what the shop does about an answer. Answers of before open none.
--
-- An older collector that still runs doesn't know them: the answers that it takes open no case. It writes to
-- none of these tables, so nothing in them becomes wrong.

CREATE TABLE cases (
    site                TEXT NOT NULL,
    survey              TEXT NOT NULL,
    id                  TEXT NOT NULL, -- the answer's
    version             INTEGER NOT NULL, -- who changes it names the one that they saw
    state               INTEGER NOT NULL,
    closed              INTEGER NOT NULL, -- whether the state is the last one
    urgency             INTEGER NOT NULL, -- the smaller, the more urgent
    due_at              INTEGER NOT NULL,
    owner               TEXT NOT NULL, -- empty: nobody
    cause               TEXT,
    touchpoint          TEXT NOT NULL, -- the answer's, like the score
    score               INTEGER NOT NULL,
    lowest              INTEGER NOT NULL, -- of all scores that the customer gave
    opened_at           INTEGER NOT NULL,
    PRIMARY KEY (site, survey, id)
) STRICT, WITHOUT ROWID;

-- The list of all, and that of one person or of nobody. What else it may be asked for stands in them too, so that
-- the rows of other cases are not looked at.
CREATE INDEX cases_by_urgency ON cases (site, closed, urgency, due_at, survey, id, score, touchpoint);
CREATE INDEX cases_of_owner ON cases (site, owner, closed, urgency, due_at, survey, id, score, touchpoint);

-- What happened to a case.
CREATE TABLE case_events (
    site                TEXT NOT NULL,
    survey              TEXT NOT NULL,
    id                  TEXT NOT NULL,
    version             INTEGER NOT NULL, -- the one that it made
    at                  INTEGER NOT NULL,
    who                 TEXT NOT NULL, -- empty: the customer
    what                TEXT NOT NULL,
    text                TEXT,
    PRIMARY KEY (site, survey, id, version)
) STRICT, WITHOUT ROWID;

-- The causes that a site has named so far.
CREATE TABLE causes (
    site                TEXT NOT NULL,
    name                TEXT NOT NULL,
    created_at          INTEGER NOT NULL,
    PRIMARY KEY (site, name)
) STRICT, WITHOUT ROWID;

-- Who has signed in. Secrets and tokens are kept as their SHA-256 only.
CREATE TABLE sessions (
    site                TEXT NOT NULL, -- the token's; empty: all
    hash                TEXT NOT NULL,
    token_hash          TEXT NOT NULL,
    expires_at          INTEGER NOT NULL,
    PRIMARY KEY (site, hash)
) STRICT, WITHOUT ROWID;
