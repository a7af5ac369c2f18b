-- One row an answer, at its highest revision. Times are milliseconds since 1970.
-- The category is not kept: it follows from the score by the survey's rules.
CREATE TABLE answers (
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
    first_received_at   INTEGER NOT NULL, -- of the first revision that came in
    last_received_at    INTEGER NOT NULL, -- of the revision that is kept
    PRIMARY KEY (survey, id)
) STRICT;

-- Results are counted from this index alone, in its own order.
CREATE INDEX answers_by_score ON answers (survey, touchpoint, score, answered_at);

-- Pages, newest first, of everything and of one survey.
CREATE INDEX answers_by_arrival ON answers (first_received_at, survey, id);
CREATE INDEX answers_of_survey_by_arrival ON answers (survey, first_received_at, id);
