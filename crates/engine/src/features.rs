//! The model's row of numbers for one group of calls: names, order, and how each follows from the facts.
//!
//! This is the only place that makes such rows: training reads those that the engine made, so that what is served is
//! what was learnt. A fact that is not known is missing (NaN) and never a 0. Whatever an honest network may show of all
//! its calls stands beside what this trunk usually shows. `docs/detection.md` says of each its range and why it matters.

use crate::origin::{Facts, Surroundings};

/// Numbers of one row.
pub const COUNT: usize = NAMES.len();

/// One group as the model sees it.
pub type Row = [f32; COUNT];

/// The row of a group that nobody has judged.
pub const UNKNOWN: Row = [f32::NAN; COUNT];

/// The columns in their order; the first eight are those of the older systems.
pub const NAMES: [&str; 67] = [
    "asr",
    "aloc",
    "overlap_ratio",
    "cli_mismatch",
    "distinct_a_count",
    "call_rate",
    "short_call_ratio",
    "high_volume_flag",
    "b_answered_share",
    "b_calls_before",
    "b_usual_callers",
    "b_bursts",
    "b_times_usual",
    "grouping",
    "callers",
    "calls_per_caller",
    "callers_per_second",
    "gap_deviation",
    "share_of_crowd",
    "shared_trunk",
    "shared_source",
    "shared_sdp_origin",
    "shared_agent",
    "trunks_per_caller",
    "sources_per_caller",
    "origins_per_caller",
    "strange_endpoint",
    "trunk_usual_share",
    "trunk_surprise",
    "trunk_rarity",
    "sequential",
    "in_a_row",
    "neighbours",
    "neighbour_span",
    "impossible",
    "impossible_excess",
    "withheld_excess",
    "new_callers",
    "new_callers_excess",
    "elsewhere_excess",
    "national_excess",
    "attested",
    "attested_excess",
    "unattested",
    "unattested_excess",
    "shared_identity",
    "answered",
    "given_up_at_once",
    "short_talks",
    "decided",
    "endpoint_surprise",
    "new_callers_surprise",
    "elsewhere_surprise",
    "national_surprise",
    "unattested_surprise",
    "impossible_surprise",
    "range_oddness",
    "range_surprise",
    "b_calls_per_hour",
    "b_calls_out",
    "watched_hours",
    "made_up_odds",
    "unfamiliar_odds",
    "same_range",
    "same_range_surprise",
    "range_rarity",
    "range_rarity_sum",
];

/// Callers in a window from which on the older systems raise `high_volume_flag`.
const HIGH_VOLUME: u32 = 10;
/// A sample of some hundred calls can't tell rarer things.
const LEAST_USUAL: f32 = 0.002;
/// Most callers per second that are told apart.
const FASTEST: f32 = 1_000.0;
/// Of the numbers that one hand makes up, those that no chance makes known;
const MADE_UP: f32 = 0.95;
/// of the numbers it steals, those that are new here or usually come another way.
const STOLEN: f32 = 0.7;

