"""What a provider would say of a TwiML document: every verb, attribute and value is held to Twilio's own classes.

Which element may stand in which, and with which attributes, is what the SDK's methods take. What those don't tell is
spelt out here: values of well-known choices, where addresses stand, and what must never be said.
"""

import inspect
import re
from collections.abc import Iterator
from functools import cache
from urllib.parse import urlsplit
from xml.etree import ElementTree

from twilio.twiml import TwiML, voice_response

PUBLIC = "https://desk.example"
LONGEST = 4_000
"""Characters."""

_COUNT = "[0-9]{1,4}"
_CHOICES = {
    ("Gather", "input"): "dtmf|speech|dtmf speech|speech dtmf",
    ("Gather", "speechTimeout"): "auto|[1-9][0-9]{0,2}",
    ("Gather", "finishOnKey"): "[0-9*#]?",
    ("Recording", "track"): "both|inbound|outbound",
    ("Recording", "channels"): "mono|dual",
    ("Recording", "trim"): "trim-silence|do-not-trim",
    ("Dial", "record"): "do-not-record|(record-from-answer|record-from-ringing)(-dual)?",
}
_OF_ANY = {
    "loop": _COUNT,
    "length": _COUNT,
    "timeout": _COUNT,
    "timeLimit": _COUNT,
    "numDigits": _COUNT,
    "language": "[a-z]{2,3}-[A-Z]{2}",
    **dict.fromkeys(("actionOnEmptyResult", "answerOnBridge", "bargeIn", "enhanced"), "true|false"),
    **dict.fromkeys(("hangupOnStar", "profanityFilter"), "true|false"),
}
_LAST = frozenset(("Hangup", "Redirect", "Reject", "Leave"))
"""Whatever stands behind one of these is never reached."""
_SPOKEN_DIGITS = {
    word: str(digit)
    for language in (
        "zero one two three four five six seven eight nine",
        "शून्य एक दो तीन चार पाँच छह सात आठ नौ",
    )
    for digit, word in enumerate(language.split())
}
_DIGIT_WORD = re.compile(rf"(?<![^\s,.-])(?:{'|'.join(_SPOKEN_DIGITS)})(?![^\s,.।-])", re.IGNORECASE)
_CARD = re.compile(r"\d(?:[\s.,_-]{0,3}\d){11,}")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


def faults(document: bytes, public: str = PUBLIC) -> list[str]:
    """What is wrong with a document; nothing is. `public` is where we are reached, without a slash at its end."""
    text = document.decode()
    found = [f"it has {len(text):,} characters"] if len(text) > LONGEST else []
    try:
        root = ElementTree.fromstring(document)
    except ElementTree.ParseError as error:
        return [*found, f"it is no XML: {error}"]
    return found + unknown(root) + _values(root, public) + _order(root) + _cards(root)


@cache
def known() -> dict[tuple[str, str], set[str]]:
    """(element, element within it) → the attributes that the SDK's method for that takes."""
    table = {}
    for made in _elements():
        for name, method in inspect.getmembers(type(made), inspect.isfunction):
            if hasattr(TwiML, name):
                continue
            parameters = inspect.signature(method).parameters
            inner = method(made, **{name: "x" for name in parameters if name not in ("self", "kwargs")})
            table[made.name, inner.name] = {*inner.attrs}
    return table


def _elements() -> Iterator[TwiML]:
    for _, one in inspect.getmembers(voice_response, inspect.isclass):
        if issubclass(one, TwiML) and one is not TwiML:
            parameters = inspect.signature(one.__init__).parameters.values()
            needed = [p.name for p in parameters if p.default is p.empty and p.name not in ("self", "kwargs")]
            yield one(**dict.fromkeys(needed, "x"))


def nested(element: ElementTree.Element) -> Iterator[tuple[str, ElementTree.Element]]:
    for inner in element:
        yield element.tag, inner
        yield from nested(inner)


def unknown(element: ElementTree.Element) -> list[str]:
    """What of a document the SDK's classes don't know."""
    found = [] if element.tag == "Response" and not element.attrib else [element.tag]
    for outer, inner in nested(element):
        attributes = known().get((outer, inner.tag))
        if attributes is None:
            found.append(f"{inner.tag} in {outer}")
        else:
            found += [f"{inner.tag} {name}" for name in {*inner.attrib} - attributes]
    return found


def _values(root: ElementTree.Element, public: str) -> list[str]:
    found = []
    for one in root.iter():
        words = (one.text or "").strip()
        for name, value in one.attrib.items():
            if _is_address(name):
                found += _address(f"{one.tag} {name}", value, public)
            elif not re.fullmatch(_values_of(one.tag, name), value):
                found.append(f"{one.tag} {name} is {value!r}")
        if one.tag == "Redirect":
            found += _address("Redirect", words, public)
        if one.tag == "Number" and not _E164.fullmatch(words):
            found.append("Number is no number with its country code")
        if one.tag == "Say" and not words and not len(one):
            found.append("Say has no words")
    return found


def _values_of(element: str, name: str) -> str:
    if name == "method" or name.endswith("Method"):
        return "GET|POST"
    return _CHOICES.get((element, name)) or _OF_ANY.get(name, r"(?s).+")


def _is_address(name: str) -> bool:
    return name == "action" or name.lower().endswith(("url", "callback"))


def _address(what: str, value: str, public: str) -> list[str]:
    parts, ours = urlsplit(value), urlsplit(public)
    if not parts.scheme or not parts.netloc:
        return [f"{what} is no absolute address"]
    there = (parts.scheme, parts.netloc) == (ours.scheme, ours.netloc) and value.startswith(f"{public}/")
    if not there or parts.fragment or re.search(r"\s", value):
        return [f"{what} does not lead to us"]
    return []


def _order(root: ElementTree.Element) -> list[str]:
    """What is never reached; and a question whose silence nobody would be told of."""
    tags = [one.tag for one in root]
    end = next((place for place, tag in enumerate(tags) if tag in _LAST), len(tags))
    found = [f"{tag} behind {tags[end]}" for tag in tags[end + 1 :]]
    if len(root) and root[-1].tag == "Gather" and root[-1].get("actionOnEmptyResult") != "true":
        found.append("Gather lets silence fall through to the end of the call")
    return found


def _cards(root: ElementTree.Element) -> list[str]:
    """Twelve digits in a row, however they are spoken, could be a card's. A number to be dialled is none."""
    said = " ".join(one.text or "" for one in root.iter() if one.tag != "Number")
    others = (text for one in root.iter() for text in (one.tail or "", *one.attrib.values()))
    texts = (_DIGIT_WORD.sub(lambda word: _SPOKEN_DIGITS[word[0].lower()], text) for text in (said, *others))
    return ["it tells what could be a card number"] if any(map(_CARD.search, texts)) else []
