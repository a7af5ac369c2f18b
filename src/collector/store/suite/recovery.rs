//! Tests of who recovered: what is kept about it is what the answers say, whatever has happened to them.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::cases::{judged, save};
use super::{assert_sound, join_all};
use crate::store::{
    CaseFigures, CaseFilter, CaseKey, Engine, Happening, Millis, PageRequest, Saying, SiteId, Whose,
};

/// Something that happens to the answers of a site.
#[derive(Clone, Debug)]
enum Step {
    /// A new answer or a revision, of this customer or of nobody.
    Save { number: u32, rev: u32, score: u8, customer: Option<u8>, at: Millis },
    /// A customer says whether it is solved.
    Say { number: u32, solved: bool },
    /// The answers of a customer are made anonymous.
    Erase(u8),
    /// Those that came in before an instant are.
    Retain(Millis),
}

fn step() -> impl Strategy<Value = Step> {
    let save = (0..12u32, 1..6u32, 0..=10u8, prop::option::weighted(0.8, 0..3u8), 0..30 as Millis);
    prop_oneof![
        30 => save.prop_map(|(number, rev, score, customer, at)| Step::Save { number, rev, score, customer, at }),
        2 => (0..12u32, any::<bool>()).prop_map(|(number, solved)| Step::Say { number, solved }),
        1 => (0..3u8).prop_map(Step::Erase),
        1 => (0..12 as Millis).prop_map(Step::Retain),
    ]
}

async fn take(store: &dyn Engine, site: &SiteId, step: Step) {
    match step {
        Step::Save { number, rev, score, customer, at } => {
            let more = customer.map(|customer| format!(r#","customer":"c{customer}""#)).unwrap_or_default();
            save(store, judged(number, rev, score, &more, at).of(site.clone())).await;
        }
        Step::Say { number, solved } => {
            let id = format!("3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f{number:04x}");
            let key = CaseKey { site: site.clone(), survey: "a".into(), id };
            store.say(Saying { key, solved, text: None, at: 40, due_at: 50 }).await.expect("tried");
        }
        Step::Erase(customer) => {
            let whose = Whose::Customer { site: site.clone(), customer: format!("c{customer}") };
            store.anonymize(whose).await.expect("erased");
        }
        Step::Retain(instant) => {
            store.anonymize(Whose::Before { site: site.clone(), instant }).await.expect("done");
        }
    }
}

/// The number of detractors whose case was opened at or after an instant, and of those who recovered: counted from
/// the answers themselves.
async fn counted(store: &dyn Engine, site: &SiteId, from: Millis) -> (u64, u64) {
    let page = PageRequest { site: site.clone(), limit: 99, ..PageRequest::default() };
    let answers = store.page(page).await.expect("a page");
    let filter = CaseFilter { site: site.clone(), ..CaseFilter::default() };
    let cases = store.cases(filter, None, 99).await.expect("cases");
    let (mut detractors, mut recovered) = (0, 0);
    for case in cases.iter().filter(|case| case.opened_at >= from && case.lowest.get() <= 6) {
        let key =
            CaseKey { site: site.clone(), survey: case.answer.survey.clone(), id: case.answer.id.clone() };
        let (_, history) = store.case(key).await.expect("read").expect("a case");
        let said = history.iter().rev().find_map(|event| match event.what {
            Happening::Said { solved, .. } => Some(solved),
            _ => None,
        });
        let is_later = answers.iter().any(|other| {
            other.customer.is_some()
                && other.customer == case.answer.customer
                && other.received_at > case.opened_at
                && other.score > case.lowest
        });
        detractors += 1;
        recovered += u64::from(said == Some(true) || case.answer.score > case.lowest || is_later);
    }
    (detractors, recovered)
}

pub(crate) async fn figures_of_any_history_are_those_that_its_answers_make(store: &dyn Engine) {
    let mut runner = TestRunner::deterministic();
    let mut most = 0;
    for history in 0..25 {
        let site = SiteId::parse(&format!("s{history}")).expect("an id");
        let steps = prop::collection::vec(step(), 1..60).new_tree(&mut runner).expect("steps").current();
        for step in &steps {
            take(store, &site, step.clone()).await;
        }
        for from in [0, 10, 20] {
            let CaseFigures { detractors, recovered, .. } =
                store.figures(site.clone(), from, 99).await.expect("figures");
            let expected = counted(store, &site, from).await;
            assert_eq!((detractors, recovered), expected, "from {from} after {steps:?}");
            most = most.max(recovered);
        }
    }
    assert!(most > 3, "histories in which somebody recovers");
    assert_sound(store).await;
}

pub(crate) async fn a_customer_recovers_with_a_later_answer_that_is_stored_at_the_same_time(
    store: &dyn Engine,
) {
    let saves = (0..200u32).map(|number| {
        let customer = format!(r#","customer":"c{}""#, number / 2);
        let (score, at) = if number % 2 == 0 { (2, 5) } else { (9, 6) };
        store.save(judged(number, 1, score, &customer, at))
    });
    for saved in join_all(saves.collect()).await {
        saved.expect("saved");
    }
    let figures = store.figures(SiteId::default(), 0, 99).await.expect("figures");
    assert_eq!((figures.detractors, figures.recovered), (100, 100));
    assert_sound(store).await;
}
