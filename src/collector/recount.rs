//! Counts the answers of earlier versions by their wording, once for each database and site.

use std::sync::{Arc, Weak};
use std::time::Duration;

use crate::store::{Engine, Site, SiteId, StoreError};

/// The name of this task in the database.
pub(crate) const WORDINGS: &str = "wordings";

/// How long it waits after a failure.
const AGAIN: Duration = Duration::from_secs(60);

/// Does it while the collector serves.
pub(crate) fn keep(store: Weak<dyn Engine>) {
    tokio::spawn(async move {
        loop {
            let Some(store) = store.upgrade() else { return };
            match count(&store).await {
                Ok(()) => return,
                Err(error) => tracing::warn!(%error, "answers of before are counted by wording later"),
            }
            drop(store);
            tokio::time::sleep(AGAIN).await;
        }
    });
}

/// Counts the answers of all sites that were not counted yet.
async fn count(store: &Arc<dyn Engine>) -> Result<(), StoreError> {
    let mut sites: Vec<SiteId> = store.sites().await?.into_iter().map(|site| site.id).collect();
    if !sites.iter().any(SiteId::is_default) {
        sites.push(SiteId::default());
    }
    for site in sites {
        if store.is_done(site.clone(), WORDINGS).await? {
            continue;
        }
        // Somebody may declare other properties meanwhile.
        let mut declared = groups(&**store, &site).await?;
        loop {
            let changed = store.regroup(site.clone(), declared.clone()).await?;
            if changed > 0 {
                tracing::info!(%site, changed, "answers of before are counted by wording");
            }
            let now = groups(&**store, &site).await?;
            if now == declared {
                break;
            }
            declared = now;
        }
        store.set_done(site, WORDINGS).await?;
    }
    Ok(())
}

async fn groups(store: &dyn Engine, site: &SiteId) -> Result<Vec<String>, StoreError> {
    let found = store.sites().await?.into_iter().find(|known: &Site| known.id == *site);
    Ok(found.map(|site| site.groups).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sqlite::Sqlite;
    use aanrader_survey::{Answer, Raw};

    use crate::store::{Grouping, Received, Series, WORDINGS as PROPERTY};

    #[tokio::test]
    async fn answers_of_before_are_counted_by_wording_once_and_keep_their_groups() {
        let folder = tempfile::tempdir().expect("a folder");
        let sqlite = Sqlite::open(&folder.path().join("a.db"), 9).expect("a database");
        let store: Arc<dyn Engine> = Arc::new(sqlite);
        let site = Site { groups: vec!["agent".into()], ..Site::default() };
        store.put_site(site).await.expect("kept");
        let text = r#"{"id":"3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f3a41","rev":1,"complete":true,"survey":"a",
            "touchpoint":"t","score":9,"language":"nl","wording":"00ff","properties":{"agent":"ada"}}"#;
        // An earlier collector didn't count it.
        let raw: Raw = serde_json::from_str(text).expect("JSON");
        let answer = Answer::check(&raw).expect("an answer");
        store.save(Received::at(answer, 5)).await.expect("saved");
        let by = async |property: &str| {
            let by = Grouping::Property(property.into());
            let groups = store.groups(Series::default(), by, 0, 9).await.expect("groups");
            groups.into_keys().collect::<Vec<_>>()
        };
        assert!(by(PROPERTY).await.is_empty());
        count(&store).await.expect("counted");
        assert_eq!((by(PROPERTY).await, by("agent").await), (vec!["nl 00ff".into()], vec!["ada".into()]));
        assert!(store.is_done(SiteId::default(), WORDINGS).await.expect("read"));
        let no_groups = Site::default();
        store.put_site(no_groups).await.expect("kept");
        count(&store).await.expect("nothing to do");
        assert_eq!(by("agent").await, ["ada"], "it is done once");
        assert_eq!(store.check().await.expect("counted"), []);
        store.close().await.expect("closed");
    }
}
