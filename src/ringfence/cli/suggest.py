"""`ringfence suggest`: called numbers that may belong on the allow list.

It reads the records and what the engine has kept, beside a running server or without one.
"""

import json
import sys
import time
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.table import Table

    from ringfence.signalling import Suggestion

_NONE_YET = """No called number looks like a hotline in {place}.
One is suggested that had {bursts} bursts or more on {days} days, none of them in doubt. {all}"""
_ACCEPT = """Nothing is allowed yet. To allow one, with the key of a supervisor:

  curl "$URL/api/v1/lists" -H "X-API-KEY: $KEY" -H "Content-Type: application/json" \\
    -d '{body}'"""


def suggest(
    everything: Annotated[
        bool, typer.Option("--all", help="Also numbers that something speaks against, and what.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Name the called numbers that look like hotlines, for the allow list. Allows nothing by itself."""
    from ringfence.api.routes.suggestions import suggestions_view

    found, place = _found()
    if as_json:
        sys.stdout.write(json.dumps(suggestions_view(found, everything=everything)) + "\n")
        return
    shown = [one for one in found if everything or one.suggested]
    if shown:
        _show(shown)
    else:
        _say_none(found, place)


def _found() -> "tuple[tuple[Suggestion, ...], str]":
    """What is suggested, and where the records lie."""
    from ringfence.app.build import open_learnt, open_records
    from ringfence.app.scoring import costs_of, read_scorer, said_of
    from ringfence.app.site import SiteRules
    from ringfence.app.suggestions import suggestions
    from ringfence.settings import load_settings

    settings, now = load_settings(), time.time_ns()
    engine = open_learnt(settings)
    records = open_records(settings)
    try:
        fixed = [entry.entry() for entry in settings.lists]
        scorer = read_scorer(settings.signalling)
        costs = costs_of(settings.signalling, scorer, said_of(scorer))
        rules = SiteRules(engine, records, settings.policy_table, fixed, now, costs)
        found = suggestions(records, engine, (entry for entry, _ in rules.entries()), now)
    finally:
        records.close()
    return found, settings.records_url.removeprefix("sqlite:///")


def _say_none(found: "tuple[Suggestion, ...]", place: str) -> None:
    from ringfence.signalling import LEAST_BURSTS, LEAST_DAYS

    more = f"--all names {len(found)} that something speaks against." if found else ""
    told = _NONE_YET.format(place=place, bursts=LEAST_BURSTS, days=LEAST_DAYS, all=more)
    typer.echo(told.rstrip(), err=True)


def _show(shown: "list[Suggestion]") -> None:
    from rich.console import Console

    from ringfence.api.routes.suggestions import entry_of

    console = Console()
    console.print(_table(shown))
    first = next((one for one in shown if one.suggested), None)
    if first is not None:
        body = json.dumps(entry_of(first), ensure_ascii=False).replace("'", "'\\''")
        console.print(_ACCEPT.format(body=body), highlight=False, markup=False, soft_wrap=True)


def _table(shown: "list[Suggestion]") -> "Table":
    from rich.table import Table
    from rich.text import Text

    table = Table("called number", "bursts", "days", "why, and what speaks against", show_lines=True)
    for one in shown:
        reasons = [*one.why, *(f"BUT: {reason}" for reason in one.against)]
        # A called number may be any text, and is no markup.
        table.add_row(
            Text(one.number.b_number), str(one.number.bursts), str(one.number.days), Text("\n".join(reasons))
        )
    return table


def add_to(app: typer.Typer) -> None:
    app.command()(suggest)
