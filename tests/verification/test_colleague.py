"""What a colleague hears before a call is theirs."""

from dataclasses import replace
from decimal import Decimal

import pytest

from ringfence.model.transaction import Transaction, TransactionStatus
from ringfence.model.verification import Dialogue, Step
from ringfence.verification.colleague import answer, context

ASHA = Transaction(
    "TXN001", "Asha Rao", "1111", "9f", "+919876543210", Decimal("15499.50"), "INR", "Example Bank", "Example Store",
    "2026-01-15", None, "hi-IN",
)  # fmt: skip
RINGS = Dialogue(step=Step.AUTHORISED, turn=2, over=True, transfers=True, asked_for_person=True)


def heard(at: Dialogue) -> tuple[str, ...]:
    return context(at, ASHA, "471209").sentences


def test_a_colleague_hears_who_is_on_the_line_and_why() -> None:
    assert heard(RINGS) == (
        "A call from Example Bank, reference 4 7 1 2 0 9.",
        "On the line is Asha Rao.",
        "The payment was neither confirmed nor denied.",
        "They ask for a person.",
        "Press 1 to take the call.",
    )
    unclear = replace(RINGS, asked_for_person=False, outcome=TransactionStatus.FRAUD, recorded=True)
    assert heard(unclear)[2:5] == (
        "The payment was denied.",
        "The last answers were not understood.",
        "The call is recorded.",
    )
    assert heard(replace(RINGS, step=Step.START))[1] == "Nobody has confirmed to be Asha Rao."


@pytest.mark.parametrize("outcome", [None, TransactionStatus.FRAUD])
@pytest.mark.parametrize("step", [Step.START, Step.CONSENT, Step.AUTHORISED, Step.KIND_OF_CARD])
def test_no_card_and_no_sum_is_said_to_a_line_that_may_be_a_voicemail_box(
    step: Step, outcome: TransactionStatus | None
) -> None:
    told = " ".join(heard(replace(RINGS, step=step, outcome=outcome)))
    assert not [one for one in ("1111", "1 1 1 1", "15,499", "Example Store") if one in told]


def test_only_the_key_takes_the_call_and_silence_hangs_up() -> None:
    listens = context(RINGS, ASHA, "471209").listen
    assert listens is not None
    assert (listens.speech, listens.digits, listens.ends) == (False, 1, True)
    taken = replace(RINGS, taken=True, outcome=TransactionStatus.TRANSFERRED)
    assert answer(taken, "1").joins
    assert not answer(taken, "2").joins
    assert not answer(RINGS, "1").joins, "the card holder has hung up meanwhile"
    assert not answer(replace(RINGS, taken=False), "1").joins


@pytest.mark.parametrize(
    "at",
    [Dialogue(), replace(RINGS, transfers=False), replace(RINGS, taken=False), replace(RINGS, taken=True)],
)
def test_of_a_call_that_waits_for_nobody_nothing_is_told(at: Dialogue) -> None:
    told = context(at, ASHA, "471209")
    assert (told.sentences, told.listen, told.joins) == ((), None, False)
