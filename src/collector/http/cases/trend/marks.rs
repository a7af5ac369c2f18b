//! Notes on the axis, the lines of a target and of others, and archived groups.

use maud::{Markup, html};
use uuid::Uuid;

use super::all::All;
use super::asked::Asked;
use super::names;
use crate::http::State;
use crate::http::cases::form::Form;
use crate::http::cases::frame::csrf;
use crate::http::cases::person::Person;
use crate::http::cases::refusal::Refusal;
use crate::http::trend::buckets::day_of;
use crate::http::trend::figures;
use crate::store::{Mark, MarkKind, now};

/// The longest text of a mark, in characters.
const TEXT_CHARS: usize = 120;

/// The most marks of a site.
const MOST: usize = 500;

/// Carries out a form; returns the text of a problem, if there is one.
pub(super) async fn change(
    state: &State,
    person: &Person,
    asked: &Asked,
    form: &Form,
) -> Result<Option<&'static str>, Refusal> {
    let marks = state.trends.marks(asked.site.clone()).await?;
    if let Some(id) = form.get("remove") {
        state.trends.remove_mark(asked.site.clone(), id.to_owned()).await?;
        return Ok(None);
    }
    let read = if form.get("kind") == Some("wording") { names::read(state, form) } else { read(form) };
    let (kind, text) = match read {
        Ok(read) => read,
        Err(problem) => return Ok(Some(problem)),
    };
    if marks.len() >= MOST {
        return Ok(Some("trend_too_many_marks"));
    }
    // There is one target; a new one replaces it.
    let same = |mark: &&Mark| {
        matches!((&mark.kind, &kind), (MarkKind::Target(_), MarkKind::Target(_)))
            || (mark.kind == kind && mark.text == text)
    };
    for mark in marks.iter().filter(same) {
        state.trends.remove_mark(asked.site.clone(), mark.id.clone()).await?;
    }
    let (id, who) = (Uuid::new_v4().to_string(), person.name().to_owned());
    state.trends.put_mark(asked.site.clone(), Mark { id, kind, text, who, made_at: now() }).await?;
    Ok(None)
}

/// The mark of a form, or the text of its problem.
fn read(form: &Form) -> Result<(MarkKind, String), &'static str> {
    let text: String = form.get("text").unwrap_or_default().chars().map(plain).collect();
    if text.chars().count() > TEXT_CHARS {
        return Err("trend_long_text");
    }
    let needed = |text: String| if text.is_empty() { Err("trend_needs_text") } else { Ok(text) };
    let nps = || {
        let typed = form.get("nps").unwrap_or_default().replace('\u{2212}', "-");
        let nps = typed.parse::<i32>().ok().filter(|nps| (-100..=100).contains(nps));
        nps.ok_or("trend_needs_nps")
    };
    match form.get("kind").unwrap_or_default() {
        "note" => {
            let date = form.get("date").and_then(|date| date.parse::<jiff::civil::Date>().ok());
            let date = date.ok_or("trend_needs_date")?;
            Ok((MarkKind::Note(date.to_string()), needed(text)?))
        }
        "target" => Ok((MarkKind::Target(nps()?), text)),
        "benchmark" => Ok((MarkKind::Benchmark(nps()?), needed(text)?)),
        "archived" => {
            let property = form.get("property").ok_or("trend_needs_text")?;
            Ok((MarkKind::Archived(property.to_owned()), needed(text)?))
        }
        _ => Err("trend_needs_text"),
    }
}

fn plain(c: char) -> char {
    if c.is_control() { ' ' } else { c }
}

/// The list of marks and, for people who may change them, the forms.
pub(super) fn section(all: &All<'_>, marks: &[Mark]) -> Markup {
    let say = |key| all.asked.here.say(key);
    html! {
        section.panel #marks aria-labelledby="marks-title" {
            h2 #marks-title { (say("trend_marks")) }
            @if marks.is_empty() { p.hint { (say("trend_no_marks")) } }
            ul.marks { @for mark in marks { li { (entry(all, mark)) } } }
            @if all.person.may_work() {
                div.forms {
                    (note_form(all))
                    (line_form(all, "target", say("trend_add_target"), say("trend_remark")))
                    (line_form(all, "benchmark", say("trend_add_benchmark"), say("trend_source")))
                }
            }
        }
    }
}

