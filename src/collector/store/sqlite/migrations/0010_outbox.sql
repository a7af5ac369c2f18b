-- Notices: who is told of which events. The outbox: the events that they still have to be told of, and those
-- that they were told of.
--
-- An older collector that still runs doesn't know them: nobody is told of the answers that it takes.

CREATE TABLE notices (
    site                TEXT NOT NULL,
    name                TEXT NOT NULL,
    settings            TEXT NOT NULL, -- JSON
    failing_since       INTEGER,
    off_since           INTEGER,
    error               TEXT,
    PRIMARY KEY (site, name)
) STRICT, WITHOUT ROWID;

-- A row for each event and notice. It holds ids only: the message is made when it is sent.
CREATE TABLE outbox (
    site                TEXT NOT NULL,
    notice              TEXT NOT NULL,
    survey              TEXT NOT NULL,
    id                  TEXT NOT NULL, -- the answer's
    event               TEXT NOT NULL,
    number              INTEGER NOT NULL, -- the answer's revision, or the case's version
    at                  INTEGER NOT NULL,
    period              INTEGER NOT NULL, -- the end of a digest's period; 0: a message of its own
    due_at              INTEGER NOT NULL, -- also the end of a lease
    leased              INTEGER NOT NULL, -- how often; a worker whose lease has ended has a smaller number
    failed              INTEGER NOT NULL, -- attempts
    state               INTEGER NOT NULL, -- 0: waits, 1: delivered, 2: all attempts failed
    said                TEXT, -- the latest error, or the reply's status
    ended_at            INTEGER,
    PRIMARY KEY (site, notice, survey, id, event, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX outbox_due ON outbox (site, notice, due_at) WHERE state = 0;
CREATE INDEX outbox_by_time ON outbox (site, at);
