//! The wire form of an answer: one JSON object. Fields that hold nothing are left out.

use alloc::string::String;

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{Answer, Contact};
use crate::Field;

impl Serialize for Answer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_map(None)?;
        out.serialize_entry(Field::Id.name(), &self.id)?;
        out.serialize_entry(Field::Rev.name(), &self.rev)?;
        out.serialize_entry(Field::Complete.name(), &self.complete)?;
        out.serialize_entry(Field::Survey.name(), &self.survey)?;
        out.serialize_entry(Field::Touchpoint.name(), &self.touchpoint)?;
        out.serialize_entry(Field::Score.name(), &self.score)?;
        optional(&mut out, Field::Comment, self.comment.as_ref())?;
        optional(&mut out, Field::Contact, self.contact.as_ref())?;
        optional(&mut out, Field::Customer, self.customer.as_ref())?;
        let properties = Some(Properties(&self.properties)).filter(|it| !it.0.is_empty());
        optional(&mut out, Field::Properties, properties.as_ref())?;
        optional(&mut out, Field::Language, self.language.as_ref())?;
        optional(&mut out, Field::Wording, self.wording.as_ref())?;
        optional(&mut out, Field::AnsweredAt, self.answered_at.as_ref())?;
        optional(&mut out, Field::SentAt, self.sent_at.as_ref())?;
        out.end()
    }
}

fn optional<M: SerializeMap>(
    out: &mut M,
    field: Field,
    value: Option<&impl Serialize>,
) -> Result<(), M::Error> {
    value.map_or(Ok(()), |value| out.serialize_entry(field.name(), value))
}

impl Serialize for Contact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_map(None)?;
        out.serialize_entry("allowed", &true)?;
        if let Some(how) = &self.how {
            out.serialize_entry("how", how)?;
        }
        out.end()
    }
}

/// The properties as an object, in their order.
struct Properties<'a>(&'a [(String, String)]);

impl Serialize for Properties<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(
            self.0.iter().filter(|(_, value)| !value.is_empty()).map(|(key, value)| (key, value)),
        )
    }
}
