//! The answer that is being given: what each revision of it says.

use aanrader_survey::{Reply, Score, Wire, wording_id};
use js_sys::{Date, JSON};
use wasm_bindgen::JsCast;
use web_sys::{Crypto, HtmlElement};

use crate::storage::Record;
use crate::texts::Texts;
use crate::{events, js, options};

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
        let question = texts.question(host).as_string().unwrap_or_default();
        let answer = Wire {
            id: &self.id,
            rev: self.rev,
            complete,
            survey: &options::slug(host, "survey"),
            touchpoint: &options::slug(host, "touchpoint"),
            score,
            comment: self.reply.comment(),
            contact: self.reply.contact(),
            customer: &options::customer(host),
            properties: &options::properties(host),
            language: &texts.language,
            wording: &wording_id(&[&question, &texts.string("low"), &texts.string("high")]),
            answered_at: Some(self.answered_at),
            sent_at: None,
        };
        let body = JSON::stringify(&events::to_js(&answer)).map(String::from).unwrap_or_default();
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
        let nibble = if i % 2 == 0 { byte >> 4 } else { byte & 15 };
        id.push(char::from(nibble + if nibble > 9 { b'a' - 10 } else { b'0' }));
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
