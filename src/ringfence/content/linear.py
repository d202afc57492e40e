"""A linear model over the features of a message: what each feature weighs, by class.

Values are those of TF-IDF with sublinear counts and, but for the damping, unit length. What is learnt and what is
served go through `vector`, so they are the same.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`index` numbers the features from 0; `idf` is their inverse document frequency by number. `damping` is added to
    the square of a vector's length, in the unit of `idf`: a message of few words is then judged with less certainty."""

    index: dict[str, int]
    idf: Sequence[float]
    damping: float = 0.0

    @classmethod
    def of(cls, documents: Sequence[Sequence[str]], least: int, damping: float = 0.0) -> "Vocabulary":
        """Of the features that at least so many documents have, in order of their names."""
        found = Counter(feature for document in documents for feature in set(document))
        names = sorted(name for name, count in found.items() if count >= least)
        idf = [math.log((1 + len(documents)) / (1 + found[name])) + 1 for name in names]
        return cls({name: number for number, name in enumerate(names)}, idf, damping)

    def vector(self, document: Iterable[str]) -> dict[int, float]:
        """Number of a feature to its value; features that are not known have none."""
        counts = Counter(document)
        values = {
            number: (1 + math.log(count)) * self.idf[number]
            for feature, count in counts.items()
            if (number := self.index.get(feature)) is not None
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
