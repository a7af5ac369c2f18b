//! The tests that every engine must pass. An engine's tests call [`suite!`] with a way to open an empty
//! store; each function below becomes one of its tests.

mod cases;
mod closing;
mod moving;
mod named;
mod outbox;
mod pages;
mod privacy;
mod recovery;
mod sites;
mod trends;

use aanrader_survey::{Answer, Raw, Score};

use super::period::DAY;
use super::{Counted, Engine, Millis, PageRequest, Received, Saved, SiteId, TallyFilter};

pub(crate) use cases::*;
pub(crate) use closing::*;
pub(crate) use moving::*;
pub(crate) use named::*;
pub(crate) use outbox::*;
pub(crate) use pages::*;
pub(crate) use privacy::*;
pub(crate) use recovery::*;
pub(crate) use sites::*;
pub(crate) use trends::*;

/// Makes a test of each function of the suite; `$open` gives a guard and a store.
macro_rules! suite {
    ($open:path) => { crate::store::suite::suite! { $open:
        of_one_id_posted_twice_at_once_one_is_new
        the_highest_revision_wins_entirely_in_any_order
        of_two_revisions_at_once_the_higher_one_is_kept
        a_revision_leaves_what_it_does_not_name_in_any_order
        nothing_that_comes_late_gives_an_anonymous_answer_its_words_back
        one_id_in_two_surveys_is_two_answers
        a_period_holds_its_first_instant_and_not_its_last
        the_tallies_follow_revisions_that_change_score_touchpoint_and_day
        a_period_of_any_time_zone_is_counted_as_exactly_as_one_of_utc
        many_at_once_with_revisions_leave_right_tallies
        those_that_nobody_vouches_for_are_counted_apart_through_all_that_changes
        answers_of_one_instant_have_an_order_and_a_page_ends_between_them
        each_answer_of_one_instant_is_on_one_page_whichever_way_and_size
        a_page_is_of_a_period_and_of_scores_that_are_low_enough
        every_way_to_a_page_finds_the_same_answers
        everything_that_was_answered_comes_back
        one_site_never_sees_or_counts_another
        sites_and_tokens_are_kept_and_replaced
        a_customer_who_is_erased_leaves_scores_and_nothing_else
        answers_that_are_old_enough_become_anonymous_and_count_on
        a_low_score_or_consent_opens_a_case_and_nothing_else
        cases_are_listed_by_urgency_then_by_when_they_are_due_on_pages
        cases_are_found_by_owner_touchpoint_score_due_and_words
        words_are_looked_for_in_so_many_cases_at_a_time_and_all_are_found
        a_case_goes_its_way_and_its_history_says_who_did_what
        of_fifty_who_take_a_case_at_once_one_has_it
        notes_at_once_are_all_kept
        a_score_that_changes_stays_visible_in_its_case
        a_lower_score_opens_a_case_and_opens_a_closed_one_again
        an_answer_that_is_erased_takes_its_case_along
        a_session_is_its_site_s_until_it_ends
        a_cause_is_renamed_in_the_list_and_in_its_cases
        a_customers_no_reopens_a_case_and_a_yes_is_kept
        figures_count_who_recovered_and_who_was_told_in_time
        figures_of_any_history_are_those_that_its_answers_make
        a_customer_recovers_with_a_later_answer_that_is_stored_at_the_same_time
        a_secret_is_made_once_for_each_site
        of_ten_collectors_one_writes_the_mails_of_a_week
        the_solved_case_of_a_week_is_one_whose_customer_says_so
        a_case_moves_with_all_that_happened_and_nobody_is_told
        a_case_that_was_worked_on_later_here_stays_as_it_is
        many_cases_move_in_the_order_in_which_they_come
        no_case_comes_back_to_an_answer_that_was_erased_here
        an_erased_customer_s_mails_leave_the_outbox
        counters_secrets_and_weeks_move_and_moving_again_changes_nothing
        what_is_read_of_a_case_is_what_moves
        the_tallies_of_an_answers_groups_follow_its_revisions
        properties_that_are_declared_later_count_the_answers_of_before
        every_answer_with_a_wording_is_counted_under_it_in_its_language
        the_wordings_of_a_period_are_found_by_survey
        what_is_done_once_is_kept_for_its_site
        a_month_in_any_time_zone_is_as_exact_as_its_answers
        marks_are_kept_until_they_are_removed
        what_became_of_the_question_adds_up
        an_answer_that_nobody_is_told_of_writes_no_row
        each_event_of_an_answer_and_its_case_is_written_once
        a_score_that_may_still_change_waits_and_is_told_once
        a_score_that_comes_to_fit_later_is_told_as_new
        a_person_s_action_is_told_in_its_own_transaction
        of_many_workers_each_row_is_leased_by_one
        a_lease_that_has_ended_is_the_next_worker_s
        what_was_delivered_is_sent_again_by_case_or_period
        notices_are_kept_replaced_and_removed_with_their_rows
        an_erased_answer_is_told_without_its_words_and_old_rows_go
        a_closed_store_takes_nothing_and_loses_nothing
    } };
    ($open:path: $($name:ident)*) => {$(
        #[tokio::test]
        async fn $name() {
            let (_guard, store) = $open().await;
            crate::store::suite::$name(&store).await;
        }
    )*};
}
pub(crate) use suite;

