//! Tests of the trend.

use std::collections::BTreeMap;

use aanrader_survey::Score;

use super::{assert_sound, received_json};
use crate::store::period::DAY;
use crate::store::{
    Asking, Engine, Grouping, Mark, MarkKind, Millis, Received, Series, SiteId, WORDINGS, Whose, Wording,
    periods,
};

const HOUR: Millis = 3_600_000;

/// An answer with an agent and a client.
fn of_agent(digit: u8, (rev, score): (u32, u8), agent: &str, at: Millis) -> Received {
    let properties = serde_json::json!({ "agent": agent, "client": "o'x" });
    let text = format!(
        r#"{{"id":"3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f3a4{digit:x}","rev":{rev},"complete":true,"survey":"a",
            "touchpoint":"t","score":{score},"customer":"anna","wording":"00ff","properties":{properties}}}"#
    );
    received_json(&text, at)
}

fn declared(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// The groups of a property, such as `anna@1: 9×2`, of all days.
async fn groups(store: &dyn Engine, by: Grouping) -> String {
    let groups = store.groups(Series::default(), by, i64::MIN, i64::MAX).await.expect("groups");
    let one = |(value, days): (&String, &BTreeMap<i64, aanrader_survey::Tally>)| {
        let scores = days.iter().flat_map(|(day, tally)| {
            let given = Score::all().filter(|score| tally.count(*score) > 0);
            given.map(move |score| format!("{value}@{day}: {}×{}", score.get(), tally.count(score)))
        });
        scores.collect::<Vec<_>>()
    };
    groups.iter().flat_map(one).collect::<Vec<_>>().join(", ")
}

async fn by(store: &dyn Engine, property: &str) -> String {
    groups(store, Grouping::Property(property.to_owned())).await
}

pub(crate) async fn the_tallies_of_an_answers_groups_follow_its_revisions(store: &dyn Engine) {
    let agents = declared(&["agent"]);
    for (digit, agent) in [(1, "wim"), (2, "wim"), (3, "zoë \"z\"")] {
        store.save(of_agent(digit, (1, 9), agent, DAY).grouped_by(&agents)).await.expect("saved");
    }
    assert_eq!(by(store, "agent").await, "wim@1: 9×2, zoë \"z\"@1: 9×1");
    assert_eq!(by(store, "client").await, "", "it isn't declared");
    store.save(of_agent(1, (3, 2), "ada", 2 * DAY).grouped_by(&agents)).await.expect("saved");
    store.save(of_agent(1, (2, 5), "bob", 2 * DAY).grouped_by(&agents)).await.expect("an older one");
    assert_eq!(by(store, "agent").await, "ada@2: 2×1, wim@1: 9×1, zoë \"z\"@1: 9×1");
    // Nobody declares it any more when the next revision comes.
    store.save(of_agent(2, (2, 7), "wim", DAY)).await.expect("saved");
    assert_eq!(by(store, "agent").await, "ada@2: 2×1, zoë \"z\"@1: 9×1");
    assert_eq!(groups(store, Grouping::Touchpoint).await, "t@1: 7×1, t@1: 9×1, t@2: 2×1");
    assert_sound(store).await;
    let whose = Whose::Customer { site: SiteId::default(), customer: "anna".into() };
    assert_eq!(store.anonymize(whose).await.expect("erased"), 3);
    assert_eq!(by(store, "agent").await, "ada@2: 2×1, zoë \"z\"@1: 9×1");
    assert_sound(store).await;
}

pub(crate) async fn every_answer_with_a_wording_is_counted_under_it_in_its_language(store: &dyn Engine) {
    let shown = |digit: u8, rev: u32, score: u8, language: &str, wording: &str| {
        received_json(
            &format!(
                r#"{{"id":"3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f3a4{digit:x}","rev":{rev},"complete":true,"survey":"a",
                    "touchpoint":"t","score":{score}{language}{wording}}}"#
            ),
            DAY,
        )
        .grouped_by(&[])
    };
    let (nl, en) = (r#","language":"nl""#, r#","language":"en""#);
    let (one, other) = (r#","wording":"00ff""#, r#","wording":"00aa""#);
    for (digit, score, language, wording) in [
        (1, 9, nl, one),
        (2, 8, nl, one),
        (3, 7, nl, other),
        (4, 6, en, one),
        (5, 5, "", one),
        (6, 4, nl, ""),
    ] {
        store.save(shown(digit, 1, score, language, wording)).await.expect("saved");
    }
    assert_eq!(
        by(store, WORDINGS).await,
        " 00ff@1: 5×1, en 00ff@1: 6×1, nl 00aa@1: 7×1, nl 00ff@1: 8×1, nl 00ff@1: 9×1"
    );
    store.save(shown(1, 2, 0, nl, other)).await.expect("saved");
    assert_eq!(
        by(store, WORDINGS).await,
        " 00ff@1: 5×1, en 00ff@1: 6×1, nl 00aa@1: 0×1, nl 00aa@1: 7×1, nl 00ff@1: 8×1"
    );
    assert_eq!(store.regroup(SiteId::default(), vec![]).await.expect("done"), 0);
    let read = Wording::parse("nl 00aa").expect("a wording");
    assert_eq!((read.language.as_str(), read.id.as_str()), ("nl", "00aa"));
    assert_sound(store).await;
}

pub(crate) async fn the_wordings_of_a_period_are_found_by_survey(store: &dyn Engine) {
    for (digit, language, wording) in
        [(1, "nl", "00ff"), (2, "nl", "00aa"), (3, "nl", "00ff"), (4, "en", "00ff")]
    {
        let text = format!(
            r#"{{"id":"3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f3a4{digit:x}","rev":1,"complete":true,"survey":"a",
                "touchpoint":"t","score":9,"language":"{language}","wording":"{wording}"}}"#
        );
        store.save(received_json(&text, DAY).grouped_by(&[])).await.expect("saved");
    }
    let wordings = async |survey: Option<&str>, first, last| {
        let found = store.wordings(SiteId::default(), survey.map(str::to_owned), first, last).await;
        let name = |(survey, shown): (String, Wording)| format!("{survey} {} {}", shown.language, shown.id);
        found.expect("wordings").into_iter().map(name).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(wordings(None, i64::MIN, i64::MAX).await, "a en 00ff, a nl 00aa, a nl 00ff");
    assert_eq!(wordings(Some("a"), 1, 1).await, wordings(None, i64::MIN, i64::MAX).await);
    assert_eq!(wordings(Some("b"), i64::MIN, i64::MAX).await + &wordings(None, 2, 9).await, "");
}

