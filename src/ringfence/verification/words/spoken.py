"""What a language has to have: the sentences of the dialogue, and how it says sums, days and digits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Question:
    """`before` is said the first time alone; `keys` names every choice with its key."""

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
    recorded: str
    start: Question
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
    transfer: str
    not_understood: str
    keys_only: str
    months: tuple[str, ...]
    currencies: Mapping[str, tuple[tuple[str, str], tuple[str, str]]]
    joint: str
    """Between the whole and the hundredths of a sum."""

    def sum_of(self, amount: Decimal, currency: str) -> str:
        names = self.currencies.get(currency)
        if names is None:
            return f"{amount:,.2f} {currency}"
        whole, hundredths = divmod(int((amount * 100).to_integral_value()), 100)
        told = [_counted(whole, names[0])] if whole or not hundredths else []
        return self.joint.join([*told, *([_counted(hundredths, names[1])] if hundredths else [])])

    def day_of(self, made_on: str) -> str:
        """Of a date or an instant, ISO 8601."""
        day = date.fromisoformat(made_on[:10])
        return f"{day.day} {self.months[day.month - 1]}"


def one_by_one(digits: str) -> str:
    """As a voice should say them."""
    return " ".join(digits)


def _counted(count: int, names: tuple[str, str]) -> str:
    return f"{count:,} {names[0] if count == 1 else names[1]}"
