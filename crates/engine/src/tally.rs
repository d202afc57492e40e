//! Call statistics of one B-number, kept up to date call by call: ASR, NER, ALOC and what they are made of.

use crate::calls::{Call, EFFECTIVE, NEVER};
use crate::numbers::Number;

const SHORT: i64 = 10_000_000_000;

/// Sums over the calls begun in the window. Adding and taking away a call are exact inverses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    seizures: u32,
    answered: u32,
    effective: u32,
    ended: u32,
    short: u32,
    talked: u32,
    talk: i64,
}

/// Statistics of one B-number over one window; percentages, seconds, ratios as their names say.
#[derive(Clone, Debug, PartialEq)]
pub struct Metrics {
    /// Calls begun.
    pub seizures: u32,
    /// Calls answered.
    pub answered: u32,
    /// Answered / seizures, per cent.
    pub asr: f64,
    /// (Answered + busy + no answer + refused by the called terminal) / seizures, per cent (ITU-T E.425).
    pub ner: f64,
    /// Mean seconds from answer to release, over answered calls that ended.
    pub aloc: f64,
    /// Distinct A-numbers with a call in progress / calls in progress, at the window's busiest instant.
    pub overlap_ratio: f64,
    /// Calls in progress now.
    pub calls_in_progress: u32,
    /// Distinct A-numbers of the calls begun.
    pub distinct_callers: u32,
    /// Calls begun per second.
    pub calls_per_second: f64,
    /// Share of ended calls that talked less than 10 s; calls that were never answered talked 0 s.
    pub short_call_ratio: f64,
    /// Length of the window in seconds.
    pub window_seconds: f64,
}

impl Tally {
    /// Counts a call in.
    pub fn add(&mut self, call: &Call) {
        self.count(call, 1);
    }

    /// Counts a call out, as it was when it was counted in.
    pub fn take(&mut self, call: &Call) {
        self.count(call, -1);
    }

    fn count(&mut self, call: &Call, sign: i32) {
        let bump = |field: &mut u32, holds: bool| {
            if holds {
                *field = field.wrapping_add_signed(sign);
            }
        };
        let (answered, ended) = (call.answer != NEVER, call.end != NEVER);
        let talk = if answered && ended { (call.end - call.answer).max(0) } else { 0 };
        bump(&mut self.seizures, true);
        bump(&mut self.answered, answered);
        bump(&mut self.effective, answered || call.is(EFFECTIVE));
        bump(&mut self.ended, ended);
        bump(&mut self.short, ended && talk < SHORT);
        bump(&mut self.talked, answered && ended);
        self.talk += i64::from(sign) * talk;
    }

    /// Calls begun.
    #[must_use]
    pub fn seizures(&self) -> u32 {
        self.seizures
    }

    /// Calls that ended.
    #[must_use]
    pub fn ended(&self) -> u32 {
        self.ended
    }

    /// Calls of which it is known whether they were answered, and the share of them that was, 0 to 1.
    #[must_use]
    pub fn decided(&self) -> (u32, f32) {
        let decided = self.answered + self.ended - self.talked;
        (decided, share(self.answered, decided) as f32)
    }

    /// The statistics, but for what only the calls themselves tell.
    #[must_use]
    pub fn metrics(&self, window: i64) -> Metrics {
        let window_seconds = window as f64 / 1e9;
        Metrics {
            seizures: self.seizures,
            answered: self.answered,
            asr: 100.0 * share(self.answered, self.seizures),
            ner: 100.0 * share(self.effective, self.seizures),
            aloc: if self.talked == 0 { 0.0 } else { self.talk as f64 / 1e9 / f64::from(self.talked) },
            overlap_ratio: 0.0,
            calls_in_progress: 0,
            distinct_callers: 0,
            calls_per_second: f64::from(self.seizures) / window_seconds,
            short_call_ratio: share(self.short, self.ended),
            window_seconds,
        }
    }
}

fn share(part: u32, whole: u32) -> f64 {
    if whole == 0 { 0.0 } else { f64::from(part) / f64::from(whole) }
}

/// Whether this SIP status or Q.850 cause means that the network did its part though nobody answered: busy, no
/// answer, or refused by the called side.
#[must_use]
pub fn reached_terminal(cause: u16) -> bool {
    matches!(cause, 486 | 600 | 480 | 408 | 487 | 603 | 607 | 17 | 18 | 19 | 21)
}

/// Overlap ratio and distinct callers of a set of calls: (ratio at the busiest instant, calls up at `now`, callers).
///
/// Of instants that are equally busy, the first counts. A call that ended in the instant another began is not up
/// with it.
#[must_use]
pub fn overlap(calls: &[Call], now: i64) -> (f64, u32, u32) {
    let mut edges: Vec<(i64, bool, Number)> = Vec::with_capacity(calls.len() * 2);
    for call in calls.iter().filter(|call| call.end > call.begin) {
        edges.push((call.begin, true, call.a));
        if call.end != NEVER {
            edges.push((call.end, false, call.a));
        }
    }
    edges.sort_unstable();
    let mut up: std::collections::HashMap<Number, u32> = std::collections::HashMap::new();
    let (mut busy, mut busiest, mut ratio) = (0_u32, 0_u32, 0.0);
    for (place, &(at, begins, number)) in edges.iter().enumerate() {
        let held = up.entry(number).or_insert(0);
        if begins {
            *held += 1;
            busy += 1;
        } else {
            *held -= 1;
            busy -= 1;
            if *held == 0 {
                up.remove(&number);
            }
        }
        let instant_over = edges.get(place + 1).is_none_or(|next| next.0 != at);
        if instant_over && busy > busiest {
            busiest = busy;
            ratio = up.len() as f64 / f64::from(busy);
        }
    }
    let mut callers: Vec<Number> = calls.iter().map(|call| call.a).collect();
    callers.sort_unstable();
    callers.dedup();
    let in_progress = calls.iter().filter(|call| call.is_up(now)).count() as u32;
    (ratio, in_progress, callers.len() as u32)
}
