"""Calls that a person answers in a terminal, and the demo: real processes, whole dialogues over signed webhooks."""

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from ringfence.adapters.stores.records import SqlRecords
from ringfence.model.transaction import Transaction, TransactionStatus

from .test_serving import KEY, started

PATIENCE = 60.0
ASHA = Transaction(
    "TXN001", "Asha Rao", "1111", "9f", "+919876543210", Decimal("15499.50"), "INR", "Example Bank", "Example Store",
    "2026-01-15", None, "en-IN",
)  # fmt: skip


def environ(folder: Path, **variables: str) -> dict[str, str]:
    ours = {
        "RINGFENCE_DATA_DIR": str(folder / "var"),
        "RINGFENCE_DEFAULT_REGION": "US",
        "COLUMNS": "200",
        "PYTHONUNBUFFERED": "1",
    }
    return os.environ | ours | variables


def verify(
    folder: Path, *words: str, typed: str = "", code: int = 0, **variables: str
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "ringfence", "verify", *words],
        input=typed,
        capture_output=True,
        text=True,
        cwd=folder,
        env=environ(folder, **variables),
        timeout=PATIENCE,
    )
    assert done.returncode == code, done.stderr
    return done


@contextmanager
def records_of(folder: Path) -> Iterator[SqlRecords]:
    with closing(SqlRecords(f"sqlite:///{folder}/var/ringfence.db")) as records:
        yield records


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with records_of(tmp_path) as records:
        records.import_transactions([ASHA], "test", 0)
    return tmp_path


def call(folder: Path, typed: str, **variables: Any) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(
        verify(folder, "call", "TXN001", "--simulate", "--json", typed=typed, **variables).stdout
    )
    return told


def status(folder: Path) -> TransactionStatus:
    with records_of(folder) as records:
        there = records.transaction("TXN001")
    assert there is not None
    return there.status


