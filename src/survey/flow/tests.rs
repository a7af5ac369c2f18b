extern crate std;

use alloc::vec;
use alloc::vec::Vec;

use super::*;
use proptest::prelude::*;

const RULES: Rules = Rules { save_on_choose: true };

fn score(value: u8) -> Score {
    Score::new(value).expect("a score")
}

/// The state and all effects after these events.
fn run(rules: Rules, events: impl IntoIterator<Item = Event>) -> (State, Vec<Effects>) {
    events.into_iter().fold((State::default(), vec![]), |(state, mut effects), event| {
        let (state, more) = state.on(event, rules);
        effects.push(more);
        (state, effects)
    })
}

/// Whether the whole answer, with that score, has come so far.
fn sent(state: State, value: u8, delivery: Delivery) -> bool {
    state.screen == Screen::Sent && state.score == Some(score(value)) && state.delivery == delivery
}

/// What is sent, and whether it is complete.
fn posts(effects: &[Effects]) -> Vec<bool> {
    let saved = effects.iter().filter_map(|effects| effects.save);
    saved.filter(|save| *save != Save::Keep).map(|save| save == Save::Complete).collect()
}

/// How often the page is told that.
fn told(effects: &[Effects], notice: Notice) -> usize {
    effects.iter().filter(|effects| effects.tell == Some(notice)).count()
}

#[test]
fn a_score_chosen_by_pointer_is_saved_at_once_and_the_reply_completes_it() {
    let (state, effects) = run(
        RULES,
        [
            Event::Show,
            Event::Choose(score(9), Input::Pointer),
            Event::Delivered(Delivery::Stored),
            Event::Send,
            Event::Reply(TooLong::default()),
            Event::Delivered(Delivery::Stored),
        ],
    );
    assert!(sent(state, 9, Delivery::Stored), "{state:?}");
    assert_eq!(posts(&effects), [false, true]);
    assert_eq!(told(&effects, Notice::Answer(score(9))), 1);
}

#[test]
fn arrowing_through_the_scale_saves_only_where_it_rests() {
    let (_, effects) = run(
        RULES,
        [
            Event::Show,
            Event::Choose(score(0), Input::Keyboard),
            Event::Choose(score(1), Input::Keyboard),
            Event::Choose(score(2), Input::Keyboard),
            Event::Rested,
            Event::Rested,
        ],
    );
    assert_eq!(posts(&effects), [false]);
    assert_eq!(effects.iter().filter(|effects| effects.save == Some(Save::Keep)).count(), 3);
    assert_eq!(told(&effects, Notice::Score(score(2))), 1);
}

#[test]
fn choosing_never_leaves_the_question() {
    let (state, _) = run(RULES, [Event::Show, Event::Choose(score(3), Input::Pointer)]);
    assert_eq!(state.screen(), Screen::Question);
}

#[test]
fn send_with_nothing_chosen_says_so_and_posts_nothing() {
    let (state, effects) = run(RULES, [Event::Show, Event::Send]);
    assert!(state.screen() == Screen::Question && state.unanswered());
    assert!(posts(&effects).is_empty());
    assert_eq!(effects.last().and_then(|effects| effects.focus), Some(Target::Scale));
}

#[test]
fn a_shop_that_does_not_save_on_choose_gets_nothing_before_send() {
    let rules = Rules { save_on_choose: false };
    let chosen = [Event::Show, Event::Choose(score(3), Input::Pointer), Event::Rested];
    assert!(posts(&run(rules, chosen).1).is_empty());
    assert_eq!(posts(&run(rules, chosen.into_iter().chain([Event::Send])).1), [false]);
}

#[test]
fn a_comment_that_is_too_long_is_shown_where_it_is_and_not_sent() {
    let comment = TooLong { comment: 2_001, how: 0 };
    let (state, effects) = run(
        RULES,
        [Event::Show, Event::Choose(score(3), Input::Pointer), Event::Send, Event::Reply(comment)],
    );
    assert_eq!((state.screen(), state.too_long()), (Screen::FollowUp, comment));
    assert_eq!(posts(&effects), [false]);
}

#[test]
fn what_is_kept_is_said_and_later_said_to_be_stored() {
    let events = [
        Event::Show,
        Event::Choose(score(3), Input::Pointer),
        Event::Send,
        Event::Reply(TooLong::default()),
        Event::Delivered(Delivery::Kept),
    ];
    let (state, _) = run(RULES, events);
    assert!(sent(state, 3, Delivery::Kept), "{state:?}");
    let (state, effects) = run(RULES, events.into_iter().chain([Event::Delivered(Delivery::Stored)]));
    assert!(sent(state, 3, Delivery::Stored), "{state:?}");
    assert_eq!(effects.last(), Some(&tell(Notice::Answer(score(3)))));
}

#[test]
fn the_page_is_told_once_that_an_answer_is_kept_however_often_it_is_tried() {
    let kept = std::iter::repeat_n(Event::Delivered(Delivery::Kept), 5);
    let chosen = [Event::Show, Event::Choose(score(3), Input::Pointer)];
    let sent = [Event::Send, Event::Reply(TooLong::default())];
    for start in [chosen.to_vec(), [&chosen[..], &sent[..]].concat()] {
        let (_, effects) = run(RULES, start.into_iter().chain(kept.clone()));
        assert_eq!(told(&effects, Notice::Kept), 1);
    }
}

#[test]
fn the_fate_of_an_earlier_score_says_nothing_about_the_one_chosen_since() {
    let (state, _) = run(
        RULES,
        [
            Event::Show,
            Event::Choose(score(3), Input::Pointer),
            Event::Choose(score(4), Input::Keyboard),
            Event::Delivered(Delivery::Stored),
        ],
    );
    assert_eq!((state.screen(), state.delivery()), (Screen::Question, Delivery::Unsent));
}

fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        Just(Event::Show),
        (0u8..=10, any::<bool>()).prop_map(|(value, pointer)| {
            Event::Choose(score(value), if pointer { Input::Pointer } else { Input::Keyboard })
        }),
        Just(Event::Rested),
        Just(Event::Send),
        Just(Event::Back),
        (0usize..3_000, 0usize..3).prop_map(|(comment, how)| Event::Reply(TooLong { comment, how })),
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
        let mut state = State::default();
        let mut completed = false;
        for event in events {
            let (next, effects) = state.on(event, Rules { save_on_choose });
            for complete in posts(&[effects]) {
                prop_assert!(next.score().is_some());
                prop_assert!(!completed, "posted after the complete answer");
                completed |= complete;
            }
            state = next;
        }
    }

    #[test]
    fn a_score_that_was_sent_has_been_posted(value in 0u8..=10, pointer in any::<bool>(), save_on_choose in any::<bool>()) {
        let input = if pointer { Input::Pointer } else { Input::Keyboard };
        let (_, effects) = run(Rules { save_on_choose }, [
            Event::Show, Event::Choose(score(value), input), Event::Send,
        ]);
        prop_assert_eq!(posts(&effects), [false]);
    }
}