/// An answer of survey `a` at touchpoint `t`, with that last digit of its id.
pub(crate) fn received(digit: u8, rev: u32, score: u8, at: Millis) -> Received {
    let text = format!(
        r#"{{"id":"3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f3a4{digit:x}","rev":{rev},"complete":true,
            "survey":"a","touchpoint":"t","score":{score},"comment":"rev {rev}"}}"#
    );
    received_json(&text, at)
}

pub(crate) fn received_json(text: &str, at: Millis) -> Received {
    let raw: Raw = serde_json::from_str(text).expect("JSON");
    Received::at(Answer::check(&raw).expect("an answer"), at)
}

async fn count(store: &dyn Engine, filter: TallyFilter) -> u64 {
    store.tallies(filter).await.expect("tallies").iter().map(|counted| counted.tally.n()).sum()
}

pub(crate) async fn of_one_id_posted_twice_at_once_one_is_new(store: &dyn Engine) {
    let (one, other) = tokio::join!(store.save(received(1, 1, 9, 5)), store.save(received(1, 1, 9, 5)));
    let saved = [one.expect("saved"), other.expect("saved")];
    assert_eq!(saved.iter().filter(|saved| **saved == Saved::New).count(), 1, "{saved:?}");
    assert_eq!(count(store, TallyFilter::default()).await, 1);
}

pub(crate) async fn the_highest_revision_wins_entirely_in_any_order(store: &dyn Engine) {
    for (rev, saved) in [
        (2, Saved::New),
        (1, Saved::Known { rev: 2 }),
        (4, Saved::Known { rev: 4 }),
        (3, Saved::Known { rev: 4 }),
    ] {
        let score = u8::try_from(rev).expect("a score");
        assert_eq!(store.save(received(1, rev, score, rev.into())).await.expect("saved"), saved);
    }
    let kept = store.page(PageRequest { limit: 9, ..PageRequest::default() }).await.expect("a page");
    let [kept] = &kept[..] else { panic!("one answer: {kept:?}") };
    assert_eq!(
        (kept.rev, kept.score, kept.comment.as_deref()),
        (4, Score::new(4).expect("4"), Some("rev 4"))
    );
    assert_eq!((kept.answered_at, kept.received_at), (4, 2), "its place in the list is its first arrival's");
}

pub(crate) async fn one_id_in_two_surveys_is_two_answers(store: &dyn Engine) {
    let text = r#"{"id":"3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f3a41","rev":1,"complete":true,
        "survey":"b","touchpoint":"t","score":9}"#;
    store.save(received(1, 1, 9, 1)).await.expect("saved");
    assert_eq!(store.save(received_json(text, 1)).await.expect("saved"), Saved::New);
    assert_eq!(count(store, TallyFilter { survey: Some("b".into()), ..TallyFilter::default() }).await, 1);
    assert_eq!(count(store, TallyFilter::default()).await, 2);
}

