//! How callers are kept over a restart: the table as it stands, bucket by bucket.
//!
//! A table holds no whole numbers, only where they lie and a part of their hash. In a table of another size a number's
//! bucket is the one, or one of those, that its old bucket falls together with.

use std::collections::HashMap;
use std::ops::Range;

use super::{Callers, MOST_TRUNKS, WAYS, insert};
use crate::snapshot::{Fault, Reader, Writer};

impl Callers {
    /// Buckets of the table.
    #[must_use]
    pub fn buckets(&self) -> usize {
        self.buckets.len()
    }

    /// Writes some buckets: which places are taken, and by what. Before the first it says how many buckets there are.
    pub fn write_buckets(&self, buckets: Range<usize>, to: &mut Writer) {
        if buckets.start == 0 {
            to.put(self.buckets.len() as u64);
        }
        for bucket in &self.buckets[buckets] {
            let taken = (0..WAYS).filter(|&way| bucket.0[way] != 0);
            to.put(taken.fold(0_u8, |taken, way| taken | 1 << way));
            bucket.0.iter().filter(|entry| **entry != 0).for_each(|entry| to.put(*entry));
        }
    }

    /// Writes the trunks that entries name by number; after all of these, since later ones only add to them.
    pub fn write_trunks(&self, to: &mut Writer) {
        let mut trunks: Vec<_> = self.trunks.iter().map(|(hash, number)| (*number, *hash)).collect();
        trunks.sort_unstable();
        to.put(trunks.len() as u16);
        trunks.iter().for_each(|(_, hash)| to.put(*hash));
    }

    /// Reads what was written into this table, which is empty and may have another size.
    ///
    /// # Errors
    ///
    /// What no table writes.
    pub fn read(&mut self, from: &mut Reader<'_>) -> Result<(), Fault> {
        let size = from.take::<u64>()?;
        let there = usize::try_from(size).ok().filter(|size| size.is_power_of_two());
        let there = there.ok_or_else(Fault::corrupt)?;
        for place in 0..there {
            let taken = from.take::<u8>()?;
            for _ in 0..taken.count_ones() {
                self.spread(place, there, from.take()?);
            }
        }
        let count = from.take::<u16>()?;
        self.trunks = (1..=count)
            .map(|number| Ok((from.take()?, number)))
            .collect::<Result<HashMap<_, _, _>, Fault>>()?;
        let sound = self.trunks.len() == usize::from(count) && usize::from(count) <= MOST_TRUNKS;
        if sound { Ok(()) } else { Err(Fault::corrupt()) }
    }

    /// Puts an entry from a bucket of a table of some size into every bucket where it may belong.
    fn spread(&mut self, place: usize, size: usize, entry: u64) {
        let first = place & (self.buckets.len() - 1);
        for bucket in self.buckets[first..].iter_mut().step_by(size) {
            insert(&mut bucket.0, entry);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Acquaintance, Callers};
    use crate::numbers::Number;
    use crate::snapshot::{File, Reader, Writer};

    const T0: i64 = 1_768_000_000_000_000_000;
    const LATER: i64 = T0 + 60_000_000_000;

    fn subscriber(n: u64) -> Number {
        Number::from_e164_value(919_810_000_000 + n * 37).expect("a number")
    }

    fn learnt(most: usize, callers: u64) -> Callers {
        let mut learnt = Callers::new(most);
        for n in 0..callers {
            (0..=n % 3).for_each(|_| learnt.note(subscriber(n), 1 + n as u32 % 5, T0));
            (0..n % 7).for_each(|_| learnt.note_called(subscriber(n), T0));
        }
        learnt
    }

    fn restarted(learnt: &Callers, most: usize) -> Callers {
        let mut writer = Writer::default();
        let half = learnt.buckets() / 2;
        learnt.write_buckets(0..half, &mut writer);
        learnt.write_buckets(half..learnt.buckets(), &mut writer);
        learnt.write_trunks(&mut writer);
        let mut file = File::default();
        file.append(&writer);
        let file = file.finish();
        let mut callers = Callers::new(most);
        let mut reader = Reader::open(&file).expect("whole");
        callers.read(&mut reader).expect("sound");
        reader.end().expect("read to its end");
        callers
    }

    fn is_alike(one: &Callers, other: &Callers, n: u64) -> bool {
        let trunk = 1 + n as u32 % 5;
        let over = |callers: &Callers| {
            [trunk, trunk % 5 + 1].map(|trunk| callers.acquaintance(subscriber(n), trunk, LATER))
        };
        over(one) == over(other) && one.calls_to(subscriber(n)) == other.calls_to(subscriber(n))
    }

    #[test]
    fn a_restarted_table_knows_whom_the_old_one_knew() {
        let before = learnt(4_096, 6_000);
        let after = restarted(&before, 4_096);
        assert!((0..7_000).all(|n| is_alike(&before, &after, n)));
        assert!(before.buckets.iter().zip(&after.buckets).all(|(one, other)| one.0 == other.0));
    }

    #[test]
    fn so_does_one_of_another_size_as_far_as_it_has_room() {
        let before = learnt(4_096, 1_000);
        for most in [512, 2_048, 65_536] {
            let after = restarted(&before, most);
            let known =
                |n: &u64| after.acquaintance(subscriber(*n), 1 + *n as u32 % 5, LATER) == Acquaintance::Usual;
            let kept = (0..1_000).filter(known).count();
            assert!(if most < 1_000 { kept > 200 } else { kept > 900 }, "{kept} of {most}");
            assert!((5_000..6_000).filter(known).count() < 3);
        }
        let larger = restarted(&before, 65_536);
        assert!((0..1_000).all(|n| is_alike(&before, &larger, n)));
    }
}
