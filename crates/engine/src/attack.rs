//! One alert while it lasts: who takes part, how suspect each call is, and what is new since it was last told.
//!
//! The engine opens it as a window comes to the threshold, has its crowd judge the calls that it names, and tells it as
//! a `change` until the window falls. Of the calls themselves the newest are kept (`named`).

mod change;
mod named;
mod overlap;

use std::collections::HashSet;

use sha2::{Digest, Sha256};

use crate::batch::KeyedState;
use crate::calls::{ALLOWED, Call, NEVER};
use crate::crowd::Crowd;
use crate::entries::Texts;
use crate::levels::Steps;
use crate::numbers::Number;
use crate::origin::{Cluster, Mark, Outcome};
use crate::shadow::{Shadow, ShadowView};
use crate::tally::Metrics;

pub use change::{AlertCall, AlertChange, ChangeKind, ClusterView};
use named::{Kept, Named};
pub use overlap::Overlap;

/// Distinct A-numbers that are counted one by one; beyond, only calls are counted.
const MOST_CALLERS: usize = 100_000;

/// When something is decided: at a clock's instant, by the begin of one call.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// The B-number's clock.
    pub clock: i64,
    /// Hash of the Call-ID of the call that brought it about.
    pub by: u64,
}

impl Moment {
    /// The instant of the decision about a call: its begin if it was made as the call began, else later than that.
    fn about(self, id: u64, begun_at: i64) -> i64 {
        if id == self.by { begun_at } else { self.clock.max(begun_at + 1) }
    }
}

/// State of one alert.
pub struct Attack {
    /// See [`AlertChange::alert_id`].
    pub id: String,
    /// See [`AlertChange::b_number`].
    pub b_number: String,
    /// See [`AlertChange::opened_at`].
    pub opened_at: i64,
    /// See [`AlertChange::last_seen_at`].
    pub last_seen_at: i64,
    /// Peak of high stretches that the window has forgotten.
    pub peak: u32,
    /// See [`AlertChange::total_calls`].
    pub total_calls: u64,
    /// See [`AlertChange::probability`].
    pub probability: f64,
    /// Highest score that calls brought along from the alert it was split off from: no group of its own explains that.
    brought: f64,
    /// Its calls in groups of one supposed origin.
    pub crowd: Crowd,
    /// See [`AlertChange::clusters`].
    pub clusters: Vec<ClusterView>,
    /// Marks of the groups that calls are known to belong to, and what they score.
    pub marks: Vec<(Mark, f64)>,
    /// Calls named when the clusters were last written down.
    pub assessed: u64,
    /// Highest probability of the clusters that were written down and not told yet.
    pub untold: f64,
    /// Whether it has been told.
    pub told: bool,
    /// Statistics of the B-number when it last named a call.
    pub metrics: Option<Metrics>,
    /// Its calls in progress.
    pub overlap: Overlap,
    /// What a second judge makes of it.
    pub shadow: Option<Shadow>,
    calls: Named,
    callers: HashSet<Number, KeyedState>,
    left: Vec<Box<str>>,
}

impl Attack {
    /// A new alert on a B-number, opened at an instant by a caller.
    #[must_use]
    pub fn new(b_number: &str, opened_at: i64, caller: &str, crowd: Crowd) -> Self {
        Self {
            id: alert_id(b_number, opened_at, caller),
            b_number: b_number.to_owned(),
            opened_at,
            last_seen_at: opened_at,
            peak: 0,
            total_calls: 0,
            probability: 0.0,
            brought: 0.0,
            crowd,
            clusters: Vec::new(),
            marks: Vec::new(),
            assessed: 0,
            untold: 0.0,
            told: false,
            metrics: None,
            calls: Named::default(),
            callers: HashSet::default(),
            left: Vec::new(),
            overlap: Overlap::default(),
            shadow: None,
        }
    }

    /// Names a call.
    pub fn name(&mut self, call: &Call, texts: &Texts<'_>, moment: Moment) {
        self.total_calls += 1;
        self.last_seen_at = self.last_seen_at.max(call.begin);
        if self.callers.len() < MOST_CALLERS {
            self.callers.insert(call.a);
        }
        let named = AlertCall {
            call_id: texts.call_id.into(),
            a_number: call.a.display(texts.a_text).into(),
            trunk: texts.trunk.into(),
            begun_at: call.begin,
            answered_at: None,
            ended_at: None,
            named_at: moment.about(call.id, call.begin),
            score: 0.0,
            steps: Steps::new(moment.about(call.id, call.begin)),
            allowed: call.is(ALLOWED),
        };
        self.calls.push(call.id, call.a, named);
        self.overlap.begin(call.a);
    }

    /// Raises a call's score, and the threshold up to which it is suspect; neither ever falls.
    pub fn raise(&mut self, id: u64, score: f64, level: f64, moment: Moment) {
        self.probability = self.probability.max(score);
        self.calls.change(id, |call| {
            // Whatever rises is told: it may have reached a policy's threshold.
            let rises = call.steps.rise(level, moment.about(id, call.begun_at)) || score > call.score;
            call.score = call.score.max(score);
            rises
        });
    }

    /// Raises a call's score and level with the second judge. It changes nothing else, so that the alert is told as
    /// without it.
    pub fn raise_shadow(&mut self, id: u64, score: f64, level: f64) {
        let rises = self.calls.get_mut(id).is_some_and(|kept| {
            let before = kept.shadow;
            kept.shadow = (before.0.max(score), before.1.max(level));
            kept.shadow != before
        });
        if let Some(shadow) = self.shadow.as_mut() {
            shadow.probability = shadow.probability.max(score);
            if rises {
                shadow.risen.push(id);
            }
        }
    }

