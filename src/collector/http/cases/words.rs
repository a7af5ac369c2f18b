//! Every text of these pages.

use aanrader_survey::{Score, Step};

use crate::cases::{Action, State, Urgency};
use crate::store::Happening;

pub(super) const CASES: &str = "Cases";
pub(super) const CASE: &str = "Case";
pub(super) const LEAD: &str = "Customers who gave 0 to 6, or who may be contacted: the most urgent first. A case is closed once the customer knows what was done.";
pub(super) const SIGN_IN: &str = "Sign in";
pub(super) const SIGN_OUT: &str = "Sign out";
pub(super) const TOKEN: &str = "Token";
pub(super) const TOKEN_HINT: &str = "A token of your site, made with “aanrader token add NAME --scope work”, or the admin token. Your browser stays signed in for 12 hours.";
pub(super) const SKIP: &str = "Skip to content";
pub(super) const MAIN: &str = "Main";
pub(super) const FILTER: &str = "Which cases";
pub(super) const WHOSE: &str = "Whose";
pub(super) const EVERYBODY: &str = "Everybody’s";
pub(super) const MINE: &str = "Mine";
pub(super) const UNASSIGNED: &str = "Nobody’s";
pub(super) const OPEN_OR_CLOSED: &str = "State";
pub(super) const OPEN: &str = "Open";
pub(super) const CLOSED: &str = "Closed";
pub(super) const OVERDUE_ONLY: &str = "Overdue only";
pub(super) const OVERDUE: &str = "overdue";
pub(super) const TOUCHPOINT: &str = "Touchpoint";
pub(super) const SCORE: &str = "Score";
pub(super) const ANY: &str = "Any";
pub(super) const WORDS: &str = "Words in the comment, customer or contact";
pub(super) const SHOW: &str = "Show";
pub(super) const NONE: &str = "There are no such cases.";
pub(super) const MORE: &str = "More cases";
pub(super) const LOOK_FURTHER: &str = "Look further";
pub(super) const LOOKED: &str = "The words were looked for in 5,000 cases so far.";
pub(super) const FIRST_PAGE: &str = "Back to the most urgent";
pub(super) const BACK: &str = "Back to the list";
pub(super) const NO_COMMENT: &str = "No comment";
pub(super) const NO_CONTACT: &str = "The customer gave no consent to be contacted.";
pub(super) const CONTACT: &str = "May be contacted";
pub(super) const CONTACT_UNKNOWN: &str = "how, the shop knows";
pub(super) const CUSTOMER: &str = "Customer";
pub(super) const SURVEY: &str = "Survey";
pub(super) const OWNER: &str = "Owner";
pub(super) const NOBODY: &str = "nobody";
pub(super) const DUE: &str = "Due";
pub(super) const OPENED: &str = "Opened";
pub(super) const CAUSE: &str = "Cause";
pub(super) const NOT_NAMED: &str = "not named yet";
pub(super) const UNVERIFIED: &str = "The shop doesn’t vouch for this customer.";
pub(super) const PLAN: &str = "What to do";
pub(super) const NEXT: &str = "Next";
pub(super) const HISTORY: &str = "History";
pub(super) const NOTE: &str = "Note";
pub(super) const ADD_NOTE: &str = "Add the note";
pub(super) const CAUSE_HINT: &str = "One of your own, or a new one.";
pub(super) const SET_CAUSE: &str = "Set the cause";
pub(super) const READ_ONLY: &str =
    "Your token may read cases. To work at them, ask for one with the scope “work”.";
pub(super) const TAKE_OVER: &str = "Take it over";
pub(super) const CHANGED: &str =
    "Somebody changed this case before you. You see it as it is now; nothing of yours was done.";
pub(super) const NOT_NOW: &str = "A case in this state doesn’t allow that. Nothing was done.";
pub(super) const EMPTY_TEXT: &str = "Write something first.";
pub(super) const LONG_TEXT: &str = "The text is too long. Shorten it.";
pub(super) const WRONG_TOKEN: &str = "That token opens nothing here. Check it, and try again.";
pub(super) const TOO_MANY: &str =
    "Too many wrong tokens have come from your address. Wait a minute, and try again.";
