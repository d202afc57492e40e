//! A hand that goes round over records, so that what is over is found without ever looking at all of them at once.

/// Records that the hand passes over as one where none of them can be over.
const BLOCK: usize = 64;

/// Where the hand is, and when it is worth its while to look at a block of records again.
#[derive(Default)]
pub struct Hand {
    next: usize,
    /// For each block the second before which none of its records is over, as far as they were looked at since the
    /// hand last came to it.
    due: Vec<u32>,
}

impl Hand {
    /// The record to look at; nothing where there is none, or a block was passed over instead. Who looks says by
    /// [`Hand::again`] when to look again, unless the record is freed.
    pub fn step(&mut self, made: usize, second: u32, must: bool) -> Option<u32> {
        if made == 0 {
            return None;
        }
        if self.next >= made {
            self.next = 0;
        }
        if self.next.is_multiple_of(BLOCK) {
            let due = &mut self.due[self.next / BLOCK];
            if *due > second && !must {
                self.next += BLOCK;
                return None;
            }
            *due = u32::MAX;
        }
        self.next += 1;
        Some((self.next - 1) as u32)
    }

    /// A record may be over from this second on.
    pub fn again(&mut self, record: u32, due: u32) {
        let block = record as usize / BLOCK;
        if block >= self.due.len() {
            self.due.resize(block + 1, u32::MAX);
        }
        self.due[block] = self.due[block].min(due);
    }
}

#[cfg(test)]
mod tests {
    use super::Hand;

    #[test]
    fn every_record_is_looked_at_when_it_is_due_and_blocks_are_passed_over_before() {
        let mut hand = Hand::default();
        let due: Vec<u32> = (0..1_000).map(|record| 100 + record / 64 * 10).collect();
        (0..).zip(&due).for_each(|(record, &due)| hand.again(record, due));
        let mut looks = 0;
        let mut freed = vec![None; due.len()];
        for second in 0..400 {
            for _ in 0..40 {
                let Some(record) = hand.step(due.len(), second, false) else { continue };
                looks += 1;
                if freed[record as usize].is_some() {
                    continue;
                }
                match due[record as usize] {
                    due if due <= second => freed[record as usize] = Some(second),
                    due => hand.again(record, due),
                }
            }
        }
        for (freed, due) in freed.iter().zip(&due) {
            assert!(freed.is_some_and(|freed| (*due..due + 60).contains(&freed)), "{freed:?} {due}");
        }
        assert!(looks < 1_500, "{looks}");
    }

    #[test]
    fn a_hand_that_must_finds_one_even_where_nothing_is_due() {
        let mut hand = Hand::default();
        (0..200).for_each(|record| hand.again(record, 1_000));
        assert_eq!(hand.step(200, 1, false), None);
        assert_eq!(hand.step(200, 1, true), Some(64));
    }
}
