//! How much callers' numbers look like the extensions of one company: many of them in a few blocks of a thousand.
//!
//! A company's exchange brings an endpoint of its own and numbers that are close together, as one hand does that makes
//! numbers up. But it has one block of them, a university a few; what is made up alike is spread over ten or more.

/// Numbers of a block; most exchanges have fewer.
const BLOCK: u64 = 1_000;
/// Blocks that a large company has. With twice as many they are nobody's.
const MOST_BLOCKS: f32 = 4.0;
/// Blocks are told apart by as many bits; how many are set tells how many blocks there are, well enough for a few.
const BITS: u32 = u64::BITS;

/// The blocks that numbers are of, each a bit.
#[derive(Clone, Copy, Debug, Default)]
pub struct Blocks(u64);

impl Blocks {
    /// Takes note of a number.
    pub fn note(&mut self, number: u64) {
        // Fibonacci hashing: neighbouring blocks go to different bits.
        let hash = (number / BLOCK).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 |= 1 << (hash >> (u64::BITS - BITS.trailing_zeros()));
    }

    /// These and others.
    #[must_use]
    pub fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// Of `callers`, `numbers` of whom have a number of these blocks, the share that has a block in common with one
    /// before, where the blocks are few; 0 to 1.
    #[must_use]
    pub fn likeness(self, numbers: u32, callers: u32) -> f32 {
        let free = self.0.count_zeros().max(1) as f32 / BITS as f32;
        let blocks = -(BITS as f32) * free.ln();
        let few = (2.0 - blocks / MOST_BLOCKS).clamp(0.0, 1.0);
        let further = callers.saturating_sub(1).max(1) as f32;
        few * ((numbers as f32 - blocks) / further).clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Blocks;

    fn likeness(numbers: impl IntoIterator<Item = u64>) -> f32 {
        let (mut blocks, mut count) = (Blocks::default(), 0);
        for number in numbers {
            blocks.note(912_200_000_000 + number);
            count += 1;
        }
        blocks.likeness(count, count)
    }

    #[test]
    fn extensions_of_one_exchange_are_alike_and_so_are_those_of_a_university() {
        assert!(likeness((0..5).map(|n| 23_000 + n * 170)) > 0.9);
        let university = [23_000, 518_000, 904_000];
        assert!(likeness((0..12).map(|n| university[n as usize % 3] + n * 70)) > 0.7);
    }

    #[test]
    fn numbers_all_over_the_country_are_not() {
        assert!(likeness((0..8).map(|n| n * 71_234_567 % 99_999_989)) < 0.05);
    }

    #[test]
    fn nor_are_those_made_up_alike_but_for_four_digits() {
        assert!(likeness((0..6).map(|n| n * 1_720)) < 0.1);
        assert_eq!(likeness((0..500).map(|n| n * 20)), 0.0);
    }

    #[test]
    fn one_caller_is_like_nobody_and_none_is_too() {
        assert_eq!(likeness([7]), 0.0);
        assert_eq!(Blocks::default().likeness(0, 1), 0.0);
        assert_eq!(Blocks::default().likeness(0, 0), 0.0);
    }

    #[test]
    fn those_who_withhold_their_number_are_no_extensions() {
        let mut blocks = Blocks::default();
        (0..10).for_each(|n| blocks.note(912_200_023_000 + n));
        assert!(blocks.likeness(10, 20) < 0.5);
    }
}
