extern crate std;

use alloc::vec;
use alloc::vec::Vec;

use super::*;
use proptest::prelude::*;

const RULES: Rules = Rules { save_on_choose: true };
const ON_SEND: Rules = Rules { save_on_choose: false };
const FITS: TooLong = TooLong { comment: 0, how: 0 };

fn score(value: u8) -> Score {
    Score::new(value).expect("a score")
}

fn pointer(value: u8) -> Event {
    Event::Choose(score(value), Input::Pointer)
}

fn keyboard(value: u8) -> Event {
    Event::Choose(score(value), Input::Keyboard)
}

/// The state and all effects after these events.
fn run(rules: Rules, events: impl IntoIterator<Item = Event>) -> (State, Vec<Effects>) {
    events.into_iter().fold((State::Waiting, vec![]), |(state, mut effects), event| {
        let (state, more) = state.on(event, rules);
        effects.push(more);
        (state, effects)
    })
}

/// For each revision that is sent, whether it is complete.
fn posts(effects: &[Effects]) -> Vec<bool> {
    let saved = effects.iter().filter_map(|effects| effects.save);
    saved.filter(|save| *save != Save::Keep).map(|save| save == Save::Complete).collect()
}

/// How often the page hears this notice.
fn told(effects: &[Effects], notice: Notice) -> usize {
    effects.iter().filter(|effects| effects.tell == Some(notice)).count()
}

/// How often the follow-up is announced.
fn announced(effects: &[Effects]) -> usize {
    effects.iter().filter(|effects| effects.announce).count()
}

#[test]
fn a_score_chosen_by_pointer_is_saved_at_once_and_send_completes_it() {
    let stored = Event::Delivered(Delivery::Stored);
    let (state, effects) = run(RULES, [Event::Show, pointer(9), stored, Event::Send(FITS), stored]);
    assert_eq!(state, State::Done { score: score(9), delivery: Delivery::Stored });
    assert_eq!(posts(&effects), [false, true]);
    assert_eq!(told(&effects, Notice::Answer(score(9))), 1);
}

#[test]
fn a_pointer_brings_the_follow_up_at_once() {
    let (state, effects) = run(RULES, [Event::Show, pointer(3)]);
    assert!(matches!(state, State::Answering { .. }), "{state:?}");
    assert_eq!((announced(&effects), effects[1].focus), (1, None));
}

#[test]
fn arrowing_through_the_scale_saves_and_brings_the_follow_up_only_where_it_rests() {
    let arrows = [Event::Show, keyboard(0), keyboard(1), keyboard(2)];
    let (state, effects) = run(RULES, arrows);
    assert_eq!(state, State::Choosing { score: score(2) });
    assert_eq!((posts(&effects).len(), announced(&effects)), (0, 0));
    assert!(effects[1..].iter().all(|effects| effects.rest && effects.save == Some(Save::Keep)));
    let (state, effects) = run(RULES, arrows.into_iter().chain([Event::Rested, Event::Rested]));
    assert!(matches!(state, State::Answering { saved: Saved::Underway, .. }), "{state:?}");
    assert_eq!((posts(&effects), announced(&effects)), (vec![false], 1));
    assert_eq!(told(&effects, Notice::Score(score(2))), 1);
}

#[test]
fn another_score_can_be_chosen_until_send_and_the_last_one_is_sent() {
    let events = [Event::Show, pointer(9), keyboard(8), keyboard(7), Event::Send(FITS), pointer(1)];
    let (state, effects) = run(RULES, events);
    assert_eq!(state, State::Sending { score: score(7) });
    assert_eq!(posts(&effects), [false, true]);
    assert_eq!(told(&effects, Notice::Score(score(7))), 1);
}

#[test]
fn a_pointer_on_the_score_that_the_keyboard_has_chosen_says_that_it_is_meant() {
    let (_, effects) = run(RULES, [Event::Show, keyboard(7), pointer(7), pointer(7)]);
    assert_eq!(posts(&effects), [false]);
}

#[test]
fn send_with_nothing_chosen_says_so_and_posts_nothing() {
    let (state, effects) = run(RULES, [Event::Show, Event::Send(FITS)]);
    assert_eq!(state, State::Asking { unanswered: true });
    assert!(posts(&effects).is_empty());
    assert_eq!(effects[1].focus, Some(Target::Scale));
}

#[test]
fn enter_on_a_score_that_has_not_rested_brings_the_follow_up_and_completes_nothing() {
    let (state, effects) = run(RULES, [Event::Show, keyboard(5), Event::Send(FITS)]);
    assert!(matches!(state, State::Answering { .. }), "{state:?}");
    assert_eq!(posts(&effects), [false]);
}

#[test]
fn a_shop_that_does_not_save_on_choose_gets_the_follow_up_and_nothing_before_send() {
    for choice in [pointer(3), keyboard(3)] {
        let chosen = [Event::Show, choice, Event::Rested];
        let (state, effects) = run(ON_SEND, chosen);
        assert!(matches!(state, State::Answering { saved: Saved::No, .. }), "{state:?}");
        assert!(effects.iter().all(|effects| effects.save.is_none()));
        let (_, effects) = run(ON_SEND, chosen.into_iter().chain([Event::Send(FITS)]));
        assert_eq!(posts(&effects), [true]);
        assert_eq!(told(&effects, Notice::Score(score(3))), 1);
    }
}

