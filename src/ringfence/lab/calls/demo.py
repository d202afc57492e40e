"""Whole calls of made-up customers, one after the other, on a data folder of their own that is made anew each time."""

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ringfence.adapters.stores.lock import lock_folder
from ringfence.adapters.telephony.callee import Colleague, PickUp, Question, Sentence
from ringfence.app.build import transaction_site
from ringfence.app.transactions import import_file
from ringfence.errors import Unavailable
from ringfence.lab.calls.customers import CUSTOMERS, Customer
from ringfence.lab.calls.desk import CallDesk, Led, open_desk
from ringfence.model.finding import Finding, FindingKind
from ringfence.model.transaction import TransactionStatus
from ringfence.model.verification import CallStatus, Heard, Step
from ringfence.ports import FindingFilter
from ringfence.settings import Settings, TelephonyProvider

Show = Callable[[str, str], None]
"""Who speaks (nobody: what happens), and what is said."""
WHO = "demo"
_TRANSFER = "+442079460900"
_MOST_FINDINGS = 100


@dataclass(frozen=True, slots=True)
class Shown:
    """What became of a customer's call."""

    customer: Customer
    led: Led
    status: TransactionStatus
    """Of the transaction, then."""


async def play(
    settings: Settings, show: Show, pause_seconds: float, clock: Callable[[], int] = time.time_ns
) -> tuple[tuple[Shown, ...], tuple[Finding, ...]]:
    """Calls every customer and hands out what the records hold then. Raises Conflict where another demo runs."""
    own = demo_settings(settings)
    _empty(own.data_dir)
    played = _Played(show, pause_seconds)
    async with open_desk(own, played, clock) as desk:
        rows = json.dumps([one.row for one in CUSTOMERS]).encode()
        await asyncio.to_thread(import_file, rows, transaction_site(own), desk.records, WHO, clock())
        shown = [await _called(desk, played, customer) for customer in CUSTOMERS]
        wanted = FindingFilter(kind=FindingKind.DENIED_TRANSACTION)
        findings = await asyncio.to_thread(desk.records.findings, wanted, _MOST_FINDINGS, 0)
    return tuple(shown), tuple(reversed(findings.findings))


def demo_settings(settings: Settings) -> Settings:
    """A folder of its own, simulated calls whatever is set, and a colleague who can take over."""
    told = {"provider": TelephonyProvider.SIMULATOR, "transfer_number": _TRANSFER, "public_url": None}
    return settings.model_copy(
        update={
            "data_dir": settings.data_dir / "verify-demo",
            "records": "",
            "telephony": settings.telephony.model_copy(update=told),
        }
    )


def _empty(folder: Path) -> None:
    """Of the files of the last time; what else somebody has put there stays. Raises Conflict where it is in use."""
    lock = lock_folder(folder)
    try:
        for one in folder.iterdir():
            if one.name.startswith("ringfence.db"):
                one.unlink()
    except OSError as error:
        raise Unavailable(f"Cannot empty {folder}: {error.strerror}") from None
    finally:
        lock.release()


async def _called(desk: CallDesk, played: "_Played", customer: Customer) -> Shown:
    played.takes(customer)
    led = await desk.call(customer.transaction_id, WHO)
    await played.was_put_through(led)
    there = await asyncio.to_thread(desk.records.transaction, customer.transaction_id)
    return Shown(customer, led, led.outcome if there is None else there.status)


class _Played:
    """The customer of the present call."""

    def __init__(self, show: Show, pause_seconds: float) -> None:
        self._show, self._pause = show, pause_seconds
        self._customer = CUSTOMERS[0]
        self._left: Sequence[Heard] = ()

    def takes(self, customer: Customer) -> None:
        self._customer, self._left = customer, customer.answers

    async def rings(self, call: str, number: str) -> PickUp:
        await self._say("", f"{self._customer.row['client_name']}, who {self._customer.about}")
        if self._customer.picks_up is not PickUp.HUMAN:
            await self._say("", f"({self._customer.picks_up})")
        return self._customer.picks_up

    async def hears(self, call: str, sentence: Sentence) -> None:
        await self._say("call, to the colleague" if sentence.colleague else "call", sentence.text)

    async def answers(self, call: str, question: Question) -> Heard | None:
        if not self._left:
            await self._say("", "(hangs up)")
            return None
        heard, *self._left = self._left
        pressed = f"(presses {heard.digits})" if heard.digits else "(silence)"
        await self._say(self._customer.name, heard.speech or pressed)
        return heard

    async def is_recorded(self, call: str) -> None:
        await self._say("", "(the call is recorded from here on)")

    async def is_put_through(self, call: str, number: str) -> Colleague:
        await self._say("", "(a colleague picks up)")
        return Colleague(CallStatus.COMPLETED)

    async def was_put_through(self, led: Led) -> None:
        """What the colleague pressed, and what came of it, by the records: the simulator presses for them."""
        for entry in led.timeline:
            if entry.step is Step.CONTEXT and entry.heard is not None:
                await self._say("colleague", f"(presses {entry.heard.digits})")
        if led.call.dialogue.taken:
            await self._say("", "(the two are put together)")

    async def is_over(self, call: str, status: CallStatus, fault: str) -> None:
        if fault:
            await self._say("", f"({fault})")

    async def is_texted(self, number: str, body: str) -> None:
        await self._say("text message", body)

    async def _say(self, who: str, what: str) -> None:
        self._show(who, what)
        if self._pause:
            await asyncio.sleep(self._pause)
