//! Tests of cases: they open with their answers, accept one change at a time, and go with their answers.

use std::time::Duration;

use aanrader_survey::Score;
use jiff::tz::TimeZone;

use super::{Received, assert_sound, join_all, received_json};
use crate::cases::{Action, Settings, State, Urgency};
use crate::store::{
    Act, Acted, Case, CaseFilter, CaseKey, Engine, Happening, Millis, Owned, Place, Session, SiteId, Whose,
    find, look,
};

/// An answer with the outcome of the rules.
pub(super) fn judged(number: u32, rev: u32, score: u8, more: &str, at: Millis) -> Received {
    let received = received_json(
        &format!(
            r#"{{"id":"3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f{number:04x}","rev":{rev},"complete":true,"survey":"a",
                "touchpoint":"t{}","score":{score}{more}}}"#,
            number % 2
        ),
        at,
    );
    let settings = Settings { owner_property: Some("agent".into()), ..Settings::default() };
    let verdict = settings.judge(&received.answer, at, &TimeZone::UTC);
    received.judged(verdict)
}

pub(super) async fn save(store: &dyn Engine, received: Received) {
    store.save(received).await.expect("saved");
}

async fn list(store: &dyn Engine, filter: CaseFilter) -> Vec<Case> {
    store.cases(filter, None, 1_000).await.expect("cases")
}

pub(super) async fn open_cases(store: &dyn Engine) -> Vec<Case> {
    list(store, CaseFilter::default()).await
}

pub(super) fn key(case: &Case) -> CaseKey {
    CaseKey { site: SiteId::default(), survey: case.answer.survey.clone(), id: case.answer.id.clone() }
}

fn act(case: &Case, who: &str, action: Action, text: Option<&str>) -> Act {
    let version = Some(case.version).filter(|_| action != Action::Note);
    Act {
        key: key(case),
        version,
        who: who.into(),
        at: 9,
        action,
        text: text.map(str::to_owned),
        wanted: Vec::new(),
    }
}

/// Carries out an action on the current case.
pub(super) async fn done(store: &dyn Engine, of: &Case, action: Action, text: Option<&str>) -> Acted {
    let (case, _) = store.case(key(of)).await.expect("read").expect("a case");
    store.act(act(&case, "anna", action, text)).await.expect("tried")
}

/// The scores of cases, in the order of the list.
fn scores(cases: &[Case]) -> Vec<u8> {
    cases.iter().map(|case| case.answer.score.get()).collect()
}

pub(crate) async fn a_low_score_or_consent_opens_a_case_and_nothing_else(store: &dyn Engine) {
    let contact = r#","contact":{"allowed":true,"how":"a@b.example"}"#;
    for score in 0..=10u8 {
        save(store, judged(score.into(), 1, score, "", 5)).await;
    }
    save(store, judged(11, 1, 10, contact, 5)).await;
    let imported = received_json(
        r#"{"id":"3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f00ff","rev":1,"complete":true,"survey":"a",
            "touchpoint":"t","score":0}"#,
        5,
    );
    save(store, imported).await;
    let cases = open_cases(store).await;
    assert_eq!(scores(&cases), [0, 1, 2, 3, 4, 5, 6, 10]);
    assert!(cases.iter().all(|case| case.state == State::New && case.owner.is_none() && case.version == 1));
    assert_eq!(cases[7].urgency, Urgency::Asked);
    assert_eq!(
        cases[7].answer.contact.as_ref().and_then(|contact| contact.how.as_deref()),
        Some("a@b.example")
    );
    assert_eq!(cases[0].opened_at, 5);
    assert_sound(store).await;
}

pub(crate) async fn cases_are_listed_by_urgency_then_by_when_they_are_due_on_pages(store: &dyn Engine) {
    const DAY: Millis = 86_400_000;
    for number in 0..40u32 {
        let score = [6, 0, 3, 5][(number % 4) as usize];
        save(store, judged(number, 1, score, "", Millis::from(number % 7) * DAY)).await;
    }
    let all = open_cases(store).await;
    let order: Vec<_> = all.iter().map(|case| (case.urgency, case.due_at, case.answer.id.clone())).collect();
    assert!(order.is_sorted() && order.len() == 40, "{order:?}");
    let (mut pages, mut after) = (Vec::new(), None);
    loop {
        let found = find(store, CaseFilter::default(), "", after, 7).await.expect("a page");
        pages.extend(found.cases);
        after = found.next.map(|place| Place::decode(&place.encode()).expect("a place"));
        if after.is_none() {
            break;
        }
    }
    assert_eq!(pages, all);
}

