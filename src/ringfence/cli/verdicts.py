"""What was judged, for people: on the terminal, all of it as plain text, since senders choose the words."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

_SHOWN = 8
_COLOURS = {"scam": "bold red", "promo": "yellow", "legit": "green"}
_WORDS = {"scam": "SCAM", "promo": "ADVERTISING", "legit": "NO SCAM"}


def show(view: dict[str, Any]) -> None:
    console = Console()
    console.print(_head(view))
    console.print(Text(view["agent_summary"]))
    if view["reasons"]:
        console.print(_reasons(view))
    if view["identifiers"]:
        console.print(_identifiers(view["identifiers"]))
    console.print(Text(f"Strategy: {view['ssf_profile']['strategy_summary']}"))
    console.print(Text(f"Language {view['language']}, model {view['method']}", style="dim"))


def show_many(views: Sequence[dict[str, Any]], skipped: int) -> None:
    """One line a file, the likeliest scams first."""
    console = Console()
    table = Table("file", "verdict", "type", "probability", "evidence")
    for view in sorted(views, key=lambda one: (-one["scam_probability"], one["file"])):
        table.add_row(
            Text(view["file"]),
            Text(_WORDS[view["label"]], style=_COLOURS[view["label"]]),
            Text(view["scam_type"] or ""),
            f"{view['scam_probability']:.4f}",
            Text(view["evidence_level"]),
        )
    console.print(table)
    scams = sum(view["is_scam"] for view in views)
    more = f", {skipped} no message" if skipped else ""
    console.print(f"{len(views)} messages, {scams} scams{more}")


def _head(view: dict[str, Any]) -> Text:
    kind = f" ({view['scam_type']})" if view["scam_type"] else ""
    told = Text(f"{_WORDS[view['label']]}{kind}", style=_COLOURS[view["label"]])
    told.append(
        f"  probability of a scam {view['scam_probability']:.4f}, evidence {view['evidence_level']}",
        style="not bold",
    )
    return told


def _reasons(view: dict[str, Any]) -> Table:
    table = Table("why", "words", "weight")
    for reason in view["reasons"][:_SHOWN]:
        start, end = reason["span"]
        words = " ".join(view["original_message"][start:end].split())
        table.add_row(Text(reason["text"]), Text(words), f"{reason['weight']:+.2f}")
    return table


def _identifiers(identifiers: Sequence[dict[str, Any]]) -> Table:
    table = Table("what", "value", "as written", "valid", "role")
    for one in identifiers:
        valid = {True: "yes", False: "no", None: "unknown"}[one["valid"]]
        table.add_row(one["kind"], Text(one["value"]), Text(one["surface"]), valid, one["role"])
    return table
