"""What a colleague of the desk hears who picks up a call that is put through, before the two are joined: in English.

They take the call by a key: a voicemail box has none, and would keep the card holder talking to nobody.
"""

from ringfence.model.transaction import Transaction, TransactionStatus
from ringfence.model.verification import Dialogue, Listen, Prompt, Step
from ringfence.verification.lines import said
from ringfence.verification.words.spoken import one_by_one

TAKES = "1"
_LANGUAGE = "en-IN"


def context(at: Dialogue, transaction: Transaction, reference: str) -> Prompt:
    """Who is on the line and why; nothing of the card."""
    if not at.transfers or at.taken is not None:
        return Prompt(_LANGUAGE, ())
    name = said(transaction.client_name)
    sentences = (
        f"A call from {said(transaction.bank_name)}, reference {one_by_one(reference)}.",
        f"Nobody has confirmed to be {name}." if at.step is Step.START else f"On the line is {name}.",
        *_known(at),
        f"Press {TAKES} to take the call.",
    )
    return Prompt(_LANGUAGE, sentences, Listen(speech=False, hints=(), ends=True))


def answer(at: Dialogue, digits: str | None) -> Prompt:
    """After a key; whoever pressed another one is let go."""
    return Prompt(_LANGUAGE, (), joins=bool(at.taken) and digits == TAKES)


def _known(at: Dialogue) -> list[str]:
    denied = at.outcome is TransactionStatus.FRAUD
    told = ["The payment was denied." if denied else "The payment was neither confirmed nor denied."]
    told.append("They ask for a person." if at.asked_for_person else "The last answers were not understood.")
    if at.recorded:
        told.append("The call is recorded.")
    return told
