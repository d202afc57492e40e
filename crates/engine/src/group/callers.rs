//! What the callers of a group add up to, each of them once however often it calls.

use crate::callers::Acquaintance;
use crate::origin::Member;

/// Sums over the callers of a group, each counted once.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Callers {
    pub(super) all: u32,
    pub(super) impossible: u32,
    pub(super) anonymous: u32,
    pub(super) numbers: u32,
    pub(super) new: u32,
    pub(super) elsewhere: u32,
    pub(super) national: u32,
    /// Those in the block of the group's first.
    pub(super) in_block: u32,
}

impl Callers {
    pub(super) fn count(&mut self, call: &Member, in_block: bool) {
        for (count, one) in self.counts().into_iter().zip(Self::one(call, in_block)) {
            *count += u32::from(one);
        }
    }

    pub(super) fn uncount(&mut self, call: &Member, in_block: bool) {
        for (count, one) in self.counts().into_iter().zip(Self::one(call, in_block)) {
            *count = count.saturating_sub(u32::from(one));
        }
    }

    fn one(call: &Member, in_block: bool) -> [bool; 8] {
        [
            true,
            call.impossible,
            call.a.is_anonymous(),
            call.a.is_e164(),
            call.acquaintance == Acquaintance::New,
            call.acquaintance == Acquaintance::Elsewhere,
            call.national,
            in_block,
        ]
    }

    fn counts(&mut self) -> [&mut u32; 8] {
        [
            &mut self.all,
            &mut self.impossible,
            &mut self.anonymous,
            &mut self.numbers,
            &mut self.new,
            &mut self.elsewhere,
            &mut self.national,
            &mut self.in_block,
        ]
    }

    /// Each count of both, `join`ed.
    pub(super) fn with(mut self, mut other: Self, join: impl Fn(u32, u32) -> u32) -> Self {
        for (count, other) in self.counts().into_iter().zip(other.counts()) {
            *count = join(*count, *other);
        }
        self
    }
}
