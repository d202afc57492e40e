"""The SIP messages (RFC 3261) of a simulated call, between the trunk's peer and the operator's switch.

Numbers stand in the user part in E.164. Callers who withhold theirs send `anonymous.invalid` (RFC 3323).
INVITEs over TCP carry an Identity header in the form of RFC 8224 whose signature is made up: nothing here can
sign.
"""

import json
from base64 import urlsafe_b64encode
from hashlib import sha512

from ringfence.lab.simulate.call import Q850_OF_SIP, Call
from ringfence.lab.simulate.chance import SECOND

SWITCH_IP4 = "192.0.2.1"
SWITCH_IP6 = "2001:db8::1"
_SWITCH_MEDIA = "192.0.2.2"
_SWITCH_NAME = "example-switch"
_PHRASES = {
    100: "Trying",
    180: "Ringing",
    200: "OK",
    404: "Not Found",
    480: "Temporarily Unavailable",
    486: "Busy Here",
    487: "Request Terminated",
    503: "Service Unavailable",
    603: "Decline",
}
_ALLOW = "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE\r\n"


class Dialogue:
    """Both sides' messages of one call; every method gives the bytes of one message."""

    def __init__(self, call: Call) -> None:
        leg = call.leg
        self._call = call
        peer = _host(leg.source_ip)
        switch = _host(SWITCH_IP6 if ":" in leg.source_ip else SWITCH_IP4)
        self._peer_contact, self._switch_contact = f"sip:{peer}:5060", f"sip:{switch}:5060"
        transport = leg.trunk.transport
        if transport == "tcp":
            self._switch_contact += ";transport=tcp"
        self._via = f"SIP/2.0/{transport.upper()} {peer}:5060;branch=z9hG4bK{call.call_id[:18]}"
        self._switch_via = f"SIP/2.0/{transport.upper()} {switch}:5060;branch=z9hG4bKsw{call.call_id[:18]}"
        self._target = f"sip:{call.b_number}@{switch};user=phone"
        withheld = leg.a_number == "anonymous"
        caller = (
            '"Anonymous" <sip:anonymous@anonymous.invalid>' if withheld else f"<sip:{leg.a_number}@{peer}>"
        )
        self._caller = f"{caller};tag={call.call_id[1:11]}"
        self._callee = f"<sip:{call.b_number}@{switch}>"
        self._callee_tagged = f"{self._callee};tag={call.call_id[7:17]}"
        self._agent = f"User-Agent: {leg.user_agent}\r\n" if leg.user_agent else ""

    def invite(self) -> bytes:
        leg = self._call.leg
        extra = f"Contact: <{self._peer_contact}>\r\n{_ALLOW}{self._agent}"
        if leg.p_asserted_identity:
            extra += f"P-Asserted-Identity: <sip:{leg.p_asserted_identity}@{_host(leg.source_ip)}>\r\n"
        if leg.a_number == "anonymous":
            extra += "Privacy: id\r\n"
        if leg.trunk.transport == "tcp" and leg.attestation in ("A", "B", "C", "failed"):
            extra += f"Identity: {_identity(self._call)}\r\n"
        family = "IP6" if ":" in leg.sdp_origin else "IP4"
        body = _sdp(leg.sdp_origin, f"IN {family} {leg.sdp_origin.rpartition(' ')[2]}", self._call.at)
        return self._request("INVITE", self._target, 1, extra, body)

    def answer_to_invite(self, status: int) -> bytes:
        """A response to the INVITE; 200 carries the switch's SDP."""
        to = self._callee if status == 100 else self._callee_tagged
        extra = body = ""
        if status in (180, 200):
            extra = f"Contact: <{self._switch_contact}>\r\n{_ALLOW}Server: {_SWITCH_NAME}\r\n"
        if status == 200:
            number = self._call.at // SECOND
            body = _sdp(
                f"- {number} {number} IN IP4 {_SWITCH_MEDIA}", f"IN IP4 {_SWITCH_MEDIA}", self._call.at
            )
        if self._call.leg.trunk.q850 and (cause := Q850_OF_SIP.get(status, 0)):
            extra += f"Reason: Q.850;cause={cause}\r\n"
        return self._response(status, self._via, self._caller, to, "1 INVITE", extra, body)

    def ack(self, *, answered: bool) -> bytes:
        """After 200 a transaction of its own; after a refusal part of the INVITE's (RFC 3261, 17.1.1.3)."""
        if answered:
            return self._request("ACK", self._switch_contact, 1, "", branch="ack", to=self._callee_tagged)
        return self._request("ACK", self._target, 1, "", to=self._callee_tagged)

    def cancel(self) -> bytes:
        return self._request("CANCEL", self._target, 1, "")

    def answer_to_cancel(self) -> bytes:
        return self._response(200, self._via, self._caller, self._callee_tagged, "1 CANCEL")

    @property
    def caller_hangs_up(self) -> bool:
        return self._call.call_id[3] in "02468ace1"

    def bye(self) -> bytes:
        reason = "Reason: Q.850;cause=16\r\n"
        if self.caller_hangs_up:
            return self._request("BYE", self._switch_contact, 2, reason, branch="bye", to=self._callee_tagged)
        head = f"BYE {self._peer_contact} SIP/2.0\r\nVia: {self._switch_via}bye;rport\r\nMax-Forwards: 70\r\n"
        return self._message(head, self._callee_tagged, self._caller, "1 BYE", reason)

    def answer_to_bye(self) -> bytes:
        if self.caller_hangs_up:
            return self._response(200, f"{self._via}bye", self._caller, self._callee_tagged, "2 BYE")
        return self._response(200, f"{self._switch_via}bye", self._callee_tagged, self._caller, "1 BYE")

    def _request(
        self,
        method: str,
        target: str,
        number: int,
        extra: str,
        body: str = "",
        *,
        branch: str = "",
        to: str = "",
    ) -> bytes:
        head = f"{method} {target} SIP/2.0\r\nVia: {self._via}{branch};rport\r\nMax-Forwards: 69\r\n"
        return self._message(head, self._caller, to or self._callee, f"{number} {method}", extra, body)

    def _response(
        self, status: int, via: str, sender: str, to: str, sequence: str, extra: str = "", body: str = ""
    ) -> bytes:
        head = f"SIP/2.0 {status} {_PHRASES[status]}\r\nVia: {via};rport=5060\r\n"
        return self._message(head, sender, to, sequence, extra, body)

    def _message(
        self, head: str, sender: str, to: str, sequence: str, extra: str = "", body: str = ""
    ) -> bytes:
        kind = "Content-Type: application/sdp\r\n" if body else ""
        return (
            f"{head}From: {sender}\r\nTo: {to}\r\nCall-ID: {self._call.call_id}\r\nCSeq: {sequence}\r\n"
            f"{extra}{kind}Content-Length: {len(body)}\r\n\r\n{body}"
        ).encode("ascii")


