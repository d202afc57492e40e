"""Transactions and calls on the terminal: all of it as plain text, since files and callers choose the words."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console, OverflowMethod
from rich.table import Table
from rich.text import Text

from ringfence.verification.words.spoken import figures

_GIST = 60
_GIVE_WAY = ("id", "name", "merchant")
_NOT_CALLED = "not called yet"
_COLOURS = {
    "Resolved": "green",
    "Mark As Fraud": "bold red",
    "Coached": "bold red",
    "Transferred": "cyan",
}


def shown_talk(*, aside: bool) -> Callable[[str, str], None]:
    """Shows who says what; `aside` is on standard error."""
    console = Console(stderr=aside)

    def show(who: str, what: str) -> None:
        line = Text(f"{who}: ", style="bold" if who == "call" else "bold cyan") if who else Text()
        line.append(what, style="not bold default" if who else "dim")
        console.print(line, soft_wrap=True)

    return show


def show_import(told: dict[str, Any]) -> None:
    console = Console()
    table = Table("line", "id", "what became of it", "why")
    for row in told["rows"]:
        if row["reason"]:
            table.add_row(str(row["line"]), Text(row["id"] or ""), row["result"], Text(row["reason"]))
    if table.row_count:
        console.print(table)
    console.print(
        f"{told['imported']} imported, {told['duplicates']} there already, {told['refused']} refused"
    )


def show_transactions(found: Iterable[dict[str, Any]]) -> None:
    """On a narrow terminal names and merchants give way; long ids take more lines."""
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for title in ("id", "name", "card", "phone", "amount", "merchant", "status", "calls"):
        overflow: OverflowMethod = "fold" if title == "id" else "ellipsis"
        table.add_column(title, no_wrap=title not in _GIVE_WAY, overflow=overflow)
    for one in found:
        table.add_row(
            Text(one["id"]),
            Text(one["client_name"]),
            Text(one["card_number"]),
            Text(one["client_phone"]),
            Text(f"{figures(Decimal(str(one['amount'])))} {one['currency']}"),
            Text(one["merchant_name"]),
            _status(one["action"]),
            str(one["attempts"]),
        )
    Console().print(table)


def show_call(told: dict[str, Any]) -> None:
    console = Console()
    table = Table("step", "said", "heard", "sure", "taken for", "decided")
    for one in told["timeline"]:
        heard = one["heard"] or {}
        sure = heard.get("confidence")
        table.add_row(
            one["step"] if not one["retry"] else f"{one['step']}, again ({one['retry']})",
            Text(_gist(one["said"])),
            Text(_heard(heard) if one["heard"] else ""),
            "" if sure is None else f"{sure:.2f}",
            one["understood"] or "",
            Text(one["decision"]),
        )
    console.print(table)
    told_of = Text("Outcome: ").append(_status(told["outcome"]))
    console.print(told_of.append(f". Reference {told['call']['reference']}"))


def show_demo(told: dict[str, Any]) -> None:
    console = Console()
    table = Table("customer", "who", "outcome")
    for one in told["calls"]:
        table.add_row(Text(one["client_name"]), Text(one["about"]), _status(one["status"]))
    console.print(table)
    for finding in told["findings"]:
        console.print(Text(f"Finding: {finding['summary']}", style="bold"))
        for one in finding["identifiers"]:
            console.print(Text(f"  names {one['kind']} {one['value']}"))
    counted = Counter(one["status"] for one in told["calls"])
    console.print(", ".join(f"{count} {status}" for status, count in counted.most_common()))


def _gist(said: Sequence[str]) -> str:
    """The question, where there is one; all of it was shown while it was said."""
    asked = [one for one in said if one.endswith("?")]
    gist = (asked or [*said, ""])[0]
    return gist if len(gist) <= _GIST else f"{gist[:_GIST]}…"


def _heard(heard: dict[str, Any]) -> str:
    if heard["digits"]:
        return f"key {heard['digits']}"
    return heard["speech"] or "(silence)"


def _status(status: str) -> Text:
    return Text(status or _NOT_CALLED, style=_COLOURS.get(status, ""))
