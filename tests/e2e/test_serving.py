"""A real server process on a loopback port: it starts, answers, ends well, and survives being killed."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

NOON = 1_768_478_400
KEY = {"X-API-KEY": "the-admin-of-this-test"}
START = """
import os

from ringfence.api.serving import serve
from ringfence.app.build import build_server
from ringfence.errors import RingfenceError
from ringfence.settings import load_settings

port = int(os.environ.get("TEST_PORT", 0))
try:
    serve(build_server(load_settings()), port=port, ready=lambda url: print(url, flush=True))
except RingfenceError as error:
    print("refused:", error.detail, flush=True)
"""
START_AND_COUNT = "import gc\n" + START.replace("url, flush", "len(gc.get_objects()), flush")
"""What Python looks through for garbage, in the place of the address."""


@contextmanager
def started(
    folder: Path, script: str = START, **variables: str
) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    environ = os.environ | {
        "RINGFENCE_DATA_DIR": str(folder / "var"),
        "RINGFENCE_ADMIN_KEY": KEY["X-API-KEY"],
        "RINGFENCE_DEFAULT_REGION": "US",
        **variables,
    }
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, env=environ, cwd=folder
    )
    assert process.stdout is not None
    try:
        yield process, process.stdout.readline().decode().strip()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def attack(number: int, callers: int = 6) -> list[dict[str, Any]]:
    return [
        {
            "event_type": "INVITE",
            "timestamp": NOON + number * 10 + n * 0.1,
            "a_number": f"+1202555{1000 + n}",
            "b_number": f"+1212555{number:04}",
            "call_id": f"{number}-{n}@gw",
        }
        for n in range(callers)
    ]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_well(tmp_path: Path, number: signal.Signals) -> None:
    with started(tmp_path) as (process, url):
        with httpx.Client(base_url=url, headers=KEY) as client:
            assert client.get("/health").json()["status"] == "ok"
            answers = [client.post("/event", json=told).json() for told in attack(0)]
        assert answers[-1]["status"] == "alert"
        process.send_signal(number)
        assert process.wait(15) == 0


def test_a_second_server_on_the_folder_is_refused_with_the_fix(tmp_path: Path) -> None:
    with started(tmp_path) as (first, _), started(tmp_path) as (second, told):
        assert told.startswith("refused:")
        assert str(first.pid) in told
        assert "RINGFENCE_DATA_DIR" in told
        assert second.wait(15) == 0


def test_no_request_waits_while_the_server_looks_through_all_that_it_is_made_of(tmp_path: Path) -> None:
    with started(tmp_path, START_AND_COUNT) as (_, looked_through):
        assert int(looked_through) < 10_000


def test_kill_in_the_middle_of_ingest_loses_no_acknowledged_alert(tmp_path: Path) -> None:
    acknowledged: dict[str, set[str]] = {}
    with started(tmp_path) as (process, url), httpx.Client(base_url=url, headers=KEY) as client:
        for number in range(40):
            for told in attack(number):
                alert = client.post("/event", json=told).json()["alert"]
                if alert:
                    acknowledged[alert["alert_id"]] = set(alert["call_ids"])
        lines = b"".join(json.dumps(told).encode() + b"\n" for n in range(100, 140) for told in attack(n))
        for alert in client.post("/api/v1/events", content=lines).json()["alerts"]:
            acknowledged[alert["alert_id"]] = set(alert["call_ids"])

        def endless() -> Iterator[bytes]:
            for number in range(200, 10_000):
                yield b"".join(json.dumps(told).encode() + b"\n" for told in attack(number))
                if number == 600:
                    process.kill()

        with contextlib.suppress(httpx.TransportError):
            client.post("/api/v1/events", content=endless())
    assert len(acknowledged) == 80

    with started(tmp_path) as (_, url), httpx.Client(base_url=url, headers=KEY) as client:
        for alert_id, call_ids in acknowledged.items():
            answer = client.get(f"/api/v1/alerts/{alert_id}")
            assert answer.status_code == 200
            assert call_ids <= set(answer.json()["call_ids"])
            assert answer.json()["closed_at"] is not None
        found = client.get("/api/v1/alerts?open=true").json()
        assert found["total"] == 0


def test_a_finding_that_was_answered_survives_a_kill(tmp_path: Path, messages_model: Path) -> None:
    message = {"message": "Your SBI account will be blocked, update KYC at http://sbi-kyc.top/x immediately"}
    with (
        started(tmp_path, RINGFENCE_CONTENT__MODEL=str(messages_model)) as (process, url),
        httpx.Client(base_url=url, headers=KEY, timeout=30) as client,
    ):
        told = client.post("/api/v1/analyze/text", json=message).json()
        process.kill()
    assert told["is_scam"]
    with started(tmp_path) as (_, url), httpx.Client(base_url=url, headers=KEY) as client:
        kept = client.get(f"/api/v1/findings/{told['finding']['finding_id']}")
        assert kept.json() == told["finding"]