pub(crate) async fn what_is_done_once_is_kept_for_its_site(store: &dyn Engine) {
    let site = SiteId::default();
    assert!(!store.is_done(site.clone(), "x").await.expect("read"));
    for _ in 0..2 {
        store.set_done(site.clone(), "x").await.expect("kept");
    }
    assert!(store.is_done(site, "x").await.expect("read"));
    assert!(!store.is_done(SiteId::parse("other").expect("an id"), "x").await.expect("read"));
}

pub(crate) async fn properties_that_are_declared_later_count_the_answers_of_before(store: &dyn Engine) {
    for digit in 1..=3 {
        store.save(of_agent(digit, (1, 9), "wim", DAY)).await.expect("saved");
    }
    let other = SiteId::parse("other").expect("an id");
    store.save(of_agent(1, (1, 9), "wim", DAY).of(other)).await.expect("saved");
    let regroup = |names: &[&str]| store.regroup(SiteId::default(), declared(names));
    assert_eq!(regroup(&["agent", "client"]).await.expect("done"), 3);
    assert_eq!(regroup(&["agent", "client"]).await.expect("done"), 0);
    assert_eq!(by(store, "agent").await, "wim@1: 9×3");
    assert_eq!(by(store, "client").await, "o'x@1: 9×3");
    let again = of_agent(1, (2, 0), "wim", DAY).grouped_by(&declared(&["agent", "client"]));
    store.save(again).await.expect("saved");
    assert_eq!(regroup(&["agent"]).await.expect("done"), 3);
    assert_eq!(by(store, "agent").await, "wim@1: 0×1, wim@1: 9×2");
    assert_eq!(by(store, "client").await, "");
    assert_eq!(regroup(&["agent", "wording"]).await.expect("done"), 3);
    assert_eq!(by(store, "wording").await, "00ff@1: 0×1, 00ff@1: 9×2");
    store.save(of_agent(2, (2, 1), "wim", DAY).grouped_by(&declared(&["wording"]))).await.expect("saved");
    assert_eq!(by(store, "wording").await, "00ff@1: 0×1, 00ff@1: 1×1, 00ff@1: 9×1");
    assert_sound(store).await;
}