pub(super) const NOT_OURS: &str = "This form came from an address that the collector doesn’t know as its own. Its operator can name it with --public-url.";
pub(super) const NOT_SAFE: &str = "Here everybody on the way could read the token. Open this page over HTTPS, or on the collector’s own machine.";
pub(super) const NO_SESSION: &str = "You are signed out, so nothing was done. Sign in, then do it again.";
pub(super) const STALE_FORM: &str =
    "This form is not from your own session, so nothing was done. Open the case again, and do it there.";
pub(super) const NO_CASE: &str = "There is no such case. Its answer may have been erased.";
pub(super) const NO_SITE: &str = "Your token doesn’t open that site.";
pub(super) const BUSY: &str = "The collector can’t reach its database or is too busy. Try again in a moment.";
pub(super) const REFUSED: &str = "That didn’t work";
pub(super) const BAD_FORM: &str = "This is no form of these pages. Open the case again, and do it there.";

pub(super) const fn urgency(urgency: Urgency) -> &'static str {
    use aanrader_survey::Care;
    match urgency {
        Urgency::Care(Care::Rescue) => "Within two hours",
        Urgency::Care(Care::WinBack) => "Within a day",
        Urgency::Care(Care::Listen | Care::Ask) => "Within two days",
        Urgency::Asked => "May be contacted",
        Urgency::Settled => "Raised by the customer",
    }
}

pub(super) const fn state(state: State) -> &'static str {
    match state {
        State::New => "New",
        State::Taken => "Taken",
        State::Contacted => "Contacted",
        State::Solved => "Solved",
        State::Told => "Told: closed",
        State::Reopened => "Reopened",
    }
}

pub(super) const fn action(action: Action) -> &'static str {
    match action {
        Action::Take => "Take it",
        Action::Contact => "I have contacted the customer",
        Action::Solve => "It is solved",
        Action::Tell => "The customer knows: close it",
        Action::Reopen => "Not solved: reopen it",
        Action::Note => ADD_NOTE,
        Action::Cause => SET_CAUSE,
    }
}

/// What happened, after the name of who did it.
pub(super) fn happening(what: &Happening) -> String {
    match what {
        Happening::Scored { from, to } => format!("changed the score from {} to {}", from.get(), to.get()),
        Happening::Did(action, text) => match action {
            Action::Take => "took it".into(),
            Action::Contact => "contacted the customer".into(),
            Action::Solve => "solved it".into(),
            Action::Tell => "told the customer; closed".into(),
            Action::Reopen => "reopened it".into(),
            Action::Note => "wrote".into(),
            Action::Cause => format!("named the cause: {}", text.as_deref().unwrap_or_default()),
        },
    }
}

/// Who did what is no person of the shop.
pub(super) const THE_CUSTOMER: &str = "The customer";

pub(super) fn lowest(score: Score) -> String {
    format!("was {}", score.get())
}

pub(super) fn signed_in_as(name: &str, site: &str) -> String {
    format!("{name}, {site}")
}

/// In a word, what a score of 0 to 6 means for what is done.
pub(super) const fn plan(score: Score) -> Option<&'static str> {
    Some(match score.get() {
        0 => {
            "0: the shop has lost this customer. Win back the person before the sale, and say so to the person who decides."
        }
        1 => "1: one call may keep this customer from warning others. Put it right while you talk.",
        2 => "2: hear the whole story before you offer anything, then say what changes.",
        3 => "3: disappointed more than angry. They may still be won back.",
        4 => "4: they may still be won back. A clear explanation does much.",
        5 => "5: neither for nor against. Listen; thank them for the trouble.",
        6 => "6: nearly content. Ask what is missing.",
        _ => return None,
    })
}

/// One step of a follow-up plan.
pub(super) const fn step(step: Step) -> &'static str {
    match step {
        Step::CallInPerson => "Call the customer yourself, today",
        Step::Contact => "Contact the customer",
        Step::Mail => "Write a mail",
        Step::Apologise => "Apologise",
        Step::Listen => "Listen, and let them finish",
        Step::Explain => "Explain what happened",
        Step::Compensate => "Compensate them",
        Step::SayWhatWillChange => "Say what will change so that it doesn’t happen again",
        Step::AskWhatWouldHelp => "Ask what would earn a higher score",
        Step::Thank => "Thank them",
        Step::Record => "Record it with the account’s manager, and come back to it at the next contact",
    }
}

/// How a case began.
pub(super) const ANSWERED: &str = "answered";
