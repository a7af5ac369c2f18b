//! The question as a state machine: `(State, Event) -> (State, effects)`.
//!
//! ```text
//! Waiting ─Show→ Question ─Send→ FollowUp ─Reply→ Sending ─Stored/Kept→ Thanks
//!                   ↑    ←─Back──┘                    └────Refused────→ Refused
//! ```
//! and `Dismiss` leads from everywhere to `Closed`. Whoever drives it draws the
//! state and carries out the effects; nothing here knows how.

use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use crate::{Answer, Problem, Raw, Score};

#[cfg(test)]
mod tests;

/// What the visitor sees.
#[derive(Clone, Debug, PartialEq)]
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
        /// What is wrong with what was typed, after Send was pressed.
        problems: Vec<Problem>,
    },
    /// The whole answer is on its way.
    Sending {
        /// The score.
        score: Score,
    },
    /// Thank you.
    Thanks {
        /// The score.
        score: Score,
        /// Where the answer waits to be sent, if it still does.
        kept: Option<Keeping>,
    },
    /// The collector will not take the answer.
    Refused {
        /// The score.
        score: Score,
        /// Why.
        refusal: Refusal,
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
    /// It could not be sent; it is kept and will be.
    Kept(Keeping),
    /// The collector will not take it.
    Refused(Refusal),
}

/// Where an answer is kept that could not be sent yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeping {
    /// On the visitor's device, until it has been sent.
    Device,
    /// In the page's memory only, because the browser keeps nothing for us.
    Page,
}

/// Why the collector will not take an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It takes no answers from this page's origin.
    Origin,
    /// It found something wrong with the answer.
    Answer,
}

/// How a score was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// By mouse, pen or finger: meant.
    Pointer,
    /// By anything else: perhaps on the way to another score.
    Keyboard,
}

/// What the visitor typed under the follow-up question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// The comment.
    pub comment: String,
    /// Whether the shop may contact the visitor.
    pub allowed: bool,
    /// How it may.
    pub how: String,
}

impl Reply {
    /// The fields of an answer that this fills. What was typed as an address
    /// before the leave was taken back is not among them.
    pub fn fields(&self) -> Vec<(String, Raw)> {
        let mut fields = vec![("comment".to_string(), Raw::text_or_null(&self.comment))];
        if self.allowed {
            let contact = vec![
                ("allowed".to_string(), Raw::Bool(true)),
                ("how".to_string(), Raw::text_or_null(&self.how)),
            ];
            fields.push(("contact".to_string(), Raw::Map(contact)));
        }
        fields
    }
}

/// What happens to the question.
#[derive(Clone, Debug, PartialEq)]
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
    /// Send was pressed under the follow-up question.
    Reply(Reply),
    /// The collector has stored the latest revision.
    Stored,
    /// The latest revision could not be sent and is kept.
    Kept(Keeping),
    /// The collector will not take the latest revision.
    Refused(Refusal),
    /// The visitor closed it.
    Dismiss,
}

/// What is to be done about it, besides drawing the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Post the whole answer so far as a new revision.
    Post {
        /// Whether the visitor is done.
        complete: bool,
    },
    /// Keep the answer so far on the device as a new revision, without sending it yet.
    Keep,
    /// Send [`Event::Rested`] once the choice has been left alone; start anew if that is already running.
    Rest,
    /// Tell the page.
    Tell(Notice),
    /// Move the focus: what had it is gone, or something needs the visitor's eye.
    Focus(Target),
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
    Dismiss,
    /// An answer could not be sent; it is kept.
    Kept,
    /// An answer was refused.
    Refused,
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

impl State {
    /// The next state, and what to do. An event that means nothing in a state changes nothing.
    pub fn on(self, event: &Event, rules: Rules) -> (Self, Vec<Effect>) {
        match (self, event) {
            (Self::Waiting, Event::Show) => (
                Self::Question { chosen: None, unanswered: false, delivery: Delivery::Unsent },
                vec![Effect::Tell(Notice::Show)],
            ),
            (Self::Closed, event) => (Self::Closed, Self::told(event)),
            (Self::Waiting, Event::Dismiss) => (Self::Closed, vec![]),
            (_, Event::Dismiss) => (Self::Closed, vec![Effect::Tell(Notice::Dismiss)]),
            (state @ Self::Question { .. }, event) => state.on_question(event, rules),
            (state @ Self::FollowUp { .. }, event) => state.on_follow_up(event),
            (state, event) => state.on_sent(event),
        }
    }

    /// The score that stands now.
    pub const fn score(&self) -> Option<Score> {
        match self {
            Self::Question { chosen, .. } => *chosen,
            Self::FollowUp { score, .. }
            | Self::Sending { score }
            | Self::Thanks { score, .. }
            | Self::Refused { score, .. } => Some(*score),
            Self::Waiting | Self::Closed => None,
        }
    }