/// The row of a group.
#[must_use]
pub fn row(facts: &Facts, around: &Surroundings) -> Row {
    let callers = facts.callers as f32;
    let of_callers = |count: u32| share(count, facts.callers);
    let of_numbers = |count: u32| share(count, facts.numbers);
    let of_calls = |count: u32| share(count, facts.calls);
    let of_told = |count: u32| share(count, facts.told);
    let per_further = |count: u32| share(count.saturating_sub(1), facts.callers.saturating_sub(1)).min(1.0);
    let same = |place: usize| if facts.shows[place] == 0 { f32::NAN } else { of_calls(facts.same[place]) };
    let various = |place: usize, count: u32| {
        if facts.shows[place] == 0 { f32::NAN } else { per_further(count) }
    };
    let (usual, picked) = (&facts.usual, &facts.picked);
    [
        around.asr,
        around.aloc,
        around.overlap_ratio,
        share(facts.mismatched, facts.asserted),
        around.distinct_callers as f32,
        around.call_rate,
        around.short_call_ratio,
        if around.distinct_callers >= HIGH_VOLUME { 1.0 } else { 0.0 },
        if around.history == 0 { f32::NAN } else { around.answered_share },
        around.calls_before as f32,
        around.usual_callers,
        around.bursts,
        around.distinct_callers as f32 / around.usual_callers.max(1.0),
        f32::from(facts.grouping),
        callers,
        share(facts.calls, facts.callers),
        per_second(facts),
        facts.gap_deviation,
        facts.share_of_crowd,
        same(0),
        same(1),
        same(2),
        same(3),
        various(0, facts.trunks),
        various(1, facts.sources),
        various(2, facts.sdp_origins),
        facts.strangeness,
        facts.trunk_share,
        facts.trunk_surprise,
        facts.trunk_rarity,
        of_callers(facts.sequential),
        of_callers(facts.sequential) * facts.one_way,
        of_callers(facts.neighbours),
        facts.neighbour_span,
        of_callers(facts.invalid),
        of_callers(facts.invalid) - usual.impossible,
        of_callers(facts.anonymous) - usual.anonymous,
        of_numbers(facts.new),
        of_numbers(facts.new) - usual.new,
        of_numbers(facts.elsewhere) - usual.elsewhere,
        of_numbers(facts.national) - usual.national,
        of_told(facts.attested),
        of_calls(facts.attested) - usual.attested,
        of_told(facts.unattested),
        of_calls(facts.unattested) - usual.unattested,
        share(facts.same[4], facts.asserted),
        share(facts.answered, facts.answered + facts.unanswered),
        of_calls(facts.gave_up),
        share(facts.short, facts.answered),
        of_calls(facts.answered + facts.unanswered),
        facts.endpoint_surprise,
        surprise(picked.new, picked.numbers, usual.new),
        surprise(picked.elsewhere, picked.numbers, usual.elsewhere),
        surprise(facts.national, facts.numbers, usual.national),
        surprise(facts.unattested, facts.calls, usual.unattested),
        surprise(picked.invalid, picked.callers, usual.impossible),
        facts.range_oddness,
        facts.range_surprise,
        around.calls_per_hour,
        around.calls_out,
        around.watched_hours,
        odds(picked.new, picked.numbers, usual.new, MADE_UP),
        odds(picked.new + picked.elsewhere, picked.numbers, usual.new + usual.elsewhere, STOLEN),
        facts.same_range,
        beyond(facts.same_range, facts.callers, facts.same_range_usual),
        facts.range_rarity,
        facts.range_rarity * picked.callers as f32,
    ]
}

/// Nats by which `part` of `all` goes beyond what a share of `usual` would explain (binomial large deviation); missing
/// where that is.
#[must_use]
pub fn surprise(part: u32, all: u32, usual: f32) -> f32 {
    beyond(part as f32 / all.max(1) as f32, all, usual)
}

/// The same of a share of `all` that is `shown`.
fn beyond(shown: f32, all: u32, usual: f32) -> f32 {
    if usual.is_nan() || shown.is_nan() {
        return f32::NAN;
    }
    let usual = usual.clamp(LEAST_USUAL, 1.0 - LEAST_USUAL);
    if shown <= usual {
        return 0.0;
    }
    let rest = if shown < 1.0 { (1.0 - shown) * ((1.0 - shown) / (1.0 - usual)).ln() } else { 0.0 };
    all.max(1) as f32 * (shown * (shown / usual).ln() + rest)
}

/// Nats by which `part` of `all` callers that show a trait are likelier of one hand's numbers than of true callers. Of
/// true callers a share of `usual` shows it; of one hand's numbers that, and of those left a share of `certain`. Missing
/// where `usual` is.
fn odds(part: u32, all: u32, usual: f32, certain: f32) -> f32 {
    if usual.is_nan() {
        return usual;
    }
    let usual = usual.clamp(LEAST_USUAL, 1.0 - LEAST_USUAL);
    let each = ((usual + (1.0 - usual) * certain) / usual).ln();
    part as f32 * each + all.saturating_sub(part) as f32 * (1.0 - certain).ln()
}

/// A share, missing where it would be one of nothing.
fn share(part: u32, whole: u32) -> f32 {
    if whole == 0 { f32::NAN } else { part as f32 / whole as f32 }
}

/// Missing where all call at one instant: the sender's clock is too coarse to tell.
fn per_second(facts: &Facts) -> f32 {
    let gaps = facts.callers.saturating_sub(1) as f32;
    let seconds = facts.span as f32 / 1e9;
    if seconds > 0.0 { (gaps / seconds).min(FASTEST) } else { f32::NAN }
}
