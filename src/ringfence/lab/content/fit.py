"""Fits the linear models of a message's features: scam or not, advertising or not, which kind of scam.

The same examples give the same weights: nothing is drawn, and one thread does it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ringfence.content.linear import Linear, Vocabulary
from ringfence.lab.content.corpus import Example
from ringfence.model.scam import Label

Documents = Sequence[Sequence[str]]
_LEAST = 6
"""Documents that a feature stands in at least; scams, for one that tells their kinds apart."""
_REAL = 2.0
"""As much as two made-up messages."""
_DAMPING = 200.0
"""As much as some four words; what is judged by a word or two otherwise looks as sure as a whole letter."""
_SETTLED = 10.0
"""Margin where all examples are of one class, so that nothing can be learnt."""
_LOOSENESS = 5.0
"""Inverse strength of the ridge (`C`)."""


@dataclass(frozen=True, slots=True)
class Judge:
    """`scam` tells scams from all else, `promo` advertising from what is honest otherwise."""

    vocabulary: Vocabulary
    scam: Linear
    promo: Linear

    def margins(self, documents: Documents) -> NDArray[np.float64]:
        return np.array([self.scam.margin(self.vocabulary.vector(document)) for document in documents])


@dataclass(frozen=True, slots=True)
class Types:
    """One linear model a type, over the vocabulary's typed features."""

    vocabulary: Vocabulary
    of: dict[str, Linear]

    def of_each(self, documents: Documents) -> list[str]:
        vectors = (self.vocabulary.typed_vector(document) for document in documents)
        return [max(self.of, key=lambda name: self.of[name].margin(vector)) for vector in vectors]


def weights(examples: Sequence[Example]) -> NDArray[np.float64]:
    """Of each language and channel, scams weigh as much as all else: so neither is a sign of a scam by itself."""
    weight = np.array([1.0 if example.family else _REAL for example in examples])
    sums: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for example, own in zip(examples, weight, strict=True):
        sums[example.language, example.channel][example.label is Label.SCAM] += own
    for place, example in enumerate(examples):
        of = sums[example.language, example.channel]
        if all(of):
            weight[place] *= sum(of) / 2 / of[example.label is Label.SCAM]
    total: float = weight.sum()
    return np.asarray(weight * (len(examples) / total))


def fit_judge(examples: Sequence[Example], documents: Documents) -> Judge:
    vocabulary = Vocabulary.of(documents, _LEAST, _DAMPING, _typed(examples, documents))
    rows = matrix(map(vocabulary.vector, documents), len(vocabulary.index))
    scam = np.array([example.label is Label.SCAM for example in examples])
    promo = np.array([example.label is Label.PROMO for example in examples])
    weight = weights(examples)
    return Judge(
        vocabulary,
        _fit(rows, scam, weight),
        _fit(rows[~scam], promo[~scam], weight[~scam]),
    )


def _typed(examples: Sequence[Example], documents: Documents) -> set[str]:
    """The features that enough scams of known types have."""
    found: Counter[str] = Counter()
    for example, document in zip(examples, documents, strict=True):
        if example.type is not None:
            found.update(set(document))
    return {name for name, count in found.items() if count >= _LEAST}


def fit_types(examples: Sequence[Example], documents: Documents, vocabulary: Vocabulary) -> Types:
    """Learns from the scams whose type is known, each type against the others."""
    chosen = [place for place, example in enumerate(examples) if example.type is not None]
    rows = matrix((vocabulary.typed_vector(documents[place]) for place in chosen), vocabulary.typed)
    types = np.array([str(examples[place].type) for place in chosen])
    names, counts = np.unique(types, return_counts=True)
    weight = np.sqrt(len(types) / counts[np.searchsorted(names, types)])
    return Types(vocabulary, {str(name): _fit(rows, types == name, weight) for name in names})


def matrix(vectors: Iterable[dict[int, float]], width: int) -> Any:
    """A sparse row for each, as the served model sees it."""
    from scipy.sparse import csr_matrix

    ends, places, values = [0], [], []
    for vector in vectors:
        order = sorted(vector)
        places.append(np.array(order, dtype=np.int32))
        values.append(np.array([vector[place] for place in order]))
        ends.append(ends[-1] + len(order))
    return csr_matrix((np.concatenate(values), np.concatenate(places), ends), shape=(len(places), width))


def _fit(rows: Any, positive: NDArray[np.bool_], weight: NDArray[np.float64]) -> Linear:
    if positive.all() or not positive.any():
        return Linear(_SETTLED if positive.any() else -_SETTLED, [0.0] * rows.shape[1])
    from sklearn.linear_model import LogisticRegression

    regression = LogisticRegression(C=_LOOSENESS, solver="liblinear", random_state=0)
    regression.fit(rows, positive, sample_weight=weight)
    return Linear(float(regression.intercept_[0]), regression.coef_[0].tolist())
