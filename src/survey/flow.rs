//! The question as a state machine: `(State, Event) -> (State, effects)`.
//!
//! ```text
//! Waiting ─Show→ Question ─Send→ FollowUp ─Reply→ Sent
//!                   ↑    ←─Back──┘
//! ```
//! and `Dismiss` and `Close` lead from everywhere to `Closed`. Whoever drives it draws the
//! state and carries out the effects; nothing here knows how.

use crate::{Score, TooLong};

#[cfg(test)]
mod tests;

/// What the visitor sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing yet.
    Waiting,
    /// The 0–10 question.
    Question {
        /// The score that is chosen now.
        chosen: Option<Score>,
        /// Whether Send was pressed with nothing chosen, and the visitor is told so.
        unanswered: bool,
        /// How far the chosen score has come.
        delivery: Delivery,
    },
    /// Why this score, and may the shop come back to it.
    FollowUp {
        /// The score that was sent.
        score: Score,
        /// How far the score has come.
        delivery: Delivery,
        /// What was too long when Send was pressed.
        too_long: TooLong,
    },
    /// The whole answer is on its way; or there, or kept, and it is time to thank; or refused.
    Sent {
        /// The score.
        score: Score,
        /// How far the answer has come.
        delivery: Delivery,
    },
    /// Gone, and not coming back in this page.
    Closed,
}

/// How far the latest revision has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// Nobody else knows of it.
    Unsent,
    /// It is on its way.
    Underway,
    /// The collector has stored it.
    Stored,
    /// It could not be sent yet; it is kept on the visitor's device and will be.
    Kept,
    /// It could not be sent yet; it is kept in the page's memory only, because the browser keeps nothing for us.
    KeptInPage,
    /// The collector takes no answers from this page's origin.
    PageRefused,
    /// The collector found something wrong with the answer.
    Refused,
}

impl Delivery {
    /// Whether the collector will not take it.
    pub const fn is_refused(self) -> bool {
        matches!(self, Self::PageRefused | Self::Refused)
    }

    /// Whether it could not be sent yet.
    pub const fn is_kept(self) -> bool {
        matches!(self, Self::Kept | Self::KeptInPage)
    }

    /// What the page is told of it, whatever is on the screen.
    const fn told(self) -> Effects {
        if self.is_kept() {
            tell(Notice::Kept)
        } else if self.is_refused() {
            tell(Notice::Refused)
        } else {
            NOTHING
        }
    }
}

/// How a score was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// By mouse, pen or finger: meant.
    Pointer,
    /// By anything else: perhaps on the way to another score.
    Keyboard,
}

/// What happens to the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// It is time to ask.
    Show,
    /// A score was chosen.
    Choose(Score, Input),
    /// The chosen score has been left alone for a while.
    Rested,
    /// Send was pressed under the question.
    Send,
    /// The visitor wants to change the score.
    Back,
    /// Send was pressed under the follow-up question, with these texts too long.
    Reply(TooLong),
    /// The latest revision has come so far.
    Delivered(Delivery),
    /// The visitor closed it.
    Dismiss(Wish),
    /// The page closed it.
    Close,
}

/// What is to be done about it, in this order, besides drawing the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effects {
    /// What the page is told.
    pub tell: Option<Notice>,
    /// How the answer so far is saved, as a new revision.
    pub save: Option<Save>,
    /// Where the focus goes: what had it is gone, or something needs the visitor's eye.
    pub focus: Option<Target>,
}

/// How an answer is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Save {
    /// It is kept on the device, without being sent yet. [`Event::Rested`] is due once the choice has
    /// been left alone; that starts anew if it is already running.
    Keep,
    /// It is kept and sent; the visitor may not be done.
    Send,
    /// It is kept and sent; the visitor is done.
    Complete,
}

/// What the page is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The question is on the screen.
    Show,
    /// A score was chosen, and meant.
    Score(Score),
    /// The collector has stored the complete answer.
    Answer(Score),
    /// The visitor closed the question.
    Dismiss(Wish),
    /// An answer could not be sent; it is kept.
    Kept,
    /// An answer was refused.
    Refused,
}

/// What a visitor wishes who closes the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Says nothing about it.
    Nothing,
    /// To be asked later.
    Later,
    /// Not to be asked again.
    Never,
}

/// Where the focus goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The whole card, so that its question is read.
    Card,
    /// The scale.
    Scale,
    /// The first field with a problem.
    Problem,
}

/// What the shop's developer can set about the flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Whether a chosen score is saved before Send is pressed.
    pub save_on_choose: bool,
}

const NOTHING: Effects = Effects { tell: None, save: None, focus: None };

const fn tell(notice: Notice) -> Effects {
    Effects { tell: Some(notice), ..NOTHING }
}

const fn focus(target: Target) -> Effects {
    Effects { focus: Some(target), ..NOTHING }
}