pub(crate) async fn a_period_holds_its_first_instant_and_not_its_last(store: &dyn Engine) {
    for (digit, at) in [(1, 10), (2, 20), (3, 30)] {
        store.save(received(digit, 1, 9, at)).await.expect("saved");
    }
    for (from, to, expected) in [
        (None, None, 3),
        (Some(20), None, 2),
        (None, Some(20), 1),
        (Some(10), Some(30), 2),
        (Some(31), None, 0),
    ] {
        let filter = TallyFilter { from, to, ..TallyFilter::default() };
        assert_eq!(count(store, filter).await, expected, "{from:?} to {to:?}");
    }
}

pub(crate) async fn a_closed_store_takes_nothing_and_loses_nothing(store: &dyn Engine) {
    let accepted = store.save(received(1, 1, 9, 1));
    let (accepted, closed) = tokio::join!(accepted, store.close());
    closed.expect("closed");
    assert_eq!(accepted.expect("what was accepted is finished"), Saved::New);
    assert!(store.save(received(2, 1, 9, 1)).await.is_err());
}

pub(crate) async fn of_two_revisions_at_once_the_higher_one_is_kept(store: &dyn Engine) {
    let (low, high) = tokio::join!(store.save(received(1, 1, 2, 5)), store.save(received(1, 2, 9, 6)));
    low.expect("saved");
    high.expect("saved");
    let kept = all(store, &SiteId::default()).await;
    assert_eq!((kept.len(), kept[0].rev, kept[0].score.get()), (1, 2, 9));
    assert_sound(store).await;
}

/// Every answer of a site, newest first.
async fn all(store: &dyn Engine, site: &SiteId) -> Vec<super::Stored> {
    let request = PageRequest { site: site.clone(), limit: 1_000, ..PageRequest::default() };
    store.page(request).await.expect("a page")
}

/// Asserts that the tallies agree with the answers.
async fn assert_sound(store: &dyn Engine) {
    assert_eq!(store.check().await.expect("counted"), []);
}

/// The counts as text: `survey/touchpoint` and scores with their numbers.
async fn counts(store: &dyn Engine, filter: TallyFilter) -> String {
    let one = |counted: &Counted| {
        let scores = Score::all().filter(|score| counted.tally.count(*score) > 0);
        let scores = scores.map(|score| format!(" {}×{}", score.get(), counted.tally.count(score)));
        format!("{}/{}:{}", counted.survey, counted.touchpoint, scores.collect::<String>())
    };
    let counted = store.tallies(filter).await.expect("tallies");
    counted.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn at(survey: &str, touchpoint: &str, digit: u8, rev: u32, score: u8, instant: Millis) -> Received {
    received_json(
        &format!(
            r#"{{"id":"3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f3a4{digit:x}","rev":{rev},"complete":true,
                "survey":"{survey}","touchpoint":"{touchpoint}","score":{score}}}"#
        ),
        instant,
    )
}

pub(crate) async fn the_tallies_follow_revisions_that_change_score_touchpoint_and_day(store: &dyn Engine) {
    let of_day =
        |day: i64| TallyFilter { from: Some(day * DAY), to: Some((day + 1) * DAY), ..TallyFilter::default() };
    store.save(at("a", "t", 1, 1, 3, DAY)).await.expect("saved");
    store.save(at("a", "t", 2, 1, 3, DAY)).await.expect("saved");
    assert_eq!(counts(store, of_day(1)).await, "a/t: 3×2");
    store.save(at("a", "t", 1, 2, 9, DAY)).await.expect("saved");
    assert_eq!(counts(store, of_day(1)).await, "a/t: 3×1 9×1");
    store.save(at("a", "u", 1, 3, 9, DAY)).await.expect("saved");
    assert_eq!(counts(store, of_day(1)).await, "a/t: 3×1, a/u: 9×1");
    store.save(at("a", "u", 1, 4, 10, 2 * DAY)).await.expect("saved");
    assert_eq!(counts(store, of_day(1)).await, "a/t: 3×1");
    assert_eq!(counts(store, of_day(2)).await, "a/u: 10×1");
    store.save(at("a", "x", 1, 3, 0, 2 * DAY)).await.expect("saved");
    assert_eq!(counts(store, TallyFilter::default()).await, "a/t: 3×1, a/u: 10×1");
    assert_sound(store).await;
}

