//! The calls of an alert's last two stretches of time: sums of every group, callers, and what became of each call.
//!
//! A crowd counts its calls in here and judges its groups by what comes out. Each stretch is at least as long as the
//! window, so that the two always hold all of it; what lies further back is forgotten.

use std::collections::{HashMap, HashSet};

use crate::batch::{KeyedState, Origin};
use crate::group::{News, Sums};
use crate::numbers::Number;
use crate::origin::{Mark, Member, Outcome, marks};

/// Shortest stretch of time that is summed up.
const LEAST_STRETCH: i64 = 5_000_000_000;
/// Groups of one stretch; then the next begins.
const MOST_GROUPS: usize = 16_384;
/// Sums lie in blocks of this many, so that more of them never means moving those there are.
const BLOCK: usize = 256;

/// The stretch that goes on and the one before it.
pub struct Stretches {
    length: i64,
    /// Since when the one goes on; the lowest there is before the first call.
    began: i64,
    now: Stretch,
    before: Stretch,
}

/// What is kept of one stretch; its memory is used again for the next but one.
#[derive(Default)]
struct Stretch {
    places: HashMap<Mark, u32, KeyedState>,
    blocks: Vec<Vec<Sums>>,
    callers: HashSet<Number, KeyedState>,
    /// How many of the callers are of each range.
    ranges: HashMap<u64, u32, KeyedState>,
    /// Each call as it is counted, by the hash of its Call-ID.
    calls: HashMap<u64, Member, KeyedState>,
}

impl Stretches {
    /// No call yet.
    #[must_use]
    pub fn new(window: i64) -> Self {
        let length = window.max(LEAST_STRETCH);
        Self { length, began: i64::MIN, now: Stretch::default(), before: Stretch::default() }
    }

    /// Whether no call was counted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.began == i64::MIN
    }

    /// Comes to the begin of a call; whether a new stretch begins with it. One ends as it has lasted the longer of the
    /// window and five seconds, or holds too many groups.
    pub fn turn(&mut self, at: i64) -> bool {
        if self.is_empty() {
            self.began = at;
        }
        let lasted = at.saturating_sub(self.began);
        if lasted < self.length && self.now.places.len() < MOST_GROUPS {
            return false;
        }
        std::mem::swap(&mut self.now, &mut self.before);
        self.now.clear();
        if lasted >= 2 * self.length {
            self.before.clear();
        }
        self.began = at;
        true
    }

    /// Takes note of a call and its caller.
    pub fn meet(&mut self, call: &Member) -> News {
        let earlier = call.at >= self.began && self.before.callers.contains(&call.a);
        let news = self.of(call.at).meet(call);
        News { fresh: news.fresh && !earlier, ..news }
    }

    /// Counts a call into a group.
    pub fn sum(&mut self, mark: Mark, call: &Member, news: News) {
        if call.at >= self.began {
            self.now.sum(mark, call, news, self.before.get(mark));
        } else {
            self.before.sum(mark, call, news, None);
        }
    }

    /// Takes a call out of all groups but one.
    pub fn take_out(&mut self, call: &Member, origin: Mark) {
        let stretch = self.of(call.at);
        let Some(&call) = stretch.calls.get(&call.id) else { return };
        for mark in marks(&call).filter(|mark| *mark != origin) {
            if let Some(sums) = stretch.get_mut(mark) {
                sums.take(&call);
            }
        }
    }

    /// Takes note of what became of a call, in those of its groups that `counts` names.
    pub fn hear(&mut self, id: u64, outcome: Outcome, counts: impl Fn(Mark) -> bool) {
        for stretch in [&mut self.now, &mut self.before] {
            let Some((call, before)) = stretch.hear(id, outcome) else { continue };
            for mark in marks(&call).filter(|mark| counts(*mark)) {
                if let Some(sums) = stretch.get_mut(mark) {
                    sums.hear(before, call.outcome);
                }
            }
        }
    }

    /// Whether a group has a call.
    #[must_use]
    pub fn has(&self, mark: Mark) -> bool {
        self.now.has(mark) || self.before.has(mark)
    }

    /// Sums of a group over both.
    #[must_use]
    pub fn sums(&self, mark: Mark) -> Option<Sums> {
        match (self.before.get(mark), self.now.get(mark)) {
            (Some(before), Some(now)) => Some(before.and(now)),
            (one, other) => one.or(other).copied(),
        }
    }

    /// A call as it was counted.
    #[must_use]
    pub fn call(&self, id: u64) -> Option<Member> {
        self.now.calls.get(&id).or_else(|| self.before.calls.get(&id)).copied()
    }

    /// All calls, in no order.
    pub fn calls(&self) -> impl Iterator<Item = &Member> {
        self.now.calls.values().chain(self.before.calls.values())
    }

    /// Share of the other callers so far whose number is of the same range.
    #[must_use]
    pub fn alike(&self, call: &Member) -> Option<f32> {
        let range = call.range?.of;
        let (mut others, mut alike) = (0, 0);
        for stretch in [&self.now, &self.before] {
            let itself = u32::from(stretch.callers.contains(&call.a));
            others += stretch.callers.len() as u32 - itself;
            alike += stretch.ranges.get(&range).copied().unwrap_or(0).saturating_sub(itself);
        }
        (others > 0).then(|| alike as f32 / others as f32)
    }

    fn of(&mut self, at: i64) -> &mut Stretch {
        if at >= self.began { &mut self.now } else { &mut self.before }
    }
}

impl Stretch {
    /// Empties it and keeps its memory.
    fn clear(&mut self) {
        self.places.clear();
        self.blocks.iter_mut().for_each(Vec::clear);
        self.callers.clear();
        self.ranges.clear();
        self.calls.clear();
    }

    /// Whether a group has a call.
    fn has(&self, mark: Mark) -> bool {
        self.places.contains_key(&mark)
    }

    /// Sums of a group.
    fn get(&self, mark: Mark) -> Option<&Sums> {
        let place = *self.places.get(&mark)? as usize;
        self.blocks[place / BLOCK].get(place % BLOCK)
    }

    /// Sums of a group, to be changed.
    fn get_mut(&mut self, mark: Mark) -> Option<&mut Sums> {
        let place = *self.places.get(&mark)? as usize;
        self.blocks[place / BLOCK].get_mut(place % BLOCK)
    }

    /// Takes note of a call and its caller.
    fn meet(&mut self, call: &Member) -> News {
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
    fn sum(&mut self, mark: Mark, call: &Member, news: News, before: Option<&Sums>) {
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
    fn hear(&mut self, id: u64, after: Outcome) -> Option<(Member, Outcome)> {
        let call = self.calls.get_mut(&id)?;
        let before = std::mem::replace(&mut call.outcome, after);
        (before != after).then_some((*call, before))
    }
}
