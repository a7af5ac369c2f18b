//! The number over time.

use std::collections::BTreeMap;
use std::ops::Range;

use aanrader_survey::Tally;
use deadpool_postgres::{Client, Pool};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::reader::{Conditions, count, count_of, score, score_of};
use super::{Failure, Postgres};
use crate::store::period::day;
use crate::store::{
    Asking, Days, Grouping, Mark, Millis, Pending, Series, SiteId, Trends, WORDINGS, Wording, grouped,
    grouped_of, grouped_text,
};

/// How many answers one transaction counts anew, so that other statements don't wait long.
const AT_ONCE: i64 = 1_000;

async fn days(client: &Client, of: &Series, period: &Range<Millis>) -> Result<Days, Failure> {
    let (first, last) = (day(period.start), day(period.end));
    let sql = "SELECT day, score, sum(n::float8)::bigint FROM tallies
        WHERE site = $1 AND ($2::text IS NULL OR survey = $2) AND ($3::text IS NULL OR touchpoint = $3)
        AND day >= $4 AND day <= $5 GROUP BY 1, 2";
    let statement = client.prepare_cached(sql).await?;
    let values: [&(dyn ToSql + Sync); 5] = [&of.site.as_str(), &of.survey, &of.touchpoint, &first, &last];
    let mut days = Days::new();
    for row in client.query(&statement, &values).await? {
        days.entry(row.try_get(0)?).or_default().add_many(score(&row, 1)?, count(&row, 2)?);
    }
    Ok(days)
}

/// Each range is a search in an index of its own, whatever the server thinks of ranges.
async fn counted(client: &Client, of: &Series, ranges: &[Range<Millis>]) -> Result<Vec<Tally>, Failure> {
    let sql = "SELECT place, found.score, found.n
        FROM unnest($4::bigint[], $5::bigint[]) WITH ORDINALITY AS r (first, last, place)
        CROSS JOIN LATERAL (
            SELECT score, count(*) AS n FROM answers
            WHERE site = $1 AND answered_at >= r.first AND answered_at < r.last
            AND ($2::text IS NULL OR survey = $2) AND ($3::text IS NULL OR touchpoint = $3)
            GROUP BY score
        ) AS found";
    let (first, last): (Vec<_>, Vec<_>) = ranges.iter().map(|range| (range.start, range.end)).unzip();
    let statement = client.prepare_cached(sql).await?;
    let values: [&(dyn ToSql + Sync); 5] = [&of.site.as_str(), &of.survey, &of.touchpoint, &first, &last];
    let mut tallies = vec![Tally::default(); ranges.len()];
    for row in client.query(&statement, &values).await? {
        let place: i64 = row.try_get(0)?;
        let found = usize::try_from(place - 1).ok().and_then(|place| tallies.get_mut(place));
        if let Some(tally) = found {
            tally.add_many(score(&row, 1)?, count(&row, 2)?);
        }
    }
    Ok(tallies)
}

/// One row a group, and one number a count: a year of many groups has hundreds of thousands of counts, and each row
/// and each list has its price. A number holds the day, the score in 4 bits, and the count in 32.
async fn groups(
    client: &Client,
    of: &Series,
    by: &Grouping,
    (first, last): (i64, i64),
) -> Result<BTreeMap<String, Days>, Failure> {
    let (value, table, property) = match by {
        Grouping::Touchpoint => ("touchpoint", "tallies", None),
        Grouping::Property(property) => ("value", "group_tallies", Some(property)),
    };
    let condition = if property.is_some() { "property = $5" } else { "$5::text IS NULL" };
    // Only without OR does a generic plan look for the survey in the index.
    let of_survey = if of.survey.is_some() { "survey = $2" } else { "$2::text IS NULL" };
    let sql = format!(
        "SELECT {value}, array_agg(((day << 4) | score) << 32 | n) FROM {table}
         WHERE site = $1 AND {of_survey} AND day >= $3 AND day <= $4 AND {condition}
         AND n <> 0 GROUP BY 1"
    );
    let statement = client.prepare_cached(&sql).await?;
    let values: [&(dyn ToSql + Sync); 5] = [&of.site.as_str(), &of.survey, &first, &last, &property];
    let mut groups = BTreeMap::<String, Days>::new();
    for row in client.query(&statement, &values).await? {
        let days = groups.entry(row.try_get(0)?).or_default();
        for packed in row.try_get::<_, Vec<i64>>(1)? {
            let (day, score, n) = unpacked(packed);
            days.entry(day).or_default().add_many(score_of(score)?, count_of(n)?);
        }
    }
    Ok(groups)
}

