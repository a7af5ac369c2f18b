//! Letters and their case, in the scripts of this crate's word lists, and the search for a part of a text.
//!
//! The standard library knows every script, in thirty kilobytes of tables and code; the word lists are
//! European. A letter of any other script still counts as a letter. The standard library's search is ten
//! kilobytes, made for long texts.

/// The text in lower case.
pub(crate) fn lower(text: &str) -> String {
    text.chars().map(lower_of).collect()
}

/// The letter in lower case; itself if it has none.
pub(crate) fn lower_of(c: char) -> char {
    let code = c as u32;
    let by = match code {
        0x41..=0x5A | 0xC0..=0xD6 | 0xD8..=0xDE | 0x391..=0x3A1 | 0x3A3..=0x3A9 | 0x410..=0x42F => 32,
        0x400..=0x40F => 80,
        // In these blocks the two cases alternate; in some, the odd one comes first.
        0x139..=0x148 | 0x179..=0x17E => code & 1,
        0x100..=0x137 | 0x14A..=0x177 | 0x218..=0x21B | 0x460..=0x481 | 0x490..=0x4FF => 1 - (code & 1),
        _ => 0,
    };
    char::from_u32(code + by).unwrap_or(c)
}

/// Whether it is an upper-case letter.
pub(crate) fn is_upper(c: char) -> bool {
    lower_of(c) != c
}

/// Whether it is a letter that is not upper-case.
pub(crate) fn is_lower(c: char) -> bool {
    is_letter(c) && !is_upper(c)
}

/// Whether it is a letter, rather than a digit, a sign, a space or a picture.
pub(crate) fn is_letter(c: char) -> bool {
    match c {
        '\0'..='\u{7f}' => c.is_ascii_alphabetic(),
        'ª' | 'µ' | 'º' => true,
        '\u{80}'..='\u{bf}' | '×' | '÷' => false,
        // Punctuation, signs, arrows and frames; then the full-width ones; then pictures.
        '\u{2000}'..='\u{2bff}' | '\u{3000}'..='\u{303f}' | '\u{fe00}'..='\u{fe6f}' => false,
        '\u{ff00}'..='\u{ff20}' | '\u{feff}' | '\u{fffd}' | '\u{1f000}'..='\u{1faff}' => false,
        '\u{660}'..='\u{66d}' | '\u{6f0}'..='\u{6f9}' | '\u{966}'..='\u{96f}' => false,
        _ => !c.is_whitespace(),
    }
}

/// Whether it is a digit, ASCII or full-width.
pub(crate) fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '０'..='９' | '\u{660}'..='\u{669}')
}

/// Whether the text contains this part.
pub(crate) fn has(text: &str, part: &str) -> bool {
    split_once(text, part).is_some()
}

/// The texts before and after the first occurrence of this part.
pub(crate) fn split_once<'a>(text: &'a str, part: &str) -> Option<(&'a str, &'a str)> {
    let at = text.as_bytes().windows(part.len()).position(|window| window == part.as_bytes())?;
    Some((text.get(..at)?, text.get(at + part.len()..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn european_letters_have_the_case_that_the_standard_library_gives_them() {
        let letters = (0..0x530u32).filter_map(char::from_u32);
        let european = letters.filter(
            |c| matches!(*c as u32, 0..0x180 | 0x218..=0x21B | 0x391..=0x3A1 | 0x3A3..=0x3A9 | 0x400..0x460),
        );
        // The dotted capital I becomes two characters; the partners of three others are in other blocks.
        for c in european.filter(|c| !matches!(c, 'İ' | 'ı' | 'ĸ' | 'ŉ' | 'Ÿ' | 'ſ')) {
            assert_eq!(lower_of(c).to_string(), c.to_lowercase().to_string(), "{c}");
            assert_eq!(is_letter(c), c.is_alphabetic(), "{c:?}");
            assert_eq!(is_upper(c), c.is_uppercase(), "{c}");
        }
        assert_eq!(lower("ÉVALUATION ÄUSSERST Łatwość"), "évaluation äusserst łatwość");
    }

    #[test]
    fn a_part_is_found_where_the_standard_library_finds_it() {
        for (text, part) in [("a - b - c", " - "), ("é–é", "–"), ("ab", "abc"), ("", "x"), ("aab", "ab")]
        {
            assert_eq!(split_once(text, part), text.split_once(part), "{text}");
            assert_eq!(has(text, part), text.contains(part), "{text}");
        }
    }

    #[test]
    fn letters_of_other_scripts_are_letters_and_signs_are_none() {
        assert!("пользователь問題نص".chars().all(is_letter));
        assert!(!"½⅓→–…“×😀１٣  \u{a0}\u{200b}".chars().any(is_letter));
        assert!("1１٣".chars().all(is_digit) && !"½a".chars().any(is_digit));
    }
}
