//! What the calls of one group add up to: sums that a call is counted into as it comes, and out of again.

use crate::batch::Origin;
use crate::calls::CallId;
use crate::event::Attestation;
use crate::origin::{Facts, Member, Outcome, block};
use crate::row::Row;

/// Numbers that a company's exchange has, most of them fewer.
const EXCHANGE: u64 = 1_000;
/// Evenness is not told of fewer callers: so few are evenly spaced by chance.
const LEAST_SPACED: u32 = 8;
/// Deviation of the gaps between callers, in mean gaps, from which on they are as uneven as chance has it,
const UNEVEN: f32 = 0.5;
/// and at which they are like clockwork. Chance itself makes it about 1.
const EVEN: f32 = 0.25;

/// Sums over the callers of a group, each counted once.
#[derive(Clone, Copy, Debug, Default)]
struct Callers {
    all: u32,
    impossible: u32,
    anonymous: u32,
    /// Those in the block of the group's first.
    in_block: u32,
}

/// Sums over the calls of a group that began in one stretch of time.
#[derive(Clone, Copy, Debug)]
pub struct Sums {
    /// One of its calls.
    pub call: CallId,
    calls: u32,
    first_at: i64,
    last_at: i64,
    /// What the first call shows; and how many calls show the same trunk, source address, SDP origin, agent.
    origin: Origin,
    same: [u32; 4],
    sdp_origins: u32,
    block: u64,
    /// Callers of this stretch; and of those the ones that the stretch before did not have.
    callers: Callers,
    fresh: Callers,
    /// Lowest and highest number of the callers in the block.
    lowest: u64,
    highest: u64,
    last_caller: i64,
    row: Row,
    /// Gaps between callers, their sum and the sum of their squares, in seconds.
    gaps: u32,
    gap_sum: f32,
    gap_squares: f32,
    attested: u32,
    unattested: u32,
    answered: u32,
    gave_up: u32,
    /// Callers at the last comparison with the trunk's habits, and what it showed.
    pub compared: u32,
    /// See `compared`.
    pub foreign: bool,
}

/// What is new about a call in the stretch of time in which it began.
#[derive(Clone, Copy, Debug, Default)]
pub struct News {
    /// Its caller had no call in this stretch,
    pub caller: bool,
    /// nor in the one before.
    pub fresh: bool,
    /// No other call of this stretch has its SDP origin.
    pub sdp_origin: bool,
}

impl Callers {
    fn count(&mut self, call: &Member, in_block: bool) {
        self.all += 1;
        self.impossible += u32::from(call.impossible);
        self.anonymous += u32::from(call.a.is_anonymous());
        self.in_block += u32::from(in_block);
    }

    fn uncount(&mut self, call: &Member, in_block: bool) {
        self.all = self.all.saturating_sub(1);
        self.impossible = self.impossible.saturating_sub(u32::from(call.impossible));
        self.anonymous = self.anonymous.saturating_sub(u32::from(call.a.is_anonymous()));
        self.in_block = self.in_block.saturating_sub(u32::from(in_block));
    }
}

impl Sums {
    /// Sums of nothing yet, for a group that `call` begins and that goes on from the stretch `before`.
    #[must_use]
    pub fn new(call: &Member, before: Option<&Self>) -> Self {
        Self {
            call: call.call,
            calls: 0,
            first_at: call.at,
            last_at: call.at,
            origin: call.origin,
            same: [0; 4],
            sdp_origins: 0,
            block: block(call.a).unwrap_or(0),
            callers: Callers::default(),
            fresh: Callers::default(),
            lowest: u64::MAX,
            highest: 0,
            last_caller: 0,
            row: before.map_or_else(Row::default, |before| before.row.next()),
            gaps: 0,
            gap_sum: 0.0,
            gap_squares: 0.0,
            attested: 0,
            unattested: 0,
            answered: 0,
            gave_up: 0,
            compared: before.map_or(0, |before| before.compared),
            foreign: before.is_some_and(|before| before.foreign),
        }
    }

