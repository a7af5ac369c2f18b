//! The outbox: what is written with an answer, and how it is leased.

use super::{join_all, received_json};
use crate::cases::{Action, Settings};
use crate::notices::{Event, Notice, Rule, SETTLES, Scores, Target, When};
use crate::store::{
    Act, CaseKey, Delivery, DeliveryState, Engine, Finish, How, Lease, LogRequest, Millis, Received, Replay,
    SiteId, Whose,
};
use jiff::tz::TimeZone;

const NOW: Millis = 1_800_000_000_000;

fn notice(name: &str, events: &[Event], rule: Rule) -> Notice {
    let target = Target::Ntfy { url: "https://ntfy.example/shop".into() };
    Notice { name: name.into(), events: events.to_vec(), rule, when: When::Now, hours: None, target }
}

fn low() -> Rule {
    Rule { scores: Some(Scores::parse("0-6").expect("a range")), ..Rule::default() }
}

/// The same answer, of which this notice may have to be told.
fn wanted(received: Received, notice: &Notice) -> Received {
    let wanted = notice.wants(&received.answer, received.received_at, &TimeZone::UTC);
    let verdict = Settings::default().judge(&received.answer, received.received_at, &TimeZone::UTC);
    received.judged(verdict).wanted(wanted.into_iter().collect())
}

fn answer(digit: u8, rev: u32, score: u8, at: Millis) -> Received {
    super::at("a", "t", digit, rev, score, at)
}

fn incomplete(digit: u8, rev: u32, score: u8, at: Millis) -> Received {
    let text = format!(
        r#"{{"id":"3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f3a4{digit:x}","rev":{rev},"complete":false,
            "survey":"a","touchpoint":"t","score":{score}}}"#
    );
    received_json(&text, at)
}

async fn lease_at(store: &dyn Engine, now: Millis) -> Vec<Delivery> {
    let lease = Lease { site: SiteId::default(), notice: "crm".into(), now, until: now + 30_000, limit: 100 };
    store.lease(lease).await.expect("leased")
}

async fn log(store: &dyn Engine) -> Vec<Delivery> {
    let request = LogRequest { site: SiteId::default(), notice: None, limit: 1_000 };
    store.log(request).await.expect("a log")
}

/// Event and number of each row, sorted.
async fn events(store: &dyn Engine) -> Vec<(&'static str, i64)> {
    let mut all: Vec<_> = log(store).await.iter().map(|row| (row.key.event.name(), row.key.number)).collect();
    all.sort_unstable();
    all
}

async fn finish(store: &dyn Engine, rows: &[Delivery], how: How) {
    let rows = rows.iter().map(|row| (row.key.clone(), row.leased)).collect();
    store.finish(Finish { rows, at: NOW, how }).await.expect("stored");
}

fn delivered() -> How {
    How::Delivered("200".into())
}

pub(crate) async fn an_answer_that_nobody_is_told_of_writes_no_row(store: &dyn Engine) {
    let crm = notice("crm", &Event::ALL, low());
    store.save(answer(1, 1, 0, NOW)).await.expect("saved");
    store.save(wanted(answer(2, 1, 9, NOW), &crm)).await.expect("saved");
    assert_eq!(events(store).await, []);
    store.put_notice(SiteId::default(), crm).await.expect("kept");
    assert_eq!(store.due(NOW + SETTLES).await.expect("read"), []);
}

pub(crate) async fn each_event_of_an_answer_and_its_case_is_written_once(store: &dyn Engine) {
    let crm = notice("crm", &Event::ALL, low());
    for _ in 0..2 {
        store.save(wanted(answer(1, 1, 3, NOW), &crm)).await.expect("saved");
    }
    assert_eq!(events(store).await, [("answer.created", 1), ("case.opened", 1)]);
    let rows = lease_at(store, NOW).await;
    assert_eq!(rows.len(), 2);
    finish(store, &rows, delivered()).await;
    // A score that changes later is an update, and changes the case.
    store.save(wanted(answer(1, 2, 1, NOW + 5), &crm)).await.expect("saved");
    let expected = [("answer.created", 1), ("answer.updated", 2), ("case.changed", 2), ("case.opened", 1)];
    assert_eq!(events(store).await, expected);
    // The rule takes 0 to 6; the receiver knows the answer, so it also learns of the raised score.
    let rows = lease_at(store, NOW + 5).await;
    finish(store, &rows, delivered()).await;
    store.save(wanted(answer(1, 3, 9, NOW + 9), &crm)).await.expect("saved");
    assert!(events(store).await.contains(&("answer.updated", 3)));
    let key = log(store).await.into_iter().find(|row| row.key.number == 3).expect("a row").key;
    let settled = store.settled(key).await.expect("read").expect("an answer");
    assert!(settled.told && settled.answer.score.get() == 9);
}

