"""What every store of records does, whatever holds it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ringfence.adapters.stores.records import SqlRecords
from ringfence.errors import Conflict, NotFound
from ringfence.model.action import Action, ActionKind, ActionMode, ActionOutcome, ActionResult
from ringfence.model.alert import (
    Alert,
    AlertCall,
    AlertLabel,
    AlertShadow,
    AlertStatus,
    AlertVerdict,
    CallShadow,
    FeatureRow,
    RiskLevel,
    Severity,
)
from ringfence.model.audit import AuditEntry, ChangeKind
from ringfence.model.history import AlertedNumber
from ringfence.model.key import ApiKey, Role
from ringfence.model.policy import Decide, Deed, ListEntry, ListName, Policy, PolicyScope
from ringfence.model.review import Review
from ringfence.ports import AlertFilter, AuditFilter, AuditPage, Records, Settled

NOON = 1_768_478_400_000_000_000
SECOND = 1_000_000_000
MINUTE = 60 * SECOND
ROW = FeatureRow(("callers", "sequential", "attested"), (5.0, 0.75, None), "sequential_numbers")
UNSAID: dict[str, Any] = {"verdict": None, "labelled_at": None, "labelled_by": None}


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    store = SqlRecords(f"sqlite:///{tmp_path}/ringfence.db")
    yield store
    store.close()


def calls(count: int) -> tuple[AlertCall, ...]:
    return tuple(
        AlertCall(f"c{i}@gw", f"+1202555{i:04}", NOON + i * SECOND, trunk="north", score=0.9, suspect=i > 0)
        for i in range(count)
    )


def alert(alert_id: str = "a1", count: int = 5, opened_at: int = NOON) -> Alert:
    members = calls(count)
    return Alert(
        alert_id=alert_id,
        b_number="+19876543210",
        label=AlertLabel.MASKING,
        severity=Severity.HIGH,
        risk_level=RiskLevel.HIGH,
        opened_at=opened_at,
        last_seen_at=opened_at + 3 * SECOND,
        closed_at=None,
        distinct_callers=count,
        a_numbers=tuple(call.a_number for call in members),
        calls=members,
        trunks=("north",),
        masking_probability=0.83,
        method="scorecard",
        reasons=("5 callers in 3.1 s from one trunk",),
        action="disconnect",
    )


def cut(alert_id: str, call_id: str) -> Action:
    return Action(
        f"{alert_id}-{call_id}",
        alert_id,
        ActionKind.DISCONNECT,
        call_id,
        "+12025550001",
        "+19876543210",
        NOON,
    )


def test_an_alert_comes_back_as_it_was_written(records: Records) -> None:
    records.write([alert()]).result()
    assert records.alert("a1") == alert()
    assert records.alert("a2") is None


def test_the_row_of_features_stays_with_the_alert_until_a_worse_one_comes(records: Records) -> None:
    scored = replace(alert(), features=ROW)
    records.write([scored]).result()
    assert records.alert("a1") == scored
    worse = replace(scored, features=replace(ROW, values=(7.0, 0.5, None), leading="in_a_row"))
    records.write([worse]).result()
    assert records.alert("a1") == worse
    (listed,) = records.alerts(AlertFilter(), 9, 0).alerts
    assert listed.features is None, "a list is told without"


def shaded(alert_id: str, opened_at: int = NOON, count: int = 5) -> Alert:
    """One that a shadow holds for masking, its last call exempt."""
    plain = alert(alert_id, count, opened_at)
    weighed = [replace(call, shadow=CallShadow(0.25 * n, n > 2)) for n, call in enumerate(plain.calls[:-1])]
    shadow = AlertShadow("new-2", AlertLabel.MASKING, 0.75)
    return replace(plain, calls=(*weighed, plain.calls[-1]), shadow=shadow)


def test_what_a_shadow_makes_of_an_alert_and_its_calls_stays_with_them(records: Records) -> None:
    records.write([shaded("a1")]).result()
    assert records.alert("a1") == shaded("a1")
    (listed,) = records.alerts(AlertFilter(), 9, 0).alerts
    assert listed == shaded("a1")
    first, *others = shaded("a1").calls
    risen = replace(first, shadow=CallShadow(0.875, True))
    later = replace(
        shaded("a1"), calls=(risen, *others), shadow=AlertShadow("new-2", AlertLabel.MASKING, 0.875)
    )
    records.write([later]).result()
    assert records.alert("a1") == later


def test_alerts_that_a_shadow_judged_are_read_page_by_page(records: Records) -> None:
    made = [shaded(f"a{n:03}", NOON + n // 2 * MINUTE, 2) for n in range(120)]
    records.write([*made[::-1], alert("plain", 2)]).result()
    assert list(records.shadowed()) == made
    assert list(records.shadowed(since=NOON + 30 * MINUTE)) == made[60:]


def test_rows_keep_the_names_they_were_made_under(records: Records) -> None:
    older = FeatureRow(("callers", "span"), (5.0, 3.25), "")
    made = [replace(alert("a1"), features=older), replace(alert("a2"), features=ROW), alert("a3")]
    records.write(made).result()
    assert [told.features for told in map(records.alert, ("a1", "a2", "a3")) if told] == [older, ROW, None]


def test_names_are_kept_with_the_first_row_that_stays(records: Records) -> None:
    scored = replace(alert("a1"), features=ROW)
    lost = records.write([scored], [cut("no such alert", "c1")])
    assert lost.exception() is not None
    records.write([scored]).result()
    assert records.alert("a1") == scored


def say(
    records: Records, alert_id: str, verdict: AlertVerdict | None, who: str = "asha", at: int = NOON
) -> None:
    clear = verdict is None
    records.annotate(alert_id, status=None, verdict=verdict, clear_verdict=clear, note=None, who=who, at=at)


def test_alerts_are_reviewed_with_what_was_last_said_of_them(records: Records) -> None:
    made = [replace(alert(f"a{i}", opened_at=NOON + i * MINUTE), features=ROW) for i in range(4)]
    records.write(made).result()
    say(records, "a1", AlertVerdict.MASKING, at=NOON + 5)
    say(records, "a1", AlertVerdict.FAN_IN, who="ben", at=NOON + 7)
    records.annotate(
        "a1", status=None, verdict=None, clear_verdict=False, note="a quiz", who="eve", at=NOON + 9
    )
    say(records, "a2", AlertVerdict.MASKING)
    say(records, "a2", None)
    first, second, third = records.reviews(since=NOON + MINUTE)
    assert second == replace(first, alert_id="a2", opened_at=NOON + 2 * MINUTE, **UNSAID)
    assert third == replace(second, alert_id="a3", opened_at=NOON + 3 * MINUTE)
    assert first == Review(
        alert_id="a1",
        b_number=made[1].b_number,
        label=AlertLabel.MASKING,
        opened_at=NOON + MINUTE,
        method="scorecard",
        trunks=("north",),
        features=ROW,
        verdict=AlertVerdict.FAN_IN,
        labelled_at=NOON + 7,
        labelled_by="ben",
    )


def test_reviews_name_the_trunks_of_the_suspects_else_all(records: Records) -> None:
    spared, suspect, unknown = alert().calls[0], replace(alert().calls[1], trunk="south"), alert().calls[2]
    trunks = ("north", "south")
    one = replace(alert("a1"), calls=(spared, suspect, replace(unknown, trunk="")), trunks=trunks)
    none = replace(alert("a2"), calls=(spared,), trunks=trunks)
    records.write([one, none]).result()
    assert [review.trunks for review in records.reviews()] == [("south",), trunks]


def test_no_review_is_lost_or_told_twice_however_many_open_at_one_instant(records: Records) -> None:
    records.write([alert(f"a{i:04}", count=1) for i in range(1_203)]).result()
    assert [review.alert_id for review in records.reviews()] == [f"a{i:04}" for i in range(1_203)]


def test_an_update_adds_calls_and_changes_those_that_ended(records: Records) -> None:
    records.write([alert()]).result()
    grown = alert(count=7)
    ended = replace(grown.calls[2], ended_at=NOON + 9 * SECOND)
    grown = replace(grown, calls=(*grown.calls[:2], ended, *grown.calls[3:]), closed_at=NOON + MINUTE)
    records.write([grown]).result()
    assert records.alert("a1") == grown


def test_a_call_that_gives_way_to_an_earlier_one_is_gone(records: Records) -> None:
    capped = replace(alert(), more_calls=1)
    late = AlertCall("late@gw", "+12025559999", NOON - SECOND, trunk="north")
    members = (late, *capped.calls[:4])
    after = replace(capped, calls=members, a_numbers=tuple(call.a_number for call in members))
    records.write([capped]).result()
    records.write([after]).result()
    assert records.alert("a1") == after


def test_what_an_analyst_says_outlives_the_next_update(records: Records) -> None:
    records.write([alert()]).result()
    said = records.annotate(
        "a1",
        status=AlertStatus.RESOLVED,
        verdict=AlertVerdict.FALSE_ALARM,
        clear_verdict=False,
        note="a radio quiz",
        who="asha",
        at=NOON + MINUTE,
    )
    records.write([alert(count=6)]).result()
    kept = records.alert("a1")
    assert kept is not None
    assert (kept.status, kept.verdict, kept.note) == (said.status, said.verdict, said.note)
    assert (kept.status, kept.verdict, kept.note) == (
        AlertStatus.RESOLVED,
        AlertVerdict.FALSE_ALARM,
        "a radio quiz",
    )
    assert len(kept.calls) == 6
    line = records.audit(AuditFilter(), 10, 0).entries[0]
    assert (line.at, line.who, line.what, line.target) == (NOON + MINUTE, "asha", "alert.annotate", "a1")
    assert line.before == '{"note": "", "status": "new", "verdict": null}'
    assert line.after == '{"note": "a radio quiz", "status": "resolved", "verdict": "false_alarm"}'


def test_annotating_what_is_not_there_says_so(records: Records) -> None:
    with pytest.raises(NotFound, match="a9"):
        records.annotate("a9", status=None, verdict=None, clear_verdict=False, note="x", who="asha", at=NOON)


def test_alerts_are_listed_newest_first_by_filter_and_page(records: Records) -> None:
    made = [alert(f"a{i}", opened_at=NOON + i * MINUTE) for i in range(7)]
    made[3] = replace(made[3], b_number="+442079460000", label=AlertLabel.FAN_IN, severity=Severity.LOW)
    made[4] = replace(made[4], closed_at=NOON + 9 * MINUTE)
    records.write(made).result()

    def ids(wanted: AlertFilter, limit: int = 50, offset: int = 0) -> tuple[list[str], int]:
        page = records.alerts(wanted, limit, offset)
        return [found.alert_id for found in page.alerts], page.total

    assert ids(AlertFilter()) == (["a6", "a5", "a4", "a3", "a2", "a1", "a0"], 7)
    assert ids(AlertFilter(), limit=2, offset=2) == (["a4", "a3"], 7)
    assert ids(AlertFilter(b_number="+442079460000")) == (["a3"], 1)
    assert ids(AlertFilter(label=AlertLabel.FAN_IN)) == (["a3"], 1)
    assert ids(AlertFilter(severity=Severity.LOW)) == (["a3"], 1)
    assert ids(AlertFilter(open=False)) == (["a4"], 1)
    assert ids(AlertFilter(open=True), limit=1) == (["a6"], 6)
    assert ids(AlertFilter(since=NOON + MINUTE, until=NOON + 3 * MINUTE)) == (["a2", "a1"], 2)
    assert ids(AlertFilter(status=AlertStatus.RESOLVED)) == ([], 0)
    assert len(records.alerts(AlertFilter(), 1, 0).alerts[0].calls) == 5


def test_actions_are_kept_once_with_their_results(records: Records) -> None:
    done = ActionResult(
        "a1-c1", ActionMode.DRY_RUN, ActionOutcome.RECORDED, "would have ended the call", NOON + 1
    )
    records.write([alert()], [cut("a1", "c1"), cut("a1", "c2")]).result()
    records.write([], [cut("a1", "c1")], [done]).result()
    assert records.actions("a1") == ((cut("a1", "c1"), done), (cut("a1", "c2"), None))


def test_a_step_is_kept_whole_or_not_at_all_and_spares_the_others(records: Records) -> None:
    good = records.write([alert("a1")])
    bad = records.write([alert("a2")], [cut("no such alert", "c1")])
    also_good = records.write([alert("a3")])
    good.result()
    also_good.result()
    assert bad.exception() is not None
    assert [found.alert_id for found in records.alerts(AlertFilter(), 9, 0).alerts] == ["a3", "a1"]
    records.write([alert("a2", count=6)]).result()
    assert records.alert("a2") == alert("a2", count=6)


def test_what_a_crash_left_open_is_settled(records: Records) -> None:
    closed = replace(alert("a2"), closed_at=NOON + MINUTE)
    records.write([alert("a1"), closed], [cut("a1", "c1")]).result()
    assert records.settle(NOON + 5 * MINUTE) == Settled(alerts=1, actions=1)
    ended = records.alert("a1")
    assert ended is not None
    assert ended.closed_at == alert().last_seen_at
    assert "started again" in ended.reasons[-1]
    assert records.alert("a2") == closed
    ((_, result),) = records.actions("a1")
    assert result is not None
    assert result.outcome is ActionOutcome.UNKNOWN
    assert records.settle(NOON + 6 * MINUTE) == Settled(alerts=0, actions=0)


def test_keys_are_added_once_and_revoked_once(records: Records) -> None:
    key = ApiKey("switch", Role.INGEST, b"d" * 32, NOON)
    records.add_key(key, "console")
    with pytest.raises(Conflict, match="switch"):
        records.add_key(replace(key, digest=b"e" * 32), "console")
    records.revoke_key("switch", "console", NOON + 1)
    with pytest.raises(NotFound, match="switch"):
        records.revoke_key("switch", "console", NOON + 2)
    records.add_key(replace(key, digest=b"f" * 32), "console")
    assert [(k.name, k.role, k.revoked_at) for k in records.api_keys()] == [
        ("switch", Role.INGEST, NOON + 1),
        ("switch", Role.INGEST, None),
    ]
    assert [line.what for line in records.audit(AuditFilter(), 9, 0).entries] == [
        "key.create",
        "key.revoke",
        "key.create",
    ]


def test_every_write_shows_in_the_version(records: Records) -> None:
    before = records.version()
    assert records.version() == before
    records.add_key(ApiKey("switch", Role.INGEST, b"d" * 32, NOON), "console")
    assert records.version() != before


def test_policies_are_replaced_as_a_whole_and_audited(records: Records) -> None:
    one = Policy(PolicyScope.B_PREFIX, "+44800", Decide.RULE, Deed.BLOCK, True, 0.5, 10)
    records.replace_policies([Policy(), one], "asha", NOON)
    assert set(records.policies()) == {Policy(), one}
    records.replace_policies([one], "asha", NOON + 1)
    assert records.policies() == (one,)
    costly = replace(one, threshold=0.9, false_cuts_per_million=10.0)
    records.replace_policies([costly], "asha", NOON + 2)
    assert records.policies() == (costly,)
    assert '"+44800*"' in records.audit(AuditFilter(), 1, 0).entries[0].before


def test_a_change_is_kept_with_its_line_or_neither_is(records: Records) -> None:
    reset = AuditEntry(NOON, "asha", ChangeKind.METRICS_RESET, "+19876543210")
    records.write([alert("a1")], change=reset).result()
    lost = records.write([], [cut("no such alert", "c1")], change=reset)
    assert lost.exception() is not None
    assert records.audit(AuditFilter(what=ChangeKind.METRICS_RESET), 9, 0) == AuditPage((reset,), 1)


def test_the_audit_trail_is_filtered_and_paged(records: Records) -> None:
    for number in range(4):
        entry = ListEntry(ListName.DENY_A, f"+4480_{number}", "", "desk")
        records.put_list_entry(entry, "asha" if number % 2 else "ben", NOON + number * SECOND)

    def targets(wanted: AuditFilter, limit: int = 9, offset: int = 0) -> tuple[list[str], int]:
        page = records.audit(wanted, limit, offset)
        return [found.target[-1] for found in page.entries], page.total

    assert targets(AuditFilter()) == (["3", "2", "1", "0"], 4)
    assert targets(AuditFilter(), limit=2, offset=1) == (["2", "1"], 4)
    assert targets(AuditFilter(who="asha")) == (["3", "1"], 2)
    assert targets(AuditFilter(what=ChangeKind.KEY_CREATE)) == ([], 0)
    assert targets(AuditFilter(target="80_2")) == (["2"], 1)
    assert targets(AuditFilter(since=NOON + SECOND, until=NOON + 3 * SECOND)) == (["2", "1"], 2)


def test_list_entries_are_put_changed_and_dropped(records: Records) -> None:
    entry = ListEntry(ListName.DENY_A, "+44800*", "spoofed", "desk", NOON + MINUTE)
    records.put_list_entry(entry, "asha", NOON)
    changed = replace(entry, note="spoofed since May", expires_at=None)
    records.put_list_entry(changed, "asha", NOON + 1)
    assert records.list_entries() == (changed,)
    records.drop_list_entry(ListName.DENY_A, "+44800*", "asha", NOON + 2)
    assert records.list_entries() == ()
    with pytest.raises(NotFound):
        records.drop_list_entry(ListName.DENY_A, "+44800*", "asha", NOON + 3)
    assert [line.what for line in records.audit(AuditFilter(), 9, 0).entries] == [
        "list.drop",
        "list.put",
        "list.put",
    ]


DAY = 24 * 60 * MINUTE
HOTLINE = "+911800112233"
ANSWERED = FeatureRow(("b_answered_share", "callers"), (0.75, 5.0))


def burst(alert_id: str, opened_at: int, **more: Any) -> Alert:
    """Callers of the hotline who were not taken for masking."""
    told: dict[str, Any] = {
        "label": AlertLabel.FAN_IN,
        "b_number": HOTLINE,
        "masking_probability": 0.1,
        "features": ANSWERED,
    }
    return replace(alert(alert_id, opened_at=opened_at), **told | more)


def test_a_numbers_bursts_are_summed_up(records: Records) -> None:
    rare = replace(ANSWERED, values=(0.25, 9.0))
    unknown = replace(ANSWERED, values=(None, 9.0))
    bursts = [
        burst("a1", NOON),
        burst("a2", NOON + DAY, features=rare, distinct_callers=9, masking_probability=0.375),
        burst("a3", NOON + DAY, features=unknown),
        burst("a4", NOON + DAY, verdict=AlertVerdict.FAN_IN, label=AlertLabel.MASKING, features=unknown),
    ]
    once = burst("b1", NOON, b_number="+919820012345")
    records.write([*bursts, once]).result()
    assert records.alerted_numbers(NOON, least=2, most=9) == (
        AlertedNumber(
            b_number=HOTLINE,
            bursts=4,
            confirmed=1,
            days=2,
            first_at=NOON,
            last_at=NOON + DAY,
            mean_callers=6.0,
            highest=0.375,
            masking=0,
            unjudged=0,
            answered_share=0.5,
        ),
    )
    assert [known.b_number for known in records.alerted_numbers(NOON, least=1, most=9)] == [
        HOTLINE,
        "+919820012345",
    ]
    assert len(records.alerted_numbers(NOON, least=1, most=1)) == 1
    assert records.alerted_numbers(NOON + 2 * DAY, least=1, most=9) == ()


def test_what_was_or_may_be_an_attack_is_no_burst(records: Records) -> None:
    records.write(
        [
            burst("a1", NOON),
            burst("a2", NOON, label=AlertLabel.MASKING),
            burst("a3", NOON, verdict=AlertVerdict.MASKING),
            burst("a4", NOON, verdict=AlertVerdict.FALSE_ALARM),
            burst("a5", NOON, features=None),  # by the rule alone: nobody weighed it
            burst("a6", NOON, label=AlertLabel.WATCHED_CALLER),
        ]
    ).result()
    long_ago = burst("a7", NOON - 400 * DAY, verdict=AlertVerdict.MASKING)
    records.write([long_ago]).result()
    (known,) = records.alerted_numbers(NOON - DAY, least=1, most=9)
    assert (known.bursts, known.unjudged, known.masking) == (1, 1, 2)
    assert (known.first_at, known.last_at) == (NOON, NOON)
