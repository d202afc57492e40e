"""What a call comes to that was not answered, not finished, or taken by a machine."""

import pytest

from ringfence.model.call import VerificationCall
from ringfence.model.transaction import TransactionStatus
from ringfence.model.verification import AnsweredBy, CallStatus, Dialogue
from ringfence.verification.ending import outcome_of


@pytest.mark.parametrize(
    ("status", "answered_by", "expected"),
    [
        (CallStatus.BUSY, None, "Not Answered"),
        (CallStatus.NO_ANSWER, None, "Not Answered"),
        (CallStatus.FAILED, None, "Disconnected"),
        (CallStatus.CANCELED, None, "Disconnected"),
        (CallStatus.COMPLETED, None, "Disconnected"),
        (CallStatus.COMPLETED, AnsweredBy.HUMAN, "Disconnected"),
        (CallStatus.COMPLETED, AnsweredBy.UNKNOWN, "Disconnected"),
        (CallStatus.COMPLETED, AnsweredBy.MACHINE, "Voicemail"),
    ],
)
def test_a_call_without_a_decision_ends_as_the_provider_tells(
    status: CallStatus, answered_by: AnsweredBy | None, expected: str
) -> None:
    call = VerificationCall(
        "c", "T", "+919876543210", 1, b"", "asha", 0, status=status, answered_by=answered_by
    )
    assert outcome_of(call) == expected


def test_what_was_decided_in_the_call_is_its_outcome_even_of_a_machine() -> None:
    decided = Dialogue(outcome=TransactionStatus.FRAUD)
    call = VerificationCall(
        "c", "T", "+919876543210", 1, b"", "asha", 0,
        status=CallStatus.COMPLETED, answered_by=AnsweredBy.MACHINE, dialogue=decided,
    )  # fmt: skip
    assert outcome_of(call) is TransactionStatus.FRAUD


@pytest.mark.parametrize(
    ("retry", "digits_only", "expected"),
    [(2, False, "Disconnected"), (3, True, "Unverified"), (0, True, "Disconnected")],
)
def test_who_hangs_up_after_nothing_but_silence_could_not_be_verified(
    retry: int, digits_only: bool, expected: str
) -> None:
    at = Dialogue(turn=3, retry=retry, digits_only=digits_only)
    call = VerificationCall(
        "c", "T", "+919876543210", 1, b"", "asha", 0, status=CallStatus.COMPLETED, dialogue=at
    )
    assert outcome_of(call) == expected
