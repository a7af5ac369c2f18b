//! The limits of texts, which the customer's browser and the collector share.

use alloc::string::String;

use crate::limits;

/// Replaces control characters by spaces, so that no text grows sixfold as JSON, and trims it. If `lines` is
/// true, line breaks stay.
pub fn clean(text: &str, lines: bool) -> String {
    let mut cleaned = String::new();
    let mut end = 0;
    for c in text.chars() {
        let c = if c.is_control() && !(lines && c == '\n') { ' ' } else { c };
        if !is_space(c) {
            cleaned.push(c);
            end = cleaned.len();
        } else if end > 0 {
            cleaned.push(c);
        }
    }
    cleaned.truncate(end);
    cleaned
}

/// Whether it is white space. The only control character that can occur is the line break. The standard
/// library would look it up in a table of 256 bytes.
const fn is_space(c: char) -> bool {
    matches!(
        c,
        '\n' | ' ' | '\u{a0}' | '\u{1680}' | '\u{2000}'
            ..='\u{200a}' | '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    )
}

/// The number of characters: code points, as the collector counts them.
///
/// The standard library's way of counting is faster, but takes more code than all the rest here.
pub fn length(text: &str) -> usize {
    text.bytes().filter(|byte| byte & 0xc0 != 0x80).count()
}

/// Whether it can name a survey, a touchpoint or a wording: 1 to 64 of a-z, 0-9 and -.
pub fn is_slug(text: &str) -> bool {
    is_of(text, limits::SLUG_CHARS, |b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// Whether it can be a language tag: 1 to 35 letters, digits and hyphens.
pub fn is_language(text: &str) -> bool {
    is_of(text, limits::LANGUAGE_CHARS, |b| b.is_ascii_alphanumeric() || b == b'-')
}

/// Whether it can be a property's key: 1 to 32 of A-Z, a-z, 0-9, _, . and -.
pub fn is_key(text: &str) -> bool {
    is_of(text, limits::KEY_CHARS, |b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'))
}

fn is_of(text: &str, most: usize, fits: fn(u8) -> bool) -> bool {
    (1..=most).contains(&text.len()) && text.bytes().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_that_of_the_code_points() {
        for text in ["", "abc", "é", "日本", "👩‍🚀 ok"] {
            assert_eq!(length(text), text.chars().count(), "{text}");
        }
    }

    #[test]
    fn white_space_is_what_the_standard_library_takes_for_it() {
        for c in ('\0'..=char::MAX).filter(|c| *c == '\n' || !c.is_control()) {
            assert_eq!(is_space(c), c.is_whitespace(), "{c:?}");
        }
    }

    #[test]
    fn a_clean_text_is_what_the_standard_library_would_trim() {
        for text in ["", " ", "a", " a b\u{a0} ", "\u{0}x\ty\u{3000}", "\n a\nb \n"] {
            let spaced: String =
                text.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect();
            assert_eq!(clean(text, true), spaced.trim(), "{text:?}");
        }
    }

    #[test]
    fn names_are_of_their_letters_and_no_longer_than_their_limit() {
        assert!(is_slug("post-login-2") && is_language("pt-BR") && is_key("Plan_2.x"));
        assert!(!is_slug("") && !is_slug("Account") && !is_slug(&"a".repeat(65)) && !is_slug("é"));
        assert!(!is_language("e n") && !is_key("a b") && !is_key(&"k".repeat(33)));
    }
}
