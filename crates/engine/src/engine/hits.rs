//! What one call by itself gives away: a listed A-number, or one of the home country on a call from abroad.

use super::{Engine, Hit, Rule, course};
use crate::batch::{EventBatch, Seen};
use crate::calls::{ALLOWED, NEVER};
use crate::entries::Place;
use crate::event::Attestation;
use crate::numbers::Line;

impl Engine {
    /// Tells what a call gives away; the flag it gets where an allow list exempts it.
    #[inline]
    pub(super) fn check_by_itself(&mut self, batch: &EventBatch, seen: &Seen, evidence: Place) -> u8 {
        if self.lists.is_empty() && !self.intake.has_borders() {
            return 0;
        }
        let trunk = batch.entry(seen).trunk();
        if self.lists.exempts(seen.a, seen.b, trunk) {
            return ALLOWED;
        }
        let listed = self.lists.hit(seen.a).map(|(list, value)| (list, value.into_owned()));
        if let Some((list, value)) = listed {
            self.tell_hit(batch, seen, evidence, Rule::Listed(list), value);
        }
        if self.intake.is_international(trunk) {
            self.check_cli(batch, seen, evidence);
        }
        0
    }

    /// A call from abroad whose number is of the home country. Attestation A says that the caller's own provider knows
    /// them and their right to the number, so nobody hides behind it.
    fn check_cli(&mut self, batch: &EventBatch, seen: &Seen, evidence: Place) {
        if seen.attestation == Attestation::A {
            return;
        }
        let Some(line) = self.intake.home_line(seen.a) else { return };
        match line {
            Line::Fixed => self.counters.local_cli += 1,
            Line::Mobile => self.counters.local_mobile_cli += 1,
        }
        if line == Line::Fixed || self.config.mobile_cli {
            self.tell_hit(batch, seen, evidence, Rule::LocalCli(line), String::new());
        }
    }

    fn tell_hit(&mut self, batch: &EventBatch, seen: &Seen, evidence: Place, rule: Rule, value: String) {
        let texts = batch.entry(seen).texts();
        let call_id = self.evidence.get(evidence, seen.at).map_or("", |entry| entry.texts().call_id);
        let end = course::fresh_call(seen).end;
        self.hits.push(Hit {
            rule,
            value,
            call_id: call_id.to_owned(),
            a_number: seen.a.display(texts.a_text),
            b_number: seen.b.display(texts.b_text),
            trunk: texts.trunk.to_owned(),
            at: seen.at,
            ended_at: (end != NEVER).then_some(end),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Config, Engine, Hit, Receipt, SECOND};
    use crate::batch::{EventBatch, Intake, Trunk};
    use crate::event::{Attestation, CallEvent, EventKind};
    use crate::numbers::{ListName, Region};

    const NOON: i64 = 1_704_672_000 * SECOND;
    const BERLIN: &str = "+493012345678";
    const HAMBURG: &str = "+494012345678";
    const MOBILE: &str = "+4915123456789";

    /// An operator of a country whose trunk `ic-7` comes from abroad and whose `north` doesn't.
    fn operator(home: &str, config: Config) -> Engine {
        let abroad = Trunk { international: true, ..Trunk::default() };
        let trunks = [("ic-7".to_owned(), abroad), ("north".to_owned(), Trunk::default())];
        Engine::new(config, Intake::new(Region::parse(home).expect("a region"), trunks))
    }

    fn call(engine: &mut Engine, event: &CallEvent<'_>) -> Vec<Hit> {
        let mut batch = EventBatch::default();
        batch.push(&mut engine.intake, event).expect("an event");
        engine.judge(&batch, Receipt::At(event.at)).hits
    }

    fn invite<'a>(a_number: &'a str, trunk: &'a str, call_id: &'a str) -> CallEvent<'a> {
        CallEvent { trunk, call_id, ..CallEvent::new(EventKind::Invite, NOON, a_number, HAMBURG) }
    }

