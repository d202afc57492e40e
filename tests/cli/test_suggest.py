"""`ringfence suggest` on the command line."""

import json
import time
from pathlib import Path

import pytest
from ringfence_engine import Engine

from ringfence.adapters.stores.memory import MemoryFile
from ringfence.app.build import open_records
from ringfence.cli import main
from ringfence.model.alert import Alert, AlertLabel, FeatureRow, RiskLevel, Severity
from ringfence.settings import load_settings

HOTLINE = "+911800112233"
DAY = 86_400_000_000_000


@pytest.fixture(autouse=True)
def nothing_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RINGFENCE_DATA_DIR", raising=False)


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["suggest", *words])
    told = capsys.readouterr()
    return int(ended.value.code or 0), told.out, told.err


def remember(days_with_bursts: int) -> None:
    """Three bursts a day on the last days, not taken for masking."""
    records = open_records(load_settings())
    now = time.time_ns()
    records.write(
        [
            Alert(
                alert_id=f"a{day}-{n}",
                b_number=HOTLINE,
                label=AlertLabel.FAN_IN,
                severity=Severity.LOW,
                risk_level=RiskLevel.MINIMAL,
                opened_at=now - (day + 1) * DAY,
                last_seen_at=now - (day + 1) * DAY,
                closed_at=now - day * DAY,
                distinct_callers=6,
                a_numbers=(),
                calls=(),
                trunks=(),
                masking_probability=0.05,
                method="scorecard",
                reasons=(),
                action="monitor",
                features=FeatureRow(("b_answered_share",), (0.9,)),
            )
            for day in range(days_with_bursts)
            for n in range(3)
        ]
    ).result()
    records.close()


def learn() -> None:
    """What a server would have kept: two callers at once, again and again."""
    engine = Engine()
    for minute in range(12):
        for caller in range(2):
            told = {"event_type": "INVITE", "timestamp": 1_768_478_400 + minute * 60 + caller}
            number = {
                "a_number": f"+91981000000{caller}",
                "b_number": HOTLINE,
                "call_id": f"{minute}-{caller}",
            }
            engine.ingest_one(json.dumps(told | number).encode(), 1_768_478_400_000_000_000)
    MemoryFile(load_settings().data_dir / "learnt.bin").write(engine.memory())


def test_where_nothing_looks_like_a_hotline_it_says_what_would(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys)
    assert (code, out) == (0, "")
    assert "No called number looks like a hotline in var/ringfence.db" in err
    assert "3 bursts or more on 2 days" in err
    assert run(capsys, "--json")[:2] == (0, '{"suggestions": [], "history_days": 90}\n')


def test_a_hotline_is_shown_with_the_command_that_allows_it(capsys: pytest.CaptureFixture[str]) -> None:
    remember(2)
    learn()
    code, out, err = run(capsys)
    assert (code, err) == (0, "")
    assert HOTLINE in out
    assert "11 windows held several callers" in " ".join(out.split())
    body = json.loads(out.partition("-d '")[2].rpartition("'")[0])
    assert (body["list"], body["value"]) == ("allow_b", HOTLINE)
    assert "/api/v1/lists" in out
    (found,) = json.loads(run(capsys, "--json")[1])["suggestions"]
    assert found["entry"] == body
    assert found["usual_callers"] == 2


def test_what_speaks_against_a_number_is_told_when_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    remember(1)
    code, out, err = run(capsys)
    assert (code, out) == (0, "")
    assert "--all names 1" in err
    code, out, _ = run(capsys, "--all")
    assert code == 0
    assert "BUT: All its bursts were on one day" in " ".join(out.split())
    assert "curl" not in out


def test_a_memory_that_cannot_be_read_is_left_where_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    remember(2)
    file = Path("var/learnt.bin")
    file.write_bytes(b"of another release")
    (found,) = json.loads(run(capsys, "--json")[1])["suggestions"]
    assert found["usual_callers"] is None
    assert file.read_bytes() == b"of another release"
