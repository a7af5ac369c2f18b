//! The checks, field by field. They collect every problem before they refuse the answer.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::{Answer, Contact, TakenBack};
use crate::{Code, Field, Found, Problem, Raw, Score, limits, text};

/// Stands in for a missing or wrong score until the answer is refused.
const STAND_IN: Score = Score::new(0).expect("0 is a score");

/// Looks up the fields of what was sent, and collects their problems.
pub(super) struct Checker<'a> {
    raw: &'a Raw,
    problems: Vec<Problem>,
}

impl<'a> Checker<'a> {
    pub(super) fn new(raw: &'a Raw) -> Self {
        Self { raw, problems: Vec::new() }
    }

    pub(super) fn answer(mut self) -> Result<Answer, Vec<Problem>> {
        if !matches!(self.raw, Raw::Map(_)) {
            self.add(Field::Body, Code::WrongType, found(Some(self.raw)));
            return Err(self.problems);
        }
        let id = self.id();
        let rev = self.required_integer(Field::Rev, 1, u64::from(limits::REV));
        let complete = self.required_bool(Field::Complete);
        let survey = self.required_slug(Field::Survey);
        let touchpoint = self.required_slug(Field::Touchpoint);
        let score = self.score();
        let comment = self.comment();
        let contact = self.contact();
        let taken_back = TakenBack {
            comment: comment.is_none() && self.optional(Field::Comment).is_some(),
            contact: contact.is_none() && self.optional(Field::Contact).is_some(),
        };
        let customer = self.text(Field::Customer, limits::CUSTOMER_CHARS, false);
        let properties = self.properties();
        let language = self.language();
        let wording = self.optional_slug(Field::Wording);
        let answered_at = self.millis(Field::AnsweredAt);
        let sent_at = self.millis(Field::SentAt);
        // The answer is refused for the missing field, so the stand-in is never used.
        let answer = Answer {
            id: id.unwrap_or_default(),
            rev: rev.unwrap_or_default() as u32,
            complete: complete.unwrap_or_default(),
            survey: survey.unwrap_or_default(),
            touchpoint: touchpoint.unwrap_or_default(),
            score: score.unwrap_or(STAND_IN),
            comment,
            contact,
            taken_back,
            customer,
            properties,
            language,
            wording,
            answered_at,
            sent_at,
        };
        if self.problems.is_empty() { Ok(answer) } else { Err(self.problems) }
    }

    fn add(&mut self, field: Field, code: Code, found: Found) {
        self.problems.push(Problem::new(field, code, found));
    }