/// Day, score and count of a packed number.
fn unpacked(packed: i64) -> (i64, i16, i64) {
    // Four bits fit.
    (packed >> 36, (packed >> 32 & 0xf) as i16, packed & 0xffff_ffff)
}

/// Steps from wording to wording in the primary key's index, because there are few of them and many days of each.
const EACH_WORDING: &str = "
    WITH RECURSIVE each AS (
        (SELECT survey, value FROM group_tallies WHERE site = $1 AND property = $2
            AND ($3::text IS NULL OR survey = $3) ORDER BY survey, value LIMIT 1)
        UNION ALL
        SELECT n.survey, n.value FROM each CROSS JOIN LATERAL (
            SELECT survey, value FROM group_tallies AS t WHERE site = $1 AND property = $2
                AND ($3::text IS NULL OR survey = $3) AND (t.survey, t.value) > (each.survey, each.value)
            ORDER BY survey, value LIMIT 1) AS n
    )
    SELECT survey, value FROM each WHERE EXISTS (SELECT 1 FROM group_tallies AS t WHERE t.site = $1
        AND t.property = $2 AND t.survey = each.survey AND t.value = each.value
        AND t.day >= $4 AND t.day <= $5 AND t.n > 0)";

async fn wordings(
    client: &Client,
    site: &str,
    survey: Option<&str>,
    (first, last): (i64, i64),
) -> Result<Vec<(String, Wording)>, Failure> {
    let statement = client.prepare_cached(EACH_WORDING).await?;
    let mut found = Vec::new();
    for row in client.query(&statement, &[&site, &WORDINGS, &survey, &first, &last]).await? {
        let value: String = row.try_get(1)?;
        if let Some(wording) = Wording::parse(&value) {
            found.push((row.try_get(0)?, wording));
        }
    }
    Ok(found)
}

/// The key of an answer within its site.
type Key = (String, String);

/// Takes a connection for each transaction, so that others come between.
async fn regroup_all(workers: &Pool, site: &SiteId, declared: &[String]) -> Result<u64, Failure> {
    let (mut after, mut all) = ((String::new(), String::new()), 0);
    loop {
        let mut client = workers.get().await?;
        let Some((last, changed)) = regroup(&mut client, site, declared, &after).await? else {
            return Ok(all);
        };
        (after, all) = (last, all + changed);
    }
}

/// The changes to the tallies of groups, by property, survey, value, day and score, in the order of their keys.
type Deltas = BTreeMap<(String, String, String, i64, i16), i64>;

/// Answers in columns: surveys, ids, and the groups under which they are counted now.
type Changed = (Vec<String>, Vec<String>, Vec<Option<String>>);

