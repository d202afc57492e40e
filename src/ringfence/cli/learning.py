"""`ringfence evaluate labels` and `drift`: what the records of live traffic say of the detector.

They read the records beside a running server, or without one.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ringfence.errors import BadInput

if TYPE_CHECKING:
    from rich.console import Console

    from ringfence.lab.evaluate.drift import DriftReport, Reference
    from ringfence.lab.evaluate.labels import LabelReport
    from ringfence.ports import Records

Since = Annotated[
    str | None,
    typer.Option(metavar="TIME", help="Alerts that opened then or later: RFC 3339, or seconds since 1970."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the report as one JSON object.")]

_ROWS_SHOWN = 15
_LARGEST_MODEL = 16 << 20
_HOW_TO_LABEL = """No alert has a verdict yet, of {alerts:,}{since} in {place}.
Say what an alert was, with the key of an analyst:

  curl -X PATCH "$URL/api/v1/alerts/$ID" -H "X-API-KEY: $KEY" \\
    -H "Content-Type: application/json" -d '{{"verdict": "masking"}}'

or fan_in, or false_alarm. GET /api/v1/alerts lists the alerts."""


def labels(since: Since = None, as_json: AsJson = False) -> None:
    """Say how often the detector was right, by what analysts said of its alerts."""
    from ringfence.lab.evaluate.labels import LabelReport

    with kept_records() as (records, place):
        report = LabelReport.of(records.reviews(since_instant(since)))
    if as_json:
        sys.stdout.write(json.dumps(asdict(report)) + "\n")
    elif report.labelled:
        _show_labels(report)
    else:
        told = "" if since is None else f" since {since}"
        typer.echo(_HOW_TO_LABEL.format(alerts=report.alerts, since=told, place=place))


def _show_labels(report: "LabelReport") -> None:
    from rich.console import Console

    from ringfence.lab.evaluate import live_table as words

    console = Console()
    _say(console, f"{report.labelled:,} of {report.alerts:,} alerts have a verdict.")
    for parted_by, rows in words.label_tables(report):
        _print_table(console, (parted_by, *words.VERDICT_HEAD), rows)
    for note in words.label_notes(report):
        _say(console, note)


def drift(
    model: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The model file to compare with; without it, the one that judges (signalling.model).",
        ),
    ] = None,
    since: Since = None,
    as_json: AsJson = False,
) -> None:
    """Say how far the features of live alerts have moved from those that the model was trained on."""
    from ringfence.lab.evaluate.drift import DriftReport

    reference = _reference(model)
    with kept_records() as (records, _):
        report = DriftReport.of(reference, records.reviews(since_instant(since)))
    if as_json:
        sys.stdout.write(json.dumps(asdict(report)) + "\n")
    else:
        _show_drift(report)


def _reference(model: Path | None) -> "Reference":
    """What the model that is named was trained on, else the one of the settings."""
    from ringfence.lab.evaluate.drift import Reference

    if model is None:
        from ringfence.app.scoring import read_scorer
        from ringfence.settings import load_settings

        scorer = read_scorer(load_settings().signalling)
        if scorer.model is None:
            raise BadInput("No trained model judges here: name one with --model FILE")
        return Reference.read(scorer.file, scorer.method)
    try:
        with model.open("rb") as file:
            data = file.read(_LARGEST_MODEL + 1)
    except (OSError, ValueError) as error:  # a ValueError for a path that holds a zero byte
        reason = error.strerror if isinstance(error, OSError) else error
        raise BadInput(f"Cannot read the model file {model}: {reason}", code="file_unreadable") from None
    if len(data) > _LARGEST_MODEL:
        raise BadInput(f"Cannot use the model file {model}: it is over 16 MiB", code="model_too_large")
    return Reference.read(data, str(model))


def _show_drift(report: "DriftReport") -> None:
    from rich.console import Console

    from ringfence.lab.evaluate import live_table as words

    console = Console()
    if not report.enough:
        _say(console, words.too_few_rows(report) + ".")
        return
    _say(console, words.drift_headline(report) + ".")
    _print_table(console, words.DRIFT_HEAD, [words.drift_row(told) for told in report.features])
    largest = report.features[0]
    _say(console, f"The largest move, {largest.feature}:")
    _print_table(console, words.BIN_HEAD, [words.bin_row(part) for part in largest.bins])


def _say(console: "Console", text: str) -> None:
    console.print(text, highlight=False, markup=False)


def _print_table(console: "Console", head: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    """The first rows; a large site has hundreds of trunks."""
    from rich.table import Table
    from rich.text import Text

    table = Table(*head)
    for row in rows[:_ROWS_SHOWN]:
        # A trunk's name is anybody's text, and no markup.
        table.add_row(*map(Text, row))
    console.print(table)
    if len(rows) > _ROWS_SHOWN:
        _say(console, f"… and {len(rows) - _ROWS_SHOWN:,} more: --json tells all")


def since_instant(since: str | None) -> int | None:
    from ringfence.api.views import instant_of

    return None if since is None else instant_of("--since", since)


@contextmanager
def kept_records() -> "Iterator[tuple[Records, str]]":
    """The records, and where they lie."""
    from ringfence.app.build import open_records
    from ringfence.settings import load_settings

    settings = load_settings()
    records = open_records(settings)
    try:
        yield records, settings.records_url.removeprefix("sqlite:///")
    finally:
        records.close()
