//! The destination of an import: the rows become answers, the lines of other kinds what they say.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use aanrader_survey::{Answer, Raw, limits};
use indicatif::ProgressBar;
use tokio::task::JoinSet;

use super::line::Line;
use super::others;
use crate::cli::known_site;
use crate::store::{
    Asking, CaseRecord, Engine, Millis, Moved, Received, Saved, Site, SiteId, StoreError, now,
};

/// How many answers are stored concurrently, and how many cases in one transaction.
const AT_ONCE: usize = 256;

/// How many unreadable rows are listed.
const LISTED: usize = 20;

/// A row; `None` if it is no answer; an error if it can't be read.
pub(super) type Row = Result<Option<Found>, String>;

/// A row as an answer, with the times that it names.
pub(super) struct Found {
    pub(super) raw: Raw,
    /// The time of answering.
    pub(super) answered_at: Option<Millis>,
    /// The time of arrival.
    pub(super) received_at: Option<Millis>,
    pub(super) unverified: bool,
}

/// The counts of rows by outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) new: u64,
    pub(super) known: u64,
    pub(super) empty: u64,
    pub(super) wrong: u64,
    /// The cases by outcome.
    pub(super) cases: CaseCounts,
}

/// The counts of cases by outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct CaseCounts {
    new: u64,
    updated: u64,
    known: u64,
    later: u64,
    erased: u64,
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { new, known, empty, cases, .. } = self;
        write!(f, "{new} new, {known} known, {empty} without a score")?;
        let CaseCounts { new, updated, known, later, erased } = *cases;
        if new + updated + known + later + erased == 0 {
            return Ok(());
        }
        write!(f, "\ncases: {new} new, {updated} brought up to date, {known} known")?;
        if later > 0 {
            write!(f, ", {later} left as they are, because people worked on them here later")?;
        }
        if erased > 0 {
            write!(f, ", {erased} left out, because their answers were erased here")?;
        }
        Ok(())
    }
}

/// The destination of the rows.
pub(super) struct Sink {
    store: Arc<dyn Engine>,
    site: SiteId,
    /// The site's settings in the database; `None` if it has none yet.
    settings: Option<Site>,
    pub(super) bar: ProgressBar,
    /// Answers that are stored together: one by one, each would have a commit of its own.
    answers: Vec<Received>,
    /// Cases that wait for their answers to be stored, with the numbers of their lines.
    cases: Vec<(u64, CaseRecord)>,
    /// Counters that are stored together.
    counters: Vec<Asking>,
    counts: Counts,
}

impl Sink {
    pub(super) async fn new(store: Arc<dyn Engine>, site: SiteId, bar: ProgressBar) -> anyhow::Result<Self> {
        let settings = store.sites().await?.into_iter().find(|known| known.id == site);
        let (answers, cases, counters) = (Vec::new(), Vec::new(), Vec::new());
        Ok(Self { store, site, settings, bar, answers, cases, counters, counts: Counts::default() })
    }

    pub(super) async fn put(&mut self, number: u64, read: Row) -> anyhow::Result<()> {
        self.known().await?;
        match read.and_then(|row| row.map(|read| self.received(read)).transpose()) {
            Ok(Some(received)) => self.save(received).await?,
            Ok(None) => self.counts.empty += 1,
            Err(why) => self.wrong(number, &why),
        }
        Ok(())
    }

    /// Stores a line that is no answer.
    pub(super) async fn put_line(&mut self, number: u64, line: Line) -> anyhow::Result<()> {
        match line {
            Line::Site(site) => return self.put_site(*site).await,
            Line::Case(case) => {
                self.known().await?;
                let is_full = self.cases.len() >= AT_ONCE;
                if is_full || self.cases.iter().any(|(_, waiting)| waiting.key() == case.key()) {
                    self.put_cases().await?;
                }
                self.cases.push((number, *case));
            }
            Line::Counter(counter) => {
                self.known().await?;
                self.counters.push(counter.into());
                if self.counters.len() >= AT_ONCE {
                    self.put_counters().await?;
                }
            }
            other => {
                self.known().await?;
                if let Err(why) = others::put(&*self.store, &self.site, other).await? {
                    self.wrong(number, &why);
                }
            }
        }
        Ok(())
    }

    fn wrong(&mut self, number: u64, why: &str) {
        self.counts.wrong += 1;
        if self.counts.wrong <= LISTED as u64 {
            self.bar.suspend(|| eprintln!("line {number}: {why}"));
        }
    }

    /// Refuses everything but a site's settings, if there is no such site.
    pub(super) async fn known(&self) -> anyhow::Result<()> {
        // The default site needs no settings.
        if self.settings.is_none() && !self.site.is_default() {
            known_site(&*self.store, self.site.as_str()).await?;
        }
        Ok(())
    }