class Terminal:
    """A call in which the test types once it has read the question."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.talk = ""

    def reads(self, text: str) -> None:
        assert self.process.stderr is not None
        deadline = time.monotonic() + PATIENCE
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stderr, selectors.EVENT_READ)
            while text not in self.talk:
                assert selector.select(deadline - time.monotonic()), f"no {text} in: {self.talk}"
                piece = os.read(self.process.stderr.fileno(), 65_536)
                assert piece, f"no {text} in: {self.talk}"
                self.talk += piece.decode()
        self.talk = self.talk.partition(text)[2]

    def types(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n".encode())
        self.process.stdin.flush()

    def ends(self) -> dict[str, Any]:
        out, err = self.process.communicate(timeout=PATIENCE)
        assert self.process.returncode == 0, err.decode()
        told: dict[str, Any] = json.loads(out)
        return told


@contextmanager
def terminal(folder: Path, **variables: str) -> Iterator[Terminal]:
    process = subprocess.Popen(
        [sys.executable, "-m", "ringfence", "verify", "call", "TXN001", "--simulate", "--json"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        env=environ(folder, **variables),
    )
    try:
        yield Terminal(process)
    finally:
        process.kill()
        process.communicate()


def test_a_yes_at_the_terminal_resolves_and_the_timeline_is_shown(folder: Path) -> None:
    told = verify(folder, "call", "TXN001", "--simulate", typed="yes\nyes I did\n").stdout
    assert "call: Am I speaking with Asha Rao?" in told
    assert "you: yes I did" in told
    assert "Outcome: Resolved" in told
    assert status(folder) == "Resolved"
    refused = verify(folder, "call", "TXN001", "--simulate", typed="yes\n", code=2)
    assert "has said that this transaction is theirs" in refused.stderr


def test_keys_silence_and_a_badly_heard_yes_lead_where_they_should(folder: Path) -> None:
    told = call(folder, "1\n/sure 0.3 yes\n\n/nothing\n2\nno\nno\nvirtual\n")
    assert told["outcome"] == "Mark As Fraud"
    heard = [(one["step"], one["understood"]) for one in told["timeline"] if one["heard"]]
    assert heard == [
        ("start", "yes"),
        ("step0", "unclear"),
        ("step0", "nothing"),
        ("step0", "no"),
        ("step1", "no"),
        ("step2", "no"),
        ("step4", "virtual"),
    ]
    assert told["timeline"][1]["heard"]["confidence"] == 0.3


def test_the_end_of_the_input_hangs_up(folder: Path) -> None:
    told = call(folder, "yes")
    assert told["outcome"] == "Disconnected"
    assert told["call"]["status"] == "completed"
    assert status(folder) == "Disconnected"


def test_neither_night_nor_spacing_holds_a_simulated_call_up(folder: Path) -> None:
    rules = {"RINGFENCE_TELEPHONY__QUIET_HOURS": "00:00-23:59", "RINGFENCE_TELEPHONY__ATTEMPTS_PER_DAY": "1"}
    for attempt in (1, 2):
        assert call(folder, "/hangup\n", **rules)["call"]["attempt"] == attempt


def test_ctrl_c_hangs_up(folder: Path) -> None:
    with terminal(folder) as person:
        person.reads("Am I speaking with Asha Rao?")
        person.types("yes")
        person.reads("Did you make a payment")
        person.reads("> ")
        person.process.send_signal(signal.SIGINT)
        told = person.ends()
    assert told["outcome"] == "Disconnected"
    assert status(folder) == "Disconnected"


def test_a_terminal_that_was_killed_in_mid_call_keeps_nobody_from_the_next(folder: Path) -> None:
    with terminal(folder) as person:
        person.reads("Am I speaking with Asha Rao?")
        person.process.kill()
        person.process.wait()
    assert status(folder) is TransactionStatus.CONNECTING
    assert call(folder, "yes\nyes I did\n")["outcome"] == "Resolved"


def test_beside_a_running_server_its_webhooks_are_used(folder: Path) -> None:
    with started(folder) as (_, url):
        told = call(folder, "yes\nno I did not\nno\nno\nphysical\n", RINGFENCE_URL=url)
        assert told["outcome"] == "Mark As Fraud"
        with httpx.Client(base_url=url, headers=KEY) as client:
            [shown] = client.get("/api/v1/transactions/TXN001/calls").json()["calls"]
            assert shown["call_id"] == told["call"]["call_id"]
            assert shown["ordered_by"].startswith("command line")
            assert client.get("/api/v1/findings").json()["total"] == 1


def test_a_server_that_is_killed_in_mid_call_and_started_again_goes_on(folder: Path) -> None:
    with started(folder) as (server, url), terminal(folder, RINGFENCE_URL=url) as person:
        person.reads("Am I speaking with Asha Rao?")
        person.types("yes")
        person.reads("Did you make a payment")
        server.kill()
        server.wait()
        person.types("no I did not")
        with started(folder, TEST_PORT=url.rpartition(":")[2]):
            person.reads("told anybody your card details")
            person.types("no")
            person.reads("other payments")
            person.types("no")
            person.reads("a physical card")
            person.types("virtual")
            told = person.ends()
    assert told["outcome"] == "Mark As Fraud"
    heard = [one["step"] for one in told["timeline"] if one["heard"]]
    assert heard == ["start", "step0", "step1", "step2", "step4"]
    assert status(folder) == "Mark As Fraud"


def test_a_server_that_is_not_ours_or_not_there_is_named_and_nobody_is_called(
    folder: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    gone = "http://127.0.0.1:9"
    with started(folder), started(other) as (_, url):
        not_ours = verify(folder, "call", "TXN001", "--simulate", code=2, RINGFENCE_URL=url)
        not_there = verify(folder, "call", "TXN001", "--simulate", code=3, RINGFENCE_URL=gone)
    assert f"the one at {url} is another's" in not_ours.stderr
    assert f"none answers at {gone}: set RINGFENCE_URL" in not_there.stderr
    with records_of(folder) as records:
        assert records.calls("TXN001") == ()


def test_the_demo_calls_nine_customers_and_is_made_anew_each_time(folder: Path) -> None:
    scrolled = verify(folder, "demo")
    assert "Meera: नहीं, मैंने नहीं किया" in scrolled.stdout
    assert "text message: Example Bank tried to call Nina Frost" in scrolled.stdout
    assert "names phone +442079460958" in scrolled.stdout
    taken = scrolled.stdout.index("Press 1 to take the call")
    assert "colleague: (presses 1)\n(the two are put together)" in scrolled.stdout[taken:]
    assert str(folder / "var" / "verify-demo") in scrolled.stderr
    told = json.loads(verify(folder, "demo", "--json").stdout)
    assert [(one["client_name"], one["status"]) for one in told["calls"]] == [
        ("Asha Rao", "Resolved"),
        ("Meera Joshi", "Mark As Fraud"),
        ("Tom Baker", "Mark As Fraud"),
        ("Grace Hall", "Coached"),
        ("Omar Khan", "Unverified"),
        ("Lucy Chen", "Voicemail"),
        ("Ravi Iyer", "Resolved"),
        ("Nina Frost", "Not Answered"),
        ("John Okoro", "Transferred"),
    ]
    assert [one["call"]["attempt"] for one in told["calls"]] == [1] * 9
    assert len(told["findings"]) == 2
    assert [one["value"] for one in told["findings"][1]["identifiers"]] == ["+442079460958"]
    assert status(folder) is TransactionStatus.NEW