pub(crate) async fn a_period_of_any_time_zone_is_counted_as_exactly_as_one_of_utc(store: &dyn Engine) {
    const HOUR: Millis = DAY / 24;
    // One answer in each quarter of an hour of four days; each day has its own score.
    let instants: Vec<Millis> = (0..4 * 96).map(|quarter| quarter * HOUR / 4).collect();
    let saves = instants.iter().enumerate().map(|(number, instant)| {
        let text = format!(
            r#"{{"id":"3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f{number:04x}","rev":1,"complete":true,
                "survey":"a","touchpoint":"t","score":{}}}"#,
            instant / DAY
        );
        store.save(received_json(&text, *instant))
    });
    for saved in join_all(saves.collect()).await {
        saved.expect("saved");
    }
    // Kathmandu, Amsterdam in summer, New York, and ends between quarters of an hour.
    for offset in [345 * HOUR / 60, 2 * HOUR, -4 * HOUR, 7, -1, 13 * HOUR] {
        for (first, last) in [(1, 2), (0, 3), (2, 2), (1, 1)] {
            let (from, to) = (first * DAY - offset, (last + 1) * DAY - offset);
            let within = instants.iter().filter(|instant| (from..to).contains(*instant)).count() as u64;
            let filter = TallyFilter { from: Some(from), to: Some(to), ..TallyFilter::default() };
            assert_eq!(count(store, filter).await, within, "{offset}: {first} to {last}");
        }
    }
    assert_sound(store).await;
}

