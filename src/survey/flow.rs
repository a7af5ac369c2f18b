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

/// Where a survey is. It is flat, each part for itself, because that is a third of the code; only
/// [`State::on`] makes another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    screen: Screen,
    score: Option<Score>,
    delivery: Delivery,
    unanswered: bool,
    too_long: TooLong,
}

/// What the visitor sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// Nothing yet.
    Waiting,
    /// The 0–10 question.
    Question,
    /// Why this score, and may the shop come back to it.
    FollowUp,
    /// The whole answer is on its way; or there, or kept, and it is time to thank; or refused.
    Sent,
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

impl Default for State {
    fn default() -> Self {
        Self {
            screen: Screen::Waiting,
            score: None,
            delivery: Delivery::Unsent,
            unanswered: false,
            too_long: TooLong::default(),
        }
    }
}

impl State {
    /// What the visitor sees.
    pub const fn screen(&self) -> Screen {
        self.screen
    }

    /// The score that stands now; there is one behind the question.
    pub const fn score(&self) -> Option<Score> {
        self.score
    }

    /// How far the score that stands now has come.
    pub const fn delivery(&self) -> Delivery {
        self.delivery
    }

    /// Whether Send was pressed with nothing chosen, and the visitor is told so.
    pub const fn unanswered(&self) -> bool {
        self.unanswered
    }

    /// What was too long when Send was pressed under the follow-up question.
    pub const fn too_long(&self) -> TooLong {
        self.too_long
    }

    /// The next state, and what to do. An event that means nothing in a state changes nothing.
    #[must_use]
    pub fn on(mut self, event: Event, rules: Rules) -> (Self, Effects) {
        let effects = self.take(event, rules);
        (self, effects)
    }

    fn take(&mut self, event: Event, rules: Rules) -> Effects {
        match (self.screen, event) {
            (Screen::Waiting, Event::Show) => self.go(Screen::Question, tell(Notice::Show)),
            (Screen::Closed, Event::Delivered(now)) => now.told(),
            (Screen::Closed, _) => NOTHING,
            (Screen::Waiting, Event::Dismiss(_)) | (_, Event::Close) => self.go(Screen::Closed, NOTHING),
            (_, Event::Dismiss(wish)) => self.go(Screen::Closed, tell(Notice::Dismiss(wish))),
            (_, Event::Delivered(now)) => self.delivered(now),
            (Screen::Question, _) => self.on_question(event, rules),
            (Screen::FollowUp, Event::Back) => {
                self.too_long = TooLong::default();
                self.go(Screen::Question, focus(Target::Card))
            }
            (Screen::FollowUp, Event::Reply(too_long)) => {
                self.too_long = too_long;
                if too_long != TooLong::default() {
                    return focus(Target::Problem);
                }
                self.delivery = Delivery::Underway;
                self.go(Screen::Sent, Effects { save: Some(Save::Complete), ..NOTHING })
            }
            _ => NOTHING,
        }
    }

    const fn go(&mut self, screen: Screen, effects: Effects) -> Effects {
        self.screen = screen;
        effects
    }

    fn on_question(&mut self, event: Event, rules: Rules) -> Effects {
        match (event, self.score) {
            (Event::Choose(score, _), before) if before == Some(score) => NOTHING,
            (Event::Choose(score, input), _) => {
                self.score = Some(score);
                self.unanswered = false;
                self.delivery = Delivery::Unsent;
                match input {
                    _ if !rules.save_on_choose => NOTHING,
                    Input::Pointer => self.post(score),
                    Input::Keyboard => Effects { save: Some(Save::Keep), ..NOTHING },
                }
            }
            (Event::Rested, Some(score)) if rules.save_on_choose => self.post(score),
            (Event::Send, Some(score)) => {
                let posted = self.post(score);
                self.go(Screen::FollowUp, Effects { focus: Some(Target::Card), ..posted })
            }
            (Event::Send, None) => {
                self.unanswered = true;
                focus(Target::Scale)
            }
            _ => NOTHING,
        }
    }

    /// Sends the score, unless that was done.
    fn post(&mut self, score: Score) -> Effects {
        if self.delivery != Delivery::Unsent {
            return NOTHING;
        }
        self.delivery = Delivery::Underway;
        Effects { tell: Some(Notice::Score(score)), save: Some(Save::Send), focus: None }
    }

    /// The latest revision has come so far.
    fn delivered(&mut self, now: Delivery) -> Effects {
        let before = self.delivery;
        // What comes of an earlier score says nothing about this one, and what was refused stays so.
        if before == Delivery::Unsent || before == now || before.is_refused() && now.is_refused() {
            return NOTHING;
        }
        self.delivery = now;
        let mut effects = now.told();
        if self.screen == Screen::Sent {
            if now == Delivery::Stored {
                effects.tell = self.score.map(Notice::Answer);
            }
            if before == Delivery::Underway {
                effects.focus = Some(Target::Card);
            }
        }
        effects
    }
}
