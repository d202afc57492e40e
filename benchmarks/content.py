"""`make evaluate-content`: the model of messages on sources that no training has seen, beside two plain baselines.

Writes benchmarks/content.md; `--quick` only shows, in seconds, that it runs. The tables lie beside the project
(`RINGFENCE_SHARED_DATA`).
"""

import argparse
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from random import Random
from statistics import median, quantiles

import numpy as np

from benchmarks import content_page
from benchmarks.content_page import (
    KEYWORDS,
    OURS,
    TFIDF,
    WITHOUT,
    Alike,
    Found,
    Measurements,
    Rows,
    Scores,
    Speed,
    Types,
)
from ringfence.content.analysis import Analyser, packaged
from ringfence.content.features import features
from ringfence.content.fingerprint import fingerprint
from ringfence.content.likeness import likeness
from ringfence.content.model_file import read
from ringfence.content.reading import read as read_message
from ringfence.identifiers import find
from ringfence.lab.content import keywords
from ringfence.lab.content.corpus import Example, seen, table, tables
from ringfence.lab.content.fit import fit_judge
from ringfence.lab.content.train import TABLES, Plan, corpus
from ringfence.lab.content.validation import auc
from ringfence.lab.messages.generator import messages
from ringfence.lab.messages.noise import disguised
from ringfence.lab.messages.script import families
from ringfence.lab.training.calibration import Calibration
from ringfence.model.scam import Label, ScamType

TARGET = Path(__file__).with_name("content.md")
COMPOSED = Path(__file__).with_name("composed.ndjson")
"""Messages that a language model wrote to measure with, with kinds and identifiers; nothing learns from them."""
Judge = Callable[[Sequence[str]], Scores]
UNSEEN = ("dev.csv", "dev_more.csv")
_SEED = 20
_TIMED = 2_000
_WORDINGS = 5
_QUICK = 40


@dataclass(frozen=True, slots=True)
class Composed:
    example: Example
    gold: frozenset[tuple[str, str]] | None
    """Kind and value of all identifiers in it, where somebody wrote them down."""
    disguised: bool


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.content")
    parser.add_argument("--quick", action="store_true", help="few messages, shown and not written")
    quick = parser.parse_args().quick
    page = content_page.write(
        "make evaluate-content QUICK=1" if quick else "make evaluate-content", measured(quick=quick)
    )
    if quick:
        print(page)
    else:
        TARGET.write_text(page, encoding="utf-8")
        print(f"Written to {TARGET.relative_to(Path.cwd())}")


def measured(*, quick: bool = False) -> Measurements:
    rows = [row for name in UNSEEN for row in _some(table(tables() / name), quick)]
    trained = [row for name in TABLES for row in table(tables() / name)]
    written = composed()
    analyser = Analyser.of(packaged())
    judges: dict[str, Judge] = {
        OURS: lambda texts: np.array([analyser.analyse(text).verdict.scam_probability for text in texts]),
        TFIDF: plain_tfidf([row for row in trained if row.source == "mendeley"]),
        KEYWORDS: lambda texts: np.array([keywords.score(text) for text in texts]),
    }
    if not quick:
        judges[WITHOUT] = without_research()

    def judged(name: str, stands_for: str, examples: Sequence[Example]) -> Rows:
        texts = [example.text for example in examples]
        return Rows(name, stands_for, examples, {judge: score(texts) for judge, score in judges.items()})

    sections = [judged(name, why, chosen) for name, why, chosen in _sections(rows, written) if chosen]
    of = {one.name: one for one in sections}
    return Measurements(
        sections,
        of["every row"],
        read(packaged()).about,
        _types(analyser, written),
        _identifiers(written),
        _alike(quick),
        {
            OURS: timed(lambda text: analyser.analyse(text), rows, quick),
            TFIDF: timed(lambda text: judges[TFIDF]([text]), rows, quick),
        },
    )


