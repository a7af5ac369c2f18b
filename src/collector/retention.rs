//! Anonymises answers that are older than their site's retention.

use std::sync::Weak;
use std::time::Duration;

use crate::store::{DAY, Engine, Millis, SiteId, Whose, now};

/// How often a running collector does this.
const HOUR: Duration = Duration::from_secs(3_600);

/// Anonymises all expired answers of every site; returns their number.
pub(crate) async fn apply(store: &dyn Engine, now: Millis) -> anyhow::Result<Vec<(SiteId, u64)>> {
    let mut done = Vec::new();
    for site in store.sites().await? {
        let Some(days) = site.retention_days else { continue };
        let instant = now - Millis::from(days) * DAY;
        let changed = store.anonymize(Whose::Before { site: site.id.clone(), instant }).await?;
        done.push((site.id, changed));
    }
    Ok(done)
}

/// Does this every hour, as long as the store exists.
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
