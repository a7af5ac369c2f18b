//! Which site a request is about and what its token opens: what the database has of both, in memory.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, Weak};
use std::time::Duration;

use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::cases::Settings;
use crate::origins::Origins;
use crate::store::sqlite::QUEUE;
use crate::store::{Engine, Scopes, Site, SiteId};

/// How soon a running collector knows of a change.
const REFRESH: Duration = Duration::from_secs(5);

/// A site's part of the queue is never smaller, however many sites there are.
const LEAST_PART: usize = 16;

/// A new token: 244 random bits, and a name by which a leak is recognised.
pub fn new_token() -> String {
    format!("aanrader_{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple())
}

/// A token as it is stored: its hash and its rights.
pub fn hash(token: &str) -> String {
    Sha256::digest(token.as_bytes()).iter().fold(String::new(), |mut text, byte| {
        // Writing to a string can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The sites and tokens of a collector that serves.
#[derive(Debug, Default)]
pub struct Directory {
    snapshot: RwLock<Arc<Snapshot>>,
    /// Whether the database could not be read at the start.
    unread: AtomicBool,
    /// How many answers of each site are being stored.
    under_way: Mutex<HashMap<SiteId, usize>>,
}

/// An answer of a site that is being stored. Dropping it lets the next one in.
#[must_use]
#[derive(Debug)]
pub struct Turn<'a> {
    directory: &'a Directory,
    site: SiteId,
}

impl Drop for Turn<'_> {
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
}

/// Which site an answer is for, by what its request says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A site that was added, and the origin may send its answers.
    Site(SiteId),
    /// The default site, whose origins are in the settings.
    Default,
    /// The site is there and the origin is none of its own.
    Foreign(SiteId),
    /// There is no such site.
    Unknown,
    /// The database could not be read yet, so nobody knows which sites there are.
    Unread,
}

impl Directory {
    /// Reads all of them.
    ///
    /// # Errors
    ///
    /// That of the store.
    pub async fn load(&self, store: &dyn Engine) -> anyhow::Result<()> {
        let sites = store.sites().await?.into_iter().map(|site| {
            let origins = Origins::parse(&site.origins.join(",")).unwrap_or_default();
            (site, origins)
        });
        let tokens = store.tokens().await?.into_iter().filter(|token| token.revoked_at.is_none());
        let tokens = tokens.map(|token| (token.hash, (token.site, token.name, token.scopes)));
        let snapshot = Snapshot { sites: sites.collect(), tokens: tokens.collect() };
        *self.snapshot.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(snapshot);
        self.unread.store(false, Ordering::SeqCst);
        Ok(())
    }

    /// Reads all of them, or later: a database that can't be read is no reason to stop, for it may be back in
    /// a moment. Until then no answer is taken, which might be another site's.
    pub async fn load_or_later(&self, store: &dyn Engine) {
        if let Err(error) = self.load(store).await {
            self.unread.store(true, Ordering::SeqCst);
            tracing::warn!(error = format!("{error:#}"), "sites and tokens could not be read yet");
        }
    }

    /// Reads them again and again, for as long as both are there.
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

    /// The site that a request names, or whose origin sent it.
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

    /// Lets an answer of a site be stored, unless so many of it are being stored that other sites would find
    /// the queue full: it holds one part for each site, and a site gets no other's.
    pub fn turn(&self, site: &SiteId) -> Option<Turn<'_>> {
        let sites = self.snapshot().sites.len();
        let most = if sites == 0 { usize::MAX } else { (QUEUE / (sites + 1)).max(LEAST_PART) };
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        let count = under_way.entry(site.clone()).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Turn { directory: self, site: site.clone() })
    }

    /// The time zone in which a site's owner counts days; UTC unless it has another.
    pub fn zone(&self, site: &SiteId) -> TimeZone {
        let name = self.of(site, |settings| settings.time_zone.clone());
        name.flatten().and_then(|name| TimeZone::get(&name).ok()).unwrap_or(TimeZone::UTC)
    }

    /// The languages of a site's pages; an empty list is all that there are.
    pub fn languages(&self, site: &SiteId) -> Vec<String> {
        self.of(site, |settings| settings.languages.clone()).unwrap_or_default()
    }

    /// A site's settings for its cases.
    pub fn cases(&self, site: &SiteId) -> Settings {
        self.of(site, |settings| settings.cases.clone()).unwrap_or_default()
    }

    fn of<T>(&self, site: &SiteId, read: impl FnOnce(&Site) -> T) -> Option<T> {
        self.snapshot().sites.iter().find(|(known, _)| known.id == *site).map(|(settings, _)| read(settings))
    }

    /// Whether there is a site of that id.
    pub fn has(&self, site: &SiteId) -> bool {
        site.is_default() || self.snapshot().sites.iter().any(|(known, _)| known.id == *site)
    }

    /// What a token opens. It is found by its hash, so how much of it is right takes no part in the time.
    pub fn opens(&self, token: &str) -> Option<(SiteId, Scopes)> {
        self.by_hash(&hash(token)).map(|(site, _, scopes)| (site, scopes))
    }

    /// The site, the name and the scopes of the token with that hash.
    pub fn by_hash(&self, token_hash: &str) -> Option<(SiteId, String, Scopes)> {
        self.snapshot().tokens.get(token_hash).cloned()
    }

    /// Whether there is any token.
    pub fn has_tokens(&self) -> bool {
        !self.snapshot().tokens.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Registry, Scope, TokenRecord, sqlite::Sqlite};

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
        let mut turns: Vec<_> = std::iter::from_fn(|| directory.turn(&one)).take(QUEUE).collect();
        assert_eq!(turns.len(), QUEUE / 3);
        assert!(directory.turn(&two).is_some());
        turns.pop();
        assert!(directory.turn(&one).is_some());
    }

    #[test]
    fn no_two_tokens_are_the_same_and_none_is_its_hash() {
        let (one, two) = (new_token(), new_token());
        assert!(one != two && one.len() == 73 && hash(&one).len() == 64 && hash(&one) != hash(&two));
    }
}
