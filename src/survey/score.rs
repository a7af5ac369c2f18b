//! A score and the category it falls into.

use serde::{Serialize, Serializer};

/// How likely somebody is to recommend the shop: a whole number from 0 to 10.
///
/// The only way to make one is [`Score::new`], so a `Score` can't hold 11.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Score(u8);

impl Score {
    /// The highest score.
    pub const MAX: u8 = 10;

    /// How many different scores there are.
    pub const COUNT: usize = Self::MAX as usize + 1;

    /// The score with this value, or `None` above 10.
    pub const fn new(value: u8) -> Option<Self> {
        if value <= Self::MAX { Some(Self(value)) } else { None }
    }

    /// The value, 0 to 10.
    pub const fn get(self) -> u8 {
        self.0
    }

    /// The group that counts this score.
    pub const fn category(self) -> Category {
        match self.0 {
            9.. => Category::Promoter,
            7..=8 => Category::Passive,
            _ => Category::Detractor,
        }
    }

    /// All scores, from 0 to 10.
    pub fn all() -> impl DoubleEndedIterator<Item = Self> + ExactSizeIterator {
        (0..Self::COUNT).map(|value| Self(value as u8))
    }
}

impl Serialize for Score {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.0)
    }
}

/// The three groups of NPS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Category {
    /// 0 to 6.
    Detractor,
    /// 7 and 8.
    Passive,
    /// 9 and 10.
    Promoter,
}

impl Category {
    /// The name on the wire: `detractor`, `passive` or `promoter`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Detractor => "detractor",
            Self::Passive => "passive",
            Self::Promoter => "promoter",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_cannot_hold_eleven() {
        assert_eq!(Score::new(10).map(Score::get), Some(10));
        assert_eq!(Score::new(11), None);
        assert_eq!(Score::new(255), None);
    }

    #[test]
    fn promoters_give_nine_or_ten_passives_seven_or_eight_the_rest_detract() {
        let names: [&str; Score::COUNT] = core::array::from_fn(|i| Score(i as u8).category().name());
        assert_eq!(names[..7], ["detractor"; 7]);
        assert_eq!(names[7..9], ["passive"; 2]);
        assert_eq!(names[9..], ["promoter"; 2]);
    }
}
