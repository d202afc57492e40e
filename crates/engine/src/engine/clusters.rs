//! Here the calls of an alert are grouped by where they came from, and scored.

use super::Engine;
use crate::attack::Moment;
use crate::calls::{CallId, NEVER};
use crate::origin::{self, Cluster, Member, Surroundings};

/// Newest calls of a window that are looked at for clusters.
const MOST_ASSESSED: usize = 256;

impl Engine {
    /// Looks for origin clusters where enough has changed; else new calls join the clusters they match.
    pub(super) fn assess(&mut self, place: u32, fresh: &[CallId], moment: Moment) {
        if !self.config.features {
            return;
        }
        let suspect = self.config.suspect;
        let Some(attack) = self.busy[place as usize].as_ref().and_then(|busy| busy.attack.as_ref()) else {
            return;
        };
        if attack.total_calls - attack.assessed >= (attack.assessed / 8).clamp(1, MOST_ASSESSED as u64 / 2) {
            self.find_clusters(place, moment);
            return;
        }
        let joining: Vec<(u64, Member)> =
            fresh.iter().map(|&id| (self.calls.get(id).id, self.member(id))).collect();
        if let Some(attack) = self.busy[place as usize].as_mut().and_then(|busy| busy.attack.as_mut()) {
            for (id, member) in joining {
                let matched = attack.marks.iter().find(|(mark, _)| mark.matches(&member));
                let score = matched.map_or(0.0, |mark| mark.1);
                attack.raise(id, score, suspect, moment);
            }
        }
    }

    pub(super) fn find_clusters(&mut self, place: u32, moment: Moment) {
        let clock = moment.clock;
        let Some(busy) = self.busy[place as usize].as_ref() else { return };
        let key = busy.key;
        let last = busy.window.highs().back().map_or(clock, |high| clock.min(high.end.saturating_sub(1)));
        let mut calls = self.windowed_since(key, last.saturating_sub(self.config.window), MOST_ASSESSED);
        calls.retain(|&id| self.calls.get(id).begin <= last);
        calls.reverse();
        let members: Vec<Member> = calls.iter().map(|&id| self.member(id)).collect();
        let metrics = self.keys.get(key).tally.metrics(self.config.metrics_window);
        let around = Surroundings {
            threshold: self.config.threshold,
            history: metrics.seizures,
            answered_share: (metrics.asr / 100.0) as f32,
        };
        let found = origin::clusters(&members, &around);
        let suspect = self.config.suspect;
        let shared = found.iter().map(|cluster| self.shared_texts(cluster, &calls)).collect();
        let Some(mut attack) = self.busy[place as usize].as_mut().and_then(|busy| busy.attack.take()) else {
            return;
        };
        attack.assess(&found, shared);
        for cluster in &found {
            for &member in &cluster.members {
                attack.raise(self.calls.get(calls[member]).id, cluster.probability, suspect, moment);
            }
        }
        if let Some(busy) = self.busy[place as usize].as_mut() {
            busy.attack = Some(attack);
        }
    }

    pub(super) fn member(&mut self, id: CallId) -> Member {
        let call = self.calls.get(id);
        Member {
            a: call.a,
            validity: self.intake.validity(call.a),
            at: call.begin,
            origin: self.said(call).1,
            attestation: call.attestation,
            answered: call.answer != NEVER,
        }
    }

    pub(super) fn shared_texts(&self, cluster: &Cluster, calls: &[CallId]) -> [Box<str>; 4] {
        let first = cluster.members.first().map(|&member| self.calls.get(calls[member]));
        let texts = first.map(|call| self.said(call).0).unwrap_or_default();
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
