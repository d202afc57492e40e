"""Called numbers that may belong on the allow list: what the records and the engine know of them, judged."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ringfence.model.history import UsualCallers
from ringfence.model.policy import ListEntry, ListName
from ringfence.ports import AlertRecords
from ringfence.signalling import HISTORY_DAYS, LEAST_BURSTS, Suggestion, hotline

if TYPE_CHECKING:
    from ringfence_engine import Engine

MOST = 1_000
"""Numbers that are looked at, those with the most bursts first."""
_DAY = 86_400_000_000_000


def suggestions(
    records: AlertRecords, engine: "Engine", entries: Iterable[ListEntry], now: int
) -> tuple[Suggestion, ...]:
    """All numbers with bursts enough, those with the most first, the suggested and the others."""
    allowed = [e.value for e in entries if e.list_name is ListName.ALLOW_B and e.holds_at(now)]
    numbers = {value for value in allowed if not value.endswith("*")}
    prefixes = tuple(value[:-1] for value in allowed if value.endswith("*"))
    known = records.alerted_numbers(now - HISTORY_DAYS * _DAY, LEAST_BURSTS, MOST)
    return tuple(
        hotline(
            number,
            _usual(engine, number.b_number),
            allowed=number.b_number in numbers or number.b_number.startswith(prefixes),
        )
        for number in known
    )


def _usual(engine: "Engine", b_number: str) -> UsualCallers | None:
    usual = engine.usual(b_number)
    return None if usual is None else UsualCallers(usual.callers, usual.windows)