/// Counts the answers after one key anew; returns the last key and how many changed, or `None` at the end. Locks
/// answers and tallies in the order in which writers lock them.
async fn regroup(
    client: &mut Client,
    site: &SiteId,
    declared: &[String],
    (survey, id): &Key,
) -> Result<Option<(Key, u64)>, Failure> {
    let transaction = client.transaction().await?;
    let sql = "SELECT survey, id, answered_at, score, properties, grouped, language, wording FROM answers
        WHERE site = $1 AND (survey, id) > ($2, $3) ORDER BY survey, id LIMIT $4 FOR UPDATE";
    let rows = transaction.query(sql, &[&site.as_str(), survey, id, &AT_ONCE]).await?;
    let (mut last, mut changed, mut deltas) = (None, Changed::default(), Deltas::new());
    for row in &rows {
        last = Some(recount(row, declared, &mut changed, &mut deltas)?);
    }
    let (surveys, ids, groups) = &changed;
    let sql = "UPDATE answers AS a
        SET grouped = c.grouped, grouped_rev = CASE WHEN c.grouped IS NOT NULL THEN rev END
        FROM unnest($2::text[], $3::text[], $4::text[]) AS c (survey, id, grouped)
        WHERE a.site = $1 AND a.survey = c.survey AND a.id = c.id";
    transaction.execute(sql, &[&site.as_str(), surveys, ids, groups]).await?;
    for ((property, survey, value, day, score), n) in deltas.iter().filter(|(_, n)| **n != 0) {
        let sql = "INSERT INTO group_tallies AS t (site, property, survey, value, day, score, n)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (site, property, survey, value, day, score) DO UPDATE SET n = t.n + excluded.n";
        transaction.execute(sql, &[&site.as_str(), property, survey, value, day, score, n]).await?;
    }
    transaction.commit().await?;
    Ok(last.map(|last| (last, ids.len() as u64)))
}

/// Adds what changes about one answer; returns its key.
fn recount(
    row: &Row,
    declared: &[String],
    (surveys, ids, groups): &mut Changed,
    deltas: &mut Deltas,
) -> Result<Key, Failure> {
    let key: Key = (row.try_get(0)?, row.try_get(1)?);
    let (properties, was): (String, Option<String>) = (row.try_get(4)?, row.try_get(5)?);
    let properties: BTreeMap<String, String> = serde_json::from_str(&properties).unwrap_or_default();
    let (language, wording): (Option<String>, Option<String>) = (row.try_get(6)?, row.try_get(7)?);
    let now = grouped(declared, &properties, (language.as_deref(), wording.as_deref()));
    let was = grouped_of(was.as_deref());
    if was == now {
        return Ok(key);
    }
    let (at, score): (i64, i16) = (row.try_get(2)?, row.try_get(3)?);
    for (of, sign) in [(&was, -1), (&now, 1)] {
        for (property, value) in of {
            let group = (property.clone(), key.0.clone(), value.clone(), day(at), score);
            *deltas.entry(group).or_default() += sign;
        }
    }
    surveys.push(key.0.clone());
    ids.push(key.1.clone());
    groups.push(grouped_text(&now));
    Ok(key)
}

/// The mark, unless a newer collector made it.
fn mark(row: &Row) -> Result<Option<Mark>, Failure> {
    let text: String = row.try_get(0)?;
    Ok(serde_json::from_str(&text).ok())
}

const COUNT: &str = "
    INSERT INTO askings AS a (site, survey, day, touchpoint, wording, mode, shown, closed, scored, commented)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    ON CONFLICT (site, survey, day, touchpoint, wording, mode) DO UPDATE SET shown = a.shown + excluded.shown,
        closed = a.closed + excluded.closed, scored = a.scored + excluded.scored,
        commented = a.commented + excluded.commented";

async fn count_askings(workers: &Pool, askings: &[(SiteId, Asking)]) -> Result<(), Failure> {
    let mut client = workers.get().await?;
    let transaction = client.transaction().await?;
    for (site, asking) in askings {
        let Asking { survey, day, touchpoint, wording, mode, counts: [shown, closed, scored, commented] } =
            asking;
        let values: [&(dyn ToSql + Sync); 10] =
            [&site.as_str(), survey, day, touchpoint, wording, mode, shown, closed, scored, commented];
        transaction.execute(COUNT, &values).await?;
    }
    Ok(transaction.commit().await?)
}

async fn askings(client: &Client, of: &Series, (first, last): (i64, i64)) -> Result<Vec<Asking>, Failure> {
    let site = of.site.as_str();
    let mut conditions = Conditions { texts: vec!["site = $1".into()], values: vec![&site] };
    conditions.add_some("survey =", of.survey.as_ref());
    conditions.add_some("touchpoint =", of.touchpoint.as_ref());
    conditions.add_some("day >=", Some(&first));
    conditions.add_some("day <=", Some(&last));
    let sql = format!(
        "SELECT survey, day, touchpoint, wording, mode, shown, closed, scored, commented FROM askings
         WHERE {} ORDER BY survey, day, touchpoint, wording, mode",
        conditions.texts.join(" AND ")
    );
    let asking = |row: &Row| {
        Ok(Asking {
            survey: row.try_get(0)?,
            day: row.try_get(1)?,
            touchpoint: row.try_get(2)?,
            wording: row.try_get(3)?,
            mode: row.try_get(4)?,
            counts: [row.try_get(5)?, row.try_get(6)?, row.try_get(7)?, row.try_get(8)?],
        })
    };
    client.query(&sql, &conditions.values).await?.iter().map(asking).collect()
}

