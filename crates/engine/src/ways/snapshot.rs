//! How ways in are kept over a restart.

use super::{MOST, Ways};
use crate::snapshot::{Fault, Reader, Writer};

impl Ways {
    /// Writes the calls of each address.
    pub fn write(&self, to: &mut Writer) {
        to.put(self.calls.len() as u16);
        for (&source, &calls) in &self.calls {
            to.put(source);
            to.put(calls);
        }
    }

    /// Reads what was written.
    ///
    /// # Errors
    ///
    /// What is never written.
    pub fn read(from: &mut Reader<'_>) -> Result<Self, Fault> {
        let mut ways = Self::default();
        let count = from.take::<u16>()?;
        for _ in 0..count {
            ways.calls.insert(from.take()?, from.take()?);
        }
        let sound = ways.calls.len() == usize::from(count) && ways.calls.len() <= MOST;
        if sound { Ok(ways) } else { Err(Fault::corrupt()) }
    }
}
