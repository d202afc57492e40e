"""What flows through the simulator: a call with all that will happen to it, and its events one by one."""

import json
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import Literal

from ringfence.lab.simulate.chance import SECOND

EventType = Literal["INVITE", "RINGING", "ANSWER", "CANCEL", "BYE", "FAIL"]
EVENTS: frozenset[EventType] = frozenset(("INVITE", "RINGING", "ANSWER", "CANCEL", "BYE", "FAIL"))


class Told(StrEnum):
    """Which events a switch sends."""

    EVERYTHING = "everything"
    NO_RINGING = "no_ringing"
    INVITES = "invites"
    """Nobody learns what became of a call."""

    @property
    def events(self) -> frozenset[EventType]:
        return _TOLD[self]


_TOLD: dict[Told, frozenset[EventType]] = {
    Told.EVERYTHING: EVENTS,
    Told.NO_RINGING: EVENTS - {"RINGING"},
    Told.INVITES: frozenset(("INVITE",)),
}


@dataclass(frozen=True, slots=True)
class Reports:
    """Which events the switch behind a trunk sends, and which facts of a call they tell beside the two numbers. A
    capture holds the SIP itself and with it all but the trunk's name."""

    call_id: bool = True
    trunk: bool = True
    source_ip: bool = True
    user_agent: bool = True
    sdp_origin: bool = True
    told: Told = Told.EVERYTHING


BARE = Reports(call_id=False, trunk=False, source_ip=False, user_agent=False, sdp_origin=False)
"""Type, time and the two numbers, not even a Call-ID."""


@dataclass(frozen=True, slots=True)
class Gateway:
    """A machine behind a trunk, as its SDP and headers show it."""

    user_agent: str
    sdp_user: str
    media: str


@dataclass(frozen=True, slots=True)
class Trunk:
    """A way into the operator's switch.

    Who calls over it shows one of `gateways`: any of them where an SBC `rewrites` what lies behind, else
    always the same one. With `callers`, the beginning of a network, everybody has an address of their own in
    it, and the gateways only name their equipment; without `source_ips` it is the signalling's too.
    `attestations` is drawn from evenly, for each caller once; None is silence about STIR.
    """

    name: str
    source_ips: tuple[str, ...]
    gateways: tuple[Gateway, ...]
    attestations: tuple[str | None, ...]
    asserts_identity: bool = False
    transport: Literal["udp", "tcp"] = "udp"
    reports: Reports = Reports()
    rewrites: bool = True
    callers: str = ""
    q850: bool = False
    """Reports Q.850 causes where the others report SIP statuses."""


@dataclass(frozen=True, slots=True)
class Leg:
    """The calling side of one call as the switch sees it."""

    a_number: str
    trunk: Trunk
    source_ip: str
    user_agent: str
    sdp_origin: str
    attestation: str | None = None
    p_asserted_identity: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens to a call; `cause` is a SIP status, or Q.850's 16 at a BYE, or 0."""

    kind: EventType
    at: int
    cause: int = 0


@dataclass(frozen=True, slots=True)
class Call:
    """A call from its first INVITE, at `at`, to its end. `attack` and `burst` are 0 or the number of the
    planted attack or hotline burst that it belongs to."""

    call_id: str
    at: int
    leg: Leg
    b_number: str
    steps: tuple[Step, ...]
    attack: int = 0
    burst: int = 0
    first_fields: str = field(init=False, repr=False, compare=False)
    """JSON members of the INVITE, those of every event before them."""
    later_fields: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        first, later = _members(self.leg, self.call_id, self.b_number)
        object.__setattr__(self, "first_fields", first)
        object.__setattr__(self, "later_fields", later)

    @property
    def resent(self) -> bool:
        """Whether the INVITE went out twice, because the first answer came after SIP's T1 of 500 ms."""
        return self.steps[1].kind == "INVITE"


@dataclass(frozen=True, slots=True)
class SimulatedEvent:
    """One step of a call at its time; `at` is nanoseconds since 1970 UTC, in whole microseconds."""

    kind: EventType
    at: int
    cause: int
    call: Call

    def to_json(self) -> bytes:
        """The event as one NDJSON line with its newline, in the shape of the public call event."""
        seconds, rest = divmod(self.at, SECOND)
        fields = self.call.first_fields if self.kind == "INVITE" else self.call.later_fields
        cause = f',"cause":{self.reported_cause}' if self.cause and self.reported_cause else ""
        line = f'{{"event_type":"{self.kind}","timestamp":{seconds}.{rest // 1000:06d},{fields}{cause}}}\n'
        return line.encode()

    @property
    def reported_cause(self) -> int:
        """The cause as this trunk's switch reports it."""
        return Q850_OF_SIP.get(self.cause, self.cause) if self.call.leg.trunk.q850 else self.cause


Q850_OF_SIP = {404: 1, 480: 18, 486: 17, 487: 0, 503: 34, 603: 21}
"""RFC 3398, section 7.2.4.1 read backwards; a cancelled call has no Q.850 cause there."""


def _members(leg: Leg, call_id: str, b_number: str) -> tuple[str, str]:
    trunk = leg.trunk
    reports = trunk.reports
    later = f'"a_number":"{leg.a_number}","b_number":"{b_number}"'
    if reports.call_id:
        later = f'"call_id":"{call_id}",{later}'
    if reports.trunk and trunk.name:
        later += f',"trunk":"{trunk.name}"'
    if reports.source_ip:
        later += f',"source_ip":"{leg.source_ip}"'
    first = later
    if reports.user_agent and leg.user_agent:
        first += f',"user_agent":{_quoted(leg.user_agent)}'
    if reports.sdp_origin:
        first += f',"sdp_origin":"{leg.sdp_origin}"'
    if leg.p_asserted_identity:
        first += f',"p_asserted_identity":"{leg.p_asserted_identity}"'
    if leg.attestation is not None:
        first += f',"attestation":"{leg.attestation}"'
    return first, later


_quoted_texts: dict[str, str] = {}


def _quoted(text: str) -> str:
    """User-Agents are few and come again with every call."""
    quoted = _quoted_texts.get(text)
    if quoted is None:
        quoted = _quoted_texts[text] = json.dumps(text)
    return quoted


def new_call_id(rng: Random, leg: Leg) -> str:
    """A Call-ID in the manner of its agent: FreeSWITCH a UUID, Asterisk 32 digits at its address."""
    bits = rng.getrandbits(128)
    if leg.sdp_origin.startswith("FreeSWITCH "):
        h = f"{bits:032x}"
        return f"{h[:8]}-{h[8:12]}-4{h[13:16]}-{h[16:20]}-{h[20:]}"
    if leg.sdp_origin.startswith("root "):
        return f"{bits:032x}@{leg.source_ip}:5060"
    return f"{bits >> 48:020x}@{leg.source_ip}"


def new_sdp_origin(rng: Random, user: str, media: str) -> str:
    """The value of an o= line (RFC 8866, section 5.2)."""
    session = rng.getrandbits(31)
    family = "IP6" if ":" in media else "IP4"
    return f"{user} {session} {session} IN {family} {media}"