def _some(rows: list[Example], quick: bool) -> list[Example]:
    return rows[:: max(1, len(rows) // _QUICK)] if quick else rows


def _sections(
    rows: Sequence[Example], written: Sequence[Composed]
) -> Iterator[tuple[str, str, Sequence[Example]]]:
    """Name, what it stands for among the bars, and the rows."""

    def chosen(test: Callable[[Example], bool]) -> list[Example]:
        return [row for row in rows if test(row)]

    honest_sms = [row for row in rows if row.channel == "sms" and row.label is not Label.SCAM]
    yield "every row", "", rows
    yield "SMS", "SMS: AUC ≥ 0.95, F1 ≥ 0.85", chosen(lambda row: row.channel == "sms")
    yield "voice", "", chosen(lambda row: row.channel == "voice")
    yield (
        "Indian bank SMS",
        "flagged ≤ 1 %",
        [row for row in honest_sms if row.country == "IN" and row.about in _BANK],
    )
    yield "Western service SMS", "flagged ≤ 10 %", [row for row in honest_sms if row.country in _WEST]
    yield "Hinglish bank dialogues", "flagged ≤ 10 %", chosen(lambda row: row.source == "cucom_bank")
    yield "voicemails", "flagged ≤ 1 in 41", chosen(lambda row: row.source == "callhandler")
    yield "Swahili scams", "", chosen(lambda row: row.source == "bongo_sw")
    rng = Random(_SEED)
    scams = chosen(
        lambda row: row.label is Label.SCAM and row.source in ("smishtank", "rithik") and row.text.isascii()
    )
    spelt = [_respelt(row, rng) for row in scams]
    yield "scams spelt to pass a filter", "found ≥ 90 %", spelt
    yield "the same as they were", "", scams
    yield "composed to measure", "F1 ≥ 0.85", [one.example for one in written]
    yield "… spelt to pass a filter", "found ≥ 90 %", [one.example for one in written if one.disguised]


_BANK = ("bank_debit", "bank_credit", "card", "upi", "otp", "bank")
_WEST = ("US", "GB", "AU", "CA", "IE", "NZ")


def _respelt(row: Example, rng: Random) -> Example:
    return Example(disguised(row.text, rng), row.label, row.type, row.channel, row.source)


def plain_tfidf(rows: Sequence[Example]) -> Judge:
    """What most projects ship: TF-IDF of words and logistic regression, both as they come, on one public table."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    words = TfidfVectorizer(lowercase=True, ngram_range=(1, 2), min_df=2)
    regression = LogisticRegression(class_weight="balanced", max_iter=1_000)
    regression.fit(words.fit_transform(row.text for row in rows), [row.label is Label.SCAM for row in rows])
    return lambda texts: np.asarray(regression.predict_proba(words.transform(texts))[:, 1])


def without_research() -> Judge:
    """Ours, fitted on all but the research corpora; its calibration is that of the model that is shipped."""
    shipped = read(packaged())
    plan = Plan(tables(), shipped.about["plan"]["count"], shipped.about["plan"]["seed"], research=False)
    examples = corpus(plan)
    judge = fit_judge(examples, seen(examples))
    calibration = Calibration(shipped.slope, shipped.intercept)
    return lambda texts: calibration(judge.margins([features(read_message(text)) for text in texts]))


def composed() -> list[Composed]:
    lines = [json.loads(line) for line in COMPOSED.read_text(encoding="utf-8").splitlines()]
    return [
        Composed(
            Example(
                line["message"],
                Label(line["label"]),
                ScamType(line["scam_type"]) if line["scam_type"] else None,
                line["channel"],
                "composed",
                language=line["language"],
            ),
            frozenset((one["kind"], one["value"]) for one in line["identifiers"]) if line["gold"] else None,
            bool(line.get("adversarial")),
        )
        for line in lines
    ]


def _types(analyser: Analyser, written: Sequence[Composed]) -> Types:
    """Of all composed scams, also of those that are not found: their kind counts as wrong."""
    right: list[bool] = []
    missed: list[tuple[str, str]] = []
    for one in written:
        if one.example.type is None:
            continue
        told = analyser.analyse(one.example.text).verdict.scam_type
        right.append(told == one.example.type)
        if told != one.example.type:
            missed.append((str(one.example.type), str(told) if told else "no scam"))
    return Types(sum(right), len(right), missed)


def _identifiers(written: Sequence[Composed]) -> Found:
    hits = gold = told = 0
    for one in written:
        if one.gold is None:
            continue
        found = {(identifier.kind.value, identifier.value) for identifier in find(one.example.text)}
        hits += len(found & one.gold)
        gold += len(one.gold)
        told += len(found)
    return Found(hits, gold, told)


def _alike(quick: bool) -> Alike:
    """Pairs of made-up scams of one family, told in other words, against pairs of different kinds."""
    rng = Random(_SEED)
    scams = [family for family in families() if family.label == "scam" and family.language == "en"]
    told = [
        (family.type, [fingerprint(read_message(one.text)) for one in messages(family, _WORDINGS, _SEED)])
        for family in rng.sample(scams, 20 if quick else 400)
    ]
    same = [likeness(one, other) for _, of in told for one, other in combinations(of, 2)]
    pairs = [rng.sample(told, 2) for _ in range(len(same))]
    others = [
        likeness(rng.choice(one), rng.choice(other))
        for (kind, one), (another, other) in pairs
        if kind != another
    ]
    is_same = np.array([True] * len(same) + [False] * len(others))
    return Alike(len(told), median(same), median(others), auc(np.array(same + others), is_same))


def timed(judge: Callable[[str], object], rows: Sequence[Example], quick: bool) -> Speed:
    """The same messages, in one process and one after the other, after all of them were judged once."""
    texts = [row.text for row in rows][:: max(1, len(rows) // (_QUICK if quick else _TIMED))]
    for text in texts:
        judge(text)
    spent: list[float] = []
    for text in texts:
        begun = time.perf_counter()
        judge(text)
        spent.append(time.perf_counter() - begun)
    cuts = quantiles(spent, n=20)
    return Speed(cuts[9] * 1e3, cuts[18] * 1e3, len(spent) / sum(spent))


if __name__ == "__main__":
    main()
