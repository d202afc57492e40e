"""`ringfence train masking`: operators simulated, examples taken, a model fitted, calibrated and written."""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from ringfence_engine import Model

from ringfence.app.learning import LabelledRows
from ringfence.lab.simulate import nth_operator
from ringfence.lab.training.calibration import Bin, Calibration, calibrate, reliability
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
from ringfence.lab.training.labels import FOLDS, Verdicts, about_labels, beside, check
from ringfence.lab.training.model_file import Scorer, distribution, model_file
from ringfence.lab.training.thresholds import operating_points, thresholds_for

Kind = Literal["xgboost", "logistic"]
SUSPECT = 0.7
_MOST_OF_AN_ALERT = 60
"""Groups of it that are learnt from; all of them are seven times as many, take six times as long and find no more."""
_CAPTURED_EVERY = 5
"""Of so many operators one's traffic is judged in captures, by engines that know nothing yet."""
_ENOUGH = 800
"""Operators to tell a crowd from one origin so far as a first round has to."""
_LABELS = "Verdicts: fitting"
Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and of how much."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to learn from: so many operators of each split, drawn by `seed`."""

    seed: int = 1
    operators: int = 3_200
    validation: int = 160
    rounds: int = 2
    """The first learns from groups as nobody takes them apart, the further ones also from those that the model
    before takes apart, as it will when it serves. All but the last make do with a quarter of the operators, at most
    `_ENOUGH` of them."""

    def part(self, round_: int) -> tuple[int, int]:
        """How many operators this round learns from and is checked on; the first round is 1."""
        if round_ == self.rounds:
            return self.operators, self.validation
        learnt, checked = (-(-count // 4) for count in (self.operators, self.validation))
        return min(learnt, _ENOUGH), min(checked, _ENOUGH)


@dataclass(frozen=True, slots=True)
class Trained:
    """`about` is what the file says besides the model itself; `validation` the examples it was checked on."""

    file: bytes
    about: dict[str, Any]
    validation: Examples


def train(
    plan: Plan,
    *,
    kind: Kind = "xgboost",
    trees: Trees = TREES,
    labels: LabelledRows | None = None,
    progress: Progress,
    workers: int,
) -> Trained:
    """The model of these operators, and of the verdicts in `labels`. The number of workers changes nothing but the
    time it takes."""
    learnt: list[Examples] = []
    trained: Trained | None = None
    for number in range(1, plan.rounds + 1):
        model = trained.file if trained else None
        step = f"Round {number} of {plan.rounds}"
        jobs = _Jobs(plan.seed, model, workers)
        operators, validation = plan.part(number)
        parts, _ = jobs.gather("train", operators, f"{step}: operators to learn from", progress)
        learnt.append(parts)
        checked, benign = jobs.gather("validation", validation, f"{step}: operators to check", progress)
        progress(f"{step}: fitting", 0, 1)
        gathered = _Gathered(plan, kind, trees, Examples.joined(learnt), checked, benign)
        trained = gathered.trained(gathered.fit())
        progress(f"{step}: fitting", 1, 1)
    if trained is None:
        raise ValueError("a plan has at least one round")
    return trained if labels is None else _with_labels(gathered, trained, labels, progress)


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
    found, benign = examples_of(
        nth_operator(split, index, seed),
        model,
        NEVER if model is None else SUSPECT,
        in_captures=index % _CAPTURED_EVERY == _CAPTURED_EVERY - 1,
    )
    return (found.certain().thinned(_MOST_OF_AN_ALERT) if split == "train" else found), benign


@dataclass(frozen=True, slots=True)
class _Gathered:
    """What there is to learn from and to check on, and how to learn. `learnt` has no doubtful groups."""

    plan: Plan
    kind: Kind
    trees: Trees
    learnt: Examples
    checked: Examples
    benign: int

    def fit(self, verdicts: Verdicts = ()) -> "_Fitted":
        """A scorer that has learnt these verdicts, too. They have no part in the calibration: labelled alerts are
        chosen, so their share of attacks says nothing of the traffic's."""
        learnt, weight = self.learnt, weights(self.learnt)
        if verdicts:
            learnt, weight = beside(learnt, weight, verdicts)
        scorer = (
            Scorer(booster=fit_trees(learnt, weight, self.plan.seed, self.trees))
            if self.kind == "xgboost"
            else Scorer(linear=fit_linear(learnt, weight))
        )
        raw = Model(model_file(scorer, Calibration(1.0, 0.0), {})[1])
        certain = self.checked.certain()
        margins = np.array(raw.margins(certain.rows.tobytes()))
        of_traffic = weights(certain)
        calibration = calibrate(margins, certain.masking, of_traffic)
        said = reliability(calibration(margins), certain.masking, of_traffic)
        return _Fitted(scorer, raw, calibration, said)

    def trained(
        self,
        fitted: "_Fitted",
        data: dict[str, object] | None = None,
        metrics: dict[str, object] | None = None,
    ) -> Trained:
        """The file; `data` and `metrics` are what it says beside what it always says."""
        probability = fitted.calibration(np.array(fitted.raw.margins(self.checked.rows.tobytes())))
        points = operating_points(self.checked, probability, self.benign)
        xgboost = self.kind == "xgboost"
        about = {
            "data": self._data() | (data or {}),
            "settings": {"kind": self.kind, **(described(self.trees) if xgboost else {})},
            "directions": DIRECTIONS if xgboost else {},
            "metrics": {
                "reliability": [asdict(bin_) for bin_ in fitted.reliability],
                "operating_points": [asdict(point) for point in points],
                **(metrics or {}),
            },
            "thresholds": [
                {"false_cuts_per_million": cost, "threshold": threshold}
                for cost, threshold in thresholds_for(points)
            ],
            "distribution": distribution(
                _worst(self.learnt, np.array(fitted.raw.margins(self.learnt.rows.tobytes())))
            ),
        }
        version, file = model_file(fitted.scorer, fitted.calibration, about)
        return Trained(file, {"version": version, **about}, self.checked)

    def _data(self) -> dict[str, object]:
        return {
            "source": "ringfence simulate masking",
            "plan": asdict(self.plan),
            "examples": len(self.learnt),
            "masking_examples": int(self.learnt.masking.sum()),
            "alerts": int(self.learnt.alert.max()) + 1,
            "attacks_per_alert": ATTACKS_PER_ALERT,
            "validation_examples": len(self.checked),
            "validation_benign_calls": self.benign,
        }


@dataclass(frozen=True, slots=True)
class _Fitted:
    """`raw` gives the margins of `scorer`; `reliability` is that on the validation operators."""

    scorer: Scorer
    raw: Model
    calibration: Calibration
    reliability: tuple[Bin, ...]

    def model(self) -> Model:
        return Model(model_file(self.scorer, self.calibration, {})[1])


def _with_labels(gathered: _Gathered, without: Trained, labels: LabelledRows, progress: Progress) -> Trained:
    """The model that has learnt the verdicts, too, and how right it is about such as it has not learnt."""
    fits = FOLDS + 1
    done = 0

    def fit(verdicts: Verdicts) -> _Fitted:
        nonlocal done
        progress(_LABELS, done, fits)
        done += 1
        return gathered.fit(verdicts)

    found = check(labels.rows, Model(without.file), lambda verdicts: fit(verdicts).model(), SUSPECT)
    fitted = fit(labels.rows)
    progress(_LABELS, fits, fits)
    before = [
        point for point in without.about["metrics"]["operating_points"] if point["threshold"] == SUSPECT
    ]
    return gathered.trained(
        fitted,
        data={"labels": about_labels(labels, gathered.learnt)},
        metrics={"labels": {**asdict(found), "validation_without": before[0]}},
    )


def _worst(examples: Examples, margins: NDArray[np.float64]) -> NDArray[np.float32]:
    """The row of each alert's most suspect group, which is what the records keep of a live alert."""
    order = np.lexsort((-margins, examples.alert))
    first = np.unique(examples.alert[order], return_index=True)[1]
    return examples.rows[order[first]]
