//! The wire form of an answer: one JSON object. Absent fields are left out.

use alloc::string::String;
use alloc::vec::Vec;

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{Answer, Contact};
use crate::Field;

/// An object's fields, by their names; [`Value::Nothing`] is left out.
///
/// All fields share one type of value, so serde's code for a field is compiled once, not for each type.
#[derive(Clone, Copy, Debug)]
pub struct Fields<'a>(pub &'a [(&'a str, Value<'a>)]);

/// The value of a field.
#[derive(Clone, Copy, Debug)]
pub enum Value<'a> {
    /// Absent: the field isn't written.
    Nothing,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(u64),
    /// A string.
    Text(&'a str),
    /// An object of these texts, without the empty ones.
    Texts(&'a [(String, String)]),
    /// The consent to be contacted, or its withdrawal.
    Contact(Option<&'a Contact>),
}

impl<'a> Value<'a> {
    /// A text, or [`Value::Nothing`].
    pub fn text(text: Option<&'a str>) -> Self {
        text.map_or(Self::Nothing, Self::Text)
    }

    fn integer(number: Option<u64>) -> Self {
        number.map_or(Self::Nothing, Self::Integer)
    }
}

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_map(None)?;
        for (name, value) in self.0 {
            if !matches!(value, Value::Nothing) {
                out.serialize_entry(name, value)?;
            }
        }
        out.end()
    }
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Nothing => serializer.serialize_unit(),
            Self::Bool(is) => serializer.serialize_bool(*is),
            Self::Integer(number) => serializer.serialize_u64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Texts(texts) => {
                let filled = texts.iter().filter(|(_, text)| !text.is_empty());
                let fields: Vec<_> = filled.map(|(key, text)| (&**key, Value::Text(text))).collect();
                Fields(&fields).serialize(serializer)
            }
            Self::Contact(contact) => {
                let how = contact.and_then(|contact| contact.how.as_deref());
                Fields(&[("allowed", Value::Bool(contact.is_some())), ("how", Value::text(how))])
                    .serialize(serializer)
            }
        }
    }
}

impl Serialize for Answer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let properties =
            if self.properties.is_empty() { Value::Nothing } else { Value::Texts(&self.properties) };
        let comment =
            if self.names_comment() { Value::Text(self.comment().unwrap_or("")) } else { Value::Nothing };
        let contact = if self.names_contact() { Value::Contact(self.contact()) } else { Value::Nothing };
        Fields(&[
            (Field::Id.name(), Value::Text(&self.id)),
            (Field::Rev.name(), Value::Integer(self.rev.into())),
            (Field::Complete.name(), Value::Bool(self.complete)),
            (Field::Survey.name(), Value::Text(&self.survey)),
            (Field::Touchpoint.name(), Value::Text(&self.touchpoint)),
            (Field::Score.name(), Value::Integer(self.score.get().into())),
            (Field::Comment.name(), comment),
            (Field::Contact.name(), contact),
            (Field::Customer.name(), Value::text(self.customer())),
            (Field::Properties.name(), properties),
            (Field::Language.name(), Value::text(self.language())),
            (Field::Wording.name(), Value::text(self.wording())),
            (Field::AnsweredAt.name(), Value::integer(self.answered_at)),
            (Field::SentAt.name(), Value::integer(self.sent_at)),
        ])
        .serialize(serializer)
    }
}
