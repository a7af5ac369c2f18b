//! The problem of a value, for a program and for a person.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;

use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::limits;

/// One problem of an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// The field with the problem.
    pub field: Field,
    /// The key within [`Field::Properties`], if the problem is in one property.
    pub key: Option<String>,
    /// The kind of the problem.
    pub code: Code,
    /// The value in question.
    pub found: Found,
}

/// The fields of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // Each is explained where `Answer` has it.
pub enum Field {
    Body,
    Id,
    Rev,
    Complete,
    Survey,
    Touchpoint,
    Score,
    Comment,
    Contact,
    ContactAllowed,
    ContactHow,
    Customer,
    Properties,
    Language,
    Wording,
    AnsweredAt,
    SentAt,
}

/// The kinds of problem. Programs can rely on [`Code::name`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// A required field is absent.
    Missing,
    /// The value is of another type.
    WrongType,
    /// The number has a fraction.
    NoInteger,
    /// The number is too small or too large.
    OutOfRange,
    /// The text has too many characters.
    TooLong,
    /// There are too many entries.
    TooMany,
    /// The text doesn't have the field's form.
    Malformed,
    /// The value may not be given without the customer's consent.
    WithoutConsent,
}

/// The kind of value that was sent.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// Nothing.
    Nothing,
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text, cut to its first 40 characters.
    Text(String),
    /// An array.
    List,
    /// An object.
    Map,
    /// The number of characters or entries.
    Length(usize),
}

impl Field {
    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::Id => "id",
            Self::Rev => "rev",
            Self::Complete => "complete",
            Self::Survey => "survey",
            Self::Touchpoint => "touchpoint",
            Self::Score => "score",
            Self::Comment => "comment",
            Self::Contact => "contact",
            Self::ContactAllowed => "contact.allowed",
            Self::ContactHow => "contact.how",
            Self::Customer => "customer",
            Self::Properties => "properties",
            Self::Language => "language",
            Self::Wording => "wording",
            Self::AnsweredAt => "answered_at",
            Self::SentAt => "sent_at",
        }
    }

    /// The remedy: the values that the field takes.
    fn takes(self) -> Cow<'static, str> {
        match self {
            Self::Body => "one JSON object".into(),
            Self::Id => "a UUID of version 4, like 3f0e2b9a-5c1d-4e7f-8a6b-9c0d1e2f3a4b".into(),
            Self::Rev => format!("a whole number from 1 to {}", limits::REV).into(),
            Self::Complete | Self::ContactAllowed => "true or false".into(),
            Self::Survey | Self::Touchpoint | Self::Wording => {
                format!("1 to {} of a-z, 0-9 and -", limits::SLUG_CHARS).into()
            }
            Self::Score => "a whole number from 0 to 10".into(),
            Self::Comment => format!("a text of at most {} characters", limits::COMMENT_CHARS).into(),
            Self::Contact => "an object with allowed and how".into(),
            Self::ContactHow => {
                format!("a text of at most {} characters, and only with allowed: true", limits::HOW_CHARS).into()
            }
            Self::Customer => format!("a text of at most {} characters", limits::CUSTOMER_CHARS).into(),
            Self::Properties => format!(
                "an object of at most {} texts of at most {} characters, with keys of 1 to {} of A-Z, a-z, 0-9, _, . and -",
                limits::PROPERTIES, limits::VALUE_CHARS, limits::KEY_CHARS,
            )
            .into(),
            Self::Language => "a language tag like en or pt-BR".into(),
            Self::AnsweredAt | Self::SentAt => "milliseconds since 1970-01-01T00:00:00Z, as a whole number".into(),
        }
    }
}

impl Code {
    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::WrongType => "wrong_type",
            Self::NoInteger => "not_whole",
            Self::OutOfRange => "out_of_range",
            Self::TooLong => "too_long",
            Self::TooMany => "too_many",
            Self::Malformed => "malformed",
            Self::WithoutConsent => "without_leave",
        }
    }
}

impl Problem {
    /// A problem of a field, not of a part of it.
    pub const fn new(field: Field, code: Code, found: Found) -> Self {
        Self { field, key: None, code, found }
    }

    /// The field's name and, for one of the properties, its key: `properties.plan`.
    pub fn path(&self) -> Cow<'static, str> {
        match &self.key {
            Some(key) => format!("{}.{key}", self.field.name()).into(),
            None => self.field.name().into(),
        }
    }

    /// The problem in a sentence for a developer: the field, what is wrong with
    /// the value, and what to send instead.
    pub fn message(&self) -> String {
        let path = self.path();
        let takes = self.field.takes();
        match (&self.found, self.code) {
            (_, Code::WithoutConsent) => format!("{path} came without contact.allowed: true; send {takes}"),
            (Found::Nothing, _) => format!("{path} is missing; send {takes}"),
            (Found::Null, _) => format!("{path} is null; send {takes}"),
            (Found::Bool(value), _) => format!("{path} is {value}; send {takes}"),
            (Found::Number(value), _) => format!("{path} is {value}; send {takes}"),
            (Found::Text(text), Code::WrongType) => format!("{path} is the text {text:?}; send {takes}"),
            (Found::Text(text), _) => format!("{path} is {text:?}; send {takes}"),
            (Found::List, _) => format!("{path} is an array; send {takes}"),
            (Found::Map, _) => format!("{path} is an object; send {takes}"),
            (Found::Length(n), Code::TooMany) => format!("{path} has {n} entries; send {takes}"),
            (Found::Length(n), _) => format!("{path} has {n} characters; send {takes}"),
        }
    }
}

impl Serialize for Problem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Problem", 3)?;
        out.serialize_field("field", &self.path())?;
        out.serialize_field("code", self.code.name())?;
        out.serialize_field("message", &self.message())?;
        out.end()
    }
}
