"""A provider on loopback, of language models or of calls: a real HTTP server that keeps what it was sent and says what
it is told to.

What it says, in which wire format, is in `gemini`, `openai` and `twilio`.
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

KEY = "sk-of-this-test-0123456789"


@dataclass(frozen=True, slots=True)
class Seen:
    """A request; header names in lower case. It has a body (JSON) or a form, whose names may repeat."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    method: str = "POST"
    form: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """An answer. `held` never comes, `cut` breaks the connection off in the middle of the body, `trickling` comes
    byte by byte, twenty in a second."""

    status: int = 200
    body: Any = field(default_factory=dict)
    headers: tuple[tuple[str, str], ...] = ()
    held: bool = False
    cut: bool = False
    trickling: bool = False


Reply = Callable[[Seen], Said]


class _Server(ThreadingHTTPServer):
    request_queue_size = 64  # who finds the queue full is heard a second later


class Provider:
    """Says `replies` one after the other, the last one ever after."""

    def __init__(self, check: Reply | None = None) -> None:
        self.seen: list[Seen] = []
        self.most_at_once = 0
        self._at_work = 0
        self._check = check
        self._replies: list[Reply] = []
        self._lock = threading.Lock()
        self._ends = threading.Event()
        provider = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1

            def do_POST(self) -> None:
                sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                is_form = headers.get("content-type") == "application/x-www-form-urlencoded"
                form = tuple(parse_qsl(sent.decode(), keep_blank_values=True)) if is_form else ()
                body = json.loads(sent) if sent and not is_form else {}
                with suppress(ConnectionError):
                    self._say(provider._worked(Seen(self.path, headers, body, self.command, form)))

            def do_GET(self) -> None:
                self.do_POST()

            def _say(self, said: Said) -> None:
                if said.held:
                    provider._ends.wait()
                    self.close_connection = True
                    return
                body = said.body if isinstance(said.body, bytes) else json.dumps(said.body).encode()
                self.send_response(said.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                for name, value in said.headers:
                    self.send_header(name, value)
                self.end_headers()
                if said.trickling:
                    self._trickle(body)
                else:
                    self.wfile.write(body[: len(body) // 2] if said.cut else body)
                    self.wfile.flush()
                self.close_connection = said.cut or said.trickling

            def _trickle(self, body: bytes) -> None:
                self.wfile.flush()
                for byte in body:
                    self.connection.sendall(bytes((byte,)))
                    if provider._ends.wait(0.05):
                        return

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def says(self, *replies: Reply | Said) -> None:
        with self._lock:
            self._replies = [_fixed(reply) if isinstance(reply, Said) else reply for reply in replies]

    def close(self) -> None:
        self._ends.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _worked(self, seen: Seen) -> Said:
        """The answer, which nobody can have yet while it counts as work."""
        with self._lock:
            self._at_work += 1
            self.most_at_once = max(self.most_at_once, self._at_work)
        try:
            return self._said(seen)
        finally:
            with self._lock:
                self._at_work -= 1

    def _said(self, seen: Seen) -> Said:
        with self._lock:
            self.seen.append(seen)
            fault = self._check(seen) if self._check is not None else None
            if fault is not None and fault.status != 200:
                return fault
            reply = self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]
        return reply(seen)


def _fixed(said: Said) -> Reply:
    return lambda _: said


@contextmanager
def provider(check: Reply | None = None) -> Iterator[Provider]:
    one = Provider(check)
    try:
        yield one
    finally:
        one.close()


HELD = Said(held=True)
NO_JSON = Said(body=b"<html>busy</html>")
