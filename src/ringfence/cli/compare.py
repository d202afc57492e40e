"""`ringfence compare`: recorded traffic under several policies, and whom each would have cut."""

import json
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ringfence.cli.traffic import check_outputs, counted, inputs, mishaps, size, timeless, write_lines

if TYPE_CHECKING:
    from rich.console import Console

    from ringfence.app.replay import Reading
    from ringfence.lab.compare import Candidate, Comparison, Decisions, Difference, Group, Pass

_TRUNKS = 3
"""Trunks of a called number that are shown."""


def compare(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE", help="NDJSON events, pcap, pcapng or SIP text; gzip or not; - is standard input."
        ),
    ],
    policy: Annotated[
        list[str],
        typer.Option(
            metavar="[NAME:]POLICY",
            help="A settings file, words as decide=score,threshold=0.8, or current. The first is what the others are "
            "compared with.",
        ),
    ],
    out: Annotated[
        Path | None, typer.Option(help="Write each difference here, one JSON object a line.")
    ] = None,
    truth: Annotated[
        Path | None, typer.Option(help="The truth of simulated traffic: tells attack calls from others.")
    ] = None,
    sort: Annotated[
        bool, typer.Option("--sort", help="Put the whole input into order of time first.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Judge recorded traffic under several policies and say who would be cut, and who no longer."""
    from ringfence.lab.compare import compared, comparison_view, difference_lines, planned, read_candidates
    from ringfence.settings import load_settings

    candidates = read_candidates(policy, load_settings())
    files = inputs(files)
    attacks = None if truth is None else _attack_calls(truth)
    if out is not None:
        read = [*files, truth, *(candidate.file for candidate in candidates)]
        check_outputs([out], [path for path in read if path is not None])
    now = time.time_ns()
    passes = planned(candidates, now)
    _check_passes(passes, files)
    _warn(candidates)
    started = time.perf_counter()
    decisions, traffic = _run(passes, files, sort=sort, now=now)
    seconds = time.perf_counter() - started
    result = compared([decisions[candidate.name] for candidate in candidates], attacks)
    if told := timeless(traffic.summary.messages, traffic.malformed):
        typer.echo(told, err=True)
    if out is not None:
        write_lines(out, difference_lines(result))
    if as_json:
        summary = {"files": len(files), "passes": len(passes)} | _read(traffic) | comparison_view(result)
        sys.stdout.write(json.dumps(summary | {"seconds": round(seconds, 6)}) + "\n")
    else:
        _show(result, traffic, seconds, written=out is not None)


def _attack_calls(truth: Path) -> frozenset[str]:
    """Call-IDs of all attacks and drips. Raises BadInput."""
    from ringfence.errors import BadInput
    from ringfence.lab.simulate import Truth

    try:
        with truth.open(encoding="utf-8") as lines:
            planted = Truth.from_lines(lines)
    except OSError as error:
        raise BadInput(f"Cannot read {truth}: {error.strerror}", code="file_unreadable") from None
    except BadInput as error:
        raise BadInput(f"Cannot read {truth}: {error.detail}", code="truth_invalid") from None
    return frozenset(call_id for attack in planted.attacks for call_id in attack.call_ids)


def _check_passes(passes: Sequence["Pass"], files: Sequence[Path]) -> None:
    """What flows in can be read once alone. Raises BadInput."""
    from ringfence.errors import BadInput

    flows = (path for path in files if path.exists() and not path.is_file() and not path.is_dir())
    flowing = next(flows, None)
    if len(passes) > 1 and flowing is not None:
        raise BadInput(
            f"These policies need {len(passes)} passes over the traffic, and {flowing} can be read once only: save it "
            "to a file first, or compare policies that differ in decide and policy alone",
            code="input_flows",
        )


def _warn(candidates: Sequence["Candidate"]) -> None:
    from ringfence.app.detection import unscored

    for candidate in candidates:
        if told := unscored(candidate.settings, candidate.settings.policy_table):
            typer.echo(f"{candidate.name}: {told}", err=True)


def _run(
    passes: Sequence["Pass"], files: Sequence[Path], *, sort: bool, now: int
) -> tuple[dict[str, "Decisions"], "Reading"]:
    from ringfence.cli.progress import reading
    from ringfence.lab.compare import decide

    with reading("Comparing", size(files) * len(passes)) as progress:
        return decide(passes, files, sort=sort, now=now, progress=progress)


def _read(traffic: "Reading") -> dict[str, Any]:
    counts = traffic.summary
    return {
        "events": counts.events,
        "calls": counts.calls,
        "late": counts.late,
        "past_window": counts.past_window,
        "malformed": traffic.malformed,
    }


def _show(result: "Comparison", traffic: "Reading", seconds: float, *, written: bool) -> None:
    from rich.console import Console

    console = Console()
    counts = traffic.summary
    console.print(f"{counted(counts.events, 'event')}, {counted(counts.calls, 'call')} in {seconds:.2f} s")
    for line in mishaps(counts, traffic.malformed):
        console.print(line)
    _show_policies(console, result)
    for other, found in result.others:
        _show_changes(console, result, other, found)
    if not written and any(found for _, found in result.others):
        console.print("--out FILE writes every call that differs, with its reason")


def _show_policies(console: "Console", result: "Comparison") -> None:
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
        figures = [one.alerts, one.masking_alerts, one.actions, *map(len, groups)]
        figures += result.split(one.cuts) or ()
        table.add_row(Text(one.name), *(f"{figure:,}" for figure in figures))
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


def add_to(app: typer.Typer) -> None:
    app.command()(compare)
