//! Converts bytes of any encoding to bytes whose separators, quotes and digits are ASCII.
//!
//! UTF-16 becomes UTF-8. UTF-8 and the old code pages stay unchanged: a cell that isn't valid UTF-8 is shown
//! as Windows-1252, and its digits are the same bytes in all of them.

use std::borrow::Cow;

/// Bytes kept of a cell: more than any score has, and enough to recognise a question.
pub(super) const CELL_BYTES: usize = 160;

/// The byte order mark that Excel writes before UTF-8; some programs write it twice.
const MARK: &[u8] = b"\xEF\xBB\xBF";
/// The same mark, read as Windows-1252 and written as UTF-8 once more.
const MARK_TWICE: &[u8] = "ï»¿".as_bytes();
/// How many bytes decide the encoding.
const SAMPLE: usize = 1024;

/// The encoding of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// UTF-8, or a code page of one byte a character.
    Bytes,
    /// UTF-16, the low byte first.
    Utf16Le,
    /// UTF-16, the high byte first.
    Utf16Be,
}

impl Encoding {
    /// The encoding of a text with these first bytes.
    pub(crate) fn of(head: &[u8]) -> Self {
        match head {
            [0xFF, 0xFE, ..] => return Self::Utf16Le,
            [0xFE, 0xFF, ..] => return Self::Utf16Be,
            _ => {}
        }
        // Without a mark: in UTF-16, every other byte of a text in a European language is zero.
        let sample = &head[..head.len().min(SAMPLE) & !1];
        let zeros = |odd: usize| sample.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
        let (even, odd, pairs) = (zeros(0), zeros(1), sample.len() / 2);
        if pairs > 0 && even == 0 && 10 * odd >= 7 * pairs {
            Self::Utf16Le
        } else if pairs > 0 && odd == 0 && 10 * even >= 7 * pairs {
            Self::Utf16Be
        } else {
            Self::Bytes
        }
    }
}

/// Converts a text to UTF-8, however it is cut into pieces.
#[derive(Debug)]
pub(crate) struct Decoder {
    encoding: Encoding,
    /// The first byte of a pair, until the second one arrives.
    byte: Option<u8>,
    /// The first unit of a surrogate pair.
    high: Option<u16>,
}

impl Decoder {
    /// A decoder for this encoding.
    pub(crate) fn new(encoding: Encoding) -> Self {
        Self { encoding, byte: None, high: None }
    }

    /// These bytes as UTF-8, up to the last complete character.
    pub(crate) fn decode<'a>(&mut self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        if self.encoding == Encoding::Bytes {
            return Cow::Borrowed(bytes);
        }
        let mut text = String::with_capacity(bytes.len());
        for byte in bytes {
            let Some(first) = self.byte.take() else {
                self.byte = Some(*byte);
                continue;
            };
            let unit = match self.encoding {
                Encoding::Utf16Be => u16::from_be_bytes([first, *byte]),
                _ => u16::from_le_bytes([first, *byte]),
            };
            self.unit(unit, &mut text);
        }
        Cow::Owned(text.into_bytes())
    }

    fn unit(&mut self, unit: u16, text: &mut String) {
        let units = self.high.take().into_iter().chain([unit]);
        for character in char::decode_utf16(units) {
            match character {
                Ok(character) => text.push(character),
                Err(half) if half.unpaired_surrogate() == unit && unit < 0xDC00 => self.high = Some(unit),
                Err(_) => text.push(char::REPLACEMENT_CHARACTER),
            }
        }
    }
}

/// The text after its byte order marks, however many there are.
pub(crate) fn without_marks(mut text: &[u8]) -> &[u8] {
    while let Some(rest) = text.strip_prefix(MARK).or_else(|| text.strip_prefix(MARK_TWICE)) {
        text = rest;
    }
    text
}

/// Bytes as text: UTF-8 if valid, otherwise Windows-1252.
pub(crate) fn text(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        // A long cell that was cut within a character is still UTF-8.
        Err(error) if error.error_len().is_none() && bytes.len() >= CELL_BYTES => {
            Cow::Borrowed(std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default())
        }
        Err(_) => Cow::Owned(bytes.iter().map(|byte| windows_1252(*byte)).collect()),
    }
}

/// The characters of Windows-1252 that differ from Latin-1: the bytes from 0x80 to 0x9F.
const WINDOWS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

fn windows_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9F => WINDOWS[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

/// Whether this byte is a non-breaking space in one of the old code pages: Windows, ISO 8859,
/// Mac OS, MS-DOS or KOI8.
pub(crate) const fn is_old_space(byte: u8) -> bool {
    matches!(byte, 0xA0 | 0xCA | 0xFF | 0x9A)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, of: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(of).collect()
    }

    #[test]
    fn utf_16_is_recognised_with_and_without_a_mark() {
        for (of, encoding) in [
            (u16::to_le_bytes as fn(u16) -> [u8; 2], Encoding::Utf16Le),
            (u16::to_be_bytes, Encoding::Utf16Be),
        ] {
            assert_eq!(Encoding::of(&utf16("\u{feff}9\n10\n", of)), encoding);
            assert_eq!(Encoding::of(&utf16("score\n9\n10\n", of)), encoding);
        }
        assert_eq!(Encoding::of(b"score\n9\n"), Encoding::Bytes);
        assert_eq!(Encoding::of(b""), Encoding::Bytes);
    }

    #[test]
    fn utf_16_becomes_utf_8_however_it_is_cut() {
        let text = "cijfer\té😀\n9\t10\n";
        for cut in 1..7 {
            let mut decoder = Decoder::new(Encoding::Utf16Be);
            let bytes = utf16(text, u16::to_be_bytes);
            let decoded: Vec<u8> =
                bytes.chunks(cut).flat_map(|piece| decoder.decode(piece).into_owned()).collect();
            assert_eq!(String::from_utf8_lossy(&decoded), text, "{cut}");
        }
    }

    #[test]
    fn what_is_no_utf_8_is_windows_1252() {
        assert_eq!(text(b"pr\xE9f\xE9r\xE9 \x80"), "préféré €");
        assert_eq!(text("préféré €".as_bytes()), "préféré €");
        assert_eq!(text(&"é".as_bytes()[..1]), "Ã");
        assert_eq!(text(b"caf\xE9"), "café");
        assert_eq!(text(&"é".repeat(CELL_BYTES).as_bytes()[..CELL_BYTES + 1]), "é".repeat(CELL_BYTES / 2));
    }

    #[test]
    fn marks_are_taken_off_however_many_there_are() {
        assert_eq!(without_marks("\u{feff}\u{feff}9".as_bytes()), b"9");
        assert_eq!(without_marks("ï»¿9".as_bytes()), b"9");
    }
}