impl State {
    /// The next state, and what to do. An event that means nothing in a state changes nothing.
    #[must_use]
    pub fn on(self, event: Event, rules: Rules) -> (Self, Effects) {
        match (self, event) {
            (Self::Waiting, Event::Show) => (
                Self::Question { chosen: None, unanswered: false, delivery: Delivery::Unsent },
                tell(Notice::Show),
            ),
            (Self::Closed, Event::Delivered(now)) => (self, now.told()),
            (Self::Closed, _) => (self, NOTHING),
            (Self::Waiting, Event::Dismiss(_)) | (_, Event::Close) => (Self::Closed, NOTHING),
            (_, Event::Dismiss(wish)) => (Self::Closed, tell(Notice::Dismiss(wish))),
            (_, Event::Delivered(now)) => self.delivered(now),
            (Self::Question { chosen, delivery, .. }, _) => self.on_question(chosen, delivery, event, rules),
            (Self::FollowUp { score, delivery, .. }, Event::Back) => {
                (Self::Question { chosen: Some(score), unanswered: false, delivery }, focus(Target::Card))
            }
            (Self::FollowUp { score, delivery, .. }, Event::Reply(too_long)) => {
                if too_long == TooLong::default() {
                    (
                        Self::Sent { score, delivery: Delivery::Underway },
                        Effects { save: Some(Save::Complete), ..NOTHING },
                    )
                } else {
                    (Self::FollowUp { score, delivery, too_long }, focus(Target::Problem))
                }
            }
            _ => (self, NOTHING),
        }
    }

    /// The score that stands now.
    pub const fn score(&self) -> Option<Score> {
        match self {
            Self::Question { chosen, .. } => *chosen,
            Self::FollowUp { score, .. } | Self::Sent { score, .. } => Some(*score),
            Self::Waiting | Self::Closed => None,
        }
    }

    /// How far the score that stands now has come.
    pub const fn delivery(&self) -> Delivery {
        match self {
            Self::Question { delivery, .. }
            | Self::FollowUp { delivery, .. }
            | Self::Sent { delivery, .. } => *delivery,
            Self::Waiting | Self::Closed => Delivery::Unsent,
        }
    }

    fn on_question(
        self,
        chosen: Option<Score>,
        delivery: Delivery,
        event: Event,
        rules: Rules,
    ) -> (Self, Effects) {
        let question = |chosen, delivery| Self::Question { chosen, unanswered: false, delivery };
        match (event, chosen) {
            (Event::Choose(score, _), _) if chosen == Some(score) => (question(chosen, delivery), NOTHING),
            (Event::Choose(score, _), _) if !rules.save_on_choose => {
                (question(Some(score), Delivery::Unsent), NOTHING)
            }
            (Event::Choose(score, Input::Pointer), _) => {
                (question(Some(score), Delivery::Underway), post_score(score))
            }
            (Event::Choose(score, Input::Keyboard), _) => {
                (question(Some(score), Delivery::Unsent), Effects { save: Some(Save::Keep), ..NOTHING })
            }
            (Event::Rested, Some(score)) if rules.save_on_choose && delivery == Delivery::Unsent => {
                (question(chosen, Delivery::Underway), post_score(score))
            }
            (Event::Send, Some(score)) => {
                let unsent = delivery == Delivery::Unsent;
                let mut effects = if unsent { post_score(score) } else { NOTHING };
                effects.focus = Some(Target::Card);
                let delivery = if unsent { Delivery::Underway } else { delivery };
                (Self::FollowUp { score, delivery, too_long: TooLong::default() }, effects)
            }
            (Event::Send, None) => {
                (Self::Question { chosen, unanswered: true, delivery }, focus(Target::Scale))
            }
            _ => (self, NOTHING),
        }
    }

    /// The latest revision has come so far.
    fn delivered(self, now: Delivery) -> (Self, Effects) {
        let before = self.delivery();
        // What comes of an earlier score says nothing about this one, and what was refused stays so.
        if before == Delivery::Unsent || before == now || before.is_refused() && now.is_refused() {
            return (self, NOTHING);
        }
        match self {
            Self::Question { chosen, unanswered, .. } => {
                (Self::Question { chosen, unanswered, delivery: now }, now.told())
            }
            Self::FollowUp { score, too_long, .. } => {
                (Self::FollowUp { score, delivery: now, too_long }, now.told())
            }
            Self::Sent { score, .. } => {
                let mut effects = now.told();
                if now == Delivery::Stored {
                    effects = tell(Notice::Answer(score));
                }
                if before == Delivery::Underway {
                    effects.focus = Some(Target::Card);
                }
                (Self::Sent { score, delivery: now }, effects)
            }
            _ => (self, NOTHING),
        }
    }
}

const fn post_score(score: Score) -> Effects {
    Effects { tell: Some(Notice::Score(score)), save: Some(Save::Send), focus: None }
}