    /// Adds the site. Settings that are here stay.
    async fn put_site(&mut self, site: Site) -> anyhow::Result<()> {
        let site = Site { id: self.site.clone(), ..site };
        match &self.settings {
            None => {
                self.store.put_site(site.clone()).await?;
                self.settings = Some(site);
            }
            Some(here) if *here != site => {
                let name = &self.site;
                self.bar.suspend(|| eprintln!("the settings of the site {name} stay as they are here"));
            }
            Some(_) => {}
        }
        Ok(())
    }

    /// Stores the waiting cases, after the answers before them.
    async fn put_cases(&mut self) -> anyhow::Result<()> {
        self.put_answers().await?;
        let (numbers, records): (Vec<_>, Vec<_>) = self.cases.drain(..).unzip();
        if records.is_empty() {
            return Ok(());
        }
        let keys: Vec<_> = records.iter().map(CaseRecord::key).collect();
        let moved = self.store.put_case_records(self.site.clone(), records).await?;
        for ((number, (survey, id)), moved) in numbers.into_iter().zip(keys).zip(moved) {
            let cases = &mut self.counts.cases;
            match moved {
                Moved::New => cases.new += 1,
                Moved::Updated => cases.updated += 1,
                Moved::Known => cases.known += 1,
                Moved::Later => cases.later += 1,
                Moved::Erased => cases.erased += 1,
                Moved::NoAnswer => self.wrong(
                    number,
                    &format!("case: there is no answer {id} of the survey {survey}; import its line first"),
                ),
            }
        }
        Ok(())
    }

    async fn put_counters(&mut self) -> anyhow::Result<()> {
        let counters = std::mem::take(&mut self.counters);
        Ok(self.store.raise_askings(self.site.clone(), counters).await?)
    }

    /// An export has the time of answering, so no clock needs correction.
    fn received(&self, mut read: Found) -> Result<Received, String> {
        keep_erased(&mut read.raw);
        let answer = Answer::check(&read.raw).map_err(|problems| {
            let all: Vec<_> =
                problems.iter().map(|problem| format!("{}: {}", problem.path(), problem.message())).collect();
            all.join("; ")
        })?;
        let received_at = read.received_at.or(read.answered_at).unwrap_or_else(now);
        let answered_at = read.answered_at.unwrap_or(received_at);
        if answered_at < 0 || received_at < 0 || answered_at > now() {
            return Err(format!("answered_at is {answered_at}, which is before 1970 or in the future"));
        }
        let customer = answer.customer().map(str::to_owned);
        let (site, unverified) = (self.site.clone(), read.unverified);
        // Imported answers are old and open no cases.
        let groups = self.settings.as_ref().map_or(&[][..], |site| &site.groups);
        let received = Received::at(answer, received_at).of(site).unverified(unverified).grouped_by(groups);
        Ok(Received { customer, answered_at, ..received })
    }

    async fn save(&mut self, received: Received) -> anyhow::Result<()> {
        self.answers.push(received);
        if self.answers.len() < AT_ONCE {
            return Ok(());
        }
        self.put_answers().await
    }

    /// Stores the answers so far.
    async fn put_answers(&mut self) -> anyhow::Result<()> {
        let mut saving = JoinSet::new();
        for received in self.answers.drain(..) {
            saving.spawn(save(Arc::clone(&self.store), received));
        }
        while let Some(saved) = saving.join_next().await {
            match saved?? {
                Saved::New => self.counts.new += 1,
                Saved::Known { .. } => self.counts.known += 1,
            }
        }
        Ok(())
    }

    pub(super) async fn finish(mut self) -> anyhow::Result<Counts> {
        self.put_cases().await?;
        self.put_counters().await?;
        self.bar.finish_and_clear();
        Ok(self.counts)
    }
}

/// Stores an answer as soon as the queue has a place.
async fn save(store: Arc<dyn Engine>, received: Received) -> Result<Saved, StoreError> {
    loop {
        match store.save(received.clone()).await {
            Err(StoreError::Busy) => tokio::time::sleep(Duration::from_millis(20)).await,
            outcome => return outcome,
        }
    }
}

/// An erased answer names what it no longer has, so that no late revision gives it back.
fn keep_erased(raw: &mut Raw) {
    let is_erased = raw.get("rev") == Some(&Raw::Number(limits::REV.into()));
    let Raw::Map(fields) = raw else { return };
    let lacks = |name: &str| fields.iter().all(|(field, value)| field != name || *value == Raw::Null);
    if is_erased && lacks("comment") && lacks("contact") {
        let none = Raw::Map(vec![("allowed".to_owned(), Raw::Bool(false))]);
        fields.extend([("comment".to_owned(), Raw::Text(String::new())), ("contact".to_owned(), none)]);
    }
}
