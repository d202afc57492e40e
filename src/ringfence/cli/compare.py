"""`ringfence compare`: recorded traffic under several policies, or live alerts by two judges: whom would each cut?"""

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ringfence.cli.differences import show
from ringfence.cli.learning import Since, kept_records, since_instant
from ringfence.cli.traffic import check_outputs, counted, inputs, mishaps, size, timeless, write_lines
from ringfence.errors import BadInput

if TYPE_CHECKING:
    from ringfence.app.replay import Reading
    from ringfence.lab.compare import Candidate, Comparison, Decisions, Judges, Pass

_NO_SHADOW = """No alert has been judged by a shadow yet, of {alerts:,}{since} in {place}.
Name a second model or a second threshold in the settings, and start the server again:

  [signalling.shadow]
  threshold = 0.9          # or: model = "new-model.json"

It judges beside the live one and acts on nothing."""


def compare(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FILE", help="NDJSON events, pcap, pcapng or SIP text; gzip or not; - is standard input."
        ),
    ] = None,
    policy: Annotated[
        list[str] | None,
        typer.Option(
            metavar="[NAME:]POLICY",
            help="A settings file, words as decide=score,threshold=0.8, or current. The first is what the others are "
            "compared with.",
        ),
    ] = None,
    shadow: Annotated[
        bool,
        typer.Option(
            "--shadow",
            help="Compare what the live judge and its shadow (signalling.shadow) made of live alerts, by the records.",
        ),
    ] = False,
    since: Since = None,
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
    """Judge recorded traffic under several policies and say who would be cut, and who no longer.

    With --shadow: the same of a server's own alerts, as its live judge and its shadow judged them.
    """
    if shadow:
        if files or policy or truth is not None or sort:
            raise BadInput("--shadow goes by the records: leave FILE, --policy, --truth and --sort out")
        _compare_shadow(since, out, as_json=as_json)
        return
    if since is not None:
        raise BadInput("--since goes with --shadow")
    if not files:
        raise BadInput("give FILE and two policies, as --policy current --policy threshold=0.8, or --shadow")
    _compare_policies(inputs(files), policy or [], out, truth, sort=sort, as_json=as_json)


def _compare_policies(
    files: list[Path], policy: list[str], out: Path | None, truth: Path | None, *, sort: bool, as_json: bool
) -> None:
    from ringfence.lab.compare import compared, comparison_view, difference_lines, planned, read_candidates
    from ringfence.settings import load_settings

    candidates = read_candidates(policy, load_settings())
    attacks = None if truth is None else _attack_calls(truth)
    if out is not None:
        read = [*files, truth, *(path for candidate in candidates for path in candidate.files)]
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


def _compare_shadow(since: str | None, out: Path | None, *, as_json: bool) -> None:
    from ringfence.lab.compare import compared, comparison_view, difference_lines, judged
    from ringfence.ports import AlertFilter

    opened = since_instant(since)
    with kept_records() as (records, place):
        if out is not None:
            check_outputs([out], [Path(place)])
        both = judged(records.shadowed(opened))
        alerts = records.alerts(AlertFilter(since=opened), 1, 0).total
    result = compared([both.live, both.shadow])
    if out is not None:
        write_lines(out, difference_lines(result))
    if as_json:
        methods = {"live": both.live_methods, "shadow": both.shadow_methods}
        summary = {"alerts": alerts, "judged_by_both": both.alerts, "methods": methods}
        sys.stdout.write(json.dumps(summary | comparison_view(result)) + "\n")
    elif both.alerts:
        _show_shadow(result, both, alerts, written=out is not None)
    else:
        typer.echo(_NO_SHADOW.format(alerts=alerts, since=f" since {since}" if since else "", place=place))


def _attack_calls(truth: Path) -> frozenset[str]:
    """Call-IDs of all attacks and drips. Raises BadInput."""
    from ringfence.lab.evaluate.reading import truth_of

    return frozenset(call_id for attack in truth_of(truth).attacks for call_id in attack.call_ids)


def _check_passes(passes: Sequence["Pass"], files: Sequence[Path]) -> None:
    """What flows in can be read once alone. Raises BadInput."""
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


def _show_shadow(result: "Comparison", both: "Judges", alerts: int, *, written: bool) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console()
    console.print(f"{counted(alerts, 'alert')}, {both.alerts:,} of them judged by both")
    for one, methods in ((both.live, both.live_methods), (both.shadow, both.shadow_methods)):
        told = ", ".join(f"{method} {count:,}" for method, count in methods.items())
        console.print(Text(f"{one.name}: {told}"))
    show(console, result, written=written)
    console.print("A call is cut here where it is a suspect and no list exempts it, whatever the policy does")


def _show(result: "Comparison", traffic: "Reading", seconds: float, *, written: bool) -> None:
    from rich.console import Console

    console = Console()
    counts = traffic.summary
    console.print(f"{counted(counts.events, 'event')}, {counted(counts.calls, 'call')} in {seconds:.2f} s")
    for line in mishaps(counts, traffic.malformed):
        console.print(line)
    show(console, result, written=written)


def add_to(app: typer.Typer) -> None:
    app.command()(compare)
