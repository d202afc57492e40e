//! The calls of one stretch of time: sums of every group, callers, and what became of each call.

use std::collections::{HashMap, HashSet};

use crate::batch::{KeyedState, Origin};
use crate::group::{News, Sums};
use crate::numbers::Number;
use crate::origin::{Mark, Member, Outcome};

/// Sums lie in blocks of this many, so that more of them never means moving those there are.
const BLOCK: usize = 256;

/// What is kept of one stretch; its memory is used again for the next but one.
#[derive(Default)]
pub struct Stretch {
    places: HashMap<Mark, u32, KeyedState>,
    blocks: Vec<Vec<Sums>>,
    callers: HashSet<Number, KeyedState>,
    /// How many of the callers are of each range.
    ranges: HashMap<u64, u32, KeyedState>,
    /// Each call as it is counted, by the hash of its Call-ID.
    calls: HashMap<u64, Member, KeyedState>,
}

impl Stretch {
    /// Empties it and keeps its memory.
    pub fn clear(&mut self) {
        self.places.clear();
        self.blocks.iter_mut().for_each(Vec::clear);
        self.callers.clear();
        self.ranges.clear();
        self.calls.clear();
    }

    /// Groups with a call.
    #[must_use]
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Whether a group has a call.
    #[must_use]
    pub fn has(&self, mark: Mark) -> bool {
        self.places.contains_key(&mark)
    }

    /// Whether a caller has one.
    #[must_use]
    pub fn knows(&self, caller: Number) -> bool {
        self.callers.contains(&caller)
    }

    /// How many callers there are, and how many of them are of a range.
    #[must_use]
    pub fn callers_of(&self, range: u64) -> (usize, u32) {
        (self.callers.len(), self.ranges.get(&range).copied().unwrap_or(0))
    }

    /// A call as it was counted.
    #[must_use]
    pub fn call(&self, id: u64) -> Option<Member> {
        self.calls.get(&id).copied()
    }

    /// All its calls, in no order.
    pub fn calls(&self) -> impl Iterator<Item = &Member> {
        self.calls.values()
    }

    /// Sums of a group.
    #[must_use]
    pub fn get(&self, mark: Mark) -> Option<&Sums> {
        let place = *self.places.get(&mark)? as usize;
        self.blocks[place / BLOCK].get(place % BLOCK)
    }

    /// Sums of a group, to be changed.
    pub fn get_mut(&mut self, mark: Mark) -> Option<&mut Sums> {
        let place = *self.places.get(&mark)? as usize;
        self.blocks[place / BLOCK].get_mut(place % BLOCK)
    }

    /// Takes note of a call and its caller.
    pub fn meet(&mut self, call: &Member) -> News {
        self.calls.insert(call.id, *call);
        let caller = self.callers.insert(call.a);
        if let Some(range) = call.range.filter(|_| caller) {
            *self.ranges.entry(range.of).or_insert(0) += 1;
        }
        let Origin { trunk, source, sdp, .. } = call.origin;
        let first_of = [(trunk, Mark::Trunk(trunk)), (source, Mark::Source(source)), (sdp, Mark::Sdp(sdp))];
        News { caller, fresh: caller, first_of: first_of.map(|(shown, mark)| shown != 0 && !self.has(mark)) }
    }

    /// Counts a call into a group; a new one takes over what was known of it `before`.
    pub fn sum(&mut self, mark: Mark, call: &Member, news: News, before: Option<&Sums>) {
        if let Some(sums) = self.get_mut(mark) {
            sums.add(call, news);
            return;
        }
        let mut sums = Sums::new(call, before);
        sums.add(call, news);
        let place = self.places.len();
        self.places.insert(mark, place as u32);
        if self.blocks.len() <= place / BLOCK {
            self.blocks.push(Vec::with_capacity(BLOCK));
        }
        self.blocks[place / BLOCK].push(sums);
    }

    /// Takes note of what became of a call: the call as it was, and as it is now. Nothing where it isn't one of this
    /// stretch's, or that is no news.
    pub fn hear(&mut self, id: u64, after: Outcome) -> Option<(Member, Outcome)> {
        let call = self.calls.get_mut(&id)?;
        let before = std::mem::replace(&mut call.outcome, after);
        (before != after).then_some((*call, before))
    }
}
