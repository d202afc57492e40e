"""benchmarks/content.md: the figures of `make evaluate-content` and the bars they are held against."""

import platform
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import machine
from ringfence.lab.content.card import measured_table, percent
from ringfence.lab.content.corpus import MADE_UP, Example
from ringfence.lab.content.validation import Measured, by_source, measure
from ringfence.lab.training.calibration import reliability
from ringfence.model.scam import Label
from ringfence.model.verdict import SCAM_FROM

OURS = "Ringfence"
WITHOUT = "… without research corpora"
TFIDF = "TF-IDF and logistic regression on one public table"
KEYWORDS = "list of words"
_SMALL = 20
"""Rows below which a source has no line of its own."""


Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rows:
    """Messages of one section, what they stand for among the bars, and what each judge made of them."""

    name: str
    stands_for: str
    examples: Sequence[Example]
    scores: Mapping[str, Scores]


@dataclass(frozen=True, slots=True)
class Speed:
    """Milliseconds a message in-process, and messages a second one after the other."""

    median: float
    p95: float
    rate: float


@dataclass(frozen=True, slots=True)
class Types:
    """Of `scams` whose kind is known the kind is told right in `right`; `wrong` are pairs of true and told."""

    right: int
    scams: int
    wrong: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Found:
    """Identifiers that are there and were found, that are there, and that were told."""

    hits: int
    gold: int
    told: int


@dataclass(frozen=True, slots=True)
class Alike:
    """How like the fingerprints of messages are: medians of pairs of one family and of pairs of different kinds, and
    the chance that one of the former is more alike than one of the latter."""

    families: int
    same: float
    others: float
    auc: float


@dataclass(frozen=True, slots=True)
class Measurements:
    sections: Sequence[Rows]
    whole: Rows
    about: Mapping[str, Any]
    types: Types
    identifiers: Found
    alike: Alike
    speed: Mapping[str, Speed]


def write(command: str, made: Measurements) -> str:
    parts = [
        "# Messages: what is found, what is flagged",
        f"Written by `{command}`; every figure is from that one run. `dev.csv` and `dev_more.csv` hold sources that "
        "nothing was trained on, and were looked at while scripts were written: what fails there was read by kind. The "
        "composed messages (`composed.ndjson`) were written by a language model that saw neither scripts nor tables, "
        "and no person has checked them: real text is harder. A scam is what has a probability of 0.5 or more; "
        "the model without research corpora has the calibration of the shipped one.",
        machine.describe(f"CPython {platform.python_version()}"),
        "## What stands for the bars",
        _sections(made.sections),
        "## Kinds and identifiers",
        _kinds(made),
        "## By source",
        *(_sources(made.whole, judge) for judge in made.whole.scores),
        "## Sources and plots held out of training",
        _held_out(made.about),
        "## Calibration",
        _calibration(made.whole),
        "## Speed",
        _speed(made.speed),
    ]
    return "\n\n".join(parts) + "\n"


def _sections(sections: Sequence[Rows]) -> str:
    head = "| | rows | judge | precision | recall | F1 | others flagged | AUC | bar |"
    under = "|---|---:|---|---:|---:|---:|---:|---:|---|"
    return "\n".join([head, under, *(line for rows in sections for line in _lines(rows))])


def _lines(rows: Rows) -> Iterator[str]:
    for judge, scores in rows.scores.items():
        found = measure(rows.name, rows.examples, scores)
        precision = _precision(rows, judge)
        first = judge == OURS
        yield (
            f"| {rows.name if first else ''} | {f'{len(rows.examples):,}' if first else ''} | {judge} "
            f"| {percent(precision if found.others else None)} | {percent(found.recall)} "
            f"| {percent(_f1(precision, found) if found.others else None)} | {percent(found.flagged)} "
            f"| {'' if found.auc is None else f'{found.auc:.3f}'} | {rows.stands_for if first else ''} |"
        )


