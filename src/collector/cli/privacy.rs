//! `aanrader erase` and `aanrader retention`.

use std::sync::Weak;
use std::time::Duration;

use clap::Args;

use super::{At, known_site, now};
use crate::store::{Engine, Millis, SiteId, Whose};

const DAY: Millis = 86_400_000;

/// How often a collector that serves sees to it.
const HOUR: Duration = Duration::from_secs(3_600);

#[derive(Debug, Args)]
pub struct Erase {
    /// The customer, by the id that the shop sends
    #[arg(long, value_name = "ID")]
    customer: String,
    /// The customer's site
    #[arg(long, default_value = SiteId::DEFAULT)]
    site: String,
    #[command(flatten)]
    at: At,
}

impl Erase {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let store = self.at.open().await?;
        let site = known_site(&*store, &self.site).await?;
        let customer = self.at.customer(&site, &self.customer)?;
        let erased = store.anonymize(Whose::Customer { site, customer }).await?;
        println!("erased from {erased} answers");
        Ok(store.close().await?)
    }
}

#[derive(Debug, Args)]
pub struct Retention {
    #[command(flatten)]
    at: At,
}

impl Retention {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let store = self.at.open().await?;
        for (site, changed) in apply(&*store, now()).await? {
            println!("{site}: {changed} answers became anonymous");
        }
        Ok(store.close().await?)
    }
}

/// Makes anonymous what every site no longer keeps; returns of how many answers.
pub(crate) async fn apply(store: &dyn Engine, now: Millis) -> anyhow::Result<Vec<(SiteId, u64)>> {
    let mut done = Vec::new();
    for site in store.sites().await? {
        let Some(days) = site.retention_days else { continue };
        let moment = now - Millis::from(days) * DAY;
        let changed = store.anonymize(Whose::Before { site: site.id.clone(), moment }).await?;
        done.push((site.id, changed));
    }
    Ok(done)
}

/// Applies it every hour, for as long as the store is there.
pub(crate) fn keep(store: Weak<dyn Engine>) {
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(HOUR).await;
            let Some(store) = store.upgrade() else { return };
            match apply(&*store, now()).await {
                Ok(done) => done.iter().filter(|(_, changed)| *changed > 0).for_each(|(site, changed)| {
                    tracing::info!(%site, changed, "answers became anonymous");
                }),
                Err(error) => {
                    tracing::warn!(error = format!("{error:#}"), "answers stay as they are for now");
                }
            }
        }
    });
}
