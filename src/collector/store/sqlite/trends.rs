//! The number over time.

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Instant;

use aanrader_survey::Tally;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use super::reader::{Conditions, score};
use super::save::GroupDeltas;
use super::{Sqlite, give_way};
use crate::store::period::day;
use crate::store::{
    Asking, Days, Grouping, Mark, Millis, Pending, Series, SiteId, Trends, WORDINGS, Wording, grouped,
    grouped_of, grouped_text,
};

/// How many answers one transaction counts anew, so that the writer waits no longer than for a batch.
const AT_ONCE: u32 = 1_000;

fn days(connection: &Connection, of: &Series, period: &Range<Millis>) -> rusqlite::Result<Days> {
    let (site, first, last) = (of.site.as_str(), day(period.start), day(period.end));
    let mut conditions = conditions(of, &site);
    conditions.add("day >= ?", &first);
    conditions.add("day <= ?", &last);
    let sql = format!("SELECT day, score, n FROM tallies WHERE {}", conditions.sql());
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(conditions.values.as_slice())?;
    let mut days = Days::new();
    while let Some(row) = rows.next()? {
        days.entry(row.get(0)?).or_default().add_many(score(row, 1)?, row.get(2)?);
    }
    Ok(days)
}

fn conditions<'a>(of: &'a Series, site: &'a &'a str) -> Conditions<'a> {
    let mut conditions = Conditions::default();
    conditions.add("site = ?", site);
    conditions.add_some("survey = ?", of.survey.as_ref());
    conditions.add_some("touchpoint = ?", of.touchpoint.as_ref());
    conditions
}

fn counted(connection: &Connection, of: &Series, range: &Range<Millis>) -> rusqlite::Result<Tally> {
    let site = of.site.as_str();
    let mut conditions = conditions(of, &site);
    conditions.add("answered_at >= ?", &range.start);
    conditions.add("answered_at < ?", &range.end);
    let sql = format!(
        "SELECT score, count(*) FROM answers INDEXED BY answers_by_moment WHERE {} GROUP BY score",
        conditions.sql()
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(conditions.values.as_slice())?;
    let mut tally = Tally::default();
    while let Some(row) = rows.next()? {
        tally.add_many(score(row, 0)?, row.get(1)?);
    }
    Ok(tally)
}

fn groups(
    connection: &Connection,
    of: &Series,
    by: &Grouping,
    (first, last): (i64, i64),
) -> rusqlite::Result<BTreeMap<String, Days>> {
    let site = of.site.as_str();
    let mut conditions = Conditions::default();
    conditions.add("site = ?", &site);
    let (value, table) = match by {
        Grouping::Touchpoint => ("touchpoint", "tallies"),
        Grouping::Property(property) => {
            conditions.add("property = ?", property);
            ("value", "group_tallies")
        }
    };
    conditions.add_some("survey = ?", of.survey.as_ref());
    conditions.add("day >= ?", &first);
    conditions.add("day <= ?", &last);
    let sql = format!("SELECT {value}, day, score, n FROM {table} WHERE {} AND n <> 0", conditions.sql());
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(conditions.values.as_slice())?;
    let mut groups = BTreeMap::<String, Days>::new();
    // Most rows are of the same group and day as the row before.
    let (mut of, mut at, mut tally) = (String::new(), i64::MIN, Tally::default());
    while let Some(row) = rows.next()? {
        let (value, day) = (row.get_ref(0)?.as_str()?, row.get(1)?);
        if of != value || at != day {
            keep(&mut groups, &of, at, &tally);
            tally = Tally::default();
            at = day;
            if of != value {
                value.clone_into(&mut of);
            }
        }
        tally.add_many(score(row, 2)?, row.get(3)?);
    }
    keep(&mut groups, &of, at, &tally);
    Ok(groups)
}

/// Adds the tally of a group's day, if it has any answers.
fn keep(groups: &mut BTreeMap<String, Days>, of: &str, day: i64, tally: &Tally) {
    if tally.n() > 0 {
        groups.entry(of.to_owned()).or_default().entry(day).or_default().merge(tally);
    }
}

/// The next answers in the order of rows. By an index of sites, SQLite would sort all answers for each of these.
pub(super) const NEXT: &str = "
    SELECT rowid, survey, answered_at, score, properties, grouped, language, wording FROM answers NOT INDEXED
    WHERE rowid > ?1 AND site = ?2 ORDER BY rowid LIMIT ?3";

/// Steps from wording to wording in the primary key's index, because there are few of them and many days of each.
fn wordings(
    connection: &Connection,
    site: &str,
    survey: Option<&str>,
    (first, last): (i64, i64),
) -> rusqlite::Result<Vec<(String, Wording)>> {
    let snapshot = connection.unchecked_transaction()?;
    let mut next = snapshot.prepare_cached(
        "SELECT survey, value FROM group_tallies WHERE site = ?1 AND property = ?2 AND (survey, value) > (?3, ?4)
         AND (?5 IS NULL OR survey = ?5) ORDER BY survey, value LIMIT 1",
    )?;
    let mut any = snapshot.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM group_tallies WHERE site = ?1 AND property = ?2 AND survey = ?3 AND value = ?4
             AND day >= ?5 AND day <= ?6 AND n > 0)",
    )?;
    let (mut found, mut after) = (Vec::new(), (survey.unwrap_or_default().to_owned(), String::new()));
    let pair = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
    while let Some(key) =
        next.query_row(params![site, WORDINGS, after.0, after.1, survey], pair).optional()?
    {
        after = key;
        let is_in =
            any.query_row(params![site, WORDINGS, after.0, after.1, first, last], |row| row.get(0))?;
        if let Some(wording) = Wording::parse(&after.1).filter(|_| is_in) {
            found.push((after.0.clone(), wording));
        }
    }
    Ok(found)
}

