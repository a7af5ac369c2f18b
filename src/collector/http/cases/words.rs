//! The texts of these pages, by their keys in `www/owner`.

use crate::cases::{Action, State, Urgency};
use crate::http::owner::Texts;
use crate::store::Happening;
pub(super) use crate::texts::{plan, step};

pub(super) const CASES: &str = "cases";
pub(super) const CASE: &str = "case";
pub(super) const LEAD: &str = "case_lead";
pub(super) const SIGN_IN: &str = "case_sign_in";
pub(super) const SIGN_OUT: &str = "case_sign_out";
pub(super) const TOKEN: &str = "case_token";
pub(super) const TOKEN_HINT: &str = "case_token_hint";
pub(super) const ALL_SITES: &str = "case_all_sites";
pub(super) const FILTER: &str = "case_filter";
pub(super) const WHOSE: &str = "case_whose";
pub(super) const EVERYBODY: &str = "case_everybody";
pub(super) const MINE: &str = "case_mine";
pub(super) const UNASSIGNED: &str = "case_unassigned";
pub(super) const OPEN_OR_CLOSED: &str = "case_state";
pub(super) const OPEN: &str = "case_open";
pub(super) const CLOSED: &str = "case_closed";
pub(super) const OVERDUE_ONLY: &str = "case_overdue_only";
pub(super) const OVERDUE: &str = "case_overdue";
pub(super) const TOUCHPOINT: &str = "case_touchpoint";
pub(super) const SCORE: &str = "case_score";
pub(super) const ANY: &str = "case_any";
pub(super) const WORDS: &str = "case_words";
pub(super) const SHOW: &str = "case_show";
pub(super) const NONE: &str = "case_none";
pub(super) const MORE: &str = "case_more";
pub(super) const LOOK_FURTHER: &str = "case_look_further";
pub(super) const LOOKED: &str = "case_looked";
pub(super) const FIRST_PAGE: &str = "case_first_page";
pub(super) const BACK: &str = "case_back";
pub(super) const NO_COMMENT: &str = "case_no_comment";
pub(super) const NO_CONTACT: &str = "case_no_contact";
pub(super) const CONTACT: &str = "case_contact";
pub(super) const CONTACT_UNKNOWN: &str = "case_contact_unknown";
pub(super) const CUSTOMER: &str = "case_customer";
pub(super) const SURVEY: &str = "case_survey";
pub(super) const OWNER: &str = "case_owner";
pub(super) const NOBODY: &str = "case_nobody";
pub(super) const DUE: &str = "case_due";
pub(super) const OPENED: &str = "case_opened";
pub(super) const CAUSE: &str = "case_cause";
pub(super) const NOT_NAMED: &str = "case_not_named";
pub(super) const UNVERIFIED: &str = "case_unverified";
pub(super) const PLAN: &str = "case_plan";
pub(super) const NEXT: &str = "case_next";
pub(super) const HISTORY: &str = "case_history";
pub(super) const NOTE: &str = "case_note";
pub(super) const ADD_NOTE: &str = "case_add_note";
pub(super) const CAUSE_HINT: &str = "case_cause_hint";
pub(super) const SET_CAUSE: &str = "case_set_cause";
pub(super) const READ_ONLY: &str = "case_read_only";
pub(super) const TAKE_OVER: &str = "case_take_over";
pub(super) const CHANGED: &str = "case_changed";
pub(super) const NOT_NOW: &str = "case_not_now";
pub(super) const EMPTY_TEXT: &str = "case_empty_text";
pub(super) const LONG_TEXT: &str = "case_long_text";
pub(super) const WRONG_TOKEN: &str = "case_wrong_token";
pub(super) const TOO_MANY: &str = "case_too_many";
pub(super) const NOT_OURS: &str = "case_not_ours";
pub(super) const NOT_SAFE: &str = "case_not_safe";
pub(super) const NO_SESSION: &str = "case_no_session";
pub(super) const STALE_FORM: &str = "case_stale_form";
pub(super) const NO_CASE: &str = "case_no_case";
pub(super) const NO_SITE: &str = "case_no_site";
pub(super) const BUSY: &str = "case_busy";
pub(super) const REFUSED: &str = "case_refused";
pub(super) const BAD_FORM: &str = "case_bad_form";
pub(super) const THE_CUSTOMER: &str = "case_the_customer";
pub(super) const WAS: &str = "case_was";
pub(super) const SIGNED_IN: &str = "case_signed_in";
pub(super) const REPLY: &str = "case_reply";
pub(super) const FIGURES: &str = "figures_title";
pub(super) const CHANGED_TITLE: &str = "changed_title";
pub(super) const SETTINGS: &str = "set_title";
pub(super) const ADMIN_ONLY: &str = "set_admin_only";
pub(super) const ENTRY: &str = "case_entry";

/// The urgency of a case.
pub(super) const fn urgency(urgency: Urgency) -> &'static str {
    match urgency.rank() {
        0 => "case_urgency_0",
        1 => "case_urgency_1",
        2 | 3 => "case_urgency_2",
        4 => "case_urgency_4",
        _ => "case_urgency_5",
    }
}

/// The state of a case.
pub(super) const fn state(state: State) -> &'static str {
    match state {
        State::New => "case_new",
        State::Taken => "case_taken",
        State::Contacted => "case_contacted",
        State::Solved => "case_solved",
        State::Told => "case_told",
        State::Reopened => "case_reopened",
    }
}

/// The label of an action's button.
pub(super) const fn action(action: Action) -> &'static str {
    match action {
        Action::Take => "case_take",
        Action::Contact => "case_do_contact",
        Action::Solve => "case_solve",
        Action::Tell => "case_tell",
        Action::Reopen => "case_reopen",
        Action::Note => ADD_NOTE,
        Action::Cause => SET_CAUSE,
        Action::Reply => REPLY,
    }
}

/// The beginning of a case's history, after the customer.
pub(super) const ANSWERED: &str = "case_answered";

/// An event of the history, after the person's name.
pub(super) fn happening(texts: &Texts, what: &Happening) -> String {
    let (action, text) = match what {
        Happening::Scored { from, to } => {
            let [from, to] = [from, to].map(|score| score.get().to_string());
            return texts.with("case_scored", &[("from", &from), ("to", &to)]);
        }
        Happening::Said { solved: true, .. } => return texts.get("case_said_yes").to_owned(),
        Happening::Said { solved: false, .. } => return texts.get("case_said_no").to_owned(),
        Happening::Did(action, text) => (action, text.as_deref().unwrap_or_default()),
    };
    match action {
        Action::Take => texts.get("case_took").to_owned(),
        Action::Contact => texts.get("case_did_contact").to_owned(),
        Action::Solve => texts.get("case_did_solve").to_owned(),
        Action::Tell if text.is_empty() => texts.get("case_did_tell").to_owned(),
        Action::Tell => texts.get("case_did_write_solved").to_owned(),
        Action::Reply => texts.get("case_did_write").to_owned(),
        Action::Reopen => texts.get("case_did_reopen").to_owned(),
        Action::Note => texts.get("case_wrote").to_owned(),
        Action::Cause => texts.with("case_named", &[("cause", text)]),
    }
}
