//! One alert while it lasts: who takes part, how suspect each call is, and what is new since it was last told.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet, VecDeque};

use sha2::{Digest, Sha256};

use crate::batch::KeyedState;
use crate::calls::{ALLOWED, Call, NEVER};
use crate::crowd::Crowd;
use crate::entries::Texts;
use crate::features::Row;
use crate::judge::Points;
use crate::levels::Steps;
use crate::numbers::Number;
use crate::origin::{Cluster, Facts, Mark, Outcome};
use crate::shadow::{Shadow, ShadowView};
use crate::tally::Metrics;

/// Distinct A-numbers that are counted one by one; beyond, only calls are counted.
const MOST_CALLERS: usize = 100_000;
/// Calls of one alert that are kept after they were told, since what is known of the newest may change.
const MOST_TOLD: usize = 4_096;
/// Calls of one alert that may wait to be told; beyond, the oldest are counted and never told.
const MOST_UNTOLD: usize = 65_536;

/// A call that an alert names.
#[derive(Clone, Debug, PartialEq)]
pub struct AlertCall {
    /// SIP Call-ID.
    pub call_id: Box<str>,
    /// The calling number as people read it.
    pub a_number: Box<str>,
    /// Trunk.
    pub trunk: Box<str>,
    /// Instant of its begin.
    pub begun_at: i64,
    /// Instant of the answer.
    pub answered_at: Option<i64>,
    /// Instant of its end, `None` while it is up.
    pub ended_at: Option<i64>,
    /// Event time at which the alert named it; equal to `begun_at` just where that was as it began.
    pub named_at: i64,
    /// Highest probability of any cluster it was in.
    pub score: f64,
    /// Up to which thresholds it is suspect, and the event times since when; equal to `begun_at` as above.
    pub steps: Steps,
    /// An allow list exempts it.
    pub allowed: bool,
}

/// What happened to an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// It is told for the first time.
    Opened,
    /// It goes on.
    Updated,
    /// It is over.
    Closed,
}

/// A cluster as it is shown: what its calls share, in words.
#[derive(Clone, Debug, PartialEq)]
pub struct ClusterView {
    /// What its calls share, in numbers.
    pub facts: Facts,
    /// The same as the model sees it.
    pub row: Row,
    /// The shared trunk, source address, SDP origin and agent; empty where they differ.
    pub shared: [Box<str>; 4],
    /// Probability that one origin rotates its numbers.
    pub probability: f64,
    /// What the probability is made of.
    pub points: Points,
}

/// An alert as it stands and what is new since its last change.
#[derive(Clone, Debug, PartialEq)]
pub struct AlertChange {
    /// What happened.
    pub kind: ChangeKind,
    /// Deterministic from B-number, opening time and caller.
    pub alert_id: String,
    /// The called number.
    pub b_number: String,
    /// Event time of the change.
    pub at: i64,
    /// Instant at which the window came to the threshold.
    pub opened_at: i64,
    /// Begin of the newest call that it names.
    pub last_seen_at: i64,
    /// Instant at which it closed.
    pub closed_at: Option<i64>,
    /// Peak of the window.
    pub distinct_callers: u32,
    /// Distinct A-numbers named.
    pub total_callers: u64,
    /// Calls named.
    pub total_calls: u64,
    /// Highest probability of its clusters so far.
    pub probability: f64,
    /// Calls that are new, or whose score or state changed.
    pub calls: Vec<AlertCall>,
    /// Calls told earlier that belong to a later alert, as only time could tell.
    pub left: Vec<Box<str>>,
    /// Origin clusters of its newest calls,
    pub clusters: Vec<ClusterView>,
    /// and who scored them: `scorecard`, or a model's version.
    pub method: Box<str>,
    /// Statistics of the B-number.
    pub metrics: Metrics,
    /// The B-number is on the allow list.
    pub allowed: bool,
    /// What a second judge makes of it.
    pub shadow: Option<ShadowView>,
}

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
    /// The newest calls; those before them have been told and are forgotten.
    calls: VecDeque<Kept>,
    /// Calls forgotten so far: the place of the first of `calls` in the order of naming.
    forgotten: u64,
    by_id: HashMap<u64, u64, KeyedState>,
    callers: HashSet<Number, KeyedState>,
    fresh: Vec<u64>,
    left: Vec<Box<str>>,
}

