"""`ringfence replay`: recorded traffic through the detector, without a server."""

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ringfence.cli.traffic import check_outputs, counted, inputs, mishaps, size, timeless, write_lines
from ringfence.model.policy import Decide, Deed

if TYPE_CHECKING:
    from ringfence.app.replay import ReplayResult
    from ringfence.model.alert import Alert
    from ringfence.settings import Settings


_SHOWN = 10
_NO_SCORES = (
    "signalling.features is off, so no call gets a score and --decide score acts on none: "
    "add --decide rule, or turn the features on (RINGFENCE_SIGNALLING__FEATURES=on)"
)


def replay(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE", help="NDJSON events, pcap, pcapng or SIP text; gzip or not; - is standard input."
        ),
    ],
    alerts: Annotated[
        Path | None, typer.Option(help="Write the alerts here, one JSON object a line.")
    ] = None,
    actions: Annotated[
        Path | None, typer.Option(help="Write the actions here, one JSON object a line.")
    ] = None,
    decide: Annotated[
        Decide, typer.Option(help="Act on every alert's calls, or on suspect calls only.")
    ] = Decide.SCORE,
    policy: Annotated[Deed, typer.Option(help="How far to go.")] = Deed.DISCONNECT,
    window: Annotated[
        float | None, typer.Option(min=1, max=300, help="Seconds the window reaches back.")
    ] = None,
    threshold: Annotated[
        int | None, typer.Option(min=2, max=1000, help="Distinct callers that open an alert.")
    ] = None,
    cap: Annotated[
        int | None, typer.Option(min=0, help="Most calls cut in a minute; without it, no cap.")
    ] = None,
    sort: Annotated[
        bool, typer.Option("--sort", help="Put the whole input into order of time first.")
    ] = False,
    store: Annotated[
        bool, typer.Option("--store", help="Keep alerts and actions in the data folder.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as one JSON object.")] = False,
) -> None:
    """Judge recorded traffic and say what would have been alerted and cut."""
    from ringfence.settings import load_settings

    settings = _overridden(load_settings(), window, threshold)
    files = inputs(files)
    check_outputs([path for path in (alerts, actions) if path is not None], files)
    if decide is Decide.SCORE and policy is not Deed.MONITOR and not settings.signalling.features:
        typer.echo(_NO_SCORES, err=True)
    started = time.perf_counter()
    result = _run(settings, files, decide=decide, deed=policy, cap=cap, sort=sort)
    seconds = time.perf_counter() - started
    if alerts is not None:
        write_lines(alerts, _alert_lines(result))
    if actions is not None:
        write_lines(actions, _action_lines(result))
    if store:
        _store(settings, result)
    summary = _summary(files, result, seconds)
    if told := timeless(result.summary.messages, result.malformed):
        typer.echo(told, err=True)
    if as_json:
        sys.stdout.write(json.dumps(summary) + "\n")
    else:
        _show(result, summary)


def _overridden(settings: "Settings", window: float | None, threshold: int | None) -> "Settings":
    update: dict[str, Any] = {}
    if window is not None:
        update["window_seconds"] = window
    if threshold is not None:
        update["threshold"] = threshold
    signalling = settings.signalling.model_copy(update=update)
    return settings.model_copy(update={"signalling": signalling})


def _run(
    settings: "Settings",
    files: list[Path],
    *,
    decide: Decide,
    deed: Deed,
    cap: int | None,
    sort: bool,
) -> "ReplayResult":
    from ringfence.app.detection import build_replay
    from ringfence.cli.progress import reading

    reader = build_replay(settings, decide=decide, deed=deed, cap=cap, sort=sort, now=time.time_ns())
    with reading("Replaying", size(files)) as progress:
        for path in files:
            reader.read(path, progress)
        return reader.finish()


def _summary(files: list[Path], result: "ReplayResult", seconds: float) -> dict[str, Any]:
    counts = result.summary
    return {
        "files": len(files),
        "messages": counts.messages,
        "methods": dict(counts.methods),
        "resends": counts.resends,
        "call_ids": counts.call_ids,
        "events": counts.events,
        "calls": counts.calls,
        "late": counts.late,
        "past_window": counts.past_window,
        "malformed": result.malformed,
        "alerts": len(result.alerts),
        "actions": len(result.actions),
        "seconds": round(seconds, 6),
        "events_per_second": round(counts.events / seconds, 1) if seconds else 0.0,
    }


def _alert_lines(result: "ReplayResult") -> list[dict[str, Any]]:
    from ringfence.api.views import alert_view
    from ringfence.model.key import Role

    return [alert_view(alert, Role.ADMIN) for alert in result.alerts]


def _action_lines(result: "ReplayResult") -> list[dict[str, Any]]:
    from ringfence.api.views import action_view
    from ringfence.model.key import Role

    return [action_view(action, told, Role.ADMIN) for action, told in result.actions]


def _store(settings: "Settings", result: "ReplayResult") -> None:
    from ringfence.app.build import open_records

    records = open_records(settings)
    try:
        decided = [action for action, _ in result.actions]
        records.write(result.alerts, decided, [told for _, told in result.actions]).result()
    finally:
        records.close()


def _show(result: "ReplayResult", summary: dict[str, Any]) -> None:
    """Totals first, then the gravest alerts: a long table would push them out of sight."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    for line in (_line(summary), *mishaps(result.summary, result.malformed)):
        console.print(line)
    if not result.alerts:
        console.print("No B-number had enough distinct callers in the window: no alert.")
        return
    table = Table("alert", "what", "why", show_lines=True)
    for alert in sorted(result.alerts, key=_gravity, reverse=True)[:_SHOWN]:
        # All of it is text: what callers choose must not be read as markup.
        table.add_row(*map(Text, _cells(alert)))
    console.print(table)
    if len(result.alerts) > _SHOWN:
        more = len(result.alerts) - _SHOWN
        console.print(f"… the gravest first, and {more:,} more: --alerts FILE writes them all")


def _gravity(alert: "Alert") -> tuple[int, float, int, int]:
    """The graver, the higher; of two alike the earlier is the graver."""
    rank = list(type(alert.severity)).index(alert.severity)
    return rank, alert.masking_probability, alert.distinct_callers, -alert.opened_at


def _cells(alert: "Alert") -> tuple[str, str, str]:
    from ringfence.api.views import shown_probability
    from ringfence.signalling import describe
    from ringfence.signalling.wording import name, plural

    opened = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(alert.opened_at // 1_000_000_000))
    callers = plural(alert.distinct_callers, "caller")
    calls = plural(len(alert.calls) + alert.more_calls, "call")
    probability = shown_probability(alert.masking_probability)
    return (
        f"{opened} UTC\n{name(alert.b_number)}",
        f"{alert.label}, {alert.severity}\n{callers}, {calls}\nprobability {probability:.4g}",
        describe(alert),
    )


def _line(summary: dict[str, Any]) -> str:
    parts = [counted(summary["events"], "event"), counted(summary["calls"], "call")]
    if summary["messages"]:
        parts.append(f"{counted(summary['messages'], 'SIP message')} ({summary['resends']:,} resent)")
    parts += [counted(summary["alerts"], "alert"), counted(summary["actions"], "action") + " (dry run)"]
    return ", ".join(parts) + f" in {summary['seconds']:.2f} s, {summary['events_per_second']:,.0f} events/s"


def add_to(app: typer.Typer) -> None:
    app.command()(replay)
