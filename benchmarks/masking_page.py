"""benchmarks/masking.md: the figures of `make evaluate` and the bars they are held against."""

import platform
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from benchmarks import machine
from ringfence.lab.evaluate import RunOutcome, Score
from ringfence.lab.evaluate import table as words
from ringfence.lab.evaluate.table import Row, number, percent
from ringfence.lab.simulate.truth import RunTruth


@dataclass(frozen=True, slots=True)
class Section:
    """Detectors by name with their outcomes, one for each run."""

    title: str
    text: str
    outcomes: Sequence[tuple[str, Sequence[RunOutcome]]]


@dataclass(frozen=True, slots=True)
class Bar:
    """A limit that a figure must reach, where `least`, or must not exceed."""

    name: str
    limit: float
    figure: Callable[[Score], float | None]
    show: Callable[[float | None], str]
    least: bool = False

    def holds(self, score: Score) -> bool | None:
        """None where there is nothing to measure."""
        value = self.figure(score)
        if value is None:
            return None
        return value >= self.limit if self.least else value <= self.limit

    @property
    def head(self) -> str:
        return f"{self.name} ({'≥' if self.least else '≤'} {self.show(self.limit).replace('.0', '')})"


BARS = (
    Bar("recall, known families", 0.97, lambda score: score.known.recall, percent, least=True),
    Bar("recall, unseen families", 0.85, lambda score: score.unseen.recall, percent, least=True),
    Bar("false disconnects per million, 95 % bound", 10, lambda score: score.false_cuts.upper_bound, number),
    Bar("true callers cut in mixed bursts", 0.01, lambda score: score.mixed_bursts.share, percent),
    Bar("cut in time", 0.95, lambda score: score.all.in_time_share, percent, least=True),
)

_HEAD = """\
# Call masking: detectors against the truth

Written by `{command}`; every figure is from that one run of it. The traffic is simulated, by operators of the split
{splits} (training sees `train` and `validation` alone). It stands for no real operator: the figures say how detectors
compare on it. [docs/formats.md](../docs/formats.md#score-of-a-detector) says what each means."""

_METHOD = """\
## Method

Each operator is simulated, its events go through every detector in a process of its own with the defaults of its
settings, and its alerts and actions are held against the truth by the code of `ringfence evaluate masking`.
Disconnects are dry runs without a cap. All runs add up to one figure. Recall is of attacks that meet the rule of 5
callers in 5 s, by an action on one of their calls; drips that never meet it stand apart. In time is a first action no
later than the 5th call of the attack after the one that meets the rule. The bound on false disconnects is a one-sided
95 % bootstrap by B-number and run, 2,000 rounds; where no honest call was cut it is 3 / calls. A mixed burst is a rush
of true callers with an attack in it; its true callers are counted there and not among the honest calls outside.
"""


