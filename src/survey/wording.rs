//! The id of the words that were shown.

use alloc::string::String;

/// An id of the shown texts, so that answers to a changed question never mix silently with answers to the old
/// one: 16 hexadecimal digits of FNV-1a (64 bits, <http://www.isthe.com/chongo/tech/comp/fnv/>) over the
/// texts.
///
/// Pass the templates with their `{brand}` placeholder: another shop's name is no change of wording.
pub fn wording_id(texts: &[&str]) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for text in texts {
        for byte in text.bytes() {
            hash = step(hash, byte);
        }
        // No UTF-8 text contains 0xFF, so it keeps "ab" + "c" apart from "a" + "bc".
        hash = step(hash, 0xff);
    }
    let mut id = String::new();
    for _ in 0..16 {
        hash = hash.rotate_left(4);
        push_hexadecimal(&mut id, hash as u8 & 15);
    }
    id
}

const fn step(hash: u64, byte: u8) -> u64 {
    (hash ^ byte as u64).wrapping_mul(0x0100_0000_01b3)
}

/// Writes a number from 0 to 15 as one digit, lower case.
pub fn push_hexadecimal(text: &mut String, digit: u8) {
    text.push(char::from(digit + if digit > 9 { b'a' - 10 } else { b'0' }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_words_or_another_split_have_another_id_and_the_same_words_the_same() {
        let id = wording_id(&["ab", "c"]);
        assert_eq!(id, wording_id(&["ab", "c"]));
        assert_ne!(id, wording_id(&["a", "bc"]));
        assert_ne!(id, wording_id(&["ab", "d"]));
        assert_eq!(id.len(), 16);
    }
}
