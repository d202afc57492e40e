"""The command line: one file a command, imported only when that command is asked for."""

import sys
from importlib import import_module
from typing import Annotated

import typer

_COMMANDS = (
    "analyze",
    "compare",
    "demo",
    "evaluate",
    "keys",
    "replay",
    "serve",
    "simulate",
    "suggest",
    "train",
    "verify",
)


def main(arguments: list[str] | None = None) -> None:
    """Runs a command and exits: 0 done, 1 an error of ours, 2 bad input or usage, 3 something is missing."""
    from ringfence.errors import RingfenceError, Unavailable

    words = sys.argv[1:] if arguments is None else arguments
    asked = next((word for word in words if not word.startswith("-")), "")
    app = _app((asked,) if asked in _COMMANDS else _COMMANDS)
    try:
        app(words, prog_name="ringfence")
    except RingfenceError as error:
        sys.stderr.write(f"ringfence: {error.detail}\n")
        sys.exit(3 if isinstance(error, Unavailable) else 2)


def _show_version(wanted: bool) -> None:
    if wanted:
        from ringfence import __version__

        typer.echo(f"ringfence {__version__}")
        raise typer.Exit


def _app(commands: tuple[str, ...]) -> typer.Typer:
    app = typer.Typer(
        no_args_is_help=True, add_completion=False, help="Ringfence defends people against phone scams."
    )

    @app.callback()
    def root(
        version: Annotated[bool, typer.Option("--version", is_eager=True, callback=_show_version)] = False,
    ) -> None:
        pass

    for name in commands:
        module = import_module(f"ringfence.cli.{name}")
        module.add_to(app)
    return app
