"""Messages written for these tests, each with the identifiers that a careful reader finds in it: `kind value`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    text: str
    gold: frozenset[tuple[str, str]]


def written(text: str, *gold: str) -> Message:
    return Message(
        text, frozenset((kind, value) for kind, _, value in (line.partition(" ") for line in gold))
    )
