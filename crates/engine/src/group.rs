//! What the calls of one group add up to: sums that a call is counted into as it comes, and out of again.
//!
//! `stretch` keeps them by group; `callers` are those of them that count each caller once, and `facts` makes of them
//! what is known of the group.

mod callers;
mod facts;

use crate::batch::Origin;
use crate::calls::CallId;
use crate::event::Attestation;
use crate::exchange::Blocks;
use crate::origin::{Member, Outcome, block};
use crate::row::Row;

use callers::Callers;

/// Sums over the calls of a group that began in one stretch of time.
#[derive(Clone, Copy, Debug)]
pub struct Sums {
    /// One of its calls.
    pub call: CallId,
    calls: u32,
    first_at: i64,
    last_at: i64,
    /// What the first call shows; and how many calls show the same trunk, source address, SDP origin, agent, identity.
    origin: Origin,
    same: [u32; 5],
    /// Distinct trunks, source addresses, SDP origins.
    various: [u32; 3],
    block: u64,
    /// Callers of this stretch; and of those the ones that the stretch before did not have.
    callers: Callers,
    fresh: Callers,
    /// Lowest and highest number of the callers in the block.
    lowest: u64,
    highest: u64,
    /// Of all callers' numbers, of those taken out since as well.
    blocks: Blocks,
    last_caller: i64,
    row: Row,
    /// Gaps between callers, those of them that are none, their sum and the sum of their squares, in seconds.
    gaps: u32,
    tied: u32,
    gap_sum: f32,
    gap_squares: f32,
    told: u32,
    attested: u32,
    unattested: u32,
    asserted: u32,
    mismatched: u32,
    /// Sum of the trunks' rarity over the calls of which it is known, and how many these are.
    rarity: f32,
    rated: u32,
    /// The same of how odd the trunks are.
    oddness: f32,
    weighed: u32,
    /// The same of how rare the numbers' ranges are; and of the share of other callers in them, and what is usual.
    scarcity: f32,
    ranged: u32,
    alike: f32,
    alike_usual: f32,
    compared: u32,
    answered: u32,
    unanswered: u32,
    gave_up: u32,
    short: u32,
}

