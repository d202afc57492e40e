"""What live alerts say of the detector, in words and rows, for people."""

from collections import Counter
from collections.abc import Iterator

from ringfence.lab.evaluate import drift, labels
from ringfence.lab.evaluate.drift import Bin, DriftReport, FeatureDrift
from ringfence.lab.evaluate.labels import LabelReport, Verdicts
from ringfence.lab.evaluate.table import Row, percent
from ringfence.signalling.wording import name, plural

_MISSED_SHOWN = 20

VERDICT_HEAD: Row = ("taken for masking", "confirmed", "precision", "95 % interval", "not taken", "missed")


def label_tables(report: LabelReport) -> Iterator[tuple[str, list[Row]]]:
    """What each table is parted by, and its rows: as VERDICT_HEAD, with the part before."""
    yield "alerts with a verdict", [("all", *_verdict_row(report.all))]
    for part, parts in (
        ("trunk", report.by_trunk),
        ("scenario", report.by_scenario),
        ("method", report.by_method),
    ):
        yield part, [(name(value), *_verdict_row(verdicts)) for value, verdicts in parts.items()]


def label_notes(report: LabelReport) -> Iterator[str]:
    """What the tables leave to say."""
    if any(told.few and told.taken for told in (*report.by_trunk.values(), *report.by_scenario.values())):
        yield f"few: under {labels.ENOUGH} verdicts. Go by the interval."
    if report.missed:
        more = len(report.missed) - _MISSED_SHOWN
        rest = f" and {more:,} more" if more > 0 else ""
        yield f"Missed: {', '.join(report.missed[:_MISSED_SHOWN])}{rest}"


def _verdict_row(verdicts: Verdicts) -> Row:
    interval = "–"
    if verdicts.low is not None and verdicts.high is not None:
        interval = f"{percent(verdicts.low)} to {percent(verdicts.high)}"
    few = " (few)" if verdicts.few and verdicts.taken else ""
    return (
        f"{verdicts.taken:,}",
        f"{verdicts.confirmed:,}",
        percent(verdicts.precision) + few,
        interval,
        f"{verdicts.not_taken:,}",
        f"{verdicts.missed:,}",
    )


DRIFT_HEAD: Row = ("feature", "stability index", "by chance up to", "moved")
BIN_HEAD: Row = ("value", "training", "live")


def drift_headline(report: DriftReport) -> str:
    """How much moved, in a sentence."""
    moved = Counter(told.verdict for told in report.features)
    alerts = f"{plural(report.rows, 'alert')} against the training of {report.model}"
    parts = (
        f"{plural(moved['large'], 'feature')} moved much (index from {drift.LARGE:g})",
        f"{moved['moderate']} somewhat (from {drift.MODERATE:g})",
        f"{moved['stable']} hardly",
    )
    return "; ".join((f"{alerts}: {', '.join(parts)}", *_not_compared(report)))


def too_few_rows(report: DriftReport) -> str:
    told = f"Too few alerts to compare with the training of {report.model}"
    return "; ".join((f"{told}: {report.rows} of the {drift.ENOUGH} it takes", *_not_compared(report)))


def _not_compared(report: DriftReport) -> Iterator[str]:
    if report.other_features:
        yield f"{plural(report.other_features, 'alert')} not compared, scored on other features than the model's"
    if report.without_row:
        yield f"{plural(report.without_row, 'alert')} not compared, kept without features"


def drift_row(told: FeatureDrift) -> Row:
    """As DRIFT_HEAD."""
    moved = {"large": "much", "moderate": "somewhat", "stable": "hardly"}[told.verdict]
    by_chance = ", may be chance" if told.verdict != "stable" and told.psi <= told.chance else ""
    return told.feature, f"{told.psi:.3f}", f"{told.chance:.3f}", moved + by_chance


def bin_row(part: Bin) -> Row:
    """As BIN_HEAD."""
    if part.missing:
        values = "missing"
    elif part.low is None:
        values = "any" if part.high is None else f"under {part.high:g}"
    else:
        values = f"{part.low:g} and over" if part.high is None else f"{part.low:g} to {part.high:g}"
    return values, percent(part.training), percent(part.live)
