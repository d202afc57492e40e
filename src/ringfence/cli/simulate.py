"""`ringfence simulate masking`: writes traffic to try the detector on, with the truth beside it."""

import json
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ringfence.cli.simulate_content import content
from ringfence.errors import BadInput

if TYPE_CHECKING:
    from ringfence.lab.simulate.operator import Operator
    from ringfence.lab.simulate.profiles import Profile
    from ringfence.lab.simulate.run import RunSummary
    from ringfence.lab.simulate.writers import TrafficFormat

_DEFAULT = "Default: the profile's; of the standard ones "

simulate_app = typer.Typer(
    no_args_is_help=True, help="Write made-up traffic and messages with a known truth."
)


simulate_app.command()(content)


def _list_profiles(wanted: bool) -> None:
    """Prints the operators that have names of their own and the first of those that are drawn."""
    if not wanted:
        return
    from ringfence.lab.simulate.profiles import drawn_profile, named_profile
    from ringfence.lab.simulate.ranges import Split

    profiles = [named_profile(f"standard-{region}") for region in ("in", "gb", "us")]
    profiles += [drawn_profile(split, number) for split in Split for number in range(_LISTED)]
    _show_profiles(profiles)
    raise typer.Exit


_LISTED = 8


@simulate_app.command()
def masking(
    out: Annotated[
        str, typer.Option(help="File to write (.ndjson, .pcap, either with .gz); - is standard output.")
    ],
    truth: Annotated[Path | None, typer.Option(help="File for the planted truth, NDJSON.")] = None,
    format_: Annotated[
        str | None, typer.Option("--format", help="ndjson or pcap; by the file's extension where not given.")
    ] = None,
    profile: Annotated[
        str | None, typer.Option(help="The operator: standard-in, or one of a split, such as test-12.")
    ] = None,
    split: Annotated[
        str | None, typer.Option(help="train, validation or test: its operator with the seed as number.")
    ] = None,
    hours: Annotated[float | None, typer.Option(help=f"Length of the run. {_DEFAULT}24.")] = None,
    start: Annotated[
        str | None, typer.Option(help=f"Beginning, ISO 8601 with zone. {_DEFAULT}2026-01-05T00:00:00Z.")
    ] = None,
    calls_per_day: Annotated[
        int | None, typer.Option(help=f"Ordinary calls of a working day. {_DEFAULT}200000.")
    ] = None,
    attacks: Annotated[
        int | None,
        typer.Option(help=f"Planted attacks; a drip under the rule comes with every five. {_DEFAULT}40."),
    ] = None,
    hotlines: Annotated[
        int | None, typer.Option(help=f"Numbers with bursts of true callers. {_DEFAULT}8.")
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 1,
    json_: Annotated[bool, typer.Option("--json", help="Print the summary as one JSON object.")] = False,
    _profiles: Annotated[
        bool, typer.Option("--profiles", callback=_list_profiles, is_eager=True, help="List operators.")
    ] = False,
) -> None:
    """A run in an operator's life: ordinary calls, hotlines, and masking attacks. Nothing is dialled."""
    from ringfence.lab.simulate.operator import Operator
    from ringfence.lab.simulate.profiles import named_profile

    try:
        if out == "-" and json_:
            raise BadInput("--json and --out - both want standard output: give --out a file")
        kind = _format(out, format_)
        operator = Operator.of_profile(
            named_profile(_profile_name(profile, split, seed), calls_per_day),
            seed,
            start=None if start is None else _instant(start),
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


def _profile_name(profile: str | None, split: str | None, seed: int) -> str:
    from ringfence.lab.simulate.ranges import Split

    if split is None:
        return profile or "standard-in"
    if profile is not None:
        raise BadInput("--profile names the operator already: leave --split away")
    if split not in list(Split) or seed < 0:
        raise BadInput(f"--split is one of {', '.join(Split)}, with a seed of 0 or more")
    return f"{split}-{seed}"


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


def _show_profiles(profiles: "list[Profile]") -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None)
    for name in ("profile", "country", "network", "carriers", "calls/day", "hours", "attacks", "hotlines"):
        table.add_column(name, justify="left" if name in ("profile", "network") else "right", no_wrap=True)
    for one in profiles:
        figures = (
            len(one.plan.carriers),
            f"{one.calls_per_day:,}",
            f"{one.hours:g}",
            one.attacks,
            one.hotlines,
        )
        table.add_row(one.name, one.plan.region, one.layout, *map(str, figures))
    console = Console()
    console.print(table)
    console.print("and so on: every number of a split is another operator, the same each time.")


def add_to(app: typer.Typer) -> None:
    app.add_typer(simulate_app, name="simulate")
