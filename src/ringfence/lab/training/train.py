"""`ringfence train masking`: operators simulated, examples taken, a model fitted, calibrated and written."""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from ringfence_engine import Model

from ringfence.lab.simulate import nth_operator
from ringfence.lab.training.calibration import Calibration, calibrate, reliability
from ringfence.lab.training.columns import DIRECTIONS
from ringfence.lab.training.examples import NEVER, Examples, examples_of
from ringfence.lab.training.fit import (
    ATTACKS_PER_ALERT,
    TREES,
    Trees,
    described,
    fit_linear,
    fit_trees,
    weights,
)
from ringfence.lab.training.model_file import Scorer, distribution, model_file
from ringfence.lab.training.thresholds import operating_points, thresholds_for

Kind = Literal["xgboost", "logistic"]
SUSPECT = 0.7
Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and of how much."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to learn from: so many operators of each split, drawn by `seed`."""

    seed: int = 1
    operators: int = 160
    validation: int = 70
    rounds: int = 2
    """The first learns from groups as nobody takes them apart, the further ones also from those that the model
    before takes apart, as it will when it serves."""


@dataclass(frozen=True, slots=True)
class Trained:
    """`about` is what the file says besides the model itself; `validation` the examples it was checked on."""

    file: bytes
    about: dict[str, Any]
    validation: Examples


def train(
    plan: Plan, *, kind: Kind = "xgboost", trees: Trees = TREES, progress: Progress, workers: int
) -> Trained:
    """The model of these operators. The number of workers changes nothing but the time it takes."""
    learnt: list[Examples] = []
    trained: Trained | None = None
    for number in range(1, plan.rounds + 1):
        model = trained.file if trained else None
        step = f"Round {number} of {plan.rounds}"
        jobs = _Jobs(plan.seed, model, workers)
        parts, _ = jobs.gather("train", plan.operators, f"{step}: operators to learn from", progress)
        learnt.append(parts)
        checked, benign = jobs.gather("validation", plan.validation, f"{step}: operators to check", progress)
        progress(f"{step}: fitting", 0, 1)
        trained = _fitted(Examples.joined(learnt), checked, benign, plan, kind, trees)
        progress(f"{step}: fitting", 1, 1)
    if trained is None:
        raise ValueError("a plan has at least one round")
    return trained


@dataclass(frozen=True, slots=True)
class _Jobs:
    """Examples of one round: with the model of the round before, if there was one."""

    seed: int
    model: bytes | None
    workers: int

    def gather(self, split: str, count: int, step: str, progress: Progress) -> tuple[Examples, int]:
        """The examples of so many operators of a split, and how many benign calls these had."""
        progress(step, 0, count)
        parts: list[Examples] = []
        benign = 0
        with ProcessPoolExecutor(self.workers, mp_context=get_context("spawn")) as pool:
            found = pool.map(_one, [(split, index, self.seed, self.model) for index in range(count)])
            for done, (part, calls) in enumerate(found, 1):
                parts.append(part)
                benign += calls
                progress(step, done, count)
        return Examples.joined(parts), benign


def _one(job: tuple[str, int, int, bytes | None]) -> tuple[Examples, int]:
    split, index, seed, model = job
    return examples_of(nth_operator(split, index, seed), model, NEVER if model is None else SUSPECT)


def _fitted(
    learnt: Examples, checked: Examples, benign: int, plan: Plan, kind: Kind, trees: Trees
) -> Trained:
    learnt = learnt.certain()
    certain = checked.certain()
    scorer = (
        Scorer(booster=fit_trees(learnt, plan.seed, trees))
        if kind == "xgboost"
        else Scorer(linear=fit_linear(learnt))
    )
    raw = Model(model_file(scorer, Calibration(1.0, 0.0), {})[1])
    margins = np.array(raw.margins(certain.rows.tobytes()))
    calibration = calibrate(margins, certain.masking, weights(certain, ATTACKS_PER_ALERT))
    probability = calibration(np.array(raw.margins(checked.rows.tobytes())))
    points = operating_points(checked, probability, benign)
    about = {
        "data": {
            "source": "ringfence simulate masking",
            "plan": asdict(plan),
            "examples": len(learnt),
            "masking_examples": int(learnt.masking.sum()),
            "alerts": int(learnt.alert.max()) + 1,
            "attacks_per_alert": ATTACKS_PER_ALERT,
            "validation_examples": len(checked),
            "validation_benign_calls": benign,
        },
        "settings": {"kind": kind, **(described(trees) if kind == "xgboost" else {})},
        "directions": DIRECTIONS if kind == "xgboost" else {},
        "metrics": {
            "reliability": [
                asdict(bin_)
                for bin_ in reliability(
                    calibration(margins), certain.masking, weights(certain, ATTACKS_PER_ALERT)
                )
            ],
            "operating_points": [asdict(point) for point in points],
        },
        "thresholds": [
            {"false_cuts_per_million": cost, "threshold": threshold}
            for cost, threshold in thresholds_for(points)
        ],
        "distribution": distribution(_worst(learnt, np.array(raw.margins(learnt.rows.tobytes())))),
    }
    version, file = model_file(scorer, calibration, about)
    return Trained(file, {"version": version, **about}, checked)


def _worst(examples: Examples, margins: NDArray[np.float64]) -> NDArray[np.float32]:
    """The row of each alert's most suspect group, which is what the records keep of a live alert."""
    order = np.lexsort((-margins, examples.alert))
    first = np.unique(examples.alert[order], return_index=True)[1]
    return examples.rows[order[first]]
