//! What is usual for a B-number: how many callers its busy windows hold, and how many bursts of true callers it had.
//!
//! A hotline is rung by several callers at once every day, a subscriber's line never is. A window is busy that holds at
//! least two callers; of B-numbers that never had one, nothing is kept. What an alert's window held is only learnt if
//! the alert was not taken for masking, so that an attack does not make its own number look like a hotline.

mod snapshot;

use crate::callers::mix;
use crate::numbers::Number;

/// B-numbers of one bucket.
const WAYS: usize = 4;
/// Weight of the newest busy window in the mean.
const WEIGHT: f32 = 0.125;
/// Part of an earlier burst's weight that is left after each further one.
const FADING: f32 = 0.9;

/// What is usual for one B-number.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Baseline {
    /// Mean of distinct callers over its busy windows, the newer the heavier (EWMA of weight 1/8).
    pub callers: f32,
    /// Busy windows so far.
    pub windows: u32,
    /// Bursts of true callers that reached the rule's threshold; earlier ones fade.
    pub bursts: f32,
}

#[derive(Clone, Copy)]
struct Line {
    b: Number,
    usual: Baseline,
    /// Begin of the busy window in hand, and the most callers that it held so far.
    began: i64,
    peak: u32,
}

/// The lines that several callers rang at once.
pub struct Baselines {
    window: i64,
    buckets: Box<[[Option<Line>; WAYS]]>,
}

impl Baselines {
    /// Room for about so many B-numbers; of more, the one that was longest without a busy window is forgotten.
    #[must_use]
    pub fn new(most: usize, window: i64) -> Self {
        let buckets = (most / WAYS).max(1).next_power_of_two();
        Self { window, buckets: vec![[None; WAYS]; buckets].into_boxed_slice() }
    }

    /// Takes note that the window of a B-number that ends at `at` holds so many distinct callers.
    pub fn note(&mut self, b: Number, callers: u32, at: i64) {
        let window = self.window;
        let line = self.line(b, at);
        if at.saturating_sub(line.began) >= window {
            line.usual.learn(line.peak);
            (line.began, line.peak) = (at, 0);
        }
        line.peak = line.peak.max(callers);
    }

    /// Takes note that a burst of true callers has ended.
    pub fn note_burst(&mut self, b: Number, callers: u32, at: i64) {
        let line = self.line(b, at);
        line.usual.learn(callers);
        line.usual.bursts = line.usual.bursts * FADING + 1.0;
        (line.began, line.peak) = (at, 0);
    }

    /// What is usual for a B-number; nothing where no busy window of it has ended yet.
    #[must_use]
    pub fn of(&self, b: Number) -> Option<Baseline> {
        let known = self.bucket(b).iter().flatten().find(|line| line.b == b);
        known.map(|line| line.usual).filter(|usual| usual.windows > 0)
    }

    fn bucket(&self, b: Number) -> &[Option<Line>; WAYS] {
        &self.buckets[mix(b.to_bits()) as usize & (self.buckets.len() - 1)]
    }

    fn line(&mut self, b: Number, at: i64) -> &mut Line {
        let place = mix(b.to_bits()) as usize & (self.buckets.len() - 1);
        let bucket = &mut self.buckets[place];
        let known = bucket.iter().position(|line| line.is_some_and(|line| line.b == b));
        let way = known.unwrap_or_else(|| {
            let oldest = (0..WAYS).min_by_key(|&way| bucket[way].map(|line| line.began));
            oldest.unwrap_or(0)
        });
        if known.is_none() {
            bucket[way] = None;
        }
        bucket[way].get_or_insert(Line { b, usual: Baseline::default(), began: at, peak: 0 })
    }
}

impl Baseline {
    fn learn(&mut self, callers: u32) {
        if callers == 0 {
            return;
        }
        self.windows = self.windows.saturating_add(1);
        // The first windows count alike, so that the mean does not start from nothing.
        let weight = WEIGHT.max(1.0 / self.windows as f32);
        self.callers += weight * (callers as f32 - self.callers);
    }
}

#[cfg(test)]
mod tests {
    use super::{Baseline, Baselines};
    use crate::numbers::Number;

    const SECOND: i64 = 1_000_000_000;

    fn number(n: u64) -> Number {
        Number::from_e164_value(918_000_000_000 + n).expect("a number")
    }

    #[test]
    fn the_mean_follows_the_busy_windows_peaks() {
        let mut lines = Baselines::new(64, 5 * SECOND);
        for window in 0..4 {
            let began = window * 60 * SECOND;
            (2..=4).for_each(|callers| lines.note(number(1), callers, began + i64::from(callers)));
        }
        lines.note(number(1), 2, 1_000 * SECOND);
        assert_eq!(lines.of(number(1)), Some(Baseline { callers: 4.0, windows: 4, bursts: 0.0 }));
        assert_eq!(lines.of(number(2)), None);
    }

    #[test]
    fn bursts_count_and_fade() {
        let mut lines = Baselines::new(64, 5 * SECOND);
        lines.note_burst(number(1), 40, SECOND);
        lines.note_burst(number(1), 60, 2 * SECOND);
        let usual = lines.of(number(1)).unwrap();
        assert_eq!((usual.callers, usual.windows), (50.0, 2));
        assert!((usual.bursts - 1.9).abs() < 1e-6);
    }

    #[test]
    fn of_too_many_the_one_longest_without_a_busy_window_is_forgotten() {
        let mut lines = Baselines::new(1, SECOND);
        (0..5).for_each(|n| lines.note_burst(number(n), 3, (n as i64 + 1) * SECOND));
        assert_eq!(lines.of(number(0)), None);
        assert!((1..5).all(|n| lines.of(number(n)).is_some()));
    }
}
