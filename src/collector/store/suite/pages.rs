//! Pages of answers.

use aanrader_survey::Score;

use super::{join_all, received, received_json};
use crate::store::period::DAY;
use crate::store::{Cursor, Engine, Millis, PageRequest, Received, Stored};

pub(crate) async fn answers_of_one_instant_have_an_order_and_a_page_ends_between_them(store: &dyn Engine) {
    for digit in [2, 3, 1] {
        store.save(received(digit, 1, 9, 7)).await.expect("saved");
    }
    let mut digits = String::new();
    let mut before: Option<Cursor> = None;
    // One page more than there are answers; the last one is empty.
    for _ in 0..4 {
        let request = PageRequest { before: before.clone(), limit: 1, ..PageRequest::default() };
        if let Some(kept) = store.page(request).await.expect("a page").first() {
            digits.extend(kept.id.chars().last());
            before = Some(kept.cursor());
        }
    }
    assert_eq!(digits, "321");
}

/// Forty answers of two surveys and three touchpoints arrive within two milliseconds. With any filter and
/// page size, each occurs exactly once.
pub(crate) async fn each_answer_of_one_instant_is_on_one_page_whichever_way_and_size(store: &dyn Engine) {
    for number in 0..40u32 {
        let text = format!(
            r#"{{"id":"3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f{:04x}","rev":1,"complete":true,
                "survey":"{}","touchpoint":"{}","score":{}}}"#,
            // In random order.
            number * 7919 % 40_000,
            ["a", "b"][(number % 2) as usize],
            ["t", "u", "v"][(number % 3) as usize],
            number % 11
        );
        store.save(received_json(&text, 2 * DAY + Millis::from(number / 30))).await.expect("saved");
    }
    let requests = [
        PageRequest::default(),
        PageRequest { survey: Some("a".into()), ..PageRequest::default() },
        PageRequest { touchpoint: Some("u".into()), ..PageRequest::default() },
        PageRequest { from: Some(2 * DAY), to: Some(3 * DAY), ..PageRequest::default() },
        PageRequest { max_score: Score::new(6), from: Some(2 * DAY), ..PageRequest::default() },
    ];
    for request in requests {
        let all = store.page(PageRequest { limit: 99, ..request.clone() }).await.expect("a page");
        let all: Vec<_> = all.into_iter().map(|kept| kept.id).collect();
        for limit in 1..8 {
            let mut found = Vec::new();
            let mut before = None;
            loop {
                let request = PageRequest { before: before.take(), limit, ..request.clone() };
                let page = store.page(request).await.expect("a page");
                let Some(last) = page.last() else { break };
                before = Some(last.cursor());
                found.extend(page.into_iter().map(|kept| kept.id));
            }
            assert_eq!(found, all, "{limit} a page of {request:?}");
        }
        assert!(all.len() > 12, "{request:?}");
    }
}

pub(crate) async fn a_page_is_of_a_period_and_of_scores_that_are_low_enough(store: &dyn Engine) {
    for (digit, score, at) in [(1, 3, 10), (2, 6, 20), (3, 9, 30)] {
        store.save(received(digit, 1, score, at)).await.expect("saved");
    }
    let page = async |from, to, most: Option<u8>| {
        let max_score = most.and_then(Score::new);
        let request = PageRequest { from, to, max_score, limit: 9, ..PageRequest::default() };
        let kept = store.page(request).await.expect("a page");
        kept.iter().map(|kept| kept.score.get()).collect::<Vec<_>>()
    };
    assert_eq!(page(Some(10), Some(30), None).await, [6, 3]);
    assert_eq!(page(Some(20), None, None).await, [9, 6]);
    assert_eq!(page(None, None, Some(6)).await, [6, 3]);
    assert_eq!(page(Some(11), Some(31), Some(8)).await, [6]);
    assert!(page(None, None, Some(2)).await.is_empty());
}

/// One day, 40 days ago, has more answers than are sorted; around it are a few more, some of which arrived
/// late. Every way to a page finds the same answers as a full scan.
pub(crate) async fn every_way_to_a_page_finds_the_same_answers(store: &dyn Engine) {
    fill(store).await;
    let request = PageRequest { limit: 20_000, ..PageRequest::default() };
    let all = store.page(request).await.expect("a page");
    assert_eq!(all.len(), 10_300);
    for (from, to) in [(40, 41), (38, 39), (38, 41), (41, 50)] {
        for (touchpoint, most) in [(None, 10), (Some("u"), 10), (None, 3), (Some("nobody"), 10)] {
            let (from, to) = (from * DAY, to * DAY);
            let fits = |kept: &&Stored| {
                (from..to).contains(&kept.answered_at)
                    && touchpoint.is_none_or(|touchpoint| kept.touchpoint == touchpoint)
                    && kept.score.get() <= most
            };
            let expected: Vec<_> = all.iter().filter(fits).map(|kept| kept.id.as_str()).collect();
            let request = PageRequest {
                from: Some(from),
                to: Some(to),
                touchpoint: touchpoint.map(str::to_owned),
                max_score: Score::new(most),
                limit: 20_000,
                ..PageRequest::default()
            };
            let found = store.page(request).await.expect("a page");
            let found: Vec<_> = found.iter().map(|kept| kept.id.as_str()).collect();
            assert_eq!(found, expected, "{from} to {to}, {touchpoint:?}, up to {most}");
        }
    }
}

/// 10,300 answers of two surveys and three touchpoints, on two days.
async fn fill(store: &dyn Engine) {
    let saves = (0..10_300u32).map(|number| {
        let text = format!(
            r#"{{"id":"3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f{number:04x}","rev":1,"complete":true,
                "survey":"{}","touchpoint":"{}","score":{}}}"#,
            ["a", "b"][(number % 2) as usize],
            ["t", "u", "v"][(number % 3) as usize],
            number % 11
        );
        let day = if number < 10_100 { 40 * DAY } else { 38 * DAY };
        let answered_at = day + Millis::from(number) * 1_000;
        let late = if number % 1_000 == 0 { 60 * DAY } else { DAY - Millis::from(number % 3) + 1 };
        let received = received_json(&text, answered_at);
        store.save(Received { received_at: answered_at + late, ..received })
    });
    let mut saves: Vec<_> = saves.collect();
    while !saves.is_empty() {
        let some = saves.split_off(saves.len().saturating_sub(500));
        for saved in join_all(some).await {
            saved.expect("saved");
        }
    }
}
