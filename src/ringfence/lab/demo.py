"""A simulated operator's traffic, sent to a running server through its front door as it happens.

The run is laid so that an attack that is plain to see begins a moment after the start; from then on a second is a
second.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import httpx

from ringfence.lab.simulate import Operator, SimulatedEvent
from ringfence.lab.simulate.attacks import Attack, Pace
from ringfence.lab.simulate.families import Family

_SECOND = 1_000_000_000
_LEAD = 3 * _SECOND
"""From the start to the first plain attack."""
_BATCH_SECONDS = 0.2
_HOURS = 12.0
_ATTACKS_PER_HOUR = 90


def live_events(seed: int, now: int) -> Iterator[SimulatedEvent]:
    """Events of a busy operator in order of time, moved so that numbers in a row come soon after `now`."""
    attacks = int(_HOURS * _ATTACKS_PER_HOUR)
    operator = Operator(seed, start=now, hours=_HOURS, calls_per_day=400_000, attacks=attacks, hotlines=12)
    first = min(attack.at for attack in operator.attacks if _is_plain(attack))
    shift = now + _LEAD - first
    for event in operator.events():
        at = event.at + shift
        if at >= now:
            yield replace(event, at=at)


def _is_plain(attack: Attack) -> bool:
    return attack.origin.family is Family.SEQUENTIAL and attack.pace is not Pace.DRIP and not attack.burst


class Feeder:
    """Sends events when their time comes, in a thread of its own; `on_alert` gets each alert of an answer."""

    def __init__(
        self, url: str, key: str, events: Iterator[SimulatedEvent], on_alert: Callable[[dict[str, Any]], None]
    ) -> None:
        self._url = url
        self._key = key
        self._events = events
        self._on_alert = on_alert
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="demo-feeder", daemon=True)
        self.error: str | None = None

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Sends no more; returns at once."""
        self._ended.set()

    def join(self) -> None:
        """Waits for what is under way."""
        self._thread.join(timeout=5)

    def _run(self) -> None:
        headers = {"X-API-KEY": self._key, "Content-Type": "application/x-ndjson"}
        with httpx.Client(base_url=self._url, headers=headers, timeout=10, trust_env=False) as client:
            waiting: list[SimulatedEvent] = []
            try:
                for event in self._events:
                    while event.at > time.time_ns():
                        self._send(client, waiting)
                        if self._ended.wait(_BATCH_SECONDS):
                            return
                    waiting.append(event)
            except httpx.HTTPError as error:
                if not self._ended.is_set():
                    self.error = str(error)

    def _send(self, client: httpx.Client, waiting: list[SimulatedEvent]) -> None:
        if not waiting:
            return
        body = b"".join(event.to_json() for event in waiting)
        waiting.clear()
        answer = client.post("/api/v1/events", content=body)
        answer.raise_for_status()
        for alert in json.loads(answer.content)["alerts"]:
            self._on_alert(alert)
