WITH incoming AS (
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::boolean[], $6::text[],
        $7::smallint[], $8::text[], $9::boolean[], $10::text[], $11::text[], $12::text[], $13::text[],
        $14::text[], $15::bigint[], $16::bigint[], $17::bigint[])
    AS i (site, survey, id, rev, complete, touchpoint, score, comment, contact_allowed, contact_how, customer,
        properties, language, wording, answered_at, received_at, changed_at)
), saved AS (
    INSERT INTO answers AS a (site, survey, id, rev, complete, touchpoint, score, comment, contact_allowed,
        contact_how, customer, properties, language, wording, answered_at, received_at, changed_at)
    SELECT * FROM incoming ORDER BY site COLLATE "C", survey COLLATE "C", id COLLATE "C"
    ON CONFLICT (site, survey, id) DO UPDATE SET
        was_touchpoint = a.touchpoint, was_day = a.answered_at / 86400000, was_score = a.score,
        rev = excluded.rev, complete = excluded.complete, touchpoint = excluded.touchpoint,
        score = excluded.score, comment = excluded.comment, contact_allowed = excluded.contact_allowed,
        contact_how = excluded.contact_how, customer = excluded.customer, properties = excluded.properties,
        language = excluded.language, wording = excluded.wording, answered_at = excluded.answered_at,
        changed_at = excluded.changed_at
    WHERE a.rev < excluded.rev
    RETURNING site, survey, id, touchpoint, answered_at / 86400000 AS day, score, was_touchpoint, was_day,
        was_score
), changes AS (
    SELECT site, survey, touchpoint, day, score, 1 AS n FROM saved
    UNION ALL
    SELECT site, survey, was_touchpoint, was_day, was_score, -1 FROM saved WHERE was_day IS NOT NULL
), tallied AS (
    INSERT INTO tallies AS t (site, survey, touchpoint, day, score, n)
    SELECT site, survey, touchpoint, day, score, sum(n) FROM changes
    GROUP BY 1, 2, 3, 4, 5 HAVING sum(n) <> 0 ORDER BY 1, 2, 3, 4, 5
    ON CONFLICT (site, survey, touchpoint, day, score) DO UPDATE SET n = t.n + excluded.n
)
SELECT site, survey, id, was_day IS NULL FROM saved
