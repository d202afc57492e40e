"""200 verification calls in progress at once: how long webhooks take, and whether every outcome is right, and once.

`python -m benchmarks.verification [--quick]`. A server of its own; the simulator plays the provider in this process,
over HTTP and with signatures, and answers each question after one to three seconds. `GET /health` is asked meanwhile.
"""

import asyncio
import json
import os
import platform
import random
import secrets
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import httpx

from benchmarks import machine
from benchmarks.http import serving
from ringfence.adapters.telephony.callee import Nobody, PickUp, Question
from ringfence.app.build import open_records, simulator_of, verifications_of
from ringfence.model.call import VerificationCall
from ringfence.model.verification import CallStatus, Heard
from ringfence.ports import FindingFilter, Records
from ringfence.settings import Settings, load_settings

CALLS = 200
TARGET = Path(__file__).with_name("verification.md")
_BAR_MS = 50.0
_BAR_TIMES = 3.0
_RAMP_SECONDS = 4.0
"""From the first order to the last: no provider begins 200 calls at the same instant."""
_SCRIPTS = (
    (("yes", "yes I did"), "Resolved"),
    (("yes", "no I did not", "yes", "no", "physical"), "Mark As Fraud"),
    (("1", "2", "2", "1", "2"), "Mark As Fraud"),
    (("yes", "", "", "", "1"), "Resolved"),
    (("yes", "no, it wasn't me", "", "1", "2", "virtual"), "Mark As Fraud"),
    (("no",), "Unverified"),
    (("haan", "they told me to say yes"), "Coached"),
    (("yes", "I don't know", "um", "yes that was me"), "Resolved"),
)
"""What is said to the questions, `""` being silence, and what the call has to come to."""


@dataclass(frozen=True, slots=True)
class Round:
    """Milliseconds. `wrong` counts outcomes that are not those of the script, transactions without one, findings too
    many or too few, and answers that stand in a timeline more or less than once."""

    webhooks: int
    at_once: int
    p50: float
    p99: float
    health_p50: float
    health_p99: float
    wrong: int

    @property
    def times(self) -> float:
        return self.p99 / self.health_p99


