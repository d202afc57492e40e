"""Calls at a running server, an analyst's verdicts, and what the commands beside it make of them."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx

from .test_serving import KEY, NOON, started


def burst(number: int, callers: list[str], trunk: str) -> list[dict[str, Any]]:
    return [
        {
            "event_type": "INVITE",
            "timestamp": NOON + number * 100 + n * 0.3,
            "a_number": a_number,
            "b_number": f"+1212555{number:04}",
            "call_id": f"{number}-{n}@gw",
            "trunk": trunk,
        }
        for n, a_number in enumerate(callers)
    ]


SEQUENTIAL = [f"+1202555{1000 + n}" for n in range(6)]
SCATTERED = ["+12125551100", "+12155551277", "+13055551454", "+14155551631", "+17135551808", "+16175551985"]


def evaluate(folder: Path, *words: str) -> str:
    command = [sys.executable, "-m", "ringfence", "evaluate", *words]
    environ = os.environ | {"RINGFENCE_DATA_DIR": str(folder / "var"), "COLUMNS": "200"}
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environ)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_verdicts_given_over_http_are_a_precision_beside_the_running_server(tmp_path: Path) -> None:
    bursts = [
        burst(1, SEQUENTIAL, "carrier-7"),
        burst(2, SEQUENTIAL, "carrier-7"),
        burst(3, SCATTERED, "carrier-9"),
    ]
    said = {1: "masking", 2: "false_alarm", 3: "masking"}
    with started(tmp_path) as (_, url), httpx.Client(base_url=url, headers=KEY) as client:
        lines = b"".join(json.dumps(told).encode() + b"\n" for calls in bursts for told in calls)
        alerts = client.post("/api/v1/events", content=lines).json()["alerts"]
        ids = {int(alert["b_number"][-4:]): alert["alert_id"] for alert in alerts}
        assert "No alert has a verdict yet, of 3" in evaluate(tmp_path, "labels")
        for number, verdict in said.items():
            client.patch(f"/api/v1/alerts/{ids[number]}", json={"verdict": verdict}).raise_for_status()
        report = json.loads(evaluate(tmp_path, "labels", "--json"))
        shown = evaluate(tmp_path, "--from-labels")
        assert json.loads(evaluate(tmp_path, "masking", "--from-labels", "--json")) == report
        client.patch(f"/api/v1/alerts/{ids[2]}", json={"verdict": None}).raise_for_status()
        fewer = json.loads(evaluate(tmp_path, "labels", "--since", str(NOON + 150), "--json"))
    assert (report["alerts"], report["labelled"], report["all"]["precision"]) == (3, 3, 0.5)
    assert report["missed"] == [ids[3]]
    assert report["by_trunk"]["carrier-7"]["taken"] == 2
    assert report["by_trunk"]["carrier-9"]["missed"] == 1
    (scenario,) = (name for name, told in report["by_scenario"].items() if told["taken"])
    assert scenario.startswith("one trunk · ")
    for words in ("3 of 3 alerts have a verdict", "50.0% (few)", "carrier-7", scenario, f"Missed: {ids[3]}"):
        assert words in shown
    assert (fewer["alerts"], fewer["labelled"], fewer["all"]["taken"]) == (2, 1, 0)