async fn counted(store: &dyn Engine, of: Series, instants: &[Millis]) -> Vec<aanrader_survey::Tally> {
    let period = instants[0] - DAY..instants[instants.len() - 1] + DAY;
    let days = store.days(of.clone(), period).await.expect("days");
    periods(store, of, instants, &days).await.expect("counted")
}

pub(crate) async fn a_month_in_any_time_zone_is_as_exact_as_its_answers(store: &dyn Engine) {
    // One answer an hour, for four days and at another touchpoint for one more.
    let mut given = Vec::new();
    for hour in 0..96_i64 {
        let (score, at) = (u8::try_from(hour % 11).expect("a score"), hour * HOUR);
        let text = format!(
            r#"{{"id":"3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f{hour:04x}","rev":1,"complete":true,"survey":"a",
                "touchpoint":"t","score":{score}}}"#
        );
        store.save(received_json(&text, at)).await.expect("saved");
        given.push((at, score));
    }
    for offset in [-11 * HOUR, -5 * HOUR, 0, 2 * HOUR, 5 * HOUR + HOUR * 3 / 4, 12 * HOUR] {
        let instants: Vec<Millis> = [1, 2, 3].map(|day| day * DAY + offset).into();
        let found = counted(store, Series::default(), &instants).await;
        let expected = instants.windows(2).map(|pair| {
            let within = given.iter().filter(|(at, _)| (pair[0]..pair[1]).contains(at));
            within.map(|(_, score)| Score::new(*score).expect("a score")).collect::<aanrader_survey::Tally>()
        });
        assert_eq!(found, expected.collect::<Vec<_>>(), "{offset}");
    }
    let elsewhere = Series { touchpoint: Some("none".into()), ..Series::default() };
    let none = counted(store, elsewhere, &[0, DAY + HOUR]).await;
    assert_eq!(none[0].n(), 0);
}

pub(crate) async fn marks_are_kept_until_they_are_removed(store: &dyn Engine) {
    let mark = |id: &str, kind| Mark {
        id: id.into(),
        kind,
        text: "new carrier".into(),
        who: "anna".into(),
        made_at: 1,
    };
    let site = SiteId::default();
    let (note, line) = (mark("a", MarkKind::Note("2026-03-01".into())), mark("b", MarkKind::Benchmark(30)));
    for mark in [&line, &note, &note] {
        store.put_mark(site.clone(), mark.clone()).await.expect("kept");
    }
    store.put_mark(SiteId::parse("other").expect("an id"), note.clone()).await.expect("kept");
    assert_eq!(store.marks(site.clone()).await.expect("marks"), [note, line.clone()]);
    store.remove_mark(site.clone(), "a".into()).await.expect("removed");
    assert_eq!(store.marks(site).await.expect("marks"), [line]);
}

pub(crate) async fn what_became_of_the_question_adds_up(store: &dyn Engine) {
    let asking = |day, touchpoint: &str, counts| Asking {
        survey: "a".into(),
        day,
        touchpoint: touchpoint.into(),
        wording: String::new(),
        mode: "popup".into(),
        counts,
    };
    let site = SiteId::default();
    let first =
        vec![(site.clone(), asking(1, "t", [5, 2, 1, 0])), (site.clone(), asking(9, "t", [1, 0, 0, 0]))];
    store.count_askings(first).await.expect("counted");
    let other = SiteId::parse("other").expect("an id");
    let more = vec![(site.clone(), asking(1, "t", [1, 1, 1, 1])), (other, asking(1, "t", [9, 9, 9, 9]))];
    store.count_askings(more).await.expect("counted");
    assert_eq!(
        store.askings(Series::default(), 1, 8).await.expect("counters"),
        [asking(1, "t", [6, 3, 2, 1])]
    );
    let of_none = Series { touchpoint: Some("none".into()), ..Series::default() };
    assert_eq!(store.askings(of_none, 1, 8).await.expect("counters"), []);
}
