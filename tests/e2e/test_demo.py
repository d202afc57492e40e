"""`ringfence demo` as a first-time user meets it: an address, a key, alerts in seconds, a clean end."""

import os
import re
import selectors
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx

PATIENCE = 30.0


def read_until(process: subprocess.Popen[bytes], pattern: str, so_far: str) -> str:
    """The output up to the first match; it must come in time."""
    assert process.stdout is not None
    deadline = time.monotonic() + PATIENCE
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while not re.search(pattern, so_far):
            assert selector.select(deadline - time.monotonic()), f"no {pattern} in: {so_far}"
            so_far += os.read(process.stdout.fileno(), 65_536).decode()
    return so_far


def test_alerts_rise_within_seconds_and_the_api_answers_for_them(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "ringfence", "demo", "--port", "0"]
    environ = os.environ | {"COLUMNS": "400"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=tmp_path, env=environ)
    try:
        told = read_until(process, r"masking .* → disconnect", "")
        url = re.search(r"http://127\.0\.0\.1:\d+", told)
        key = re.search(r"rf_demo_\S+", told)
        assert url is not None
        assert key is not None
        page = httpx.get(f"{url[0]}/api/v1/alerts", headers={"X-API-KEY": key[0]}, timeout=10).json()
        assert any(alert["label"] == "masking" and alert["reasons"] for alert in page["alerts"])
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
        assert process.stdout is not None
        assert "traffic stopped" not in process.stdout.read().decode()
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
    assert (tmp_path / "var" / "demo" / "ringfence.db").exists()
