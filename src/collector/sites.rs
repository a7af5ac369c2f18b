//! The sites and tokens of the database, in memory: finds the site of a request, and the rights of its token.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, Weak};
use std::time::Duration;

use aanrader_survey::Answer;
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::cases::Settings;
use crate::notices::{Notice, Wanted};
use crate::origins::Origins;
use crate::store::sqlite::QUEUE;
use crate::store::{Engine, Health, NoticeRecord, Registry, Scopes, Site, SiteId};

/// How soon a running collector notices a change.
pub(crate) const REFRESH: Duration = Duration::from_secs(5);

/// The smallest share of the queue for one site, however many sites there are.
const LEAST_PART: usize = 16;

/// A new token: 244 random bits, with a prefix by which leak scanners recognise it.
pub fn new_token() -> String {
    format!("aanrader_{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple())
}

/// The hash under which a token is stored with its rights.
pub fn hash(token: &str) -> String {
    Sha256::digest(token.as_bytes()).iter().fold(String::new(), |mut text, byte| {
        // Writing to a string can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The sites and tokens of a running collector.
#[derive(Debug, Default)]
pub struct Directory {
    snapshot: RwLock<Arc<Snapshot>>,
    /// Whether the database could not be read at the start.
    unread: AtomicBool,
    /// The number of each site's answers that are being stored.
    under_way: Mutex<HashMap<SiteId, usize>>,
}

/// A site's answer that is being stored. Dropping it admits the next one.
#[must_use]
#[derive(Debug)]
pub struct Slot<'a> {
    directory: &'a Directory,
    site: SiteId,
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        let mut under_way = self.directory.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = under_way.get_mut(&self.site) {
            *count = count.saturating_sub(1);
        }
    }
}

/// The sites and tokens as last read from the database.
#[derive(Debug, Default)]
struct Snapshot {
    sites: Vec<(Site, Origins)>,
    tokens: HashMap<String, (SiteId, String, Scopes)>,
    notices: HashMap<SiteId, Vec<NoticeRecord>>,
}

/// The site of an answer, by its request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// An added site, whose answers the origin may send.
    Site(SiteId),
    /// The default site, whose origins are in the settings.
    Default,
    /// The site exists, but the origin isn't one of its own.
    Foreign(SiteId),
    /// The site doesn't exist.
    Unknown,
    /// The database couldn't be read yet, so the sites are unknown.
    Unread,
}

impl Directory {
    /// Reads all sites and tokens.
    ///
    /// # Errors
    ///
    /// The store's error.
    pub async fn load(&self, store: &dyn Registry) -> anyhow::Result<()> {
        let sites = store.sites().await?.into_iter().map(|site| {
            let origins = Origins::parse(&site.origins.join(",")).unwrap_or_default();
            (site, origins)
        });
        let tokens = store.tokens().await?.into_iter().filter(|token| token.revoked_at.is_none());
        let tokens = tokens.map(|token| (token.hash, (token.site, token.name, token.scopes)));
        let mut notices: HashMap<_, Vec<_>> = HashMap::new();
        for record in store.notices().await? {
            notices.entry(record.site.clone()).or_default().push(record);
        }
        let snapshot = Snapshot { sites: sites.collect(), tokens: tokens.collect(), notices };
        *self.snapshot.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(snapshot);
        self.unread.store(false, Ordering::SeqCst);
        Ok(())
    }

    /// Reads all sites and tokens now, or later if the database can't be read: it may be back soon.
    /// Until then no answer is accepted, because it might belong to another site.
    pub async fn load_or_later(&self, store: &dyn Engine) {
        if let Err(error) = self.load(store).await {
            self.unread.store(true, Ordering::SeqCst);
            tracing::warn!(error = format!("{error:#}"), "sites and tokens could not be read yet");
        }
    }

    /// Reads them again periodically, as long as both exist.
    pub fn keep_fresh(directory: Weak<Self>, store: Weak<dyn Engine>) {
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(REFRESH).await;
                let Some((directory, store)) = directory.upgrade().zip(store.upgrade()) else { return };
                if let Err(error) = directory.load(&*store).await {
                    tracing::warn!(error = format!("{error:#}"), "sites and tokens are those of before");
                }
            }
        });
    }

    fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.snapshot.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The site that a request names, or to which its origin belongs.
    pub fn find(&self, named: Option<&str>, origin: Option<&str>) -> Found {
        if self.unread.load(Ordering::SeqCst) {
            return Found::Unread;
        }
        let snapshot = self.snapshot();
        let allows = |origins: &Origins| origin.is_none_or(|origin| origins.allows(origin));
        match named {
            Some(SiteId::DEFAULT) => Found::Default,
            Some(named) => match snapshot.sites.iter().find(|(site, _)| site.id.as_str() == named) {
                Some((site, origins)) if allows(origins) => Found::Site(site.id.clone()),
                Some((site, _)) => Found::Foreign(site.id.clone()),
                None => Found::Unknown,
            },
            None => {
                let of_origin =
                    |(_, origins): &&(Site, Origins)| origin.is_some_and(|origin| origins.allows(origin));
                let found = snapshot.sites.iter().find(of_origin);
                found.map_or(Found::Default, |(site, _)| Found::Site(site.id.clone()))
            }
        }
    }

    /// Admits an answer of a site, unless the site has used up its share of the queue. Each site has a share,
    /// so that one can't fill the queue for the others.
    pub fn slot(&self, site: &SiteId) -> Option<Slot<'_>> {
        let sites = self.snapshot().sites.len();
        let most = if sites == 0 { usize::MAX } else { (QUEUE / (sites + 1)).max(LEAST_PART) };
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        let count = under_way.entry(site.clone()).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Slot { directory: self, site: site.clone() })
    }

    /// The time zone in which a site's owner counts days; by default UTC.
    pub fn zone(&self, site: &SiteId) -> TimeZone {
        let name = self.of(site, |settings| settings.time_zone.clone());
        name.flatten().and_then(|name| TimeZone::get(&name).ok()).unwrap_or(TimeZone::UTC)
    }

    /// The languages of a site's pages; empty for all available ones.
    pub fn languages(&self, site: &SiteId) -> Vec<String> {
        self.of(site, |settings| settings.languages.clone()).unwrap_or_default()
    }

    /// A site's settings for its cases.
    pub fn cases(&self, site: &SiteId) -> Settings {
        self.of(site, |settings| settings.cases.clone()).unwrap_or_default()
    }

    /// The properties by which a site's answers are grouped.
    pub fn groups(&self, site: &SiteId) -> Vec<String> {
        self.of(site, |settings| settings.groups.clone()).unwrap_or_default()
    }

    /// The notices that may have to be told of an answer that arrives at this instant.
    pub fn wanted(&self, site: &SiteId, answer: &Answer, received_at: i64) -> Vec<Wanted> {
        self.each_notice(site, |notice, zone| notice.wants(answer, received_at, zone))
    }

    /// The notices that are told of a person's action on a case.
    pub fn wanted_of_action(&self, site: &SiteId, at: i64) -> Vec<Wanted> {
        self.each_notice(site, |notice, zone| notice.wants_action(at, zone))
    }

    fn each_notice(
        &self,
        site: &SiteId,
        wants: impl Fn(&Notice, &TimeZone) -> Option<Wanted>,
    ) -> Vec<Wanted> {
        let snapshot = self.snapshot();
        // Most sites have none, and an answer of theirs costs this look only.
        let Some(records) = snapshot.notices.get(site) else { return Vec::new() };
        let zone = self.zone(site);
        let on = records.iter().filter(|record| record.health.off_since.is_none());
        on.filter_map(|record| wants(&record.notice, &zone)).collect()
    }

    /// The notice of that name.
    pub fn notice(&self, site: &SiteId, name: &str) -> Option<NoticeRecord> {
        let snapshot = self.snapshot();
        snapshot.notices.get(site)?.iter().find(|record| record.notice.name == name).cloned()
    }

    /// A site's notices.
    pub fn notices(&self, site: &SiteId) -> Vec<NoticeRecord> {
        self.snapshot().notices.get(site).cloned().unwrap_or_default()
    }

    /// The number of notices whose receiver doesn't take messages.
    pub fn failing_notices(&self) -> usize {
        let snapshot = self.snapshot();
        let all = snapshot.notices.values().flatten();
        all.filter(|record| record.health != Health::default()).count()
    }

    /// Whether any site has a notice.
    pub fn has_notices(&self) -> bool {
        !self.snapshot().notices.is_empty()
    }

    fn of<T>(&self, site: &SiteId, read: impl FnOnce(&Site) -> T) -> Option<T> {
        self.snapshot().sites.iter().find(|(known, _)| known.id == *site).map(|(settings, _)| read(settings))
    }

    /// The sites with settings of their own.
    pub fn sites(&self) -> Vec<Site> {
        self.snapshot().sites.iter().map(|(site, _)| site.clone()).collect()
    }

    /// Whether a site with that id exists.
    pub fn has(&self, site: &SiteId) -> bool {
        site.is_default() || self.snapshot().sites.iter().any(|(known, _)| known.id == *site)
    }

    /// The rights of a token. It is found by its hash, so the time doesn't depend on how much of it is right.
    pub fn opens(&self, token: &str) -> Option<(SiteId, Scopes)> {
        self.by_hash(&hash(token)).map(|(site, _, scopes)| (site, scopes))
    }

    /// The site, the name and the scopes of the token with that hash.
    pub fn by_hash(&self, token_hash: &str) -> Option<(SiteId, String, Scopes)> {
        self.snapshot().tokens.get(token_hash).cloned()
    }

    /// Whether there are any tokens.
    pub fn has_tokens(&self) -> bool {
        !self.snapshot().tokens.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Scope, TokenRecord, sqlite::Sqlite};

    async fn directory() -> Directory {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Sqlite::open(&folder.path().join("a.db"), 1).expect("a store");
        for (id, origin) in [("one", "https://one.example"), ("two", "https://*.two.example")] {
            let id = SiteId::parse(id).expect("an id");
            store.put_site(Site { id, origins: vec![origin.into()], ..Site::default() }).await.expect("kept");
        }
        for (name, token, revoked_at) in [("a", "right", None), ("b", "old", Some(1))] {
            let site = SiteId::parse("one").expect("an id");
            let (hash, scopes) = (hash(token), Scopes::of([Scope::Read]));
            let token = TokenRecord { site, name: name.into(), hash, scopes, created_at: 0, revoked_at };
            store.put_token(token).await.expect("kept");
        }
        let directory = Directory::default();
        directory.load(&store).await.expect("read");
        directory
    }

    #[tokio::test]
    async fn a_site_is_named_or_its_origin_tells() {
        let directory = directory().await;
        let site = |id: &str| Found::Site(SiteId::parse(id).expect("an id"));
        for (named, origin, found) in [
            (None, None, Found::Default),
            (None, Some("https://one.example"), site("one")),
            (None, Some("https://www.two.example"), site("two")),
            (None, Some("https://two.example"), Found::Default),
            (Some("default"), Some("https://one.example"), Found::Default),
            (Some("two"), None, site("two")),
            (Some("two"), Some("https://a.b.two.example"), site("two")),
            (Some("two"), Some("https://one.example"), Found::Foreign(SiteId::parse("two").expect("an id"))),
            (Some("three"), Some("https://one.example"), Found::Unknown),
        ] {
            assert_eq!(directory.find(named, origin), found, "{named:?} {origin:?}");
        }
    }

    #[tokio::test]
    async fn a_site_has_its_own_days_and_languages_and_any_other_the_usual_ones() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Sqlite::open(&folder.path().join("a.db"), 1).expect("a store");
        let id = SiteId::parse("one").expect("an id");
        let (time_zone, languages) = (Some("Asia/Kathmandu".into()), vec!["nl".into()]);
        let site = Site { id: id.clone(), time_zone, languages, ..Site::default() };
        store.put_site(site).await.expect("kept");
        let directory = Directory::default();
        directory.load(&store).await.expect("read");
        assert_eq!(directory.zone(&id).iana_name(), Some("Asia/Kathmandu"));
        assert_eq!(directory.languages(&id), ["nl"]);
        assert_eq!(directory.zone(&SiteId::default()), TimeZone::UTC);
        assert!(directory.languages(&SiteId::default()).is_empty());
    }

    #[tokio::test]
    async fn a_token_opens_its_site_until_it_is_revoked() {
        let directory = directory().await;
        let (site, scopes) = directory.opens("right").expect("a token");
        assert!(site.as_str() == "one" && scopes.allow(Scope::Read) && !scopes.allow(Scope::Work));
        for token in ["", "righ", "right ", "old"] {
            assert_eq!(directory.opens(token), None, "{token}");
        }
    }

    #[tokio::test]
    async fn a_flooded_site_takes_no_other_sites_part_of_the_queue() {
        let directory = directory().await;
        let (one, two) = (SiteId::default(), SiteId::parse("two").expect("an id"));
        let mut slots: Vec<_> = std::iter::from_fn(|| directory.slot(&one)).take(QUEUE).collect();
        assert_eq!(slots.len(), QUEUE / 3);
        assert!(directory.slot(&two).is_some());
        slots.pop();
        assert!(directory.slot(&one).is_some());
    }

    #[test]
    fn no_two_tokens_are_the_same_and_none_is_its_hash() {
        let (one, two) = (new_token(), new_token());
        assert!(one != two && one.len() == 73 && hash(&one).len() == 64 && hash(&one) != hash(&two));
    }
}
