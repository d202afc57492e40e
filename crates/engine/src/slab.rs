//! Records of one kind in one array that grows up to a cap, never moves, and is made ready ahead of its use.

use std::ops::{Index, IndexMut};

use crate::pages::{self, Haste};

/// From so many records on the array is made ready ahead; fewer are a test or a short file.
pub const STREAM: usize = 4_096;

/// Records by their number; numbers given back are given out again.
pub struct Slab<T> {
    records: Vec<T>,
    free: Vec<u32>,
    most: usize,
    /// Number of records up to which pages were ordered, and the one from which the next are.
    ordered: usize,
    order_at: usize,
}

impl<T> Slab<T> {
    const STEP: usize = pages::AHEAD / size_of::<T>();

    /// Room for `most` records. Their memory is reserved with the first: the system maps pages as they are touched,
    /// and nothing is ever copied.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self { records: Vec::new(), free: Vec::new(), most, ordered: 0, order_at: STREAM }
    }

    /// Records made so far, in use or not.
    #[must_use]
    pub fn made(&self) -> usize {
        self.records.len()
    }

    /// Records in use.
    #[must_use]
    pub fn live(&self) -> usize {
        self.records.len() - self.free.len()
    }

    /// Whether a record must be given back before another can be kept.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.free.is_empty() && self.records.len() >= self.most
    }

    /// Keeps a record; there must be room.
    #[inline(always)]
    pub fn insert(&mut self, record: T) -> u32 {
        if let Some(id) = self.free.pop() {
            self.records[id as usize] = record;
            return id;
        }
        if self.records.capacity() == 0 {
            self.records.reserve_exact(self.most);
            self.free.reserve_exact(self.most);
        }
        if self.records.len() >= self.order_at {
            self.order();
        }
        self.records.push(record);
        (self.records.len() - 1) as u32
    }

    /// Gives a record's number back.
    pub fn release(&mut self, id: u32) {
        self.free.push(id);
    }

    /// A record, if it was made.
    #[inline]
    #[must_use]
    pub fn get(&self, id: u32) -> Option<&T> {
        self.records.get(id as usize)
    }

    /// Where a record lies, if it was made; for prefetching.
    #[inline]
    #[must_use]
    pub fn place(&self, id: u32) -> Option<*const u8> {
        self.get(id).map(|record| (&raw const *record).cast())
    }

    #[cold]
    fn order(&mut self) {
        let (made, most) = (self.records.len(), self.records.capacity());
        let place = |record: usize| self.records.as_ptr().wrapping_add(record).cast();
        let from = self.ordered.max(made);
        // Half as much again as there is: the longer a stream lasts, the longer it may come before the thread.
        let ahead = Self::STEP.max(made / 2);
        let until = (made + ahead).min(most);
        let bytes = until.saturating_sub(from) * size_of::<T>();
        let _ = pages::make_ready(place(from), bytes, Haste::Now);
        self.ordered = until;
        self.order_at = made + ahead / 2;
    }
}

impl<T> Index<u32> for Slab<T> {
    type Output = T;

    #[inline]
    fn index(&self, id: u32) -> &T {
        &self.records[id as usize]
    }
}

impl<T> IndexMut<u32> for Slab<T> {
    #[inline]
    fn index_mut(&mut self, id: u32) -> &mut T {
        &mut self.records[id as usize]
    }
}
