"""Makes the model of messages: gathers, measures on what is held out, calibrates on that, and fits once more on all."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ringfence.content.model_file import ModelFile, write
from ringfence.lab.content.corpus import MADE_UP, RESEARCH, Example, made_up, seen, table
from ringfence.lab.content.fit import Documents, fit_judge, fit_types
from ringfence.lab.content.validation import auc, balance, by_source, folds
from ringfence.lab.training.calibration import Calibration, calibrate
from ringfence.model.scam import Label

TABLES = ("train.csv", "train_more.csv")
_FOLDS = 5
_WEIGHT = 1_000.0
"""Sum of the weights in calibration; it only has to be large against the ridge there."""
Progress = Callable[[str, int, int], None]
"""Told the step, what is done of it and how much there is."""


@dataclass(frozen=True, slots=True)
class Plan:
    """`data` holds the tables. `count` messages are made up of each family. `scams` is what is taken for their share
    among the messages to be judged; without `research`, corpora without a stated licence are left out."""

    data: Path
    count: int = 30
    seed: int = 1
    scams: float = 0.35
    research: bool = True


@dataclass(frozen=True, slots=True)
class Held:
    """What a model that had not learnt an example made of it: margin of each, calibration of all, type of scams."""

    margins: NDArray[np.float64]
    calibration: Calibration
    types: list[str | None]


def corpus(plan: Plan) -> list[Example]:
    """All that is learnt from, tables first."""
    rows = [row for name in TABLES for row in table(plan.data / name)]
    kept = [row for row in rows if plan.research or row.source not in RESEARCH]
    return [*kept, *made_up(plan.count, plan.seed)]


def train(plan: Plan, progress: Progress = lambda _step, _done, _of: None) -> bytes:
    """The model's file. Raises `BadInput` where a table is missing. Takes four minutes and 4 GB on two processors."""
    examples = corpus(plan)
    documents = seen(examples, lambda done: progress("Reading messages", done, len(examples)))
    held = hold_out(examples, documents, plan.scams, progress)
    progress("Fitting", 0, 1)
    judge = fit_judge(examples, documents)
    types = fit_types(examples, documents, judge.vocabulary)
    progress("Fitting", 1, 1)
    model = ModelFile(
        "",
        judge.vocabulary,
        judge.scam,
        judge.promo,
        types.of,
        held.calibration.slope,
        held.calibration.intercept,
        _about(plan, examples, held),
    )
    return write(model)


def hold_out(examples: Sequence[Example], documents: Documents, scams: float, progress: Progress) -> Held:
    """Each example by a model that has learnt neither its source nor its plot."""
    fold = folds(examples, _FOLDS)
    margins = np.zeros(len(examples))
    types: list[str | None] = [None] * len(examples)
    for held in range(_FOLDS):
        progress("Holding out", held, _FOLDS)
        known = [place for place, number in enumerate(fold) if number != held]
        rest = [place for place, number in enumerate(fold) if number == held]
        learnt = [examples[place] for place in known], [documents[place] for place in known]
        judge = fit_judge(*learnt)
        margins[rest] = judge.margins([documents[place] for place in rest])
        typed = [place for place in rest if examples[place].type is not None]
        found = fit_types(*learnt, judge.vocabulary).of_each([documents[place] for place in typed])
        for place, name in zip(typed, found, strict=True):
            types[place] = name
    progress("Holding out", _FOLDS, _FOLDS)
    scam = np.array([example.label is Label.SCAM for example in examples])
    return Held(margins, calibrate(margins, scam, balance(examples, scams) * _WEIGHT), types)


def _about(plan: Plan, examples: Sequence[Example], held: Held) -> dict[str, Any]:
    """What the model's card says; no path of this machine."""
    probability = held.calibration(held.margins)
    return {
        "plan": {name: value for name, value in asdict(plan).items() if name != "data"},
        "corpora": _corpora(examples),
        "families": len({example.family for example in examples} - {""}),
        "held_out": [one.told() for one in by_source(examples, probability)],
        "held_out_auc": {
            name: round(auc(probability[chosen], _scams(examples)[chosen]), 4)
            for name, chosen in _kinds(examples).items()
        },
        "types_right": _types_right(examples, held.types),
    }


def _corpora(examples: Sequence[Example]) -> dict[str, dict[str, int]]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for example in examples:
        found[example.source][example.label.value] += 1
    return {source: dict(sorted(counts.items())) for source, counts in sorted(found.items())}


def _kinds(examples: Sequence[Example]) -> dict[str, NDArray[np.bool_]]:
    made = np.array([example.source == MADE_UP for example in examples])
    return {"of others": ~made, "made up": made}


def _scams(examples: Sequence[Example]) -> NDArray[np.bool_]:
    return np.array([example.label is Label.SCAM for example in examples])


def _types_right(examples: Sequence[Example], found: Sequence[str | None]) -> dict[str, float]:
    """By language, of made-up scams; `all` of all."""
    right: dict[str, list[bool]] = defaultdict(list)
    for example, name in zip(examples, found, strict=True):
        if example.family and example.type is not None:
            for key in ("all", example.language):
                right[key].append(name == example.type)
    return {key: round(float(np.mean(of)), 4) for key, of in sorted(right.items())}
