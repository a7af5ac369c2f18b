//! The sentences of the results.

use aanrader_survey::FollowUp;

use crate::format::{count, p_value, points, range};
use crate::language::{t, with};
use crate::reading::Difference;
use crate::wire::Problem;

/// Shown below the two days of a period.
pub(crate) fn days_in(zone: &str) -> String {
    with(t().days_in, &[("zone", zone)])
}

/// The collector's refusal, in the page's language.
pub(crate) fn refused(status: u16, problems: &[Problem]) -> String {
    let told: Vec<String> = problems.iter().map(|problem| told(problem, status)).collect();
    if told.is_empty() {
        with(t().refused_status, &[("status", &status.to_string())])
    } else {
        told.join(" ")
    }
}

fn told(problem: &Problem, status: u16) -> String {
    match problem.code.as_str() {
        "after_to" => t().period_turned.into(),
        "no_token_configured" => t().refused_no_token.into(),
        "other_site" => t().refused_other_site.into(),
        "out_of_range" => with(t().refused_out_of_range, &[("field", field(&problem.field))]),
        "unknown" if problem.field == "survey" => t().refused_survey.into(),
        "malformed" | "unknown" => with(t().refused_malformed, &[("field", field(&problem.field))]),
        "too_many" => t().refused_too_many.into(),
        "unavailable" => t().refused_unavailable.into(),
        code => with(t().refused_code, &[("status", &status.to_string()), ("code", code)]),
    }
}

/// The page's name of a parameter.
fn field(name: &str) -> &str {
    match name {
        "from" => t().refused_from,
        "to" => t().refused_to,
        other => other,
    }
}

/// A difference larger than chance explains.
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

/// The method of the comparison, with the number of pairs.
pub(crate) fn method(pairs: usize) -> String {
    match pairs {
        0 | 1 => t().method.into(),
        _ => format!("{} {}", t().method, with(t().method_pairs, &[("pairs", &pairs.to_string())])),
    }
}

/// The source of the list of customers to contact.
pub(crate) fn looked_at(answers: usize, older: bool) -> String {
    let text = match answers {
        0 => return String::new(),
        _ if older => t().looked_at_latest,
        1 => t().looked_at_one,
        _ => t().looked_at_all,
    };
    with(text, &[("n", &count(answers as u64))])
}

/// The number of low scores without consent to be contacted.
pub(crate) fn silent(people: usize) -> String {
    with(t().silent, &[("n", &count(people as u64))])
}

/// The number of loaded answers.
pub(crate) fn loaded(answers: usize) -> String {
    match answers {
        0 => String::new(),
        1 => t().loaded_one.into(),
        _ => with(t().loaded_many, &[("n", &count(answers as u64))]),
    }
}

/// How to contact a customer who consented. It depends on what they wrote and whether the shop knows them.
pub(crate) fn contact(how: Option<&str>, known: bool) -> &str {
    match how {
        Some(how) => how,
        None if known => t().contact_known,
        None => t().contact_unknown,
    }
}

/// The name of a survey's only touchpoint.
pub(crate) fn touchpoint(name: &str) -> String {
    with(t().touchpoint, &[("name", name)])
}

/// That several wordings of one language are counted together.
pub(crate) fn pooled(language: &str, n: usize) -> String {
    with(t().pooled, &[("language", language), ("n", &n.to_string())])
}

/// The survey and the touchpoint of an answer.
pub(crate) fn place(survey: &str, touchpoint: &str) -> String {
    format!("{survey} · {touchpoint}")
}

/// The customer of an answer, by the shop's own id.
pub(crate) fn customer(id: &str) -> String {
    with(t().customer, &[("id", id)])
}

/// The urgency of a case.
pub(crate) fn priority(kind: FollowUp) -> String {
    with(t().priority, &[("n", &kind.priority().to_string())])
}

/// The kind of follow-up.
pub(crate) fn follow_up(kind: FollowUp) -> &'static str {
    match kind {
        FollowUp::Rescue => t().follow_up_rescue,
        FollowUp::WinBack => t().follow_up_win_back,
        FollowUp::Listen => t().follow_up_listen,
        FollowUp::Ask => t().follow_up_ask,
    }
}

/// The kind of follow-up in one line, below an answer.
pub(crate) fn follow_up_in_short(kind: FollowUp, may_contact: bool) -> String {
    if !may_contact {
        return t().no_consent.into();
    }
    with(t().follow_up_line, &[("n", &kind.priority().to_string()), ("plan", follow_up(kind))])
}
