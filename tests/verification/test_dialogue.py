"""A call from its first question to its outcome, as the card holder answers."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringfence.model.transaction import TransactionStatus
from ringfence.model.verification import Dialogue, Step, Understood
from ringfence.verification.dialogue import QUESTIONS, answered, machine_answered, went_on

YES, NO, BOTH, UNSURE = Understood.YES, Understood.NO, Understood.BOTH, Understood.UNSURE
NOTHING, UNCLEAR, PERSON = Understood.NOTHING, Understood.UNCLEAR, Understood.PERSON
PHYSICAL, VIRTUAL = Understood.PHYSICAL, Understood.VIRTUAL


def played(*understood: Understood, can_transfer: bool = False) -> Dialogue:
    """Steps that only speak are gone through as the provider does."""
    at = Dialogue()
    for one in understood:
        at = answered(at, one, can_transfer=can_transfer)
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
    assert (at.outcome, at.transfers) == (TransactionStatus.TRANSFERRED, True)
    at = played(YES, PERSON, can_transfer=True)
    assert (at.outcome, at.transfers) == (TransactionStatus.TRANSFERRED, True)
    assert played(YES, PERSON).outcome is TransactionStatus.UNVERIFIED


def test_keys_are_enough_once_speech_has_failed_and_stay_so() -> None:
    at = played(YES, *[UNCLEAR] * 3, NO)
    assert (at.step, at.retry, at.digits_only) == (Step.SHARED, 0, True)
    assert played(YES, *[UNCLEAR] * 3, NO, *[NOTHING] * 3).over


def test_a_wrong_person_hears_no_more() -> None:
    for said in (NO, Understood.WRONG_PERSON):
        at = played(said)
        assert (at.outcome, at.over, at.step) == (TransactionStatus.UNVERIFIED, True, Step.START)
    assert played(YES, Understood.WRONG_PERSON).outcome is TransactionStatus.UNVERIFIED


@pytest.mark.parametrize("before", [(), (YES,), (YES, UNCLEAR)])
def test_who_is_told_what_to_say_is_flagged(before: tuple[Understood, ...]) -> None:
    at = played(*before, Understood.COACHED)
    assert (at.outcome, at.over) == (TransactionStatus.COACHED, True)


def test_a_machine_is_a_machine_until_somebody_has_answered() -> None:
    assert machine_answered(Dialogue()).outcome is TransactionStatus.VOICEMAIL
    assert machine_answered(played(YES)) == played(YES)


NEWS = st.one_of(
    st.sampled_from(Understood).map(lambda one: lambda at: answered(at, one, can_transfer=True)),
    st.sampled_from(Understood).map(lambda one: lambda at: answered(at, one, can_transfer=False)),
    st.just(went_on),
    st.just(machine_answered),
)


@given(st.lists(NEWS, max_size=40))
def test_an_outcome_never_changes_and_every_call_ends(news: list) -> None:  # type: ignore[type-arg]
    at, asked = Dialogue(), 0
    for one in news:
        after = one(at)
        assert at.outcome in (None, after.outcome)
        assert after.turn in (at.turn, at.turn + 1)
        assert (after.outcome is None) or at.outcome is not None or after.turn > at.turn or after.over
        asked += after.turn > at.turn
        at = after
    assert asked <= 5 * 4 + 3


@given(st.lists(st.sampled_from([one for one in Understood if one is not YES]), max_size=30))
def test_nothing_but_a_yes_resolves(understood: list[Understood]) -> None:
    at = replace(Dialogue(), step=Step.AUTHORISED, turn=1)
    for one in understood:
        at = answered(at, one, can_transfer=False)
    assert at.outcome is not TransactionStatus.RESOLVED
