//! The texts of the pages' module, in the language of the page. They come from `www/owner/LANG/program.json`.

use std::cell::Cell;

include!(concat!(env!("OUT_DIR"), "/texts.rs"));

thread_local! {
    static SPOKEN: Cell<&'static Texts> = const { Cell::new(&EN) };
}

/// Sets the language of all texts; English replaces an unknown language.
pub(crate) fn speak(language: &str) {
    SPOKEN.set(if language == "nl" { &NL } else { &EN });
}

/// The texts in the page's language.
pub(crate) fn t() -> &'static Texts {
    SPOKEN.get()
}

/// A text in which values replace their `{name}`.
pub(crate) fn with(text: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, behind) = after.split_once('}').unwrap_or((after, ""));
        let value = values.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value);
        out.push_str(before);
        out.push_str(value);
        rest = behind;
    }
    out + rest
}
