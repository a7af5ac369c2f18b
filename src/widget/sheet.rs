//! The answer that is being given: what each revision of it says.

use aanrader_survey::{Field, Reply, Score, push_hexadecimal};
use wasm_bindgen::JsCast;
use web_sys::Crypto;

use crate::events::{put, to_js};
use crate::js::{self, Value};
use crate::options;
use crate::storage::Record;
use crate::texts::Texts;

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
        let crypto: Crypto = js::page("crypto").held().unchecked_into();
        crypto.get_random_values_with_u8_array(&mut bytes).ok()?;
        Some(Self { id: uuid_v4(bytes), rev: 0, answered_at: 0.0, reply: Reply::default() })
    }

    /// The next revision. Every part of it has passed the collector's
    /// own checks, in [`options`] or in [`Reply`].
    pub(crate) fn revise(&mut self, score: Score, complete: bool, host: Value, texts: &Texts) -> Record {
        self.rev += 1;
        if !complete {
            self.answered_at = js::now().number().max(0.0);
        }
        let answer = js::parse("{}");
        let text = |name: &str, text: Value| put(answer, name, text);
        let value = |name: &str, value: Value| js::set(answer, name, value);
        text(const { Field::Id.name() }, self.id.as_str().into());
        value(const { Field::Rev.name() }, f64::from(self.rev).into());
        value(const { Field::Complete.name() }, complete.into());
        text(const { Field::Survey.name() }, options::slug(host, "survey"));
        text(const { Field::Touchpoint.name() }, options::slug(host, "touchpoint"));
        value(const { Field::Score.name() }, to_js(score));
        text(const { Field::Comment.name() }, self.reply.comment().into());
        if let Some(how) = self.reply.contact() {
            let contact = js::parse("{\"allowed\":true}");
            put(contact, "how", how.into());
            text(const { Field::Contact.name() }, contact);
        }
        text(const { Field::Customer.name() }, options::customer(host));
        text(const { Field::Properties.name() }, options::properties(host));
        text(const { Field::Language.name() }, texts.language());
        text(const { Field::Wording.name() }, texts.wording(host).as_str().into());
        value(const { Field::AnsweredAt.name() }, self.answered_at.into());
        let body = js::pass(js::page("JSON"), "stringify", answer).text().unwrap_or_default();
        Record::new(&self.id, self.rev, &texts.get("collector").text().unwrap_or_default(), &body)
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
