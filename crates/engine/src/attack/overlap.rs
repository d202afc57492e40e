//! The calls of an alert that are in progress: whether its callers call one after the other or all at once.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::batch::KeyedState;
use crate::numbers::Number;

/// The calls of an alert that are in progress, and the ratio of callers to calls when most of them were.
#[derive(Clone, Debug, Default)]
pub struct Overlap {
    up: HashMap<Number, u32, KeyedState>,
    calls: u32,
    busiest: (u32, u32),
}

impl Overlap {
    pub(super) fn begin(&mut self, a: Number) {
        *self.up.entry(a).or_insert(0) += 1;
        self.calls += 1;
        if self.calls > self.busiest.0 {
            self.busiest = (self.calls, self.up.len() as u32);
        }
    }

    pub(super) fn end(&mut self, a: Number) {
        if let Entry::Occupied(mut up) = self.up.entry(a) {
            self.calls -= 1;
            *up.get_mut() -= 1;
            if *up.get() == 0 {
                up.remove();
            }
        }
    }

    /// Distinct A-numbers with a call in progress per call in progress, at the busiest instant so far.
    #[must_use]
    pub fn ratio(&self) -> f32 {
        if self.busiest.0 == 0 { f32::NAN } else { self.busiest.1 as f32 / self.busiest.0 as f32 }
    }
}
