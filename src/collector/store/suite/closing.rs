//! Tests of closing the loop: causes, customers' answers, figures.

use super::cases::{done, judged, key, open_cases, save};
use super::{assert_sound, join_all};
use crate::cases::{Action, State};
use crate::store::{
    Acted, CaseFigures, CaseKey, Engine, Happening, Lease, Millis, Said, Saying, SiteId, Week,
};

const CUSTOMER: &str = r#","customer":"anna""#;

async fn go(store: &dyn Engine, number: u32, actions: &[(Action, Option<&str>)]) {
    let id = format!("3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f{number:04x}");
    let of = CaseKey { site: SiteId::default(), survey: "a".into(), id };
    let (case, _) = store.case(of).await.expect("read").expect("a case");
    for (action, text) in actions {
        assert_eq!(done(store, &case, *action, *text).await, Acted::Done, "{action:?}");
    }
}

const TOLD: [(Action, Option<&str>); 3] = [(Action::Take, None), (Action::Solve, None), (Action::Tell, None)];

pub(crate) async fn a_cause_is_renamed_in_the_list_and_in_its_cases(store: &dyn Engine) {
    let (site, other) = (SiteId::default(), SiteId::parse("other").expect("an id"));
    for number in 0..4 {
        save(store, judged(number, 1, number.try_into().expect("a score"), "", 5)).await;
    }
    for (number, cause) in [(0, "carrier"), (1, "carrier"), (2, "price")] {
        go(store, number, &[(Action::Take, None), (Action::Cause, Some(cause))]).await;
    }
    go(store, 1, &TOLD[1..]).await;
    store.add_cause(site.clone(), "size".into(), 1).await.expect("added");
    store.add_cause(site.clone(), "size".into(), 2).await.expect("added again");
    store.add_cause(other.clone(), "carrier".into(), 1).await.expect("added");
    let causes = async |site: &SiteId| store.causes(site.clone()).await.expect("causes");
    assert_eq!(causes(&site).await, ["carrier", "price", "size"]);
    let rename = async |from: &str, to: &str| {
        store.rename_cause(site.clone(), from.into(), to.into(), 3).await.expect("renamed")
    };
    assert!(rename("carrier", "PakketNL").await && !rename("carrier", "x").await);
    assert_eq!(causes(&site).await, ["PakketNL", "price", "size"]);
    assert_eq!(causes(&other).await, ["carrier"]);
    let of = async |cause: &str| {
        let cases = store.of_cause(site.clone(), cause.into(), 9).await.expect("cases");
        cases.iter().map(|case| case.answer.score.get()).collect::<Vec<_>>()
    };
    assert_eq!((of("PakketNL").await, of("carrier").await), (vec![0], vec![]), "1 is closed");
    // Both become one if the new name is there already, and a removed one stays in its cases.
    assert!(rename("price", "PakketNL").await);
    assert_eq!(of("PakketNL").await, [0, 2]);
    let remove = async |name: &str| store.remove_cause(site.clone(), name.into()).await.expect("removed");
    assert!(remove("PakketNL").await && !remove("PakketNL").await);
    assert_eq!((causes(&site).await, of("PakketNL").await), (vec!["size".to_owned()], vec![0, 2]));
}

pub(crate) async fn a_customers_no_reopens_a_case_and_a_yes_is_kept(store: &dyn Engine) {
    save(store, judged(1, 1, 0, "", 5)).await;
    let case = open_cases(store).await.remove(0);
    let say = async |solved: bool, at: Millis| {
        let text = (!solved).then(|| format!("at {at}"));
        store.say(Saying { key: key(&case), solved, text, at, due_at: 1_000 + at }).await.expect("said")
    };
    // Before it is solved, a "no" is recorded and changes no state.
    assert_eq!(say(false, 6).await, Said::Recorded);
    assert_eq!(say(false, 7).await, Said::Already);
    go(store, 1, &TOLD).await;
    assert!(open_cases(store).await.is_empty());
    assert_eq!(say(true, 20).await, Said::Recorded);
    assert_eq!(say(true, 21).await, Said::Already);
    assert!(open_cases(store).await.is_empty(), "a yes leaves it closed");
    assert_eq!(say(false, 22).await, Said::Recorded);
    assert_eq!(say(false, 23).await, Said::Already);
    let (now, history) = store.case(key(&case)).await.expect("read").expect("a case");
    assert_eq!((now.state, now.due_at, now.owner.as_deref()), (State::Reopened, 1_022, Some("anna")));
    assert_eq!(open_cases(store).await.len(), 1);
    let said: Vec<_> = history.iter().filter(|event| event.who.is_none()).map(|event| &event.what).collect();
    let expected = [(false, Some("at 6")), (true, None), (false, Some("at 22"))];
    let expected = expected.map(|(solved, text)| Happening::Said { solved, text: text.map(str::to_owned) });
    assert_eq!(said, expected.iter().collect::<Vec<_>>());
    assert_eq!(history.iter().map(|event| event.version).collect::<Vec<_>>(), [2, 3, 4, 5, 6, 7]);
    let gone = CaseKey { id: "none".into(), ..key(&case) };
    let gone = Saying { key: gone, solved: true, text: None, at: 1, due_at: 1 };
    assert_eq!(store.say(gone).await.expect("said"), Said::Gone);
    assert_sound(store).await;
}

