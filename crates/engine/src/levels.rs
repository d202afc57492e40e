//! Up to which threshold calls are suspect, and since when.
//!
//! A policy acts from a threshold on, and a group of calls that reached it stays suspect until its probability is
//! `HYSTERESIS` below, so that the calls of an attack that wavers around a threshold are not cut and spared in turn. One
//! number holds that for every threshold at once: the group stands suspect for all thresholds up to its **level**,
//! which a higher probability takes up with it, and which is never more than `HYSTERESIS` above the probability.

use crate::origin::Mark;

/// A group stays suspect until its probability is this far below the threshold that it reached.
pub const HYSTERESIS: f64 = 0.1;
/// Steps that are kept of one call.
const MOST_STEPS: usize = 8;
/// Groups whose levels are kept.
const MOST_GROUPS: usize = 16;

/// The level of a group after it was judged.
#[must_use]
pub fn held(level: f64, score: f64) -> f64 {
    score.max(level.min(score + HYSTERESIS))
}

/// Levels of an alert's groups; of too many the highest are kept.
#[derive(Clone, Debug, Default)]
pub struct Levels(Vec<(Mark, f64)>);

impl Levels {
    /// The level that a group stands at; 0 for one that is not known.
    #[must_use]
    pub fn of(&self, mark: Mark) -> f64 {
        self.0.iter().find(|(known, _)| *known == mark).map_or(0.0, |(_, level)| *level)
    }

    /// Sets the level of a group.
    pub fn set(&mut self, mark: Mark, level: f64) {
        if let Some(known) = self.0.iter_mut().find(|(known, _)| *known == mark) {
            known.1 = level;
        } else if self.0.len() < MOST_GROUPS {
            self.0.push((mark, level));
        } else if let Some(lowest) = self.0.iter_mut().min_by(|x, y| x.1.total_cmp(&y.1))
            && lowest.1 < level
        {
            *lowest = (mark, level);
        }
    }

    /// Forgets all groups but these.
    pub fn retain(&mut self, mut keep: impl FnMut(Mark) -> bool) {
        self.0.retain(|(mark, _)| keep(*mark));
    }
}

/// The levels that a call came to, each with the instant since when: they rise, and so do the instants.
///
/// The first is that of its naming. Of more than eight the one goes that is closest above the one before it: what lies
/// between these two then counts as reached at the next step, never too early.
#[derive(Clone, Debug, PartialEq)]
pub struct Steps(Vec<(f64, i64)>);

impl Steps {
    /// A call that was just named.
    #[must_use]
    pub fn new(named_at: i64) -> Self {
        Self(vec![(0.0, named_at)])
    }

    /// Takes note of a level; whether it is a new highest.
    pub fn rise(&mut self, level: f64, at: i64) -> bool {
        let Some(last) = self.0.last_mut() else { return false };
        if level <= last.0 {
            return false;
        }
        if at <= last.1 {
            last.0 = level;
        } else {
            self.0.push((level, at));
        }
        if self.0.len() > MOST_STEPS {
            self.drop_closest();
        }
        true
    }

    fn drop_closest(&mut self) {
        let gap = |place: usize| self.0[place].0 - self.0[place - 1].0;
        // The first tells when the call was named, the last how far it came.
        if let Some(closest) = (1..self.0.len() - 1).min_by(|&x, &y| gap(x).total_cmp(&gap(y))) {
            self.0.remove(closest);
        }
    }

    /// All of them: (level, instant).
    #[must_use]
    pub fn all(&self) -> &[(f64, i64)] {
        &self.0
    }

    /// The highest.
    #[must_use]
    pub fn level(&self) -> f64 {
        self.0.last().map_or(0.0, |(level, _)| *level)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Probabilities of a group as chance draws them, a walk and now and then a leap.
    fn walk(seed: u64) -> Vec<f64> {
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let mut chance = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1_u64 << 53) as f64
        };
        let mut score = chance();
        let step = |score: f64, by: f64, leap: f64| if leap < 0.1 { by } else { score + (by - 0.5) * 0.2 };
        (0..60)
            .map(|_| {
                score = step(score, chance(), chance()).clamp(0.0, 1.0);
                score
            })
            .collect()
    }

    #[test]
    fn the_level_decides_for_every_threshold_as_a_trigger_with_two_thresholds_does() {
        for seed in 0..200 {
            for threshold in (1..=100).map(|percent| f64::from(percent) / 100.0) {
                let (mut level, mut suspect) = (0.0, false);
                for score in walk(seed) {
                    level = held(level, score);
                    suspect = score >= threshold || suspect && score + HYSTERESIS >= threshold;
                    assert_eq!(level >= threshold, suspect, "seed {seed}, threshold {threshold}, {score}");
                }
            }
        }
    }

    #[test]
    fn a_call_tells_since_when_it_stands_at_each_threshold() {
        let mut steps = Steps::new(10);
        assert!(steps.rise(0.55, 10));
        assert!(!steps.rise(0.5, 11));
        assert!(steps.rise(0.75, 12));
        assert!(steps.rise(0.8, 12));
        assert_eq!(steps.all(), [(0.55, 10), (0.8, 12)]);
        assert!((steps.level() - 0.8).abs() < f64::EPSILON);
    }

    #[test]
    fn of_too_many_steps_none_is_told_too_early_and_none_far_too_late() {
        let mut steps = Steps::new(0);
        let rises: Vec<(f64, i64)> = (1..=95).map(|n| (f64::from(n) / 100.0, i64::from(n))).collect();
        for &(level, at) in &rises {
            steps.rise(level, at);
        }
        assert_eq!(steps.all().len(), MOST_STEPS);
        assert_eq!((steps.all()[0], steps.level()), ((0.0, 0), 0.95));
        for &(threshold, at) in &rises {
            let told = steps.all().iter().find(|(level, _)| *level >= threshold).map(|step| step.1);
            assert!(told >= Some(at), "{threshold} was reached at {at}, told as {told:?}");
        }
        assert!(steps.all().windows(2).all(|pair| pair[1].0 - pair[0].0 <= 0.3), "{steps:?}");
    }

    #[test]
    fn of_too_many_groups_the_most_suspect_are_held() {
        let mut levels = Levels::default();
        for n in 0..20 {
            levels.set(Mark::Trunk(n), f64::from(n) / 20.0);
        }
        assert_eq!([0, 3, 4, 19].map(|n| levels.of(Mark::Trunk(n))), [0.0, 0.0, 0.2, 0.95]);
        levels.retain(|mark| mark != Mark::Trunk(19));
        levels.set(Mark::Rest, 0.1);
        assert_eq!([Mark::Trunk(19), Mark::Rest].map(|mark| levels.of(mark)), [0.0, 0.1]);
    }
}
