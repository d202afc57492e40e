"""Messages drawn from the scripts: the same for the same seed, whichever and however many are asked for."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ringfence.errors import BadInput
from ringfence.lab.messages.grammar import Planted, Telling
from ringfence.lab.messages.noise import as_spoken, as_typed, disguised
from ringfence.lab.messages.script import Family
from ringfence.lab.messages.values import TODAY, maker_of, today
from ringfence.lab.simulate.chance import stream

_GAP = re.compile(" {2,}")
_DISGUISED = 0.04
"""Share of scams by text that are spelt to pass a filter."""


@dataclass(frozen=True, slots=True)
class Message:
    """`type` is a scam's type, or what an honest message is about; `planted` the identifiers that can be read in it."""

    text: str
    label: str
    type: str
    language: str
    channel: str
    family: str
    planted: tuple[Planted, ...]


def messages(family: Family, count: int, seed: int) -> Iterator[Message]:
    """So many of one family, no two alike: fewer, where it has no more to say."""
    told: set[str] = set()
    for number in range(count * 3):
        message = one_message(family, number, seed)
        if message.text not in told:
            told.add(message.text)
            yield message
        if len(told) == count:
            return


def one_message(family: Family, number: int, seed: int) -> Message:
    """The message of this number. Raises `BadInput` naming the family whose script has a slip."""
    rng = stream(seed, f"message/{family.name}/{number}")
    telling = Telling(family.rules, maker_of(family.country), rng, same={TODAY: today(rng)})
    try:
        text = telling.text(family.start)
    except BadInput as slip:
        raise BadInput(f"{family.name}: {slip}") from None
    text = _GAP.sub(" ", text).strip(" ,")
    spelt = as_spoken(text, rng) if family.channel == "voice" else as_typed(text, family.language, rng)
    if family.label == "scam" and family.channel != "voice" and rng.random() < _DISGUISED:
        spelt = disguised(text, rng)
    return Message(
        spelt,
        family.label,
        family.type,
        family.language,
        family.channel,
        family.name,
        tuple(one for one in telling.planted if one.surface in spelt),
    )
