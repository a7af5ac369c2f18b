-- Whether the customer of a case gave a higher score in a later answer, kept so that figures count no answers.
-- Triggers keep it, because answers, revisions, erasures and imports all change it, in transactions of their own.

ALTER TABLE cases ADD COLUMN customer TEXT; -- the answer's
ALTER TABLE cases ADD COLUMN recovered INTEGER NOT NULL DEFAULT 0; -- a later answer of the customer is above `lowest`

UPDATE cases SET customer = (
    SELECT a.customer FROM answers AS a WHERE a.site = cases.site AND a.survey = cases.survey AND a.id = cases.id);
UPDATE cases SET recovered = 1 WHERE customer IS NOT NULL AND EXISTS (
    SELECT 1 FROM answers AS b INDEXED BY answers_of_customer
    WHERE b.site = cases.site AND b.customer = cases.customer AND b.received_at > cases.opened_at
        AND b.score > cases.lowest);

CREATE INDEX cases_of_customer ON cases (site, customer, recovered, lowest, opened_at) WHERE customer IS NOT NULL;

-- Under the name that older collectors know.
DROP INDEX cases_by_opening;
CREATE INDEX cases_by_opening ON cases (site, opened_at, closed, lowest, score, due_at, told_at, solved, recovered);

CREATE TRIGGER case_opened AFTER INSERT ON cases BEGIN
    UPDATE cases SET customer = a.customer FROM answers AS a
    WHERE cases.site = NEW.site AND cases.survey = NEW.survey AND cases.id = NEW.id
        AND a.site = NEW.site AND a.survey = NEW.survey AND a.id = NEW.id AND a.customer IS NOT NULL;
END;

CREATE TRIGGER case_changed AFTER UPDATE OF customer, lowest, opened_at ON cases
WHEN OLD.customer IS NOT NEW.customer OR OLD.lowest <> NEW.lowest OR OLD.opened_at <> NEW.opened_at BEGIN
    UPDATE cases SET recovered = 1 - recovered
    WHERE site = NEW.site AND survey = NEW.survey AND id = NEW.id AND recovered <> EXISTS (
        SELECT 1 FROM answers AS b INDEXED BY answers_of_customer
        WHERE b.site = NEW.site AND b.customer = NEW.customer AND b.customer IS NOT NULL
            AND b.received_at > NEW.opened_at AND b.score > NEW.lowest);
END;

CREATE TRIGGER customer_answered AFTER INSERT ON answers WHEN NEW.customer IS NOT NULL BEGIN
    UPDATE cases SET recovered = 1
    WHERE site = NEW.site AND customer = NEW.customer AND customer IS NOT NULL AND recovered = 0
        AND lowest < NEW.score AND opened_at < NEW.received_at;
END;

CREATE TRIGGER customer_revised AFTER UPDATE OF customer, score ON answers
WHEN OLD.customer IS NOT NEW.customer OR (NEW.customer IS NOT NULL AND OLD.score <> NEW.score) BEGIN
    UPDATE cases SET customer = NEW.customer
    WHERE site = NEW.site AND survey = NEW.survey AND id = NEW.id AND customer IS NOT NEW.customer;
    UPDATE cases SET recovered = 0
    WHERE site = OLD.site AND customer = OLD.customer AND customer IS NOT NULL AND recovered = 1
        AND lowest < OLD.score AND opened_at < OLD.received_at AND NOT EXISTS (
            SELECT 1 FROM answers AS b INDEXED BY answers_of_customer
            WHERE b.site = cases.site AND b.customer = cases.customer AND b.customer IS NOT NULL
                AND b.received_at > cases.opened_at AND b.score > cases.lowest);
    UPDATE cases SET recovered = 1
    WHERE site = NEW.site AND customer = NEW.customer AND customer IS NOT NULL AND recovered = 0
        AND lowest < NEW.score AND opened_at < NEW.received_at;
END;
