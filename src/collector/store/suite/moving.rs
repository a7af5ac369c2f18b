//! Tests of moving cases, counters and secrets from one database to another.

use super::cases::{done, judged, key, open_cases, save};
use super::{Received, assert_sound, received_json};
use crate::cases::{Action, State};
use crate::notices::{Event, Wanted};
use crate::store::{
    Acted, Asking, CUSTOMER, CaseFilter, CaseRecord, Engine, EventRecord, Happening, LogRequest, Moved,
    Saying, Series, SiteId, Week, Whose,
};

async fn put(store: &dyn Engine, records: &[CaseRecord]) -> Vec<Moved> {
    store.put_case_records(SiteId::default(), records.to_vec()).await.expect("tried")
}

async fn records(store: &dyn Engine, ids: &[&str]) -> Vec<CaseRecord> {
    let keys = ids.iter().map(|id| ("a".to_owned(), (*id).to_owned())).collect();
    let mut records = store.case_records(SiteId::default(), keys).await.expect("read");
    records.sort_by_key(CaseRecord::key);
    records
}

/// An imported answer of survey `a`: it opens no case.
fn imported(number: u32, rev: u32, score: u8) -> Received {
    let text = format!(
        r#"{{"id":"3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f{number:04x}","rev":{rev},"complete":true,"survey":"a",
            "touchpoint":"t","score":{score},"customer":"anna"}}"#
    );
    received_json(&text, 5)
}

const ID: &str = "3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f0001";

/// A case that was solved and told, and that the customer reopened.
fn worked_on() -> CaseRecord {
    let event = |version, who: Option<&str>, what: &str, text: Option<&str>| EventRecord {
        version,
        at: 10 * version,
        who: who.map(str::to_owned),
        what: what.to_owned(),
        text: text.map(str::to_owned),
    };
    let anna = Some("Anna");
    let events = vec![
        event(2, None, "score", Some("9 0")),
        event(3, anna, "take", None),
        event(4, anna, "cause", Some("carrier")),
        event(5, anna, "note", Some("called ☎ 'twice'")),
        event(6, anna, "solve", None),
        event(7, anna, "tell", Some("Subject\n\nText")),
        event(8, None, "said-no", Some("still broken")),
    ];
    CaseRecord {
        survey: "a".into(),
        id: ID.into(),
        version: 8,
        state: State::Reopened,
        urgency: serde_json::from_str("0").expect("an urgency"),
        due_at: 99,
        owner: Some("Anna".into()),
        cause: Some("carrier".into()),
        lowest: serde_json::from_value::<CaseRecord>(minimal()).expect("a case").lowest,
        opened_at: 7,
        told_at: Some(70),
        solved: Some(false),
        events,
    }
}

fn minimal() -> serde_json::Value {
    serde_json::json!({
        "survey": "a", "id": ID, "version": 1, "state": "new", "urgency": 5, "due_at": 1, "lowest": 0, "opened_at": 1,
    })
}

pub(crate) async fn a_case_moves_with_all_that_happened_and_nobody_is_told(store: &dyn Engine) {
    let case = worked_on();
    assert_eq!(put(store, std::slice::from_ref(&case)).await, [Moved::NoAnswer]);
    save(store, imported(1, 2, 0)).await;
    save(store, imported(2, 1, 3)).await;
    assert!(open_cases(store).await.is_empty());
    assert_eq!(put(store, std::slice::from_ref(&case)).await, [Moved::New]);
    assert_eq!(put(store, std::slice::from_ref(&case)).await, [Moved::Known], "again changes nothing");
    assert_eq!(records(store, &[ID, "none"]).await, std::slice::from_ref(&case));
    let (read, history) = store.case(key(&open_cases(store).await[0])).await.expect("read").expect("a case");
    assert_eq!((read.state, read.owner.as_deref(), read.due_at), (State::Reopened, Some("Anna"), 99));
    assert_eq!((read.answer.score.get(), read.lowest.get()), (0, 0));
    let said = Happening::Said { solved: false, text: Some("still broken".into()) };
    assert_eq!((history.len(), &history[6].what), (7, &said));
    let log = LogRequest { site: SiteId::default(), notice: None, limit: 9 };
    assert_eq!(store.log(log).await.expect("read"), []);
    // The case goes on here as any other.
    assert_eq!(done(store, &read, Action::Take, None).await, Acted::Done);
    assert_sound(store).await;
}

