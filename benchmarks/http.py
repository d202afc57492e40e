"""Requests a second that `POST /event` answers, beside a FastAPI route that only validates the same body."""

import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

CONNECTIONS = 32


@dataclass(frozen=True, slots=True)
class Http:
    """Requests a second over 32 connections; milliseconds over one."""

    event: float
    fastapi: float
    ratio: float
    median: float
    p99: float


def run(seconds: int, rounds: int) -> Http | None:
    """Nothing where wrk, which makes the load, is not installed."""
    if shutil.which("wrk") is None:
        print("  http: skipped, wrk is not installed", flush=True)
        return None
    key = secrets.token_urlsafe(32)
    with tempfile.TemporaryDirectory() as folder:
        settings = {**os.environ, "RINGFENCE_DATA_DIR": folder, "RINGFENCE_ADMIN_KEY": key}
        ringfence = str(Path(sys.executable).with_name("ringfence"))
        with (
            serving([ringfence, "serve", "--port"], settings) as ours,
            serving([sys.executable, "-m", "benchmarks.http_plain"], settings) as plain,
        ):
            rates: dict[int, list[float]] = {ours: [], plain: []}
            for number in range(rounds):
                print(f"  http: round {number + 1} of {rounds}", flush=True)
                for port, found in rates.items():
                    found.append(_load(port, CONNECTIONS, seconds, settings)[0])
            _, middle, late = _load(ours, 1, seconds, settings)
    ratio = median(fast / slow for fast, slow in zip(rates[ours], rates[plain], strict=True))
    return Http(median(rates[ours]), median(rates[plain]), ratio, middle, late)


def _load(port: int, connections: int, seconds: int, settings: dict[str, str]) -> tuple[float, float, float]:
    """Requests a second; median and 99th percentile of the answer's time in milliseconds."""
    script = str(Path(__file__).with_name("event.lua"))
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", script]
    told = subprocess.run(
        [*command, f"http://127.0.0.1:{port}"], check=True, capture_output=True, text=True, env=settings
    ).stdout
    if "Non-2xx" in told or "Socket errors" in told:
        raise RuntimeError(told)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", told)
    middle, late = (re.search(rf"{share}%\s+([\d.]+)(us|ms|s)", told) for share in (50, 99))
    if rate is None or middle is None or late is None:
        raise RuntimeError(told)
    return float(rate[1]), _milliseconds(middle), _milliseconds(late)


def _milliseconds(found: re.Match[str]) -> float:
    return float(found[1]) * {"us": 1e-3, "ms": 1.0, "s": 1e3}[found[2]]


@contextmanager
def serving(command: list[str], settings: dict[str, str]) -> Iterator[int]:
    """A server's port, once it takes connections."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    process = subprocess.Popen([*command, str(port)], env=settings, stderr=subprocess.DEVNULL)
    try:
        _wait(port)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def _wait(port: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(f"nothing listens on port {port} after 30 s")
