"""A model's judgement of a group in words: what moved it most, and by how much."""

from typing import TYPE_CHECKING

from ringfence_engine import FEATURES

from ringfence.signalling.phrase import Row
from ringfence.signalling.phrases import PHRASES

if TYPE_CHECKING:
    from ringfence_engine import Cluster

NOTABLE = 0.3
"""Log-odds that a fact must move the score by to be told: 0.3 moves a probability of 0.5 to 0.57."""
_Fact = tuple[float, list[tuple[float, str]]]
"""What a subject moves the score by, and what each of its features does."""
_FOR_THE_LABEL = 5
_AGAINST_IT = 2


def weighed(cluster: "Cluster", *, masking: bool) -> list[str]:
    """What speaks for the judgement, the heaviest first, then what speaks against it; each with its log-odds.

    What is missing is not told, though it can weigh: nobody knows it.
    """
    row = dict(zip(FEATURES, cluster.row, strict=True))
    parts: dict[str, list[tuple[float, str]]] = {}
    for feature, weight in cluster.points:
        value = row.get(feature)
        if value is not None and value == value:  # what is missing is NaN, which equals nothing
            parts.setdefault(PHRASES[feature].subject, []).append((weight, feature))
    facts = [(sum(weight for weight, _ in of), of) for of in parts.values()]
    toward = sorted((fact for fact in facts if fact[0] >= NOTABLE), reverse=True)
    away = sorted(fact for fact in facts if fact[0] <= -NOTABLE)
    if masking:
        return [*_lines(toward[:_FOR_THE_LABEL], row), *_lines(away[:_AGAINST_IT], row, "against masking: ")]
    return [*_lines(away[:_FOR_THE_LABEL], row), *_lines(toward[:_AGAINST_IT], row, "for masking: ")]


def _lines(facts: list[_Fact], row: Row, before: str = "") -> list[str]:
    """Each fact in the words of that feature of it which moved the score most."""
    lines = []
    for total, of in facts:
        feature = (max if total > 0 else min)(of)[1]
        lines.append(f"{before}{PHRASES[feature].words(row[feature], row)} [{total:+.1f}]")
    return lines
