"""`ringfence verify`: card transactions, and simulated calls about them; beside a running server or without one."""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ringfence.errors import BadInput

if TYPE_CHECKING:
    from ringfence.ports import Records
    from ringfence.settings import Settings

_Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
_PAUSE_SECONDS = 0.3

verify = typer.Typer(
    no_args_is_help=True, help="Bring card transactions in, and call card holders in simulation."
)


@verify.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="JSON, as the older system wrote it, or CSV.")],
    as_json: _Json = False,
) -> None:
    """Bring transactions in; of each row that did not come in, say why."""
    from ringfence.api.transaction_views import import_view
    from ringfence.app.build import transaction_site
    from ringfence.app.transactions import import_file as bring_in
    from ringfence.cli.person import who

    body = _read(file)
    with _records() as (settings, records):
        reports = bring_in(body, transaction_site(settings), records, who(), time.time_ns())
    told = import_view(reports)
    if as_json:
        _print_json(told)
    else:
        from ringfence.cli.call_tables import show_import

        show_import(told)
    if told["refused"] and not told["imported"]:
        raise BadInput(f"Nothing of {file} came in")


@verify.command("list")
def list_transactions(
    search: Annotated[str | None, typer.Option(help="Every word is in some field.")] = None,
    status: Annotated[str | None, typer.Option(help="Resolved, for example; empty: not called yet.")] = None,
    as_json: _Json = False,
) -> None:
    """Show the transactions, cards and telephone numbers masked."""
    from ringfence.api.transaction_views import transaction_view
    from ringfence.app.transactions.rows import read_status
    from ringfence.model.key import Role
    from ringfence.ports import TransactionFilter

    wanted = TransactionFilter(search, None if status is None else read_status(status), whole_phones=False)
    with _records() as (_, records):
        found = [transaction_view(one, Role.VIEWER) for one in records.every_transaction(wanted)]
    if as_json:
        _print_json({"transactions": found, "total": len(found)})
    elif found:
        from ringfence.cli.call_tables import show_transactions

        show_transactions(found)
    elif search is None and status is None:
        typer.echo("No transactions yet: `ringfence verify import FILE` brings them in.", err=True)
    else:
        typer.echo("No transaction is like that.", err=True)


@verify.command()
def call(
    transaction_id: Annotated[str, typer.Argument(help="The transaction to ask about.")],
    simulate: Annotated[bool, typer.Option("--simulate", help="Nobody is rung: you answer, here.")] = False,
    as_json: _Json = False,
) -> None:
    """Answer a verification call yourself, by words or keys."""
    from ringfence.settings import load_settings

    settings = load_settings()
    if not simulate:
        raise BadInput(
            "Real calls are placed by the server: "
            f'curl -X POST {settings.url}/call/{transaction_id} -H "X-API-KEY: $KEY". '
            "With --simulate nobody is rung, and you answer here."
        )
    from ringfence.cli.call_tables import show_call
    from ringfence.cli.telephone import answer_call

    told = answer_call(settings, transaction_id, talk_aside=as_json)
    if as_json:
        _print_json(told)
    else:
        show_call(told)


@verify.command()
def demo(as_json: _Json = False) -> None:
    """Call made-up customers, one after the other, and show what becomes of each."""
    import asyncio

    from ringfence.cli.call_tables import show_demo, shown_talk
    from ringfence.lab.calls.demo import demo_settings, play
    from ringfence.lab.calls.views import demo_view
    from ringfence.settings import load_settings

    settings = load_settings()
    watched = (sys.stderr if as_json else sys.stdout).isatty()
    talk = shown_talk(aside=as_json)
    shown, findings = asyncio.run(play(settings, talk, _PAUSE_SECONDS if watched else 0))
    told = demo_view(shown, findings)
    if as_json:
        _print_json(told)
        return
    show_demo(told)
    typer.echo(f"What the demo kept lies in {demo_settings(settings).data_dir}", err=True)


@contextmanager
def _records() -> "Iterator[tuple[Settings, Records]]":
    from ringfence.app.build import open_records
    from ringfence.settings import load_settings

    settings = load_settings()
    records = open_records(settings)
    try:
        yield settings, records
    finally:
        records.close()


def _read(file: Path) -> bytes:
    from ringfence.app.transactions.files import MOST_BYTES

    try:
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise BadInput(f"Cannot read {file}: {error.strerror}") from None


def _print_json(told: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")


def add_to(app: typer.Typer) -> None:
    app.add_typer(verify, name="verify")
