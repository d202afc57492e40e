//! What is known of a group of calls and of the number they go to: all that a judge is given.

use crate::numbers::Number;

/// What is known of a group of calls and its place among the others; the input of the score.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// How wide its mark is, 0 (numbers alike) to 9 (all calls); see [`super::Mark`].
    pub grouping: u8,
    /// Distinct A-numbers.
    pub callers: u32,
    /// Those of them that are E.164 numbers.
    pub numbers: u32,
    /// Whether they are fewer than the rule's threshold, or further apart than it allows.
    pub few: bool,
    /// Calls.
    pub calls: u32,
    /// Nanoseconds from first to last call.
    pub span: i64,
    /// Calls that show the same trunk, source address, SDP origin, agent, asserted identity as the first.
    pub same: [u32; 5],
    /// What the first call shows of these; 0 is nothing.
    pub shows: [u32; 5],
    /// Distinct trunks,
    pub trunks: u32,
    /// source addresses
    pub sources: u32,
    /// and SDP origins.
    pub sdp_origins: u32,
    /// What all calls share is not what the trunk's other calls show: one endpoint, and not the trunk's own.
    pub foreign: bool,
    /// How far the trunk's other calls are from showing what these share, 0 to 1; missing where it can't be told.
    pub strangeness: f32,
    /// Part of all called numbers that are reached over the trunk these calls share, 0 to 1.
    pub trunk_share: f32,
    /// How unlikely so many of the alert's callers are on this trunk by chance, in nats.
    pub trunk_surprise: f32,
    /// How much rarer the calls' trunks are than those of all calls, in nats a call.
    pub trunk_rarity: f32,
    /// How unlikely so many of the trunk's callers show the endpoint that these share, in nats.
    pub endpoint_surprise: f32,
    /// From whom the group was picked, where new callers, impossible numbers or the like were: who picks callers for
    /// being new must not wonder that they are.
    pub picked: Picked,
    /// How odd the trunks are for these callers' ranges: nats a call,
    pub range_oddness: f32,
    /// and in all.
    pub range_surprise: f32,
    /// Mean share of the alert's other callers whose number is of the same range;
    pub same_range: f32,
    /// what would be usual;
    pub same_range_usual: f32,
    /// and how much rarer the ranges are among all callers than those of all calls, in nats a call.
    pub range_rarity: f32,
    /// Callers whose number lies within 10 of that of the caller before or after them.
    pub sequential: u32,
    /// How far these numbers go one way, 0 to 1: dialled up or down, and not merely close together.
    pub one_way: f32,
    /// Callers whose number shares all but the last four digits with another caller's.
    pub neighbours: u32,
    /// Decimal digits of the distance between the lowest and the highest of these; missing where there are none.
    pub neighbour_span: f32,
    /// How much the callers' numbers look like the extensions of one company, 0 to 1: many of them in a few blocks of a
    /// thousand.
    pub exchange: f32,
    /// Callers whose number no numbering plan holds.
    pub invalid: u32,
    /// Of these, as many as the plan's age would explain in a crowd of this size.
    pub stale: f32,
    /// Callers that withhold their number; they are one A-number.
    pub anonymous: u32,
    /// Callers that never called before this alert,
    pub new: u32,
    /// that usually call over another trunk,
    pub elsewhere: u32,
    /// and whose number is of the home country.
    pub national: u32,
    /// Calls of which something is said of attestation.
    pub told: u32,
    /// Calls with attestation A.
    pub attested: u32,
    /// Calls with attestation C, with none, or with one that failed.
    pub unattested: u32,
    /// Calls whose caller the network asserts,
    pub asserted: u32,
    /// and those of them whose A-number is another.
    pub mismatched: u32,
    /// Calls that were answered.
    pub answered: u32,
    /// Calls that ended without an answer.
    pub unanswered: u32,
    /// Calls that their callers gave up at once.
    pub gave_up: u32,
    /// Calls answered and over within ten seconds.
    pub short: u32,
    /// Distinct SDP origins beyond the first per further caller, 0 to 1: many endpoints, many callers.
    pub spread: f32,
    /// Share of the alert's callers that are in this group.
    pub share_of_crowd: f32,
    /// Share of the alert's callers that are in none of its suspect groups nor in this one, where it is one that honest
    /// callers of the same trunk fall into as well; else 0.
    pub beside: f32,
    /// Deviation of the gaps between callers, in mean gaps; about 1 by chance. Missing for few callers.
    pub gap_deviation: f32,
    /// How evenly the callers are spaced in time, 0 (as chance has it) to 1 (like clockwork).
    pub evenness: f32,
    /// What other calls of the same trunk usually show.
    pub usual: Usual,
}

