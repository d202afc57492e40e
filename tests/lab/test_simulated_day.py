"""What an operator would recognise in the simulated day."""

import ipaddress
import re
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import phonenumbers
import pytest

from ringfence.errors import BadInput
from ringfence.lab.simulate import Operator
from ringfence.lab.simulate.day import Load
from ringfence.lab.simulate.plans import PLANS
from ringfence.lab.simulate.run import simulate_to_file
from ringfence.lab.simulate.writers import TrafficFormat

from .conftest import MONDAY, Day

ALLOWED = {
    "event_type",
    "timestamp",
    "a_number",
    "b_number",
    "call_id",
    "trunk",
    "source_ip",
    "user_agent",
    "sdp_origin",
    "p_asserted_identity",
    "attestation",
    "cause",
}
ORIGIN = re.compile(r"^\S+ \d+ \d+ IN IP(4|6) (\S+)$")
HOUR = 3_600_000_000_000


def by_call(day: Day) -> dict[str, list[dict[str, Any]]]:
    calls = defaultdict(list)
    for record in day.records:
        if "call_id" in record:
            calls[record["call_id"]].append(record)
    return calls


def test_every_line_has_the_fields_and_types_of_the_public_call_event(day: Day) -> None:
    for record in day.records:
        assert set(record) - {"at", "id"} <= ALLOWED
        assert isinstance(record["timestamp"], Decimal)
        assert re.fullmatch(r"\+\d{8,15}", record["b_number"])
        assert re.fullmatch(r"\+\d{8,15}|anonymous", record["a_number"])
        assert record.get("attestation", "A") in ("A", "B", "C", "none", "failed")
        assert 1 <= record.get("cause", 1) <= 699
        if "source_ip" in record:
            ipaddress.ip_address(record["source_ip"])
        if "sdp_origin" in record:
            parsed = ORIGIN.match(record["sdp_origin"])
            assert parsed
            assert ipaddress.ip_address(parsed[2]).version == int(parsed[1])


def test_lines_are_in_the_order_of_event_time_and_say_what_the_event_says(day: Day) -> None:
    assert [record["at"] for record in day.records] == [event.at for event in day.events]
    assert all(a["at"] <= b["at"] for a, b in zip(day.records, day.records[1:], strict=False))
    for record, event in zip(day.records, day.events, strict=True):
        assert (record["event_type"], record["b_number"]) == (event.kind, event.call.b_number)
        assert record["a_number"] == event.call.leg.a_number


def test_every_call_goes_a_way_that_calls_go(day: Day) -> None:
    ways = Counter(
        tuple(dict.fromkeys(record["event_type"] for record in records)) for records in by_call(day).values()
    )
    assert set(ways) == {
        ("INVITE", "RINGING", "ANSWER", "BYE"),
        ("INVITE", "RINGING", "CANCEL"),
        ("INVITE", "RINGING", "FAIL"),
        ("INVITE", "FAIL"),
    }


def test_failures_have_causes_in_sip_and_from_old_switches_in_q850(day: Day) -> None:
    causes = Counter(record["cause"] for record in day.records if record["event_type"] == "FAIL")
    assert {486, 480, 603, 404, 503} <= set(causes)
    assert {17, 18} <= set(causes)
    assert causes[486] > causes[603]


def test_some_traffic_comes_with_facts_missing_and_some_is_sent_twice(day: Day) -> None:
    invites = [record for record in day.records if record["event_type"] == "INVITE"]
    bare = sum("call_id" not in record for record in invites)
    assert 0.01 < bare / len(invites) < 0.03
    assert any("sdp_origin" not in record and "call_id" in record for record in invites)
    assert any("attestation" not in record and "call_id" in record for record in invites)
    repeats = Counter(record["call_id"] for record in invites if "call_id" in record)
    assert 0.005 < sum(count == 2 for count in repeats.values()) / len(repeats) < 0.02
    assert max(repeats.values()) == 2
    withheld = sum(record["a_number"] == "anonymous" for record in invites)
    assert 0.005 < withheld / len(invites) < 0.03


def test_call_ids_are_unique(day: Day) -> None:
    calls = [event.call for event in day.events if event.kind == "INVITE" and event.at == event.call.at]
    assert len({call.call_id for call in calls}) == len(calls) == day.operator.truth().run.calls


