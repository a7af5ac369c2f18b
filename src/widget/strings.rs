//! Functions for texts without the standard library's machinery: `core::fmt` is ten kilobytes, the generic
//! `concat` and the search behind `replace` one each.

/// A whole number in digits.
pub(crate) fn digits(number: u64) -> String {
    let mut text = if number > 9 { digits(number / 10) } else { String::new() };
    text.push(char::from(b'0' + (number % 10) as u8));
    text
}

/// The pieces, one after the other.
pub(crate) fn join(pieces: &[&str]) -> String {
    let mut text = String::new();
    for piece in pieces {
        text.push_str(piece);
    }
    text
}

/// Replaces `{name}` by a value; the parameter is `name}`.
pub(crate) fn fill(template: &str, name: &str, value: &str) -> String {
    let mut filled = String::new();
    let mut pieces = template.split('{');
    filled.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        match piece.strip_prefix(name) {
            Some(after) => {
                filled.push_str(value);
                filled.push_str(after);
            }
            None => {
                filled.push('{');
                filled.push_str(piece);
            }
        }
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_in_digits() {
        assert_eq!([0, 7, 10, 2_001].map(digits), ["0", "7", "10", "2001"]);
    }

    #[test]
    fn a_value_takes_the_place_of_its_name_wherever_that_stands() {
        assert_eq!(fill("{n} of {max}, {n}", "n}", "2"), "2 of {max}, 2");
        assert_eq!(fill("a { b {nn} {", "n}", "2"), "a { b {nn} {");
        assert_eq!(fill("über {n}é", "n}", "{n}"), "über {n}é");
    }
}
