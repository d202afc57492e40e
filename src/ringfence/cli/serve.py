"""`ringfence serve`: the server with everything in one process."""

from typing import Annotated

import typer


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes any free one.")
    ] = 8000,
) -> None:
    """Take events, answer the API, raise alerts; until Ctrl-C."""
    import logging
    import sys

    from ringfence.api.serving import serve as run
    from ringfence.app.build import build_server
    from ringfence.settings import load_settings

    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    for chatty in ("alembic", "uvicorn", "httpx"):  # the last would log the tokens of calls
        logging.getLogger(chatty).setLevel(logging.WARNING)
    server = build_server(load_settings())

    def ready(url: str) -> None:
        # Not before: a start that fails must not spend the one time that the key is shown.
        key = server.keys.first_admin()
        if key is not None:
            typer.echo("The admin key, shown this once:", err=True)
            typer.echo(key)
        typer.echo(f"Ringfence answers at {url}, documented at {url}/docs", err=True)

    run(server, host, port, ready)


def add_to(app: typer.Typer) -> None:
    app.command()(serve)
