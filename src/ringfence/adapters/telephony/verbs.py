"""A TwiML document as a provider reads it: bytes → what to do, one thing after the other."""

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

LONGEST = 64 * 1024
"""Bytes, as with Twilio."""
_MOST_KEYS = 32


@dataclass(frozen=True, slots=True)
class Say:
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Gather:
    """`action` is where the answer goes, empty the document's own address; silence goes there `on_empty` alone."""

    said: tuple[Say, ...]
    action: str
    speech: bool
    keys: int
    on_empty: bool


@dataclass(frozen=True, slots=True)
class Redirect:
    to: str


@dataclass(frozen=True, slots=True)
class Dial:
    """`context` is the address of what is told to whoever picks up, before the two are joined; both may be empty."""

    number: str
    action: str
    context: str


@dataclass(frozen=True, slots=True)
class Record:
    """From here on, in the background."""


@dataclass(frozen=True, slots=True)
class Hangup:
    pass


Verb = Say | Gather | Redirect | Dial | Record | Hangup


def read(document: bytes) -> tuple[Verb, ...]:
    """Raises ValueError of what is no such document, or has a verb that calls of ours don't use."""
    if (
        len(document) > LONGEST or b"<!" in document
    ):  # a type of its own would let a few bytes unfold into many
        raise ValueError("the document is too long, or more than TwiML")
    try:
        root = ElementTree.fromstring(document)  # noqa: S314  # holds no declaration
    except (ElementTree.ParseError, ValueError):
        raise ValueError("the document is no XML") from None
    if root.tag != "Response":
        raise ValueError("the document is no TwiML")
    return tuple(verb for one in root for verb in _verbs(one))


def _verbs(one: Element) -> Iterator[Verb]:
    match one.tag:
        case "Say":
            yield _say(one)
        case "Gather":
            yield _gather(one)
        case "Redirect":
            yield Redirect((one.text or "").strip())
        case "Dial":
            yield _dial(one)
        case "Start" if [inner.tag for inner in one] == ["Recording"]:
            yield Record()
        case "Hangup":
            yield Hangup()
        case "Pause":
            pass
        case _:
            raise ValueError("the document has a verb that the simulator does not know")


def _say(one: Element) -> Say:
    return Say(" ".join("".join(one.itertext()).split()), one.get("language", ""))


def _gather(one: Element) -> Gather:
    if any(inner.tag not in ("Say", "Pause") for inner in one):
        raise ValueError("a question holds what it can't")
    keys = one.get("numDigits", "")
    return Gather(
        said=tuple(_say(inner) for inner in one if inner.tag == "Say"),
        action=one.get("action", ""),
        speech="speech" in one.get("input", "dtmf").split(),
        keys=min(int(keys), _MOST_KEYS)
        if keys.isascii() and keys.isdigit() and len(keys) < 9
        else _MOST_KEYS,
        on_empty=one.get("actionOnEmptyResult") == "true",
    )


def _dial(one: Element) -> Dial:
    number = one.find("Number")
    told = one.text if number is None else number.text
    return Dial((told or "").strip(), one.get("action", ""), "" if number is None else number.get("url", ""))
