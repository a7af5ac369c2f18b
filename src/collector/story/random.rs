//! Random numbers that are the same every time: xorshift64* (S. Vigna, "An experimental exploration of Marsaglia's
//! xorshift generators", ACM Transactions on Mathematical Software 42, 2016).

use std::fmt::Write as _;

pub(super) struct Random(u64);

impl Random {
    pub(super) fn of(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn bits(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// 0 to below 1.
    pub(super) fn next(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// 0 to below `n`.
    pub(super) fn below(&mut self, n: usize) -> usize {
        (self.next() * n as f64) as usize
    }

    /// A Poisson count, by the product of D. E. Knuth.
    pub(super) fn poisson(&mut self, mean: f64) -> u64 {
        let (limit, mut product, mut count) = ((-mean).exp(), self.next(), 0);
        while product > limit {
            product *= self.next();
            count += 1;
        }
        count
    }

    /// A UUID of version 4.
    pub(super) fn id(&mut self) -> String {
        let mut text = String::new();
        let bits = (u128::from(self.bits()) << 64) | u128::from(self.bits());
        // Writing to a string can't fail.
        let _ = write!(text, "{}", uuid::Builder::from_random_bytes(bits.to_be_bytes()).into_uuid());
        text
    }
}
