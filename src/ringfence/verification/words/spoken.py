"""What a language has to have: the sentences of the dialogue, and how it says sums, days and digits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Question:
    """`before` is said the first time, and to whoever asks for the question again; `keys` names every choice with its
    key."""

    before: tuple[str, ...]
    ask: str
    choices: str
    keys: str
    hints: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """`voice` is the language to speak and listen in where none is named more closely, BCP 47. The fields are `bank`,
    `name`, `reference`; where the right party is known `amount`, `merchant`, `day` and `last_four`, too.

    `currencies` maps ISO 4217 codes to the names of the whole and of the hundredth, each for one and for many."""

    voice: str
    unrecorded: str
    start: Question
    consent: Question
    authorised: Question
    shared: Question
    others: Question
    blocked: str
    kind_of_card: Question
    physical: str
    virtual_meanwhile: str
    confirmed: str
    virtual: str
    resolved: str
    fraud: str
    coached: str
    wrong_person: str
    unverified: str
    voicemail: str
    missed: str
    """Read, not heard."""
    transfer: str
    nobody_free: str
    not_understood: str
    keys_only: str
    months: tuple[str, ...]
    currencies: Mapping[str, tuple[tuple[str, str], tuple[str, str]]]
    joint: str
    """Between the whole and the hundredths of a sum."""

    def sum_of(self, amount: Decimal, currency: str) -> str:
        names = self.currencies.get(currency)
        if names is None or (amount * 100) % 1:
            return f"{figures(amount)} {currency}"
        whole, hundredths = divmod(int(amount * 100), 100)
        told = [_counted(whole, names[0])] if whole or not hundredths else []
        return self.joint.join([*told, *([_counted(hundredths, names[1])] if hundredths else [])])

    def day_of(self, made_on: str) -> str:
        """Of a date or an instant, ISO 8601."""
        day = date.fromisoformat(made_on[:10])
        return f"{day.day} {self.months[day.month - 1]}"


def figures(amount: Decimal) -> str:
    """All decimals of a sum, and none of a whole one: currencies have from none to four."""
    shown = f"{amount.normalize():,f}"
    return f"{shown}0" if shown[-2:-1] == "." else shown


def one_by_one(digits: str) -> str:
    """As a voice should say them."""
    return " ".join(digits)


def _counted(count: int, names: tuple[str, str]) -> str:
    return f"{count:,} {names[0] if count == 1 else names[1]}"
