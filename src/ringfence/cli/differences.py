"""What two sides would cut and what differs, as tables for people."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ringfence.cli.traffic import counted

if TYPE_CHECKING:
    from rich.console import Console

    from ringfence.lab.compare import Comparison, Decisions, Difference, Group

_TRUNKS = 3
"""Trunks of a called number that are shown."""


def show(console: "Console", result: "Comparison", *, written: bool) -> None:
    """A line for each side, then what differs from the first; `written` says that a file holds every call of it."""
    _show_sides(console, result)
    for other, found in result.others:
        _show_changes(console, result, other, found)
    if not written and any(found for _, found in result.others):
        console.print("--out FILE writes every call that differs, with its reason")


def _show_sides(console: "Console", result: "Comparison") -> None:
    from rich.table import Table
    from rich.text import Text

    # Narrow, so that a name has room on a line of 80 characters.
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("policy", overflow="fold")
    heads = ["alerts", "masking", "actions", "cut", "callers", "numbers", "trunks"]
    for head in heads if result.attacks is None else [*heads, "attack", "other"]:
        table.add_column(head, justify="right", no_wrap=True)
    for one in (result.first, *(other for other, _ in result.others)):
        groups = (one.cuts, one.callers, one.called_numbers, one.trunks)
        figures: list[int | None] = [one.alerts, one.masking_alerts, one.actions, *map(len, groups)]
        figures += result.split(one.cuts) or ()
        table.add_row(Text(one.name), *("–" if figure is None else f"{figure:,}" for figure in figures))
    console.print(table)
    console.print("cut: calls; callers, numbers and trunks: those of the calls that are cut")


def _show_changes(
    console: "Console", result: "Comparison", other: "Decisions", found: Sequence["Difference"]
) -> None:
    """How many and on which trunks, then the called numbers with the most of them."""
    from rich.table import Table
    from rich.text import Text

    from ringfence.lab.compare import LARGEST, Change, by_number

    against = f"{other.name} against {result.first.name}"
    if not found:
        console.print(Text(f"{against}: the same calls are cut"))
        return
    console.print(Text(f"{against}:"))
    for change, words in ((Change.CUT, "newly cut"), (Change.SPARED, "no longer cut")):
        console.print(Text(_changed(result, [one for one in found if one.change is change], words)))
    groups = by_number(found)
    table = Table("called number", "what", "why", show_lines=True)
    for group in groups[:LARGEST]:
        # All of it is text: what callers choose must not be read as markup.
        table.add_row(*map(Text, _cells(result, group)))
    console.print(table)
    if len(groups) > LARGEST:
        console.print(f"… the largest first, and {len(groups) - LARGEST:,} more")


def _changed(result: "Comparison", found: Sequence["Difference"], words: str) -> str:
    from ringfence.lab.compare import LARGEST, by_trunk
    from ringfence.signalling.wording import name

    if not found:
        return f"  {words}: none"
    parts = _split(result, (one.call.call_id for one in found))
    trunks = by_trunk(found)
    told = [f"{name(group.name) or 'no trunk known'} {len(group.calls):,}" for group in trunks[:LARGEST]]
    more = [f"{len(trunks) - LARGEST:,} more"] if len(trunks) > LARGEST else []
    return f"  {words}: {counted(len(found), 'call')}{parts}, by trunk: {', '.join(told + more)}"


def _cells(result: "Comparison", group: "Group") -> tuple[str, str, str]:
    from ringfence.api.views import shown_probability
    from ringfence.lab.compare import Change
    from ringfence.signalling.wording import listed, name

    change = "newly cut" if group.change is Change.CUT else "no longer cut"
    calls = f"{counted(len(group.calls), 'call')} of {counted(group.callers, 'caller')}"
    trunks = [*map(name, group.trunks[:_TRUNKS])] or ["no trunk known"]
    if len(group.trunks) > _TRUNKS:
        trunks.append(f"{len(group.trunks) - _TRUNKS:,} more")
    probability = f"probability {shown_probability(group.probability):.4g}"
    what = f"{calls}{_split(result, group.calls)}\n{listed(trunks)}\n{probability}"
    return f"{name(group.name)}\n{change}", what, group.reason


def _split(result: "Comparison", call_ids: Iterable[str]) -> str:
    parts = result.split(call_ids)
    return "" if parts is None else f" ({parts[0]:,} of attacks, {parts[1]:,} others)"
