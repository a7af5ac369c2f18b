-- Cases: what the shop does about an answer. Answers of before open none.
--
-- An older collector that still runs doesn't know them: the answers that it takes open no case. It writes to
-- none of these tables, so nothing in them becomes wrong.

CREATE TABLE cases (
    site                text COLLATE "C" NOT NULL,
    survey              text COLLATE "C" NOT NULL,
    id                  text COLLATE "C" NOT NULL, -- the answer's
    version             bigint NOT NULL, -- who changes it names the one that they saw
    state               smallint NOT NULL,
    closed              boolean NOT NULL, -- whether the state is the last one
    urgency             smallint NOT NULL, -- the smaller, the more urgent
    due_at              bigint NOT NULL,
    owner               text COLLATE "C" NOT NULL, -- empty: nobody
    cause               text,
    touchpoint          text COLLATE "C" NOT NULL, -- the answer's, like the score
    score               smallint NOT NULL,
    lowest              smallint NOT NULL, -- of all scores that the customer gave
    opened_at           bigint NOT NULL,
    PRIMARY KEY (site, survey, id)
);

-- The list of all, and that of one person or of nobody. What else it may be asked for stands in them too, so that
-- the rows of other cases are not looked at.
CREATE INDEX cases_by_urgency ON cases (site, closed, urgency, due_at, survey, id, score, touchpoint);
CREATE INDEX cases_of_owner ON cases (site, owner, closed, urgency, due_at, survey, id, score, touchpoint);

-- What happened to a case.
CREATE TABLE case_events (
    site                text COLLATE "C" NOT NULL,
    survey              text COLLATE "C" NOT NULL,
    id                  text COLLATE "C" NOT NULL,
    version             bigint NOT NULL, -- the one that it made
    at                  bigint NOT NULL,
    who                 text NOT NULL, -- empty: the customer
    what                text NOT NULL,
    text                text,
    PRIMARY KEY (site, survey, id, version)
);

-- The causes that a site has named so far.
CREATE TABLE causes (
    site                text COLLATE "C" NOT NULL,
    name                text COLLATE "C" NOT NULL,
    created_at          bigint NOT NULL,
    PRIMARY KEY (site, name)
);

-- Who has signed in. Secrets and tokens are kept as their SHA-256 only.
CREATE TABLE sessions (
    site                text COLLATE "C" NOT NULL, -- the token's; empty: all
    hash                text COLLATE "C" NOT NULL,
    token_hash          text NOT NULL,
    expires_at          bigint NOT NULL,
    PRIMARY KEY (site, hash)
);
