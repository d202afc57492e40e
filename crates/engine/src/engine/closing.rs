//! Here time closes the alerts that `watch` has opened and tells them apart, once no late call can change that any more;
//! and here an alert is told as it stands.

use super::Engine;
use crate::attack::{AlertChange, Attack, ChangeKind, Moment};
use crate::calls::{Call, NAMED, NONE};
use crate::distinct::OPEN;

impl Engine {
    /// Lets time pass for one busy B-number: alerts close, the window empties, and what is idle is given back.
    pub(super) fn pass_time(&mut self, place: u32, clock: i64) {
        let Some(busy) = self.busy[place as usize].as_mut() else { return };
        busy.window.advance(clock);
        self.settle_all(place, clock.saturating_sub(self.config.lateness));
    }

    /// Closes and tells apart what is certain as far as no call before `settled` can come any more.
    pub(super) fn settle_all(&mut self, place: u32, settled: i64) {
        while let Some(end) = self.settle(place, settled) {
            self.close(place, end);
        }
    }

    /// Tells attacks apart that are further apart than the hold; the end of one that is over.
    fn settle(&mut self, place: u32, settled: i64) -> Option<i64> {
        let hold = self.config.hold;
        let busy = self.busy[place as usize].as_mut()?;
        let attack = busy.attack.as_mut()?;
        while let (Some(&first), Some(&second)) = (busy.window.highs().front(), busy.window.highs().get(1)) {
            if second.start > settled {
                return None;
            }
            if second.start - first.end > hold {
                return Some(first.end);
            }
            attack.peak = attack.peak.max(first.peak);
            busy.window.forget_first_high();
        }
        let last = busy.window.highs().back()?;
        (last.end != OPEN && settled > last.end.saturating_add(hold)).then_some(last.end)
    }

    /// Closes the alert whose last high stretch ended at `end`; what came after goes on as another.
    fn close(&mut self, place: u32, end: i64) {
        let (window, hold) = (self.config.window, self.config.hold);
        let Some(busy) = self.busy[place as usize].as_mut() else { return };
        let Some(mut attack) = busy.attack.take() else { return };
        if let Some(high) = busy.window.forget_first_high() {
            attack.peak = attack.peak.max(high.peak);
        }
        if attack.highest_score() < self.config.suspect && self.config.features {
            self.baselines.note_burst(self.keys.get(busy.key).b, attack.peak, end);
        }
        let later = busy.window.highs().front().copied();
        let b_number = busy.b_number.clone();
        let key = busy.key;
        let later = later.map(|next| {
            let ids = self.calls_since(key, next.start - window, usize::MAX).into_iter().rev();
            let named = ids.map(|id| *self.calls.get(id)).filter(|call| call.is(NAMED));
            let texts = |call: &Call| self.said(call).0;
            let members: Vec<_> = named.map(|call| (call, texts(&call))).collect();
            attack.split(&b_number, end, next.start, &members, self.crowd(), self.shadow())
        });
        let closed_at = end.saturating_add(hold);
        let change = self.tell(place, &mut attack, closed_at, Some(closed_at));
        self.ended.push(change);
        match (later, self.busy[place as usize].as_mut()) {
            (Some(later), Some(busy)) => {
                busy.attack = Some(later);
                self.counters.alerts += 1;
                self.assess(place, &[], Moment { clock: closed_at, by: 0 });
                self.note_metrics(place);
                self.mark_changed(place);
            }
            _ => {
                self.attacked.retain(|&other| other != place);
                self.unname(place, end.saturating_sub(window));
            }
        }
    }

    /// Calls begun after `since` may be named by a later alert too.
    fn unname(&mut self, place: u32, since: i64) {
        let Some(key) = self.busy[place as usize].as_ref().map(|busy| busy.key) else { return };
        for id in self.calls_since(key, since, usize::MAX) {
            self.calls.get_mut(id).flags &= !NAMED;
        }
    }

    /// The alert as it stands.
    pub(super) fn tell(
        &mut self,
        place: u32,
        attack: &mut Attack,
        at: i64,
        closed_at: Option<i64>,
    ) -> AlertChange {
        let (key, b_number, highs) = match self.busy[place as usize].as_ref() {
            Some(busy) => {
                let peak = busy.window.highs().iter().map(|high| high.peak).max();
                (busy.key, busy.b_number.clone(), if closed_at.is_none() { peak } else { None })
            }
            None => (NONE, String::new(), None),
        };
        let kind = match (closed_at, attack.told) {
            (Some(_), _) => ChangeKind::Closed,
            (None, false) => ChangeKind::Opened,
            (None, true) => ChangeKind::Updated,
        };
        attack.told = true;
        attack.untold = 0.0;
        AlertChange {
            kind,
            alert_id: attack.id.clone(),
            allowed: !self.lists.is_empty() && key != NONE && self.lists.allows_b(self.keys.get(key).b),
            b_number,
            at,
            opened_at: attack.opened_at,
            last_seen_at: attack.last_seen_at,
            closed_at,
            distinct_callers: attack.peak.max(highs.unwrap_or(0)),
            total_callers: attack.total_callers(),
            total_calls: attack.total_calls,
            probability: attack.probability,
            calls: attack.take_fresh(),
            left: attack.take_left(),
            shadow: attack.take_shadow(),
            clusters: attack.clusters.clone(),
            method: attack.crowd.method().into(),
            metrics: attack.metrics.clone().unwrap_or_else(|| self.metrics_of(key)),
        }
    }
}
