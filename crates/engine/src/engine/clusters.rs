//! Here the calls of an alert are grouped by where they came from, and scored.

use super::{Engine, SECOND};
use crate::attack::{Attack, Moment};
use crate::batch::Seen;
use crate::calls::{CallId, NAMED, NEVER, NONE};
use crate::crowd::Crowd;
use crate::event::EventKind;
use crate::origin::{Cluster, Mark, Member, Surroundings};

/// Newest calls of a B-number among which those of a found cluster are looked for.
const MOST_SEARCHED: usize = 4_096;
/// A caller who hangs up within this time has not waited for an answer.
const AT_ONCE: i64 = 3 * SECOND;
/// SIP status of a call that its caller cancelled.
const TERMINATED: u16 = 487;

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
        let around = self.surroundings(key);
        let suspect = self.config.suspect;
        let mut news = attack.total_calls - attack.assessed >= (attack.assessed / 8).max(1);
        for &id in fresh {
            let member = self.member(id);
            let verdict = attack.crowd.add(&member, &around, &self.habits);
            // What is told of the clusters must explain the alert's probability.
            news |= verdict.score > attack.probability;
            attack.raise(member.id, verdict.score, suspect, moment);
            let Some(mark) = verdict.found else { continue };
            for other in self.window_before(key, member.at) {
                if mark == Mark::Rest || attack.crowd.holds(mark, &other) {
                    attack.crowd.take_out(&other, mark);
                    attack.raise(other.id, verdict.score, suspect, moment);
                }
            }
        }
        if news {
            let found = attack.crowd.clusters(&around, &self.habits);
            let shared = found.iter().map(|cluster| self.shared_texts(cluster)).collect();
            attack.assess(&found, shared);
        }
        if let Some(busy) = self.busy[place as usize].as_mut() {
            busy.attack = Some(attack);
        }
    }

    /// Takes note of a caller who gave the call up at once.
    pub(super) fn hear_giving_up(&mut self, id: CallId, seen: &Seen) {
        let call = *self.calls.get(id);
        let given_up = seen.kind == EventKind::Cancel || seen.cause == TERMINATED;
        let at_once = call.answer == NEVER && call.end.saturating_sub(call.begin) <= AT_ONCE;
        if given_up
            && at_once
            && call.is(NAMED)
            && let Some(attack) = self.attack_of_mut(call.key)
        {
            attack.crowd.hear_giving_up(call.id);
        }
    }

    /// Nobody yet.
    pub(super) fn crowd(&self) -> Crowd {
        Crowd::new(self.config.window, self.config.threshold, self.config.suspect)
    }

    fn attack_of_mut(&mut self, key: u32) -> Option<&mut Attack> {
        let place = if key == NONE { NONE } else { self.keys.get(key).busy };
        if place == NONE { None } else { self.busy[place as usize].as_mut()?.attack.as_mut() }
    }

    fn surroundings(&self, key: u32) -> Surroundings {
        let (history, answered_share) = self.keys.get(key).tally.decided();
        Surroundings { b: key, history, answered_share }
    }

    /// Named calls begun after `since`, in order of begin.
    fn named_since(&self, key: u32, since: i64) -> Vec<CallId> {
        let mut calls = self.calls_since(key, since, MOST_SEARCHED);
        calls.retain(|&id| self.calls.get(id).is(NAMED));
        calls.reverse();
        calls
    }

    /// Named calls of the window that ends at `at`.
    fn window_before(&mut self, key: u32, at: i64) -> Vec<Member> {
        let named = self.named_since(key, at.saturating_sub(self.config.window));
        named.into_iter().map(|id| self.member(id)).collect()
    }

    fn member(&mut self, id: CallId) -> Member {
        let call = *self.calls.get(id);
        let origin = self.said(&call).1;
        Member::of(id, &call, origin, self.intake.validity(call.a))
    }

    fn shared_texts(&self, cluster: &Cluster) -> [Box<str>; 4] {
        let texts = self.said(self.calls.get(cluster.call)).0;
        let facts = &cluster.facts;
        let sdp = crate::batch::sdp_party(texts.sdp_origin)
            .map_or_else(String::new, |(user, address)| format!("{user} {address}"));
        let show = |holds: bool, text: &str| -> Box<str> { if holds { text.into() } else { "".into() } };
        [
            show(facts.same_trunk, texts.trunk),
            show(facts.same_source, texts.source_ip),
            show(facts.same_sdp, &sdp),
            show(facts.same_agent, texts.user_agent),
        ]
    }
}
