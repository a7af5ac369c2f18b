-- Whether the customer of a case gave a higher score in a later answer, kept so that figures count no answers.
-- Collectors count it anew after they have stored an answer. Older ones that still run don't.

ALTER TABLE cases
    ADD COLUMN customer text COLLATE "C", -- the answer's
    ADD COLUMN recovered boolean NOT NULL DEFAULT false, -- a later answer of the customer is above `lowest`
    -- That answer.
    ADD COLUMN by_survey text COLLATE "C",
    ADD COLUMN by_id text COLLATE "C";

UPDATE cases AS c SET customer = a.customer FROM answers AS a
WHERE a.site = c.site AND a.survey = c.survey AND a.id = c.id AND a.customer IS NOT NULL;

UPDATE cases AS c SET recovered = true, by_survey = later.by_survey, by_id = later.by_id
FROM (
    SELECT k.site, k.survey, k.id, b.survey AS by_survey, b.id AS by_id
    FROM cases AS k CROSS JOIN LATERAL (
        SELECT survey, id FROM answers AS b
        WHERE b.site = k.site AND b.customer = k.customer AND b.received_at > k.opened_at AND b.score > k.lowest
        LIMIT 1
    ) AS b WHERE k.customer IS NOT NULL
) AS later
WHERE later.site = c.site AND later.survey = c.survey AND later.id = c.id;

CREATE INDEX cases_to_recover ON cases (site, customer, lowest, opened_at) WHERE customer IS NOT NULL AND NOT recovered;
CREATE INDEX cases_recovered_by ON cases (site, by_survey, by_id) WHERE by_id IS NOT NULL;

DROP INDEX cases_by_opening;
CREATE INDEX cases_by_opening ON cases (site, opened_at, closed, lowest, score, due_at, told_at, solved, recovered);
