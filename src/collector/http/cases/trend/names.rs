//! The names of wordings: their question, as far as the collector knows it. Answers have only the id of their words.

use std::collections::BTreeMap;

use aanrader_survey::wording_id;
use maud::{Markup, html};

use super::all::All;
use crate::http::State;
use crate::http::cases::form::Form;
use crate::http::cases::frame::csrf;
use crate::http::owner::Texts;
use crate::store::{Mark, MarkKind};

/// The longest question, in characters: as in the attribute.
pub(super) const QUESTION_CHARS: usize = 300;

/// The questions of wordings by their ids: the usual ones, and those that the shop has named.
pub(super) struct Names(BTreeMap<String, String>);

impl Names {
    pub(super) fn of_site(state: &State, marks: &[Mark]) -> Self {
        let own = marks.iter().filter_map(|mark| match &mark.kind {
            MarkKind::Wording(id) => Some((id.clone(), mark.text.clone())),
            _ => None,
        });
        Self(state.pages.questions().into_iter().chain(own).collect())
    }

    /// The question, or the beginning of the id. Counters of earlier widgets have none.
    pub(super) fn of(&self, texts: &Texts, id: &str) -> String {
        if id.is_empty() {
            return texts.get("trend_wording_unknown").to_owned();
        }
        let beginning: String = id.chars().take(8).collect();
        let known = self.0.get(id).map(|question| format!("“{question}”"));
        known.unwrap_or_else(|| texts.with("trend_wording_unnamed", &[("id", &beginning)]))
    }
}

/// The mark that a form makes: the id of the words that a customer reads, and their question.
pub(super) fn read(state: &State, form: &Form) -> Result<(MarkKind, String), &'static str> {
    let question: String = form.get("text").unwrap_or_default().trim().chars().map(plain).collect();
    if question.is_empty() {
        return Err("trend_needs_text");
    }
    if question.chars().count() > QUESTION_CHARS {
        return Err("trend_long_question");
    }
    let language = form.get("language").and_then(|tag| state.pages.language(tag));
    let ends = language.and_then(|tag| state.pages.ends(tag)).ok_or("trend_needs_text")?;
    let id = wording_id(&[&question, ends[0], ends[1]]);
    Ok((MarkKind::Wording(id), question))
}

fn plain(c: char) -> char {
    if c.is_control() { ' ' } else { c }
}

/// The form, for people who may change marks. It begins with the language whose wordings are compared.
pub(super) fn form(all: &All<'_>, language: &str) -> Markup {
    let say = |key| all.asked.here.say(key);
    html! {
        @if all.person.may_work() {
            form.period.which method="post" action=(all.asked.address()) {
                (csrf(all.person))
                input type="hidden" name="kind" value="wording";
                div {
                    label for="wording-text" { (say("trend_wording_question")) }
                    input #wording-text name="text" maxlength=(QUESTION_CHARS) required;
                }
                div {
                    label for="wording-language" { (say("trend_wording_language")) }
                    select #wording-language name="language" {
                        @for tag in all.state.pages.tags() {
                            option value=(tag) selected[tag == language] { (tag) }
                        }
                    }
                }
                p.actions { button { (say("trend_wording_name")) } }
            }
        }
    }
}
