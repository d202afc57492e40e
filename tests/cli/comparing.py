"""A morning's calls that policies see differently, and the command that compares them."""

import json
from pathlib import Path
from typing import Any

import pytest

from ringfence.cli import main

from .traffic import event, lines

BANK, CLINIC, HOTLINE = "+12125550100", "+12125550200", "+12125550300"


def attack(name: str, at: float, b: str, **fields: Any) -> list[dict[str, Any]]:
    return [event(n, at + n * 0.4, call_id=f"{name}-{n}@gw", b_number=b, **fields) for n in range(6)]


def true_callers(name: str, at: float, b: str, count: int = 8, **fields: Any) -> list[dict[str, Any]]:
    return [
        event(
            n,
            at + n * 0.3,
            a_number=f"+1{212 + 3 * n}555{1100 + 177 * n}",
            call_id=f"{name}-{n}@home",
            b_number=b,
            source_ip=f"203.0.113.{n}",
            sdp_origin=f"phone{n} 1 1 IN IP4 203.0.113.{n}",
            attestation="A",
            **fields,
        )
        for n in range(count)
    ]


def run(capsys: pytest.CaptureFixture[str], *words: str | Path) -> dict[str, Any]:
    """The object of a comparison that ends well."""
    with pytest.raises(SystemExit) as ended:
        main(["compare", *map(str, words), "--json"])
    told = capsys.readouterr()
    assert ended.value.code == 0, told.err
    summary: dict[str, Any] = json.loads(told.out)
    return summary


def shown(capsys: pytest.CaptureFixture[str], *words: str | Path) -> str:
    with pytest.raises(SystemExit) as ended:
        main(["compare", *map(str, words)])
    assert ended.value.code == 0
    return capsys.readouterr().out


def refused(capsys: pytest.CaptureFixture[str], *words: str | Path) -> str:
    with pytest.raises(SystemExit) as ended:
        main(["compare", *map(str, words)])
    told = capsys.readouterr()
    assert (ended.value.code, told.out) == (2, "")
    return told.err


def policies(*texts: str) -> list[str]:
    return [word for text in texts for word in ("--policy", text)]


def changes(path: Path) -> dict[str, set[str]]:
    """Call-IDs by what changes about them."""
    told = lines(path)
    return {kind: {line["call_id"] for line in told if line["change"] == kind} for kind in ("cut", "spared")}
