"""A server on its defaults: a call is ordered, a simulated telephone rings, and is answered over the API."""

import json
import signal
import time
from pathlib import Path
from typing import Any

import httpx
from tests.made_up import ASHA_ROW

from .test_serving import KEY, started

PATIENCE = 15.0


def until(client: httpx.Client, path: str, wanted: str) -> Any:
    """What the path answers once `wanted` is in it."""
    deadline = time.monotonic() + PATIENCE
    while wanted not in (answer := client.get(path)).text:
        assert time.monotonic() < deadline, answer.text
    return answer.json()


def test_a_call_is_answered_and_what_came_of_it_stands_in_every_place(tmp_path: Path) -> None:
    with (
        started(tmp_path, RINGFENCE_TELEPHONY__QUIET_HOURS="") as (process, url),
        httpx.Client(base_url=url, headers=KEY) as client,
    ):
        client.post("/api/v1/transactions/import", content=json.dumps([ASHA_ROW])).raise_for_status()
        ordered = client.post("/call/TXN001").json()
        assert ordered["ok"] is True
        assert client.get("/transactions").json()[0]["action"] == "Connecting"
        assert client.post("/call/TXN001").json()["code"] == "call_running"
        (phone,) = until(client, "/api/v1/phones", "ringing")["phones"]
        path = f"/api/v1/phones/{phone['provider_id']}"
        heard = client.post(f"{path}/pick-up", json={"as": "human"}).json()
        assert heard["lines"][1]["text"] == "Am I speaking with Asha Rao?"
        for said in ({"speech": "yes"}, {"speech": "no I did not"}, {"digits": "2"}, {}, {"digits": "1"}):
            heard = client.post(f"{path}/answer", json=said).json()
        heard = client.post(f"{path}/answer", json={"speech": "virtual"}).json()
        assert (heard["state"], heard["status"]) == ("over", "completed")
        (call,) = until(client, "/api/v1/transactions/TXN001/calls", '"status":"completed"')["calls"]
        assert (call["outcome"], call["reference"]) == ("Mark As Fraud", ordered["reference"])
        assert [one["understood"] for one in call["timeline"] if one["heard"]] == [
            "yes", "no", "no", "nothing", "yes", "virtual",
        ]  # fmt: skip
        found = client.get(f"/api/v1/verifications?reference={call['reference']}").json()
        assert [one["call_id"] for one in found["calls"]] == [call["call_id"]]
        assert client.get("/api/v1/findings?kind=denied_transaction").json()["total"] == 1
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0


def test_nobody_there_is_not_answered_and_gets_a_text(tmp_path: Path) -> None:
    with (
        started(tmp_path, RINGFENCE_TELEPHONY__QUIET_HOURS="") as (_, url),
        httpx.Client(base_url=url, headers=KEY) as client,
    ):
        client.post("/api/v1/transactions/import", content=json.dumps([ASHA_ROW])).raise_for_status()
        client.post("/call/TXN001").raise_for_status()
        (phone,) = until(client, "/api/v1/phones", "ringing")["phones"]
        client.post(f"/api/v1/phones/{phone['provider_id']}/pick-up", json={"as": "busy"})
        until(client, "/transactions", "Not Answered")
        (text,) = until(client, "/api/v1/phones", "tried to call")["texts"]
        assert text["number"] == ASHA_ROW["client_phone"]
        assert client.post("/call/TXN001").json()["code"] == "too_soon"


def test_where_calls_are_placed_by_twilio_no_telephone_is_simulated(tmp_path: Path) -> None:
    real = {
        "TWILIO_SID": "AC1",
        "TWILIO_AUTH_TOKEN": "t",
        "TWILIO_NUMBER": "+15005550006",
        "PUBLIC_URL": "https://desk.example",
    }
    with started(tmp_path, **real) as (_, url), httpx.Client(base_url=url, headers=KEY) as client:
        answer = client.get("/api/v1/phones")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_simulated")
