"""`ringfence keys`: who may use the API. Works on the records, beside a running server or without one."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from ringfence.cli.person import who
from ringfence.model.key import Role

if TYPE_CHECKING:
    from ringfence.app.keyring import KeyRing
    from ringfence.model.key import ApiKey

keys = typer.Typer(no_args_is_help=True, help="Make, list and revoke API keys.")


@keys.command()
def create(
    role: Annotated[Role, typer.Option(help="What the key may do.")],
    name: Annotated[str, typer.Option(help="Whose it is; up to 64 characters.")],
) -> None:
    """Make a key and print it; it is shown this once."""
    with _ring() as ring:
        typer.echo(ring.create(name, role, who()))


@keys.command("list")
def list_keys(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show the keys, never their secrets."""
    with _ring() as ring:
        known = ring.all()
    if as_json:
        typer.echo(json.dumps({"keys": [_row(key) for key in known]}))
        return
    if not known:
        typer.echo("No keys yet: `ringfence keys create --role analyst --name NAME` makes one.", err=True)
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("name", "role", "created (UTC)", "revoked (UTC)")
    for key in known:
        # A name is anybody's text, and no markup.
        table.add_row(Text(key.name), key.role, _utc(key.created_at), _utc(key.revoked_at))
    Console().print(table)


@keys.command()
def revoke(name: Annotated[str, typer.Argument(help="The key's name.")]) -> None:
    """End a key; a running server stops taking it within a second."""
    with _ring() as ring:
        ring.revoke(name, who())
    typer.echo(f"Revoked {name}", err=True)


@contextmanager
def _ring() -> "Iterator[KeyRing]":
    from ringfence.app.build import open_keys, open_records
    from ringfence.settings import load_settings

    records = open_records(load_settings())
    try:
        yield open_keys(records)
    finally:
        records.close()


def _row(key: "ApiKey") -> dict[str, str | None]:
    return {
        "name": key.name,
        "role": key.role.value,
        "created_at": _utc(key.created_at),
        "revoked_at": _utc(key.revoked_at),
    }


def _utc(at: int | None) -> str | None:
    return None if at is None else time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at // 1_000_000_000))


def add_to(app: typer.Typer) -> None:
    app.add_typer(keys, name="keys")