/// Counts the answers after one row anew; returns the last row and how many changed, or `None` at the end.
fn regroup(
    connection: &mut Connection,
    site: &SiteId,
    declared: &[String],
    after: i64,
) -> rusqlite::Result<Option<(i64, u64)>> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let (mut last, mut changed, mut deltas) = (None, 0, GroupDeltas::default());
    {
        let mut select = transaction.prepare_cached(NEXT)?;
        let mut update = transaction.prepare_cached("UPDATE answers SET grouped = ?2 WHERE rowid = ?1")?;
        let mut rows = select.query(params![after, site.as_str(), AT_ONCE])?;
        while let Some(row) = rows.next()? {
            let id: i64 = row.get(0)?;
            last = Some(id);
            let properties: BTreeMap<String, String> =
                serde_json::from_str(row.get_ref(4)?.as_str()?).unwrap_or_default();
            let was = grouped_of(row.get_ref(5)?.as_str_or_null()?);
            let shown = (row.get_ref(6)?.as_str_or_null()?, row.get_ref(7)?.as_str_or_null()?);
            let now = grouped(declared, &properties, shown);
            if was != now {
                let (survey, at) = (row.get_ref(1)?.as_str()?, (day(row.get(2)?), row.get(3)?));
                deltas.add(site.as_str(), survey, at, &was, -1);
                deltas.add(site.as_str(), survey, at, &now, 1);
                update.execute(params![id, grouped_text(&now)])?;
                changed += 1;
            }
        }
    }
    deltas.write(&transaction)?;
    transaction.commit()?;
    Ok(last.map(|last| (last, changed)))
}

/// The mark, unless a newer collector made it.
fn mark(row: &rusqlite::Row<'_>) -> rusqlite::Result<Option<Mark>> {
    Ok(serde_json::from_str(row.get_ref(0)?.as_str()?).ok())
}

const COUNT: &str = "
    INSERT INTO askings (site, survey, day, touchpoint, wording, mode, shown, closed, scored, commented)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
    ON CONFLICT DO UPDATE SET shown = shown + excluded.shown, closed = closed + excluded.closed,
        scored = scored + excluded.scored, commented = commented + excluded.commented";

fn askings(connection: &Connection, of: &Series, (first, last): (i64, i64)) -> rusqlite::Result<Vec<Asking>> {
    let site = of.site.as_str();
    let mut conditions = conditions(of, &site);
    conditions.add("day >= ?", &first);
    conditions.add("day <= ?", &last);
    let sql = format!(
        "SELECT survey, day, touchpoint, wording, mode, shown, closed, scored, commented FROM askings
         WHERE {} ORDER BY survey, day, touchpoint, wording, mode",
        conditions.sql()
    );
    let asking = |row: &rusqlite::Row<'_>| {
        Ok(Asking {
            survey: row.get(0)?,
            day: row.get(1)?,
            touchpoint: row.get(2)?,
            wording: row.get(3)?,
            mode: row.get(4)?,
            counts: [row.get(5)?, row.get(6)?, row.get(7)?, row.get(8)?],
        })
    };
    connection.prepare_cached(&sql)?.query_map(conditions.values.as_slice(), asking)?.collect()
}

