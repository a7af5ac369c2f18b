//! The answer that is being given: what each revision of it says.

use aanrader_survey::{Answer, Problem, Raw, Reply, Score};
use js_sys::{Date, JSON};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;

use crate::storage::Record;

/// One visitor's answer to one question, revision after revision.
pub(crate) struct Sheet {
    id: String,
    rev: u32,
    answered_at: f64,
    reply: Reply,
}

impl Sheet {
    /// A new answer with an id of its own; `None` where the browser has no randomness.
    pub(crate) fn new() -> Option<Self> {
        let mut bytes = [0; 16];
        web_sys::window()?.crypto().ok()?.get_random_values_with_u8_array(&mut bytes).ok()?;
        Some(Self { id: uuid_v4(bytes), rev: 0, answered_at: 0.0, reply: Reply::default() })
    }

    /// Takes down what was typed.
    pub(crate) fn reply(&mut self, reply: Reply) {
        self.reply = reply;
    }

    /// The next revision, checked, to be sent to that address: `fields` are what
    /// does not change.
    ///
    /// # Errors
    ///
    /// The problems, where the fields hold something that no collector would take.
    pub(crate) fn revise(
        &mut self,
        url: &str,
        score: Score,
        complete: bool,
        mut fields: Vec<(String, Raw)>,
    ) -> Result<Record, Vec<Problem>> {
        self.rev += 1;
        if !complete {
            self.answered_at = Date::now();
        }
        fields.extend([
            ("id".into(), Raw::Text(self.id.clone())),
            ("rev".into(), Raw::Number(self.rev.into())),
            ("complete".into(), Raw::Bool(complete)),
            ("score".into(), Raw::Number(score.get().into())),
            ("answered_at".into(), Raw::Number(self.answered_at)),
        ]);
        fields.extend(self.reply.fields());
        let answer = Answer::check(&Raw::Map(fields))?;
        Ok(Record { id: self.id.clone(), rev: self.rev, url: url.into(), body: json(&answer) })
    }
}

fn json(answer: &Answer) -> String {
    let object = answer.serialize(&Serializer::json_compatible());
    object.ok().and_then(|o| JSON::stringify(&o).ok()).map(String::from).unwrap_or_default()
}

/// RFC 9562, version 4, from 16 random bytes. `crypto.randomUUID` would do it,
/// but not on pages without TLS.
fn uuid_v4(mut bytes: [u8; 16]) -> String {
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let digit = |nibble: u8| char::from(b"0123456789abcdef"[usize::from(nibble)]);
    let mut id = String::new();
    for (i, byte) in bytes.into_iter().enumerate() {
        if matches!(i, 4 | 6 | 8 | 10) {
            id.push('-');
        }
        id.extend([digit(byte >> 4), digit(byte & 15)]);
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
