"""`POST /event` and `POST /api/v1/events`: raw ASGI, because a framework costs more than the decision."""

import asyncio
import json
from collections.abc import Iterable
from dataclasses import dataclass
from json.encoder import encode_basestring_ascii
from typing import Any

from starlette.types import Message, Receive, Scope, Send

from ringfence.api.access import Headers, RateLimit, authorise
from ringfence.api.body import Body, LineCutter, too_large
from ringfence.api.problems import MEDIA_TYPE, headers_of, problem, status_of
from ringfence.api.views import alert_view
from ringfence.app.keyring import KeyRing
from ringfence.app.pipeline import BatchOutcome, EventOutcome, Pipeline
from ringfence.errors import BadInput, RingfenceError, TooLarge
from ringfence.model.key import ApiKey, Role
from ringfence.settings import LimitSettings

SINGLE = "/event"
BATCH = "/api/v1/events"
JUDGED = "judged"
"""Where a request's state holds what `EventRoutes.judge_now` gave, if the server asked it already."""


@dataclass(slots=True)
class Judged:
    """A single event that was judged for a caller of this role. Its answer follows its outcome's commit."""

    outcome: EventOutcome
    role: Role

    @property
    def is_plain(self) -> bool:
        """Whether there is no alert to tell of and nothing to wait for, as with nearly every event."""
        return self.outcome.alert is None and self.outcome.written is None

    def answer(self) -> bytes:
        return _decided(self.outcome, self.role)