def write(command: str, sections: Sequence[Section], ours: str, others: str) -> str:
    """`ours` is the detector that the bars are for, `others` a section on other traffic."""
    scores = [[(name, Score.of(runs)) for name, runs in section.outcomes] for section in sections]
    runs = [outcome.run for outcome in sections[0].outcomes[0][1]]
    chosen = next(score for name, score in scores[0] if name == ours)
    parts = [
        _HEAD.format(command=command, splits=", ".join(sorted({f"`{run.split}`" for run in runs}))),
        machine.describe(f"CPython {platform.python_version()}"),
        _verdict(chosen, ours),
        *(f"## {s.title}\n\n{s.text}\n\n{_bars(found)}" for s, found in zip(sections, scores, strict=True)),
        others,
        _by_family(scores[0]),
        _where_false(scores[0]),
        f"## {ours.capitalize()} in detail\n\n{_table(words.ATTACK_HEAD, words.attack_rows(chosen))}",
        _data(runs, chosen),
        _METHOD,
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _verdict(score: Score, ours: str) -> str:
    rows = [(bar.head, bar.show(bar.figure(score)), _VERDICTS[bar.holds(score)]) for bar in BARS]
    met = sum(bar.holds(score) is True for bar in BARS)
    return f"## Bars\n\n{met} of {len(BARS)} are met.\n\n{_table(('bar', ours, 'verdict'), rows)}"


_VERDICTS = {True: "met", False: "**missed**", None: "not measured"}
_MARKS = {True: " ✓", False: " ✗", None: ""}


def _bars(scores: Iterable[tuple[str, Score]]) -> str:
    head = (
        "detector",
        *(bar.head for bar in BARS),
        "recall, all",
        "false disconnects per million",
        "worst mixed burst",
        "seconds to the cut, median / p95",
        "attack calls through",
        "drips cut",
        "alerts",
    )
    return _table(head, [(name, *_figures(score)) for name, score in scores])


def _figures(score: Score) -> Iterator[str]:
    for bar in BARS:
        yield bar.show(bar.figure(score)) + _MARKS[bar.holds(score)]
    yield percent(score.all.recall)
    yield number(score.false_cuts.per_million)
    yield percent(score.mixed_bursts.worst)
    yield words.seconds(score.all)
    yield percent(score.all.got_through)
    yield f"{score.drips.cut:,} of {score.drips.attacks:,}"
    yield f"{score.alerts:,}"


def _by_family(scores: Sequence[tuple[str, Score]]) -> str:
    first = scores[0][1]
    rows: list[Row] = []
    for name in first.by_family:
        rows.append(
            (
                name,
                f"{first.by_family[name].attacks:,}",
                *(percent(s.by_family[name].recall) for _, s in scores),
            )
        )
    for name in first.by_pace:
        rows.append(
            (
                f"pace {name}",
                f"{first.by_pace[name].attacks:,}",
                *(percent(s.by_pace[name].recall) for _, s in scores),
            )
        )
    rows.append(
        ("mixed into a true burst", f"{first.mixed.attacks:,}", *(percent(s.mixed.recall) for _, s in scores))
    )
    return f"## Recall by family\n\n{_table(('family', 'attacks', *(name for name, _ in scores)), rows)}"


def _where_false(scores: Sequence[tuple[str, Score]]) -> str:
    first = scores[0][1].by_benign_family
    rows = []
    for kind, family in first.items():
        cuts = (f"{score.by_benign_family[kind].cut:,}" for _, score in scores)
        name = f"{kind} (unseen)" if family.unseen else kind
        rows.append((name, f"{family.bursts:,}", f"{family.calls:,}", *cuts))
    head = ("honest calls", "bursts", "calls", *(f"cut by {name}" for name, _ in scores))
    return f"## Where honest calls were cut, outside mixed bursts\n\n{_table(head, rows)}"


def _data(runs: Sequence[RunTruth], score: Score) -> str:
    rows = [
        (
            run.profile,
            run.region,
            f"{run.hours:.1f}",
            f"{run.calls:,}",
            f"{run.benign_calls:,}",
            f"{run.attack_calls:,}",
        )
        for run in runs
    ]
    head = ("profile", "region", "hours", "calls", "honest, outside mixed bursts", "of attacks and drips")
    wrong, mixed = score.false_cuts, score.mixed_bursts
    said = (
        f"{len(runs):,} runs with {score.calls:,} calls: {wrong.benign_calls:,} honest ones outside mixed bursts to "
        f"{wrong.b_numbers:,} B-numbers, {mixed.calls:,} of true callers in {mixed.bursts:,} mixed bursts, "
        f"{score.all.attacks:,} attacks that meet the rule ({score.unseen.attacks:,} of unseen families) and "
        f"{score.drips.attacks:,} drips that don't. The operators are the first of "
        "`ringfence.lab.simulate.operators`."
    )
    return f"## Data\n\n{said}\n\n{_table(head, rows)}"


def _table(head: Row, rows: Iterable[Row]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