    /// The rules that one call from `a_number` on `trunk` meets in a country.
    fn rules(home: &str, a_number: &str, trunk: &str) -> Vec<&'static str> {
        let mut engine = operator(home, Config { mobile_cli: true, ..Config::default() });
        let hits = call(&mut engine, &invite(a_number, trunk, "call-1"));
        hits.into_iter().map(|hit| hit.rule.as_str()).collect()
    }

    #[test]
    fn a_fixed_number_of_the_country_from_abroad_is_told_at_the_first_call() {
        let mut engine = operator("DE", Config::default());
        let [hit] = &call(&mut engine, &invite(BERLIN, "ic-7", "call-1@192.0.2.7"))[..] else {
            panic!("one hit")
        };
        assert_eq!((hit.rule.as_str(), hit.value.as_str()), ("local_cli", ""));
        assert_eq!((hit.a_number.as_str(), hit.b_number.as_str()), (BERLIN, HAMBURG));
        assert_eq!((hit.trunk.as_str(), hit.call_id.as_str()), ("ic-7", "call-1@192.0.2.7"));
        assert_eq!((hit.at, hit.ended_at), (NOON, None));
        assert_eq!(engine.counters.local_cli, 1);
    }

    #[test]
    fn retransmissions_and_later_events_are_no_further_calls() {
        let mut engine = operator("DE", Config::default());
        let first = invite(BERLIN, "ic-7", "call-1");
        assert_eq!(call(&mut engine, &first).len(), 1);
        for kind in [EventKind::Invite, EventKind::Ringing, EventKind::Answer, EventKind::Bye] {
            assert_eq!(call(&mut engine, &CallEvent { kind, at: NOON + SECOND, ..first }), []);
        }
    }

    #[test]
    fn the_same_number_on_a_trunk_that_is_not_marked_is_a_neighbour() {
        assert_eq!(rules("DE", BERLIN, "ic-7"), ["local_cli"]);
        for trunk in ["north", "", "ic-77"] {
            assert!(rules("DE", BERLIN, trunk).is_empty(), "{trunk}");
        }
    }

    #[test]
    fn services_without_a_place_are_fixed_lines_too() {
        assert_eq!(rules("DE", "+498001234567", "ic-7"), ["local_cli"]);
        assert_eq!(rules("GB", "+443001234567", "ic-7"), ["local_cli"]);
        assert_eq!(rules("FR", "+33912345678", "ic-7"), ["local_cli"]);
    }

    #[test]
    fn roamers_and_those_whom_the_plan_does_not_tell_apart_are_told_as_such() {
        assert_eq!(rules("DE", MOBILE, "ic-7"), ["local_mobile_cli"]);
        // In North America numbers of mobile phones look like those of fixed lines.
        assert_eq!(rules("US", "+12025550123", "ic-7"), ["local_mobile_cli"]);
        // In no range that the plan is known to hold: it may be a new mobile one.
        assert_eq!(rules("IN", "+912012345678", "ic-7"), ["local_mobile_cli"]);
    }

    #[test]
    fn roamers_are_counted_and_not_told_unless_that_is_wanted() {
        let mut engine = operator("DE", Config::default());
        assert_eq!(call(&mut engine, &invite(MOBILE, "ic-7", "call-1")), []);
        assert_eq!((engine.counters.local_cli, engine.counters.local_mobile_cli), (0, 1));
    }

    #[test]
    fn numbers_of_other_countries_withheld_ones_and_names_are_no_local_numbers() {
        for caller in ["+33142685300", "+3512112345678", "anonymous", "sip:desk@example.net", "+49"] {
            assert!(rules("DE", caller, "ic-7").is_empty(), "{caller}");
        }
        // Canada and the Channel Islands share the country code of a neighbour, not its plan.
        assert!(rules("US", "+16135550123", "ic-7").is_empty());
        assert!(rules("GB", "+441534123456", "ic-7").is_empty());
    }

    #[test]
    fn attestation_a_exempts_and_nothing_less_does() {
        use Attestation::{A, B, C, Failed, None, Unknown};
        for (attestation, told) in [(A, 0), (B, 1), (C, 1), (None, 1), (Failed, 1), (Unknown, 1)] {
            let mut engine = operator("DE", Config::default());
            let event = CallEvent { attestation, ..invite(BERLIN, "ic-7", "call-1") };
            assert_eq!(call(&mut engine, &event).len(), told, "{attestation:?}");
        }
    }

    #[test]
    fn each_allow_list_exempts() {
        for (list, value) in
            [(ListName::AllowA, "+49301234*"), (ListName::AllowB, HAMBURG), (ListName::AllowTrunk, "ic-*")]
        {
            let mut engine = operator("DE", Config::default());
            let Engine { intake, lists, .. } = &mut engine;
            intake.list(lists, list, value).expect("an entry");
            assert_eq!(call(&mut engine, &invite(BERLIN, "ic-7", "call-1")), [], "{list:?}");
            assert_eq!(engine.counters.local_cli, 0);
        }
    }

    #[test]
    fn a_denied_caller_from_abroad_is_told_for_both() {
        let mut engine = operator("DE", Config::default());
        let Engine { intake, lists, .. } = &mut engine;
        intake.list(lists, ListName::DenyA, "+4930*").expect("an entry");
        let hits = call(&mut engine, &invite(BERLIN, "ic-7", "call-1"));
        let told: Vec<_> = hits.iter().map(|hit| (hit.rule.as_str(), hit.value.as_str())).collect();
        assert_eq!(told, [("deny_a", "+4930*"), ("local_cli", "")]);
    }
}
