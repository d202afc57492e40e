"""How good a model is on what it has not learnt from: sources and plots held out in turn."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ringfence.lab.content.corpus import MADE_UP, Example
from ringfence.model.scam import Label
from ringfence.model.verdict import SCAM_FROM


@dataclass(frozen=True, slots=True)
class Measured:
    """Of one source: None where it holds no scams, or nothing else. `promo_flagged` is of advertising alone."""

    source: str
    scams: int
    others: int
    recall: float | None
    flagged: float | None
    promo_flagged: float | None
    auc: float | None

    def told(self) -> dict[str, Any]:
        return {
            name: round(value, 4) if isinstance(value, float) else value
            for name, value in asdict(self).items()
        }


def folds(examples: Sequence[Example], count: int) -> list[int]:
    """The fold of each: those of one group lie in one, and folds are of like size."""
    sizes = Counter(example.group for example in examples)
    filled = [0] * count
    fold: dict[str, int] = {}
    for group, size in sorted(sizes.items(), key=lambda one: (-one[1], one[0])):
        fold[group] = min(range(count), key=lambda number: (filled[number], number))
        filled[fold[group]] += size
    return [fold[example.group] for example in examples]


def balance(examples: Sequence[Example], scams: float) -> NDArray[np.float64]:
    """Weights by which scams have the share `scams`. Of each label, made-up messages weigh as much as the others
    together, and of these a source with four times as many rows as another weighs twice as much."""
    places: dict[tuple[bool, str], list[int]] = defaultdict(list)
    for place, example in enumerate(examples):
        places[example.label is Label.SCAM, example.source].append(place)
    weight = np.zeros(len(examples))
    for scam, share in ((True, scams), (False, 1 - scams)):
        of_label = {source: of for (is_scam, source), of in places.items() if is_scam is scam}
        real = sum(len(of) ** 0.5 for source, of in of_label.items() if source != MADE_UP)
        for source, of in of_label.items():
            part = 1.0 if source == MADE_UP else len(of) ** 0.5 / real
            weight[of] = share * part / 2 / len(of)
    return weight


def auc(score: NDArray[np.float64], scam: NDArray[np.bool_]) -> float:
    """The chance that a scam scores higher than another message; a tie is half a chance."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(scam, score))


def measure(source: str, examples: Sequence[Example], probability: NDArray[np.float64]) -> Measured:
    scam = np.array([example.label is Label.SCAM for example in examples], dtype=bool)
    promo = np.array([example.label is Label.PROMO for example in examples], dtype=bool)
    flagged = probability >= SCAM_FROM
    return Measured(
        source,
        int(scam.sum()),
        int((~scam).sum()),
        _share(flagged[scam]),
        _share(flagged[~scam]),
        _share(flagged[promo]),
        auc(probability, scam) if scam.any() and not scam.all() else None,
    )


def by_source(examples: Sequence[Example], probability: NDArray[np.float64]) -> list[Measured]:
    places: dict[str, list[int]] = defaultdict(list)
    for place, example in enumerate(examples):
        places[example.source].append(place)
    return [
        measure(source, [examples[place] for place in of], probability[of])
        for source, of in sorted(places.items())
    ]


def _share(flagged: NDArray[np.bool_]) -> float | None:
    return float(flagged.mean()) if len(flagged) else None
