"""The dialogue with a card holder, as a state machine: where a call is, what was understood → where it is then.

START (is it the card holder?) → AUTHORISED: yes → Resolved
                                            no  → Mark As Fraud → SHARED → OTHERS → BLOCKED → KIND_OF_CARD
                                                     physical → PHYSICAL → VIRTUAL_MEANWHILE → CONFIRMED
                                                     virtual  → VIRTUAL

Nothing here speaks, listens or looks at a clock; `lines` has the words, `answers` makes a meaning of what was heard,
`ending` knows what a call comes to that ends before its decision.
An outcome once reached stays, whatever is said or told afterwards.
"""

from dataclasses import replace

from ringfence.model.transaction import TransactionStatus
from ringfence.model.verification import Dialogue, Step, Understood

QUESTIONS = frozenset((Step.START, Step.AUTHORISED, Step.SHARED, Step.OTHERS, Step.KIND_OF_CARD))
_MOST_RETRIES = 2
"""By speech and keys together; then keys alone are asked for."""
GO_ON = {
    Step.BLOCKED: Step.KIND_OF_CARD,
    Step.PHYSICAL: Step.VIRTUAL_MEANWHILE,
    Step.VIRTUAL_MEANWHILE: Step.CONFIRMED,
}


def answered(at: Dialogue, understood: Understood, *, can_transfer: bool) -> Dialogue:
    """After an answer to the question that is open; `can_transfer` says whether there is a person to talk to."""
    if at.over or at.step not in QUESTIONS:
        return at
    took = replace(at, turn=at.turn + 1)
    match understood:
        case Understood.COACHED if at.outcome is None:
            return _over(took, TransactionStatus.COACHED)
        case Understood.WRONG_PERSON if at.outcome is None:
            return _over(took, TransactionStatus.UNVERIFIED)
        case Understood.PERSON:
            return _to_a_person(took, can_transfer=can_transfer)
    return _taken(took, understood) or _asked_again(took, can_transfer=can_transfer)


def went_on(at: Dialogue) -> Dialogue:
    """After the words of a step that asks nothing."""
    following = GO_ON.get(at.step)
    return at if at.over or following is None else _asks(replace(at, turn=at.turn + 1), following)


def machine_answered(at: Dialogue) -> Dialogue:
    """A voicemail box, or a fax. Once a question was answered it was somebody, whatever the provider takes it for."""
    return at if at.turn else _over(at, TransactionStatus.VOICEMAIL)


def _taken(at: Dialogue, understood: Understood) -> Dialogue | None:
    """After an answer that the question can do something with."""
    match at.step, understood:
        case Step.START, Understood.YES:
            return _asks(at, Step.AUTHORISED)
        case Step.START, Understood.NO:
            return _over(at, TransactionStatus.UNVERIFIED)
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
    if not at.digits_only:
        return replace(at, retry=at.retry + 1, digits_only=True)
    return _to_a_person(at, can_transfer=can_transfer)


def _to_a_person(at: Dialogue, *, can_transfer: bool) -> Dialogue:
    return _over(
        at,
        TransactionStatus.TRANSFERRED if can_transfer else TransactionStatus.UNVERIFIED,
        transfers=can_transfer,
    )


def _asks(at: Dialogue, step: Step) -> Dialogue:
    return replace(at, step=step, retry=0)


def _over(at: Dialogue, outcome: TransactionStatus, *, transfers: bool = False) -> Dialogue:
    return replace(at, outcome=at.outcome or outcome, over=True, transfers=transfers)
