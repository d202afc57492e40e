"""`ringfence simulate masking`: writes traffic to try the detector on, with the truth beside it."""

import json
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ringfence.errors import BadInput

if TYPE_CHECKING:
    from ringfence.lab.simulate.operator import Operator
    from ringfence.lab.simulate.run import RunSummary
    from ringfence.lab.simulate.writers import TrafficFormat

simulate_app = typer.Typer(no_args_is_help=True, help="Write made-up traffic with a known truth.")


@simulate_app.callback()
def _root() -> None:
    """Keeps `ringfence simulate KIND` a group while there is one kind."""


@simulate_app.command()
def masking(
    out: Annotated[
        str, typer.Option(help="File to write (.ndjson, .pcap, either with .gz); - is standard output.")
    ],
    truth: Annotated[Path | None, typer.Option(help="File for the planted truth, NDJSON.")] = None,
    format_: Annotated[
        str | None, typer.Option("--format", help="ndjson or pcap; by the file's extension where not given.")
    ] = None,
    hours: Annotated[float, typer.Option(help="Length of the run.")] = 24.0,
    start: Annotated[str, typer.Option(help="Beginning, ISO 8601 with zone.")] = "2026-01-05T00:00:00Z",
    calls_per_day: Annotated[int, typer.Option(help="Ordinary calls of a working day.")] = 200_000,
    attacks: Annotated[
        int, typer.Option(help="Planted attacks; a drip under the rule comes with every five.")
    ] = 40,
    hotlines: Annotated[int, typer.Option(help="Numbers with bursts of true callers.")] = 8,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 1,
    json_: Annotated[bool, typer.Option("--json", help="Print the summary as one JSON object.")] = False,
) -> None:
    """A day in an operator's life: ordinary calls, hotlines, and masking attacks. Nothing is dialled."""
    from ringfence.lab.simulate.operator import Operator

    try:
        if out == "-" and json_:
            raise BadInput("--json and --out - both want standard output: give --out a file")
        kind = _format(out, format_)
        operator = Operator(
            seed,
            start=_instant(start),
            hours=hours,
            calls_per_day=calls_per_day,
            attacks=attacks,
            hotlines=hotlines,
        )
        summary = _run(operator, out, kind, truth)
    except BadInput as error:
        typer.echo(f"ringfence simulate: {error.detail}", err=True)
        raise typer.Exit(2) from error
    if json_:
        typer.echo(json.dumps(asdict(summary)))
    else:
        _show(summary, to_stderr=out == "-")


def _format(out: str, given: str | None) -> "TrafficFormat":
    from ringfence.lab.simulate.writers import TrafficFormat

    if given is None:
        return TrafficFormat.of_name(out)
    if given not in list(TrafficFormat):
        raise BadInput(f"--format is ndjson or pcap, not {given}")
    return TrafficFormat(given)


def _instant(text: str) -> int:
    """Nanoseconds since 1970 UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"--start {text} is not ISO 8601, such as 2026-01-05T00:00:00Z") from error
    if moment.tzinfo is None:
        raise BadInput(f"--start {text} names no zone: add Z for UTC")
    if not 1970 < moment.year < 2100:
        raise BadInput(f"--start {text} is not between 1971 and 2099")
    return int(moment.timestamp()) * 1_000_000_000 + moment.microsecond * 1000


def _run(operator: "Operator", out: str, kind: "TrafficFormat", truth: Path | None) -> "RunSummary":
    from ringfence.lab.simulate.run import simulate_to_file

    if not sys.stderr.isatty():
        return simulate_to_file(operator, out, kind=kind, truth_file=truth)
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Simulating", total=operator.end - operator.start)
        return simulate_to_file(
            operator,
            out,
            kind=kind,
            truth_file=truth,
            progress=lambda at: bar.update(task, completed=at - operator.start),
        )


def _show(summary: "RunSummary", *, to_stderr: bool) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(show_header=False, box=None)
    rows = {
        "Written": f"{summary.out} ({summary.format})",
        "Truth": summary.truth or "not written (--truth FILE)",
        "Calls": f"{summary.calls:,} in {summary.events:,} events",
        "Answered": f"{summary.asr:.0%}, {summary.acd_seconds:.0f} s on average",
        "Attacks": f"{summary.attacks} and {summary.drips} drips; {summary.rule_attacks} satisfy the rule",
        "Hotlines": f"{summary.hotline_bursts} bursts; {summary.fan_in_numbers} numbers satisfy the rule",
        "Time": f"{summary.seconds:.1f} s, {summary.events_per_second:,} events/s",
    }
    for name, value in rows.items():
        table.add_row(name, value)
    Console(stderr=to_stderr).print(table)


def add_to(app: typer.Typer) -> None:
    app.add_typer(simulate_app, name="simulate")
