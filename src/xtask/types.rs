//! Generates the npm package's TypeScript types from `www/custom-elements.json`.

use crate::manifest::{Attribute, Element, Event, Member};

/// The code before all types of the manifest.
const HEAD: &str = "\
/** Where what the package cannot know by itself is. */
export interface Settings {
  /** The collector's address, such as `https://survey.example.nl`. */
  collector?: string;
  /** Which of the collector's sites this is, where the page's origin doesn't tell. */
  site?: string;
  /** Where answers go instead, such as `/api/nps` of your own; then no collector is needed. */
  endpoint?: string;
  /** The address of `widget.wasm`, for bundlers that don't know what became of it. */
  module?: string | URL;
}

/** Says where answers go; to be called once, before a survey is asked. */
export declare function configure(settings: Settings): void;

/** Asks in a pop-up, or inside the first element that `target`, a CSS selector, finds. */
export declare function aanrader(what: \"ask\", survey?: Asked): void;
/** Says that something has happened that a survey's `event` waits for. */
export declare function aanrader(what: \"event\", name: string): void;
/** Says whether the customer consents to marks on their device that say when they were asked. */
export declare function aanrader(what: \"consent\", given: boolean): void;
/** Takes pop-ups off the screen. */
export declare function aanrader(what: \"close\"): void;

/** A survey from properties alone. */
export interface Asked extends AanraderSurveyProperties {
  target?: string;
  lang?: string;
}
";

/// The content of `index.d.ts`.
pub(crate) fn types(element: &Element) -> String {
    let attributes: String = element.attributes.iter().map(|it| in_markup(it, &it.name)).collect();
    let with_fields = || element.attributes.iter().filter_map(|it| Some((it, it.field_name.as_deref()?)));
    let properties: String = with_fields().map(|(it, field)| in_markup(it, field)).collect();
    let accessors: String = with_fields().map(|(it, field)| accessor(it, field)).collect();
    let members: String = element.members.iter().map(member).collect();
    let events: String = element.events.iter().map(event).collect();
    let (tag, name, summary) = (&element.tag_name, &element.name, &element.summary);
    format!(
        "{HEAD}
/** The attributes, as they stand in markup. */
export interface {name}Attributes {{
{attributes}}}

/** The properties that go with them, as frameworks take them. */
export interface {name}Properties {{
{properties}}}

/** {summary} */
export interface {name} extends HTMLElement {{
{accessors}{members}  addEventListener<Name extends keyof EventMap>(
    name: Name,
    heard: (this: {name}, event: EventMap[Name]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    name: string,
    heard: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
}}

/** The events; all of them bubble and cross shadow roots. */
export interface EventMap {{
{events}}}

declare global {{
  interface HTMLElementTagNameMap {{
    \"{tag}\": {name};
  }}
  interface DocumentEventMap extends EventMap {{}}
}}
"
    )
}

/// A comment of one line; its text can't end it.
fn comment(text: &str) -> String {
    format!("  /** {} */\n", text.replace("*/", "* /"))
}

/// Its meaning and its default.
fn told(attribute: &Attribute) -> String {
    let Attribute { description, default, .. } = attribute;
    if default.is_empty() {
        comment(description)
    } else {
        comment(&format!("{description} @default {default}"))
    }
}

/// The type in markup: a value, or a value that removes the attribute.
fn in_markup(attribute: &Attribute, name: &str) -> String {
    let kind = set(attribute);
    format!("{}  \"{name}\"?: {kind};\n", told(attribute))
}

/// The type for setting: in markup, numbers and Booleans may also be texts.
fn set(attribute: &Attribute) -> String {
    let kind = match attribute.kind.text.as_str() {
        "number" => "number | string",
        "boolean" => "boolean | ''",
        other => other,
    };
    format!("{kind} | null | undefined")
}

/// The type for setting and getting. The attribute stores the value, so getting returns a text, and an empty
/// one is true. A property that every element has as a method can't have another type here.
fn accessor(attribute: &Attribute, field: &str) -> String {
    let (told, set) = (told(attribute), set(attribute));
    let get = if field == "scroll" { "any" } else { "string | true | null" };
    format!("{told}  get {field}(): {get};\n  set {field}(value: {set} | boolean);\n")
}

fn member(member: &Member) -> String {
    let kind = member.returns.as_ref().map_or("void", |returns| &returns.kind.text);
    format!("{}  {}(): {kind};\n", comment(&member.description), member.name)
}

fn event(event: &Event) -> String {
    format!("{}  \"{}\": {};\n", comment(&event.description), event.name, event.kind.text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attribute_is_typed_by_its_own_name_and_its_property_by_the_other() {
        let element = crate::manifest::element(&crate::manifest::read().unwrap()).unwrap();
        let types = types(&element);
        assert!(types.contains("  \"follow-up\"?: string | null | undefined;\n"), "{types}");
        assert!(types.contains("  set followUp(value: string | null | undefined | boolean);\n"), "{types}");
        assert!(!types.contains("get lang()"), "{types}");
    }
}
