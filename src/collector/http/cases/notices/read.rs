//! The forms of the page of notices.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::cases::Hours;
use crate::http::cases::form::Form;
use crate::notices::{Event, Notice, Rule, Scores, Target, Webhook, When, check_recipients, check_url};
use crate::store::Millis;

/// The longest name, in characters.
const NAME_CHARS: usize = 64;

/// What is wrong with a form.
pub(super) struct Problem {
    /// The field.
    pub(super) field: &'static str,
    /// The key of the text about it.
    pub(super) key: &'static str,
    /// What was typed.
    pub(super) text: String,
}

impl Problem {
    /// A problem of a field in which this was typed.
    pub(super) fn of(field: &'static str, key: &'static str, text: &str) -> Self {
        Self { field, key, text: text.to_owned() }
    }
}

/// The notice in a form.
pub(super) fn notice(form: &Form) -> Result<Notice, Problem> {
    let given = |field: &str| form.get(field).map(str::to_owned);
    let name = form.get("name").unwrap_or_default();
    if name.is_empty() || name.chars().count() > NAME_CHARS || name.chars().any(char::is_control) {
        return Err(Problem::of("name", "note_bad_name", name));
    }
    let events: Vec<_> = Event::ALL.into_iter().filter(|event| form.has(event.name())).collect();
    if events.is_empty() {
        return Err(Problem::of("answer.created", "note_no_event", ""));
    }
    let read = |field: &'static str, key| move |text: &str| Problem::of(field, key, text);
    let scores = optional(form, "scores", Scores::parse, read("scores", "note_bad_scores"))?;
    let hours = optional(form, "hours", Hours::parse, read("hours", "note_bad_hours"))?;
    let property = optional(form, "property", property, read("property", "note_bad_property"))?;
    let words = form.get("words").unwrap_or_default().split(',').map(str::trim);
    let words = words.filter(|word| !word.is_empty()).map(str::to_owned).collect();
    Ok(Notice {
        name: name.to_owned(),
        events,
        rule: Rule { survey: given("survey"), touchpoint: given("touchpoint"), scores, words, property },
        when: form.get("when").and_then(|when| When::parse(when).ok()).unwrap_or_default(),
        hours,
        target: target(form)?,
    })
}

/// The changed notice in a form. It keeps its name, its secrets, and, if none is given, its address.
pub(super) fn changed(form: &Form, before: &Notice) -> Result<Notice, Problem> {
    let mut form = form.clone();
    form.set("name", &before.name);
    let is_same_kind = (form.get("kind") == Some("mail")) == matches!(before.target, Target::Mail { .. });
    if form.get("url").is_none() && is_same_kind {
        form.set("url", &address(&before.target));
    }
    let mut notice = notice(&form)?;
    if let (Target::Webhook(now), Target::Webhook(before)) = (&mut notice.target, &before.target) {
        now.secrets.clone_from(&before.secrets);
    }
    Ok(notice)
}

/// The address or the people of a target, as they are typed.
fn address(target: &Target) -> String {
    match target {
        Target::Webhook(Webhook { url, .. })
        | Target::Slack { url }
        | Target::Teams { url }
        | Target::Ntfy { url } => url.clone(),
        Target::Mail { to } => to.join(","),
    }
}

/// A form with the fields of a notice, except its address, which may be a secret.
pub(super) fn fields(notice: &Notice) -> Form {
    let Notice { name, events, rule, when, hours, target } = notice;
    let kind = match target {
        Target::Webhook(Webhook { full: true, .. }) => "full",
        other => other.kind(),
    };
    let scores = rule.scores.map(String::from).unwrap_or_default();
    let property = rule.property.as_ref().map(|(name, value)| format!("{name}={value}")).unwrap_or_default();
    let hours = hours.as_ref().map(ToString::to_string).unwrap_or_default();
    let mut form = Form::default();
    for (field, value) in [
        ("name", name.as_str()),
        ("kind", kind),
        ("survey", rule.survey.as_deref().unwrap_or_default()),
        ("touchpoint", rule.touchpoint.as_deref().unwrap_or_default()),
        ("scores", &scores),
        ("words", &rule.words.join(", ")),
        ("property", &property),
        ("when", when.name()),
        ("hours", &hours),
    ] {
        form.set(field, value);
    }
    events.iter().for_each(|event| form.set(event.name(), "yes"));
    form
}

fn optional<T>(
    form: &Form,
    field: &str,
    parse: impl FnOnce(&str) -> Result<T, String>,
    problem: impl FnOnce(&str) -> Problem,
) -> Result<Option<T>, Problem> {
    form.get(field).map(|text| parse(text).map_err(|_| problem(text))).transpose()
}

fn property(pair: &str) -> Result<(String, String), String> {
    let found = pair.split_once('=').map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()));
    found.filter(|(name, value)| !name.is_empty() && !value.is_empty()).ok_or_else(String::new)
}

