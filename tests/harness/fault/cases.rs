//! Checks the cases after a fault: each stored answer has the right case, and each case has one owner.

use std::collections::BTreeSet;

use reqwest::StatusCode;

use super::ledger::Kept;
use crate::collector::{Collector, TOKEN};
use crate::person::{Person, hidden};

/// The number of people who want the same case at the same time.
const WORKERS: usize = 50;

/// The number of cases that they want.
const WANTED: usize = 4;

/// From this score on, an answer alone opens no case.
const CONTENT: u8 = 7;

/// The problems with the cases of a collector that holds these answers, each as a sentence.
pub(super) async fn settle(collector: &Collector, kept: &[Kept]) -> Vec<String> {
    let owner = Person::signed_in(collector, TOKEN).await;
    let cases = owner.cases().await;
    let id = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let open: BTreeSet<_> =
        cases.iter().filter(|(_, score)| *score < CONTENT).map(|(path, _)| id(path)).collect();
    let low: BTreeSet<_> =
        kept.iter().filter(|kept| kept.score < CONTENT).map(|kept| kept.id.clone()).collect();
    let missing = low.difference(&open).map(|id| format!("the low score of {id} has no case"));
    let extra = open.difference(&low).map(|id| format!("the case {id} has no low score"));
    let mut wrong: Vec<_> = missing.chain(extra).collect();
    if cases.len() > cases.iter().collect::<BTreeSet<_>>().len() {
        wrong.push("a case is listed twice".to_owned());
    }
    wrong.extend(race(collector, &owner, cases.iter().map(|(path, _)| path.as_str()).take(WANTED)).await);
    wrong
}

/// Lets all workers take the same cases at once.
async fn race(collector: &Collector, owner: &Person, cases: impl Iterator<Item = &str>) -> Vec<String> {
    let mut wanted = Vec::new();
    for path in cases {
        let page = owner.get(path).await.expect(StatusCode::OK).text();
        wanted.push((path, hidden(&page, "version")));
    }
    let mut workers = Vec::new();
    for _ in 0..WORKERS {
        let worker = Person::signed_in(collector, TOKEN).await;
        let csrf = worker.csrf();
        workers.push((worker, csrf));
    }
    let mut wrong = Vec::new();
    for (path, version) in wanted {
        let takes = workers.iter().map(|(worker, csrf)| async {
            let fields = [("csrf", csrf.as_str()), ("version", &version), ("action", "take")];
            worker.post(path, &fields).await.status
        });
        let replies = all(takes).await;
        let count = |status| replies.iter().filter(|reply| **reply == status).count();
        let page = owner.get(path).await.expect(StatusCode::OK).text();
        let found =
            (count(StatusCode::SEE_OTHER), count(StatusCode::CONFLICT), page.matches("took it").count());
        if found != (1, WORKERS - 1, 1) {
            wrong.push(format!(
                "of {WORKERS} who took {path} at once: done, refused, in its history: {found:?}"
            ));
        }
    }
    wrong
}

/// All of them at once, in their order.
async fn all<T>(futures: impl Iterator<Item: Future<Output = T>>) -> Vec<T> {
    let mut pending: Vec<_> = futures.map(|future| (Box::pin(future), None)).collect();
    std::future::poll_fn(|context| {
        for (future, done) in pending.iter_mut().filter(|(_, done)| done.is_none()) {
            if let std::task::Poll::Ready(value) = future.as_mut().poll(context) {
                *done = Some(value);
            }
        }
        let over = pending.iter().all(|(_, done)| done.is_some());
        if over { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    pending.into_iter().filter_map(|(_, done)| done).collect()
}
