//! Here the calls of an alert are grouped by where they came from, and scored; and here is learnt what is usual.

use super::{Engine, SECOND};
use crate::attack::{Attack, Moment};
use crate::batch::{Origin, Seen};
use crate::callers::Acquaintance;
use crate::calls::{CallId, NAMED};
use crate::crowd::{Crowd, Verdict};
use crate::event::Attestation;
use crate::example::{self, Example};
use crate::features::{self, Row};
use crate::habits::Shown;
use crate::numbers::{ANONYMOUS, Number, Validity};
use crate::origin::{AGENT, Cluster, Mark, Member, Outcome, SDP, SOURCE, Surroundings, TRUNK};
use crate::shadow::Shadow;

/// Newest calls of a B-number among which those of a found cluster are looked for.
const MOST_SEARCHED: usize = 4_096;
/// Time after the first call from which on a B-number that never had several callers at once is known not to.
const WARM: i64 = 300 * SECOND;
const HOUR: i64 = 3_600 * SECOND;
/// What was watched for longer is known no better.
const MOST_HOURS: f64 = 24.0;

impl Engine {
    /// Scores the calls that an alert has just named; one split off from another starts with the calls it has.
    pub(super) fn assess(&mut self, place: u32, fresh: &[CallId], moment: Moment) {
        if !self.config.features {
            return;
        }
        let Some(busy) = self.busy[place as usize].as_mut() else { return };
        let key = busy.key;
        let Some(mut attack) = busy.attack.take() else { return };
        let own;
        let fresh = if attack.crowd.is_empty() && fresh.is_empty() {
            own = self.named_since(key, attack.opened_at.saturating_sub(self.config.window));
            &own
        } else {
            fresh
        };
        let around = self.surroundings(place, &attack, moment.clock);
        let before = attack.opened_at.saturating_sub(self.config.window);
        let mut news = attack.total_calls - attack.assessed >= (attack.assessed / 8).max(1);
        for &id in fresh {
            let member = self.member(id, before);
            if member.acquaintance == Acquaintance::New {
                self.callers.forget_new(member.a, before);
            }
            let mut judged = Vec::new();
            let record = self.config.record;
            let verdict = attack.crowd.add(&member, &around, &self.habits, |crowd, mark, facts| {
                if record && example::is_worth_keeping(facts.callers) {
                    judged.push((features::row(facts, &around), crowd.calls(mark)));
                }
            });
            self.take_down(&attack, member.at, judged);
            let peak = verdict.score > attack.probability;
            attack.raise(member.id, verdict.score, verdict.level, moment);
            if let Some(mark) = verdict.found {
                for other in self.window_before(key, member.at, before) {
                    if mark == Mark::Rest || attack.crowd.holds(mark, &other) {
                        attack.crowd.take_out(&other, mark);
                        attack.raise(other.id, verdict.score, verdict.score, moment);
                    }
                }
            } else if let Some(mark) = self.reaches_a_threshold(&verdict) {
                for other in self.window_before(key, member.at, before) {
                    if attack.crowd.is_of(mark, &other) {
                        attack.raise(other.id, verdict.score, verdict.score, moment);
                    }
                }
            }
            self.shade(&mut attack, key, &member, &around, before);
            // What is told of the clusters must explain the alert's probability.
            if peak {
                self.write_down(&mut attack, &around);
                news = false;
            }
        }
        if news {
            self.write_down(&mut attack, &around);
        }
        if let Some(busy) = self.busy[place as usize].as_mut() {
            busy.attack = Some(attack);
        }
    }

    /// The group that has just come to a threshold from which on somebody acts: its calls of the window are suspect.
    fn reaches_a_threshold(&self, verdict: &Verdict) -> Option<Mark> {
        let (mark, before) = verdict.origin?;
        let reached = |&threshold: &f64| before < threshold && threshold <= verdict.score;
        self.thresholds.iter().any(reached).then_some(mark)
    }