pub(crate) async fn a_case_that_was_worked_on_later_here_stays_as_it_is(store: &dyn Engine) {
    save(store, imported(1, 2, 0)).await;
    let case = worked_on();
    let earlier =
        CaseRecord { version: 3, state: State::Taken, events: case.events[..2].to_vec(), ..worked_on() };
    assert_eq!(put(store, std::slice::from_ref(&earlier)).await, [Moved::New]);
    assert_eq!(put(store, std::slice::from_ref(&case)).await, [Moved::Updated]);
    assert_eq!(records(store, &[ID]).await, std::slice::from_ref(&case));
    let here = open_cases(store).await.remove(0);
    assert_eq!(done(store, &here, Action::Note, Some("here")).await, Acted::Done);
    let worked_on_here = records(store, &[ID]).await;
    assert_eq!(put(store, &[case]).await, [Moved::Later]);
    assert_eq!(put(store, &[earlier]).await, [Moved::Later]);
    assert_eq!(records(store, &[ID]).await, worked_on_here);
    // An answer that was moved with another score leaves its case right, too.
    save(store, imported(1, 3, 4)).await;
    assert_eq!(put(store, &worked_on_here).await, [Moved::Known]);
    let filter = CaseFilter { score: aanrader_survey::Score::new(4), ..CaseFilter::default() };
    assert_eq!(store.cases(filter, None, 9).await.expect("read").len(), 1);
}

pub(crate) async fn many_cases_move_in_the_order_in_which_they_come(store: &dyn Engine) {
    let mut all = Vec::new();
    for number in (0..300u32).rev() {
        save(store, imported(number, 1, 2)).await;
        let id = format!("3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f{number:04x}");
        all.push(CaseRecord { id, ..worked_on() });
    }
    let (some, others) = all.split_at(100);
    assert_eq!(put(store, some).await, [Moved::New; 100]);
    let outcome = put(store, &all).await;
    assert!(outcome[..100].iter().all(|moved| *moved == Moved::Known), "{outcome:?}");
    assert!(outcome[100..].iter().all(|moved| *moved == Moved::New) && others.len() == 200, "{outcome:?}");
    assert_eq!(store.cases(CaseFilter::default(), None, 1_000).await.expect("read").len(), 300);
}

pub(crate) async fn no_case_comes_back_to_an_answer_that_was_erased_here(store: &dyn Engine) {
    let case = worked_on();
    save(store, imported(1, 2, 0)).await;
    assert_eq!(put(store, std::slice::from_ref(&case)).await, [Moved::New]);
    let whose = Whose::Customer { site: SiteId::default(), customer: "anna".into() };
    assert_eq!(store.anonymize(whose).await.expect("erased"), 1);
    assert_eq!(records(store, &[ID]).await, []);
    assert_eq!(put(store, std::slice::from_ref(&case)).await, [Moved::Erased]);
    assert!(open_cases(store).await.is_empty() && records(store, &[ID]).await.is_empty());
}