impl Trends for Sqlite {
    fn days(&self, of: Series, period: Range<Millis>) -> Pending<'_, Days> {
        self.read(move |connection| days(connection, &of, &period))
    }

    fn counted(&self, of: Series, ranges: Vec<Range<Millis>>) -> Pending<'_, Vec<Tally>> {
        self.read(move |connection| ranges.iter().map(|range| counted(connection, &of, range)).collect())
    }

    fn groups(&self, of: Series, by: Grouping, first: i64, last: i64) -> Pending<'_, BTreeMap<String, Days>> {
        self.read(move |connection| groups(connection, &of, &by, (first, last)))
    }

    fn regroup(&self, site: SiteId, properties: Vec<String>) -> Pending<'_, u64> {
        self.change(move |connection| {
            let (mut after, mut all, mut since) = (i64::MIN, 0, Instant::now());
            while let Some((last, changed)) = regroup(connection, &site, &properties, after)? {
                (after, all) = (last, all + changed);
                since = give_way(since);
            }
            Ok(all)
        })
    }

    fn wordings(
        &self,
        site: SiteId,
        survey: Option<String>,
        first: i64,
        last: i64,
    ) -> Pending<'_, Vec<(String, Wording)>> {
        self.read(move |connection| wordings(connection, site.as_str(), survey.as_deref(), (first, last)))
    }

    fn is_done(&self, site: SiteId, task: &'static str) -> Pending<'_, bool> {
        self.read(move |connection| {
            let sql = "SELECT EXISTS (SELECT 1 FROM tasks WHERE site = ?1 AND name = ?2)";
            connection.prepare_cached(sql)?.query_row([site.as_str(), task], |row| row.get(0))
        })
    }

    fn set_done(&self, site: SiteId, task: &'static str) -> Pending<'_, ()> {
        self.change(move |connection| {
            let sql = "INSERT INTO tasks (site, name) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
            connection.execute(sql, [site.as_str(), task])?;
            Ok(())
        })
    }

    fn marks(&self, site: SiteId) -> Pending<'_, Vec<Mark>> {
        self.read(move |connection| {
            let mut statement =
                connection.prepare_cached("SELECT mark FROM marks WHERE site = ?1 ORDER BY id")?;
            statement.query_map([site.as_str()], mark)?.filter_map(Result::transpose).collect()
        })
    }

    fn put_mark(&self, site: SiteId, mark: Mark) -> Pending<'_, ()> {
        self.change(move |connection| {
            let sql = "INSERT INTO marks (site, id, mark) VALUES (?1, ?2, ?3)
                ON CONFLICT DO UPDATE SET mark = excluded.mark";
            connection.execute(sql, params![site.as_str(), mark.id, serde_json::to_string(&mark)?])?;
            Ok(())
        })
    }

    fn remove_mark(&self, site: SiteId, id: String) -> Pending<'_, ()> {
        self.change(move |connection| {
            connection.execute("DELETE FROM marks WHERE site = ?1 AND id = ?2", [site.as_str(), &id])?;
            Ok(())
        })
    }

    fn count_askings(&self, askings: Vec<(SiteId, Asking)>) -> Pending<'_, ()> {
        self.change(move |connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            for (
                site,
                Asking { survey, day, touchpoint, wording, mode, counts: [shown, closed, scored, commented] },
            ) in &askings
            {
                let values = params![
                    site.as_str(),
                    survey,
                    day,
                    touchpoint,
                    wording,
                    mode,
                    shown,
                    closed,
                    scored,
                    commented
                ];
                transaction.prepare_cached(COUNT)?.execute(values)?;
            }
            Ok(transaction.commit()?)
        })
    }

    fn askings(&self, of: Series, first: i64, last: i64) -> Pending<'_, Vec<Asking>> {
        self.read(move |connection| askings(connection, &of, (first, last)))
    }
}