class EventRoutes:
    """Answers the two paths; whatever goes wrong leaves as problem details."""

    def __init__(self, pipeline: Pipeline, keys: KeyRing, limits: LimitSettings) -> None:
        self._pipeline = pipeline
        self._keys = keys
        self._limits = limits
        self._rate = RateLimit(limits.events_per_second)

    async def __call__(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        outcome = BatchOutcome()
        headers: dict[str, str] = {}
        kind = "application/json"
        try:
            if scope["method"] != "POST":
                status, kind, headers = 405, MEDIA_TYPE, {"allow": "POST"}
                body = problem(405, "method_not_allowed", "Send events with POST", request_id)
            else:
                single = scope["path"] == SINGLE
                take = self._single(scope, receive) if single else self._batch(scope, receive, outcome)
                status, body = 200, await take
        except ConnectionAbortedError:
            return
        except RingfenceError as error:
            status, kind, headers = status_of(error), MEDIA_TYPE, headers_of(error)
            if error.code == "encoding_unknown":
                status = 415
            if isinstance(error, TooLarge):
                headers["connection"] = "close"
            more = _told(outcome) if outcome.accepted or outcome.rejected or outcome.late else {}
            body = problem(status, error.code, error.detail, request_id, **more)
        await send_answer(send, status, kind, body, request_id, headers)

    def judge_now(self, headers: Headers, event: bytes) -> Judged | Exception:
        """Judges a single event whose request is here whole, as the route does; what that raises is given."""
        try:
            return self._judge(self._admit(headers), event)
        except Exception as error:
            return error

    async def _single(self, scope: Scope, receive: Receive) -> bytes:
        judged: Judged | Exception | None = scope.get("state", {}).get(JUDGED)
        if judged is None:
            key = self._admit(scope["headers"])
            judged = self._judge(key, await self._whole(scope, receive))
        if isinstance(judged, Exception):
            raise judged
        if judged.outcome.written is not None:
            await asyncio.wrap_future(judged.outcome.written)
        return judged.answer()

    def _admit(self, headers: Headers, tokens: float = 1.0) -> ApiKey:
        key = authorise(self._keys, headers, Role.INGEST)
        self._rate.spend(key.name, tokens)
        return key

    def _judge(self, key: ApiKey, event: bytes) -> Judged:
        if len(event) > self._limits.line_bytes:
            raise too_large(self._limits.line_bytes)
        if not event or event.isspace():
            raise BadInput("The body is empty: send one event as a JSON object", code="empty_body")
        return Judged(self._pipeline.event(event), key.role)

    async def _whole(self, scope: Scope, receive: Receive) -> bytes:
        """A body of one event; nearly all come plain and in one piece."""
        limit = self._limits.line_bytes
        if any(name == b"content-encoding" for name, _ in scope["headers"]):
            return b"".join([piece async for piece in self._open(scope, receive, limit)])
        first = await receive()
        body: bytes = first.get("body", b"")
        if first["type"] == "http.request" and not first.get("more_body"):
            return body
        return b"".join([piece async for piece in self._open(scope, again(first, receive), limit)])

    async def _batch(self, scope: Scope, receive: Receive, outcome: BatchOutcome) -> bytes:
        key = self._admit(scope["headers"], 0)
        body = self._open(scope, receive, self._limits.body_bytes)
        lines = _Lines(self._pipeline, self._limits.line_bytes, outcome)
        as_json = _header(scope, b"content-type").partition(";")[0].strip().lower() == "application/json"
        try:
            async for piece in body:
                await lines.feed(piece, as_json=as_json)
            await lines.end()
        finally:
            self._rate.charge(key.name, outcome.accepted + outcome.rejected)
        if body.fault is not None:
            if not lines.any:
                raise BadInput(body.fault[1], code=body.fault[0])
            outcome.body_faults += 1
            outcome.error(lines.last, *body.fault)
        if not lines.any:
            raise BadInput("The body is empty: send events, one JSON object a line", code="empty_body")
        return json.dumps(_told(outcome, key.role)).encode()

    def _open(self, scope: Scope, receive: Receive, limit: int) -> Body:
        length = _header(scope, b"content-length")
        declared = int(length) if length.isascii() and length.isdigit() else None
        return Body(receive, limit, declared, _header(scope, b"content-encoding").strip().lower())


class _Lines:
    """Hands a batch's lines to the pipeline as they arrive; makes lines of a JSON array or document."""

    def __init__(self, pipeline: Pipeline, limit: int, outcome: BatchOutcome) -> None:
        self._pipeline = pipeline
        self._limit = limit
        self._outcome = outcome
        self._cutter = LineCutter(limit)
        self._document: bytearray | None = bytearray()
        """The body's begin, as long as it may be one JSON document."""

    @property
    def any(self) -> bool:
        return bool(self._outcome.accepted or self._outcome.rejected or self._outcome.late)

    @property
    def last(self) -> int:
        return self._cutter.line

    async def feed(self, piece: bytes, *, as_json: bool) -> None:
        if self._document is None:
            await self._take(self._cutter.feed(piece))
            return
        if not self._document:
            blank = len(piece) - len(piece.lstrip())
            self._cutter.line += piece.count(b"\n", 0, blank)
            piece = piece[blank:]
        self._document += piece
        begin = self._document[:1]
        if begin == b"[" and len(self._document) > self._limit:
            raise TooLarge(f"A JSON array may have {self._limit} bytes: send one object a line instead")
        if begin and begin != b"[" and not (as_json and len(self._document) <= self._limit):
            await self._as_lines()

    async def end(self) -> None:
        if self._document is not None:
            lines = _document_lines(bytes(self._document))
            if lines is not None:
                self._document = bytearray(lines)
            await self._as_lines()
        await self._take(self._cutter.rest())

    async def _as_lines(self) -> None:
        begun, self._document = bytes(self._document or b""), None
        await self._take(self._cutter.feed(begun))

    async def _take(self, slices: Iterable[tuple[int, bytes]]) -> None:
        for first_line, lines in slices:
            await self._pipeline.batch(lines, first_line, self._outcome)
        for line in self._cutter.too_long:
            self._outcome.rejected += 1
            self._outcome.error(line, "line_too_long", f"The line is over {self._limit} bytes")
        self._cutter.too_long.clear()


def _document_lines(body: bytes) -> bytes | None:
    """One line an event, where the body is one JSON array or object; None where it is anything else."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if isinstance(found, dict):
        found = [found]
    if not isinstance(found, list):
        return None
    return "\n".join(map(json.dumps, found)).encode()


def _decided(outcome: EventOutcome, role: Role) -> bytes:
    decision = outcome.decision
    call_id, late = decision.call_id, decision.status == "late"
    if outcome.alert is None and not outcome.blocked and call_id is not None:
        text, callers = encode_basestring_ascii(call_id), decision.distinct_callers
        told = "true" if late else "false"
        return f'{{"status":"ok","call_id":{text},"distinct_callers":{callers},"late":{told},"alert":null}}'.encode()
    status = "blocked" if outcome.blocked else "ok" if outcome.alert is None else "alert"
    answer = {
        "status": status,
        "call_id": call_id,
        "distinct_callers": decision.distinct_callers,
        "late": late,
        "alert": None if outcome.alert is None else alert_view(outcome.alert, role),
    }
    return json.dumps(answer).encode()


def _told(outcome: BatchOutcome, role: Role = Role.INGEST) -> dict[str, Any]:
    faults = outcome.rejected + outcome.body_faults
    return {
        "accepted": outcome.accepted,
        "rejected": outcome.rejected,
        "late": outcome.late,
        "alerts": [alert_view(alert, role) for alert in outcome.alerts.values()],
        "errors": [
            {"line": line, "code": code, "detail": detail} for line, code, detail in sorted(outcome.errors)
        ],
        "more_errors": max(faults - len(outcome.errors), 0),
    }


def again(first: Message, receive: Receive) -> Receive:
    """Gives a message that was taken once more, then what follows it."""
    taken = [first]

    async def given() -> Message:
        return taken.pop() if taken else await receive()

    return given


def _header(scope: Scope, wanted: bytes) -> str:
    for name, value in scope["headers"]:
        if name == wanted:
            return str(value, "latin-1")
    return ""


def headers_of_answer(kind: str, body: bytes, request_id: str) -> list[tuple[bytes, bytes]]:
    return [
        (b"content-type", kind.encode()),
        (b"content-length", b"%d" % len(body)),
        (b"x-request-id", request_id.encode()),
    ]


async def send_answer(
    send: Send, status: int, kind: str, body: bytes, request_id: str, headers: dict[str, str]
) -> None:
    told = headers_of_answer(kind, body, request_id)
    told += [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": told})
    await send({"type": "http.response.body", "body": body})
