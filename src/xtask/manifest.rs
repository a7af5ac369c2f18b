//! `www/custom-elements.json`: the single source of the element's public API.
//!
//! It is handwritten, in the form of the custom elements manifest; this module reads only the parts in use.

use std::fs;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::Value;

use crate::layout;

/// The text before the default in a description.
const WITHOUT: &str = " Default: ";

/// The element.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Element {
    pub(crate) tag_name: String,
    pub(crate) name: String,
    pub(crate) summary: String,
    /// The members besides the properties of attributes.
    pub(crate) members: Vec<Member>,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) events: Vec<Event>,
    pub(crate) css_properties: Vec<CssProperty>,
    pub(crate) css_parts: Vec<Named>,
}

/// An attribute and its property.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Attribute {
    pub(crate) name: String,
    /// `None` if the property isn't the survey's: every element has `lang`.
    pub(crate) field_name: Option<String>,
    #[serde(rename = "type")]
    pub(crate) kind: Type,
    #[serde(default)]
    pub(crate) default: String,
    pub(crate) description: String,
}

/// A method without arguments.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Member {
    #[serde(rename = "kind")]
    _kind: String,
    pub(crate) name: String,
    #[serde(rename = "return")]
    pub(crate) returns: Option<Returns>,
    pub(crate) description: String,
}

/// The return value of a method.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Returns {
    #[serde(rename = "type")]
    pub(crate) kind: Type,
}

/// An event; its type is `CustomEvent<DETAIL>`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Event {
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) kind: Type,
    pub(crate) description: String,
}

/// A type, in TypeScript.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Type {
    pub(crate) text: String,
}

/// A custom property.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CssProperty {
    pub(crate) name: String,
    #[serde(rename = "syntax")]
    _syntax: Option<String>,
    #[serde(default)]
    pub(crate) default: String,
    pub(crate) description: String,
}

/// A part or slot.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) description: String,
}

/// Reads the manifest unchanged.
pub(crate) fn read() -> Result<Value> {
    let path = layout::www().join("custom-elements.json");
    let text = fs::read(&path).with_context(|| format!("{}", path.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("{}", path.display()))
}

/// The element in the manifest; an unknown key is an error.
pub(crate) fn element(manifest: &Value) -> Result<Element> {
    let declaration = &manifest["modules"][0]["declarations"][0];
    Element::deserialize(declaration).context("www/custom-elements.json: the element's declaration")
}

/// Adds the attributes' properties to the members, where tools look for them.
pub(crate) fn add_fields(manifest: &mut Value) {
    let declaration = &mut manifest["modules"][0]["declarations"][0];
    let attributes = declaration["attributes"].as_array().cloned().unwrap_or_default();
    let fields = attributes.into_iter().filter(|it| it["fieldName"].is_string()).map(|mut it| {
        let Some(entries) = it.as_object_mut() else { return it };
        let (attribute, field) = (entries.remove("name"), entries.remove("fieldName"));
        entries.insert("kind".into(), "field".into());
        entries.insert("attribute".into(), attribute.unwrap_or_default());
        entries.insert("name".into(), field.unwrap_or_default());
        entries.insert("reflects".into(), true.into());
        it
    });
    let fields: Vec<Value> = fields.collect();
    if let Some(members) = declaration["members"].as_array_mut() {
        members.splice(0..0, fields);
    }
}

/// The meaning and the default of an attribute, which may both be in the description.
pub(crate) fn with_and_without(description: &str, default: &str) -> (String, String) {
    let (with, without) = description.split_once(WITHOUT).unwrap_or((description, ""));
    let without =
        if without.is_empty() && !default.is_empty() { format!("`{default}`") } else { without.into() };
    (with.trim_end_matches('.').into(), without)
}