fn entry(all: &All<'_>, mark: &Mark) -> Markup {
    let texts = all.asked.here.texts;
    let nps = |nps: &i32| aanrader_survey::shown::signed(*nps);
    let (what, text) = match &mark.kind {
        MarkKind::Note(date) => {
            let date = date.parse().map_or_else(|_| date.clone(), |date| figures::day(texts, date, true));
            (date, mark.text.clone())
        }
        MarkKind::Target(target) => {
            (format!("{} {}", texts.get("trend_target"), nps(target)), mark.text.clone())
        }
        MarkKind::Benchmark(other) => {
            (format!("{} {}", texts.get("trend_benchmark"), nps(other)), mark.text.clone())
        }
        MarkKind::Archived(property) => {
            (texts.get("trend_archived").to_owned(), format!("{property}: {}", mark.text))
        }
        MarkKind::Wording(_) => (texts.get("trend_wording").to_owned(), mark.text.clone()),
    };
    html! {
        strong { (what) } " " (text) " "
        span.about { (mark.who) }
        @if all.person.may_work() {
            form method="post" action=(all.asked.address()) {
                (csrf(all.person))
                input type="hidden" name="remove" value=(mark.id);
                button aria-label=(format!("{}: {what} {text}", texts.get("trend_remove"))) { (texts.get("trend_remove")) }
            }
        }
    }
}

fn note_form(all: &All<'_>) -> Markup {
    let say = |key| all.asked.here.say(key);
    let today = day_of(now(), &all.state.directory.zone(&all.asked.site));
    html! {
        form method="post" action=(all.asked.address()) {
            h3 { (say("trend_add_note")) }
            (csrf(all.person))
            input type="hidden" name="kind" value="note";
            label for="note-date" { (say("trend_date")) }
            input #note-date name="date" type="date" value=(today) required;
            label for="note-text" { (say("trend_what")) }
            input #note-text name="text" maxlength=(TEXT_CHARS) required;
            p.actions { button { (say("trend_add")) } }
        }
    }
}

fn line_form(all: &All<'_>, kind: &str, title: &str, label: &str) -> Markup {
    let say = |key| all.asked.here.say(key);
    html! {
        form method="post" action=(all.asked.address()) {
            h3 { (title) }
            (csrf(all.person))
            input type="hidden" name="kind" value=(kind);
            label for=(format!("{kind}-nps")) { (say("trend_nps")) }
            input id=(format!("{kind}-nps")) name="nps" inputmode="numeric" size="5" required;
            label for=(format!("{kind}-text")) { (label) }
            input id=(format!("{kind}-text")) name="text" maxlength=(TEXT_CHARS) required[kind == "benchmark"];
            p.actions { button { (say("trend_add")) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<(MarkKind, String), &'static str> {
        read(&Form::parse(text.as_bytes()))
    }

    #[test]
    fn a_mark_needs_what_its_kind_shows() {
        let note = |date: &str, text: &str| Ok((MarkKind::Note(date.into()), text.into()));
        assert_eq!(of("kind=note&date=2026-03-01&text=new%0Acarrier"), note("2026-03-01", "new carrier"));
        assert_eq!(of("kind=note&date=1%20March&text=x"), Err("trend_needs_date"));
        assert_eq!(of("kind=note&date=2026-03-01&text="), Err("trend_needs_text"));
        assert_eq!(of("kind=target&nps=%E2%88%925"), Ok((MarkKind::Target(-5), String::new())));
        assert_eq!(of("kind=target&nps=%2B40"), Ok((MarkKind::Target(40), String::new())));
        assert_eq!(of("kind=benchmark&nps=32&text="), Err("trend_needs_text"));
        assert_eq!(of("kind=benchmark&nps=101&text=x"), Err("trend_needs_nps"));
        assert_eq!(of(&format!("kind=target&nps=1&text={}", "x".repeat(121))), Err("trend_long_text"));
        assert_eq!(of("kind=other&text=x"), Err("trend_needs_text"));
    }
}