impl Trends for Postgres {
    fn days(&self, of: Series, period: Range<Millis>) -> Pending<'_, Days> {
        self.read(move |client| async move { days(&client, &of, &period).await })
    }

    fn counted(&self, of: Series, ranges: Vec<Range<Millis>>) -> Pending<'_, Vec<Tally>> {
        self.read(move |client| async move { counted(&client, &of, &ranges).await })
    }

    fn groups(&self, of: Series, by: Grouping, first: i64, last: i64) -> Pending<'_, BTreeMap<String, Days>> {
        self.read(move |client| async move { groups(&client, &of, &by, (first, last)).await })
    }

    fn regroup(&self, site: SiteId, properties: Vec<String>) -> Pending<'_, u64> {
        Box::pin(async move { regroup_all(&self.workers, &site, &properties).await.map_err(Failure::told) })
    }

    fn wordings(
        &self,
        site: SiteId,
        survey: Option<String>,
        first: i64,
        last: i64,
    ) -> Pending<'_, Vec<(String, Wording)>> {
        self.read(move |client| async move {
            wordings(&client, site.as_str(), survey.as_deref(), (first, last)).await
        })
    }

    fn is_done(&self, site: SiteId, task: &'static str) -> Pending<'_, bool> {
        self.read(move |client| async move {
            let sql = "SELECT EXISTS (SELECT 1 FROM tasks WHERE site = $1 AND name = $2)";
            Ok(client.query_one(sql, &[&site.as_str(), &task]).await?.try_get(0)?)
        })
    }

    fn set_done(&self, site: SiteId, task: &'static str) -> Pending<'_, ()> {
        self.read(move |client| async move {
            let sql = "INSERT INTO tasks (site, name) VALUES ($1, $2) ON CONFLICT (site, name) DO NOTHING";
            client.execute(sql, &[&site.as_str(), &task]).await?;
            Ok(())
        })
    }

    fn marks(&self, site: SiteId) -> Pending<'_, Vec<Mark>> {
        self.read(move |client| async move {
            let sql = "SELECT mark FROM marks WHERE site = $1 ORDER BY id";
            client
                .query(sql, &[&site.as_str()])
                .await?
                .iter()
                .filter_map(|row| mark(row).transpose())
                .collect()
        })
    }

    fn put_mark(&self, site: SiteId, mark: Mark) -> Pending<'_, ()> {
        self.read(move |client| async move {
            let text = serde_json::to_string(&mark).map_err(|error| Failure::Data(error.to_string()))?;
            let sql = "INSERT INTO marks (site, id, mark) VALUES ($1, $2, $3)
                ON CONFLICT (site, id) DO UPDATE SET mark = excluded.mark";
            client.execute(sql, &[&site.as_str(), &mark.id, &text]).await?;
            Ok(())
        })
    }

    fn remove_mark(&self, site: SiteId, id: String) -> Pending<'_, ()> {
        self.read(move |client| async move {
            client.execute("DELETE FROM marks WHERE site = $1 AND id = $2", &[&site.as_str(), &id]).await?;
            Ok(())
        })
    }

    fn count_askings(&self, askings: Vec<(SiteId, Asking)>) -> Pending<'_, ()> {
        Box::pin(async move { count_askings(&self.workers, &askings).await.map_err(Failure::told) })
    }

    fn askings(&self, of: Series, first: i64, last: i64) -> Pending<'_, Vec<Asking>> {
        self.read(move |client| async move { askings(&client, &of, (first, last)).await })
    }
}
