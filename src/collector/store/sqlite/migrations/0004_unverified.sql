-- Answers that nobody vouches for can be left out of the number, so they are counted a second time.
--
-- The mark is the revision that is kept. An older collector that still runs doesn't know the second count:
-- it can't write a new revision over a marked one, which would leave that count wrong.
ALTER TABLE answers ADD COLUMN unverified_rev INTEGER CHECK (unverified_rev = rev);
ALTER TABLE tallies ADD COLUMN unverified INTEGER NOT NULL DEFAULT 0; -- of these n

-- So far the mark was a property only.
UPDATE answers SET unverified_rev = rev WHERE instr(properties, '"verified":"no"') > 0;

-- The ends of a period that is no whole day of UTC.
CREATE INDEX answers_unverified ON answers (site, answered_at, survey, touchpoint, score)
WHERE unverified_rev IS NOT NULL;

UPDATE tallies SET unverified = marked.n
FROM (
    SELECT site, survey, touchpoint, answered_at / 86400000 AS day, score, count(*) AS n
    FROM answers INDEXED BY answers_unverified WHERE unverified_rev IS NOT NULL GROUP BY 1, 2, 3, 4, 5
) AS marked
WHERE (tallies.site, tallies.survey, tallies.touchpoint, tallies.day, tallies.score)
    = (marked.site, marked.survey, marked.touchpoint, marked.day, marked.score);
