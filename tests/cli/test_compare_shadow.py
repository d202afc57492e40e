"""`ringfence compare --shadow`: what the live judge and its shadow made of a server's alerts."""

from dataclasses import replace
from pathlib import Path

import pytest

from ringfence.app.build import open_records
from ringfence.model.alert import (
    Alert,
    AlertCall,
    AlertLabel,
    AlertShadow,
    CallShadow,
    RiskLevel,
    Severity,
)
from ringfence.settings import load_settings

from .comparing import BANK, CLINIC, policies, refused, run, shown
from .traffic import NOON, lines

SECOND = 1_000_000_000


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RINGFENCE_DATA_DIR", raising=False)


def alert(name: str, b_number: str, at: int, live: float, shadow: float | None) -> Alert:
    """Five calls that both judges score alike; from 0.7 on a judge takes them for suspects."""
    beside = None if shadow is None else CallShadow(shadow, shadow >= 0.7)
    calls = tuple(
        AlertCall(
            f"{name}-{n}@gw", f"+1202555{1000 + n}", (NOON + at + n) * SECOND, "carrier-7", live, live >= 0.7,
            shadow=beside,
        )
        for n in range(5)
    )  # fmt: skip
    labels = {True: AlertLabel.MASKING, False: AlertLabel.FAN_IN}
    return Alert(
        alert_id=name,
        b_number=b_number,
        label=labels[live >= 0.7],
        severity=Severity.HIGH,
        risk_level=RiskLevel.HIGH,
        opened_at=(NOON + at) * SECOND,
        last_seen_at=(NOON + at + 4) * SECOND,
        closed_at=None,
        distinct_callers=5,
        a_numbers=tuple(call.a_number for call in calls),
        calls=calls,
        trunks=("carrier-7",),
        masking_probability=live,
        method="live-1",
        reasons=("5 callers in 4.0 s",),
        action="disconnect",
        shadow=None if shadow is None else AlertShadow("new-2", labels[shadow >= 0.7], shadow),
    )


def kept(*alerts: Alert) -> None:
    records = open_records(load_settings())
    records.write(alerts).result()
    records.close()


def test_who_the_shadow_alone_would_cut_and_who_the_live_one_alone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    attack, hotline = alert("a1", BANK, 0, 0.4, 0.95), alert("a2", CLINIC, 600, 0.8, 0.1)
    exempt = replace(hotline.calls[0], shadow=None)
    both = alert("a3", BANK, 1200, 0.9, 0.9)
    kept(
        attack, replace(hotline, calls=(exempt, *hotline.calls[1:])), both, alert("a4", BANK, 1800, 0.9, None)
    )
    told = run(capsys, "--shadow", "--out", "calls.ndjson")
    assert (told["alerts"], told["judged_by_both"]) == (4, 3)
    assert told["methods"] == {"live": {"live-1": 3}, "shadow": {"new-2": 3}}
    assert told["policies"] == [
        {"name": "live", "alerts": 3, "masking_alerts": 2, "calls_cut": 9, "callers_cut": 5,
         "called_numbers": 2, "trunks": 1},
        {"name": "shadow", "alerts": 3, "masking_alerts": 2, "calls_cut": 10, "callers_cut": 5,
         "called_numbers": 1, "trunks": 1},
    ]  # fmt: skip
    [change] = told["comparisons"]
    [newly] = change["newly_cut"]["by_number"]
    assert (newly["b_number"], newly["calls"], newly["probability"]) == (BANK, 5, 0.95)
    assert newly["reason"] == "the shadow puts it at 0.95; live: 5 callers in 4.0 s"
    [no_longer] = change["no_longer_cut"]["by_number"]
    assert (no_longer["b_number"], no_longer["calls"], no_longer["reason"]) == (
        CLINIC,
        4,
        "5 callers in 4.0 s",
    )
    first, *others = lines(Path("calls.ndjson"))
    assert (first["change"], first["call_id"], first["alert_id"]) == ("cut", "a1-0@gw", "a1")
    assert (first["begun_at"], first["decided_at"]) == ("2026-01-15T12:00:00.000000Z", None)
    assert len(others) == 8


def test_whoever_reads_it_sees_who_judged_and_what_differs(capsys: pytest.CaptureFixture[str]) -> None:
    kept(alert("a1", BANK, 0, 0.4, 0.95), alert("a2", CLINIC, 600, 0.8, None))
    told = shown(capsys, "--shadow")
    assert "2 alerts, 1 of them judged by both" in told
    assert "live: live-1 1\nshadow: new-2 1\n" in told
    assert next(line for line in told.splitlines() if line.startswith("shadow ")).split() == [
        "shadow", "1", "1", "–", "5", "5", "1", "1",
    ]  # fmt: skip
    assert "newly cut: 5 calls, by trunk: carrier-7 5" in told
    assert "--out FILE" in told


def test_since_leaves_earlier_alerts_out(capsys: pytest.CaptureFixture[str]) -> None:
    kept(alert("a1", BANK, 0, 0.4, 0.95), alert("a2", CLINIC, 600, 0.8, 0.9))
    told = run(capsys, "--shadow", "--since", str(NOON + 600))
    assert (told["alerts"], told["judged_by_both"]) == (1, 1)
    assert "of 0 since 2026-02-01T00:00:00Z in " in shown(
        capsys, "--shadow", "--since", "2026-02-01T00:00:00Z"
    )


def test_without_a_shadow_it_says_how_to_get_one(capsys: pytest.CaptureFixture[str]) -> None:
    kept(alert("a1", BANK, 0, 0.4, None))
    told = shown(capsys, "--shadow")
    assert "No alert has been judged by a shadow yet, of 1 in var/ringfence.db" in told
    assert "[signalling.shadow]" in told
    assert run(capsys, "--shadow")["policies"][1]["alerts"] == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--shadow", "day.ndjson"], "leave FILE"),
        (["--shadow", *policies("current")], "leave FILE, --policy"),
        (["--shadow", "--since", "yesterday"], "--since is no time"),
        (["day.ndjson", *policies("current", "decide=rule"), "--since", "0"], "--since goes with --shadow"),
        (["--shadow", "--out", "missing/calls"], "missing"),
        (["--shadow", "--out", "var/ringfence.db"], "it is read"),
        ([], "give FILE"),
        (["day.ndjson"], "give --policy twice or more"),
    ],
)
def test_what_does_not_go_together_is_refused_with_the_way_out(
    capsys: pytest.CaptureFixture[str], words: list[str], told: str
) -> None:
    assert told in refused(capsys, *words)
