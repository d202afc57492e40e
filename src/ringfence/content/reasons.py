"""Why the classifier judged as it did: the places in the message that weighed most, each with a sentence.

The model is linear, so what a place adds to the log-odds of a scam is known exactly; features that lie over each other
and pull the same way are told as one.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ringfence.content.features import Feature
from ringfence.content.fingerprint import deed
from ringfence.content.reading import Reading
from ringfence.model.verdict import Reason

_MOST = 8
_LOOKED_AT = 20
"""Features that are put together, the weightiest."""
_LEAST = 0.1
"""Log-odds below which nothing is worth telling."""
_LONGEST = 60
"""Characters that a place grows to."""
_WITHOUT_MARKS = re.compile(r"[^\s.,;:!?()\"'।॥](?:.*[^\s.,;:!?(\"'।॥])?", re.DOTALL)
_IDENTIFIERS = {
    "<url of an imitator>": "The link pretends to belong to somebody else",
    "<url of a cheap kind>": "The link's ending is of the kind that is bought to be thrown away",
    "<short url>": "The link hides where it leads",
    "<official url>": "The link is one of a known brand's or authority's own",
}


@dataclass(slots=True)
class _Place:
    start: int
    end: int
    weight: float
    telling: Feature
    """The most telling of the features."""
    heaviest: float

    def takes(self, feature: Feature, weight: float) -> bool:
        """Adds what lies over it and pulls the same way; says whether it did."""
        start, end = min(self.start, feature.start), max(self.end, feature.end)
        apart = feature.start >= self.end or feature.end <= self.start
        if apart or (weight > 0) != (self.weight > 0) or end - start > _LONGEST:
            return False
        self.start, self.end = start, end
        self.weight += weight
        if (_rank(feature), abs(weight)) > (_rank(self.telling), self.heaviest):
            self.telling, self.heaviest = feature, abs(weight)
        return True


def reasons(reading: Reading, weighed: Sequence[tuple[Feature, float]]) -> tuple[Reason, ...]:
    """`weighed` are features at their first place with what each adds to the log-odds. The weightiest first."""
    places: list[_Place] = []
    telling = [one for one in weighed if abs(one[1]) >= _LEAST]
    for feature, weight in sorted(telling, key=lambda one: -abs(one[1]))[:_LOOKED_AT]:
        if not any(place.takes(feature, weight) for place in places):
            places.append(_Place(feature.start, feature.end, weight, feature, abs(weight)))
    places.sort(key=lambda place: -abs(place.weight))
    return tuple(_reason(reading, place) for place in places[:_MOST])


def _rank(feature: Feature) -> int:
    """Signs tell more than identifiers, and these more than words."""
    return 2 if feature.name.startswith("=") else 1 if feature.name in _IDENTIFIERS else 0


def _reason(reading: Reading, place: _Place) -> Reason:
    where: _Place | Feature = place.telling if _rank(place.telling) else place
    start, end = reading.folded.span(where.start, where.end)
    if shown := _WITHOUT_MARKS.search(reading.text, start, end):
        start, end = shown.span()
    quoted = f"“{' '.join(reading.text[start:end].split())}”"
    return Reason(_sentence(place, quoted), (start, end), round(place.weight, 2))


def _sentence(place: _Place, quoted: str) -> str:
    name = place.telling.name
    if name == "=disguised":
        return "Words are spelt so that filters miss them"
    if name == "=bare":
        return "There is no word in it that says anything"
    if name == "=advice":
        return f"It warns against giving things away: {quoted}"
    if name in _IDENTIFIERS:
        return f"{_IDENTIFIERS[name]}: {quoted}"
    if place.weight < 0:
        return f"{quoted} is more usual in honest messages"
    if name.startswith("="):
        tactic, _, kind = name[1:].partition(":")
        return f"The sender {deed(tactic, kind)}: {quoted}"
    return f"{quoted} is more usual in scams"