#[test]
fn a_comment_that_is_too_long_is_shown_where_it_is_and_not_sent() {
    let comment = TooLong { comment: 2_001, how: 0 };
    let (state, effects) = run(RULES, [Event::Show, pointer(3), Event::Send(comment)]);
    assert!(matches!(state, State::Answering { too_long, .. } if too_long == comment), "{state:?}");
    assert_eq!(posts(&effects), [false]);
    assert_eq!(effects[2].focus, Some(Target::Problem));
}

#[test]
fn what_is_kept_is_said_and_later_said_to_be_stored() {
    let events = [Event::Show, pointer(3), Event::Send(FITS), Event::Delivered(Delivery::Kept)];
    let (state, _) = run(RULES, events);
    assert_eq!(state, State::Done { score: score(3), delivery: Delivery::Kept });
    let (state, effects) = run(RULES, events.into_iter().chain([Event::Delivered(Delivery::Stored)]));
    assert_eq!(state, State::Done { score: score(3), delivery: Delivery::Stored });
    assert_eq!(effects.last(), Some(&tell(Notice::Answer(score(3)))));
}

#[test]
fn the_page_is_told_once_that_an_answer_is_kept_however_often_it_is_tried() {
    let kept = std::iter::repeat_n(Event::Delivered(Delivery::Kept), 5);
    let chosen = [Event::Show, pointer(3)];
    for end in [&[][..], &[Event::Send(FITS)], &[Event::Close], &[Event::Dismiss(Wish::Later)]] {
        let (_, effects) = run(RULES, chosen.into_iter().chain(end.iter().copied()).chain(kept.clone()));
        assert_eq!(told(&effects, Notice::Kept), 1, "{end:?}");
    }
}

#[test]
fn the_fate_of_an_earlier_score_says_nothing_about_the_one_chosen_since() {
    let (state, effects) =
        run(RULES, [Event::Show, pointer(3), keyboard(4), Event::Delivered(Delivery::Refused)]);
    assert!(matches!(state, State::Answering { saved: Saved::No, .. }), "{state:?}");
    assert_eq!(told(&effects, Notice::Refused), 0);
}

#[test]
fn a_customer_who_is_thanked_is_asked_only_to_change_the_answer() {
    let (state, effects) = run(RULES, [Event::Thank, Event::Show, pointer(3), Event::Send(FITS)]);
    assert_eq!((state, posts(&effects), told(&effects, Notice::Show)), (State::Thanked, vec![], 0));
    let (state, effects) = run(RULES, [Event::Thank, Event::Change]);
    assert_eq!(state, State::Asking { unanswered: false });
    assert_eq!(effects[1], Effects { focus: Some(Target::Scale), ..tell(Notice::Show) });
    let (state, _) = run(RULES, [Event::Show, Event::Thank, Event::Change]);
    assert_eq!(state, State::Asking { unanswered: false });
}

fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        Just(Event::Show),
        Just(Event::Thank),
        Just(Event::Change),
        (0u8..=10, any::<bool>())
            .prop_map(|(value, by_pointer)| { if by_pointer { pointer(value) } else { keyboard(value) } }),
        Just(Event::Rested),
        Just(Event::Send(FITS)),
        (0usize..3_000, 0usize..3).prop_map(|(comment, how)| Event::Send(TooLong { comment, how })),
        Just(Event::Delivered(Delivery::Stored)),
        Just(Event::Delivered(Delivery::Kept)),
        Just(Event::Delivered(Delivery::Refused)),
        Just(Event::Dismiss(Wish::Later)),
        Just(Event::Close),
    ]
}

proptest! {
    #[test]
    fn no_order_of_events_posts_without_a_score_or_completes_twice(
        events in prop::collection::vec(any_event(), 0..40), save_on_choose in any::<bool>(),
    ) {
        let mut state = State::Waiting;
        let mut completed = false;
        for event in events {
            let (next, effects) = state.on(event, Rules { save_on_choose });
            for complete in posts(&[effects]) {
                prop_assert!(next.score().is_some());
                prop_assert!(!completed, "posted after the complete answer");
                prop_assert!(save_on_choose || complete, "posted before Send");
                completed |= complete;
            }
            state = next;
        }
    }

    #[test]
    fn only_send_completes_an_answer_and_only_with_texts_that_fit(
        events in prop::collection::vec(any_event(), 0..40), save_on_choose in any::<bool>(),
    ) {
        let mut state = State::Waiting;
        for event in events {
            let (next, effects) = state.on(event, Rules { save_on_choose });
            if effects.save == Some(Save::Complete) {
                prop_assert_eq!(event, Event::Send(FITS));
                let answering = matches!(state, State::Answering { .. });
                prop_assert!(answering);
            }
            state = next;
        }
    }

    #[test]
    fn every_score_that_is_sent_was_told_to_the_page_first(
        events in prop::collection::vec(any_event(), 0..40), save_on_choose in any::<bool>(),
    ) {
        let mut state = State::Waiting;
        let mut last = None;
        for event in events {
            let (next, effects) = state.on(event, Rules { save_on_choose });
            if let Some(Notice::Score(score)) = effects.tell {
                last = Some(score);
            }
            if !posts(&[effects]).is_empty() {
                prop_assert_eq!(last, next.score());
            }
            state = next;
        }
    }
}
