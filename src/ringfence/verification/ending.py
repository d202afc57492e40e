"""What a call comes to whose dialogue has reached no decision, by what the provider tells of it."""

from ringfence.model.call import VerificationCall
from ringfence.model.transaction import TransactionStatus
from ringfence.model.verification import AnsweredBy, CallStatus


def outcome_of(call: VerificationCall) -> TransactionStatus:
    """The dialogue's own outcome goes first: a machine that has said no is somebody."""
    if call.dialogue.outcome is not None:
        return call.dialogue.outcome
    if call.status in (CallStatus.BUSY, CallStatus.NO_ANSWER):
        return TransactionStatus.NOT_ANSWERED
    if call.status is CallStatus.COMPLETED and call.answered_by is AnsweredBy.MACHINE:
        return TransactionStatus.VOICEMAIL
    if call.status is CallStatus.COMPLETED and call.dialogue.digits_only and call.dialogue.retry:
        return TransactionStatus.UNVERIFIED  # nothing clear was said until it ended
    return TransactionStatus.DISCONNECTED


def reached_nobody(call: VerificationCall) -> bool:
    """Of a call that has ended: whether no one and no machine took it."""
    return call.dialogue.turn == 0 and call.status in (
        CallStatus.BUSY,
        CallStatus.NO_ANSWER,
        CallStatus.FAILED,
    )
