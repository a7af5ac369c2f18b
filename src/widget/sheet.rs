//! The answer that is being given: what each revision of it says.

use aanrader_survey::{Field, Reply, Score, push_hexadecimal};
use js_sys::{Date, Object};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Crypto, HtmlElement};

use crate::events::{put_text, to_js};
use crate::storage::Record;
use crate::texts::Texts;
use crate::{js, options};

/// One visitor's answer to one question, revision after revision.
pub(crate) struct Sheet {
    id: String,
    rev: u32,
    answered_at: f64,
    /// What was typed under the follow-up question.
    pub(crate) reply: Reply,
}

impl Sheet {
    /// A new answer with an id of its own; `None` where the browser has no randomness.
    pub(crate) fn new() -> Option<Self> {
        let mut bytes = [0; 16];
        let crypto: Crypto = js::get(&js::window(), "crypto").unchecked_into();
        crypto.get_random_values_with_u8_array(&mut bytes).ok()?;
        Some(Self { id: uuid_v4(bytes), rev: 0, answered_at: 0.0, reply: Reply::default() })
    }

    /// The next revision, to be sent to that address. Every part of it has passed the collector's
    /// own checks, in [`options`] or in [`Reply`].
    pub(crate) fn revise(
        &mut self,
        url: &str,
        score: Score,
        complete: bool,
        host: &HtmlElement,
        texts: &Texts,
    ) -> Record {
        self.rev += 1;
        if !complete {
            self.answered_at = Date::now().max(0.0);
        }
        let answer = Object::new();
        let text = |field: Field, text: &str| put_text(&answer, field.name(), text);
        let value = |field: Field, value: &JsValue| js::set(&answer, field.name(), value);
        text(Field::Id, &self.id);
        value(Field::Rev, &self.rev.into());
        value(Field::Complete, &complete.into());
        text(Field::Survey, &options::slug(host, "survey"));
        text(Field::Touchpoint, &options::slug(host, "touchpoint"));
        value(Field::Score, &to_js(&score));
        text(Field::Comment, self.reply.comment());
        if let Some(how) = self.reply.contact() {
            let contact = js::object(&[("allowed", &JsValue::TRUE)]);
            put_text(&contact, "how", how);
            value(Field::Contact, &contact);
        }
        text(Field::Customer, &options::customer(host));
        value(Field::Properties, &options::properties(host));
        text(Field::Language, &texts.language);
        text(Field::Wording, &texts.wording(host));
        value(Field::AnsweredAt, &self.answered_at.into());
        // What is undefined is left out.
        let body = js::pass(&js::json(), "stringify", &answer).as_string().unwrap_or_default();
        Record::new(&self.id, self.rev, url, &body)
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
