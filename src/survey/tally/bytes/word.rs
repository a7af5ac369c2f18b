//! Sixteen bytes at once: a register of WebAssembly's SIMD, and two words of 64 bits elsewhere.

use core::ops::{BitAnd, BitOr, BitXor, Shl, Shr};

#[cfg(not(target_arch = "wasm32"))]
use pair as halves;
#[cfg(target_arch = "wasm32")]
use simd as halves;

/// Sixteen bytes. A shift moves each half separately, and drops the bits that leave it.
#[derive(Clone, Copy)]
pub(super) struct Word(halves::Halves);

impl Word {
    /// How many bytes it has.
    pub(super) const BYTES: usize = 16;

    /// These bytes.
    #[inline]
    pub(super) fn of(bytes: &[u8; Self::BYTES]) -> Self {
        let halves = bytes.as_chunks().0;
        Self(halves::of(u64::from_le_bytes(halves[0]), u64::from_le_bytes(halves[1])))
    }

    /// The same byte, sixteen times.
    #[inline]
    pub(super) fn all(byte: u8) -> Self {
        let half = u64::from_ne_bytes([byte; 8]);
        Self(halves::of(half, half))
    }

    /// How many of its bits are set.
    #[inline]
    pub(super) fn count_ones(self) -> u64 {
        let [lower, upper] = halves::both(self.0);
        u64::from(lower.count_ones() + upper.count_ones())
    }

    /// Whether no bit is set.
    #[inline]
    pub(super) fn is_zero(self) -> bool {
        let [lower, upper] = halves::both(self.0);
        lower | upper == 0
    }
}

impl BitAnd for Word {
    type Output = Self;

    #[inline]
    fn bitand(self, other: Self) -> Self {
        Self(halves::and(self.0, other.0))
    }
}

impl BitOr for Word {
    type Output = Self;

    #[inline]
    fn bitor(self, other: Self) -> Self {
        Self(halves::or(self.0, other.0))
    }
}

impl BitXor for Word {
    type Output = Self;

    #[inline]
    fn bitxor(self, other: Self) -> Self {
        Self(halves::xor(self.0, other.0))
    }
}

impl Shl<u32> for Word {
    type Output = Self;

    #[inline]
    fn shl(self, bits: u32) -> Self {
        Self(halves::shl(self.0, bits))
    }
}

impl Shr<u32> for Word {
    type Output = Self;

    #[inline]
    fn shr(self, bits: u32) -> Self {
        Self(halves::shr(self.0, bits))
    }
}

/// One register.
#[cfg(target_arch = "wasm32")]
mod simd {
    pub(super) use core::arch::wasm32::{
        u64x2 as of, u64x2_shl as shl, u64x2_shr as shr, v128 as Halves, v128_and as and, v128_or as or,
        v128_xor as xor,
    };

    use core::arch::wasm32::u64x2_extract_lane;

    #[inline]
    pub(super) fn both(halves: Halves) -> [u64; 2] {
        [u64x2_extract_lane::<0>(halves), u64x2_extract_lane::<1>(halves)]
    }
}

/// Two words.
#[cfg(not(target_arch = "wasm32"))]
mod pair {
    pub(super) type Halves = [u64; 2];

    pub(super) fn of(lower: u64, upper: u64) -> Halves {
        [lower, upper]
    }

    pub(super) fn both(halves: Halves) -> [u64; 2] {
        halves
    }

    pub(super) fn and(a: Halves, b: Halves) -> Halves {
        [a[0] & b[0], a[1] & b[1]]
    }

    pub(super) fn or(a: Halves, b: Halves) -> Halves {
        [a[0] | b[0], a[1] | b[1]]
    }

    pub(super) fn xor(a: Halves, b: Halves) -> Halves {
        [a[0] ^ b[0], a[1] ^ b[1]]
    }

    pub(super) fn shl(halves: Halves, bits: u32) -> Halves {
        halves.map(|half| half << bits)
    }

    pub(super) fn shr(halves: Halves, bits: u32) -> Halves {
        halves.map(|half| half >> bits)
    }
}