def _precision(rows: Rows, judge: str) -> float | None:
    flagged = rows.scores[judge] >= SCAM_FROM
    scam = np.array([example.label is Label.SCAM for example in rows.examples])
    return float(scam[flagged].mean()) if flagged.any() and scam.any() else None


def _f1(precision: float | None, found: Measured) -> float | None:
    recall = found.recall
    if precision is None or recall is None or not precision + recall:
        return None
    return 2 * precision * recall / (precision + recall)


def _kinds(made: Measurements) -> str:
    types, ids = made.types, made.identifiers
    commonest = Counter(types.wrong).most_common(8)
    wrong = "; ".join(f"{true} as {told} ({count})" for (true, told), count in commonest)
    return (
        f"Of {types.scams} composed scams of 24 kinds the kind is right in {percent(types.right / types.scams)} "
        f"(bar 70 %); a scam that is not found counts as wrong. Most often wrong: {wrong}.\n\n"
        f"Of {ids.gold:,} identifiers in composed messages {percent(ids.hits / ids.gold)} are found (bar 92 %) with "
        f"kind and value; of {ids.told:,} told {percent(ids.hits / ids.told)} are right (bar 95 %). These were "
        "looked at: when the finder first met them, in another run, it was 93.4 and 96.2 %, and then it was mended.\n\n"
        f"Fingerprints of {made.alike.families} families of made-up scams: a family has a plot or two and says it in "
        f"sentences that share little. Median likeness of two messages of one family {made.alike.same:.2f}, of two "
        f"kinds {made.alike.others:.2f}; the former are more alike in {percent(made.alike.auc)} of cases."
    )


def _sources(rows: Rows, judge: str) -> str:
    found = by_source(rows.examples, rows.scores[judge])
    large = [one.told() for one in found if one.scams + one.others >= _SMALL]
    few = len(found) - len(large)
    return "\n".join(
        [f"{judge}, sources of at least {_SMALL} rows ({few} have fewer):", "", *measured_table(large)]
    )


def _held_out(about: Mapping[str, Any]) -> str:
    rows = [one for one in about["held_out"] if one["scams"] + one["others"] >= _SMALL]
    aucs = about["held_out_auc"]
    return "\n".join(
        [
            "Measured when the model was made: each source by a model that had not learnt from it, of the scripts "
            f"whole plots ({MADE_UP}). AUC {aucs['of others']:.3f} over all tables, {aucs['made up']:.3f} over plots; "
            f"kinds right in {percent(about['types_right']['all'])} of held-out plots, "
            f"{percent(about['types_right']['en'])} in English.",
            "",
            *measured_table(rows),
        ]
    )


def _calibration(rows: Rows) -> str:
    scores = rows.scores[OURS]
    scam = np.array([example.label is Label.SCAM for example in rows.examples])
    bins = reliability(scores, scam, np.ones(len(scores)))
    lines = [
        f"| {one.low:.1f} to {one.high:.1f} | {one.examples:,} | {one.predicted:.3f} | {one.observed:.3f} |"
        for one in bins
    ]
    brier = float(np.mean((scores - scam) ** 2))
    return "\n".join(
        [
            f"On every row of the unseen sources; their share of scams ({percent(float(scam.mean()))}) is not that of "
            f"any real traffic. Brier score {brier:.3f}.",
            "",
            "| probability | rows | mean | scams among them |",
            "|---|---:|---:|---:|",
            *lines,
        ]
    )


def _speed(speed: Mapping[str, Speed]) -> str:
    lines: Iterable[str] = (
        f"| {name} | {one.median:.2f} | {one.p95:.2f} | {one.rate:,.0f} |" for name, one in speed.items()
    )
    return "\n".join(
        [
            "In one process, one message after the other, with all that an answer holds: reading, identifiers, "
            "strategy, reasons. The baseline only scores. Bars: median ≤ 2 ms, p95 ≤ 5 ms, ≥ 1,000 messages a second.",
            "",
            "| | median, ms | p95, ms | messages a second on a core |",
            "|---|---:|---:|---:|",
            *lines,
        ]
    )
