//! The question as a state machine: `(State, Event) -> (State, Effects)`.
//!
//! ```text
//!                   by keyboard          rested
//! Waiting ─→ Asking ───────────→ Choosing ────→ Answering ─Send→ Sending ─→ Done
//!    └─→ Thanked ↗      └──────────── by pointer ──────────┘
//! ```
//! `Dismiss` and `Close` lead from every state to `Closed`. The driver draws the state and carries out the
//! effects.

use crate::{Score, TooLong};

#[cfg(test)]
mod tests;

/// The state of a survey. Each variant holds exactly what is known in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing is on the screen yet.
    Waiting,
    /// Thanks for an answer from before this survey, with the offer to change it.
    Thanked,
    /// The 0–10 question, with no score chosen.
    Asking {
        /// Whether the customer tried to go on without a score, and now sees an error.
        unanswered: bool,
    },
    /// A score was chosen by keyboard, perhaps on the way to another score.
    Choosing {
        /// The score so far.
        score: Score,
    },
    /// The follow-up is shown below the scale; another score can still be chosen.
    Answering {
        /// The current score.
        score: Score,
        /// How far this score is saved.
        saved: Saved,
        /// The texts that were too long when Send was pressed.
        too_long: TooLong,
    },
    /// The complete answer is on its way; the screen has not changed.
    Sending {
        /// The score that was sent.
        score: Score,
    },
    /// Thanks, or the reason for a refusal.
    Done {
        /// The score that was sent.
        score: Score,
        /// The delivery of the complete answer.
        delivery: Delivery,
    },
    /// Closed, for as long as this page lives.
    Closed {
        /// The state of the answer's delivery that the page last heard.
        told: Option<Delivery>,
    },
}

/// How far a score that can still change is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    /// Not sent to the collector.
    No,
    /// On its way.
    Underway,
    /// This is the outcome of sending it.
    Came(Delivery),
}

/// The outcome of sending a revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// The collector has stored it.
    Stored,
    /// It could not be sent yet; the customer's device keeps it for a later attempt.
    Kept,
    /// It could not be sent yet; only the page's memory keeps it, because the browser refuses to.
    KeptInPage,
    /// The collector accepts no answers from this page's origin.
    PageRefused,
    /// The collector found a problem in the answer.
    Refused,
}

impl Delivery {
    /// Whether the collector refuses it for good.
    pub const fn is_refused(self) -> bool {
        matches!(self, Self::PageRefused | Self::Refused)
    }

    /// Whether it could not be sent yet.
    pub const fn is_kept(self) -> bool {
        matches!(self, Self::Kept | Self::KeptInPage)
    }

    /// The notice to the page about this delivery, in any state.
    const fn notice(self) -> Option<Notice> {
        match self {
            Self::Stored => None,
            Self::Kept | Self::KeptInPage => Some(Notice::Kept),
            Self::PageRefused | Self::Refused => Some(Notice::Refused),
        }
    }

    /// Whether it adds no news to `before`. A refused answer stays refused.
    fn repeats(self, before: Self) -> bool {
        self == before || self.is_refused() && before.is_refused()
    }
}

/// How a score was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// By mouse, pen or finger: the score is final.
    Pointer,
    /// By any other input: perhaps on the way to another score.
    Keyboard,
}

/// An event of the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// It is time to ask.
    Show,
    /// This customer has answered before and gets thanks, not the question.
    Thank,
    /// The customer wants to change the answer that was given before.
    Change,
    /// A score was chosen.
    Choose(Score, Input),
    /// The chosen score has stayed the same for a while.
    Rested,
    /// The customer pressed Send, or Enter on the scale, with these texts too long.
    Send(TooLong),
    /// Sending the latest revision had this outcome.
    Delivered(Delivery),
    /// The customer closed it.
    Dismiss(Wish),
    /// The page closed it.
    Close,
}

/// The effects of an event, in this order, besides drawing the state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effects {
    /// The notice to the page.
    pub tell: Option<Notice>,
    /// How the answer so far is saved, as a new revision.
    pub save: Option<Save>,
    /// Whether [`Event::Rested`] is due after the choice has rested. Its time starts again now.
    pub rest: bool,
    /// Whether the follow-up is announced to screen readers, if it differs from the previous one.
    pub announce: bool,
    /// The new place of the focus: its element is gone, or something needs the customer's attention.
    pub focus: Option<Target>,
}

/// How an answer is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Save {
    /// The device keeps it; nothing is sent yet.
    Keep,
    /// The device keeps it and the page sends it; the customer may go on.
    Send,
    /// The device keeps it and the page sends it; the customer is done.
    Complete,
}

/// A notice to the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The question is on the screen.
    Show,
    /// The customer settled on a score.
    Score(Score),
    /// The collector has stored the complete answer.
    Answer(Score),
    /// The customer closed the question.
    Dismiss(Wish),
    /// An answer could not be sent; the device keeps it.
    Kept,
    /// An answer was refused.
    Refused,
}

/// The wish of a customer who closes the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// No wish.
    Nothing,
    /// To be asked later.
    Later,
    /// Not to be asked again.
    Never,
}

/// Where the focus goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The card, whose content has replaced the question.
    Card,
    /// The scale.
    Scale,
    /// The first field with a problem.
    Problem,
}

/// The developer's settings of the flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Whether a chosen score is saved before Send is pressed.
    pub save_on_choose: bool,
}

const NOTHING: Effects = Effects { tell: None, save: None, rest: false, announce: false, focus: None };

const fn tell(notice: Notice) -> Effects {
    Effects { tell: Some(notice), ..NOTHING }
}

const fn focus(target: Target) -> Effects {
    Effects { focus: Some(target), ..NOTHING }
}

