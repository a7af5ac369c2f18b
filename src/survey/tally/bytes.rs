//! Counts many scores, one in each byte, 128 at a time.
//!
//! Eight words of sixteen scores become four words of 128 bits: one for each of the four bits that a score
//! has. Counting the scores with, say, both the first and the second bit then takes one AND and one
//! population count. That is about one instruction for two scores, without a table in memory.

mod word;

use word::Word;

use crate::{Score, Tally};

/// Words that are counted together: one for each bit of a byte, so that they become complete words of bits.
const WORDS: usize = 8;
/// Numbers of four bits.
const NIBBLES: usize = 16;

/// For each set of bits, the number of scores that have all of them. A score is itself such a set.
type Having = [u64; NIBBLES];

impl Tally {
    /// Counts the scores of these bytes, one in each.
    ///
    /// # Errors
    ///
    /// The index of the first byte that holds no score.
    // Inlined, so that the calling crate's optimisation level applies.
    #[inline]
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, usize> {
        let wrong = || bytes.iter().position(|byte| Score::new(*byte).is_none()).unwrap_or(bytes.len());
        let (blocks, rest) = bytes.as_chunks::<{ WORDS * Word::BYTES }>();
        let having = count_all(blocks).ok_or_else(wrong)?;
        let mut tally = Self::from_counts(exactly(having));
        for byte in rest {
            tally.add(Score::new(*byte).ok_or_else(wrong)?);
        }
        Ok(tally)
    }
}

/// Counts complete blocks; `None` if a byte in them holds no score.
// Every browser and Node that runs the module has these instructions, which double the speed.
#[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
#[inline]
fn count_all(blocks: &[[u8; WORDS * Word::BYTES]]) -> Option<Having> {
    let mut having: Having = [0; NIBBLES];
    for block in blocks {
        if !count(&mut having, block) {
            return None;
        }
    }
    having[0] = (blocks.len() * WORDS * Word::BYTES) as u64;
    Some(having)
}

/// Counts the scores of a block; false if one byte holds no score.
#[inline]
fn count(having: &mut Having, block: &[u8; WORDS * Word::BYTES]) -> bool {
    let words = block.as_chunks().0;
    let [a, b, c, d, e, f, g, h]: [Word; WORDS] = core::array::from_fn(|index| Word::of(&words[index]));
    let high = (a | b | c | d | e | f | g | h) & Word::all(0xf0);
    // First pairs two scores in each byte, then separates their lower and upper bits, then each bit.
    let [a, b, c, d] = [a | b << 4, c | d << 4, e | f << 4, g | h << 4];
    let ([a, b], [c, d]) = (unzip::<2>(a, b), unzip::<2>(c, d));
    let ([ones, twos], [fours, eights]) = (unzip::<1>(a, c), unzip::<1>(b, d));
    let threes = ones & twos;
    let mut add = |set: usize, bits: Word| having[set] += bits.count_ones();
    add(1, ones);
    add(2, twos);
    add(3, threes);
    add(4, fours);
    add(5, fours & ones);
    add(6, fours & twos);
    add(7, fours & threes);
    add(8, eights);
    add(9, eights & ones);
    add(10, eights & twos);
    (high | eights & (fours | threes)).is_zero()
}

/// The lower and the upper halves of each `2 * BITS` bits of two words.
#[inline]
fn unzip<const BITS: u32>(lower: Word, upper: Word) -> [Word; 2] {
    let halves = Word::all(if BITS == 1 { 0x55 } else { 0x33 });
    let exchanged = (lower >> BITS ^ upper) & halves;
    [lower ^ exchanged << BITS, upper ^ exchanged]
}

/// How many scores have exactly these bits: those with them, less those with one more.
#[inline]
fn exactly(mut counts: Having) -> [u64; Score::COUNT] {
    for bit in [1, 2, 4, 8] {
        for set in (0..NIBBLES).filter(|set| set & bit == 0) {
            counts[set] -= counts[set | bit];
        }
    }
    core::array::from_fn(|score| counts[score])
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    /// Counts the bytes one by one.
    fn plainly(bytes: &[u8]) -> Result<Tally, usize> {
        let score = |(at, byte): (usize, &u8)| Score::new(*byte).ok_or(at);
        bytes.iter().enumerate().map(score).collect()
    }

    /// Mostly scores, so that many blocks are valid, and now and then any byte.
    fn bytes() -> impl Strategy<Value = Vec<u8>> {
        let byte = prop_oneof![300 => 0u8..=10, 1 => any::<u8>()];
        prop::collection::vec(byte, 0..600)
    }

    proptest! {
        #[test]
        fn any_bytes_at_any_place_are_counted_as_they_are_one_by_one(bytes in bytes(), from in 0usize..140) {
            let bytes = &bytes[from.min(bytes.len())..];
            prop_assert_eq!(Tally::from_bytes(bytes), plainly(bytes));
        }

        #[test]
        fn bytes_are_counted_as_one_by_one(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert_eq!(Tally::from_bytes(&bytes), plainly(&bytes));
        }
    }

    #[test]
    fn every_byte_in_every_place_of_a_block_is_counted_or_refused() {
        for byte in 0..=u8::MAX {
            for at in 0..WORDS * Word::BYTES {
                let mut bytes = [7; WORDS * Word::BYTES];
                bytes[at] = byte;
                assert_eq!(Tally::from_bytes(&bytes), plainly(&bytes), "{byte} at {at}");
            }
        }
    }
}
