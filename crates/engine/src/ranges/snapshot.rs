//! How ranges are kept over a restart: the calls of each range by trunk, those of each narrowest range, and what still
//! waits to be learnt. All else is their sums.

use super::{AROUND, MOST_WAITING, Ranges, WIDE};
use crate::snapshot::{Fault, Reader, Writer};

impl Ranges {
    /// Writes the calls of each range by trunk, of each range, and those that wait.
    pub fn write(&self, to: &mut Writer) {
        to.put(self.cells.len() as u32);
        for (&(range, trunk), &calls) in &self.cells {
            to.put(range);
            to.put(trunk);
            to.put(calls);
        }
        let [_, _, narrowest] = &self.around;
        to.put(narrowest.len() as u32);
        for (&range, &calls) in narrowest {
            to.put(range);
            to.put(calls);
        }
        to.put(self.rarity);
        to.put(self.waiting.len() as u32);
        for &(at, value, trunk) in &self.waiting {
            to.put(at);
            to.put(value);
            to.put(trunk);
        }
    }

    /// Reads what was written.
    ///
    /// # Errors
    ///
    /// What is never written.
    pub fn read(from: &mut Reader<'_>) -> Result<Self, Fault> {
        let mut ranges = Self::default();
        ranges.read_cells(from)?;
        for _ in 0..from.take::<u32>()? {
            let (range, calls) = (from.take::<u64>()?, from.take::<u32>()?);
            add(&mut ranges.all, calls);
            for (around, size) in ranges.around.iter_mut().zip(AROUND) {
                add(around.entry(range / (size / WIDE)).or_insert(0), calls);
            }
        }
        ranges.rarity = from.take_finite()?;
        let waiting = from.take::<u32>()? as usize;
        if waiting > MOST_WAITING {
            return Err(Fault::corrupt());
        }
        for _ in 0..waiting {
            ranges.waiting.push_back((from.take()?, from.take()?, from.take()?));
        }
        Ok(ranges)
    }

    fn read_cells(&mut self, from: &mut Reader<'_>) -> Result<(), Fault> {
        for _ in 0..from.take::<u32>()? {
            let (range, trunk, calls) = (from.take::<u64>()?, from.take::<u32>()?, from.take::<u32>()?);
            if self.cells.insert((range, trunk), calls).is_some() {
                return Err(Fault::corrupt());
            }
            add(self.ranges.entry(range).or_insert(0), calls);
            // Every call is counted once in a wide range, and once in a narrow one.
            if range % 2 == 0 {
                add(self.trunks.entry(trunk).or_insert(0), calls);
                add(&mut self.calls, calls);
            }
        }
        Ok(())
    }
}

fn add(sum: &mut u32, calls: u32) {
    *sum = sum.saturating_add(calls);
}