pub(crate) async fn a_score_that_may_still_change_waits_and_is_told_once(store: &dyn Engine) {
    let crm = notice("crm", &Event::of_answers(), Rule::default());
    store.save(wanted(incomplete(1, 1, 3, NOW), &crm)).await.expect("saved");
    store.save(wanted(incomplete(2, 1, 3, NOW), &crm)).await.expect("saved");
    assert!(lease_at(store, NOW + 10).await.is_empty());
    store.save(wanted(answer(1, 2, 4, NOW + 10), &crm)).await.expect("saved");
    let rows = lease_at(store, NOW + 10).await;
    assert_eq!(rows.len(), 1, "the finished one: {rows:?}");
    finish(store, &rows, delivered()).await;
    let rows = lease_at(store, NOW + SETTLES).await;
    assert_eq!(rows.len(), 1, "the other one after a minute: {rows:?}");
    assert_eq!(events(store).await, [("answer.created", 1), ("answer.created", 1)]);
    // While it is on its way, a change is another event.
    store.save(wanted(answer(2, 2, 5, NOW + SETTLES + 1), &crm)).await.expect("saved");
    assert!(events(store).await.contains(&("answer.updated", 2)));
}

pub(crate) async fn a_score_that_comes_to_fit_later_is_told_as_new(store: &dyn Engine) {
    let crm = notice("crm", &Event::of_answers(), low());
    store.save(wanted(incomplete(1, 1, 9, NOW), &crm)).await.expect("saved");
    assert_eq!(events(store).await, []);
    store.save(wanted(answer(1, 2, 2, NOW + 5), &crm)).await.expect("saved");
    assert_eq!(events(store).await, [("answer.created", 2)]);
    // An older revision arrives late, with a comment that the newer one doesn't name.
    let late = received_json(
        r#"{"id":"3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f3a41","rev":1,"complete":false,"survey":"a","touchpoint":"t",
            "score":9,"comment":"late"}"#,
        NOW + 6,
    );
    let rows = lease_at(store, NOW + 5).await;
    finish(store, &rows, delivered()).await;
    store.save(wanted(late, &crm)).await.expect("saved");
    assert_eq!(events(store).await, [("answer.created", 2), ("answer.updated", 1)]);
}

pub(crate) async fn a_person_s_action_is_told_in_its_own_transaction(store: &dyn Engine) {
    let crm = notice("crm", &Event::ALL, Rule::default());
    store.save(wanted(answer(1, 1, 0, NOW), &crm)).await.expect("saved");
    let id = "3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f3a41";
    let key = CaseKey { site: SiteId::default(), survey: "a".into(), id: id.into() };
    let act = |version| Act {
        key: key.clone(),
        version: Some(version),
        who: "anna".into(),
        at: NOW + 7,
        action: Action::Take,
        text: None,
        wanted: crm.wants_action(NOW + 7, &TimeZone::UTC).into_iter().collect(),
    };
    store.act(act(1)).await.expect("done");
    // Nothing was done, so nothing is told.
    store.act(act(1)).await.expect("refused");
    assert_eq!(events(store).await, [("answer.created", 1), ("case.changed", 2), ("case.opened", 1)]);
}

pub(crate) async fn of_many_workers_each_row_is_leased_by_one(store: &dyn Engine) {
    let crm = notice("crm", &[Event::AnswerCreated], Rule::default());
    for digit in 0..16 {
        store.save(wanted(answer(digit, 1, 3, NOW), &crm)).await.expect("saved");
    }
    let lease = || {
        let lease =
            Lease { site: SiteId::default(), notice: "crm".into(), now: NOW, until: NOW + 30_000, limit: 3 };
        store.lease(lease)
    };
    let mut ids = Vec::new();
    // A worker may find all rows locked by others, so it asks again.
    for _ in 0..500 {
        if ids.len() >= 16 {
            break;
        }
        let leased = join_all((0..8).map(|_| lease()).collect()).await;
        let rows = leased.into_iter().flat_map(|rows| rows.expect("leased"));
        ids.extend(rows.map(|row| row.key.id));
    }
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!((all, ids.len()), (16, 16));
}

