//! A value as it was sent, before any check.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::Field;

/// A value of any JSON type, unchanged. So a wrong type becomes a problem of one field, not an error of the
/// entire body.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Raw {
    /// `null`, or absent.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// Any number.
    Number(f64),
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Raw>),
    /// An object, in the order of the text.
    Map(Vec<(String, Raw)>),
}

impl Raw {
    /// An object of these fields.
    pub fn object(fields: impl IntoIterator<Item = (Field, Self)>) -> Self {
        Self::Map(fields.into_iter().map(|(field, value)| (field.name().into(), value)).collect())
    }

    /// The value under that key, the last one of several (as in JavaScript); `None` if there is none or this
    /// is no object.
    pub fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Map(entries) => entries.iter().rev().find(|(k, _)| k == key).map(|(_, v)| v),
            _ => None,
        }
    }
}

impl From<&str> for Raw {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<f64> for Raw {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Raw {
    fn from(is: bool) -> Self {
        Self::Bool(is)
    }
}

/// An absent value is null, which every field takes as absent.
impl<T: Into<Raw>> From<Option<T>> for Raw {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Raw, E> {
        Ok(Raw::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Raw, E> {
        Ok(Raw::Number(value as f64))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Raw, E> {
        Ok(Raw::Number(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Raw, E> {
        Ok(Raw::Number(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Raw, E> {
        Ok(Raw::Text(value.into()))
    }

    fn visit_string<E>(self, value: String) -> Result<Raw, E> {
        Ok(Raw::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Raw, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Raw::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Raw, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Raw::Map(entries))
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    #[test]
    fn any_json_is_kept_as_it_came() {
        let raw: Raw =
            serde_json::from_str(r#"{"a":6.5,"b":null,"c":["x",[1]],"d":"9","e":true}"#).expect("JSON");
        assert_eq!(raw.get("a"), Some(&Raw::Number(6.5)));
        assert_eq!(raw.get("b"), Some(&Raw::Null));
        let list = Raw::List(vec![Raw::Text("x".into()), Raw::List(vec![Raw::Number(1.0)])]);
        assert_eq!(raw.get("c"), Some(&list));
        assert_eq!(raw.get("d"), Some(&Raw::Text("9".into())));
        assert_eq!(raw.get("e"), Some(&Raw::Bool(true)));
        assert_eq!(raw.get("f"), None);
    }

    #[test]
    fn the_last_of_two_equal_keys_counts() {
        let raw: Raw = serde_json::from_str(r#"{"a":1,"a":2}"#).expect("JSON");
        assert_eq!(raw.get("a"), Some(&Raw::Number(2.0)));
    }
}
