"""Events into a file: NDJSON, or a capture of the SIP messages behind them. Both in the order of time."""

import heapq
from enum import StrEnum
from pathlib import Path
from typing import IO, Protocol

from ringfence.errors import BadInput
from ringfence.lab.simulate.call import Call, SimulatedEvent
from ringfence.lab.simulate.chance import SECOND
from ringfence.lab.simulate.frames import PCAP_HEADER, TcpConversation, pcap_record, udp_frame
from ringfence.lab.simulate.sip import SWITCH_IP4, SWITCH_IP6, Dialogue

_BATCH = 2_000
_MILLISECOND = SECOND // 1000


class TrafficFormat(StrEnum):
    NDJSON = "ndjson"
    PCAP = "pcap"

    @classmethod
    def of_name(cls, name: str) -> "TrafficFormat":
        """By the file's extension, without `.gz`; standard output (`-`) is NDJSON. Raises BadInput."""
        if name == "-":
            return cls.NDJSON
        extension = Path(name.removesuffix(".gz")).suffix.removeprefix(".")
        if extension not in list(cls):
            raise BadInput(f"{name}: the name must end in .ndjson or .pcap, or give --format")
        return cls(extension)


class TrafficWriter(Protocol):
    def write(self, event: SimulatedEvent) -> None: ...

    def close(self) -> None:
        """Writes what is still held back; leaves the file open."""


def traffic_writer(kind: TrafficFormat, out: IO[bytes]) -> TrafficWriter:
    return NdjsonWriter(out) if kind is TrafficFormat.NDJSON else PcapWriter(out)


class NdjsonWriter:
    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._lines: list[bytes] = []

    def write(self, event: SimulatedEvent) -> None:
        self._lines.append(event.to_json())
        if len(self._lines) >= _BATCH:
            self.close()

    def close(self) -> None:
        self._out.write(b"".join(self._lines))
        self._lines.clear()


class PcapWriter:
    """One event is one to four messages; those that answer it follow within milliseconds."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._dialogues: dict[str, Dialogue] = {}
        self._connections: dict[str, TcpConversation] = {}
        self._pending: list[tuple[int, int, Call, bool, bytes]] = []
        self._order = 0
        out.write(PCAP_HEADER)

    def write(self, event: SimulatedEvent) -> None:
        while self._pending and self._pending[0][0] < event.at:
            self._emit()
        for delay, from_switch, message in _messages(event, self._dialogue(event)):
            self._order += 1
            entry = (event.at + delay * _MILLISECOND, self._order, event.call, from_switch, message)
            heapq.heappush(self._pending, entry)

    def close(self) -> None:
        while self._pending:
            self._emit()

    def _dialogue(self, event: SimulatedEvent) -> Dialogue:
        """That of the event's call, kept until the call ends."""
        call_id = event.call.call_id
        if event.kind in ("BYE", "CANCEL", "FAIL"):
            return self._dialogues.pop(call_id)
        dialogue = self._dialogues.get(call_id)
        if dialogue is None:
            dialogue = self._dialogues[call_id] = Dialogue(event.call)
        return dialogue

    def _emit(self) -> None:
        at, _, call, from_switch, message = heapq.heappop(self._pending)
        peer = call.leg.source_ip
        switch = SWITCH_IP6 if ":" in peer else SWITCH_IP4
        if call.leg.trunk.transport == "udp":
            ends = (switch, peer) if from_switch else (peer, switch)
            self._out.write(pcap_record(at, udp_frame(*ends, message)))
            return
        connection = self._connections.get(peer)
        frames: list[bytes] = []
        if connection is None:
            connection = self._connections[peer] = TcpConversation(peer, switch)
            frames = connection.open()
        frames += connection.send(message, from_switch=from_switch)
        self._out.write(b"".join(pcap_record(at, frame) for frame in frames))


def _messages(event: SimulatedEvent, d: Dialogue) -> list[tuple[int, bool, bytes]]:
    """Milliseconds after the event, whether the switch sends it, and the message."""
    call = event.call
    match event.kind:
        case "INVITE":
            invite = (0, False, d.invite())
            if call.resent and event.at == call.at:
                return [invite]
            return [invite, (12, True, d.answer_to_invite(100))]
        case "RINGING":
            return [(0, True, d.answer_to_invite(180))]
        case "ANSWER":
            return [(0, True, d.answer_to_invite(200)), (28, False, d.ack(answered=True))]
        case "CANCEL":
            return [
                (0, False, d.cancel()),
                (9, True, d.answer_to_cancel()),
                (11, True, d.answer_to_invite(487)),
                (31, False, d.ack(answered=False)),
            ]
        case "BYE":
            by_caller = d.caller_hangs_up
            return [(0, not by_caller, d.bye()), (22, by_caller, d.answer_to_bye())]
        case "FAIL":
            return [(0, True, d.answer_to_invite(event.cause)), (26, False, d.ack(answered=False))]
