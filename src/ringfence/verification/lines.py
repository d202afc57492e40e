"""What is said at each place of the dialogue, in the card holder's language: where a call is → its prompt.

Before the right party has answered, nothing that is said tells of the card, the amount or the merchant: those fields
are not even filled in for it.
"""

import re
from dataclasses import dataclass

from ringfence.model.transaction import Transaction, TransactionStatus
from ringfence.model.verification import Dialogue, Listen, Prompt, Step
from ringfence.verification.dialogue import GO_ON, QUESTIONS
from ringfence.verification.words import Words, words_of
from ringfence.verification.words.spoken import Question, one_by_one

_LONGEST = 80
"""Characters of a name that are said."""
_CARD_LIKE = re.compile(r"\d(?:[ -]?\d){11,}")
_SPEAKS_ONLY = {
    Step.BLOCKED: "blocked",
    Step.PHYSICAL: "physical",
    Step.VIRTUAL_MEANWHILE: "virtual_meanwhile",
    Step.CONFIRMED: "confirmed",
    Step.VIRTUAL: "virtual",
}
_ASKS = {
    Step.START: "start",
    Step.AUTHORISED: "authorised",
    Step.SHARED: "shared",
    Step.OTHERS: "others",
    Step.KIND_OF_CARD: "kind_of_card",
}
_GOODBYE = {
    TransactionStatus.RESOLVED: "resolved",
    TransactionStatus.FRAUD: "fraud",
    TransactionStatus.COACHED: "coached",
    TransactionStatus.VOICEMAIL: "voicemail",
}


@dataclass(frozen=True, slots=True)
class Desk:
    """What a call needs beside its transaction: the `reference` to quote (digits), whether it is recorded, and the
    number of a person (E.164) where there is one."""

    reference: str
    recorded: bool = False
    transfer_to: str | None = None


def prompt(at: Dialogue, transaction: Transaction, desk: Desk) -> Prompt:
    words = words_of(transaction.language)
    fields = _fields(words, transaction, desk, told=_right_party(at))
    if at.over:
        return _end(at, words, fields, desk, transaction.language)
    if at.step in QUESTIONS:
        return _question(at, words, fields, desk, transaction.language)
    sentence = getattr(words, _SPEAKS_ONLY[at.step])
    return Prompt(
        _voice(words, transaction.language), (sentence.format_map(fields),), go_on=GO_ON.get(at.step)
    )


def _right_party(at: Dialogue) -> bool:
    return at.step is not Step.START


def _fields(words: Words, transaction: Transaction, desk: Desk, *, told: bool) -> dict[str, str]:
    fields = {
        "bank": _said(transaction.bank_name),
        "name": _said(transaction.client_name),
        "reference": one_by_one(desk.reference),
    }
    if told:
        fields |= {
            "amount": words.sum_of(transaction.amount, transaction.currency),
            "merchant": _said(transaction.merchant_name),
            "day": words.day_of(transaction.made_on),
            "last_four": one_by_one(transaction.card_last_four),
        }
    return fields


def _question(at: Dialogue, words: Words, fields: dict[str, str], desk: Desk, language: str) -> Prompt:
    question: Question = getattr(words, _ASKS[at.step])
    if at.retry:
        before = [words.not_understood]
    else:
        before = [*([words.recorded] if desk.recorded and at.step is Step.START else []), *question.before]
    choices = [words.keys_only, question.keys] if at.digits_only else [question.choices]
    sentences = tuple(one.format_map(fields) for one in (*before, question.ask, *choices))
    listen = Listen(speech=not at.digits_only, hints=() if at.digits_only else question.hints)
    return Prompt(_voice(words, language), sentences, listen=listen)


def _end(at: Dialogue, words: Words, fields: dict[str, str], desk: Desk, language: str) -> Prompt:
    voice = _voice(words, language)
    if at.transfers and desk.transfer_to is not None:
        return Prompt(voice, (words.transfer,), transfer_to=desk.transfer_to)
    name = _GOODBYE.get(at.outcome or TransactionStatus.UNVERIFIED, "unverified")
    if name == "unverified" and not _right_party(at):
        name = "wrong_person"
    return Prompt(voice, (getattr(words, name).format_map(fields),))


def _voice(words: Words, language: str) -> str:
    """The transaction's own where it names a country and the words are of that language."""
    same = language.partition("-")[0].lower() == words.voice.partition("-")[0]
    return language if same and "-" in language else words.voice


def _said(text: str) -> str:
    """Names come from files: one line that a voice can say, and no number that might be a card's."""
    line = " ".join("".join(one if one.isprintable() else " " for one in text[: 4 * _LONGEST]).split())
    return _CARD_LIKE.sub("", line)[:_LONGEST].strip()