pub(crate) async fn cases_are_found_by_owner_touchpoint_score_due_and_words(store: &dyn Engine) {
    let said = |text: &str| format!(r#","comment":"{text}""#);
    save(store, judged(1, 1, 0, &said("Te LAAT, doos kapot"), 0)).await;
    save(store, judged(2, 1, 0, r#","properties":{"agent":"bert"}"#, 86_400_000)).await;
    save(store, judged(3, 1, 6, &said("Één doos te weinig"), 86_400_000)).await;
    let ids = async |filter: CaseFilter, words: &str| {
        let found = find(store, filter, words, None, 50).await.expect("cases");
        let last = |case: &Case| case.answer.id.chars().last().expect("a digit");
        found.cases.iter().map(last).collect::<String>()
    };
    let all = CaseFilter::default;
    assert_eq!(ids(all(), "").await, "123");
    assert_eq!(ids(CaseFilter { owned: Owned::ByNobody, ..all() }, "").await, "13");
    assert_eq!(ids(CaseFilter { owned: Owned::By("bert".into()), ..all() }, "").await, "2");
    assert_eq!(ids(CaseFilter { touchpoint: Some("t0".into()), ..all() }, "").await, "2");
    assert_eq!(ids(CaseFilter { score: Score::new(6), ..all() }, "").await, "3");
    assert_eq!(ids(CaseFilter { due_before: Some(86_400_000), ..all() }, "").await, "1");
    assert_eq!(ids(CaseFilter { site: SiteId::parse("other").expect("an id"), ..all() }, "").await, "");
    for (words, found) in [("doos", "13"), ("DOOS laat", "1"), ("één", "3"), ("%", ""), ("kapot weinig", "")]
    {
        assert_eq!(ids(all(), words).await, found, "{words}");
    }
}

pub(crate) async fn words_are_looked_for_in_so_many_cases_at_a_time_and_all_are_found(store: &dyn Engine) {
    for number in 0..40u32 {
        let said = if number % 9 == 0 { r#","comment":"doos kapot""# } else { "" };
        save(store, judged(number, 1, 0, said, number.into())).await;
    }
    // With no time at all, one part is read at a time.
    for (time, fewest) in [(Duration::MAX, 40 / 6), (Duration::ZERO, 40 / 3)] {
        let (mut found, mut after, mut pages) = (Vec::new(), None, 0);
        loop {
            let of = (CaseFilter::default(), "kapot");
            let part = look(store, of, after, 2, (3, 6, time)).await.expect("a part");
            assert!(part.cases.len() <= 2, "{}", part.cases.len());
            found.extend(part.cases.iter().map(|case| case.opened_at));
            (after, pages) = (part.next, pages + 1);
            if after.is_none() {
                break;
            }
        }
        assert_eq!(found, [0, 9, 18, 27, 36]);
        assert!(pages >= fewest, "{pages} pages");
    }
}

pub(crate) async fn a_case_goes_its_way_and_its_history_says_who_did_what(store: &dyn Engine) {
    save(store, judged(1, 1, 0, "", 5)).await;
    let case = open_cases(store).await.remove(0);
    assert_eq!(done(store, &case, Action::Solve, None).await, Acted::NotNow);
    for (action, text) in [
        (Action::Take, None),
        (Action::Contact, None),
        (Action::Note, Some("belt <morgen> terug")),
        (Action::Cause, Some("bezorger")),
        (Action::Solve, None),
        (Action::Tell, None),
    ] {
        assert_eq!(done(store, &case, action, text).await, Acted::Done, "{action:?}");
    }
    assert!(open_cases(store).await.is_empty());
    let closed = list(store, CaseFilter { closed: true, ..CaseFilter::default() }).await;
    assert_eq!(
        (closed.len(), closed[0].state, closed[0].cause.as_deref()),
        (1, State::Told, Some("bezorger"))
    );
    assert_eq!(done(store, &case, Action::Reopen, None).await, Acted::Done);
    let (now, history) = store.case(key(&case)).await.expect("read").expect("a case");
    assert_eq!((now.state, now.owner.as_deref(), now.version), (State::Reopened, Some("anna"), 8));
    let did: Vec<_> =
        history.iter().map(|event| (event.version, event.who.as_deref(), &event.what)).collect();
    assert_eq!(did[0], (2, Some("anna"), &Happening::Did(Action::Take, None)));
    assert_eq!(did[2].2, &Happening::Did(Action::Note, Some("belt <morgen> terug".into())));
    assert_eq!(did.len(), 7);
    assert_eq!(store.causes(SiteId::default()).await.expect("causes"), ["bezorger"]);
    assert_eq!(store.causes(SiteId::parse("other").expect("an id")).await.expect("causes"), [""; 0]);
    let gone = CaseKey { site: SiteId::parse("other").expect("an id"), ..key(&case) };
    let gone = Act { key: gone, ..act(&now, "anna", Action::Note, Some("x")) };
    assert_eq!(store.act(gone).await.expect("tried"), Acted::Gone);
}

pub(crate) async fn of_fifty_who_take_a_case_at_once_one_has_it(store: &dyn Engine) {
    for number in 0..4 {
        save(store, judged(number, 1, 0, "", 5)).await;
    }
    let cases = open_cases(store).await;
    let who: Vec<String> = (0..50).map(|worker| format!("worker-{worker}")).collect();
    let tries = who.iter().flat_map(|who| cases.iter().map(move |case| (case, who)));
    let tried =
        join_all(tries.clone().map(|(case, who)| store.act(act(case, who, Action::Take, None))).collect());
    let tried: Vec<_> = tried.await.into_iter().map(|outcome| outcome.expect("tried")).collect();
    for case in &cases {
        let of_case = tries.clone().zip(&tried).filter(|((tried, _), _)| tried.answer.id == case.answer.id);
        let (took, others): (Vec<_>, Vec<_>) = of_case.partition(|(_, outcome)| **outcome == Acted::Done);
        let [((_, taker), _)] = took[..] else { panic!("{} took it", took.len()) };
        assert!(others.iter().all(|(_, outcome)| **outcome == Acted::Changed), "{others:?}");
        let (now, history) = store.case(key(case)).await.expect("read").expect("a case");
        assert_eq!((now.owner.as_ref(), now.version, history.len()), (Some(taker), 2, 1));
    }
}

pub(crate) async fn notes_at_once_are_all_kept(store: &dyn Engine) {
    save(store, judged(1, 1, 0, "", 5)).await;
    let case = open_cases(store).await.remove(0);
    let texts: Vec<String> = (0..20).map(|number| format!("note {number}")).collect();
    let notes = texts.iter().map(|text| store.act(act(&case, "anna", Action::Note, Some(text))));
    for noted in join_all(notes.collect()).await {
        assert_eq!(noted.expect("tried"), Acted::Done);
    }
    let (now, history) = store.case(key(&case)).await.expect("read").expect("a case");
    assert_eq!((now.version, history.len()), (21, 20));
}

pub(crate) async fn a_score_that_changes_stays_visible_in_its_case(store: &dyn Engine) {
    let scored = |from, to| Happening::Scored {
        from: Score::new(from).expect("a score"),
        to: Score::new(to).expect("a score"),
    };
    save(store, judged(1, 1, 0, "", 5)).await;
    // The customer corrects a slip before anybody has taken the case. It no longer asks for a follow-up, but
    // still exists.
    save(store, judged(1, 2, 10, "", 6)).await;
    let (case, history) = {
        let case = open_cases(store).await.remove(0);
        store.case(key(&case)).await.expect("read").expect("a case")
    };
    assert_eq!((case.answer.score.get(), case.lowest.get(), case.urgency), (10, 0, Urgency::Settled));
    assert_eq!(history.iter().map(|event| &event.what).collect::<Vec<_>>(), [&scored(0, 10)]);
    assert_eq!(history[0].who, None);
    // A later comment changes nothing of it; a lower score does.
    save(store, judged(1, 3, 10, r#","comment":"x""#, 7)).await;
    assert_eq!(open_cases(store).await[0].version, case.version);
    save(store, judged(1, 4, 3, "", 8)).await;
    let case = open_cases(store).await.remove(0);
    assert_eq!((case.urgency.rank(), case.lowest.get(), case.version), (1, 0, 3));
    // Once somebody has taken it, it keeps its urgency.
    assert_eq!(done(store, &case, Action::Take, None).await, Acted::Done);
    save(store, judged(1, 5, 9, "", 9)).await;
    let case = open_cases(store).await.remove(0);
    assert_eq!((case.urgency.rank(), case.answer.score.get(), case.state), (1, 9, State::Taken));
    assert_eq!(case.owner.as_deref(), Some("anna"));
    assert_sound(store).await;
}

pub(crate) async fn a_lower_score_opens_a_case_and_opens_a_closed_one_again(store: &dyn Engine) {
    save(store, judged(1, 1, 9, "", 5)).await;
    assert!(open_cases(store).await.is_empty());
    save(store, judged(1, 2, 9, r#","contact":{"allowed":true}"#, 6)).await;
    assert_eq!(open_cases(store).await[0].urgency, Urgency::Asked);
    save(store, judged(1, 3, 5, "", 7)).await;
    let case = open_cases(store).await.remove(0);
    assert_eq!((case.urgency.rank(), case.lowest.get()), (2, 5));
    for action in [Action::Take, Action::Solve, Action::Tell] {
        assert_eq!(done(store, &case, action, None).await, Acted::Done);
    }
    save(store, judged(1, 4, 8, "", 8)).await;
    assert!(open_cases(store).await.is_empty(), "a higher score leaves it closed");
    save(store, judged(1, 5, 1, "", 9 * 86_400_000)).await;
    let again = open_cases(store).await.remove(0);
    assert_eq!((again.state, again.urgency.rank(), again.lowest.get()), (State::Reopened, 0, 1));
    assert!(again.due_at > 9 * 86_400_000);
    // Consent that is taken back leaves the case of a high score unchanged.
    save(store, judged(2, 1, 9, r#","contact":{"allowed":true}"#, 5)).await;
    save(store, judged(2, 2, 8, "", 6)).await;
    assert_eq!(open_cases(store).await[1].urgency, Urgency::Asked, "it isn't named, so it stays");
    save(store, judged(2, 3, 8, r#","contact":{"allowed":false}"#, 7)).await;
    let withdrawn = open_cases(store).await.remove(1);
    assert_eq!((withdrawn.urgency, withdrawn.answer.score.get()), (Urgency::Settled, 8));
    // Consent that arrives late, after a revision that doesn't name it.
    save(store, judged(3, 2, 9, "", 5)).await;
    save(store, judged(3, 1, 9, r#","contact":{"allowed":true}"#, 6)).await;
    let late = open_cases(store).await.remove(1);
    assert_eq!((late.urgency, late.answer.contact.is_some()), (Urgency::Asked, true));
}

pub(crate) async fn an_answer_that_is_erased_takes_its_case_along(store: &dyn Engine) {
    for (number, customer) in [(1, "anna"), (2, "bert")] {
        save(
            store,
            judged(number, 1, 0, &format!(r#","customer":"{customer}""#), Millis::from(number) * 100),
        )
        .await;
    }
    let other = SiteId::parse("other").expect("an id");
    save(store, judged(1, 1, 0, r#","customer":"anna""#, 100).of(other.clone())).await;
    let cases = open_cases(store).await;
    for case in &cases {
        assert_eq!(done(store, case, Action::Note, Some("a secret")).await, Acted::Done);
    }
    let whose = Whose::Customer { site: SiteId::default(), customer: "anna".into() };
    assert_eq!(store.anonymize(whose).await.expect("erased"), 1);
    let left = open_cases(store).await;
    assert_eq!(left.iter().map(|case| case.answer.customer.as_deref()).collect::<Vec<_>>(), [Some("bert")]);
    assert_eq!(store.case(key(&cases[0])).await.expect("read"), None);
    assert_eq!(list(store, CaseFilter { site: other, ..CaseFilter::default() }).await.len(), 1);
    // A late revision from an outbox that was offline opens nothing. A new case with the same id begins
    // without history.
    save(store, judged(1, 2, 0, "", 300)).await;
    assert_eq!(open_cases(store).await.len(), 1);
    let before = Whose::Before { site: SiteId::default(), instant: 1_000 };
    assert_eq!(store.anonymize(before).await.expect("done"), 1);
    assert!(open_cases(store).await.is_empty());
    assert_sound(store).await;
}

/// A low score from an older collector's database has no case until the answer changes.
pub(crate) async fn assert_cases_from_then_on(store: &dyn Engine) {
    assert!(open_cases(store).await.is_empty());
    save(store, judged(2, 1, 0, "", 5)).await;
    assert_eq!(open_cases(store).await.len(), 1);
    save(store, judged(1, 3, 6, "", 6)).await;
    assert_eq!(scores(&open_cases(store).await), [0, 6]);
}

pub(crate) async fn a_session_is_its_site_s_until_it_ends(store: &dyn Engine) {
    let shop = Some(SiteId::parse("shop").expect("an id"));
    let session = |site: &Option<SiteId>, hash: &str, expires_at| Session {
        site: site.clone(),
        hash: hash.into(),
        token_hash: "t".into(),
        expires_at,
    };
    store.put_session(session(&shop, "one", 10), 0).await.expect("kept");
    store.put_session(session(&None, "all", 10), 0).await.expect("kept");
    let found = async |site: &Option<SiteId>, hash: &str| {
        store.session(site.clone(), hash.into()).await.expect("read")
    };
    assert_eq!(found(&shop, "one").await, Some(session(&shop, "one", 10)));
    assert_eq!(found(&None, "all").await, Some(session(&None, "all", 10)));
    assert_eq!(found(&None, "one").await, None);
    // A new session removes the expired ones of its site.
    store.put_session(session(&shop, "two", 99), 50).await.expect("kept");
    assert_eq!(found(&shop, "one").await, None);
    store.end_session(shop.clone(), "two".into()).await.expect("ended");
    assert_eq!(found(&shop, "two").await, None);
    assert!(found(&None, "all").await.is_some());
}
