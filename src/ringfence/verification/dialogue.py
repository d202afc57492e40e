"""The dialogue with a card holder, as a state machine: where a call is, what was understood → where it is then.

START (is it the card holder?) → CONSENT (may we record?), where it is asked
                               → AUTHORISED: yes → Resolved
                                            no  → Mark As Fraud → SHARED → OTHERS → BLOCKED → KIND_OF_CARD
                                                     physical → PHYSICAL → VIRTUAL_MEANWHILE → CONFIRMED
                                                     virtual  → VIRTUAL

Nothing here speaks, listens or looks at a clock; `lines` has the words, `answers` makes a meaning of what was heard,
`ending` knows what a call comes to that ends before its decision.
An outcome once reached stays, whatever is said or told afterwards; but that of a call which was put through, and which
no colleague took.
"""

from dataclasses import replace

from ringfence.model.transaction import TransactionStatus
from ringfence.model.verification import Dialogue, Step, Understood

QUESTIONS = frozenset(
    (Step.START, Step.CONSENT, Step.AUTHORISED, Step.SHARED, Step.OTHERS, Step.KIND_OF_CARD)
)
_MOST_RETRIES = 2
"""By speech and keys together; then keys alone are asked for."""
GO_ON = {
    Step.BLOCKED: Step.KIND_OF_CARD,
    Step.PHYSICAL: Step.VIRTUAL_MEANWHILE,
    Step.VIRTUAL_MEANWHILE: Step.CONFIRMED,
}
LAST = frozenset((Step.CONFIRMED, Step.VIRTUAL))
"""Their words end the call."""


def answered(
    at: Dialogue, understood: Understood, *, can_transfer: bool, asks_consent: bool = False
) -> Dialogue:
    """After an answer to the question that is open; `can_transfer` says whether there is a person to talk to,
    `asks_consent` whether the call would be recorded."""
    if at.over or at.step not in QUESTIONS:
        return at
    took = replace(at, turn=at.turn + 1, repeats=understood is Understood.REPEAT)
    match understood:
        case Understood.COACHED if at.outcome is None:
            return _over(took, TransactionStatus.COACHED)
        case Understood.WRONG_PERSON if at.outcome is None:
            return _over(replace(took, another_person=True), TransactionStatus.UNVERIFIED)
        case Understood.PERSON:
            return _to_a_person(replace(took, asked_for_person=True), can_transfer=can_transfer)
    return _taken(took, understood, asks_consent=asks_consent) or _asked_again(
        took, can_transfer=can_transfer
    )


def went_on(at: Dialogue) -> Dialogue:
    """After the words of a step that asks nothing."""
    following = GO_ON.get(at.step)
    return at if at.over or following is None else _asks(replace(at, turn=at.turn + 1), following)


def machine_answered(at: Dialogue) -> Dialogue:
    """A voicemail box, or a fax. Once a question was answered it was somebody, whatever the provider takes it for."""
    return at if at.turn else _over(replace(at, turn=1), TransactionStatus.VOICEMAIL)


def put_through(at: Dialogue, *, taken: bool) -> Dialogue:
    """Once it is known whether a colleague took the call; what is told after that changes nothing. Where nobody did,
    nothing is settled: the one case in which an outcome changes."""
    if not at.transfers or at.taken is not None:
        return at
    known = replace(at, turn=at.turn + 1, taken=taken)
    if taken or at.outcome is not TransactionStatus.TRANSFERRED:
        return known
    return replace(known, outcome=TransactionStatus.UNVERIFIED)


def decided(before: Dialogue, after: Dialogue) -> str:
    """What followed from an answer, for people; empty where it was the next question alone."""
    if after.outcome is not None and after.outcome is not before.outcome:
        return after.outcome.value
    if after.recorded is not before.recorded:
        return "Recorded" if after.recorded else "Not recorded"
    if after.taken is not before.taken:
        return "Taken by a colleague" if after.taken else "Taken by nobody"
    return "Put through" if after.transfers and not before.transfers else ""  # of a payment that was denied


def _taken(at: Dialogue, understood: Understood, *, asks_consent: bool) -> Dialogue | None:
    """After an answer that the question can do something with."""
    match at.step, understood:
        case Step.START, Understood.YES:
            return _asks(at, Step.CONSENT if asks_consent else Step.AUTHORISED)
        case Step.START, Understood.NO:
            return _over(replace(at, another_person=True), TransactionStatus.UNVERIFIED)
        case Step.CONSENT, Understood.YES | Understood.NO:
            return _asks(replace(at, recorded=understood is Understood.YES), Step.AUTHORISED)
        case Step.AUTHORISED, Understood.YES:
            return _over(at, TransactionStatus.RESOLVED)
        case Step.AUTHORISED, Understood.NO:
            return _asks(replace(at, outcome=TransactionStatus.FRAUD), Step.SHARED)
        case Step.SHARED, Understood.YES | Understood.NO:
            return _asks(replace(at, shared_details=understood is Understood.YES), Step.OTHERS)
        case Step.OTHERS, Understood.YES | Understood.NO:
            return _asks(replace(at, other_transactions=understood is Understood.YES), Step.BLOCKED)
        case Step.KIND_OF_CARD, Understood.PHYSICAL:
            return _asks(at, Step.PHYSICAL)
        case Step.KIND_OF_CARD, Understood.VIRTUAL:
            return _asks(at, Step.VIRTUAL)
    return None


def _asked_again(at: Dialogue, *, can_transfer: bool) -> Dialogue:
    if at.retry < _MOST_RETRIES:
        return replace(at, retry=at.retry + 1)
    if at.step is Step.CONSENT:  # no reason to give the call up: without a clear yes nothing is recorded
        return _asks(replace(at, recorded=False), Step.AUTHORISED)
    if not at.digits_only:
        return replace(at, retry=at.retry + 1, digits_only=True)
    return _to_a_person(at, can_transfer=can_transfer)


def _to_a_person(at: Dialogue, *, can_transfer: bool) -> Dialogue:
    if can_transfer:
        return _over(replace(at, transfers=True), TransactionStatus.TRANSFERRED)
    return _over(at, TransactionStatus.UNVERIFIED)


def _asks(at: Dialogue, step: Step) -> Dialogue:
    return replace(at, step=step, retry=0, repeats=False)


def _over(at: Dialogue, outcome: TransactionStatus) -> Dialogue:
    return replace(at, outcome=at.outcome or outcome, over=True)