    /// Takes over how a call stands: its answer and its end.
    pub fn refresh(&mut self, call: &Call) {
        if let Some(kept) = self.calls.get_mut(call.id) {
            let was_up = kept.call.ended_at.is_none();
            kept.call.answered_at = (call.answer != NEVER).then_some(call.answer);
            kept.call.ended_at = (call.end != NEVER).then_some(call.end);
            match (was_up, kept.call.ended_at.is_none()) {
                (true, false) => self.overlap.end(call.a),
                (false, true) => self.overlap.begin(call.a),
                _ => {}
            }
        }
        self.crowd.hear(call.id, Outcome::of(call));
        if let Some(shadow) = self.shadow.as_mut() {
            shadow.crowd.hear(call.id, Outcome::of(call));
        }
    }

    /// The score of a call and the threshold up to which it is suspect, 0 where it isn't kept.
    #[must_use]
    pub fn score_of(&self, id: u64) -> (f64, f64) {
        self.calls.get(id).map_or((0.0, 0.0), |kept| (kept.call.score, kept.call.steps.level()))
    }

    /// Writes down what the clusters look like; where they looked worse since it was last told, that is told.
    pub fn assess(&mut self, found: &[Cluster], shared: Vec<[Box<str>; 4]>) {
        self.assessed = self.total_calls;
        self.marks = self.crowd.scores();
        let worst = found.iter().map(|cluster| cluster.probability).fold(0.0, f64::max);
        if worst < self.untold {
            return;
        }
        self.untold = worst;
        let views = found.iter().zip(shared);
        self.clusters = views.map(|(cluster, shared)| ClusterView::new(cluster, shared)).collect();
    }

    /// Highest score of any of its calls.
    #[must_use]
    pub fn highest_score(&self) -> f64 {
        self.probability.max(self.brought)
    }

    /// Distinct A-numbers named so far.
    #[must_use]
    pub fn total_callers(&self) -> u64 {
        self.callers.len() as u64
    }

    /// The calls to be told, in order of begin; afterwards nothing is new.
    pub fn take_fresh(&mut self) -> Vec<AlertCall> {
        self.calls.take_fresh()
    }

    /// What is new of the second judge's view; asked once.
    pub fn take_shadow(&mut self) -> Option<ShadowView> {
        let shadow = self.shadow.as_mut()?;
        let (method, probability) = (shadow.crowd.method().into(), shadow.probability);
        let risen = std::mem::take(&mut shadow.risen);
        let told = |id| self.calls.get(id).map(|kept| (kept.call.call_id.clone(), kept.shadow.1));
        Some(ShadowView { method, probability, scores: risen.into_iter().filter_map(told).collect() })
    }

    /// Calls told earlier that this alert no longer names; asked once.
    pub fn take_left(&mut self) -> Vec<Box<str>> {
        std::mem::take(&mut self.left)
    }

    /// Splits off a later alert that opened at `opened_at` and names `members`; of those, calls begun at `end` or
    /// later leave this one: that is where its window fell.
    #[must_use]
    pub fn split(
        &mut self,
        b_number: &str,
        end: i64,
        opened_at: i64,
        members: &[(Call, Texts<'_>)],
        crowd: Crowd,
        shadow: Option<Shadow>,
    ) -> Self {
        let openers = members.iter().filter(|(call, _)| call.begin == opened_at);
        let caller = openers.map(|(call, texts)| call.a.display(texts.a_text)).min().unwrap_or_default();
        let mut later = Self::new(b_number, opened_at, &caller, crowd);
        later.shadow = shadow;
        for (call, texts) in members {
            later.name(call, texts, Moment { clock: opened_at, by: 0 });
            later.refresh(call);
            if let Some(kept) = self.calls.get(call.id) {
                later.take_scores(call.id, kept);
            }
        }
        let leaving = members.iter().filter(|(call, _)| call.begin >= end).count() as u64;
        let whole = self.calls.is_whole() && self.callers.len() < MOST_CALLERS;
        self.total_calls = self.total_calls.saturating_sub(leaving);
        self.left.extend(self.calls.keep_before(end));
        if whole {
            self.callers = self.calls.iter().map(|kept| kept.a).collect();
        }
        self.last_seen_at = self.calls.iter().map(|kept| kept.call.begun_at).max().unwrap_or(self.opened_at);
        later
    }

    /// Takes over what both judges made of a call before: that stays the call's, though not this alert's.
    fn take_scores(&mut self, id: u64, known: &Kept) {
        self.brought = self.brought.max(known.call.score);
        let Some(kept) = self.calls.get_mut(id) else { return };
        let call = &mut kept.call;
        (call.score, call.steps, call.named_at) =
            (known.call.score, known.call.steps.clone(), known.call.named_at);
        kept.shadow = known.shadow;
        if let Some(shadow) = self.shadow.as_mut().filter(|_| known.shadow != (0.0, 0.0)) {
            shadow.risen.push(id);
        }
    }
}

/// 32 hexadecimal digits, the same wherever and whenever the same attack is seen.
fn alert_id(b_number: &str, opened_at: i64, caller: &str) -> String {
    let digest = Sha256::digest(format!("masking\n{b_number}\n{opened_at}\n{caller}"));
    digest[..16].iter().map(|byte| format!("{byte:02x}")).collect()
}
