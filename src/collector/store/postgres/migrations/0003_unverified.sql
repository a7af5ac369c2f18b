-- Answers that nobody vouches for can be left out of the number, so they are counted a second time.
--
-- The mark is the revision that is kept. An older collector that still serves doesn't know the second count:
-- it can't write a new revision over a marked one, which would leave that count wrong. All else it can.
ALTER TABLE answers
    ADD COLUMN unverified_rev bigint CONSTRAINT unverified_is_kept CHECK (unverified_rev = rev),
    -- Whether the revision before was marked, beside what it counted under.
    ADD COLUMN was_unverified boolean;
ALTER TABLE tallies ADD COLUMN unverified bigint NOT NULL DEFAULT 0; -- of these n

-- So far the mark was a property only.
UPDATE answers SET unverified_rev = rev WHERE strpos(properties, '"verified":"no"') > 0;

-- The ends of a period that is no whole day of UTC.
CREATE INDEX answers_unverified ON answers (site, answered_at, survey, touchpoint, score)
WHERE unverified_rev IS NOT NULL;

UPDATE tallies AS t SET unverified = marked.n
FROM (
    SELECT site, survey, touchpoint, answered_at / 86400000 AS day, score, count(*) AS n
    FROM answers WHERE unverified_rev IS NOT NULL GROUP BY 1, 2, 3, 4, 5
) AS marked
WHERE (t.site, t.survey, t.touchpoint, t.day, t.score)
    = (marked.site, marked.survey, marked.touchpoint, marked.day, marked.score);
