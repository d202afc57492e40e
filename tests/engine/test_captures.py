"""Captures that others made: the engine's counts beside tshark's, run now, and beside figures kept here."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from ringfence_engine import Engine, Replay, SipSummary

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("RINGFENCE_SHARED_DATA", ROOT / "../shared/data"))
CAPTURES = sorted(DATA.rglob("*.pcap")) + sorted(DATA.rglob("*.pcapng"))
TSHARK = shutil.which("tshark")
NOW = 1_800_000_000_000_000_000
KNOWN = {
    "sip-method.pcap": (81, {"INVITE": 11, "REGISTER": 18, "ACK": 7, "CANCEL": 11}, 4, 6),
    "sip-body-large.pcap": (2, {"INVITE": 1}, 0, 1),
    "kamailio-mirror-decoded.pcap": (11, {"INVITE": 2, "ACK": 2, "BYE": 1}, 0, 1),
}

pytestmark = pytest.mark.skipif(not CAPTURES, reason=f"no captures under {DATA} (RINGFENCE_SHARED_DATA)")
each = pytest.mark.parametrize("capture", CAPTURES, ids=lambda path: path.name)


def read(capture: Path, chunk: int) -> SipSummary:
    files = Replay(Engine(region="US", max_keys=1_024, max_calls=1_024), now=NOW)
    data = capture.read_bytes()
    for at in range(0, len(data), chunk):
        files.feed(data[at : at + chunk])
    files.close()
    files.finish()
    return files.summary()


def tshark(capture: Path, *options: str) -> str:
    assert TSHARK is not None
    command = [TSHARK, "-r", str(capture), *options]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout


@each
@pytest.mark.parametrize("chunk", [7, 65_536])
@pytest.mark.skipif(TSHARK is None, reason="tshark is not installed")
def test_counts_are_tsharks(capture: Path, chunk: int) -> None:
    said = tshark(capture, "-q", "-z", "sip,stat")
    requests = said.partition("List of SIP Request methods")[2]
    call_ids = tshark(capture, "-Y", "sip", "-T", "fields", "-e", "sip.Call-ID")
    summary = read(capture, chunk)
    assert summary.messages == number(said, r"Number of SIP messages: (\d+)")
    assert summary.resends == number(said, r"Number of resent SIP messages: (\d+)")
    assert summary.methods == Counter(
        {method: int(count) for method, count in re.findall(r"(\S+)\s+:\s+(\d+) Packets", requests)}
    )
    assert summary.call_ids == len({one for row in call_ids.split() for one in row.split(",")})


def number(said: str, pattern: str) -> int:
    found = re.search(pattern, said)
    assert found is not None
    return int(found[1])


@pytest.mark.parametrize("name", KNOWN)
def test_counts_are_those_written_down(name: str) -> None:
    found = [capture for capture in CAPTURES if capture.name == name]
    if not found:
        pytest.skip(f"no {name} under {DATA}")
    summary = read(found[0], 4_096)
    counts = (summary.messages, summary.methods, summary.resends, summary.call_ids)
    assert counts == KNOWN[name]
    assert summary.malformed == {}
