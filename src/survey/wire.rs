//! The wire form of an answer, which the widget writes and the collector reads.

use alloc::vec::Vec;

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::{Field, Score};

/// A value to be written, of any type that the wire has.
#[derive(Clone, Copy, Debug)]
pub enum Value<'a> {
    /// `true` or `false`.
    Bool(bool),
    /// Any number. Numbers are written as JSON has them, of one kind; every millisecond that a
    /// clock can show is exact in it.
    Number(f64),
    /// A text; an empty one is nothing.
    Text(&'a str),
    /// An object; an empty one is nothing.
    Map(&'a [(&'a str, Value<'a>)]),
}

impl Value<'_> {
    /// What stands for a field that has no value.
    pub const NOTHING: Self = Self::Text("");

    /// Whether it holds nothing.
    const fn is_nothing(&self) -> bool {
        match self {
            Self::Bool(_) | Self::Number(_) => false,
            Self::Text(text) => text.is_empty(),
            Self::Map(entries) => entries.is_empty(),
        }
    }
}

/// Written without what holds nothing: that is how a field is left out.
impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Number(value) => serializer.serialize_f64(*value),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Map(entries) => {
                let mut map = serializer.serialize_map(None)?;
                for (key, value) in *entries {
                    if !value.is_nothing() {
                        map.serialize_entry(key, value)?;
                    }
                }
                map.end()
            }
        }
    }
}

/// An answer's fields as they are written; each is explained where [`crate::Answer`] has it.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub struct Wire<'a> {
    pub id: &'a str,
    pub rev: u32,
    pub complete: bool,
    pub survey: &'a str,
    pub touchpoint: &'a str,
    pub score: Score,
    /// Empty where there is none.
    pub comment: &'a str,
    /// How the visitor may be contacted, perhaps empty; `None` without their leave.
    pub contact: Option<&'a str>,
    /// Empty where there is none.
    pub customer: &'a str,
    pub properties: &'a [(alloc::string::String, alloc::string::String)],
    /// Empty where there is none.
    pub language: &'a str,
    /// Empty where there is none.
    pub wording: &'a str,
    /// In milliseconds since 1970 by the visitor's clock.
    pub answered_at: Option<f64>,
    /// In milliseconds since 1970 by the visitor's clock.
    pub sent_at: Option<f64>,
}

impl Serialize for Wire<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let millis = |millis: Option<f64>| millis.map_or(Value::NOTHING, Value::Number);
        let leave = [("allowed", Value::Bool(true)), ("how", Value::Text(self.contact.unwrap_or("")))];
        let contact = if self.contact.is_some() { &leave[..] } else { &[] };
        let properties = self.properties.iter().map(|(key, value)| (&key[..], Value::Text(value)));
        let properties: Vec<_> = properties.collect();
        Value::Map(&[
            (Field::Id.name(), Value::Text(self.id)),
            (Field::Rev.name(), Value::Number(self.rev.into())),
            (Field::Complete.name(), Value::Bool(self.complete)),
            (Field::Survey.name(), Value::Text(self.survey)),
            (Field::Touchpoint.name(), Value::Text(self.touchpoint)),
            (Field::Score.name(), Value::Number(self.score.get().into())),
            (Field::Comment.name(), Value::Text(self.comment)),
            (Field::Contact.name(), Value::Map(contact)),
            (Field::Customer.name(), Value::Text(self.customer)),
            (Field::Properties.name(), Value::Map(&properties)),
            (Field::Language.name(), Value::Text(self.language)),
            (Field::Wording.name(), Value::Text(self.wording)),
            (Field::AnsweredAt.name(), millis(self.answered_at)),
            (Field::SentAt.name(), millis(self.sent_at)),
        ])
        .serialize(serializer)
    }
}