impl State {
    /// The current score, in the states that have one.
    pub const fn score(&self) -> Option<Score> {
        match *self {
            Self::Choosing { score }
            | Self::Answering { score, .. }
            | Self::Sending { score }
            | Self::Done { score, .. } => Some(score),
            Self::Waiting | Self::Thanked | Self::Asking { .. } | Self::Closed { .. } => None,
        }
    }

    /// The next state and the effects. An event without meaning in a state changes nothing.
    #[must_use]
    pub fn on(self, event: Event, rules: Rules) -> (Self, Effects) {
        match event {
            Event::Show if matches!(self, Self::Waiting) => {
                (Self::Asking { unanswered: false }, tell(Notice::Show))
            }
            Event::Thank if matches!(self, Self::Waiting) => (Self::Thanked, NOTHING),
            Event::Change if matches!(self, Self::Thanked) => {
                let focus = Some(Target::Scale);
                (Self::Asking { unanswered: false }, Effects { focus, ..tell(Notice::Show) })
            }
            Event::Choose(score, input) => self.choose(score, input, rules),
            Event::Rested => self.rested(rules),
            Event::Send(too_long) => self.send(too_long, rules),
            Event::Delivered(now) => self.delivered(now),
            Event::Dismiss(_) | Event::Close if matches!(self, Self::Closed { .. }) => (self, NOTHING),
            Event::Dismiss(wish) if !matches!(self, Self::Waiting) => {
                (self.closed(), tell(Notice::Dismiss(wish)))
            }
            Event::Dismiss(_) | Event::Close => (self.closed(), NOTHING),
            Event::Show | Event::Thank | Event::Change => (self, NOTHING),
        }
    }

    const fn closed(self) -> Self {
        let told = match self {
            Self::Answering { saved: Saved::Came(delivery), .. } | Self::Done { delivery, .. } => {
                Some(delivery)
            }
            _ => None,
        };
        Self::Closed { told }
    }

    fn choose(self, score: Score, input: Input, rules: Rules) -> (Self, Effects) {
        let (too_long, before) = match self {
            Self::Asking { .. } => (TooLong::default(), None),
            Self::Choosing { score: before } => (TooLong::default(), Some((before, Saved::No))),
            Self::Answering { score: before, saved, too_long } => (too_long, Some((before, saved))),
            _ => return (self, NOTHING),
        };
        // If the pointer chooses the same score again, the choice becomes final.
        let meant = input == Input::Pointer;
        if before.is_some_and(|(before, saved)| before == score && !(meant && saved == Saved::No)) {
            return (self, NOTHING);
        }
        if meant {
            return settle(score, too_long, rules);
        }
        let next = match self {
            Self::Answering { .. } => Self::Answering { score, saved: Saved::No, too_long },
            _ => Self::Choosing { score },
        };
        let save = rules.save_on_choose.then_some(Save::Keep);
        (next, Effects { save, rest: true, ..NOTHING })
    }

    fn rested(self, rules: Rules) -> (Self, Effects) {
        match self {
            Self::Choosing { score } => settle(score, TooLong::default(), rules),
            Self::Answering { score, saved: Saved::No, too_long } => settle(score, too_long, rules),
            _ => (self, NOTHING),
        }
    }

    fn send(self, too_long: TooLong, rules: Rules) -> (Self, Effects) {
        match self {
            Self::Asking { .. } => (Self::Asking { unanswered: true }, focus(Target::Scale)),
            // The text that Send would send isn't shown yet.
            Self::Choosing { score } => settle(score, TooLong::default(), rules),
            Self::Answering { score, saved, .. } if too_long != TooLong::default() => {
                (Self::Answering { score, saved, too_long }, focus(Target::Problem))
            }
            Self::Answering { score, saved, .. } => {
                let tell = (saved == Saved::No).then_some(Notice::Score(score));
                (Self::Sending { score }, Effects { tell, save: Some(Save::Complete), ..NOTHING })
            }
            _ => (self, NOTHING),
        }
    }

    fn delivered(self, now: Delivery) -> (Self, Effects) {
        let told = Effects { tell: now.notice(), ..NOTHING };
        match self {
            Self::Answering { saved: Saved::Came(before), .. } | Self::Done { delivery: before, .. }
                if now.repeats(before) =>
            {
                (self, NOTHING)
            }
            // An outcome of an earlier score doesn't concern this one.
            Self::Answering { saved: Saved::No, .. } => (self, NOTHING),
            Self::Answering { score, too_long, .. } => {
                (Self::Answering { score, saved: Saved::Came(now), too_long }, told)
            }
            Self::Sending { score } => {
                let focus = Some(Target::Card);
                (Self::Done { score, delivery: now }, Effects { focus, ..complete(score, now) })
            }
            Self::Done { score, .. } => (Self::Done { score, delivery: now }, complete(score, now)),
            Self::Closed { told: before } if before.is_none_or(|before| !now.repeats(before)) => {
                (Self::Closed { told: Some(now) }, told)
            }
            _ => (self, NOTHING),
        }
    }
}

/// Makes the score final: shows the follow-up, and saves the score if the shop wants that.
fn settle(score: Score, too_long: TooLong, rules: Rules) -> (State, Effects) {
    if rules.save_on_choose {
        let effects = Effects { save: Some(Save::Send), announce: true, ..tell(Notice::Score(score)) };
        (State::Answering { score, saved: Saved::Underway, too_long }, effects)
    } else {
        let effects = Effects { announce: true, ..NOTHING };
        (State::Answering { score, saved: Saved::No, too_long }, effects)
    }
}

/// The notice to the page about a complete answer with this delivery.
const fn complete(score: Score, now: Delivery) -> Effects {
    match now {
        Delivery::Stored => tell(Notice::Answer(score)),
        _ => Effects { tell: now.notice(), ..NOTHING },
    }
}
