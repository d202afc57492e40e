"""The kinds of phrases: how a share, an excess, a chance or a number is told of a group of calls."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ringfence.signalling.wording import percent

Row = Mapping[str, float]
"""A group's features by name; NaN where a fact is missing."""

_MILLION = math.log(1e6)
_NOTICED = math.log(10)
_AS_OFTEN = math.log(1.2)


@dataclass(frozen=True, slots=True)
class Phrase:
    """`words` takes the feature's value, which is known, and the row that it stands in."""

    subject: str
    words: Callable[[float, Row], str]


def figure(value: float) -> str:
    """Three digits that count, never in powers of ten."""
    if 0 < value < 0.01:
        return "under 0.01"
    return f"{value:.3g}" if value < 100 else f"{value:,.0f}"


def callers_of(row: Row) -> int:
    return round(row["callers"])


def calls_of(row: Row) -> int:
    return round(row["callers"] * row["calls_per_caller"])


def part(share: float, whole: int, noun: str, verb: tuple[str, str]) -> str:
    """`8 of 9 callers have`, `1 of 9 callers has`, `no caller has`; a percentage of those that are not all known."""
    one, many = verb
    if share <= 0:
        return f"no {noun} {one}"
    count = share * whole
    if not whole or abs(count - round(count)) > 0.01:
        return f"{percent(100 * share)} of the {noun}s {many}"
    if round(count) >= whole:
        return f"all {whole:,} {noun}s {many}"
    return f"{round(count):,} of {whole:,} {noun}s {one if round(count) == 1 else many}"


def of_callers(subject: str, what: str, none: str, excess: str = "") -> Phrase:
    """Of callers that have something; with `excess`, also how many usually do."""

    def words(value: float, row: Row) -> str:
        some = part(value, callers_of(row), "caller", ("has", "have")) + f" {what}"
        return (some if value > 0 else none) + _usually(value, row, excess)

    return Phrase(subject, words)


def _usually(share: float, row: Row, excess: str) -> str:
    """The usual share is what the excess goes beyond; both are told with some seven digits."""
    usual = round(share - row.get(excess, math.nan), 4)
    return "" if math.isnan(usual) else f" (usually {percent(100 * usual)})"


def told_by(share: str, told: Phrase) -> Phrase:
    """What is told together with a share, which is known wherever it is known itself."""
    return Phrase(told.subject, lambda value, row: told.words(row[share], row))


def of_calls(subject: str, verb: tuple[str, str], what: str) -> Phrase:
    return Phrase(subject, lambda value, row: f"{part(value, calls_of(row), 'call', verb)} {what}")


def shared(subject: str, verb: tuple[str, str], thing: str) -> Phrase:
    """Of calls that show what the first one shows."""

    def words(value: float, row: Row) -> str:
        if round(value * calls_of(row)) <= 1:
            return f"no other call {verb[0]} the first call's {thing}"
        return f"{part(value, calls_of(row), 'call', verb)} the same {thing}"

    return Phrase(subject, words)


def various(subject: str, thing: str, things: str) -> Phrase:
    def words(value: float, row: Row) -> str:
        callers = callers_of(row)
        distinct = round(value * (callers - 1)) + 1
        if distinct >= callers:
            return f"at least as many {things} as callers"
        return f"{distinct:,} {thing if distinct == 1 else things} for {callers:,} callers"

    return Phrase(subject, words)


def share_of(subject: str, what: str) -> Phrase:
    """`what` follows a percentage, or `none` or `all`."""

    def words(value: float, row: Row) -> str:
        part = "none" if value <= 0 else "all" if value >= 1 else percent(100 * value)
        return f"{part} of {what}"

    return Phrase(subject, words)


def more(subject: str, what: str) -> Phrase:
    """Of an excess whose share is not known beside it."""

    def words(value: float, row: Row) -> str:
        points = round(100 * abs(value))
        if not points:
            return f"about as many {what} as usual"
        difference = (
            f"{points} percentage {'point' if points == 1 else 'points'} {'more' if value > 0 else 'fewer'}"
        )
        return f"{difference} {what} than usual"

    return Phrase(subject, words)


def chance(subject: str, what: str) -> Phrase:
    """Of nats: e to minus so many bounds how likely chance brings what is there."""

    def words(value: float, row: Row) -> str:
        if value <= 0:
            return f"no more {what} than usual"
        if value < _NOTICED:
            return f"a few more {what} than usual, as chance may bring"
        return f"chance brings so many {what} at most once in {_times(value)} times"

    return Phrase(subject, words)


def _times(nats: float) -> str:
    """e to that, rounded down to two digits that count."""
    if nats >= _MILLION:
        return "a million"
    times = math.exp(nats)
    if times < 10:
        return f"{math.floor(10 * times) / 10:g}"
    unit = 10 ** (math.floor(math.log10(times)) - 1)
    return f"{math.floor(times / unit) * unit:,}"


def ratio(subject: str, less: str, more: str, alike: str) -> Phrase:
    """Of nats: e to so many is how many times less, or more, which stands where `{}` is."""

    def words(value: float, row: Row) -> str:
        if abs(value) < _AS_OFTEN:
            return alike
        return (less if value > 0 else more).format(_times(abs(value)))

    return Phrase(subject, words)


def either(subject: str, nothing: str, something: str) -> Phrase:
    """`something` for a value over 0, which stands in it where it says `{}`."""
    return Phrase(subject, lambda value, row: something.format(figure(value)) if value > 0 else nothing)


def whole(subject: str, one: str, many: str) -> Phrase:
    def words(value: float, row: Row) -> str:
        count = round(value)
        return f"{count:,} {many}" if count > 1 else f"{'1' if count else 'no'} {one}"

    return Phrase(subject, words)