def test_answer_seizure_ratio_and_talk_time_lie_where_the_distributions_are_stated(day: Day) -> None:
    calls = by_call(day).values()
    talks = []
    for records in calls:
        if records[-1]["event_type"] == "BYE":
            talks.append((records[-1]["at"] - records[-2]["at"]) / 1e9)
    assert 0.55 <= len(talks) / len(calls) <= 0.70
    assert 120 <= sum(talks) / len(talks) <= 180
    assert 0.05 <= sum(talk < 10 for talk in talks) / len(talks) <= 0.20
    talks.sort()
    assert talks[len(talks) // 2] < 0.75 * sum(talks) / len(talks), "talk times lean to the short side"
    run = day.operator.truth().run
    assert run.asr == pytest.approx(len(talks) / len(calls), abs=0.01)
    assert run.acd_seconds == pytest.approx(sum(talks) / len(talks), abs=2)


def test_load_follows_the_local_clock(day: Day) -> None:
    offset = day.operator.plan.utc_offset_minutes * 60_000_000_000
    ordinary = [e.call for e in day.events if e.kind == "INVITE" and not e.call.attack and not e.call.burst]
    hours = Counter((call.at + offset) // HOUR % 24 for call in ordinary)
    assert hours[11] > 10 * hours[4]
    assert hours[11] > 1.3 * hours[22]
    assert max(hours, key=hours.__getitem__) in range(9, 20)
    assert sum(hours.values()) == pytest.approx(20_000, rel=0.03)


def test_offices_are_quiet_at_weekends() -> None:
    load = Load(86_400, 0, 0.45)
    noon = MONDAY + 11 * HOUR
    monday, monday_share = load.at(noon)
    saturday, saturday_share = load.at(noon + 5 * 24 * HOUR)
    assert saturday < 0.7 * monday
    assert saturday_share < 0.3 * monday_share
    mean = sum(load.at(MONDAY + minute * 60_000_000_000)[0] for minute in range(1440)) / 1440
    assert mean == pytest.approx(1.0)


@pytest.mark.parametrize("region", PLANS)
def test_numbers_are_valid_where_a_plan_holds_them_and_invalid_where_none_does(region: str) -> None:
    plan = PLANS[region]
    for pool in (plan.own, plan.others, plan.business, plan.toll_free):
        for index in range(0, 20_000, 37):
            number = pool.number(index)
            assert phonenumbers.is_valid_number(phonenumbers.parse(number)), number
    for index in range(0, 20_000, 37):
        number = plan.unallocated.number(index)
        assert not phonenumbers.is_valid_number(phonenumbers.parse(number)), number


def test_a_pool_gives_each_index_a_number_of_its_own() -> None:
    pool = PLANS["GB"].own
    assert len({pool.number(index) for index in range(50_000)}) == 50_000


@pytest.mark.parametrize("region", PLANS)
def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(region: str) -> None:
    def run(seed: int) -> tuple[bytes, list[str]]:
        operator = Operator(seed, start=MONDAY, hours=2, calls_per_day=5_000, attacks=8, region=region)
        return b"".join(event.to_json() for event in operator.events()), list(operator.truth().to_lines())

    assert run(3) == run(3)
    assert run(3)[0] != run(4)[0]


def test_an_operator_can_be_read_twice_and_asked_for_the_truth_first(day: Day) -> None:
    fresh = Operator(7, start=MONDAY, calls_per_day=20_000)
    assert fresh.truth() == day.operator.truth()
    first = [event.to_json() for event in fresh.events()]
    assert first == [event.to_json() for event in day.events]


@pytest.mark.parametrize("suffix", [".ndjson", ".ndjson.gz", ".pcap", ".pcap.gz"])
def test_files_of_one_seed_are_equal_byte_for_byte(tmp_path: Path, suffix: str) -> None:
    made = []
    for name in ("one", "two"):
        path = tmp_path / f"{name}{suffix}"
        operator = Operator(5, start=MONDAY, hours=1, calls_per_day=2_000, attacks=5, hotlines=1)
        simulate_to_file(operator, str(path), kind=TrafficFormat.of_name(path.name), truth_file=None)
        made.append(path.read_bytes())
    assert made[0] == made[1]
    assert len(made[0]) > 10_000


@pytest.mark.parametrize(
    ("option", "value"),
    [("calls_per_day", 0), ("attacks", -1), ("hotlines", 10_001), ("hours", 0.0), ("region", "XX")],
)
def test_what_is_out_of_bounds_is_refused_by_name(option: str, value: object) -> None:
    with pytest.raises(BadInput, match=option):
        Operator(1, start=MONDAY, **{option: value})  # type: ignore[arg-type]


def test_an_operator_without_hotlines_and_attacks_has_an_ordinary_day() -> None:
    operator = Operator(1, start=MONDAY, hours=3, calls_per_day=3_000, attacks=0, hotlines=0)
    truth = operator.truth()
    assert (truth.attacks, truth.bursts, truth.run.attack_calls) == ((), (), 0)
    assert truth.run.calls > 0
