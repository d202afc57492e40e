//! Keyed hashes that stand for texts.

use std::hash::{BuildHasher, Hasher, RandomState};

use foldhash::SharedSeed;
use foldhash::fast::FoldHasher;

use crate::callers::mix;
use crate::numbers::{Number, Validity};

/// A key without which nobody can aim at collisions. What is learnt of texts is kept by their hashes, so its key is
/// kept with it.
pub struct TextKey {
    secret: u64,
    seeds: SharedSeed,
}

impl TextKey {
    /// The key that a secret makes, the same in every process.
    #[must_use]
    pub fn new(secret: u64) -> Self {
        Self { secret, seeds: SharedSeed::from_u64(secret) }
    }

    /// A key that nobody knows.
    #[must_use]
    pub fn random() -> Self {
        Self::new(RandomState::new().hash_one(0_u64))
    }

    /// What it is made of.
    #[must_use]
    pub fn secret(&self) -> u64 {
        self.secret
    }

    /// Hash of a text; 0 stands for an absent one.
    #[inline]
    #[must_use]
    pub fn hash(&self, text: &str) -> u64 {
        if text.is_empty() {
            return 0;
        }
        let mut hasher = FoldHasher::with_seed(self.secret.rotate_left(32), &self.seeds);
        hasher.write(text.as_bytes());
        hasher.finish() | 1
    }

    /// The key under which texts in the place of numbers are hashed.
    #[must_use]
    pub fn of_numbers(&self) -> u64 {
        self.hash("numbers")
    }

    /// What it makes of some texts: another value where another release hashes in another way.
    #[must_use]
    pub fn probe(&self) -> u64 {
        let texts = ["trunk", "198.51.100.7", "a longer text, as agents and origins may be"];
        let number = Number::of_text(self.of_numbers(), Validity::NotANumber, "desk").to_bits();
        texts.into_iter().fold(number, |probe, text| mix(probe ^ self.hash(text)))
    }
}

#[cfg(test)]
mod tests {
    use super::TextKey;

    #[test]
    fn a_text_has_the_same_hash_under_the_same_secret_alone() {
        let (one, same, other) = (TextKey::new(7), TextKey::new(7), TextKey::new(8));
        for text in ["north", "192.0.2.7", "a name of more than sixteen bytes"] {
            assert_eq!(one.hash(text), same.hash(text));
            assert_ne!(one.hash(text), other.hash(text));
        }
        assert_eq!(one.hash(""), 0);
        assert_eq!(one.probe(), same.probe());
        assert_ne!(TextKey::random().secret(), TextKey::random().secret());
    }
}