    /// Counts a call in.
    pub fn add(&mut self, call: &Member, news: News) {
        self.call = call.call;
        self.calls += 1;
        self.first_at = self.first_at.min(call.at);
        self.last_at = self.last_at.max(call.at);
        for (same, shown) in self.same.iter_mut().zip(shown(self.origin, call.origin)) {
            *same += u32::from(shown);
        }
        self.sdp_origins += u32::from(news.sdp_origin);
        self.attested += u32::from(call.attestation == Attestation::A);
        self.unattested += u32::from(is_unattested(call.attestation));
        self.hear(Outcome::default(), call.outcome);
        if news.caller {
            let in_block = self.block != 0 && block(call.a) == Some(self.block);
            self.callers.count(call, in_block);
            if news.fresh {
                self.fresh.count(call, in_block);
            }
            if let Some(number) = call.a.e164_value().filter(|_| in_block) {
                self.lowest = self.lowest.min(number);
                self.highest = self.highest.max(number);
            }
            self.follow(call);
        }
    }

    /// Takes note of the caller that comes after the last one.
    fn follow(&mut self, call: &Member) {
        let tied = self.last_caller == call.at;
        if self.last_caller != 0 {
            let gap = (call.at - self.last_caller).max(0) as f32 / 1e9;
            self.gaps += 1;
            self.gap_sum += gap;
            self.gap_squares += gap * gap;
        }
        self.last_caller = self.last_caller.max(call.at);
        if let Some(number) = call.a.e164_value() {
            self.row.step(number, tied);
        }
    }

    /// Counts a call out that turned out to be another group's. What is known of the order of the callers goes too:
    /// it told of both groups mixed.
    pub fn take(&mut self, call: &Member) {
        self.calls = self.calls.saturating_sub(1);
        for (same, shown) in self.same.iter_mut().zip(shown(self.origin, call.origin)) {
            *same = same.saturating_sub(u32::from(shown));
        }
        self.sdp_origins = self.sdp_origins.min(self.calls);
        self.attested = self.attested.saturating_sub(u32::from(call.attestation == Attestation::A));
        self.unattested = self.unattested.saturating_sub(u32::from(is_unattested(call.attestation)));
        self.hear(call.outcome, Outcome::default());
        let in_block = self.block != 0 && block(call.a) == Some(self.block);
        self.callers.uncount(call, in_block);
        self.fresh.uncount(call, in_block);
        self.last_caller = 0;
        self.row = Row::default();
        (self.gaps, self.gap_sum, self.gap_squares) = (0, 0.0, 0.0);
    }

    /// Takes note that a call's outcome is another than it was.
    pub fn hear(&mut self, before: Outcome, after: Outcome) {
        let change = |count: &mut u32, was: bool, is: bool| {
            *count = (*count + u32::from(is)).saturating_sub(u32::from(was));
        };
        change(&mut self.answered, before.answered, after.answered);
        change(&mut self.gave_up, before.gave_up, after.gave_up);
    }

    /// Whether most callers were dialled in a row that this number lies nowhere near.
    #[must_use]
    pub fn is_row_without(&self, number: Option<u64>) -> bool {
        let in_row = 2 * self.row.numbers() >= self.callers.all && self.row.one_way() > 0.0;
        in_row && !number.is_some_and(|number| self.row.is_near(number))
    }

    /// Distinct A-numbers of this stretch.
    #[must_use]
    pub fn callers(&self) -> u32 {
        self.callers.all
    }

    /// Calls of this stretch.
    #[must_use]
    pub fn calls(&self) -> u32 {
        self.calls
    }

    /// What the first call shows.
    #[must_use]
    pub fn origin(&self) -> Origin {
        self.origin
    }