/// What is new about a call in the stretch of time in which it began.
#[derive(Clone, Copy, Debug, Default)]
pub struct News {
    /// Its caller had no call in this stretch,
    pub caller: bool,
    /// nor in the one before.
    pub fresh: bool,
    /// No other call of this stretch has its trunk, source address, SDP origin.
    pub first_of: [bool; 3],
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
            same: [0; 5],
            various: [0; 3],
            block: block(call.a).unwrap_or(0),
            callers: Callers::default(),
            fresh: Callers::default(),
            lowest: u64::MAX,
            highest: 0,
            blocks: Blocks::default(),
            last_caller: 0,
            row: before.map_or_else(Row::default, |before| before.row.next()),
            gaps: 0,
            tied: 0,
            gap_sum: 0.0,
            gap_squares: 0.0,
            told: 0,
            attested: 0,
            unattested: 0,
            asserted: 0,
            mismatched: 0,
            rarity: 0.0,
            rated: 0,
            oddness: 0.0,
            weighed: 0,
            scarcity: 0.0,
            ranged: 0,
            alike: 0.0,
            alike_usual: 0.0,
            compared: 0,
            answered: 0,
            unanswered: 0,
            gave_up: 0,
            short: 0,
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
        for (various, first) in self.various.iter_mut().zip(news.first_of) {
            *various += u32::from(first);
        }
        for (count, one) in self.of_call(call) {
            *count += u32::from(one);
        }
        self.rarity += call.rarity.unwrap_or(0.0);
        self.oddness += call.oddness.unwrap_or(0.0);
        self.weigh_range(call, 1.0);
        self.hear(Outcome::default(), call.outcome);
        if news.caller {
            let in_block = self.block != 0 && block(call.a) == Some(self.block);
            self.callers.count(call, in_block);
            if news.fresh {
                self.fresh.count(call, in_block);
            }
            if let Some(number) = call.a.e164_value() {
                self.blocks.note(number);
                if in_block {
                    self.lowest = self.lowest.min(number);
                    self.highest = self.highest.max(number);
                }
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
            self.tied += u32::from(tied);
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
        self.various = self.various.map(|various| various.min(self.calls));
        for (count, one) in self.of_call(call) {
            *count = count.saturating_sub(u32::from(one));
        }
        self.rarity -= call.rarity.unwrap_or(0.0);
        self.oddness -= call.oddness.unwrap_or(0.0);
        self.weigh_range(call, -1.0);
        self.hear(call.outcome, Outcome::default());
        let in_block = self.block != 0 && block(call.a) == Some(self.block);
        self.callers.uncount(call, in_block);
        self.fresh.uncount(call, in_block);
        self.last_caller = 0;
        self.row = Row::default();
        (self.gaps, self.tied, self.gap_sum, self.gap_squares) = (0, 0, 0.0, 0.0);
    }

    fn weigh_range(&mut self, call: &Member, sign: f32) {
        let Some(range) = call.range else { return };
        self.scarcity += sign * range.rarity;
        if let Some(alike) = call.alike {
            self.alike += sign * alike;
            self.alike_usual += sign * range.share;
        }
    }

    /// Takes note that a call's outcome is another than it was.
    pub fn hear(&mut self, before: Outcome, after: Outcome) {
        let change = |count: &mut u32, was: bool, is: bool| {
            *count = (*count + u32::from(is)).saturating_sub(u32::from(was));
        };
        change(&mut self.answered, before.answered, after.answered);
        change(&mut self.unanswered, before.unanswered, after.unanswered);
        change(&mut self.gave_up, before.gave_up, after.gave_up);
        change(&mut self.short, before.short, after.short);
    }

    /// What is counted of each call and never changes.
    fn of_call(&mut self, call: &Member) -> [(&mut u32, bool); 9] {
        [
            (&mut self.told, call.attestation != Attestation::Unknown),
            (&mut self.attested, call.attestation == Attestation::A),
            (&mut self.unattested, call.attestation.is_unattested()),
            (&mut self.asserted, call.origin.asserted != 0),
            (&mut self.mismatched, call.is_mismatched()),
            (&mut self.rated, call.rarity.is_some()),
            (&mut self.weighed, call.oddness.is_some()),
            (&mut self.ranged, call.range.is_some()),
            (&mut self.compared, call.range.is_some() && call.alike.is_some()),
        ]
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
        let same =
            std::array::from_fn(|place| self.same[place] + if alike[place] { later.same[place] } else { 0 });
        let one_block = self.block == later.block;
        let mut callers = self.callers.with(later.fresh, u32::saturating_add);
        callers.in_block = self.callers.in_block + if one_block { later.fresh.in_block } else { 0 };
        Self {
            calls: self.calls + later.calls,
            first_at: self.first_at,
            origin: self.origin,
            same,
            // Those of the stretch before may be met again.
            various: std::array::from_fn(|place| self.various[place].max(later.various[place])),
            block: self.block,
            lowest: if one_block { self.lowest.min(later.lowest) } else { self.lowest },
            highest: if one_block { self.highest.max(later.highest) } else { self.highest },
            blocks: self.blocks.and(later.blocks),
            callers,
            fresh: callers,
            row: self.row.and(&later.row),
            gaps: self.gaps + later.gaps,
            tied: self.tied + later.tied,
            gap_sum: self.gap_sum + later.gap_sum,
            gap_squares: self.gap_squares + later.gap_squares,
            told: self.told + later.told,
            attested: self.attested + later.attested,
            unattested: self.unattested + later.unattested,
            asserted: self.asserted + later.asserted,
            mismatched: self.mismatched + later.mismatched,
            rarity: self.rarity + later.rarity,
            rated: self.rated + later.rated,
            oddness: self.oddness + later.oddness,
            weighed: self.weighed + later.weighed,
            scarcity: self.scarcity + later.scarcity,
            ranged: self.ranged + later.ranged,
            alike: self.alike + later.alike,
            alike_usual: self.alike_usual + later.alike_usual,
            compared: self.compared + later.compared,
            answered: self.answered + later.answered,
            unanswered: self.unanswered + later.unanswered,
            gave_up: self.gave_up + later.gave_up,
            short: self.short + later.short,
            ..*later
        }
    }

    /// What is left of a larger group without this part of it, as far as sums tell; nothing where nothing is.
    #[must_use]
    pub fn without(&self, part: &Self) -> Option<Self> {
        let mut callers = self.callers.with(part.callers, u32::saturating_sub);
        callers.in_block = 0;
        let left = Self {
            calls: self.calls.saturating_sub(part.calls),
            same: [0; 5],
            callers,
            fresh: callers,
            row: Row::default(),
            gaps: 0,
            told: self.told.saturating_sub(part.told),
            attested: self.attested.saturating_sub(part.attested),
            unattested: self.unattested.saturating_sub(part.unattested),
            asserted: self.asserted.saturating_sub(part.asserted),
            mismatched: self.mismatched.saturating_sub(part.mismatched),
            rarity: self.rarity - part.rarity,
            rated: self.rated.saturating_sub(part.rated),
            oddness: self.oddness - part.oddness,
            weighed: self.weighed.saturating_sub(part.weighed),
            scarcity: self.scarcity - part.scarcity,
            ranged: self.ranged.saturating_sub(part.ranged),
            alike: self.alike - part.alike,
            alike_usual: self.alike_usual - part.alike_usual,
            compared: self.compared.saturating_sub(part.compared),
            answered: self.answered.saturating_sub(part.answered),
            unanswered: self.unanswered.saturating_sub(part.unanswered),
            gave_up: self.gave_up.saturating_sub(part.gave_up),
            short: self.short.saturating_sub(part.short),
            ..*self
        };
        (left.calls > 0 && callers.all > 0).then_some(left)
    }
}

/// Which of trunk, source address, SDP origin, agent and identity are the same; no identity is none.
fn shown(one: Origin, other: Origin) -> [bool; 5] {
    [
        one.trunk == other.trunk,
        one.source == other.source,
        one.sdp == other.sdp,
        one.agent == other.agent,
        one.asserted == other.asserted && one.asserted != 0,
    ]
}
