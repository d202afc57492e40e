"""The process that judges messages and makes the answers, so that no event waits for the interpreter meanwhile.

`worker` starts it with one end of a socket for its standard input and tells it the model. It then answers message after
message, until the other end is closed. What travels is pickled: both ends are ours.
"""

import gc
import json
import os
import pickle
import socket
import struct
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO

from ringfence.app.answer import answer
from ringfence.app.turns import Turn, Turns
from ringfence.content.analysis import Analyser, Analysis
from ringfence.model.finding_row import FindingRow, row_of
from ringfence.model.opinion import SecondOpinion

HEAD = struct.Struct(">I")
"""Before each frame: how many bytes it has."""
_NICER = 10
"""Events go first. More would starve it where all processors are busy."""
_WARM_UP = "Hello, your parcel is here: call 020 7946 0000 or see https://example.com/1, pay Rs 10 to a@ybl"


Judged = tuple[Analysis, SecondOpinion | None]


@dataclass(frozen=True, slots=True)
class Head:
    """What an answer begins with: `beside` are fields before all others."""

    request_id: str
    mode: str
    beside: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Judge:
    """Asks for the analysis alone, where somebody has a word in it before it is told."""

    turn: Turn
    now: int


@dataclass(frozen=True, slots=True)
class Tell:
    """Asks for the answer; `judged` is None where all of it is still to be done."""

    turn: Turn
    now: int
    head: Head
    judged: Judged | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """The answer as JSON, and the finding's row, which has to be kept before it is given."""

    answer: bytes
    finding: FindingRow | None


Question = Judge | Tell


@dataclass(frozen=True, slots=True)
class Fault:
    """In the place of an answer: what was raised, at which line, and no word of the message."""

    where: str


def frame(value: object) -> bytes:
    told = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    return HEAD.pack(len(told)) + told


def main() -> None:
    os.nice(_NICER)
    with (
        suppress(ConnectionError),  # the server has ended, and so does this
        socket.socket(fileno=os.dup(sys.stdin.fileno())) as link,
        link.makefile("rb") as asked,
    ):
        _serve(link, asked)


def _serve(link: socket.socket, asked: BinaryIO) -> None:
    first = _next(asked)
    if first is None:
        return
    file, regions = pickle.loads(first)  # noqa: S301
    turns = Turns(Analyser.of(file, regions))
    _told(turns, Tell(Turn(_WARM_UP), 0, Head("", "")))
    gc.freeze()  # what stays for good is not looked through again
    link.sendall(frame(None))
    while (told := _next(asked)) is not None:
        link.sendall(frame(_answered(turns, pickle.loads(told))))  # noqa: S301


def _answered(turns: Turns, question: Question) -> Analysis | Told | Fault:
    try:
        if isinstance(question, Judge):
            return turns.judge(question.turn, question.now)
        return _told(turns, question)
    except Exception as error:
        place = error.__traceback__
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        line = "" if place is None else f" at {place.tb_frame.f_code.co_filename}:{place.tb_lineno}"
        return Fault(f"{type(error).__name__}{line}")


def _told(turns: Turns, question: Tell) -> Told:
    analysis, second = question.judged or (turns.judge(question.turn, question.now), None)
    done = turns.conclude(question.turn, analysis, second, question.now)
    head = question.head
    told = dict(head.beside) | answer(done, request_id=head.request_id, mode=head.mode)
    kept = None if done.finding is None else row_of(done.finding)
    return Told(json.dumps(told, ensure_ascii=False).encode(), kept)


def _next(asked: BinaryIO) -> bytes | None:
    """A frame, or None where the other end has gone."""
    head = asked.read(HEAD.size)
    if len(head) < HEAD.size:
        return None
    (size,) = HEAD.unpack(head)
    told = asked.read(size)
    return told if len(told) == size else None