    fn on_question(self, event: &Event, rules: Rules) -> (Self, Vec<Effect>) {
        let Self::Question { chosen, unanswered, delivery } = self else { return (self, vec![]) };
        let question = |chosen, delivery| Self::Question { chosen, unanswered: false, delivery };
        match (event, chosen) {
            (Event::Choose(score, _), _) if chosen == Some(*score) => (question(chosen, delivery), vec![]),
            (Event::Choose(score, _), _) if !rules.save_on_choose => {
                (question(Some(*score), Delivery::Unsent), vec![])
            }
            (Event::Choose(score, Input::Pointer), _) => {
                (question(Some(*score), Delivery::Underway), post_score(*score))
            }
            (Event::Choose(score, Input::Keyboard), _) => {
                (question(Some(*score), Delivery::Unsent), vec![Effect::Keep, Effect::Rest])
            }
            (Event::Rested, Some(score)) if rules.save_on_choose && delivery == Delivery::Unsent => {
                (question(chosen, Delivery::Underway), post_score(score))
            }
            (Event::Send, Some(score)) => {
                let unsent = delivery == Delivery::Unsent;
                let mut effects = if unsent { post_score(score) } else { vec![] };
                effects.push(Effect::Focus(Target::Card));
                let delivery = if unsent { Delivery::Underway } else { delivery };
                (Self::FollowUp { score, delivery, problems: vec![] }, effects)
            }
            (Event::Send, None) => {
                (Self::Question { chosen, unanswered: true, delivery }, vec![Effect::Focus(Target::Scale)])
            }
            (event, _) => match delivered(event) {
                // What comes of an earlier score says nothing about this one.
                Some(now) if delivery != Delivery::Unsent => {
                    let effects = if now == delivery { vec![] } else { Self::told(event) };
                    (Self::Question { chosen, unanswered, delivery: now }, effects)
                }
                _ => (Self::Question { chosen, unanswered, delivery }, vec![]),
            },
        }
    }

    fn on_follow_up(self, event: &Event) -> (Self, Vec<Effect>) {
        let Self::FollowUp { score, delivery, problems } = self else { return (self, vec![]) };
        match event {
            Event::Back => (
                Self::Question { chosen: Some(score), unanswered: false, delivery },
                vec![Effect::Focus(Target::Card)],
            ),
            Event::Reply(reply) => {
                let problems = Answer::check_reply(reply);
                if problems.is_empty() {
                    (Self::Sending { score }, vec![Effect::Post { complete: true }])
                } else {
                    (Self::FollowUp { score, delivery, problems }, vec![Effect::Focus(Target::Problem)])
                }
            }
            event => {
                let now = delivered(event).unwrap_or(delivery);
                let effects = if now == delivery { vec![] } else { Self::told(event) };
                (Self::FollowUp { score, delivery: now, problems }, effects)
            }
        }
    }

    /// While the complete answer is on its way, and after.
    fn on_sent(self, event: &Event) -> (Self, Vec<Effect>) {
        let Some(score) = self.score() else { return (self, vec![]) };
        let next = match event {
            Event::Stored => Self::Thanks { score, kept: None },
            Event::Kept(keeping) => Self::Thanks { score, kept: Some(*keeping) },
            Event::Refused(refusal) => Self::Refused { score, refusal: *refusal },
            _ => return (self, vec![]),
        };
        let known = match (&self, &next) {
            (Self::Thanks { kept: before, .. }, Self::Thanks { kept: now, .. }) => before == now,
            (Self::Refused { .. }, Self::Refused { .. }) => true,
            _ => false,
        };
        if known {
            return (next, vec![]);
        }
        let mut effects = match event {
            Event::Stored => vec![Effect::Tell(Notice::Answer(score))],
            event => Self::told(event),
        };
        if matches!(self, Self::Sending { .. }) {
            effects.push(Effect::Focus(Target::Card));
        }
        (next, effects)
    }

    /// What the page is told of a delivery, whatever is on the screen.
    fn told(event: &Event) -> Vec<Effect> {
        match event {
            Event::Kept(_) => vec![Effect::Tell(Notice::Kept)],
            Event::Refused(_) => vec![Effect::Tell(Notice::Refused)],
            _ => vec![],
        }
    }
}

fn post_score(score: Score) -> Vec<Effect> {
    vec![Effect::Tell(Notice::Score(score)), Effect::Post { complete: false }]
}

const fn delivered(event: &Event) -> Option<Delivery> {
    match event {
        Event::Stored => Some(Delivery::Stored),
        Event::Kept(keeping) => Some(Delivery::Kept(*keeping)),
        Event::Refused(refusal) => Some(Delivery::Refused(*refusal)),
        _ => None,
    }
}
