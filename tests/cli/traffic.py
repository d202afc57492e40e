"""An operator's traffic in a few events, and what commands write of it."""

import json
from pathlib import Path
from typing import Any

NOON = 1_768_478_400


def event(n: int, at: float, **fields: Any) -> dict[str, Any]:
    told = {
        "event_type": "INVITE",
        "timestamp": NOON + at,
        "a_number": f"+1202555{1000 + n}",
        "b_number": "+12125550100",
        "call_id": f"{n}@gw",
        "trunk": "carrier-7",
        "source_ip": "192.0.2.7",
        "sdp_origin": "x 1 1 IN IP4 192.0.2.7",
    }
    return told | fields


def written(path: Path, events: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(told) + "\n" for told in events))
    return path


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]
