//! Keeps with each case whether its customer gave a higher score in a later answer.

use deadpool_postgres::GenericClient;

/// Counts anew what depends on some answers: their own cases, the cases that they count for, and those of the same
/// customer that they may count for.
///
/// It runs after the commit of the answers. Of two collectors that store answers of one customer at once, the one
/// that commits last sees those of both. If a collector ends before it has run, nobody was told that the answers
/// are stored, and they are sent again.
const SETTLE: &str = "
WITH keys AS (
    SELECT DISTINCT * FROM unnest($1::text[], $2::text[], $3::text[]) AS k (site, survey, id)
), touched AS (
    SELECT c.site, c.survey, c.id, c.by_survey, c.by_id FROM keys AS k
    JOIN cases AS c ON c.site = k.site AND c.survey = k.survey AND c.id = k.id
    UNION
    SELECT c.site, c.survey, c.id, c.by_survey, c.by_id FROM keys AS k
    JOIN cases AS c ON c.site = k.site AND c.by_survey = k.survey AND c.by_id = k.id AND c.by_id IS NOT NULL
    UNION
    SELECT c.site, c.survey, c.id, c.by_survey, c.by_id FROM keys AS k
    JOIN answers AS a ON a.site = k.site AND a.survey = k.survey AND a.id = k.id
    JOIN cases AS c ON c.site = a.site AND c.customer = a.customer AND c.customer IS NOT NULL AND NOT c.recovered
        AND c.lowest < a.score AND c.opened_at < a.received_at
), counted AS (
    SELECT t.*, a.customer, later.survey AS later_survey, later.id AS later_id FROM touched AS t
    JOIN cases AS c ON c.site = t.site AND c.survey = t.survey AND c.id = t.id
    JOIN answers AS a ON a.site = t.site AND a.survey = t.survey AND a.id = t.id
    LEFT JOIN LATERAL (
        SELECT b.survey, b.id FROM answers AS b
        WHERE b.site = c.site AND b.customer = a.customer AND b.received_at > c.opened_at AND b.score > c.lowest
        LIMIT 1
    ) AS later ON true
    ORDER BY t.site, t.survey, t.id
)
UPDATE cases AS c SET customer = n.customer, recovered = n.later_id IS NOT NULL, by_survey = n.later_survey,
    by_id = n.later_id
FROM counted AS n
WHERE c.site = n.site AND c.survey = n.survey AND c.id = n.id
    -- Another collector that counted it meanwhile has seen more.
    AND c.by_survey IS NOT DISTINCT FROM n.by_survey AND c.by_id IS NOT DISTINCT FROM n.by_id
    AND (c.customer IS DISTINCT FROM n.customer OR c.recovered <> (n.later_id IS NOT NULL)
        OR c.by_survey IS DISTINCT FROM n.later_survey OR c.by_id IS DISTINCT FROM n.later_id)";

/// The answers' keys, a list for each part.
#[derive(Debug, Default)]
pub(super) struct Keys<'a> {
    sites: Vec<&'a str>,
    surveys: Vec<&'a str>,
    ids: Vec<&'a str>,
}

impl<'a> FromIterator<(&'a str, &'a str, &'a str)> for Keys<'a> {
    fn from_iter<I: IntoIterator<Item = (&'a str, &'a str, &'a str)>>(keys: I) -> Self {
        let mut all = Self::default();
        for (site, survey, id) in keys {
            all.sites.push(site);
            all.surveys.push(survey);
            all.ids.push(id);
        }
        all
    }
}

/// Counts anew what depends on these answers.
pub(super) async fn settle(
    client: &impl GenericClient,
    keys: &Keys<'_>,
) -> Result<(), tokio_postgres::Error> {
    if keys.ids.is_empty() {
        return Ok(());
    }
    let statement = client.prepare_cached(SETTLE).await?;
    client.execute(&statement, &[&keys.sites, &keys.surveys, &keys.ids]).await.map(drop)
}
