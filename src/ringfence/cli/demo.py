"""`ringfence demo`: the server, fed with a simulated operator's traffic, and the alerts as they rise."""

import secrets
import threading
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

_COLOURS = {"LOW": "cyan", "MEDIUM": "yellow", "HIGH": "red", "CRITICAL": "bold red"}


def demo(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes any free one.")
    ] = 8000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same traffic.")] = 1,
) -> None:
    """Serve and feed yourself made-up traffic, so that alerts rise within seconds; until Ctrl-C."""
    from pydantic import SecretStr
    from rich.console import Console

    from ringfence.api.serving import serve
    from ringfence.app.build import build_server
    from ringfence.lab.demo import Feeder, live_events
    from ringfence.model.key import Role
    from ringfence.settings import PolicySettings, load_settings

    settings = load_settings()
    admin = settings.admin_key or SecretStr("rf_demo_" + secrets.token_urlsafe(16))
    # A simulated hour of attacks would use up the cap on cut calls, and what is shown would be its flags.
    policies = settings.policies or [PolicySettings(disconnects_per_minute=100_000)]
    settings = settings.model_copy(
        update={
            "data_dir": settings.data_dir / "demo",
            "records": "",
            "admin_key": admin,
            "policies": policies,
        }
    )
    # The same seed calls from the same numbers again, which would not be new to a second run.
    server = build_server(settings, remember=False)
    feed_key = secrets.token_urlsafe(16)
    server.keys.fix("demo feed", Role.INGEST, feed_key)
    console = Console()
    feeders: list[Feeder] = []

    def ready(url: str) -> None:
        _greet(console, url, admin.get_secret_value())
        feeder = Feeder(url, feed_key, live_events(seed, time.time_ns()), Ticker(console))
        feeders.append(feeder)
        feeder.start()

    def ending() -> None:
        for feeder in feeders:
            feeder.stop()

    serve(server, host, port, ready, ending)
    for feeder in feeders:
        feeder.join()
        if feeder.error:
            console.print(f"The traffic stopped: {feeder.error}", markup=False)
    console.print(f"Ended. What the demo kept lies in {settings.data_dir}", markup=False)


def _greet(console: "Console", url: str, key: str) -> None:
    from rich.markup import escape

    console.print(
        f"[bold]Ringfence[/bold] answers at [bold]{url}[/bold], documented at {url}/docs", soft_wrap=True
    )
    shown = escape(key)
    console.print(f"Key (admin, for this run): [bold]{shown}[/bold]", highlight=False, soft_wrap=True)
    console.print(
        f"Try: curl -H 'X-API-KEY: {shown}' '{url}/api/v1/alerts?limit=3'", highlight=False, soft_wrap=True
    )
    console.print(
        "A simulated operator's calls are coming in. Alerts show below, and what would be done: "
        "this is a dry run, no call is touched. Ctrl-C ends it.\n",
        soft_wrap=True,
    )


class Ticker:
    """Prints an alert when it rises and when its severity does; called from the feeder's thread."""

    def __init__(self, console: "Console") -> None:
        self._console = console
        self._shown: dict[str, tuple[str, str]] = {}
        self._lock = threading.Lock()

    def __call__(self, alert: dict[str, Any]) -> None:
        from rich.markup import escape

        state = (str(alert["label"]), str(alert["severity"]))
        with self._lock:
            if self._shown.get(alert["alert_id"]) == state:
                return
            self._shown[alert["alert_id"]] = state
        colour = _COLOURS[alert["severity"]]
        opened = str(alert["opened_at"])[11:19]
        severity = f"[{colour}]{alert['severity']:<8}[/{colour}]"
        head = f"{opened} {severity} {alert['label']:<8} {escape(alert['b_number']):<16}"
        why = escape("; ".join(alert["reasons"]))
        self._console.print(f"{head} {why} → {alert['action']}", soft_wrap=True, highlight=False)


def add_to(app: typer.Typer) -> None:
    app.command()(demo)