fn target(form: &Form) -> Result<Target, Problem> {
    let typed = form.get("url").unwrap_or_default();
    if form.get("kind") == Some("mail") {
        let names: Vec<_> = typed.split(',').map(str::to_owned).collect();
        let to = check_recipients(&names).map_err(|_| Problem::of("url", "note_bad_people", typed))?;
        return Ok(Target::Mail { to });
    }
    let url = check_url(typed).map_err(|_| Problem::of("url", "note_bad_url", typed))?;
    Ok(match form.get("kind") {
        Some("slack") => Target::Slack { url },
        Some("teams") => Target::Teams { url },
        Some("ntfy") => Target::Ntfy { url },
        Some("full") => Target::Webhook(Webhook::new(url, true)),
        _ => Target::Webhook(Webhook::new(url, false)),
    })
}

/// The id of an answer, and the first and the last instant of its events.
type Which = (Option<String>, Option<Millis>, Option<Millis>);

/// Which messages to send again: those of a case, or of some days.
pub(super) fn which(form: &Form, zone: &TimeZone) -> Result<Which, Problem> {
    // A case may be given by its address.
    let id = form.get("case").map(|case| case.rsplit('/').next().unwrap_or(case).to_owned());
    let day = |field: &'static str, later: bool| {
        let Some(text) = form.get(field) else { return Ok(None) };
        let start = text.parse::<Date>().and_then(|date| {
            let date = if later { date.tomorrow()? } else { date };
            Ok(date.at(0, 0, 0, 0).to_zoned_datetime(zone.clone())?.timestamp().as_millisecond())
        });
        start.map(Some).map_err(|_| Problem::of(field, "note_bad_day", text))
    };
    let (from, to) = (day("from", false)?, day("to", true)?);
    if id.is_none() && from.is_none() && to.is_none() {
        return Err(Problem::of("case", "note_which", ""));
    }
    Ok((id, from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(text: &str) -> Form {
        Form::parse(text.as_bytes())
    }

    #[test]
    fn each_wrong_field_is_named_by_a_text_of_its_own() {
        const RIGHT: &str = "name=a&answer.created=yes&kind=ntfy&url=https://n.example/shop";
        assert!(notice(&form(RIGHT)).is_ok());
        for (more, field, key) in [
            ("&name=", "name", "note_bad_name"),
            ("&url=crm", "url", "note_bad_url"),
            ("&kind=mail&url=anna@shop.example", "url", "note_bad_people"),
            ("&scores=7-3", "scores", "note_bad_scores"),
            ("&hours=always", "hours", "note_bad_hours"),
            ("&property=agent", "property", "note_bad_property"),
        ] {
            let problem = notice(&form(&format!("{RIGHT}{more}"))).expect_err(more);
            assert_eq!((problem.field, problem.key), (field, key));
        }
        let problem = notice(&form("name=a&url=https://n.example/shop")).expect_err("no event");
        assert_eq!(problem.key, "note_no_event");
    }

    #[test]
    fn a_form_with_the_fields_of_a_notice_changes_nothing() {
        for kind in ["webhook", "full", "slack", "ntfy", "mail&url=anna,@owner"] {
            let text = format!(
                "name=a&answer.created=yes&case.opened=yes&scores=0-3&words=late, broken&survey=shop&touchpoint=delivery\
                 &property=agent=wim&when=daily&hours=mon-fri 08:00-20:00&url=https://n.example/x?key=1&kind={kind}"
            );
            let Ok(before) = notice(&form(&text)) else { panic!("{text}") };
            let Ok(after) = changed(&fields(&before), &before) else { panic!("{text}") };
            assert_eq!(after, before);
        }
    }

    #[test]
    fn a_changed_notice_keeps_its_name_and_secrets_and_gets_what_was_typed() {
        let Ok(before) = notice(&form("name=a&answer.created=yes&url=https://n.example/x")) else { panic!() };
        let typed = form("name=b&case.opened=yes&kind=full&url=https://n.example/y");
        let Ok(after) = changed(&typed, &before) else { panic!() };
        let (Target::Webhook(old), Target::Webhook(new)) = (&before.target, &after.target) else { panic!() };
        assert_eq!((&*after.name, &*new.url, new.full), ("a", "https://n.example/y", true));
        assert_eq!(new.secrets, old.secrets);
        let to_people = changed(&form("case.opened=yes&kind=mail"), &before);
        assert_eq!(to_people.err().map(|problem| problem.field), Some("url"), "people need names");
    }

    #[test]
    fn days_are_those_of_the_shop_and_the_last_one_is_included() {
        let zone = TimeZone::get("Europe/Amsterdam").expect("a zone");
        let which = |text: &str| which(&form(text), &zone).map_err(|problem| problem.key);
        let at = |text: &str| Some(text.parse::<jiff::Timestamp>().expect("a time").as_millisecond());
        let expected = (None, at("2026-11-26T23:00:00Z"), at("2026-11-28T23:00:00Z"));
        assert_eq!(which("from=2026-11-27&to=2026-11-28"), Ok(expected));
        assert_eq!(which("case=/cases/shop/3f0e"), Ok((Some("3f0e".into()), None, None)));
        assert_eq!(which("from=yesterday"), Err("note_bad_day"));
        assert_eq!(which(""), Err("note_which"));
    }
}
