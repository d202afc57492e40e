"""Traffic that several tests of this folder judge."""

from pathlib import Path

import pytest

from .comparing import BANK, CLINIC, HOTLINE, attack, true_callers
from .traffic import written


@pytest.fixture
def morning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A plain attack (0.93 by the scorecard), one that hides its SDP origin (0.89), and a rush of true callers.
    Who is a suspect is cut at once."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RINGFENCE_SIGNALLING__MODEL", "off")
    monkeypatch.setenv("RINGFENCE_SIGNALLING__SURE_THRESHOLD", "0")
    events = [
        *attack("plain", 0, BANK),
        *attack("hidden", 600, CLINIC, sdp_origin=None, trunk="carrier-9"),
        *true_callers("rush", 1200, HOTLINE),
    ]
    told = [{key: value for key, value in one.items() if value is not None} for one in events]
    return written(tmp_path / "morning.ndjson", told)
