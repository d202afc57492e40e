//! How ranges are kept over a restart: the calls of each range by trunk. All else is their sums.

use super::Ranges;
use crate::snapshot::{Fault, Reader, Writer};

impl Ranges {
    /// Writes the calls of each range by trunk.
    pub fn write(&self, to: &mut Writer) {
        to.put(self.cells.len() as u32);
        for (&(range, trunk), &calls) in &self.cells {
            to.put(range);
            to.put(trunk);
            to.put(calls);
        }
    }

    /// Reads what was written.
    ///
    /// # Errors
    ///
    /// What is never written.
    pub fn read(from: &mut Reader<'_>) -> Result<Self, Fault> {
        let mut ranges = Self::default();
        for _ in 0..from.take::<u32>()? {
            let (range, trunk, calls) = (from.take::<u64>()?, from.take::<u32>()?, from.take::<u32>()?);
            if ranges.cells.insert((range, trunk), calls).is_some() {
                return Err(Fault::corrupt());
            }
            add(ranges.ranges.entry(range).or_insert(0), calls);
            // Every call is counted once in a wide range, and once in a narrow one.
            if range % 2 == 0 {
                add(ranges.trunks.entry(trunk).or_insert(0), calls);
                add(&mut ranges.calls, calls);
            }
        }
        Ok(ranges)
    }
}

fn add(sum: &mut u32, calls: u32) {
    *sum = sum.saturating_add(calls);
}