/// Waits for all of them at once.
pub(crate) async fn join_all<T>(all: Vec<super::Pending<'_, T>>) -> Vec<Result<T, super::StoreError>> {
    let mut all: Vec<_> = all.into_iter().map(|pending| (pending, None)).collect();
    std::future::poll_fn(|context| {
        for (pending, done) in all.iter_mut().filter(|(_, done)| done.is_none()) {
            if let std::task::Poll::Ready(outcome) = pending.as_mut().poll(context) {
                *done = Some(outcome);
            }
        }
        let over = all.iter().all(|(_, done)| done.is_some());
        if over { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    all.into_iter().filter_map(|(_, done)| done).collect()
}

pub(crate) async fn many_at_once_with_revisions_leave_right_tallies(store: &dyn Engine) {
    let saves = (0..600u32).map(|number| {
        let (digit, rev) = ((number % 16) as u8, 1 + number * 7 % 40);
        let touchpoint = ["t", "u", "v"][(number % 3) as usize];
        let sent = at("a", touchpoint, digit, rev, (number % 11) as u8, Millis::from(number) * DAY / 100);
        store.save(sent.unverified(number % 4 == 0))
    });
    let saved = join_all(saves.collect()).await;
    let new = saved.iter().filter(|saved| matches!(saved, Ok(Saved::New))).count();
    assert_eq!(new, 16);
    assert!(saved.iter().all(Result::is_ok), "{saved:?}");
    assert_eq!(count(store, TallyFilter::default()).await, 16);
    assert_sound(store).await;
}

/// The counts of a period: all answers, and the scores of verified ones.
async fn verified(store: &dyn Engine, filter: TallyFilter) -> (u64, Vec<u8>) {
    let counted = store.tallies(filter).await.expect("tallies");
    let n = counted.iter().map(|of| of.tally.n()).sum();
    let scores = counted.iter().flat_map(|of| {
        let verified = of.verified();
        Score::all().flat_map(move |score| (0..verified.count(score)).map(move |_| score.get()))
    });
    (n, scores.collect())
}

pub(crate) async fn those_that_nobody_vouches_for_are_counted_apart_through_all_that_changes(
    store: &dyn Engine,
) {
    let day = |days: std::ops::Range<Millis>| TallyFilter {
        from: Some(days.start),
        to: Some(days.end),
        ..TallyFilter::default()
    };
    let all_time = TallyFilter::default;
    store.save(at("a", "t", 1, 1, 9, DAY)).await.expect("saved");
    store.save(at("a", "t", 2, 1, 0, DAY + 5).unverified(true)).await.expect("saved");
    assert_eq!(verified(store, all_time()).await, (2, vec![9]));
    // Periods of whole days, periods that begin after midnight, and periods that end before noon.
    for period in [DAY..2 * DAY, DAY + 3..2 * DAY, DAY..DAY + 6] {
        let (n, of_verified) = verified(store, day(period.clone())).await;
        assert_eq!(n as usize, of_verified.len() + 1, "{period:?}");
    }
    // Another score, touchpoint and day; then verified; then unverified again.
    store.save(at("a", "u", 2, 2, 3, 3 * DAY).unverified(true)).await.expect("saved");
    assert_eq!(verified(store, all_time()).await, (2, vec![9]));
    assert_sound(store).await;
    store.save(at("a", "u", 2, 3, 3, 3 * DAY)).await.expect("saved");
    assert_eq!(verified(store, all_time()).await, (2, vec![9, 3]));
    store.save(at("a", "u", 2, 4, 3, 3 * DAY).unverified(true)).await.expect("saved");
    assert_eq!(verified(store, all_time()).await, (2, vec![9]));
    let marks = all(store, &SiteId::default()).await;
    assert_eq!(marks.iter().map(|kept| kept.unverified).collect::<Vec<_>>(), [true, false]);
    // Anonymising removes the property, but not the mark.
    let whose = super::Whose::Before { site: SiteId::default(), instant: 9 * DAY };
    assert_eq!(store.anonymize(whose).await.expect("done"), 2);
    assert_eq!(verified(store, all_time()).await, (2, vec![9]));
    assert_sound(store).await;
}

pub(crate) async fn everything_that_was_answered_comes_back(store: &dyn Engine) {
    let text = r#"{"id":"3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f3a41","rev":3,"complete":false,"survey":"a",
        "touchpoint":"t","score":7,"comment":"'Snel' \"en\"\n👍","contact":{"allowed":true,"how":"a@b.example"},
        "customer":"k-7","properties":{"plan":"groß","agent":"7"},"language":"nl-BE","wording":"3f2a9c1b",
        "answered_at":900,"sent_at":1000}"#;
    store.save(received_json(text, 1_000_100)).await.expect("saved");
    let kept = &all(store, &SiteId::default()).await[0];
    assert_eq!((kept.rev, kept.complete, kept.score.get()), (3, false, 7));
    assert_eq!(kept.comment.as_deref(), Some("'Snel' \"en\"\n👍"));
    assert_eq!(kept.contact.as_ref().and_then(|contact| contact.how.as_deref()), Some("a@b.example"));
    assert_eq!(kept.customer.as_deref(), Some("k-7"));
    assert_eq!(serde_json::to_string(&kept.properties).expect("JSON"), r#"{"agent":"7","plan":"groß"}"#);
    assert_eq!((kept.language.as_deref(), kept.wording.as_deref()), (Some("nl-BE"), Some("3f2a9c1b")));
    assert_eq!((kept.answered_at, kept.received_at), (1_000_000, 1_000_100));
    let of =
        |customer: &str| PageRequest { customer: Some(customer.into()), limit: 9, ..PageRequest::default() };
    assert_eq!(store.page(of("k-7")).await.expect("a page").len(), 1);
    assert_eq!(store.page(of("k-8")).await.expect("a page"), []);
}

pub(crate) async fn one_site_never_sees_or_counts_another(store: &dyn Engine) {
    let other = SiteId::parse("other").expect("an id");
    store.save(received(1, 1, 9, 1)).await.expect("saved");
    assert_eq!(store.save(received(1, 1, 2, 2).of(other.clone())).await.expect("saved"), Saved::New);
    assert_eq!(counts(store, TallyFilter::default()).await, "a/t: 9×1");
    let of_other = TallyFilter { site: other.clone(), ..TallyFilter::default() };
    assert_eq!(counts(store, of_other).await, "a/t: 2×1");
    let scores =
        async |site: &SiteId| all(store, site).await.iter().map(|kept| kept.score.get()).collect::<Vec<_>>();
    assert_eq!((scores(&SiteId::default()).await, scores(&other).await), (vec![9], vec![2]));
    let third = SiteId::parse("third").expect("an id");
    assert!(scores(&third).await.is_empty());
}