    /// Nobody yet.
    pub(super) fn crowd(&self) -> Crowd {
        Crowd::new(self.judge.clone(), self.config.window, self.config.threshold, self.config.suspect)
    }

    /// Nobody yet, as the second judge will see them; `None` where there is none.
    pub(super) fn shadow(&self) -> Option<Shadow> {
        let second = self.understudy.as_ref().filter(|_| self.config.features)?;
        let (window, threshold) = (self.config.window, self.config.threshold);
        Some(Shadow::new(Crowd::new(second.judge.clone(), window, threshold, second.suspect)))
    }

    /// Has the second judge score a call that the first has scored, in groups of its own.
    fn shade(&mut self, attack: &mut Attack, key: u32, member: &Member, around: &Surroundings, before: i64) {
        let Some(shadow) = attack.shadow.as_mut() else { return };
        let verdict = shadow.crowd.add(member, around, &self.habits, |_, _, _| {});
        attack.raise_shadow(member.id, verdict.score, verdict.level);
        let Some(mark) = verdict.found else { return };
        for other in self.window_before(key, member.at, before) {
            let Some(shadow) = attack.shadow.as_mut() else { return };
            if mark == Mark::Rest || shadow.crowd.holds(mark, &other) {
                shadow.crowd.take_out(&other, mark);
                attack.raise_shadow(other.id, verdict.score, verdict.level);
            }
        }
    }

    fn write_down(&self, attack: &mut Attack, around: &Surroundings) {
        let found = attack.crowd.clusters(around, &self.habits);
        let shared = found.iter().map(|cluster| self.shared_texts(cluster)).collect();
        attack.assess(&found, shared);
    }

    /// Keeps groups as they were judged, to learn from.
    fn take_down(&mut self, attack: &Attack, at: i64, judged: Vec<(Row, Vec<CallId>)>) {
        for (row, calls) in judged {
            self.examples.push(Example {
                alert_id: attack.id.clone(),
                b_number: attack.b_number.clone(),
                at,
                row,
                calls: calls.iter().map(|&id| self.said(self.calls.get(id)).0.call_id.into()).collect(),
            });
        }
    }

    /// What is known of a busy B-number besides its calls one by one.
    fn surroundings(&self, place: u32, attack: &Attack, clock: i64) -> Surroundings {
        let Some(busy) = self.busy[place as usize].as_ref() else { return Surroundings::unknown(ANONYMOUS) };
        let key = self.keys.get(busy.key);
        let (history, answered_share) = key.tally.decided();
        let metrics = key.tally.metrics(self.config.metrics_window);
        let known = |holds: bool, value: f64| if holds { value as f32 } else { f32::NAN };
        let usual = self.baselines.of(key.b);
        // Before it has watched for a while, the engine can't know who is rung by many.
        let watched = clock.saturating_sub(self.first_call).max(0);
        let warm = watched >= WARM;
        let since_ever = |value: Option<f32>| value.unwrap_or(if warm { 0.0 } else { f32::NAN });
        Surroundings {
            b: key.b,
            history,
            answered_share,
            asr: known(metrics.seizures > 0, metrics.asr),
            aloc: known(metrics.aloc > 0.0, metrics.aloc),
            short_call_ratio: known(key.tally.ended() > 0, metrics.short_call_ratio),
            call_rate: metrics.calls_per_second as f32,
            calls_before: u64::from(metrics.seizures).saturating_sub(attack.total_calls) as u32,
            distinct_callers: busy.window.count(),
            overlap_ratio: attack.overlap.ratio(),
            usual_callers: since_ever(usual.map(|usual| usual.callers)),
            bursts: since_ever(usual.map(|usual| usual.bursts)),
            calls_per_hour: known(warm, self.calls_per_hour(key.b, attack, clock)),
            calls_out: known(warm, f64::from(u8::from(self.has_called(key.b, attack.opened_at)))),
            watched_hours: (watched as f64 / HOUR as f64).min(MOST_HOURS) as f32,
        }
    }

