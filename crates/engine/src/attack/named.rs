//! The calls that an alert names: the newest of them, as what is known of these may change, and which are to be told.

use std::collections::{HashMap, VecDeque};

use super::AlertCall;
use crate::batch::KeyedState;
use crate::numbers::Number;

/// Calls of one alert that are kept after they were told, since what is known of the newest may change.
const MOST_TOLD: usize = 4_096;
/// Calls of one alert that may wait to be told; beyond, the oldest are counted and never told.
const MOST_UNTOLD: usize = 65_536;

/// The newest calls of an alert in the order of naming; those before them have been told and are forgotten.
#[derive(Default)]
pub(super) struct Named {
    calls: VecDeque<Kept>,
    /// Calls forgotten so far: the place of the first of `calls` in the order of naming.
    forgotten: u64,
    by_id: HashMap<u64, u64, KeyedState>,
    fresh: Vec<u64>,
}

/// A call that is kept for as long as what is known of it may change.
pub(super) struct Kept {
    pub(super) call: AlertCall,
    /// Hash of its Call-ID.
    id: u64,
    pub(super) a: Number,
    fresh: bool,
    told: bool,
    /// Highest probability that the second judge gives any cluster it was in, and the highest level.
    pub(super) shadow: (f64, f64),
}

impl Named {
    /// Names a call.
    pub(super) fn push(&mut self, id: u64, a: Number, call: AlertCall) {
        let place = self.forgotten + self.calls.len() as u64;
        self.calls.push_back(Kept { call, id, a, fresh: true, told: false, shadow: (0.0, 0.0) });
        self.by_id.insert(id, place);
        self.fresh.push(place);
        self.forget();
    }

    /// Lets go of the oldest calls: those that were told, and at worst those nobody has asked for.
    fn forget(&mut self) {
        while self.calls.len() > MOST_TOLD
            && let Some(kept) = self.calls.front()
            && (!kept.fresh || self.calls.len() > MOST_UNTOLD)
        {
            if self.by_id.get(&kept.id) == Some(&self.forgotten) {
                self.by_id.remove(&kept.id);
            }
            self.calls.pop_front();
            self.forgotten += 1;
        }
    }

    /// A call, unless it is forgotten.
    pub(super) fn get(&self, id: u64) -> Option<&Kept> {
        self.calls.get(self.index(*self.by_id.get(&id)?)?)
    }

    /// A call, to be changed without being told anew.
    pub(super) fn get_mut(&mut self, id: u64) -> Option<&mut Kept> {
        let index = self.index(*self.by_id.get(&id)?)?;
        self.calls.get_mut(index)
    }

    /// Changes a call, and has it told anew where the change says that this is worth it.
    pub(super) fn change(&mut self, id: u64, change: impl FnOnce(&mut AlertCall) -> bool) {
        let Some(&place) = self.by_id.get(&id) else { return };
        let Some(kept) = self.index(place).and_then(|index| self.calls.get_mut(index)) else { return };
        if change(&mut kept.call) && !kept.fresh {
            kept.fresh = true;
            self.fresh.push(place);
        }
    }

