"""Trees and, as the plain baseline, a logistic regression on the same rows.

Both are the same for the same examples and seed, on any machine: one thread, no clock.
"""

from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray
from ringfence_engine import FEATURES

from ringfence.lab.training.columns import GROUPS, directions, places
from ringfence.lab.training.examples import Examples

_HIDDEN = 0.3
"""Chance of each group of features to be missing in what is learnt once more."""
ATTACKS_PER_ALERT = 0.05
"""One alert of the rule in twenty is an attack: what is taken for the true balance. A number that many call meets the
rule every day; attacks are rare."""
_WATCHED = (0.1, 0.5, 2.0, 6.0)
"""Hours from which on an engine counts as having watched longer. How long a simulated run lasts, and so how many
alerts come to an attack after so many hours, is chance; a score must not learn it."""


@dataclass(frozen=True, slots=True)
class Trees:
    """What is set of XGBoost; the model card shows it."""

    rounds: int = 450
    depth: int = 5
    rate: float = 0.08
    rows: float = 0.7
    columns: float = 0.5
    least_weight: float = 4.0
    ridge: float = 3.0
    blinded: float = 0.35
    """Share of the examples that are learnt once more with some groups of features missing, so that the score
    degrades and does not flip where a network tells less."""


TREES = Trees()


def weights(examples: Examples, attacks: float = ATTACKS_PER_ALERT) -> NDArray[np.float64]:
    """Alerts count alike however many groups and callers they have; of all weight, attacks have the share `attacks`, in
    the first minutes of an engine's life as after hours."""
    _, alert, rows = np.unique(examples.alert, return_inverse=True, return_counts=True)
    scaled: NDArray[np.float64] = 1.0 / np.sqrt(rows[alert])
    masking = examples.masking
    watched = np.digitize(examples.rows[:, FEATURES.index("watched_hours")], _WATCHED)
    for chosen in (watched >= 0, *(watched == hours for hours in range(len(_WATCHED) + 1))):
        honest, attack = chosen & ~masking, chosen & masking
        if honest.any() and attack.any():
            scaled[attack] *= attacks / (1 - attacks) * scaled[honest].sum() / scaled[attack].sum()
    # XGBoost's bounds on leaves are in units of rows.
    total: float = scaled.sum()
    return np.asarray(scaled * (len(examples) / total))


def fit_trees(examples: Examples, weight: NDArray[np.float64], seed: int, trees: Trees = TREES) -> bytes:
    """XGBoost's own JSON of a booster."""
    import xgboost

    rng = np.random.default_rng(seed)
    again = rng.random(len(examples)) < trees.blinded
    rows = np.concatenate([examples.rows, blinded(examples.rows[again], rng)])
    label = np.concatenate([examples.masking, examples.masking[again]]).astype(np.float32)
    # A plain matrix would keep its rows once more, at eight bytes a value.
    data = xgboost.QuantileDMatrix(
        rows, label=label, weight=np.concatenate([weight, weight[again]]), nthread=1
    )
    del rows
    settings = {
        "objective": "binary:logistic",
        "tree_method": "hist",
        "max_depth": trees.depth,
        "eta": trees.rate,
        "subsample": trees.rows,
        "colsample_bytree": trees.columns,
        "min_child_weight": trees.least_weight,
        "lambda": trees.ridge,
        "monotone_constraints": directions(),
        "base_score": 0.5,
        "seed": seed,
        "nthread": 1,
    }
    booster = xgboost.train(settings, data, num_boost_round=trees.rounds)
    return bytes(booster.save_raw("json"))


def blinded(rows: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """The same rows as networks would show them that tell less: of each, some groups of features are missing."""
    poorer = rows.copy()
    for group in GROUPS:
        hidden = np.flatnonzero(rng.random(len(rows)) < _HIDDEN)
        for place in places(group):
            poorer[hidden, place] = np.nan
    return poorer


def fit_linear(examples: Examples, weight: NDArray[np.float64]) -> dict[str, object]:
    """The `linear` part of a model file: missing values are the mean, columns are scaled to deviation 1."""
    from sklearn.linear_model import LogisticRegression

    rows = examples.rows.astype(np.float64)
    known = ~np.isnan(rows)
    # A feature that every example lacks is filled with 0.
    fill = np.where(known, rows, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    rows = np.where(known, rows, fill)
    center, scale = rows.mean(axis=0), rows.std(axis=0)
    scale[scale == 0] = 1.0
    regression = LogisticRegression(C=1.0, max_iter=2_000)
    regression.fit((rows - center) / scale, examples.masking, sample_weight=weight)
    return {
        "intercept": float(regression.intercept_[0]),
        "weights": [float(weight) for weight in regression.coef_[0]],
        "fill": [float(value) for value in fill],
        "center": [float(value) for value in center],
        "scale": [float(value) for value in scale],
    }


def described(trees: Trees) -> dict[str, float]:
    return asdict(trees)