pub(crate) async fn an_erased_customer_s_mails_leave_the_outbox(store: &dyn Engine) {
    save(store, judged(1, 1, 0, r#","customer":"anna""#, 5)).await;
    save(store, judged(2, 1, 0, r#","customer":"bert""#, 5)).await;
    for case in open_cases(store).await {
        let events = vec![Event::CaseChanged];
        let wanted = Wanted { notice: CUSTOMER.into(), fits: true, events, due_at: 9, period: 0 };
        let act = |version, action, wanted| crate::store::Act {
            key: key(&case),
            version: Some(version),
            who: "Anna".into(),
            at: 9,
            action,
            text: Some("Subject\n\nText".into()),
            wanted,
        };
        assert_eq!(store.act(act(1, Action::Take, vec![])).await.expect("tried"), Acted::Done);
        assert_eq!(store.act(act(2, Action::Reply, vec![wanted])).await.expect("tried"), Acted::Done);
    }
    let rows = async || {
        let log = LogRequest { site: SiteId::default(), notice: None, limit: 9 };
        store.log(log).await.expect("read").len()
    };
    assert_eq!(rows().await, 2);
    let whose = Whose::Customer { site: SiteId::default(), customer: "anna".into() };
    assert_eq!(store.anonymize(whose).await.expect("erased"), 1);
    assert_eq!(rows().await, 1);
}

pub(crate) async fn counters_secrets_and_weeks_move_and_moving_again_changes_nothing(store: &dyn Engine) {
    let (site, other) = (SiteId::default(), SiteId::parse("other").expect("an id"));
    let asking = |counts| Asking { survey: "a".into(), day: 3, counts, ..Asking::default() };
    let all = async |site: &SiteId| {
        let of = Series { site: site.clone(), ..Series::default() };
        store.askings(of, i64::MIN, i64::MAX).await.expect("counters")
    };
    for _ in 0..2 {
        store.raise_askings(site.clone(), vec![asking([9, 2, 3, 1])]).await.expect("raised");
        assert_eq!(all(&site).await, [asking([9, 2, 3, 1])]);
    }
    store.count_askings(vec![(site.clone(), asking([5, 0, 1, 0]))]).await.expect("counted");
    store.raise_askings(site.clone(), vec![asking([9, 7, 3, 1])]).await.expect("raised");
    assert_eq!((all(&site).await, all(&other).await), (vec![asking([14, 7, 4, 1])], vec![]));
    store.secret(site.clone(), "solved-link", "s".into()).await.expect("made");
    assert_eq!(store.secrets(site.clone()).await.expect("read"), [("solved-link".into(), "s".into())]);
    assert_eq!(store.secrets(other.clone()).await.expect("read"), []);
    let week = |monday: &str| Week {
        site: SiteId::default(),
        name: "@weekly",
        monday: monday.into(),
        to: vec!["anna@shop.example".into()],
        at: 5,
    };
    for monday in ["2026-11-23", "2026-11-16", "2026-11-23"] {
        store.open_week(week(monday)).await.expect("opened");
    }
    assert_eq!(store.weeks(site).await.expect("read"), ["2026-11-16", "2026-11-23"]);
    assert!(store.weeks(other).await.expect("read").is_empty());
}

/// Everything that a person and a customer did moves as it is: what one database holds, another one holds, too.
pub(crate) async fn what_is_read_of_a_case_is_what_moves(store: &dyn Engine) {
    save(store, judged(1, 1, 9, r#","contact":{"allowed":true,"how":"a@b.example"}"#, 5)).await;
    save(store, judged(1, 2, 1, "", 6)).await;
    let case = open_cases(store).await.remove(0);
    for (action, text) in [
        (Action::Take, None),
        (Action::Cause, Some("carrier")),
        (Action::Solve, None),
        (Action::Tell, Some("S\n\nT")),
    ] {
        assert_eq!(done(store, &case, action, text).await, Acted::Done, "{action:?}");
    }
    let saying = Saying { key: key(&case), solved: true, text: Some("ja".into()), at: 20, due_at: 30 };
    store.say(saying).await.expect("said");
    let [record] = &records(store, &[ID]).await[..] else { panic!("one case") };
    let (read, history) = store.case(key(&case)).await.expect("read").expect("a case");
    assert_eq!((record.version, record.state), (read.version, read.state));
    assert_eq!((record.told_at, record.solved, record.lowest.get()), (Some(9), Some(true), 1));
    assert_eq!(
        (record.opened_at, record.due_at, record.urgency),
        (read.opened_at, read.due_at, read.urgency)
    );
    assert_eq!(record.events.len(), history.len());
    let whats: Vec<_> = record.events.iter().map(|event| event.what.as_str()).collect();
    assert_eq!(whats, ["score", "take", "cause", "solve", "tell", "said-yes"]);
    assert_eq!(record.check(), Ok(()));
    let text = serde_json::to_string(record).expect("JSON");
    assert_eq!(serde_json::from_str::<CaseRecord>(&text).expect("a case"), *record);
}
