//! The part below the scale: the reason for the score, and the consent to be contacted.

use aanrader_dom::{ElementExt, Listener};
use aanrader_survey::{TooLong, limits};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, HtmlTextAreaElement};

use super::maker::{Button, Maker};
use super::{Action, set_text, show};
use crate::strings::{digits, fill};
use crate::texts::Texts;

/// The part on the screen, with Send, which stands in the card's foot.
pub(super) struct FollowUp {
    pub(super) element: Element,
    pub(super) send: Button,
    question: Element,
    comment: HtmlTextAreaElement,
    comment_error: Element,
    consent: HtmlInputElement,
    consent_words: Element,
    /// The contact field, shown only after consent.
    field: Element,
    how_words: Element,
    how: HtmlInputElement,
    how_error: Element,
    _listener: Listener,
}

/// The typed texts, unchanged.
#[derive(Clone, Debug, Default)]
pub(crate) struct Typed {
    /// The comment.
    pub(crate) comment: String,
    /// Whether the customer may be contacted.
    pub(crate) allowed: bool,
    /// How to contact them.
    pub(crate) how: String,
}

impl FollowUp {
    pub(super) fn new(maker: &Maker<'_>) -> Self {
        let question = maker.element("label").attr("class", "question").attr("for", "comment");
        let question = question.attr("part", "question follow-up");
        let comment = maker.part("textarea", "comment").attr("id", "comment").attr("rows", "2");
        let comment = comment.attr("aria-describedby", "comment-error");
        let comment_error = maker.error("comment-error");
        let consent = maker.element("input").attr("type", "checkbox").attr("name", "contact");
        let consent_words = maker.element("span");
        let check = maker.part("label", "check").child(&consent).child(&consent_words);
        let how_words = maker.element("label").attr("for", "how");
        let how = maker.part("input", "how").attr("id", "how").attr("type", "text");
        let how = how.attr("autocomplete", "email").attr("aria-describedby", "how-error");
        let how_error = maker.error("how-error");
        let field = maker.element("div").attr("class", "field").attr("hidden", "");
        let field = field.child(&how_words).child(&how).child(&how_error);
        let element = maker.part("div", "more").child(&question).child(&comment).child(&comment_error);
        let element = element.child(&check).child(&field);
        let consent: HtmlInputElement = consent.unchecked_into();
        let listener = on_consent(&consent, &field);
        // Enter in a field presses Send.
        let send = maker.button("send", Action::Send);
        send.element.clone().attr("type", "submit");
        Self {
            element,
            send,
            question,
            comment: comment.unchecked_into(),
            comment_error,
            consent,
            consent_words,
            field,
            how_words,
            how: how.unchecked_into(),
            how_error,
            _listener: listener,
        }
    }

    /// Shows this question, and an error at each field that is too long.
    pub(super) fn update(&self, question: &str, too_long: TooLong, texts: &Texts) {
        set_text(&self.question, question);
        set_text(&self.consent_words, &texts.contact());
        set_text(&self.how_words, &texts.how());
        mark(&self.comment, &self.comment_error, too_long.comment, limits::COMMENT_CHARS, texts);
        mark(&self.how, &self.how_error, too_long.how, limits::HOW_CHARS, texts);
        set_text(&self.send.element, &texts.send());
    }

    /// Locks the fields while the answer is on its way. It doesn't use `disabled`, which would move the focus
    /// out of the form.
    pub(super) fn set_busy(&self, busy: bool) {
        self.send.element.clone().attr("aria-disabled", if busy { "true" } else { "false" });
        self.comment.set_read_only(busy);
        self.how.set_read_only(busy);
    }

    pub(super) fn typed(&self) -> Typed {
        Typed { comment: self.comment.value(), allowed: self.consent.checked(), how: self.how.value() }
    }

    pub(super) fn fill(&self, typed: &Typed) {
        self.comment.set_value(&typed.comment);
        self.consent.set_checked(typed.allowed);
        self.field.set_hidden(!typed.allowed);
        self.how.set_value(&typed.how);
    }

    /// The first field that is too long.
    pub(super) fn first_problem(&self) -> Option<Element> {
        let fields: [&Element; 2] = [&self.comment, &self.how];
        let is_invalid = |field: &&Element| field.get_attribute("aria-invalid").as_deref() == Some("true");
        fields.into_iter().find(is_invalid).cloned()
    }
}

fn on_consent(consent: &HtmlInputElement, field: &Element) -> Listener {
    let (ticked, field) = (consent.clone(), field.clone());
    Listener::new(consent, "change", move |_| field.set_hidden(!ticked.checked()))
}

/// Marks the field as too long, if `length` is not 0.
fn mark(field: &Element, error: &Element, length: usize, most: usize, texts: &Texts) {
    let mut text = String::new();
    if length > 0 {
        text = fill(&texts.too_long(), "n}", &digits(length as u64));
        text = fill(&text, "max}", &digits(most as u64));
    }
    show(error, &text);
    field.clone().attr("aria-invalid", if length > 0 { "true" } else { "false" });
}