/// A call that is kept for as long as what is known of it may change.
struct Kept {
    call: AlertCall,
    /// Hash of its Call-ID.
    id: u64,
    a: Number,
    fresh: bool,
    told: bool,
    /// Highest probability that the second judge gives any cluster it was in, and the highest level.
    shadow: (f64, f64),
}

/// The calls of an alert that are in progress, and the ratio of callers to calls when most of them were.
#[derive(Clone, Debug, Default)]
pub struct Overlap {
    up: HashMap<Number, u32, KeyedState>,
    calls: u32,
    busiest: (u32, u32),
}

impl Overlap {
    fn begin(&mut self, a: Number) {
        *self.up.entry(a).or_insert(0) += 1;
        self.calls += 1;
        if self.calls > self.busiest.0 {
            self.busiest = (self.calls, self.up.len() as u32);
        }
    }

    fn end(&mut self, a: Number) {
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
            crowd,
            clusters: Vec::new(),
            marks: Vec::new(),
            assessed: 0,
            untold: 0.0,
            told: false,
            metrics: None,
            calls: VecDeque::new(),
            forgotten: 0,
            by_id: HashMap::default(),
            callers: HashSet::default(),
            fresh: Vec::new(),
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
        let place = self.forgotten + self.calls.len() as u64;
        let kept = AlertCall {
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
        self.calls.push_back(Kept {
            call: kept,
            id: call.id,
            a: call.a,
            fresh: true,
            told: false,
            shadow: (0.0, 0.0),
        });
        self.by_id.insert(call.id, place);
        self.fresh.push(place);
        self.overlap.begin(call.a);
        self.forget();
    }

    /// Lets go of the oldest calls: those that were told, and at worst those nobody has asked for.
    fn forget(&mut self) {
        while self.calls.len() > MOST_TOLD
            && let Some(kept) = self.calls.front()
            && (!kept.fresh || self.calls.len() > MOST_UNTOLD)
        {
            if self.by_id.get(&kept.id) == Some(&self.forgotten) {
                self.by_id.remove(&kept.id);
            }
            self.calls.pop_front();
            self.forgotten += 1;
        }
    }

    fn kept(&mut self, id: u64) -> Option<(u64, &mut Kept)> {
        let place = *self.by_id.get(&id)?;
        let kept = self.calls.get_mut(usize::try_from(place.checked_sub(self.forgotten)?).ok()?)?;
        Some((place, kept))
    }

    /// Raises a call's score, and the threshold up to which it is suspect; neither ever falls.
    pub fn raise(&mut self, id: u64, score: f64, level: f64, moment: Moment) {
        self.probability = self.probability.max(score);
        let Some((place, kept)) = self.kept(id) else { return };
        let call = &mut kept.call;
        let risen = call.steps.rise(level, moment.about(id, call.begun_at));
        // Whatever rises is told: it may have reached a policy's threshold.
        let worth_telling = risen || score > call.score;
        call.score = call.score.max(score);
        if worth_telling && !kept.fresh {
            kept.fresh = true;
            self.fresh.push(place);
        }
    }

    /// Raises a call's score and level with the second judge. It changes nothing else, so that the alert is told as
    /// without it.
    pub fn raise_shadow(&mut self, id: u64, score: f64, level: f64) {
        let rises = self.kept(id).is_some_and(|(_, kept)| {
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
        if let Some((_, kept)) = self.kept(call.id) {
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
        let place = self.by_id.get(&id).and_then(|place| place.checked_sub(self.forgotten));
        let kept = place.and_then(|place| self.calls.get(place as usize));
        kept.map_or((0.0, 0.0), |kept| (kept.call.score, kept.call.steps.level()))
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
        self.clusters = found
            .iter()
            .zip(shared)
            .map(|(cluster, shared)| ClusterView {
                facts: cluster.facts.clone(),
                row: cluster.row,
                shared,
                probability: cluster.probability,
                points: cluster.points.clone(),
            })
            .collect();
    }

    /// Distinct A-numbers named so far.
    #[must_use]
    pub fn total_callers(&self) -> u64 {
        self.callers.len() as u64
    }

    /// The calls to be told, in order of begin; afterwards nothing is new.
    pub fn take_fresh(&mut self) -> Vec<AlertCall> {
        let mut calls = Vec::with_capacity(self.fresh.len());
        for place in std::mem::take(&mut self.fresh) {
            let place = place.checked_sub(self.forgotten);
            if let Some(kept) = place.and_then(|place| self.calls.get_mut(place as usize)) {
                (kept.fresh, kept.told) = (false, true);
                calls.push(kept.call.clone());
            }
        }
        self.forget();
        calls.sort_by(|x, y| (x.begun_at, &x.call_id).cmp(&(y.begun_at, &y.call_id)));
        calls
    }

    /// What is new of the second judge's view; asked once.
    pub fn take_shadow(&mut self) -> Option<ShadowView> {
        let shadow = self.shadow.as_mut()?;
        let (method, probability) = (shadow.crowd.method().into(), shadow.probability);
        let risen = std::mem::take(&mut shadow.risen);
        let told = |id| self.kept(id).map(|(_, kept)| (kept.call.call_id.clone(), kept.shadow.1));
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
            if let Some((_, kept)) = self.kept(call.id) {
                later.take_score(call.id, &kept.call);
                later.raise_shadow(call.id, kept.shadow.0, kept.shadow.1);
            }
        }
        let leaving = members.iter().filter(|(call, _)| call.begin >= end).count() as u64;
        let whole = self.forgotten == 0 && self.callers.len() < MOST_CALLERS;
        self.total_calls = self.total_calls.saturating_sub(leaving);
        self.keep_before(end);
        if whole {
            self.callers = self.calls.iter().map(|kept| kept.a).collect();
        }
        self.last_seen_at = self.calls.iter().map(|kept| kept.call.begun_at).max().unwrap_or(self.opened_at);
        later
    }

    fn take_score(&mut self, id: u64, known: &AlertCall) {
        self.probability = self.probability.max(known.score);
        if let Some((_, kept)) = self.kept(id) {
            let call = &mut kept.call;
            (call.score, call.steps, call.named_at) = (known.score, known.steps.clone(), known.named_at);
        }
    }

    /// Lets calls go that began at `end` or later, and says so of those that had been told.
    fn keep_before(&mut self, end: i64) {
        self.by_id.clear();
        self.fresh.clear();
        let calls = std::mem::take(&mut self.calls);
        let (leaving, staying): (Vec<Kept>, Vec<Kept>) =
            calls.into_iter().partition(|kept| kept.call.begun_at >= end);
        self.left.extend(leaving.into_iter().filter(|kept| kept.told).map(|kept| kept.call.call_id));
        self.calls = staying.into();
        for (place, kept) in (self.forgotten..).zip(&self.calls) {
            self.by_id.insert(kept.id, place);
            if kept.fresh {
                self.fresh.push(place);
            }
        }
    }
}

/// 32 hexadecimal digits, the same wherever and whenever the same attack is seen.
fn alert_id(b_number: &str, opened_at: i64, caller: &str) -> String {
    let digest = Sha256::digest(format!("masking\n{b_number}\n{opened_at}\n{caller}"));
    digest[..16].iter().map(|byte| format!("{byte:02x}")).collect()
}
