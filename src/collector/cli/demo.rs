//! `aanrader demo`.

use std::sync::Arc;

use clap::Args;
use tokio::task::JoinSet;

use super::At;
use crate::cases::Action;
use crate::store::{Act, CaseKey, DAY, Engine, Received, Site, SiteId, TallyFilter, now};
use crate::story::{self, Plot};

/// How many answers are stored at once.
const AT_ONCE: usize = 200;

#[derive(Debug, Args)]
pub struct Demo {
    #[command(flatten)]
    at: At,
}

impl Demo {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let store = self.at.open_or_make().await?;
        let (has_answers, has_sites) =
            (!store.tallies(TallyFilter::default()).await?.is_empty(), !store.sites().await?.is_empty());
        anyhow::ensure!(
            !has_answers && !has_sites,
            "the database has answers or sites already; made-up answers go into a new one only"
        );
        let stored = fill(&store).await?;
        println!("{stored} made-up answers stored, as of the demo shop");
        Ok(store.close().await?)
    }
}

/// Stores the complete story; returns the number of its answers.
async fn fill(store: &Arc<dyn Engine>) -> anyhow::Result<usize> {
    let (now, site) = (now(), SiteId::default());
    let zone = jiff::tz::TimeZone::get(story::ZONE)?;
    let plot = Plot::told_on(jiff::Timestamp::from_millisecond(now)?.to_zoned_datetime(zone).date());
    let settings = Site {
        id: site.clone(),
        time_zone: Some(story::ZONE.into()),
        groups: vec![story::GROUP.into()],
        ..Site::default()
    };
    store.put_site(settings.clone()).await?;
    let answers = story::answers(plot, now);
    let stored = answers.len();
    let (cases, others): (Vec<_>, Vec<_>) =
        answers.into_iter().partition(|received| story::opens_case(received, plot, now));
    let cases: Vec<Received> =
        cases.into_iter().map(|received| story::judged(received, &settings.cases)).collect();
    save(store, others).await?;
    save(store, cases.clone()).await?;
    for received in cases.iter().filter(|received| received.answer.score().get() <= 6) {
        work(&**store, received, now).await?;
    }
    for mark in story::marks(plot, now) {
        store.put_mark(site.clone(), mark).await?;
    }
    store
        .count_askings(story::askings(plot).into_iter().map(|asking| (site.clone(), asking)).collect())
        .await?;
    Ok(stored)
}

async fn save(store: &Arc<dyn Engine>, answers: Vec<Received>) -> anyhow::Result<()> {
    let mut under_way = JoinSet::new();
    for received in answers {
        while under_way.len() >= AT_ONCE {
            finish(under_way.join_next().await)?;
        }
        let store = Arc::clone(store);
        under_way.spawn(async move { store.save(received).await });
    }
    while let Some(saved) = under_way.join_next().await {
        finish(Some(saved))?;
    }
    Ok(())
}

fn finish(
    saved: Option<Result<Result<crate::store::Saved, crate::store::StoreError>, tokio::task::JoinError>>,
) -> anyhow::Result<()> {
    saved.transpose()?.transpose()?;
    Ok(())
}

/// What the shop did about a case: all of the months before, and a part of those of the last days.
async fn work(store: &dyn Engine, received: &Received, now: i64) -> anyhow::Result<()> {
    let (answer, age) = (&received.answer, now - received.received_at);
    let done = match age / DAY {
        ..=1 => return Ok(()),
        2..=4 => 1,
        5..=7 => 2,
        8..=10 => 3,
        _ => 4,
    };
    let steps = [Action::Take, Action::Contact, Action::Solve, Action::Tell];
    let cause = (answer.touchpoint() == "delivery" && done > 1).then_some(Action::Cause);
    let who = if answer.score().get() <= 3 { "Sanne" } else { "Joris" };
    for (place, action) in steps.into_iter().take(done).chain(cause).enumerate() {
        let hours = 2 + 5 * i64::try_from(place)?;
        let act = Act {
            key: CaseKey {
                site: received.site.clone(),
                survey: answer.survey().to_owned(),
                id: answer.id().to_owned(),
            },
            version: None,
            who: who.to_owned(),
            at: received.received_at + hours * DAY / 24,
            action,
            text: (action == Action::Cause).then(|| story::CAUSE.to_owned()),
            wanted: Vec::new(),
        };
        store.act(act).await?;
    }
    Ok(())
}
