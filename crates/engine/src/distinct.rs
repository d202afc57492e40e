//! The exact sliding window of one busy B-number: how many distinct A-numbers it holds at every instant.
//!
//! An A-number that calls at `t` is in the window during `[t, t + W)`. Its calls merge into *covers*, disjoint
//! stretches of time in which it is held. The count at an instant is the number of covers over it. Counts back to
//! the bound on lateness are kept as steps, so that a late call raises just the stretch that it newly covers; a
//! stretch at which the count reaches the threshold is a *high* stretch. Counts only ever rise by a late call, so
//! high stretches only grow, whatever the order in which calls arrive.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, VecDeque};

use crate::batch::KeyedState;
use crate::numbers::Number;

/// A stretch of time `[start, end)` in which the window held the threshold; `end` is `OPEN` while it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct High {
    /// The instant at which the count came to the threshold.
    pub start: i64,
    /// The instant at which it fell below.
    pub end: i64,
    /// The highest count in it.
    pub peak: u32,
}

/// End of a stretch that goes on.
pub const OPEN: i64 = i64::MAX;

/// What one call changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rise {
    /// First and last instant, up to the clock, that newly hold the threshold.
    pub from: i64,
    /// See `from`; inclusive.
    pub to: i64,
}

/// Distinct A-numbers of one B-number over the last W, exact for calls that are late by at most L.
pub struct DistinctWindow {
    threshold: u32,
    window: i64,
    lateness: i64,
    clock: i64,
    live: u32,
    covers: HashMap<Number, Vec<(i64, i64)>, KeyedState>,
    falls: BinaryHeap<Reverse<(i64, Number)>>,
    fallen: VecDeque<(i64, Number)>,
    steps: VecDeque<(i64, u32)>,
    highs: VecDeque<High>,
}

impl DistinctWindow {
    /// An empty window whose clock stands at `clock`.
    #[must_use]
    pub fn new(threshold: u32, window: i64, lateness: i64, clock: i64) -> Self {
        Self {
            threshold,
            window,
            lateness,
            clock,
            live: 0,
            covers: HashMap::with_hasher(KeyedState::default()),
            falls: BinaryHeap::new(),
            fallen: VecDeque::new(),
            steps: VecDeque::from([(i64::MIN, 0)]),
            highs: VecDeque::new(),
        }
    }