def _host(address: str) -> str:
    return f"[{address}]" if ":" in address else address


def _sdp(origin: str, connection: str, at: int) -> str:
    port = 10_000 + at // 1000 % 20_000 * 2
    return (
        f"v=0\r\no={origin}\r\ns=-\r\nc={connection}\r\nt=0 0\r\nm=audio {port} RTP/AVP 8 0 101\r\n"
        "a=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
        "a=fmtp:101 0-15\r\na=ptime:20\r\na=sendrecv\r\n"
    )


def _base64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


_CERTIFICATE = "https://certificates.example/shaken.pem"
_HEAD = _base64(
    json.dumps(
        {"alg": "ES256", "ppt": "shaken", "typ": "passport", "x5u": _CERTIFICATE}, separators=(",", ":")
    ).encode()
)


def _identity(call: Call) -> str:
    leg = call.leg
    number = (leg.p_asserted_identity if leg.a_number == "anonymous" else leg.a_number).removeprefix("+")
    attest = "A" if leg.attestation == "failed" else leg.attestation
    claims = (
        f'{{"attest":"{attest}","dest":{{"tn":["{call.b_number.removeprefix("+")}"]}},'
        f'"iat":{call.at // SECOND},'
        f'"orig":{{"tn":"{number}"}},"origid":"1b0c1f6e-0000-4000-8000-{call.call_id[:8]:0>12}"}}'
    )
    signature = _base64(sha512(call.call_id.encode()).digest())
    return f"{_HEAD}.{_base64(claims.encode())}.{signature};info=<{_CERTIFICATE}>;alg=ES256;ppt=shaken"
