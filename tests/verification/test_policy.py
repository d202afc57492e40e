"""When a card holder may be called, held to a naive oracle that looks at every minute."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.made_up import ASHA

from ringfence.errors import BadInput
from ringfence.model.call import QuietHours, Refusal, RefusalKind, VerificationCall
from ringfence.model.transaction import TransactionStatus
from ringfence.verification.policy import may_call, zones_for

SECOND = 1_000_000_000
MINUTE = 60 * SECOND
NIGHT = QuietHours(21 * 60, 9 * 60)
KOLKATA = ("Asia/Kolkata",)
NEW_YORK = ("America/New_York",)


def at(written: str, zone: str = "Asia/Kolkata") -> int:
    there = datetime.fromisoformat(written).replace(tzinfo=ZoneInfo(zone))
    return int(there.astimezone(UTC).timestamp()) * SECOND


def ended(ordered_at: int, made: bool = True) -> VerificationCall:
    return VerificationCall(
        "c", "TXN001", "+919876543210", 1, b"", "asha", ordered_at, ended_at=ordered_at + MINUTE, made=made
    )


def refusal(
    now: int, calls: Sequence[VerificationCall] = (), zones: Sequence[str] = KOLKATA
) -> tuple[str, int | None]:
    told = may_call(ASHA, calls, now, zones, NIGHT)
    assert told is not None
    return told.kind, told.retry_at


def test_by_day_a_card_holder_may_be_called() -> None:
    for clock in ("2026-01-15T09:00", "2026-01-15T20:59:59"):
        assert may_call(ASHA, (), at(clock), KOLKATA, NIGHT) is None
    assert may_call(ASHA, (), at("2026-01-15T03:00"), KOLKATA, None) is None


@pytest.mark.parametrize(
    "now", ["2026-01-15T21:00", "2026-01-15T23:59:59", "2026-01-16T00:00", "2026-01-16T08:59:59"]
)
def test_at_night_the_call_waits_for_the_morning_there(now: str) -> None:
    assert refusal(at(now)) == ("quiet_hours", at("2026-01-16T09:00"))


def test_quiet_hours_may_lie_within_a_day() -> None:
    siesta = QuietHours(13 * 60, 14 * 60 + 30)
    told = may_call(ASHA, (), at("2026-01-15T13:10"), KOLKATA, siesta)
    assert told is not None
    assert told.retry_at == at("2026-01-15T14:30")
    assert may_call(ASHA, (), at("2026-01-15T23:00"), KOLKATA, siesta) is None


def test_the_morning_after_the_clocks_were_set_is_the_clocks_own() -> None:
    assert refusal(at("2026-03-07T22:00", *NEW_YORK), zones=NEW_YORK)[1] == at("2026-03-08T09:00", *NEW_YORK)
    assert at("2026-03-08T09:00", *NEW_YORK) - at("2026-03-07T22:00", *NEW_YORK) == 10 * 60 * MINUTE


def test_a_night_that_ends_in_the_hour_that_is_skipped_ends_as_the_clocks_jump() -> None:
    told = may_call(ASHA, (), at("2026-03-08T01:00", *NEW_YORK), NEW_YORK, QuietHours(22 * 60, 2 * 60 + 30))
    assert told is not None
    assert told.retry_at == at("2026-03-08T03:00", *NEW_YORK)


def test_thirty_minutes_lie_between_two_calls() -> None:
    first = at("2026-01-15T10:00")
    assert refusal(first + 29 * MINUTE, [ended(first)]) == ("too_soon", first + 30 * MINUTE)
    assert may_call(ASHA, [ended(first)], first + 30 * MINUTE, KOLKATA, NIGHT) is None


def test_spacing_that_ends_at_night_waits_for_the_morning() -> None:
    last = at("2026-01-15T20:50")
    assert refusal(last + 5 * MINUTE, [ended(last)]) == ("too_soon", at("2026-01-16T09:00"))


def test_after_three_calls_the_next_day_is_waited_for() -> None:
    calls = [ended(at(f"2026-01-15T{hour}:00")) for hour in (10, 11, 12)]
    assert refusal(at("2026-01-15T15:00"), calls) == ("attempts_used", at("2026-01-16T09:00"))
    assert may_call(ASHA, calls, at("2026-01-16T09:00"), KOLKATA, NIGHT) is None
    told = may_call(ASHA, calls, at("2026-01-15T15:00"), KOLKATA, None)
    assert told is not None
    assert told.retry_at == at("2026-01-16T00:00")


def test_a_call_that_was_never_placed_uses_nothing_up() -> None:
    calls = [ended(at(f"2026-01-15T{hour}:00"), made=False) for hour in (10, 11, 12)]
    assert may_call(ASHA, calls, at("2026-01-15T12:01"), KOLKATA, NIGHT) is None


def test_calls_about_another_transaction_use_nothing_up_but_only_one_runs() -> None:
    now = at("2026-01-15T12:00")
    other = replace(ended(now - MINUTE), transaction_id="TXN002")
    assert may_call(ASHA, [other], now, KOLKATA, NIGHT) is None
    assert refusal(now, [replace(other, ended_at=None)]) == ("call_running", None)


@pytest.mark.parametrize("status", list(TransactionStatus))
def test_only_what_is_resolved_is_never_asked_again(status: TransactionStatus) -> None:
    told = may_call(replace(ASHA, status=status), (), at("2026-01-15T12:00"), KOLKATA, NIGHT)
    resolved = told is not None and told.kind is RefusalKind.RESOLVED and told.retry_at is None
    assert resolved == (status is TransactionStatus.RESOLVED)
    assert resolved or told is None


def test_the_zone_is_the_transactions_or_that_of_its_number() -> None:
    assert zones_for(ASHA) == KOLKATA
    assert zones_for(replace(ASHA, phone="+12125550123")) == NEW_YORK
    assert zones_for(replace(ASHA, zone="Asia/Kathmandu")) == ("Asia/Kathmandu",)
    assert "Europe/London" in zones_for(replace(ASHA, phone="+447700900123"))
    assert "America/New_York" in zones_for(replace(ASHA, phone="+18005550123"))
    australian = zones_for(replace(ASHA, phone="+61412345678"))
    assert {"Australia/Perth", "Australia/Sydney"} <= set(australian)


def test_in_a_country_of_several_zones_it_has_to_be_day_in_all() -> None:
    both = ("Australia/Sydney", "Australia/Perth")
    assert refusal(at("2026-07-01T10:00", both[0]), zones=both)[1] == at("2026-07-01T09:00", both[1])
    assert may_call(ASHA, (), at("2026-07-01T11:00", both[0]), both, NIGHT) is None


def test_where_it_is_never_day_in_all_or_the_zone_is_unknown_a_person_has_to_say_it() -> None:
    for zones in (("Pacific/Honolulu", "Pacific/Guam", "Europe/London"), ()):
        told = may_call(ASHA, (), at("2026-01-15T12:00"), zones, NIGHT)
        assert told is not None
        assert (told.kind, told.retry_at) == (RefusalKind.QUIET_HOURS, None)
        assert "give the transaction" in told.detail
    with pytest.raises(BadInput, match="Asia/Kolkata"):
        may_call(ASHA, (), at("2026-01-15T12:00"), ["Asia/Nowhere"], NIGHT)


@pytest.mark.parametrize(
    "text", ["21:00", "25:00-09:00", "21:00-21:00", "00:00-24:00", "24:30-09:00", "9-21"]
)
def test_quiet_hours_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="21:00-09:00"):
        QuietHours.read(text)


def test_quiet_hours_are_read_as_they_are_set() -> None:
    assert QuietHours.read("21:00-09:00") == NIGHT
    assert QuietHours.read("00:00-08:00") == QuietHours.read("24:00-08:00") == QuietHours(0, 480)
    assert QuietHours.read(" ") is None


ZONES = [
    "Asia/Kolkata", "Asia/Kathmandu", "America/New_York", "America/St_Johns", "Europe/London", "Australia/Lord_Howe",
    "America/Havana", "Africa/Cairo", "Pacific/Apia", "UTC",
]  # fmt: skip
# Around changes of the clocks in New York, London, Havana (at midnight), Cairo (at midnight), Lord Howe (half an hour).
DAYS = "01-15 03-07 03-28 04-04 04-23 10-03 10-24 10-29 10-31".split()
STARTS = [datetime.fromisoformat(f"2026-{day}T00:00+00:00") for day in DAYS]


def oracle(calls: Sequence[int], now: int, zones: Sequence[str], quiet: QuietHours | None) -> int | None:
    for minute in range(5 * 24 * 60):
        moment = now + minute * MINUTE
        clocks = [datetime.fromtimestamp(moment // SECOND, ZoneInfo(zone)) for zone in zones]
        days = [
            [datetime.fromtimestamp(call // SECOND, ZoneInfo(zone)).date() for call in calls]
            for zone in zones
        ]
        if any(moment - call < 30 * MINUTE for call in calls):
            continue
        if any(made.count(clock.date()) >= 3 for clock, made in zip(clocks, days, strict=True)):
            continue
        if quiet and any(quiet.hold(clock.hour * 60 + clock.minute) for clock in clocks):
            continue
        return moment
    return None


@settings(max_examples=120, deadline=None)
@given(
    start=st.sampled_from(STARTS),
    minutes=st.integers(0, 3 * 24 * 60),
    ago=st.lists(st.integers(1, 26 * 60), max_size=5),
    zones=st.lists(st.sampled_from(ZONES), min_size=1, max_size=2, unique=True),
    quiet=st.none() | st.builds(QuietHours, st.integers(0, 700), st.integers(701, 1439))
    | st.builds(QuietHours, st.integers(701, 1439), st.integers(0, 700)),
)  # fmt: skip
def test_the_policy_says_what_a_look_at_every_minute_says(
    start: datetime, minutes: int, ago: list[int], zones: list[str], quiet: QuietHours | None
) -> None:
    now = int((start + timedelta(minutes=minutes)).timestamp()) * SECOND
    calls = [now - before * MINUTE for before in ago]
    told: Refusal | None = may_call(ASHA, [ended(call) for call in calls], now, zones, quiet)
    expected = oracle(calls, now, zones, quiet)
    assert (told is None) == (expected == now)
    if told is not None:
        assert told.retry_at == expected
