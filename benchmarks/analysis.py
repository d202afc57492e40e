"""How long `POST /event` takes while messages are analysed on the same server, beside how long it takes alone.

`python -m benchmarks.analysis [--quick]`. One connection sends event after event and times each; a process of its own
has 50 messages a second analysed. With and without take turns, so that whatever else the machine does hits both alike.
"""

import json
import os
import platform
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks import machine
from benchmarks.http import serving

RATE = 50
"""Messages a second."""
TARGET = Path(__file__).with_name("analysis.md")
_BAR = 2.0
_HOST = "127.0.0.1"
_MESSAGES = (
    "Dear customer your account will be blocked today. Update KYC at http://kyc-{n}.example/x or call 98765{n:05} now",
    "Your parcel {n} is held at our depot, pay the fee of Rs {n} immediately at http://parcel.example/{n}",
    "Rs {n}.00 debited from a/c XX1234 on 12-01-26 at GROCERY {n}. Not you? Call the number on your card.",
    "Hi, running ten minutes late, order without me. {n}",
)


@dataclass(frozen=True, slots=True)
class Round:
    """99th percentiles in milliseconds, of so many events each, and messages analysed a second."""

    alone: float
    beside: float
    events: int
    rate: float

    @property
    def ratio(self) -> float:
        return self.beside / self.alone


def run(seconds: float, rounds: int) -> list[Round]:
    key = secrets.token_urlsafe(32)
    with tempfile.TemporaryDirectory() as folder:
        settings = {
            **os.environ,
            "RINGFENCE_DATA_DIR": folder,
            "RINGFENCE_ADMIN_KEY": key,
            "RINGFENCE_LIMITS__ANALYZE_PER_MINUTE": "1000000",
        }
        with serving([sys.executable, "-m", "ringfence", "serve", "--port"], settings) as port:
            _times(port, key, seconds)
            with _analysing(port, key, seconds):
                pass
            return [_round(port, key, seconds, number, rounds) for number in range(rounds)]


def _round(port: int, key: str, seconds: float, number: int, of: int) -> Round:
    print(f"  analysis: round {number + 1} of {of}", flush=True)
    alone = _times(port, key, seconds)
    with _analysing(port, key, seconds) as done:
        beside = _times(port, key, seconds)
    return Round(_p99(alone), _p99(beside), len(beside), done[0] / seconds)


def _p99(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.99)] * 1e3


def _times(port: int, key: str, seconds: float) -> list[float]:
    """Seconds that each event took, one after the other over one connection."""
    found = []
    with socket.create_connection((_HOST, port)) as link:
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        end = time.perf_counter() + seconds
        number = 0
        while (begun := time.perf_counter()) < end:
            number += 1
            link.sendall(_event(key, number))
            answer = link.recv(65_536)
            found.append(time.perf_counter() - begun)
            assert answer.startswith(b"HTTP/1.1 200"), answer[:200]
    return found


def _event(key: str, number: int) -> bytes:
    told = {
        "event_type": "INVITE",
        "timestamp": time.time(),
        "call_id": f"{os.getpid()}-{time.perf_counter_ns()}",
        "a_number": f"+9122{number % 10_000_000:08}",
        "b_number": f"+9198{number * 7919 % 100_000_000:08}",
        "trunk": f"ingress-{number % 8}",
    }
    body = json.dumps(told).encode()
    head = f"POST /event HTTP/1.1\r\nHost: {_HOST}\r\nX-API-KEY: {key}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


@contextmanager
def _analysing(port: int, key: str, seconds: float) -> Iterator[list[int]]:
    """Has messages analysed by another process meanwhile; afterwards the list holds how many."""
    command = [sys.executable, "-m", "benchmarks.analysis", "--load", str(port), str(seconds)]
    done: list[int] = []
    environ = {**os.environ, "RINGFENCE_BENCHMARK_KEY": key}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ) as process:
        assert process.stdout is not None
        process.stdout.readline()  # it is connected
        yield done
        done.append(int(process.communicate()[0]))


def _load(port: int, seconds: float) -> None:
    """Sends at its rate, as long as the server keeps up, and prints how many were answered. It is written to cost
    little, since it runs on the processors that are measured."""
    key = os.environ["RINGFENCE_BENCHMARK_KEY"]
    begins = secrets.randbelow(10**9)  # no message of an earlier round again, whose finding is there already
    requests = [_request(key, begins + number) for number in range(int(RATE * seconds))]
    done = 0
    with socket.create_connection((_HOST, port)) as link:
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        print("connected", flush=True)
        begun = time.perf_counter()
        for request in requests:
            now = time.perf_counter()
            if now - begun < done / RATE:
                time.sleep(begun + done / RATE - now)
            elif now - begun > seconds:
                break
            link.sendall(request)
            _take(link)
            done += 1
    print(done)


def _request(key: str, number: int) -> bytes:
    body = json.dumps({"message": _MESSAGES[number % len(_MESSAGES)].format(n=number)}).encode()
    head = (
        f"POST /api/v1/analyze/text HTTP/1.1\r\nHost: {_HOST}\r\nX-API-KEY: {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _take(link: socket.socket) -> None:
    """A whole answer."""
    answer = link.recv(65_536)
    assert answer.startswith(b"HTTP/1.1 200"), answer[:200]
    head, _, body = answer.partition(b"\r\n\r\n")
    left = int(head.lower().partition(b"content-length:")[2].split()[0]) - len(body)
    while left > 0:
        left -= len(link.recv(65_536))


def main() -> None:
    if sys.argv[1:2] == ["--load"]:
        _load(int(sys.argv[2]), float(sys.argv[3]))
        return
    quick = "--quick" in sys.argv[1:]
    page = _page(run(2, 3) if quick else run(10, 7))
    if quick:
        print(page)
    else:
        TARGET.write_text(page, encoding="utf-8")
        print(f"Written to {TARGET.relative_to(Path.cwd())}")


def _page(rounds: list[Round]) -> str:
    rows = [
        f"| {number} | {one.alone:.3f} | {one.beside:.3f} | {one.ratio:.2f} | {one.events:,} | {one.rate:.0f} |"
        for number, one in enumerate(rounds, 1)
    ]
    ratio = median(one.ratio for one in rounds)
    return "\n".join(
        [
            "# Events beside messages",
            "",
            f"Written by `python -m benchmarks.analysis`. One connection sends event after event to `POST /event`; in "
            f"every other turn {RATE} messages a second are analysed on the same server, half of them scams that leave "
            "a finding. Both senders run on the same processors. Bar: the 99th percentile at most doubled. "
            f"**Median of the rounds: {ratio:.2f} times, {'met' if ratio <= _BAR else 'missed'}.**",
            "",
            machine.describe(f"CPython {platform.python_version()}"),
            "",
            "| round | p99 alone, ms | p99 beside, ms | times | events beside | analyses a second |",
            "|---:|---:|---:|---:|---:|---:|",
            *rows,
            "",
        ]
    )


if __name__ == "__main__":
    main()
