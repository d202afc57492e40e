"""A server that starts again knows who called before, however it ended."""

import json
import signal
from pathlib import Path
from typing import Any

import httpx

from .test_serving import KEY, NOON, started

HOTLINE = "+12125550100"


def post(url: str, minutes: range) -> None:
    """Three callers ring the hotline within a second, once a minute."""
    calls: list[dict[str, Any]] = [
        {
            "event_type": "INVITE",
            "timestamp": NOON + minute * 60 + n * 0.3,
            "a_number": f"+1202555{minute:03}{n}",
            "b_number": HOTLINE,
            "call_id": f"{minute}-{n}@gw",
        }
        for minute in minutes
        for n in range(3)
    ]
    lines = b"".join(json.dumps(call).encode() + b"\n" for call in calls)
    answer = httpx.post(f"{url}/api/v1/events", content=lines, headers=KEY).json()
    assert answer["accepted"] == len(calls)


def windows_kept(folder: Path) -> int:
    from ringfence_engine import Engine

    engine = Engine(region="US")
    engine.restore((folder / "var" / "learnt.bin").read_bytes())
    usual = engine.usual(HOTLINE)
    return 0 if usual is None else usual.windows


def test_a_stop_keeps_all_and_a_kill_loses_only_what_came_since_the_last_write(tmp_path: Path) -> None:
    with started(tmp_path) as (process, url):
        post(url, range(10))
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
    assert windows_kept(tmp_path) == 9
    assert (tmp_path / "var" / "learnt.bin").stat().st_mode & 0o777 == 0o600
    with started(tmp_path) as (process, url):
        post(url, range(20, 30))
        process.kill()
        process.wait()
    assert windows_kept(tmp_path) == 9, "not yet written, and not damaged"
    with started(tmp_path) as (process, url):
        post(url, range(40, 50))
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
    assert windows_kept(tmp_path) == 19
