"""What came of learning from verdicts, in words and rows, for the command's output and the model card.

`model` is what a model file says besides the model itself; of one that learnt from verdicts.
"""

from collections.abc import Iterator
from typing import Any

from ringfence.lab.evaluate.labels import ENOUGH
from ringfence.lab.evaluate.table import Row, percent
from ringfence.lab.training.labels import InForce
from ringfence.signalling.wording import plural

RECALL_LOST = 0.02
"""Share of the attacks of validation operators from which on the loss is warned of."""
CUTS_GAINED = 10.0
"""The same of honest calls cut more, per million."""

HEAD: Row = ("model", "taken for masking", "confirmed", "precision", "95 % interval", "missed")


def learnt(model: dict[str, Any]) -> str:
    """Of how many verdicts, what they weigh, and how many were left out."""
    told = model["data"]["labels"]
    days = " to ".join(dict.fromkeys((told["first_day"], told["last_day"])))
    said = (
        f"{plural(told['verdicts'], 'verdict')} of {plural(told['analysts'], 'analyst')} ({told['masking']} masking, "
        f"{told['others']} not) on alerts of {days} about {plural(told['called_numbers'], 'called number')}, over "
        f"{plural(told['trunks'], 'known trunk')}. They weigh {told['masking_share']:.2%} (masking) and "
        f"{told['others_share']:.2%} (not) of what all simulated attacks do."
    )
    return " ".join(filter(None, (said, left_out(told["without_row"], told["other_features"]))))


def left_out(without_row: int, other_features: int) -> str:
    """Empty where none was."""
    parts = [
        f"{count} on alerts {why}"
        for count, why in (
            (without_row, "kept without features"),
            (other_features, "scored on other features"),
        )
        if count
    ]
    return f"Verdicts left out: {', '.join(parts)}." if parts else ""


def rows(model: dict[str, Any], in_force: InForce | None) -> Iterator[Row]:
    """As HEAD: before, and after."""
    told = model["metrics"]["labels"]
    if in_force is not None:
        yield f"{in_force.version}, in force", *_figures(in_force.judged)
    yield "the same training without the verdicts", *_figures(told["without"])
    if told["learnt"] is not None:
        yield f"with the verdicts of other {told['parted_by']}s", *_figures(told["learnt"])


def _figures(judged: dict[str, Any]) -> Row:
    interval = "–" if judged["low"] is None else f"{percent(judged['low'])} to {percent(judged['high'])}"
    return (
        f"{judged['taken']:,}",
        f"{judged['confirmed']:,}",
        percent(judged["precision"]),
        interval,
        f"{judged['missed']:,}",
    )


def validation(model: dict[str, Any]) -> str:
    before, after = _points(model)
    return (
        f"Simulated operators of the validation split, at {before['threshold']:g}: attacks found "
        f"{percent(before['recall'])} without the verdicts, {percent(after['recall'])} with them; honest calls cut per "
        f"million {before['false_cuts_per_million']:,.1f} and {after['false_cuts_per_million']:,.1f}."
    )


def warnings(model: dict[str, Any]) -> Iterator[str]:
    """What somebody should think about before this model serves."""
    verdicts = model["data"]["labels"]["verdicts"]
    if verdicts < ENOUGH:
        yield f"{plural(verdicts, 'verdict')}, under {ENOUGH}, are few: what was learnt from them may be chance."
    if model["metrics"]["labels"]["learnt"] is None:
        yield (
            "All verdicts are on alerts of one or two days and called numbers, so it can't be told how right the "
            "model is where it has learnt none."
        )
    before, after = _points(model)
    if before["recall"] - after["recall"] > RECALL_LOST:
        yield f"It finds fewer simulated attacks than without the verdicts. {validation(model)}"
    if after["false_cuts_per_million"] - before["false_cuts_per_million"] > CUTS_GAINED:
        yield f"It cuts more honest simulated calls than without the verdicts. {validation(model)}"


def _points(model: dict[str, Any]) -> tuple[dict[str, float], dict[str, float]]:
    before = model["metrics"]["labels"]["validation_without"]
    after = next(
        point for point in model["metrics"]["operating_points"] if point["threshold"] == before["threshold"]
    )
    return before, after