    /// Distinct A-numbers held at the clock's instant.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.live
    }

    /// Distinct A-numbers whose last call lies after `since`: the count at the instant `since + W`, if no call comes.
    #[must_use]
    pub fn count_at(&self, since: i64) -> u32 {
        let gone = since.saturating_add(self.window);
        if gone <= self.clock {
            return self.live;
        }
        let last = |covers: &Vec<(i64, i64)>| covers.last().is_some_and(|cover| cover.1 > gone);
        self.covers.values().filter(|covers| last(covers)).count() as u32
    }

    /// Whether no A-number is held any more, nor was within the bound on lateness.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.covers.is_empty()
    }

    /// High stretches that are not forgotten yet, in order of time.
    #[must_use]
    pub fn highs(&self) -> &VecDeque<High> {
        &self.highs
    }

    /// Whether a call begun at `at` is in the window at an instant that holds the threshold.
    #[must_use]
    pub fn names(&self, at: i64) -> bool {
        let gone = at.saturating_add(self.window);
        self.highs.iter().rev().any(|high| high.start < gone && high.end > at)
    }

    /// Lets time pass: A-numbers whose last call is W ago leave the window.
    pub fn advance(&mut self, clock: i64) {
        if clock <= self.clock {
            return;
        }
        while let Some(&Reverse((end, number))) = self.falls.peek() {
            if end > clock {
                break;
            }
            self.falls.pop();
            let last = self.covers[&number].last().map_or(end, |cover| cover.1);
            if last > end {
                self.falls.push(Reverse((last, number)));
            } else {
                self.live -= 1;
                self.step(end);
                self.fallen.push_back((end, number));
            }
        }
        self.clock = clock;
        self.forget();
    }

    /// Takes a call; the clock moves to it where it is newer. Late calls are the caller's to refuse.
    ///
    /// Returns the instants that newly hold the threshold, if there are any.
    pub fn add(&mut self, number: Number, at: i64) -> Option<Rise> {
        self.advance(at);
        let (from, to) = self.cover(number, at)?;
        if to > self.clock {
            self.live += 1;
            self.falls.push(Reverse((to, number)));
        } else {
            let place = self.fallen.partition_point(|&(end, _)| end <= to);
            self.fallen.insert(place, (to, number));
        }
        self.raise(from, to)
    }

    /// Forgets the earliest high stretch.
    pub fn forget_first_high(&mut self) -> Option<High> {
        self.highs.pop_front()
    }

    /// Adds `[at, at + W)` to the covers of a number; the part of it that was not covered before.
    fn cover(&mut self, number: Number, at: i64) -> Option<(i64, i64)> {
        let (mut from, mut to) = (at, at.saturating_add(self.window));
        let covers = self.covers.entry(number).or_default();
        let first = covers.partition_point(|cover| cover.1 < from);
        let mut last = first;
        let (mut start, mut end) = (from, to);
        let mut was_held = false;
        while let Some(&(s, e)) = covers.get(last).filter(|cover| cover.0 <= to) {
            start = start.min(s);
            end = end.max(e);
            if s <= at {
                from = from.max(e);
            } else {
                to = to.min(s);
            }
            was_held |= e > self.clock;
            last += 1;
        }
        covers.splice(first..last, [(start, end)]);
        // Where the number is held at the clock already and only stays longer, its pending fall finds the new end.
        let stays_longer = was_held && to > self.clock;
        (from < to && !stays_longer).then_some((from, to))
    }

    /// Counts one more during `[from, to)`, as far as the clock has come.
    fn raise(&mut self, from: i64, to: i64) -> Option<Rise> {
        let mut place = self.steps.partition_point(|step| step.0 < from);
        let before = if place == 0 { 0 } else { self.steps[place - 1].1 };
        if self.steps.get(place).is_none_or(|step| step.0 != from) {
            self.steps.insert(place, (from, before));
        }
        let mut rise: Option<Rise> = None;
        let mut level = before;
        while let Some(&(at, count)) = self.steps.get(place) {
            if at >= to {
                break;
            }
            level = count;
            self.steps[place].1 = count + 1;
            let next = self.steps.get(place + 1).map_or(OPEN, |step| step.0).min(to);
            if count + 1 >= self.threshold {
                let end = if next > self.clock { OPEN } else { next };
                self.join(High { start: at, end, peak: count + 1 });
                if count + 1 == self.threshold {
                    let until = next.saturating_sub(1).min(self.clock);
                    rise = Some(Rise { from: rise.map_or(at, |r| r.from), to: until });
                }
            }
            place += 1;
        }
        if to <= self.clock && self.steps.get(place).is_none_or(|step| step.0 != to) {
            self.steps.insert(place, (to, level));
        }
        rise
    }

    /// Unites a stretch with those it touches.
    fn join(&mut self, mut high: High) {
        let first = self.highs.partition_point(|h| h.end < high.start);
        let mut last = first;
        while let Some(other) = self.highs.get(last).filter(|h| h.start <= high.end) {
            high = High {
                start: high.start.min(other.start),
                end: high.end.max(other.end),
                peak: high.peak.max(other.peak),
            };
            last += 1;
        }
        self.highs.drain(first..last);
        self.highs.insert(first, high);
    }

    /// Writes down the count that begins to hold at `at`, the newest step.
    fn step(&mut self, at: i64) {
        match self.steps.back_mut() {
            Some(step) if step.0 == at => step.1 = self.live,
            _ => self.steps.push_back((at, self.live)),
        }
        if self.live < self.threshold
            && let Some(high) = self.highs.back_mut().filter(|high| high.end == OPEN)
        {
            high.end = at;
        }
    }

    /// Forgets what no call within the bound on lateness can touch any more.
    fn forget(&mut self) {
        let settled = self.clock.saturating_sub(self.lateness);
        while self.steps.len() > 1 && self.steps[1].0 <= settled {
            self.steps.pop_front();
        }
        while let Some(&(end, number)) = self.fallen.front() {
            if end > settled {
                break;
            }
            self.fallen.pop_front();
            if let Some(covers) = self.covers.get_mut(&number) {
                covers.retain(|cover| cover.1 > settled);
                if covers.is_empty() {
                    self.covers.remove(&number);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{DistinctWindow, High, OPEN};
    use crate::numbers::Number;
    use std::collections::BTreeSet;

    const W: i64 = 50;
    const L: i64 = 20;

    fn number(value: u64) -> Number {
        Number::from_e164_value(12_025_550_000 + value).expect("a number")
    }

    /// The count at an instant by the definition: A-numbers of calls begun in `(at - W, at]`.
    fn naive(calls: &[(u64, i64)], at: i64) -> usize {
        let held: BTreeSet<u64> = calls.iter().filter(|c| c.1 > at - W && c.1 <= at).map(|c| c.0).collect();
        held.len()
    }

    fn naive_highs(calls: &[(u64, i64)], threshold: usize, clock: i64) -> Vec<(i64, i64)> {
        let mut highs: Vec<(i64, i64)> = Vec::new();
        for at in 0..=clock {
            if naive(calls, at) < threshold {
                continue;
            }
            match highs.last_mut() {
                Some(high) if high.1 == at => high.1 = at + 1,
                _ => highs.push((at, at + 1)),
            }
        }
        highs
    }

    #[test]
    fn one_new_caller_every_four_seconds_never_comes_to_five() {
        let mut window = DistinctWindow::new(5, 5_000, 2_000, 0);
        for i in 0..1_000 {
            window.add(number(i as u64), i * 4_000);
            assert!(window.count() <= 2);
        }
        assert!(window.highs().is_empty());
    }

    #[test]
    fn a_call_exactly_w_old_has_left() {
        let mut window = DistinctWindow::new(2, 5_000, 2_000, 0);
        window.add(number(1), 0);
        window.add(number(2), 5_000);
        assert!(window.highs().is_empty());
        window.add(number(3), 9_999);
        assert_eq!(window.highs()[0], High { start: 9_999, end: OPEN, peak: 2 });
        window.advance(10_000);
        assert_eq!(window.highs()[0].end, 10_000);
    }

    #[test]
    fn equals_the_definition_for_calls_in_any_order_within_the_bound() {
        let mut state = 1_u64;
        let mut random = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        for round in 0..3_000 {
            let threshold = 2 + (round % 4) as u32;
            let callers = 1 + random(8);
            let mut window = DistinctWindow::new(threshold, if round % 3 == 0 { 15 } else { W }, L, 0);
            let w = window.window;
            let mut calls: Vec<(u64, i64)> = Vec::new();
            let mut clock = 0_i64;
            for _ in 0..60 {
                let at = if random(3) == 0 {
                    clock - random(L as u64 + 1) as i64
                } else {
                    clock + random(12) as i64
                };
                if at < 0 {
                    continue;
                }
                if random(10) == 0 {
                    clock += random(30) as i64;
                    window.advance(clock);
                    if at < clock - L {
                        continue;
                    }
                }
                clock = clock.max(at);
                let caller = random(callers);
                calls.push((caller, at));
                window.add(number(caller), at);
                let held: BTreeSet<u64> =
                    calls.iter().filter(|c| c.1 > clock - w && c.1 <= clock).map(|c| c.0).collect();
                assert_eq!(window.count() as usize, held.len());
                assert_eq!(window.steps.back().map(|s| s.1), Some(window.live));
            }
            if w == W {
                let highs: Vec<(i64, i64)> =
                    window.highs().iter().map(|h| (h.start, h.end.min(clock + 1))).collect();
                assert_eq!(highs, naive_highs(&calls, threshold as usize, clock));
            }
            window.advance(clock + W + L);
            assert!(window.is_idle());
        }
    }
}
