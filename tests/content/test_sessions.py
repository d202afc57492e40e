"""Turns of a conversation: demands that rise are told, and nothing is kept for ever."""

from decimal import Decimal

from ringfence.content.fingerprint import demands
from ringfence.content.lexicon import lexicon
from ringfence.content.sessions import Demand, Sessions
from ringfence.content.words import words_of

MINUTE = 60_000_000_000


def demand(text: str, *rupees: int) -> Demand | None:
    return Demand.of(demands(lexicon().find(words_of(text))), [("INR", Decimal(sum_)) for sum_ in rupees])


def test_a_higher_sum_in_a_later_turn_is_an_escalation() -> None:
    sessions = Sessions()
    assert sessions.turn("s", "hello", demand("Hello, your task today is to like videos"), 0) == (1, False)
    assert sessions.turn("s", "hello", demand("Pay the registration fee", 500), MINUTE) == (2, False)
    assert sessions.turn(
        "s", "hello", demand("Well done! Next level registration fee", 5_000), 2 * MINUTE
    ) == (
        3,
        True,
    )
    assert sessions.turn("s", "hello", demand("ok thank you"), 3 * MINUTE) == (4, True)


def test_the_same_demand_again_is_none() -> None:
    sessions = Sessions()
    sessions.turn("s", "hello", demand("Pay the processing fee", 999), 0)
    assert sessions.turn("s", "hello", demand("did you pay the processing fee?", 999), MINUTE) == (2, False)
    assert sessions.turn("s", "hello", demand("please pay the processing fee", 500), MINUTE) == (3, False)


def test_a_threat_or_another_way_to_pay_raises_a_demand() -> None:
    for later in (
        "Pay the fee now or you will be arrested: legal action",
        "Send the processing fee by gift card",
    ):
        sessions = Sessions()
        sessions.turn("s", "hello", demand("Kindly send the processing fee", 999), 0)
        assert sessions.turn("s", "hello", demand(later, 999), MINUTE) == (2, True)


def test_sessions_know_nothing_of_each_other() -> None:
    sessions = Sessions()
    sessions.turn("one", "hello", demand("Pay the fee", 10), 0)
    assert sessions.turn("other", "hello", demand("Pay the fee", 9_999), 0) == (1, False)


def test_silence_and_newer_sessions_make_it_forget() -> None:
    sessions = Sessions(most=2, idle=60)
    sessions.turn("old", "hello", None, 0)
    assert sessions.turn("old", "hello", None, MINUTE) == (2, False)
    assert sessions.turn("old", "hello", None, 3 * MINUTE) == (1, False)
    sessions.turn("b", "hello", None, 3 * MINUTE)
    sessions.turn("c", "hello", None, 3 * MINUTE)
    assert len(sessions) == 2
    assert sessions.turn("old", "hello", None, 3 * MINUTE) == (1, False)


def test_a_demand_is_held_against_all_before_it() -> None:
    sessions = Sessions()
    sessions.turn("s", "hello", demand("Pay the processing fee", 5_000), 0)
    sessions.turn("s", "hello", demand("send the processing fee please"), MINUTE)
    assert sessions.turn("s", "hello", demand("ok pay half of the processing fee", 2_500), 2 * MINUTE) == (
        3,
        False,
    )
    assert sessions.turn("s", "hello", demand("pay the processing fee", 6_000), 3 * MINUTE) == (4, True)


def test_what_was_said_is_kept_for_the_next_turn_and_bounded() -> None:
    sessions = Sessions(idle=60)
    sessions.turn("s", "Hello", None, 0)
    sessions.turn("s", "Your parcel is held", None, MINUTE // 2)
    assert sessions.said("s", MINUTE) == ("Hello", "Your parcel is held")
    assert sessions.said("another", MINUTE) == ()
    sessions.turn("s", "x" * 1_990, None, MINUTE)
    assert sessions.said("s", MINUTE) == ("x" * 1_990,)
    assert sessions.said("s", 3 * MINUTE) == ()
