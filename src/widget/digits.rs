//! Whole numbers in digits, without the machinery of `core::fmt`, which is ten kilobytes.

/// A whole number in digits.
pub(crate) fn digits(number: u64) -> String {
    let mut text = if number > 9 { digits(number / 10) } else { String::new() };
    text.push(char::from(b'0' + (number % 10) as u8));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_in_digits() {
        assert_eq!([0, 7, 10, 2_001].map(digits), ["0", "7", "10", "2001"]);
    }
}