    /// The value of an optional field; `null` counts as absent.
    fn optional(&self, field: Field) -> Option<&'a Raw> {
        let (outer, inner) = field.name().split_once('.').unwrap_or((field.name(), ""));
        let value = self.raw.get(outer)?;
        let value = if inner.is_empty() { value } else { value.get(inner)? };
        (*value != Raw::Null).then_some(value)
    }

    /// The value of a required field. The problem names `null` as `null`.
    fn required(&mut self, field: Field) -> Option<&'a Raw> {
        match self.raw.get(field.name()) {
            Some(Raw::Null) => self.add(field, Code::WrongType, Found::Null),
            Some(value) => return Some(value),
            None => self.add(field, Code::Missing, Found::Nothing),
        }
        None
    }

    fn id(&mut self) -> Option<String> {
        let text = self.required_text(Field::Id)?;
        let id = text.to_ascii_lowercase();
        if is_uuid_v4(&id) {
            return Some(id);
        }
        self.add(Field::Id, Code::Malformed, Found::Text(head(text)));
        None
    }

    fn score(&mut self) -> Option<Score> {
        let value = self.required_integer(Field::Score, 0, u64::from(Score::MAX))?;
        Score::new(value as u8)
    }

    fn required_text(&mut self, field: Field) -> Option<&'a str> {
        match self.required(field)? {
            Raw::Text(text) => Some(text),
            other => {
                self.add(field, Code::WrongType, found(Some(other)));
                None
            }
        }
    }

    fn required_bool(&mut self, field: Field) -> Option<bool> {
        match self.required(field)? {
            Raw::Bool(value) => Some(*value),
            other => {
                self.add(field, Code::WrongType, found(Some(other)));
                None
            }
        }
    }

    fn required_integer(&mut self, field: Field, least: u64, most: u64) -> Option<u64> {
        let value = self.required(field)?;
        self.integer(field, value, least, most)
    }

    fn integer(&mut self, field: Field, value: &Raw, least: u64, most: u64) -> Option<u64> {
        let code = match value {
            Raw::Number(number) if libm::trunc(*number) != *number => Code::NoInteger,
            Raw::Number(number) if *number < least as f64 || *number > most as f64 => Code::OutOfRange,
            Raw::Number(number) => return Some(*number as u64),
            _ => Code::WrongType,
        };
        self.add(field, code, found(Some(value)));
        None
    }

    /// Any time that a clock can show: answers of a phone whose clock says 1970 are valid, too.
    fn millis(&mut self, field: Field) -> Option<u64> {
        let value = self.optional(field)?;
        self.integer(field, value, 0, 8_640_000_000_000_000)
    }

    fn required_slug(&mut self, field: Field) -> Option<String> {
        let text = self.required_text(field)?;
        self.slug(field, text)
    }

    fn optional_slug(&mut self, field: Field) -> Option<String> {
        let text = self.optional_text(field)?;
        self.slug(field, text)
    }

    fn slug(&mut self, field: Field, text: &str) -> Option<String> {
        self.of_form(field, text, text::is_slug)
    }

    fn language(&mut self) -> Option<String> {
        let text = self.optional_text(Field::Language)?;
        self.of_form(Field::Language, text, text::is_language)
    }

    fn of_form(&mut self, field: Field, text: &str, fits: fn(&str) -> bool) -> Option<String> {
        if fits(text) {
            return Some(text.to_string());
        }
        self.add(field, Code::Malformed, Found::Text(head(text)));
        None
    }

    fn optional_text(&mut self, field: Field) -> Option<&'a str> {
        match self.optional(field)? {
            Raw::Text(text) => Some(text),
            other => {
                self.add(field, Code::WrongType, found(Some(other)));
                None
            }
        }
    }

    fn comment(&mut self) -> Option<String> {
        self.text(Field::Comment, limits::COMMENT_CHARS, true)
    }

    /// A typed text: cleaned, trimmed and not too long.
    fn text(&mut self, field: Field, most: usize, lines: bool) -> Option<String> {
        let text = text::clean(self.optional_text(field)?, lines);
        let length = text::length(&text);
        if length > most {
            self.add(field, Code::TooLong, Found::Length(length));
        }
        (1..=most).contains(&length).then_some(text)
    }

    fn contact(&mut self) -> Option<Contact> {
        let value = self.optional(Field::Contact)?;
        if !matches!(value, Raw::Map(_)) {
            self.add(Field::Contact, Code::WrongType, found(Some(value)));
            return None;
        }
        let how = self.text(Field::ContactHow, limits::HOW_CHARS, false);
        let allowed = match value.get("allowed") {
            Some(Raw::Bool(allowed)) => *allowed,
            None => {
                self.add(Field::ContactAllowed, Code::Missing, Found::Nothing);
                return None;
            }
            other => {
                self.add(Field::ContactAllowed, Code::WrongType, found(other));
                return None;
            }
        };
        if !allowed && how.is_some() {
            self.add(Field::ContactHow, Code::WithoutConsent, Found::Nothing);
        }
        allowed.then_some(Contact { how })
    }

    fn properties(&mut self) -> Vec<(String, String)> {
        let entries = match self.optional(Field::Properties) {
            None => return Vec::new(),
            Some(Raw::Map(entries)) => entries,
            Some(other) => {
                self.add(Field::Properties, Code::WrongType, found(Some(other)));
                return Vec::new();
            }
        };
        if entries.len() > limits::PROPERTIES {
            self.add(Field::Properties, Code::TooMany, Found::Length(entries.len()));
            return Vec::new();
        }
        let mut properties: Vec<(String, String)> = Vec::new();
        for (key, value) in entries {
            match property(key, value) {
                Ok(value) => {
                    properties.retain(|(other, _)| other != key);
                    properties.push((key.clone(), value));
                }
                Err((code, found)) => self
                    .problems
                    .push(Problem { key: Some(head(key)), ..Problem::new(Field::Properties, code, found) }),
            }
        }
        properties
    }
}

fn property(key: &str, value: &Raw) -> Result<String, (Code, Found)> {
    if !text::is_key(key) {
        return Err((Code::Malformed, Found::Text(head(key))));
    }
    let Raw::Text(text) = value else {
        return Err((Code::WrongType, found(Some(value))));
    };
    let text = text::clean(text, false);
    match text::length(&text) {
        length if length > limits::VALUE_CHARS => Err((Code::TooLong, Found::Length(length))),
        _ => Ok(text),
    }
}

/// The first 40 characters: enough to recognise the text, too few to flood a log.
fn head(text: &str) -> String {
    text.chars().take(40).collect()
}

fn found(value: Option<&Raw>) -> Found {
    match value {
        None => Found::Nothing,
        Some(Raw::Null) => Found::Null,
        Some(Raw::Bool(value)) => Found::Bool(*value),
        Some(Raw::Number(number)) => Found::Number(*number),
        Some(Raw::Text(text)) => Found::Text(head(text)),
        Some(Raw::List(_)) => Found::List,
        Some(Raw::Map(_)) => Found::Map,
    }
}

/// RFC 9562: 8-4-4-4-12 hexadecimal digits, version 4, variant 10.
fn is_uuid_v4(id: &str) -> bool {
    id.len() == 36
        && id.bytes().enumerate().all(|(i, byte)| match i {
            8 | 13 | 18 | 23 => byte == b'-',
            14 => byte == b'4',
            19 => matches!(byte, b'8' | b'9' | b'a' | b'b'),
            _ => byte.is_ascii_hexdigit(),
        })
}
