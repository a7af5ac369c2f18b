//! The follow-up question: why this score, and may the shop come back to it.

use aanrader_dom::{ElementExt, Listener};
use aanrader_survey::{Category, Event, Field, Found, Problem, Reply, Score, State, limits};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, HtmlTextAreaElement};

use super::{Maker, Sink};
use crate::options::Options;
use crate::texts::{Texts, digits, fill};

/// The follow-up question on the screen.
pub(super) struct FollowUp {
    fields: Fields,
    comment_error: Element,
    how_error: Element,
    send: Element,
    _listeners: [Listener; 3],
}

/// What the visitor fills in.
#[derive(Clone)]
struct Fields {
    comment: HtmlTextAreaElement,
    allowed: HtmlInputElement,
    how: HtmlInputElement,
}

impl FollowUp {
    pub(super) fn new(maker: &Maker<'_>, score: Score) -> (Element, Self) {
        let (form, main) = maker.form(&question(maker.options, maker.texts, score));
        let comment = maker.part("textarea", "comment");
        let comment = comment.attr("rows", "3").attr("aria-labelledby", "question");
        let comment_error = maker.error("comment-error");
        let allowed = maker.input("checkbox").attr("name", "contact");
        let leave = maker.element("span").text(&maker.texts.get("contact"));
        let check = maker.part("label", "check").child(&allowed).child(&leave);
        let how =
            maker.part("input", "how").attr("type", "text").attr("autocomplete", "email").attr("id", "how");
        // Not around the field: WebKit would take what is typed there for a part of its name.
        let label = maker.element("label").attr("for", "how").text(&maker.texts.get("how"));
        let how_error = maker.error("how-error");
        let contact = maker.element("div").attr("class", "field").attr("hidden", "");
        let contact = contact.child(&label).child(&how).child(&how_error);
        let back = maker.button("button", "back", "back");
        let send = maker.button("submit", "send", "send");
        main.child(&comment).child(&comment_error).child(&check).child(&contact);
        let form = form.child(&maker.part("div", "actions").child(&back).child(&send));
        // They have just been made as such.
        let fields = Fields {
            comment: comment.unchecked_into(),
            allowed: allowed.unchecked_into(),
            how: how.unchecked_into(),
        };
        let listeners = [
            maker.on(&back, "click", || Event::Back),
            on_leave(&fields, contact),
            on_submit(&form, fields.clone(), maker.sink.clone()),
        ];
        (form, Self { fields, comment_error, how_error, send, _listeners: listeners })
    }

    pub(super) fn update(&self, state: &State, texts: &Texts) {
        let problems = if let State::FollowUp { problems, .. } = state { problems.as_slice() } else { &[] };
        show(&self.fields.comment, &self.comment_error, Field::Comment, problems, texts);
        show(&self.fields.how, &self.how_error, Field::ContactHow, problems, texts);
        let sending = matches!(state, State::Sending { .. });
        // Not `disabled`: that would throw the focus out of the form.
        let _ = self.send.set_attribute("aria-disabled", if sending { "true" } else { "false" });
    }

    /// The first field with a problem.
    pub(super) fn first_problem(&self) -> Option<Element> {
        let invalid = |field: &Element| field.has_attribute("aria-invalid");
        let fields: [&Element; 2] = [&self.fields.comment, &self.fields.how];
        fields.into_iter().find(|field| invalid(field)).cloned()
    }
}

/// The shop's own follow-up question for this category, or ours.
fn question(options: &Options, texts: &Texts, score: Score) -> String {
    let category = score.category();
    let own = options.follow_up(category).map(str::to_string);
    let template = own.unwrap_or_else(|| {
        texts.get(match category {
            Category::Detractor => "follow_up_detractor",
            Category::Passive => "follow_up_passive",
            Category::Promoter => "follow_up_promoter",
        })
    });
    fill(&template, "brand", options.brand.as_deref().unwrap_or(""))
}

/// Asks how only once the visitor has given leave.
fn on_leave(fields: &Fields, contact: Element) -> Listener {
    let allowed = fields.allowed.clone();
    Listener::new(&fields.allowed, "change", move |_| contact.set_hidden(!allowed.checked()))
}

fn on_submit(form: &Element, fields: Fields, sink: Sink) -> Listener {
    Listener::new(form, "submit", move |event| {
        event.prevent_default();
        sink(Event::Reply(Reply {
            comment: fields.comment.value(),
            allowed: fields.allowed.checked(),
            how: fields.how.value(),
        }));
    })
}

/// Shows what is wrong with a field at the field, and ties it to it.
fn show(field: &Element, error: &Element, about: Field, problems: &[Problem], texts: &Texts) {
    let length = problems.iter().filter(|p| p.field == about).find_map(|p| match p.found {
        Found::Length(length) => Some(length),
        _ => None,
    });
    error.set_hidden(length.is_none());
    let Some(length) = length else {
        error.set_text_content(None);
        let _ = field.remove_attribute("aria-invalid");
        let _ = field.remove_attribute("aria-describedby");
        return;
    };
    let most = if about == Field::Comment { limits::COMMENT_CHARS } else { limits::HOW_CHARS };
    let text = fill(&texts.with("too_long", "n", &digits(length)), "max", &digits(most));
    error.set_text_content(Some(&text));
    let _ = field.set_attribute("aria-invalid", "true");
    let _ = field.set_attribute("aria-describedby", &error.id());
}
