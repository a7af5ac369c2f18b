//! The draft: the answer that is being given, revision after revision.

use std::rc::{Rc, Weak};

use aanrader_survey::{Answer, Field, Problem, Raw, Reply, Score, push_hexadecimal};
use wasm_bindgen::JsValue;
use web_sys::Element;

use crate::options::{self, About};
use crate::outbox::Told;
use crate::texts::{self, Settings, Texts};

/// One visitor's answer to one question.
pub(crate) struct Draft {
    id: String,
    rev: u32,
    about: About,
    properties: Vec<(String, String)>,
    /// Under which words the score was chosen, and when.
    language: String,
    wording: String,
    answered_at: f64,
    /// Whom the outbox tells, as long as this draft is the element's.
    told: Rc<dyn Told>,
}

impl Draft {
    /// A new answer with an id of its own, about what the attributes say now.
    ///
    /// # Errors
    ///
    /// The browser has no randomness.
    pub(crate) fn new(host: &Element, told: Rc<dyn Told>) -> Result<Self, JsValue> {
        let mut bytes = [0; 16];
        let window = web_sys::window().ok_or(JsValue::UNDEFINED)?;
        window.crypto()?.get_random_values_with_u8_array(&mut bytes)?;
        Ok(Self {
            id: uuid_v4(bytes),
            rev: 0,
            about: About::of(host),
            properties: options::properties(host),
            language: String::new(),
            wording: String::new(),
            answered_at: 0.0,
            told,
        })
    }

    /// What it is about, whatever the attributes say since.
    pub(crate) fn about(&self) -> &About {
        &self.about
    }

    /// Whom the outbox tells what came of it.
    pub(crate) fn told(&self) -> Weak<dyn Told> {
        Rc::downgrade(&self.told)
    }

    /// A score has been chosen, now and under these words.
    pub(crate) fn choose(&mut self, host: &Element, texts: &Texts, settings: &Settings) {
        self.language = settings.language();
        self.wording = texts::wording(host, texts);
        self.answered_at = js_sys::Date::now().max(0.0);
    }

    /// The next revision, which has passed the collector's own checks.
    ///
    /// # Errors
    ///
    /// What the collector would find wrong with it.
    pub(crate) fn revise(
        &mut self,
        score: Score,
        complete: bool,
        reply: &Reply,
    ) -> Result<Answer, Vec<Problem>> {
        self.rev += 1;
        let text = |text: &str| if text.is_empty() { Raw::Null } else { Raw::Text(text.to_owned()) };
        let contact = reply.contact().map_or(Raw::Null, |how| {
            Raw::Map(vec![("allowed".to_owned(), Raw::Bool(true)), ("how".to_owned(), text(how))])
        });
        let properties = self.properties.iter().map(|(key, value)| (key.clone(), text(value)));
        let fields = [
            (Field::Id, text(&self.id)),
            (Field::Rev, Raw::Number(self.rev.into())),
            (Field::Complete, Raw::Bool(complete)),
            (Field::Survey, text(&self.about.survey)),
            (Field::Touchpoint, text(&self.about.touchpoint)),
            (Field::Score, Raw::Number(score.get().into())),
            (Field::Comment, text(reply.comment())),
            (Field::Contact, contact),
            (Field::Customer, text(&self.about.customer)),
            (Field::Properties, Raw::Map(properties.collect())),
            (Field::Language, text(&self.language)),
            (Field::Wording, text(&self.wording)),
            (Field::AnsweredAt, Raw::Number(self.answered_at)),
        ];
        Answer::check(&Raw::object(fields))
    }
}

/// RFC 9562, version 4, from 16 random bytes. `crypto.randomUUID` would do it,
/// but not on pages without TLS.
fn uuid_v4(mut bytes: [u8; 16]) -> String {
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let mut id = String::new();
    for i in 0..32 {
        if matches!(i, 8 | 12 | 16 | 20) {
            id.push('-');
        }
        let byte = bytes[i / 2];
        push_hexadecimal(&mut id, if i % 2 == 0 { byte >> 4 } else { byte & 15 });
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_uuid_of_version_4_whatever_the_bytes() {
        assert_eq!(uuid_v4([0; 16]), "00000000-0000-4000-8000-000000000000");
        assert_eq!(uuid_v4([255; 16]), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    }
}
