//! `/v1/askings`: counts how often the question is shown, and what becomes of it.
//!
//! A browser sends one line of words: `shown`, `closed`, `scored` or `commented`, the survey, the touchpoint, the
//! wording and the mode. Nothing in it is about the customer, and only sums are kept.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use aanrader_survey::{TRY_OUT, text};
use axum::body::Body;
use axum::extract::State as Shared;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Extension, Router};

use super::body::{self, Kind};
use super::error::{Error, Listed};
use super::limit::Peer;
use super::{State, site};
use crate::store::{Asking, DAY, SiteId, Trends, now};

/// How often the counts are stored.
const FLUSH: Duration = Duration::from_secs(10);

/// The most combinations of survey, touchpoint, wording and mode that one site counts on one day.
const MOST: usize = 1_000;

/// The words of the events, in the order of [`Asking::counts`].
const EVENTS: [&str; 4] = ["shown", "closed", "scored", "commented"];

pub(super) fn router() -> Router<State> {
    Router::new().route("/askings", post(count))
}

/// The counts that aren't stored yet.
#[derive(Debug, Default)]
pub struct Askings(Mutex<Counts>);

#[derive(Debug, Default)]
struct Counts {
    waiting: BTreeMap<(SiteId, Asking), [i64; 4]>,
    /// The combinations of today, so that nobody fills the database with made-up ones.
    today: (i64, BTreeSet<(SiteId, Asking)>),
}

impl Askings {
    /// Adds one event; `asking` is the combination without counts. Beyond the limit it is left out.
    fn add(&self, site: SiteId, asking: Asking, event: usize) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.today.0 != asking.day {
            counts.today = (asking.day, BTreeSet::new());
        }
        let key = (site, asking);
        if !counts.today.1.contains(&key) {
            if counts.today.1.iter().filter(|(site, _)| *site == key.0).count() >= MOST {
                return;
            }
            counts.today.1.insert(key.clone());
        }
        counts.waiting.entry(key).or_default()[event] += 1;
    }

    /// Stores all that is waiting. If that fails, it goes on waiting.
    pub(crate) async fn flush(&self, store: &dyn Trends) {
        let waiting = std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner).waiting);
        if waiting.is_empty() {
            return;
        }
        let of = |((site, asking), counts): (&(SiteId, Asking), &[i64; 4])| {
            (site.clone(), Asking { counts: *counts, ..asking.clone() })
        };
        if let Err(error) = store.count_askings(waiting.iter().map(of).collect()).await {
            tracing::warn!(%error, "counts of the question are not stored yet");
            let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            for (key, added) in waiting {
                let sums = counts.waiting.entry(key).or_default();
                sums.iter_mut().zip(added).for_each(|(sum, added)| *sum += added);
            }
        }
    }

    /// Stores them from time to time, as long as both exist.
    pub(crate) fn keep(askings: Weak<Self>, store: Weak<dyn Trends>) {
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(FLUSH).await;
                let Some((askings, store)) = askings.upgrade().zip(store.upgrade()) else { return };
                askings.flush(&*store).await;
            }
        });
    }
}

/// One event of the question. The reply is empty: the page that sent it may be gone.
async fn count(
    Shared(state): Shared<State>,
    peer: Option<Extension<Peer>>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Error> {
    let kind = Kind::of(&headers)?;
    let (site, _) = site::judge(&state, site::named(&uri).as_deref(), &headers)?;
    state.limit.admit_count(peer.map(|Extension(peer)| peer), &headers)?;
    let bytes = body::read(body, kind).await?;
    let (event, asking) = read(&bytes, now().div_euclid(DAY)).ok_or_else(malformed)?;
    if asking.survey != TRY_OUT {
        state.askings.add(site, asking, event);
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn malformed() -> Error {
    let message = format!(
        "the body is no count; send {} with survey, touchpoint, wording and mode after it, with blanks between",
        EVENTS.join(", ")
    );
    Error::Query(vec![Listed::new("body", "malformed", message)])
}

/// The event and its combination.
fn read(bytes: &[u8], day: i64) -> Option<(usize, Asking)> {
    let line = std::str::from_utf8(bytes).ok()?;
    let words: Vec<&str> = line.split(' ').collect();
    let [event, survey, touchpoint, wording, mode] = words[..] else { return None };
    let event = EVENTS.iter().position(|known| *known == event)?;
    let names = [survey, touchpoint, wording];
    if !names.iter().all(|name| text::is_slug(name)) {
        return None;
    }
    let mode = if mode == "popup" { "popup" } else { "inline" };
    let [survey, touchpoint, wording, mode] = [survey, touchpoint, wording, mode].map(str::to_owned);
    Some((event, Asking { survey, day, touchpoint, wording, mode, counts: [0; 4] }))
}

/// The counts of a new collector.
pub(crate) fn counting(store: &Arc<dyn Trends>) -> Arc<Askings> {
    let askings = Arc::new(Askings::default());
    Askings::keep(Arc::downgrade(&askings), Arc::downgrade(store));
    askings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asking(line: &str) -> Option<(usize, String, String)> {
        read(line.as_bytes(), 1).map(|(event, asking)| (event, asking.touchpoint, asking.mode))
    }

    #[test]
    fn a_count_is_five_words_and_nothing_else() {
        let is = |event, mode: &str| Some((event, "t".to_owned(), mode.to_owned()));
        assert_eq!(asking("shown s t 00ff popup"), is(0, "popup"));
        assert_eq!(asking("commented s t 00ff inline"), is(3, "inline"));
        assert_eq!(asking("scored s t 00ff null"), is(2, "inline"), "the attribute may be absent");
        for line in [
            "",
            "shown",
            "shown s t 00ff",
            "seen s t 00ff popup",
            "shown S t 00ff popup",
            "shown s t 0 popup x",
        ] {
            assert_eq!(asking(line), None, "{line}");
        }
    }

    #[test]
    fn made_up_combinations_fill_nothing_up() {
        let askings = Askings::default();
        let (_, known) = read(b"shown s t 00ff popup", 1).expect("a count");
        for number in 0..MOST + 50 {
            askings.add(SiteId::default(), Asking { survey: format!("s{number}"), ..known.clone() }, 0);
        }
        let held = |askings: &Askings| askings.0.lock().expect("no panic").waiting.len();
        assert_eq!(held(&askings), MOST);
        let other = SiteId::parse("other").expect("an id");
        askings.add(other, known.clone(), 0);
        askings.add(SiteId::default(), Asking { day: 2, ..known }, 0);
        assert_eq!(held(&askings), MOST + 2);
    }

    #[tokio::test]
    async fn counts_are_stored_as_sums() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = crate::store::sqlite::Sqlite::open(&folder.path().join("a.db"), 1).expect("a store");
        let askings = Askings::default();
        for event in ["shown", "shown", "closed"] {
            let (event, asking) = read(format!("{event} s t 00ff popup").as_bytes(), 3).expect("a count");
            askings.add(SiteId::default(), asking, event);
        }
        askings.flush(&store).await;
        askings.flush(&store).await;
        let kept = store.askings(crate::store::Series::default(), 3, 3).await.expect("counts");
        assert_eq!(kept.iter().map(|asking| asking.counts).collect::<Vec<_>>(), [[2, 1, 0, 0]]);
    }
}
