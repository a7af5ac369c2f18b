//! The follow-up that a score asks of the shop. Unhappy customers are handled by priority, not first come,
//! first served. A case is closed only after the customer has heard what was done.

use crate::Score;

/// How the shop follows up a low score.
///
/// The order is that of urgency: the smaller value comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FollowUp {
    /// 0 to 2: personal contact and direct action.
    Rescue,
    /// 3 and 4: contact; they may still be won back.
    WinBack,
    /// 5: contact and listen.
    Listen,
    /// 6: a mail that asks for ways to a higher score.
    Ask,
}

/// One step of a follow-up plan, in the order of [`plan`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Contact the customer in person, by telephone if they left a number.
    CallInPerson,
    /// Contact the customer.
    Contact,
    /// Write a mail.
    Mail,
    /// Apologise.
    Apologise,
    /// Listen, and let the customer finish.
    Listen,
    /// Explain what happened.
    Explain,
    /// Compensate the customer.
    Compensate,
    /// Say what will be changed so that it does not happen again.
    SayWhatWillChange,
    /// Ask for ways to a higher score.
    AskWhatWouldHelp,
    /// Thank the customer.
    Thank,
    /// Record it with the account's manager, and return to it at the next contact.
    Record,
}

impl FollowUp {
    /// The kind of follow-up that a score asks for; `None` from 7 on.
    pub const fn of(score: Score) -> Option<Self> {
        match score.get() {
            0..=2 => Some(Self::Rescue),
            3..=4 => Some(Self::WinBack),
            5 => Some(Self::Listen),
            6 => Some(Self::Ask),
            _ => None,
        }
    }

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rescue => "rescue",
            Self::WinBack => "win-back",
            Self::Listen => "listen",
            Self::Ask => "ask",
        }
    }

    /// 1 for the most urgent to 4 for the least.
    pub const fn priority(self) -> u8 {
        self as u8 + 1
    }
}

/// The follow-up plan of a score: its steps, in order. Each of the seven low scores has its own plan; from 7
/// on the plan is empty.
pub const fn plan(score: Score) -> &'static [Step] {
    use Step::{
        Apologise, AskWhatWouldHelp, CallInPerson, Compensate, Contact, Explain, Listen, Mail, Record,
        SayWhatWillChange, Thank,
    };
    match score.get() {
        0 => &[CallInPerson, Apologise, Listen, Compensate, SayWhatWillChange, Thank, Record],
        1 => &[CallInPerson, Apologise, Listen, Compensate, SayWhatWillChange, Record],
        2 => &[CallInPerson, Listen, Apologise, Explain, SayWhatWillChange, Record],
        3 => &[Contact, Apologise, Listen, Explain, SayWhatWillChange, Record],
        4 => &[Contact, Apologise, Explain, Record],
        5 => &[Contact, Listen, Explain, Thank, Record],
        6 => &[Mail, AskWhatWouldHelp, Thank, Record],
        _ => &[],
    }
}

impl Step {
    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CallInPerson => "call-in-person",
            Self::Contact => "contact",
            Self::Mail => "mail",
            Self::Apologise => "apologise",
            Self::Listen => "listen",
            Self::Explain => "explain",
            Self::Compensate => "compensate",
            Self::SayWhatWillChange => "say-what-will-change",
            Self::AskWhatWouldHelp => "ask-what-would-help",
            Self::Thank => "thank",
            Self::Record => "record",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Category;
    use alloc::vec::Vec;

    #[test]
    fn every_detractor_is_followed_up_and_nobody_else() {
        for score in Score::all() {
            let detractor = score.category() == Category::Detractor;
            assert_eq!(FollowUp::of(score).is_some(), detractor, "{score:?}");
        }
    }

    #[test]
    fn the_lower_the_score_the_sooner() {
        let all: Vec<FollowUp> = Score::all().filter_map(FollowUp::of).collect();
        assert!(all.is_sorted());
        assert_eq!(all.first().map(|c| c.priority()), Some(1));
        assert_eq!(all.last().map(|c| c.priority()), Some(4));
    }

    #[test]
    fn each_low_score_has_a_plan_of_its_own() {
        let plans: Vec<_> = Score::all().map(plan).collect();
        for (score, steps) in Score::all().zip(&plans) {
            assert_eq!(steps.is_empty(), FollowUp::of(score).is_none(), "{score:?}");
            let same = plans.iter().filter(|other| *other == steps).count();
            assert!(steps.is_empty() || same == 1, "{score:?}");
        }
    }

    #[test]
    fn every_plan_begins_as_its_kind_does_and_ends_with_the_record() {
        for score in Score::all() {
            let begins = match FollowUp::of(score) {
                None => continue,
                Some(FollowUp::Rescue) => Step::CallInPerson,
                Some(FollowUp::WinBack | FollowUp::Listen) => Step::Contact,
                Some(FollowUp::Ask) => Step::Mail,
            };
            assert_eq!(plan(score).first(), Some(&begins), "{score:?}");
            assert_eq!(plan(score).last(), Some(&Step::Record), "{score:?}");
        }
    }
}