    /// Calls to a B-number an hour since the engine's first call, without those that the alert names.
    fn calls_per_hour(&self, b: Number, attack: &Attack, clock: i64) -> f64 {
        let calls = u64::from(self.callers.calls_to(b)).saturating_sub(attack.total_calls);
        calls as f64 * HOUR as f64 / clock.saturating_sub(self.first_call).max(1) as f64
    }

    fn has_called(&self, b: Number, before: i64) -> bool {
        self.callers.acquaintance(b, 0, before) == Acquaintance::Usual
    }

    /// Learns who calls, and what calls usually show.
    #[inline]
    pub(super) fn learn(&mut self, seen: &Seen) {
        self.first_call = self.first_call.min(seen.at);
        let origin = self.ways.resolved(seen.origin);
        if self.habits.is_due(origin.trunk, seen.at) {
            let shown = self.shown(seen, origin);
            if self.habits.note(origin, seen.a, seen.b, seen.at, shown) {
                self.ranges.note(seen.a, origin.trunk, seen.at);
                self.ways.note(seen.origin);
            }
        }
        self.callers.note(seen.a, origin.trunk, seen.at);
        self.callers.note_called(seen.b, seen.at);
    }

    fn shown(&mut self, seen: &Seen, origin: Origin) -> Shown {
        let acquaintance = self.callers.acquaintance(seen.a, origin.trunk, seen.at);
        Shown {
            new: acquaintance == Acquaintance::New,
            elsewhere: acquaintance == Acquaintance::Elsewhere,
            national: self.intake.is_national(seen.a),
            impossible: self.is_impossible(seen.a),
            anonymous: seen.a.is_anonymous(),
            attested: seen.attestation == Attestation::A,
            unattested: seen.attestation.is_unattested(),
        }
    }

    fn is_impossible(&mut self, a: Number) -> bool {
        matches!(self.intake.validity(a), Validity::Invalid | Validity::Unallocated)
    }

    /// Named calls begun after `since`, in order of begin.
    fn named_since(&self, key: u32, since: i64) -> Vec<CallId> {
        let mut calls = self.calls_since(key, since, MOST_SEARCHED);
        calls.retain(|&id| self.calls.get(id).is(NAMED));
        calls.reverse();
        calls
    }

    /// Named calls of the window that ends at `at`.
    fn window_before(&mut self, key: u32, at: i64, before: i64) -> Vec<Member> {
        let named = self.named_since(key, at.saturating_sub(self.config.window));
        named.into_iter().map(|id| self.member(id, before)).collect()
    }

    /// A call as the crowd sees it; its caller is known if it was `before` the alert.
    fn member(&mut self, id: CallId, before: i64) -> Member {
        let call = *self.calls.get(id);
        let origin = self.ways.resolved(self.said(&call).1);
        Member {
            id: call.id,
            call: id,
            a: call.a,
            impossible: self.is_impossible(call.a),
            national: self.intake.is_national(call.a),
            acquaintance: self.callers.acquaintance(call.a, origin.trunk, before),
            rarity: self.habits.of_all().trunk_rarity(origin.trunk),
            oddness: self.ranges.oddness(call.a, origin.trunk),
            range: self.ranges.range(call.a),
            alike: None,
            at: call.begin,
            origin,
            attestation: call.attestation(),
            outcome: Outcome::of(&call),
        }
    }

    fn shared_texts(&self, cluster: &Cluster) -> [Box<str>; 4] {
        let texts = self.said(self.calls.get(cluster.call)).0;
        let facts = &cluster.facts;
        let sdp = crate::batch::sdp_party(texts.sdp_origin)
            .map_or_else(String::new, |(user, address)| format!("{user} {address}"));
        let show = |holds: bool, text: &str| -> Box<str> { if holds { text.into() } else { "".into() } };
        [
            show(facts.is_shared(TRUNK), texts.trunk),
            show(facts.is_shared(SOURCE), texts.source_ip),
            show(facts.is_shared(SDP), &sdp),
            show(facts.is_shared(AGENT), texts.user_agent),
        ]
    }
}
