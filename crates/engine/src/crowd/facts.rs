//! What is known of a group of an alert's calls: its sums, beside the alert's other callers and what is usual.
//!
//! The crowd asks here for every group that a call is counted into; what comes out is what a judge scores.

use super::Crowd;
use crate::features::surprise;
use crate::group::Sums;
use crate::habits::{Habits, Sample, Trait};
use crate::numbers::Number;
use crate::origin::{AGENT, Facts, Mark, SDP, SOURCE, Surroundings, TRUNK, Usual};

/// Callers from which on a group is judged whose numbers themselves are odd.
const FEW: u32 = 3;
/// Part of the numbers in use that a plan of some age does not know yet.
const STALE: f32 = 0.02;
/// Deviations by which a group's share of its trunk's calls may be chance: few calls say little of it.
const DOUBT: f32 = 1.5;
/// Strangeness from which on an origin is foreign to its trunk.
const FOREIGN: f32 = 0.9;

impl Crowd {
    /// Distinct A-numbers that a group must hold to be judged. One that would not meet the rule by itself is no attack,
    /// however odd the few callers in it look, unless their very numbers tell: to wait for more of these would leave
    /// them among honest callers meanwhile.
    fn least(&self, mark: Mark) -> u32 {
        match mark {
            Mark::Neighbourhood(_) | Mark::ImpossibleOn(_) | Mark::Impossible => self.threshold.min(FEW),
            _ => self.threshold,
        }
    }

    /// What is known of a group that is large enough to be judged.
    pub(super) fn facts(&self, mark: Mark, around: &Surroundings, habits: &Habits) -> Option<Facts> {
        let sums = self.stretches.sums(mark)?;
        if sums.callers() < self.least(mark) {
            return None;
        }
        let mut facts = sums.facts();
        facts.few = self.is_few(&facts);
        facts.grouping = mark.width();
        facts.stale = self.stale(mark, &facts);
        self.whole(mark.picked_from(), mark, &sums).tell_picked(&mut facts);
        let alike_among = matches!(mark, Mark::Neighbourhood(_)).then_some(Mark::Rest);
        self.whole(alike_among, mark, &sums).tell_alike(&mut facts);
        self.compare(mark, &sums, &mut facts, around.b, habits);
        if mark.is_of_trunk() && !facts.foreign {
            let rest = self.stretches.sums(Mark::Rest).map_or(0, |rest| rest.callers()).max(facts.callers);
            facts.beside = 1.0 - facts.callers as f32 / rest as f32;
        }
        Some(facts)
    }

    /// Adds what other calls usually show, and how far the group's trunk and endpoint are from that.
    fn compare(&self, mark: Mark, sums: &Sums, facts: &mut Facts, b: Number, habits: &Habits) {
        let trunk = sums.origin().trunk;
        let one_trunk = facts.same[TRUNK] == facts.calls;
        let peers = if one_trunk { habits.of_trunk(trunk) } else { None };
        facts.usual = usual(peers, habits, b);
        let others = self.beside(mark, sums);
        let all = others(Mark::Rest);
        facts.share_of_crowd = facts.callers as f32 / all.callers.max(facts.callers) as f32;
        if let Some(peers) = peers {
            let on_trunk = if trunk == 0 { all } else { others(Mark::Trunk(trunk)) };
            (facts.strangeness, facts.endpoint_surprise) = strangeness(peers, facts, sums, on_trunk, b);
            facts.foreign = facts.strangeness >= FOREIGN;
            if trunk != 0
                && let Some(usual) = habits.of_all().share(Trait::Trunk(trunk), b)
            {
                facts.trunk_share = usual;
                facts.trunk_surprise = surprise(on_trunk.callers, all.callers.max(on_trunk.callers), usual);
            }
        }
        if let (Some(rarity), Some(entropy)) = (sums.rarity(), habits.of_all().trunk_entropy()) {
            facts.trunk_rarity = rarity - entropy;
        }
    }