/// How many show what a group may have been picked for, of all from whom it was picked.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Picked {
    /// Distinct A-numbers, and those of them that are E.164 numbers.
    pub callers: u32,
    /// See `callers`.
    pub numbers: u32,
    /// See [`Facts::new`].
    pub new: u32,
    /// See [`Facts::elsewhere`].
    pub elsewhere: u32,
    /// See [`Facts::invalid`].
    pub invalid: u32,
}

/// Places of the origin's parts in [`Facts::same`] and [`Facts::shows`].
pub const TRUNK: usize = 0;
/// See [`TRUNK`].
pub const SOURCE: usize = 1;
/// See [`TRUNK`].
pub const SDP: usize = 2;
/// See [`TRUNK`].
pub const AGENT: usize = 3;

impl Facts {
    /// Whether all calls show one and the same trunk, source address, SDP origin or agent.
    #[must_use]
    pub fn is_shared(&self, place: usize) -> bool {
        self.shows[place] != 0 && self.same[place] == self.calls
    }
}

/// Shares of a trunk's other calls, 0 to 1; missing where too few are known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Usual {
    /// Their callers never called before.
    pub new: f32,
    /// Their callers usually call over another trunk.
    pub elsewhere: f32,
    /// Their callers' numbers are of the home country.
    pub national: f32,
    /// No plan holds their callers' numbers.
    pub impossible: f32,
    /// Their callers withhold their numbers.
    pub anonymous: f32,
    /// They have attestation A,
    pub attested: f32,
    /// or C, none, or one that failed.
    pub unattested: f32,
}

impl Default for Usual {
    fn default() -> Self {
        let [new, elsewhere, national, impossible, anonymous, attested, unattested] = [f32::NAN; 7];
        Self { new, elsewhere, national, impossible, anonymous, attested, unattested }
    }
}

/// What the score knows of the B-number besides its calls one by one. Shares are 0 to 1, what is not known is missing.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings {
    /// The B-number.
    pub b: Number,
    /// Calls to it in its metrics window of which it is known whether they were answered.
    pub history: u32,
    /// Share of them that was answered.
    pub answered_share: f32,
    /// Answered calls of all in the metrics window, per cent.
    pub asr: f32,
    /// Mean seconds from answer to release.
    pub aloc: f32,
    /// Share of ended calls that talked less than ten seconds.
    pub short_call_ratio: f32,
    /// Calls per second in the metrics window.
    pub call_rate: f32,
    /// Calls of the metrics window that the alert does not name.
    pub calls_before: u32,
    /// Distinct A-numbers in the window now.
    pub distinct_callers: u32,
    /// Distinct A-numbers with a call in progress per call in progress, at the alert's busiest instant.
    pub overlap_ratio: f32,
    /// Callers that its busy windows usually hold; 0 where none was ever busy.
    pub usual_callers: f32,
    /// Bursts of true callers that it had; earlier ones fade.
    pub bursts: f32,
    /// Calls to it an hour, since the engine's first.
    pub calls_per_hour: f32,
    /// 1 where it has called somebody before, else 0.
    pub calls_out: f32,
    /// Hours since the engine's first call, up to a day: how much what is not known of the number means.
    pub watched_hours: f32,
}

impl Surroundings {
    /// Of a B-number of which nothing is known.
    #[must_use]
    pub fn unknown(b: Number) -> Self {
        Self {
            b,
            history: 0,
            answered_share: 0.0,
            asr: f32::NAN,
            aloc: f32::NAN,
            short_call_ratio: f32::NAN,
            call_rate: 0.0,
            calls_before: 0,
            distinct_callers: 0,
            overlap_ratio: f32::NAN,
            usual_callers: f32::NAN,
            bursts: f32::NAN,
            calls_per_hour: f32::NAN,
            calls_out: f32::NAN,
            watched_hours: f32::NAN,
        }
    }
}