class People(Nobody):
    """Card holders who think for one to three seconds before they say the next thing of their script."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self._left: dict[str, list[str]] = {}
        self._talking = 0
        self.at_once = 0

    async def rings(self, call: str, number: str) -> PickUp:
        self._left[call] = list(_script(number)[0])
        self._talking += 1
        self.at_once = max(self.at_once, self._talking)
        await self._think()
        return PickUp.HUMAN

    async def answers(self, call: str, question: Question) -> Heard | None:
        await self._think()
        said = self._left[call].pop(0)
        return Heard(digits=said) if said.isdigit() else Heard(said or None, 0.93 if said else None)

    async def is_over(self, call: str, status: CallStatus, fault: str) -> None:
        self._talking -= 1

    async def _think(self) -> None:
        await asyncio.sleep(self._dice.uniform(1, 3))


def _script(number: str) -> tuple[tuple[str, ...], str]:
    return _SCRIPTS[int(number[-4:]) % len(_SCRIPTS)]


def run(calls: int, rounds: int) -> list[Round]:
    with tempfile.TemporaryDirectory() as folder:
        key = secrets.token_urlsafe(32)
        settings = {
            **os.environ,
            "RINGFENCE_DATA_DIR": folder,
            "RINGFENCE_ADMIN_KEY": key,
            "RINGFENCE_TELEPHONY__QUIET_HOURS": "",
        }
        with serving([sys.executable, "-m", "ringfence", "serve", "--port"], settings) as port:
            url = f"http://127.0.0.1:{port}"
            ours = load_settings(settings, Path(folder))
            return [_round(ours, url, key, calls, number, rounds) for number in range(rounds)]


def _round(settings: Settings, url: str, key: str, calls: int, number: int, of: int) -> Round:
    print(f"  verification: round {number + 1} of {of}", flush=True)
    ids = [f"R{number}-{n:04}" for n in range(calls)]
    rows = [_row(one, f"+9198{number:04}{n:04}") for n, one in enumerate(ids)]
    headers = {"X-API-KEY": key}
    httpx.post(
        f"{url}/api/v1/transactions/import", content=json.dumps(rows), headers=headers
    ).raise_for_status()
    with _records(settings) as records:
        people = People(random.Random(number))
        waits, health = asyncio.run(_played(settings, records, url, people, ids))
        wrong = _wrong(records, ids, number, calls)
    return Round(
        len(waits), people.at_once, _share(waits, 0.5), _share(waits, 0.99),
        _share(health, 0.5), _share(health, 0.99), wrong,
    )  # fmt: skip


def _row(transaction_id: str, phone: str) -> dict[str, object]:
    return {
        "id": transaction_id, "client_name": "Asha Rao", "card_number": "**** 1111", "client_phone": phone,
        "amount": 15499.5, "bank_name": "Example Bank", "merchant_name": "Example Store",
        "transaction_date": "2026-01-15", "action": "",
    }  # fmt: skip


@contextmanager
def _records(settings: Settings) -> Iterator[Records]:
    records = open_records(settings)
    try:
        yield records
    finally:
        records.close()


async def _played(
    settings: Settings, records: Records, url: str, people: People, ids: list[str]
) -> tuple[list[float], list[float]]:
    """Seconds that each webhook took, and each `/health`."""
    simulator = simulator_of(settings, people, url)
    calls = verifications_of(settings, records, simulator)
    health: list[float] = []
    asking = asyncio.create_task(_ask_health(url, health))

    async def ordered(number: int) -> None:
        await asyncio.sleep(_RAMP_SECONDS * number / len(ids))
        await calls.order(ids[number], "benchmark")

    await asyncio.gather(*map(ordered, range(len(ids))))
    await simulator.idle()
    asking.cancel()
    await simulator.close()
    return list(simulator.waits), health


async def _ask_health(url: str, took: list[float]) -> None:
    async with httpx.AsyncClient() as client:
        while True:
            begun = time.perf_counter()
            (await client.get(f"{url}/health")).raise_for_status()
            took.append(time.perf_counter() - begun)
            await asyncio.sleep(0.02)


def _wrong(records: Records, ids: list[str], number: int, calls: int) -> int:
    denied = 0
    wrong = 0
    for one in ids:
        transaction = records.transaction(one)
        assert transaction is not None
        script, outcome = _script(transaction.phone)
        denied += outcome == "Mark As Fraud"
        made = records.calls(one)
        right = transaction.status == outcome and len(made) == 1 and made[0].outcome == outcome
        wrong += not (right and _answers(records, made[0]) == Counter(script))
    found = records.findings(FindingFilter(), 1, 0).total
    return wrong + abs(found - denied * (number + 1))


def _answers(records: Records, call: VerificationCall) -> Counter[str]:
    heard = [one.heard for one in records.timeline(call.call_id) if one.heard is not None]
    return Counter(one.digits or one.speech or "" for one in heard)


def _share(seconds: list[float], share: float) -> float:
    return sorted(seconds)[int(len(seconds) * share)] * 1e3


def main() -> None:
    quick = "--quick" in sys.argv[1:]
    page = _page(run(40, 1) if quick else run(CALLS, 5))
    if quick:
        print(page)
    else:
        TARGET.write_text(page, encoding="utf-8")
        print(f"Written to {TARGET.relative_to(Path.cwd())}")


def _page(rounds: list[Round]) -> str:
    rows = [
        f"| {number} | {one.webhooks:,} | {one.at_once} | {one.p50:.1f} | {one.p99:.1f} | {one.health_p50:.1f} | "
        f"{one.health_p99:.1f} | {one.times:.2f} | {one.wrong} |"
        for number, one in enumerate(rounds, 1)
    ]
    p99, times = median(one.p99 for one in rounds), median(one.times for one in rounds)
    met = p99 < _BAR_MS or times <= _BAR_TIMES
    wrong = sum(one.wrong for one in rounds)
    return "\n".join(
        [
            "# Verification calls at once",
            "",
            "Written by `python -m benchmarks.verification`. The simulator plays calls over HTTP with signed webhooks; "
            "each is ordered within four seconds of the first, and each question is answered after one to three "
            "seconds. `/health` is asked over a connection of its own meanwhile. The caller runs on the same "
            "processors, and its own waits are in the figures. Bar: the 99th percentile under 50 ms, or at most three "
            f"times `/health`'s; no outcome lost or double. **Median of the rounds: {p99:.1f} ms, {times:.2f} times; "
            f"outcomes, findings and timelines that are wrong: {wrong}. {'Met' if met and not wrong else 'Missed'}.**",
            "",
            machine.describe(f"CPython {platform.python_version()}"),
            "",
            "| round | webhooks | calls at once | p50, ms | p99, ms | `/health` p50 | p99 | times | wrong |",
            "|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
            *rows,
            "",
        ]
    )


if __name__ == "__main__":
    main()
