"""A call from its first question to its outcome, as the card holder answers."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringfence.model.transaction import TransactionStatus
from ringfence.model.verification import Dialogue, Step, Understood
from ringfence.verification.dialogue import (
    QUESTIONS,
    answered,
    decided,
    machine_answered,
    put_through,
    went_on,
)

YES, NO, BOTH, UNSURE = Understood.YES, Understood.NO, Understood.BOTH, Understood.UNSURE
NOTHING, UNCLEAR, PERSON = Understood.NOTHING, Understood.UNCLEAR, Understood.PERSON
PHYSICAL, VIRTUAL = Understood.PHYSICAL, Understood.VIRTUAL


def played(*understood: Understood, can_transfer: bool = False, asks_consent: bool = False) -> Dialogue:
    """Steps that only speak are gone through as the provider does."""
    at = Dialogue()
    for one in understood:
        at = answered(at, one, can_transfer=can_transfer, asks_consent=asks_consent)
        while at.step not in QUESTIONS and (after := went_on(at)) is not at:
            at = after
    return at


def test_a_clear_yes_of_the_right_party_resolves() -> None:
    assert played(YES).outcome is None
    at = played(YES, YES)
    assert (at.outcome, at.over) == (TransactionStatus.RESOLVED, True)


@pytest.mark.parametrize("shared", [YES, NO])
@pytest.mark.parametrize("others", [YES, NO])
def test_a_no_is_fraud_and_asks_what_the_desk_needs(shared: Understood, others: Understood) -> None:
    at = played(YES, NO)
    assert (at.outcome, at.step, at.over) == (TransactionStatus.FRAUD, Step.SHARED, False)
    at = played(YES, NO, shared, others)
    assert (at.shared_details, at.other_transactions) == (shared is YES, others is YES)
    assert at.step is Step.KIND_OF_CARD
    assert played(YES, NO, shared, others, PHYSICAL).step is Step.CONFIRMED
    assert played(YES, NO, shared, others, VIRTUAL).step is Step.VIRTUAL


def test_steps_that_speak_come_in_their_order() -> None:
    at = played(YES, NO, NO)
    at = answered(at, NO, can_transfer=False)
    assert at.step is Step.BLOCKED
    at = answered(went_on(at), PHYSICAL, can_transfer=False)
    steps = []
    while at.step is not Step.CONFIRMED:
        steps.append(at.step)
        at = went_on(at)
    assert steps == [Step.PHYSICAL, Step.VIRTUAL_MEANWHILE]
    assert went_on(at) is at


@pytest.mark.parametrize("unclear", [NOTHING, UNCLEAR, BOTH, UNSURE, Understood.REPEAT, PHYSICAL])
def test_two_retries_then_keys_alone_then_the_end(unclear: Understood) -> None:
    asked = [played(YES, *[unclear] * times) for times in range(5)]
    assert [at.retry for at in asked] == [0, 1, 2, 3, 3]
    assert [at.digits_only for at in asked] == [False, False, False, True, True]
    assert [at.over for at in asked] == [False, False, False, False, True]
    assert asked[4].outcome is TransactionStatus.UNVERIFIED


def test_who_can_be_put_through_is() -> None:
    at = played(YES, *[NOTHING] * 4, can_transfer=True)
    assert (at.outcome, at.over, at.transfers, at.asked_for_person) == (
        TransactionStatus.TRANSFERRED,
        True,
        True,
        False,
    )
    at = played(YES, PERSON, can_transfer=True)
    assert (at.outcome, at.over, at.transfers, at.asked_for_person) == (
        TransactionStatus.TRANSFERRED,
        True,
        True,
        True,
    )
    assert played(YES, PERSON).outcome is TransactionStatus.UNVERIFIED
    assert not played(YES, PERSON).transfers


@pytest.mark.parametrize(
    ("before", "taken", "outcome"),
    [
        ((YES,), True, TransactionStatus.TRANSFERRED),
        ((YES,), False, TransactionStatus.UNVERIFIED),
        ((), False, TransactionStatus.UNVERIFIED),
        ((YES, NO), True, TransactionStatus.FRAUD),
        ((YES, NO, YES), False, TransactionStatus.FRAUD),
    ],
)
def test_a_call_that_is_put_through_stays_transferred_unless_nobody_takes_it(
    before: tuple[Understood, ...], taken: bool, outcome: TransactionStatus
) -> None:
    rings = played(*before, PERSON, can_transfer=True)
    at = put_through(rings, taken=taken)
    assert (at.outcome, at.taken, at.turn) == (outcome, taken, rings.turn + 1)
    for later in (True, False):
        assert put_through(at, taken=later) is at
    assert put_through(played(*before), taken=taken) == played(*before)


def test_the_desk_reads_what_became_of_putting_through() -> None:
    asked, denied = played(YES), played(YES, NO)
    rings = played(YES, PERSON, can_transfer=True)
    assert decided(asked, rings) == "Transferred"
    assert decided(rings, put_through(rings, taken=True)) == "Taken by a colleague"
    assert decided(rings, put_through(rings, taken=False)) == "Unverified"
    rings = answered(denied, PERSON, can_transfer=True)
    assert decided(denied, rings) == "Put through"
    assert decided(rings, put_through(rings, taken=True)) == "Taken by a colleague"
    assert decided(rings, put_through(rings, taken=False)) == "Taken by nobody"


def test_keys_are_enough_once_speech_has_failed_and_stay_so() -> None:
    at = played(YES, *[UNCLEAR] * 3, NO)
    assert (at.step, at.retry, at.digits_only) == (Step.SHARED, 0, True)
    assert played(YES, *[UNCLEAR] * 3, NO, *[NOTHING] * 3).over


def consented(*understood: Understood) -> Dialogue:
    return played(YES, *understood, can_transfer=True, asks_consent=True)


def test_where_calls_are_recorded_the_right_party_is_asked_first() -> None:
    assert played(YES).recorded is None
    assert (consented().step, consented().recorded) == (Step.CONSENT, None)
    agreed, refused = consented(YES), consented(NO)
    assert (agreed.step, agreed.recorded) == (Step.AUTHORISED, True)
    assert (refused.step, refused.recorded) == (Step.AUTHORISED, False)
    assert played(NO, asks_consent=True).over


@pytest.mark.parametrize("unclear", [NOTHING, UNCLEAR, BOTH, UNSURE, Understood.REPEAT, PHYSICAL])
def test_without_a_clear_yes_the_call_goes_on_and_is_not_recorded(unclear: Understood) -> None:
    assert [consented(*[unclear] * times).retry for times in range(3)] == [0, 1, 2]
    at = consented(*[unclear] * 3)
    assert at == Dialogue(step=Step.AUTHORISED, turn=4, recorded=False)
    assert consented(unclear, YES).recorded is True


def test_who_asks_for_a_person_or_is_none_or_is_coached_is_heard_there_too() -> None:
    assert consented(PERSON).transfers
    assert consented(Understood.WRONG_PERSON).outcome is TransactionStatus.UNVERIFIED
    assert consented(Understood.COACHED).outcome is TransactionStatus.COACHED


def test_what_follows_from_an_answer_is_told_to_the_desk() -> None:
    asks, agreed, refused = consented(), consented(YES), consented(NO)
    assert (decided(asks, agreed), decided(asks, refused)) == ("Recorded", "Not recorded")
    assert (decided(Dialogue(), asks), decided(agreed, replace(agreed, retry=1))) == ("", "")
    assert decided(agreed, consented(YES, NO)) == "Mark As Fraud"


def test_a_wrong_person_hears_no_more() -> None:
    for said in (NO, Understood.WRONG_PERSON):
        at = played(said)
        assert (at.outcome, at.over, at.step) == (TransactionStatus.UNVERIFIED, True, Step.START)
    assert played(YES, Understood.WRONG_PERSON).outcome is TransactionStatus.UNVERIFIED


def test_only_who_says_so_is_another_person() -> None:
    assert all(played(said).another_person for said in (NO, Understood.WRONG_PERSON))
    ended = [played(*[unclear] * 4) for unclear in (NOTHING, UNCLEAR, Understood.REPEAT)]
    for at in (played(PERSON), *ended):
        assert (at.over, at.another_person) == (True, False)


def test_who_asks_for_the_question_again_is_known_until_the_next_answer() -> None:
    at = played(YES, Understood.REPEAT)
    assert (at.repeats, at.retry) == (True, 1)
    assert not played(YES, Understood.REPEAT, UNCLEAR).repeats
    assert not played(Understood.REPEAT, YES).repeats


@pytest.mark.parametrize("before", [(), (YES,), (YES, UNCLEAR)])
def test_who_is_told_what_to_say_is_flagged(before: tuple[Understood, ...]) -> None:
    at = played(*before, Understood.COACHED)
    assert (at.outcome, at.over) == (TransactionStatus.COACHED, True)


def test_a_machine_is_a_machine_until_somebody_has_answered() -> None:
    assert machine_answered(Dialogue()).outcome is TransactionStatus.VOICEMAIL
    assert machine_answered(played(YES)) == played(YES)


NEWS = st.one_of(
    st.sampled_from(Understood).map(lambda one: lambda at: answered(at, one, can_transfer=True)),
    st.sampled_from(Understood).map(
        lambda one: lambda at: answered(at, one, can_transfer=False, asks_consent=True)
    ),
    st.just(went_on),
    st.booleans().map(lambda taken: lambda at: put_through(at, taken=taken)),
    st.just(machine_answered),
)


@given(st.lists(NEWS, max_size=40))
def test_no_outcome_changes_but_that_of_a_call_nobody_took_and_every_call_ends(news: list) -> None:  # type: ignore[type-arg]
    at, asked = Dialogue(), 0
    for one in news:
        after = one(at)
        untaken = after.taken is False and at.outcome is TransactionStatus.TRANSFERRED
        assert at.outcome in (None, after.outcome) or untaken
        assert at.taken in (None, after.taken)
        assert after.turn in (at.turn, at.turn + 1)
        assert (after.outcome is None) or at.outcome is not None or after.turn > at.turn or after.over
        asked += after.turn > at.turn
        at = after
    assert asked <= 5 * 4 + 3 + 3


@given(st.lists(st.sampled_from([one for one in Understood if one is not YES]), max_size=30))
def test_nothing_but_a_yes_resolves(understood: list[Understood]) -> None:
    at = replace(Dialogue(), step=Step.AUTHORISED, turn=1)
    for one in understood:
        at = answered(at, one, can_transfer=False)
    assert at.outcome is not TransactionStatus.RESOLVED