    /// Whether a group would not meet the rule by itself.
    fn is_few(&self, facts: &Facts) -> bool {
        let pace = self.window / i64::from(self.threshold.saturating_sub(1).max(1));
        let slow = facts.span > pace * i64::from(facts.callers.saturating_sub(1));
        facts.callers < self.threshold || slow
    }

    /// Of a group of impossible numbers, as many as the plan's age would explain in a crowd of this size.
    fn stale(&self, mark: Mark, facts: &Facts) -> f32 {
        let crowd = match mark {
            Mark::Impossible => self.stretches.sums(Mark::Rest),
            Mark::ImpossibleOn(trunk) => self.stretches.sums(Mark::Trunk(trunk)),
            _ => None,
        };
        let others = crowd.map_or(0, |crowd| crowd.callers().saturating_sub(facts.callers));
        let stale = STALE * others as f32;
        if crowd.is_some() { stale + stale.sqrt() } else { 0.0 }
    }

    /// A wider group with this one among its calls; this one alone where there is none.
    fn whole(&self, wider: Option<Mark>, mark: Mark, sums: &Sums) -> Sums {
        match wider.and_then(|wider| self.stretches.sums(wider)) {
            Some(all) if self.is_found(mark) => all.and(sums),
            Some(all) => all,
            None => *sums,
        }
    }

    /// How many callers and calls a wider group has, this one among them: a group that was found was taken out.
    fn beside<'a>(&'a self, mark: Mark, sums: &'a Sums) -> impl Fn(Mark) -> Size + 'a {
        let taken_out = self.is_found(mark);
        move |wider| {
            let all = self.stretches.sums(wider).map_or(Size::default(), |all| Size::of(&all));
            if taken_out && wider != mark { all.and(Size::of(sums)) } else { all }
        }
    }
}

/// How large a group is.
#[derive(Clone, Copy, Default)]
struct Size {
    callers: u32,
    calls: u32,
}

impl Size {
    fn of(sums: &Sums) -> Self {
        Self { callers: sums.callers(), calls: sums.calls() }
    }

    fn and(self, other: Self) -> Self {
        Self { callers: self.callers + other.callers, calls: self.calls + other.calls }
    }
}

/// What other calls show of what can be compared: those of the trunk, or all where too few of it are known.
fn usual(peers: Option<&Sample>, habits: &Habits, b: Number) -> Usual {
    let of_peers = |of| peers.and_then(|peers| peers.share(of, b));
    let share = |of| of_peers(of).or_else(|| habits.of_all().share(of, b)).unwrap_or(f32::NAN);
    Usual {
        new: share(Trait::New),
        elsewhere: share(Trait::Elsewhere),
        national: share(Trait::National),
        impossible: share(Trait::Impossible),
        anonymous: share(Trait::Anonymous),
        attested: share(Trait::Attested),
        unattested: share(Trait::Unattested),
    }
}

/// How far what the group shares is from what its trunk usually shows, and how unlikely that is by chance, in nats;
/// missing where nothing can be compared.
fn strangeness(peers: &Sample, facts: &Facts, sums: &Sums, on_trunk: Size, b: Number) -> (f32, f32) {
    let origin = sums.origin();
    let calls = facts.calls as f32;
    let share = (calls - DOUBT * calls.sqrt()).max(0.0) / on_trunk.calls.max(facts.calls) as f32;
    let traits = [
        (SDP, Trait::Sdp(origin.sdp)),
        (SOURCE, Trait::Source(origin.source)),
        (AGENT, Trait::Agent(origin.agent)),
    ];
    let mut told = (f32::NAN, f32::NAN);
    for (_, of) in traits.into_iter().filter(|&(place, _)| facts.is_shared(place)) {
        if let Some(strange) = peers.strangeness(of, share, b) {
            told.0 = told.0.max(strange);
        }
        if let Some(usual) = peers.share(of, b) {
            told.1 = told.1.max(surprise(facts.callers, on_trunk.callers.max(facts.callers), usual));
        }
    }
    told
}
