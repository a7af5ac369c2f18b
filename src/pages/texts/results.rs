//! What the results say.

use aanrader_survey::{Care, Step};

use crate::format::{count, p_value, points, range};
use crate::language::{t, with};
use crate::reading::Difference;

/// Below the two days of a period.
pub(crate) fn days_in(zone: &str) -> String {
    with(t().days_in, &[("zone", zone)])
}

/// What the collector said when it refused.
pub(crate) fn refused(status: u16, message: &str) -> String {
    if message.is_empty() {
        with(t().refused_status, &[("status", &status.to_string())])
    } else {
        with(t().refused, &[("message", message)])
    }
}

/// A difference that chance does not explain.
pub(crate) fn difference(names: &[&str], difference: &Difference) -> String {
    let name = |index: usize| names.get(index).copied().unwrap_or_default();
    let p = if difference.p < 0.001 {
        with(t().p_small, &[("p", &p_value(0.001))])
    } else {
        p_value(difference.p)
    };
    let values = [
        ("higher", name(difference.higher)),
        ("lower", name(difference.lower)),
        ("points", &points(difference.points)),
        ("range", &range(difference.low, difference.high)),
        ("p", &p),
    ];
    with(t().difference, &values)
}

/// How the touchpoints were compared, in so many pairs.
pub(crate) fn method(pairs: usize) -> String {
    match pairs {
        0 | 1 => t().method.into(),
        _ => format!("{} {}", t().method, with(t().method_pairs, &[("pairs", &pairs.to_string())])),
    }
}

/// What the list of those to be called is made of.
pub(crate) fn looked_at(answers: usize, older: bool) -> String {
    let text = match answers {
        0 => return String::new(),
        _ if older => t().looked_at_latest,
        1 => t().looked_at_one,
        _ => t().looked_at_all,
    };
    with(text, &[("n", &count(answers as u64))])
}

/// Those who gave a low score and may not be contacted.
pub(crate) fn silent(people: usize) -> String {
    with(t().silent, &[("n", &count(people as u64))])
}

/// What was loaded.
pub(crate) fn loaded(answers: usize) -> String {
    match answers {
        0 => String::new(),
        1 => t().loaded_one.into(),
        _ => with(t().loaded_many, &[("n", &count(answers as u64))]),
    }
}

/// How to contact somebody who consented, from what they wrote and whether the shop knows them.
pub(crate) fn contact(how: Option<&str>, known: bool) -> &str {
    match how {
        Some(how) => how,
        None if known => t().contact_known,
        None => t().contact_unknown,
    }
}

/// The only touchpoint of a survey.
pub(crate) fn touchpoint(name: &str) -> String {
    with(t().touchpoint, &[("name", name)])
}

/// Where an answer was given.
pub(crate) fn place(survey: &str, touchpoint: &str) -> String {
    format!("{survey} · {touchpoint}")
}

/// Who gave it, by the shop's own id.
pub(crate) fn customer(id: &str) -> String {
    with(t().customer, &[("id", id)])
}

/// How urgent a case is.
pub(crate) fn priority(care: Care) -> String {
    with(t().priority, &[("n", &care.priority().to_string())])
}

/// What kind of care is asked for.
pub(crate) fn care(care: Care) -> &'static str {
    match care {
        Care::Rescue => t().care_rescue,
        Care::WinBack => t().care_win_back,
        Care::Listen => t().care_listen,
        Care::Ask => t().care_ask,
    }
}

/// The same in one line, below an answer.
pub(crate) fn care_in_short(kind: Care, may_contact: bool) -> String {
    if !may_contact {
        return t().no_consent.into();
    }
    with(t().care_line, &[("n", &kind.priority().to_string()), ("care", care(kind))])
}

/// What to do, in words.
pub(crate) fn step(step: Step) -> &'static str {
    match step {
        Step::CallInPerson => t().step_call_in_person,
        Step::Contact => t().step_contact,
        Step::Mail => t().step_mail,
        Step::Apologise => t().step_apologise,
        Step::Listen => t().step_listen,
        Step::Explain => t().step_explain,
        Step::Compensate => t().step_compensate,
        Step::SayWhatWillChange => t().step_say_what_will_change,
        Step::AskWhatWouldHelp => t().step_ask_what_would_help,
        Step::Thank => t().step_thank,
        Step::Record => t().step_record,
    }
}