pub(crate) async fn figures_count_who_recovered_and_who_was_told_in_time(store: &dyn Engine) {
    const LATER: Millis = 30 * 86_400_000;
    let figures = async |from, now| store.figures(SiteId::default(), from, now).await.expect("figures");
    assert_eq!(figures(0, LATER).await, CaseFigures::default());
    // 1 says that it is solved, 2 that it isn't, 3 raises the score, 4 gives a higher one later, 5 a lower one.
    for (number, more) in [(1, ""), (2, ""), (3, ""), (4, CUSTOMER), (5, r#","customer":"bert""#), (6, "")] {
        save(store, judged(number, 1, 2, more, 5)).await;
    }
    save(store, judged(7, 1, 9, r#","contact":{"allowed":true}"#, 5)).await;
    save(store, judged(3, 2, 8, "", 6)).await;
    save(store, judged(8, 1, 7, CUSTOMER, LATER)).await;
    save(store, judged(9, 1, 1, r#","customer":"bert""#, LATER)).await;
    for (number, solved) in [(1, true), (2, false)] {
        go(store, number, &TOLD).await;
        let id = format!("3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f{number:04x}");
        let key = CaseKey { site: SiteId::default(), survey: "a".into(), id };
        assert_eq!(
            store.say(Saying { key, solved, text: None, at: 10, due_at: LATER }).await.expect("said"),
            Said::Recorded
        );
    }
    let expected =
        CaseFigures { opened: 7, detractors: 6, recovered: 3, due: 1, in_time: 1, solved: 1, unsolved: 1 };
    assert_eq!(figures(0, 10).await, CaseFigures { opened: 8, detractors: 7, ..expected });
    assert_eq!(figures(6, 10).await, CaseFigures { opened: 1, detractors: 1, ..CaseFigures::default() });
    let late = figures(0, 20 * 86_400_000).await;
    assert_eq!((late.due, late.in_time), (6, 1), "2 is due again only later, 9 too");
}

pub(crate) async fn a_secret_is_made_once_for_each_site(store: &dyn Engine) {
    let secret = async |site: &str, proposed: &str| {
        let site = SiteId::parse(site).expect("an id");
        store.secret(site, "link", proposed.into()).await.expect("a secret")
    };
    assert_eq!((secret("one", "a").await, secret("two", "b").await), ("a".into(), "b".into()));
    assert_eq!((secret("one", "c").await, secret("two", "c").await), ("a".into(), "b".into()));
}

pub(crate) async fn of_ten_collectors_one_writes_the_mails_of_a_week(store: &dyn Engine) {
    const NAME: &str = "@weekly";
    let site = SiteId::default();
    let week = |monday: &str, to: &[&str]| Week {
        site: SiteId::default(),
        name: NAME,
        monday: monday.into(),
        to: to.iter().map(ToString::to_string).collect(),
        at: 5,
    };
    let to = ["anna@shop.example", "bert@shop.example"];
    assert!(!store.has_week(site.clone(), "2026-11-16".into()).await.expect("read"));
    let opened = join_all((0..10).map(|_| store.open_week(week("2026-11-16", &to))).collect()).await;
    let opened = opened.into_iter().map(|opened| opened.expect("tried")).filter(|opened| *opened).count();
    assert_eq!(opened, 1);
    assert!(store.has_week(site.clone(), "2026-11-16".into()).await.expect("read"));
    assert_eq!(store.waiting(NAME, 5).await.expect("sites"), std::slice::from_ref(&site));
    assert_eq!(store.waiting(NAME, 4).await.expect("sites"), []);
    assert_eq!(store.waiting("@customer", 5).await.expect("sites"), []);
    let lease = Lease { site: site.clone(), notice: NAME.into(), now: 5, until: 9, limit: 9 };
    let mut rows = store.lease(lease).await.expect("leased");
    rows.sort_by(|one, other| one.key.survey.cmp(&other.key.survey));
    let keys: Vec<_> = rows.iter().map(|row| (row.key.survey.as_str(), row.key.id.as_str())).collect();
    assert_eq!(keys, to.map(|to| (to, "2026-11-16")));
    // A week in which nobody answered has a row and no mail.
    assert!(store.open_week(week("2026-11-23", &[])).await.expect("opened"));
    assert!(!store.open_week(week("2026-11-23", &to)).await.expect("tried"));
}

pub(crate) async fn the_solved_case_of_a_week_is_one_whose_customer_says_so(store: &dyn Engine) {
    let solved = async |from, to| {
        let case = store.solved_between(SiteId::default(), from, to).await.expect("read");
        case.map(|case| case.answer.score.get())
    };
    for number in 1..=3u8 {
        save(store, judged(number.into(), 1, number, "", 5)).await;
        go(store, number.into(), &TOLD).await;
    }
    assert_eq!((solved(0, 9).await, solved(10, 99).await), (None, None), "they were told at 9");
    let id = "3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f0002".to_owned();
    let key = CaseKey { site: SiteId::default(), survey: "a".into(), id };
    let saying = Saying { key, solved: true, text: None, at: 10, due_at: 20 };
    assert_eq!(store.say(saying).await.expect("said"), Said::Recorded);
    assert_eq!(solved(9, 10).await, Some(2));
}
