//! What the sums of a group say of it: the facts that `crowd` completes by what is known of the group's surroundings.

use super::Sums;
use super::callers::Callers;
use crate::batch::Origin;
use crate::origin::{Facts, Picked, SDP};

/// How evenly callers are spaced is not told of fewer gaps,
const LEAST_GAPS: u32 = 4;
/// and evenness is no point of the scorecard for fewer callers: so few are evenly spaced by chance.
const LEAST_SPACED: u32 = 8;
/// Deviation of the gaps between callers, in mean gaps, from which on they are as uneven as chance has it,
const UNEVEN: f32 = 0.5;
/// and at which they are like clockwork. Chance itself makes it about 1.
const EVEN: f32 = 0.25;

impl Sums {
    /// Mean rarity of the calls' trunks, where it is known of most of them.
    #[must_use]
    pub fn rarity(&self) -> Option<f32> {
        (2 * self.rated > self.calls).then(|| self.rarity / self.rated as f32)
    }

    /// What these sums say of the group; nothing yet of its surroundings.
    #[must_use]
    pub fn facts(&self) -> Facts {
        let Origin { trunk, source, sdp, agent, asserted } = self.origin;
        let neighbours = if self.callers.in_block > 1 { self.callers.in_block } else { 0 };
        let span = self.highest.saturating_sub(self.lowest);
        let deviation = self.gap_deviation();
        let unknown = f32::NAN;
        Facts {
            callers: self.callers.all,
            numbers: self.callers.numbers,
            calls: self.calls,
            span: self.last_at - self.first_at,
            same: self.same,
            shows: [trunk, source, sdp, agent, asserted],
            trunks: self.various[0],
            sources: self.various[1],
            sdp_origins: self.various[2],
            sequential: self.row.numbers().min(self.callers.all),
            one_way: self.row.one_way(),
            neighbours,
            neighbour_span: if neighbours == 0 { unknown } else { (span as f32 + 1.0).log10() },
            exchange: self.blocks.likeness(self.callers.numbers, self.callers.all),
            invalid: self.callers.impossible,
            anonymous: self.callers.anonymous,
            new: self.callers.new,
            elsewhere: self.callers.elsewhere,
            national: self.callers.national,
            told: self.told,
            attested: self.attested,
            unattested: self.unattested,
            asserted: self.asserted,
            mismatched: self.mismatched,
            answered: self.answered,
            unanswered: self.unanswered,
            gave_up: self.gave_up,
            short: self.short,
            spread: self.spread(),
            gap_deviation: deviation.unwrap_or(unknown),
            evenness: deviation
                .filter(|_| self.gaps + 1 >= LEAST_SPACED)
                .map_or(0.0, |deviation| ((UNEVEN - deviation) / (UNEVEN - EVEN)).clamp(0.0, 1.0)),
            strangeness: unknown,
            trunk_share: unknown,
            trunk_surprise: unknown,
            trunk_rarity: unknown,
            endpoint_surprise: unknown,
            ..Facts::default()
        }
    }

    /// Says of a group what these sums of those from whom it was picked do.
    pub fn tell_picked(&self, facts: &mut Facts) {
        let Callers { all, numbers, new, elsewhere, impossible, .. } = self.callers;
        facts.picked = Picked { callers: all, numbers, new, elsewhere, invalid: impossible };
        facts.range_oddness = mean(self.oddness, self.weighed);
        facts.range_surprise = if self.weighed == 0 { f32::NAN } else { self.oddness };
        facts.range_rarity = mean(self.scarcity, self.ranged);
    }

    /// Says of a group how alike the callers are of these sums, those of which it is one neighbourhood.
    pub fn tell_alike(&self, facts: &mut Facts) {
        facts.same_range = mean(self.alike, self.compared).clamp(0.0, 1.0);
        facts.same_range_usual = mean(self.alike_usual, self.compared);
    }

    fn spread(&self) -> f32 {
        let further = self.callers.all.saturating_sub(1);
        if further == 0 || self.origin.sdp != 0 && self.same[SDP] == self.calls {
            return 0.0;
        }
        (self.various[SDP].saturating_sub(1) as f32 / further as f32).min(1.0)
    }

    /// Nothing where so many callers call at one instant that the sender's clock must be too coarse to tell.
    fn gap_deviation(&self) -> Option<f32> {
        if self.gaps < LEAST_GAPS || self.gap_sum <= 0.0 || 2 * self.tied >= self.gaps {
            return None;
        }
        let gaps = self.gaps as f32;
        let mean = self.gap_sum / gaps;
        Some((self.gap_squares / gaps - mean * mean).max(0.0).sqrt() / mean)
    }
}

/// Missing where it would be one of nothing.
fn mean(sum: f32, of: u32) -> f32 {
    if of == 0 { f32::NAN } else { sum / of as f32 }
}
