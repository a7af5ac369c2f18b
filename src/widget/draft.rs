//! The draft: the unfinished answer, revision after revision.

use std::rc::{Rc, Weak};

use aanrader_survey::{Answer, Given, Id, Reply, Score};
use wasm_bindgen::JsValue;
use web_sys::Element;

use crate::options::{self, About};
use crate::outbox::Told;
use crate::strings::{digits, join};
use crate::texts::{self, Settings, Texts};

/// One customer's answer to one question.
pub(crate) struct Draft {
    id: Id,
    rev: u32,
    about: About,
    /// The shop's signature of the customer.
    signature: String,
    properties: Vec<(String, String)>,
    /// The language of the texts when the score was chosen.
    language: String,
    wording: String,
    answered_at: f64,
    /// The listener for the outbox's notices, as long as the element has this draft.
    told: Rc<dyn Told>,
}

impl Draft {
    /// A draft about the attributes' current subject: a new answer with its own id, or a continued one.
    ///
    /// # Errors
    ///
    /// The browser has no randomness.
    pub(crate) fn new(
        host: &Element,
        earlier: Option<(Id, u32)>,
        told: Rc<dyn Told>,
    ) -> Result<Self, JsValue> {
        let (id, rev) = match earlier {
            Some(earlier) => earlier,
            None => (new_id()?, 0),
        };
        Ok(Self {
            id,
            rev,
            about: About::of(host),
            signature: options::signature(host),
            properties: options::properties(host),
            language: String::new(),
            wording: String::new(),
            answered_at: 0.0,
            told,
        })
    }

    /// The answer's id and its revision so far.
    pub(crate) fn name(&self) -> String {
        join(&[self.id.as_ref(), " ", &digits(self.rev.into())])
    }

    /// The shop's signature of the customer; empty if there is none.
    pub(crate) fn signature(&self) -> &str {
        &self.signature
    }

    /// Its subject, fixed even if the attributes change.
    pub(crate) fn about(&self) -> &About {
        &self.about
    }

    /// The listener that the outbox tells about delivery.
    pub(crate) fn told(&self) -> Weak<dyn Told> {
        Rc::downgrade(&self.told)
    }

    /// Notes that a score was chosen now, under these texts.
    pub(crate) fn choose(&mut self, host: &Element, texts: &Texts, settings: &Settings) {
        self.language = settings.language();
        self.wording = texts::wording(host, texts);
        self.answered_at = js_sys::Date::now().max(0.0);
    }

    /// The next revision; `None` if the collector would find a problem in it.
    pub(crate) fn revise(&mut self, score: Score, complete: bool, reply: Reply) -> Option<Answer> {
        self.rev += 1;
        Answer::given(Given {
            id: self.id.clone(),
            rev: self.rev,
            complete,
            survey: self.about.survey.clone(),
            touchpoint: self.about.touchpoint.clone(),
            score,
            reply,
            customer: self.about.customer.clone(),
            properties: self.properties.clone(),
            language: self.language.clone(),
            wording: self.wording.clone(),
            answered_at: self.answered_at as u64,
        })
    }
}

/// A new id from the browser's randomness.
fn new_id() -> Result<Id, JsValue> {
    let mut bytes = [0; 16];
    let window = aanrader_dom::window().ok_or(JsValue::UNDEFINED)?;
    window.crypto()?.get_random_values_with_u8_array(&mut bytes)?;
    Ok(Id::random(bytes))
}
