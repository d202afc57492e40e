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
_CARD_LIKE = re.compile(r"\d(?:[\W_]{0,3}\d){11,}")
"""However its groups are parted."""
_VOICE = re.compile("[a-z]{2}-[A-Z]{2}")
"""Languages that providers know: with a script in it, or a continent's number, they would refuse the whole document."""
_SPEAKS_ONLY = {
    Step.BLOCKED: "blocked",
    Step.PHYSICAL: "physical",
    Step.VIRTUAL_MEANWHILE: "virtual_meanwhile",
    Step.CONFIRMED: "confirmed",
    Step.VIRTUAL: "virtual",
}
_ASKS = {
    Step.START: "start",
    Step.CONSENT: "consent",
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
    """What a call needs beside its transaction: the `reference` to quote (digits), and the number of a person (E.164)
    where there is one."""

    reference: str
    transfer_to: str | None = None


def prompt(at: Dialogue, transaction: Transaction, desk: Desk) -> Prompt:
    words = words_of(transaction.language)
    fields = _fields(words, transaction, desk, told=_right_party(at))
    if at.over:
        return _end(at, words, fields, desk, transaction.language)
    if at.step in QUESTIONS:
        return _question(at, words, fields, transaction.language)
    sentence = getattr(words, _SPEAKS_ONLY[at.step])
    return Prompt(
        _voice(words, transaction.language), (sentence.format_map(fields),), go_on=GO_ON.get(at.step)
    )


def text_of(transaction: Transaction, reference: str) -> str:
    """The SMS after a call that nobody took: as little as a voicemail box is told, and no link."""
    words = words_of(transaction.language)
    fields = {"bank": said(transaction.bank_name), "name": said(transaction.client_name)}
    return words.missed.format_map(fields | {"reference": reference})


def _right_party(at: Dialogue) -> bool:
    return at.step is not Step.START


def _fields(words: Words, transaction: Transaction, desk: Desk, *, told: bool) -> dict[str, str]:
    fields = {
        "bank": said(transaction.bank_name),
        "name": said(transaction.client_name),
        "reference": one_by_one(desk.reference),
    }
    if told:
        fields |= {
            "amount": words.sum_of(transaction.amount, transaction.currency),
            "merchant": said(transaction.merchant_name),
            "day": words.day_of(transaction.made_on),
            "last_four": one_by_one(transaction.card_last_four),
        }
    return fields


def _question(at: Dialogue, words: Words, fields: dict[str, str], language: str) -> Prompt:
    question: Question = getattr(words, _ASKS[at.step])
    after_consent = at.step is Step.AUTHORISED and not at.retry
    if at.retry:
        before = question.before if at.repeats else (words.not_understood,)
    else:
        unrecorded = after_consent and at.recorded is False
        before = (*((words.unrecorded,) if unrecorded else ()), *question.before)
    choices = [words.keys_only, question.keys] if at.digits_only else [question.choices]
    sentences = tuple(one.format_map(fields) for one in (*before, question.ask, *choices))
    listen = Listen(speech=not at.digits_only, hints=() if at.digits_only else question.hints)
    return Prompt(
        _voice(words, language), sentences, listen=listen, records=after_consent and at.recorded is True
    )


def _end(at: Dialogue, words: Words, fields: dict[str, str], desk: Desk, language: str) -> Prompt:
    voice = _voice(words, language)
    if at.taken:
        return Prompt(voice, ())
    if at.transfers and at.taken is None and desk.transfer_to is not None:
        return Prompt(voice, (words.transfer,), transfer_to=desk.transfer_to)
    name = _GOODBYE.get(at.outcome or TransactionStatus.UNVERIFIED, "unverified")
    if name == "unverified" and at.another_person and not _right_party(at):
        name = "wrong_person"
    goodbye: str = getattr(words, name).format_map(fields)
    return Prompt(voice, (words.nobody_free, goodbye) if at.transfers else (goodbye,))


def _voice(words: Words, language: str) -> str:
    """The transaction's own where it names a country and the words are of that language."""
    same = language.partition("-")[0] == words.voice.partition("-")[0]
    return language if same and _VOICE.fullmatch(language) else words.voice


def said(text: str) -> str:
    """Names come from files: one line that a voice can say, and no number that might be a card's."""
    line = " ".join("".join(one if one.isprintable() else " " for one in text[: 4 * _LONGEST]).split())
    return _CARD_LIKE.sub("", line)[:_LONGEST].strip()
