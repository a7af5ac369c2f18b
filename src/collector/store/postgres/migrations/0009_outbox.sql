-- Notices: who is told of which events. The outbox: the events that they still have to be told of, and those
-- that they were told of.
--
-- An older collector that still runs doesn't know them: nobody is told of the answers that it takes.

CREATE TABLE notices (
    site                text COLLATE "C" NOT NULL,
    name                text COLLATE "C" NOT NULL,
    settings            text NOT NULL, -- JSON
    failing_since       bigint,
    off_since           bigint,
    error               text,
    PRIMARY KEY (site, name)
);

-- A row for each event and notice. It holds ids only: the message is made when it is sent.
CREATE TABLE outbox (
    site                text COLLATE "C" NOT NULL,
    notice              text COLLATE "C" NOT NULL,
    survey              text COLLATE "C" NOT NULL,
    id                  text COLLATE "C" NOT NULL, -- the answer's
    event               text COLLATE "C" NOT NULL,
    number              bigint NOT NULL, -- the answer's revision, or the case's version
    at                  bigint NOT NULL,
    period              bigint NOT NULL, -- the end of a digest's period; 0: a message of its own
    due_at              bigint NOT NULL, -- also the end of a lease
    leased              bigint NOT NULL, -- how often; a worker whose lease has ended has a smaller number
    failed              bigint NOT NULL, -- attempts
    state               smallint NOT NULL, -- 0: waits, 1: delivered, 2: all attempts failed
    said                text, -- the latest error, or the reply's status
    ended_at            bigint,
    PRIMARY KEY (site, notice, survey, id, event, number)
);

CREATE INDEX outbox_due ON outbox (site, notice, due_at) WHERE state = 0;
CREATE INDEX outbox_by_time ON outbox (site, at);
