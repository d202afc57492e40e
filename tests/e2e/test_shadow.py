"""A running server with a stricter threshold in its shadow: simulated traffic, the status, and the comparison."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx

from .test_serving import KEY, started

LIVE = '[signalling]\nmodel = "off"\n'
SHADOW = "[signalling.shadow]\nthreshold = 0.9\n"


def ringfence(folder: Path, *words: str) -> str:
    environ = os.environ | {"RINGFENCE_DATA_DIR": str(folder / "var"), "COLUMNS": "200"}
    command = [sys.executable, "-m", "ringfence", *words]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environ)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def pages(client: httpx.Client) -> list[dict[str, Any]]:
    alerts: list[dict[str, Any]] = []
    offset: int | None = 0
    while offset is not None:
        page = client.get(f"/api/v1/alerts?limit=500&offset={offset}").json()
        alerts += page["alerts"]
        offset = page["next"]
    return alerts


def judged(
    folder: Path, settings: str, traffic: Path
) -> tuple[list[dict[str, Any]], list[str], dict[str, Any]]:
    """Alerts, the actions on their calls, and the status of a server that took the traffic."""
    folder.mkdir()
    (folder / "ringfence.toml").write_text(settings)
    with started(folder) as (_, url), httpx.Client(base_url=url, headers=KEY, timeout=60) as client:
        taken = client.post(
            "/api/v1/events", content=traffic.read_bytes(), headers={"Content-Encoding": "gzip"}
        )
        assert taken.json()["accepted"] > 1_000
        alerts = pages(client)
        told = [client.get(f"/api/v1/alerts/{alert['alert_id']}/actions").json() for alert in alerts]
        status = client.get("/api/v1/model/status").json()
    actions = sorted(action["action_id"] for of_one in told for action in of_one["actions"])
    return alerts, actions, status


def calls(alerts: list[dict[str, Any]]) -> set[str]:
    return {call_id for alert in alerts for call_id in alert["suspect_call_ids"]}


def test_a_stricter_threshold_in_the_shadow_is_compared_and_decides_nothing(tmp_path: Path) -> None:
    words = "simulate masking --out day.ndjson.gz --hours 2 --seed 7 --calls-per-day 60000 --attacks 12 --hotlines 6"
    environ = os.environ | {"COLUMNS": "200"}
    subprocess.run([sys.executable, "-m", "ringfence", *words.split()], cwd=tmp_path, env=environ, check=True)
    alone, done, plain = judged(tmp_path / "alone", LIVE, tmp_path / "day.ndjson.gz")
    beside, also_done, status = judged(tmp_path / "beside", LIVE + SHADOW, tmp_path / "day.ndjson.gz")
    shadows = [alert.pop("shadow") for alert in beside]
    assert {alert.pop("shadow") for alert in alone} == {None}
    for alert in (*alone, *beside):
        del alert["closed_at"]
    assert beside == alone
    assert also_done == done != []
    assert plain["shadow"] is None

    live, strict = calls(beside), calls(shadows)
    masking = [alert["label"] == "masking" for alert in beside]
    held = [shadow["label"] == "masking" for shadow in shadows]
    assert status["shadow"] == {
        "method": "scorecard", "source": "off", "threshold": 0.9, "alerts": len(beside),
        "agree": sum(ours == theirs for ours, theirs in zip(masking, held, strict=True)),
        "live_alone": sum(masking) - sum(held), "shadow_alone": 0,
        "calls_live_alone": len(live - strict), "calls_shadow_alone": len(strict - live),
    }  # fmt: skip
    assert len(live - strict) > 10

    told = json.loads(
        ringfence(tmp_path / "beside", "compare", "--shadow", "--json", "--out", "calls.ndjson")
    )
    assert (told["alerts"], told["judged_by_both"]) == (len(beside), len(beside))
    assert told["methods"] == {"live": {"scorecard": len(beside)}, "shadow": {"scorecard": len(beside)}}
    ours, theirs = told["policies"]
    assert (ours["name"], ours["masking_alerts"], ours["calls_cut"]) == ("live", sum(masking), len(live))
    assert (theirs["name"], theirs["masking_alerts"], theirs["calls_cut"]) == (
        "shadow",
        sum(held),
        len(strict),
    )
    [change] = told["comparisons"]
    assert (change["policy"], change["relative_to"]) == ("shadow", "live")
    spared = [json.loads(line) for line in (tmp_path / "beside" / "calls.ndjson").read_text().splitlines()]
    assert {line["call_id"] for line in spared if line["change"] == "spared"} == live - strict
    assert change["no_longer_cut"]["calls"] == len(live - strict)
    shown = ringfence(tmp_path / "beside", "compare", "--shadow")
    for words in (f"{len(beside)} of them judged by both", "shadow against live:", "no longer cut:"):
        assert words in shown
    empty = ringfence(tmp_path / "alone", "compare", "--shadow")
    assert f"No alert has been judged by a shadow yet, of {len(alone)} in " in empty