    /// These sums and those of the stretch after them, as one.
    #[must_use]
    pub fn and(&self, later: &Self) -> Self {
        if self.calls == 0 {
            return *later;
        }
        let alike = shown(self.origin, later.origin);
        let mut same = [0; 4];
        for (place, same) in same.iter_mut().enumerate() {
            *same = self.same[place] + if alike[place] { later.same[place] } else { 0 };
        }
        let one_block = self.block == later.block;
        let callers = Callers {
            all: self.callers.all + later.fresh.all,
            impossible: self.callers.impossible + later.fresh.impossible,
            anonymous: self.callers.anonymous + later.fresh.anonymous,
            in_block: self.callers.in_block + if one_block { later.fresh.in_block } else { 0 },
        };
        Self {
            calls: self.calls + later.calls,
            first_at: self.first_at,
            origin: self.origin,
            same,
            sdp_origins: self.sdp_origins + later.sdp_origins,
            block: self.block,
            lowest: if one_block { self.lowest.min(later.lowest) } else { self.lowest },
            highest: if one_block { self.highest.max(later.highest) } else { self.highest },
            callers,
            fresh: callers,
            row: self.row.and(&later.row),
            gaps: self.gaps + later.gaps,
            gap_sum: self.gap_sum + later.gap_sum,
            gap_squares: self.gap_squares + later.gap_squares,
            attested: self.attested + later.attested,
            unattested: self.unattested + later.unattested,
            answered: self.answered + later.answered,
            gave_up: self.gave_up + later.gave_up,
            ..*later
        }
    }

    /// What is left of a larger group without this part of it, as far as sums tell; nothing where nothing is.
    #[must_use]
    pub fn without(&self, part: &Self) -> Option<Self> {
        let callers = Callers {
            all: self.callers.all.saturating_sub(part.callers.all),
            impossible: self.callers.impossible.saturating_sub(part.callers.impossible),
            anonymous: self.callers.anonymous.saturating_sub(part.callers.anonymous),
            in_block: 0,
        };
        let left = Self {
            calls: self.calls.saturating_sub(part.calls),
            same: [0; 4],
            sdp_origins: self.sdp_origins.saturating_sub(part.sdp_origins),
            callers,
            fresh: callers,
            row: Row::default(),
            gaps: 0,
            attested: self.attested.saturating_sub(part.attested),
            unattested: self.unattested.saturating_sub(part.unattested),
            answered: self.answered.saturating_sub(part.answered),
            gave_up: self.gave_up.saturating_sub(part.gave_up),
            ..*self
        };
        (left.calls > 0 && callers.all > 0).then_some(left)
    }

    /// What these sums say of the group; nothing yet of its surroundings.
    #[must_use]
    pub fn facts(&self) -> Facts {
        let same = |place: usize, value: u32| value != 0 && self.same[place] == self.calls;
        let Origin { trunk, source, sdp, agent } = self.origin;
        let further = self.callers.all.saturating_sub(1);
        Facts {
            callers: self.callers.all,
            calls: self.calls,
            span: self.last_at - self.first_at,
            same_trunk: same(0, trunk),
            same_source: same(1, source),
            same_sdp: same(2, sdp),
            same_agent: same(3, agent),
            sequential: self.row.numbers().min(self.callers.all),
            one_way: self.row.one_way(),
            neighbours: if self.callers.in_block > 1 { self.callers.in_block } else { 0 },
            one_exchange: self.callers.in_block > 1 && self.highest.saturating_sub(self.lowest) < EXCHANGE,
            invalid: self.callers.impossible,
            anonymous: self.callers.anonymous,
            attested: self.attested,
            unattested: self.unattested,
            answered: self.answered,
            gave_up: self.gave_up,
            spread: if further == 0 || same(2, sdp) {
                0.0
            } else {
                (self.sdp_origins.saturating_sub(1) as f32 / further as f32).min(1.0)
            },
            evenness: self.evenness(),
            ..Facts::default()
        }
    }

    fn evenness(&self) -> f32 {
        if self.gaps + 1 < LEAST_SPACED || self.gap_sum <= 0.0 {
            return 0.0;
        }
        let gaps = self.gaps as f32;
        let mean = self.gap_sum / gaps;
        let deviation = (self.gap_squares / gaps - mean * mean).max(0.0).sqrt() / mean;
        ((UNEVEN - deviation) / (UNEVEN - EVEN)).clamp(0.0, 1.0)
    }
}

fn is_unattested(attestation: Attestation) -> bool {
    matches!(attestation, Attestation::C | Attestation::None | Attestation::Failed)
}

/// Which of trunk, source address, SDP origin and agent are the same.
fn shown(one: Origin, other: Origin) -> [bool; 4] {
    [one.trunk == other.trunk, one.source == other.source, one.sdp == other.sdp, one.agent == other.agent]
}
