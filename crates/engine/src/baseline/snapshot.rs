//! How baselines are kept over a restart: line by line, so that a table of another size takes them as well.

use std::ops::Range;

use super::{Baseline, Baselines, Line, WAYS};
use crate::numbers::Number;
use crate::snapshot::{Fault, Reader, Writer};

impl Baselines {
    /// Buckets of the table.
    #[must_use]
    pub fn buckets(&self) -> usize {
        self.buckets.len()
    }

    /// Writes some buckets: how many lines each holds, and these. Before the first it says how many buckets there are.
    pub fn write_buckets(&self, buckets: Range<usize>, to: &mut Writer) {
        if buckets.start == 0 {
            to.put(self.buckets.len() as u64);
        }
        for bucket in &self.buckets[buckets] {
            to.put(bucket.iter().flatten().count() as u8);
            bucket.iter().flatten().for_each(|line| line.write(to));
        }
    }

    /// Reads what was written into this table.
    ///
    /// # Errors
    ///
    /// What no table writes.
    pub fn read(&mut self, from: &mut Reader<'_>) -> Result<(), Fault> {
        let buckets = from.take::<u64>()?;
        for _ in 0..buckets {
            let lines = from.take::<u8>()?;
            if usize::from(lines) > WAYS {
                return Err(Fault::corrupt());
            }
            for _ in 0..lines {
                let line = Line::read(from)?;
                *self.line(line.b, line.began) = line;
            }
        }
        Ok(())
    }
}

impl Line {
    fn write(&self, to: &mut Writer) {
        let Self { b, usual: Baseline { callers, windows, bursts }, began, peak } = *self;
        to.put(b.to_bits());
        to.put(callers);
        to.put(windows);
        to.put(bursts);
        to.put(began);
        to.put(peak);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Fault> {
        let b = Number::from_bits(from.take()?);
        let callers = from.take_finite()?;
        let windows = from.take()?;
        let usual = Baseline { callers, windows, bursts: from.take_finite()? };
        Ok(Self { b, usual, began: from.take()?, peak: from.take()? })
    }
}