pub(crate) async fn a_lease_that_has_ended_is_the_next_worker_s(store: &dyn Engine) {
    let crm = notice("crm", &[Event::AnswerCreated], Rule::default());
    store.put_notice(SiteId::default(), crm.clone()).await.expect("kept");
    store.save(wanted(answer(1, 1, 3, NOW), &crm)).await.expect("saved");
    let due = async |now| store.due(now).await.expect("read").len();
    assert_eq!(due(NOW).await, 1);
    let first = lease_at(store, NOW).await;
    assert_eq!((first.len(), due(NOW + 1).await, lease_at(store, NOW + 1).await.len()), (1, 0, 0));
    let second = lease_at(store, NOW + 30_000).await;
    assert_eq!(second.len(), 1);
    assert_eq!(second[0].key.event_id(), first[0].key.event_id());
    finish(store, &second, How::Renewed(NOW + 70_000)).await;
    assert!(lease_at(store, NOW + 65_000).await.is_empty(), "the attempt is still under way");
    // The slow worker comes too late to say anything.
    finish(store, &first, How::Failed("500".into())).await;
    assert_eq!(log(store).await[0].state, DeliveryState::Waiting);
    finish(store, &second, How::Again(NOW + 90_000, "503".into())).await;
    let row = &log(store).await[0];
    assert_eq!((row.failed, row.due_at, row.said.as_deref()), (1, NOW + 90_000, Some("503")));
    let third = lease_at(store, NOW + 90_000).await;
    finish(store, &third, delivered()).await;
    let row = &log(store).await[0];
    assert_eq!((row.state, row.ended_at, row.failed), (DeliveryState::Delivered, Some(NOW), 1));
}

pub(crate) async fn what_was_delivered_is_sent_again_by_case_or_period(store: &dyn Engine) {
    let crm = notice("crm", &[Event::AnswerCreated], Rule::default());
    for digit in 1..=3 {
        store.save(wanted(answer(digit, 1, 3, NOW + Millis::from(digit)), &crm)).await.expect("saved");
    }
    let rows = lease_at(store, NOW + 3).await;
    finish(store, &rows[..2], delivered()).await;
    finish(store, &rows[2..], How::Failed("500".into())).await;
    let replay = |id: Option<&str>, from, to| Replay {
        site: SiteId::default(),
        notice: "crm".into(),
        id: id.map(str::to_owned),
        from,
        to,
        now: NOW + 9,
    };
    let one = Some("3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f3a42");
    assert_eq!(store.replay(replay(one, None, None)).await.expect("done"), 1);
    assert_eq!(
        store.replay(replay(None, Some(NOW + 2), Some(NOW + 9))).await.expect("done"),
        1,
        "the other waits"
    );
    assert_eq!(
        store.replay(Replay { notice: "other".into(), ..replay(None, None, None) }).await.expect("done"),
        0
    );
    let again = lease_at(store, NOW + 9).await;
    let mut ids: Vec<_> = again.iter().map(|row| row.key.id.chars().last()).collect();
    ids.sort_unstable();
    assert_eq!(ids, [Some('2'), Some('3')]);
    assert!(again.iter().all(|row| row.failed == 0));
}

pub(crate) async fn notices_are_kept_replaced_and_removed_with_their_rows(store: &dyn Engine) {
    let crm = notice("crm", &Event::ALL, Rule::default());
    let site = SiteId::parse("toys").expect("an id");
    store.put_notice(site.clone(), crm.clone()).await.expect("kept");
    let health =
        crate::store::Health { failing_since: Some(5), off_since: Some(6), error: Some("410".into()) };
    store.put_health(site.clone(), "crm".into(), health.clone()).await.expect("kept");
    let kept = store.notices().await.expect("notices");
    assert_eq!((kept.len(), &kept[0].notice, &kept[0].health), (1, &crm, &health));
    store.save(wanted(answer(1, 1, 3, NOW).of(site.clone()), &crm)).await.expect("saved");
    assert_eq!(store.due(NOW).await.expect("read"), [], "nothing is due that is off");
    store.put_notice(site.clone(), notice("crm", &Event::ALL, low())).await.expect("kept");
    assert_eq!(store.notices().await.expect("notices")[0].health, crate::store::Health::default());
    assert_eq!(store.due(NOW).await.expect("read"), [(site.clone(), "crm".into())]);
    assert!(store.remove_notice(site.clone(), "crm".into()).await.expect("done"));
    assert!(!store.remove_notice(site, "crm".into()).await.expect("done"));
    assert_eq!((store.notices().await.expect("notices").len(), events(store).await.len()), (0, 0));
}

pub(crate) async fn an_erased_answer_is_told_without_its_words_and_old_rows_go(store: &dyn Engine) {
    let crm = notice("crm", &[Event::AnswerCreated], Rule::default());
    let words = received_json(
        r#"{"id":"3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f3a41","rev":1,"complete":true,"survey":"a","touchpoint":"t",
            "score":3,"comment":"words","customer":"k"}"#,
        NOW,
    );
    store.save(wanted(words, &crm)).await.expect("saved");
    let key = log(store).await.remove(0).key;
    let comment = async || store.settled(key.clone()).await.expect("read").expect("an answer").answer.comment;
    assert_eq!(comment().await.as_deref(), Some("words"));
    store.anonymize(Whose::Customer { site: SiteId::default(), customer: "k".into() }).await.expect("done");
    assert_eq!(comment().await, None);
    assert_eq!(store.forget(NOW).await.expect("done"), 0);
    assert_eq!(store.forget(NOW + 1).await.expect("done"), 1);
}