    /// All calls that are kept.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Kept> {
        self.calls.iter()
    }

    /// Whether none was forgotten.
    pub(super) fn is_whole(&self) -> bool {
        self.forgotten == 0
    }

    /// The calls to be told, in order of begin; afterwards nothing is new.
    pub(super) fn take_fresh(&mut self) -> Vec<AlertCall> {
        let mut calls = Vec::with_capacity(self.fresh.len());
        for place in std::mem::take(&mut self.fresh) {
            if let Some(kept) = self.index(place).and_then(|index| self.calls.get_mut(index)) {
                (kept.fresh, kept.told) = (false, true);
                calls.push(kept.call.clone());
            }
        }
        self.forget();
        calls.sort_by(|x, y| (x.begun_at, &x.call_id).cmp(&(y.begun_at, &y.call_id)));
        calls
    }

    /// Lets calls go that began at `end` or later; the Call-IDs of those that had been told.
    pub(super) fn keep_before(&mut self, end: i64) -> impl Iterator<Item = Box<str>> + use<> {
        self.by_id.clear();
        self.fresh.clear();
        let calls = std::mem::take(&mut self.calls);
        let (leaving, staying): (Vec<Kept>, Vec<Kept>) =
            calls.into_iter().partition(|kept| kept.call.begun_at >= end);
        self.calls = staying.into();
        for (place, kept) in (self.forgotten..).zip(&self.calls) {
            self.by_id.insert(kept.id, place);
            if kept.fresh {
                self.fresh.push(place);
            }
        }
        leaving.into_iter().filter(|kept| kept.told).map(|kept| kept.call.call_id)
    }

    /// Where a call lies that has a place in the order of naming; nothing where it is forgotten.
    fn index(&self, place: u64) -> Option<usize> {
        usize::try_from(place.checked_sub(self.forgotten)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::{AlertCall, Named};
    use crate::levels::Steps;
    use crate::numbers::Number;

    const T0: i64 = 1_768_000_000_000_000_000;

    /// So many calls, one a second.
    fn named(calls: u64) -> Named {
        let mut named = Named::default();
        for n in 0..calls {
            let a = Number::from_e164_value(919_810_000_000 + n).expect("a number");
            let begun_at = T0 + n as i64 * 1_000_000_000;
            let call = AlertCall {
                call_id: format!("c{n}").into(),
                a_number: a.display("").into(),
                trunk: "north".into(),
                begun_at,
                answered_at: None,
                ended_at: None,
                named_at: begun_at,
                score: 0.0,
                steps: Steps::new(begun_at),
                allowed: false,
            };
            named.push(n, a, call);
        }
        named
    }

    fn ids(calls: &[AlertCall]) -> Vec<&str> {
        calls.iter().map(|call| &*call.call_id).collect()
    }

    #[test]
    fn of_more_calls_than_are_kept_only_those_go_that_were_told() {
        let mut named = named(5_000);
        assert!(named.is_whole() && named.get(0).is_some());
        assert_eq!(named.take_fresh().len(), 5_000);
        assert!(!named.is_whole());
        assert!(named.get(903).is_none() && named.get(904).is_some());
    }

    #[test]
    fn of_a_flood_that_nobody_asks_for_the_newest_calls_are_told() {
        let told = named(65_540).take_fresh();
        assert_eq!((told.len(), &*told[0].call_id), (65_536, "c4"));
    }

    #[test]
    fn a_call_is_told_anew_once_where_a_change_is_worth_it_and_it_is_kept() {
        let mut named = named(5_000);
        named.take_fresh();
        named.change(0, |_| panic!("it is forgotten"));
        named.change(4_000, |_| false);
        for score in [0.8, 0.9] {
            named.change(4_998, |call| {
                call.score = score;
                true
            });
        }
        let told = named.take_fresh();
        assert_eq!(ids(&told), ["c4998"]);
        assert!((told[0].score - 0.9).abs() < f64::EPSILON);
        assert!(named.take_fresh().is_empty());
    }

    #[test]
    fn of_the_calls_that_leave_those_are_named_that_had_been_told() {
        let mut named = named(6);
        named.take_fresh();
        let a = Number::from_e164_value(919_820_000_000).expect("a number");
        let waiting = AlertCall { call_id: "late".into(), ..named.get(5).expect("kept").call.clone() };
        named.push(99, a, waiting);
        assert_eq!(named.keep_before(T0 + 4_000_000_000).collect::<Vec<_>>(), ["c4".into(), "c5".into()]);
        assert!(named.get(3).is_some() && named.get(4).is_none() && named.get(99).is_none());
        assert!(named.take_fresh().is_empty());
    }
}
