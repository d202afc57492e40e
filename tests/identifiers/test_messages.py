"""How many of the identifiers that a reader finds are found, and how many of those found are right."""

from collections import Counter

import pytest

from ringfence.identifiers import find

from .messages import Message
from .messages.legitimate import LEGITIMATE
from .messages.more import MORE
from .messages.scams_english import SCAMS_ENGLISH
from .messages.scams_indian_languages import SCAMS_INDIAN_LANGUAGES

GROUPS = {
    "scams in English": SCAMS_ENGLISH,
    "scams in Indian languages": SCAMS_INDIAN_LANGUAGES,
    "legitimate": LEGITIMATE,
    "of all sorts": MORE,
}
ALL = tuple(message for group in GROUPS.values() for message in group)


def told(message: Message) -> set[tuple[str, str]]:
    return {(identifier.kind.value, identifier.value) for identifier in find(message.text)}


def shares(messages: tuple[Message, ...]) -> tuple[float, float]:
    """Recall and precision over kind and value."""
    gold = sum(len(message.gold) for message in messages)
    found = sum(len(told(message)) for message in messages)
    right = sum(len(told(message) & message.gold) for message in messages)
    return right / gold, right / found


@pytest.mark.usefixtures("branches")
def test_nearly_all_identifiers_are_found_and_nearly_nothing_else() -> None:
    recall, precision = shares(ALL)
    wrong = [
        f"{sorted(message.gold ^ told(message))} in {message.text}"
        for message in ALL
        if message.gold != told(message)
    ]
    report = f"recall {recall:.3f}, precision {precision:.3f}\n" + "\n".join(wrong)
    assert recall >= 0.97, report
    assert precision >= 0.98, report


@pytest.mark.usefixtures("branches")
@pytest.mark.parametrize("group", GROUPS)
def test_no_group_of_messages_is_left_behind(group: str) -> None:
    recall, precision = shares(GROUPS[group])
    assert recall >= 0.95
    assert precision >= 0.96


def test_there_are_enough_messages_and_most_kinds_are_among_them() -> None:
    kinds = Counter(kind for message in ALL for kind, _ in message.gold)
    assert len(ALL) >= 250
    assert len({message.text for message in ALL}) == len(ALL)
    assert len(kinds) >= 17


def test_the_surface_is_what_stands_in_the_text() -> None:
    for message in ALL:
        last = 0
        for identifier in find(message.text):
            assert identifier.span is not None
            start, end = identifier.span
            assert message.text[start:end] == identifier.surface
            assert start >= last
            last = end
