"""`ringfence simulate content`: writes made-up messages, scams and honest ones, with the truth in each line."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from ringfence.cli.progress import counted
from ringfence.errors import BadInput

if TYPE_CHECKING:
    from ringfence.lab.messages.generator import Message


def _list_scripts(wanted: bool) -> None:
    if not wanted:
        return
    from ringfence.lab.messages.script import families

    for family in families():
        typer.echo(f"{family.name}\t{family.label}\t{family.type}\t{family.language}\t{family.channel}")
    raise typer.Exit


def content(
    scripts: Annotated[
        list[str] | None,
        typer.Argument(help="Scripts or families, by the beginning of their names. Default: all."),
    ] = None,
    out: Annotated[str, typer.Option(help="File to write, NDJSON; - is standard output.")] = "-",
    count: Annotated[int, typer.Option(min=1, max=100_000, help="Messages of each family.")] = 10,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 1,
    _scripts: Annotated[
        bool, typer.Option("--scripts", callback=_list_scripts, is_eager=True, help="List the families.")
    ] = False,
) -> None:
    """Messages and calls as scammers and honest senders have them, made up from scripts. Nobody gets any."""
    from ringfence.lab.messages.generator import messages
    from ringfence.lab.messages.script import families

    chosen = families(scripts or [])
    with _opened(out) as file, counted("Making up messages", len(chosen)) as done:
        for family in chosen:
            for message in messages(family, count, seed):
                file.write(json.dumps(_line(message), ensure_ascii=False) + "\n")
            done(1)


@contextmanager
def _opened(out: str) -> Iterator[TextIO]:
    if out == "-":
        yield sys.stdout
        return
    try:
        with Path(out).open("w", encoding="utf-8") as file:
            yield file
    except OSError as error:
        raise BadInput(f"cannot write {out}: {error.strerror}") from error


def _line(message: "Message") -> dict[str, Any]:
    return {
        "message": message.text,
        "label": message.label,
        "scam_type" if message.label == "scam" else "about": message.type,
        "language": message.language,
        "channel": message.channel,
        "family": message.family,
        "identifiers": [
            {"kind": one.kind, "value": one.normal, "surface": one.surface} for one in message.planted
        ],
    }
