"""Judges a message: reads it, weighs it by the model, says why. Where the parts of this pillar come together."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files

from ringfence.content.evidence import evidence_level
from ringfence.content.features import Feature, placed
from ringfence.content.fingerprint import demands, fingerprint
from ringfence.content.language import language_of
from ringfence.content.linear import logistic
from ringfence.content.model_file import ModelFile, read
from ringfence.content.reading import Reading
from ringfence.content.reading import read as read_message
from ringfence.content.reasons import reasons
from ringfence.content.sessions import Demand
from ringfence.identifiers import Regions
from ringfence.model.identifier import Identifier, IdentifierRole, Money
from ringfence.model.scam import Label, ScamType
from ringfence.model.verdict import SCAM_FROM, Verdict


@dataclass(frozen=True, slots=True)
class Analysis:
    """`demand` is what the message wants to be paid, for the session that it belongs to."""

    verdict: Verdict
    demand: Demand | None


@dataclass(frozen=True, slots=True)
class _Weighed:
    """A reading with its features' names and vector, what each adds to the log-odds of a scam, and these."""

    reading: Reading
    names: list[str]
    vector: dict[int, float]
    parts: list[tuple[Feature, float]]
    margin: float


def packaged() -> bytes:
    """The model file that comes with Ringfence."""
    return (files(__package__) / "model.json.gz").read_bytes()


class Analyser:
    """The same text and earlier turns give the same analysis."""

    def __init__(self, model: ModelFile, regions: Regions | None = None) -> None:
        self._model = model
        self._regions = regions

    @classmethod
    def of(cls, file: bytes, regions: Regions | None = None) -> "Analyser":
        """Raises `BadInput` where the file is no model."""
        return cls(read(file), regions)

    def analyse(self, text: str, before: Sequence[str] = ()) -> Analysis:
        """`before` are the earlier turns of the session. A turn is a scam by itself or by what it continues; kind and
        strategy are told of the whole, identifiers and reasons of this turn."""
        own = self._weigh(read_message(text, self._regions))
        whole, margin = own, own.margin
        if before:
            whole = self._weigh(read_message("\n".join((*before, text)), self._regions))
            margin = max(margin, whole.margin)
        return Analysis(
            self._verdict(own, whole, round(logistic(margin), 4)),
            Demand.of(demands(own.reading.hits), _sums(own.reading.identifiers)),
        )

    def _weigh(self, reading: Reading) -> _Weighed:
        model = self._model
        features = placed(reading)
        names = [feature.name for feature in features]
        vector = model.vocabulary.vector(names)
        index, weights = model.vocabulary.index, model.scam.weights
        unit = model.slope * model.scam.scale
        first = {feature.name: feature for feature in reversed(features)}
        parts = [
            (feature, unit * vector[number] * weights[number])
            for name, feature in first.items()
            if (number := index.get(name)) is not None
        ]
        margin = model.slope * model.scam.bias + model.intercept + sum(weight for _, weight in parts)
        return _Weighed(reading, names, vector, parts, margin)

    def _verdict(self, own: _Weighed, whole: _Weighed, probability: float) -> Verdict:
        is_scam = probability >= SCAM_FROM
        strategy = fingerprint(whole.reading)
        reading = own.reading
        return Verdict(
            label=Label.SCAM if is_scam else self._honest(whole),
            scam_probability=probability,
            confidence=probability if is_scam else round(1 - probability, 4),
            scam_type=self._type(whole) if is_scam else None,
            reasons=reasons(reading, own.parts),
            evidence=evidence_level(probability, strategy, reading.identifiers),
            language=language_of(reading.text, (word.text for word in reading.words)),
            identifiers=reading.identifiers,
            fingerprint=strategy,
            method=self._model.version,
        )

    def _honest(self, whole: _Weighed) -> Label:
        return Label.PROMO if self._model.promo.margin(whole.vector) > 0 else Label.LEGIT

    def _type(self, whole: _Weighed) -> ScamType:
        vector = self._model.vocabulary.typed_vector(whole.names)
        return ScamType(max(self._model.types, key=lambda name: self._model.types[name].margin(vector)))


def _sums(identifiers: Sequence[Identifier]) -> list[tuple[str, Decimal]]:
    return [
        (one.facts.currency, one.facts.number)
        for one in identifiers
        if isinstance(one.facts, Money) and one.role is IdentifierRole.ASKED
    ]
