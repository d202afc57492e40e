"""A linear model over the features of a message: what each feature weighs, by class.

Values are those of TF-IDF with sublinear counts and, but for the damping, unit length. What is learnt and what is
served go through `vector`, so they are the same.
"""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`index` numbers the features from 0; `idf` is their inverse document frequency by number. `damping` is added to
    the square of a vector's length, in the unit of `idf`: a message of few words is then judged with less certainty.
    The first `typed` features are those that tell one kind of scam from another."""

    index: dict[str, int]
    idf: Sequence[float]
    damping: float = 0.0
    typed: int = 0

    @classmethod
    def of(
        cls, documents: Sequence[Sequence[str]], least: int, damping: float = 0.0, typed: Collection[str] = ()
    ) -> "Vocabulary":
        """Of the features that at least so many documents have, those of `typed` first, in order of their names."""
        found = Counter(feature for document in documents for feature in set(document))
        kept = [name for name, count in found.items() if count >= least]
        first = sorted(name for name in kept if name in typed)
        names = [*first, *sorted(name for name in kept if name not in typed)]
        idf = [math.log((1 + len(documents)) / (1 + found[name])) + 1 for name in names]
        return cls(dict(zip(names, range(len(names)), strict=True)), idf, damping, len(first))

    def vector(self, document: Iterable[str]) -> dict[int, float]:
        """Number of a feature to its value; features that are not known have none."""
        return self._vector(document, len(self.index))

    def typed_vector(self, document: Iterable[str]) -> dict[int, float]:
        """The same as far as the kinds of scams are told apart by it."""
        return self._vector(document, self.typed)

    def _vector(self, document: Iterable[str], end: int) -> dict[int, float]:
        counts = Counter(document)
        values = {
            number: (1 + math.log(count)) * self.idf[number]
            for feature, count in counts.items()
            if (number := self.index.get(feature, end)) < end
        }
        length = math.sqrt(sum(value * value for value in values.values()) + self.damping)
        return {number: value / length for number, value in values.items()} if length else {}


@dataclass(frozen=True, slots=True)
class Linear:
    """One class against the others: margin = bias + scale times the sum of values times weights."""

    bias: float
    weights: Sequence[float]
    scale: float = 1.0

    def margin(self, vector: dict[int, float]) -> float:
        weights = self.weights
        return self.bias + self.scale * sum(value * weights[number] for number, value in vector.items())


def logistic(margin: float) -> float:
    """0 to 1; never overflows."""
    if margin < 0:
        grown = math.exp(margin)
        return grown / (1 + grown)
    return 1 / (1 + math.exp(-margin))
