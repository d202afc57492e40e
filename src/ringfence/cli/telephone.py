"""A person at the terminal who answers a simulated call: what is said is shown, and lines are the answers."""

import asyncio
import os
import re
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from ringfence.adapters.telephony.callee import Colleague, PickUp, Question, Sentence
from ringfence.cli.call_tables import shown_talk
from ringfence.cli.person import who
from ringfence.lab.calls.desk import open_desk
from ringfence.lab.calls.views import led_view
from ringfence.model.verification import CallStatus, Heard
from ringfence.settings import Settings

Show = Callable[[str, str], None]
"""Who speaks, and what is said."""

_KEYS = re.compile(r"[0-9*#]{1,32}")
_SURE = re.compile(r"/sure\s+(0(?:\.\d+)?|1(?:\.0+)?|\.\d+)\s+(\S.*)")
_CONFIDENCE = 0.95
_PIECE = 65_536
_INPUT = 0
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Ctrl-C, or the terminal is closed."""
_HELP = "A line is what you say, digits are keys; empty: silence; /sure 0.3 yes: badly heard; /hangup"


class Lines:
    """Of a file, each read when it is asked for. By a thread that nobody waits for, and without the buffer of
    `sys.stdin`, whose lock such a thread would take to the grave."""

    def __init__(self, file: int) -> None:
        self._file = file
        self._whole: deque[str] = deque()
        self._rest = b""
        self._ended = False

    async def next(self) -> str | None:
        """None at the end."""
        while not self._whole and not self._ended:
            self._take(await self._piece())
        return self._whole.popleft() if self._whole else None

    def _take(self, piece: bytes) -> None:
        *lines, self._rest = (self._rest + piece).split(b"\n")
        self._ended = not piece
        if self._rest and (self._ended or len(self._rest) > _PIECE):
            lines, self._rest = [*lines, self._rest], b""
        self._whole += [line.decode("utf-8", "replace") for line in lines]

    async def _piece(self) -> bytes:
        loop = asyncio.get_running_loop()
        told: asyncio.Future[bytes] = loop.create_future()

        def read() -> None:
            try:
                piece = os.read(self._file, _PIECE)
            except OSError:
                piece = b""
            with suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(_tell, told, piece)

        threading.Thread(target=read, name="terminal", daemon=True).start()
        return await told


def _tell(told: asyncio.Future[bytes], piece: bytes) -> None:
    if not told.done():
        told.set_result(piece)


class Telephone:
    """`prompt` is asked before each answer, `typed` says whether the person sees what they type."""

    def __init__(self, lines: Lines, show: Show, prompt: Callable[[str], None], *, typed: bool) -> None:
        self._lines, self._show, self._prompt, self._typed = lines, show, prompt, typed
        self.call: str | None = None
        self.fault = ""

    async def rings(self, call: str, number: str) -> PickUp:
        self.call = call
        self._show("", f"Your telephone rings, and you pick it up. {_HELP}")
        return PickUp.HUMAN

    async def hears(self, call: str, sentence: Sentence) -> None:
        self._show("call, to the colleague" if sentence.colleague else "call", sentence.text)

    async def answers(self, call: str, question: Question) -> Heard | None:
        while True:
            self._prompt(
                "say it or press a key" if question.speech else "press a key: words are not heard now"
            )
            line = await self._lines.next()
            words = None if line is None else " ".join(line.split())
            if words is None or words == "/hangup":
                self._show("", "You hang up.")
                return None
            if not self._typed:
                self._show("you", words or "(silence)")
            heard = _heard(words)
            if heard is not None:
                return heard
            self._show("", _HELP)

    async def is_recorded(self, call: str) -> None:
        self._show("", "From here on the call is recorded.")

    async def is_put_through(self, call: str, number: str) -> Colleague:
        self._show("", f"You are put through to {number}, where a colleague picks up.")
        return Colleague(CallStatus.COMPLETED)

    async def is_over(self, call: str, status: CallStatus, fault: str) -> None:
        self.fault = fault
        self._show("", f"The call has ended: {fault}." if fault else "The call has ended.")

    async def is_texted(self, number: str, body: str) -> None:
        self._show("text message", body)


def _heard(words: str) -> Heard | None:
    """None of a command that is none."""
    if not words:
        return Heard()
    if _KEYS.fullmatch(words):
        return Heard(digits=words)
    sure = _SURE.fullmatch(words)
    if sure is not None:
        return Heard(sure[2], float(sure[1]))
    return None if words.startswith("/") else Heard(words, _CONFIDENCE)


def answer_call(settings: Settings, transaction_id: str, *, talk_aside: bool) -> dict[str, Any]:
    """Leads the call and hands it out as JSON holds it. `talk_aside` is on standard error."""
    shown = sys.stderr if talk_aside else sys.stdout

    def prompt(what_counts: str) -> None:
        shown.write(f"[{what_counts}] > ")
        shown.flush()

    person = Telephone(Lines(_INPUT), shown_talk(aside=talk_aside), prompt, typed=os.isatty(_INPUT))
    return asyncio.run(_led(settings, person, transaction_id))


async def _led(settings: Settings, person: Telephone, transaction_id: str) -> dict[str, Any]:
    async with open_desk(settings, person) as desk:
        loop = asyncio.get_running_loop()
        hanging_up: set[asyncio.Task[None]] = set()

        def interrupted() -> None:
            """Hangs up; once more ends the command."""
            for number in _SIGNALS:
                loop.remove_signal_handler(number)
            if person.call is None:
                raise KeyboardInterrupt
            sys.stderr.write("\n")  # behind the prompt
            hanging_up.add(loop.create_task(desk.simulator.end(person.call)))

        for number in _SIGNALS:
            loop.add_signal_handler(number, interrupted)
        try:
            return led_view(await desk.call(transaction_id, who()))
        finally:
            for number in _SIGNALS:
                loop.remove_signal_handler(number)
