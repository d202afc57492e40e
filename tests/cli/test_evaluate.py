"""`ringfence evaluate` as a fraud analyst uses it: files in, a score out."""

import json
from pathlib import Path
from typing import Any

import pytest

from ringfence.cli import main


def run(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in words])
    told = capsys.readouterr()
    return int(ended.value.code or 0), told.out, told.err


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An hour and a half of traffic with its truth, packed, and what a detector from outside says of it."""
    there = tmp_path_factory.mktemp("day")
    with pytest.raises(SystemExit):
        main(
            f"simulate masking --out {there}/day.ndjson.gz --truth {there}/truth.gz --hours 1.5 --seed 3 "
            "--start 2026-01-05T09:00:00Z --calls-per-day 30000 --attacks 12 --hotlines 4 --json".split()
        )
    with pytest.raises(SystemExit):
        main(
            f"evaluate outsider refreshed-ttl {there}/day.ndjson.gz --alerts {there}/alerts --actions {there}/actions "
            "--json".split()
        )
    return there


def files(there: Path) -> list[str]:
    return f"--truth {there}/truth.gz --alerts {there}/alerts --actions {there}/actions".split()


def test_an_outsider_is_scored_in_one_object(simulated: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "evaluate", "masking", *files(simulated), "--json")
    score: dict[str, Any] = json.loads(out)
    assert code == 0
    assert score["runs"] == 1
    assert score["all"]["attacks"] - score["all"]["cut"] == len(score["missed"])
    assert score["all"]["recall"] > 0.5
    assert score["false_cuts"]["per_million"] > 10
    assert score["false_cuts"]["upper_bound"] > score["false_cuts"]["per_million"]


def test_runs_are_given_by_repeating_the_options(simulated: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, one, _ = run(capsys, "evaluate", "masking", *files(simulated), "--json")
    code, two, _ = run(capsys, "evaluate", "masking", *files(simulated), *files(simulated), "--json")
    single, double = json.loads(one), json.loads(two)
    assert (code, double["runs"]) == (0, 2)
    assert double["all"]["attacks"] == 2 * single["all"]["attacks"]
    assert double["false_cuts"]["per_million"] == pytest.approx(single["false_cuts"]["per_million"])


def test_people_get_tables(simulated: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "evaluate", "masking", *files(simulated))
    assert code == 0
    for words in ("Recall", "per million", "family", "ordinary", "drips"):
        assert words in out


def test_an_outsider_tells_its_counts(simulated: Path, capsys: pytest.CaptureFixture[str]) -> None:
    there = simulated / "again"
    there.mkdir(exist_ok=True)
    written: list[str | Path] = ["--alerts", there / "alerts", "--actions", there / "actions"]
    code, out, _ = run(capsys, "evaluate", "outsider", "htable-fixed", simulated / "day.ndjson.gz", *written)
    alerts = (there / "alerts").read_text().splitlines()
    assert code == 0
    assert f"{len(alerts)} alerts" in out
    assert len(alerts) >= 12


def test_a_caller_every_four_seconds_alarms_what_is_refreshed_and_not_ours(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    events = tmp_path / "events.ndjson"
    lines = (
        {
            "event_type": "INVITE",
            "timestamp": 1_767_614_400 + 4 * n,
            "a_number": f"+1202555{1000 + n}",
            "b_number": "+12125550100",
            "call_id": f"{n}@gw",
            "trunk": "carrier-7",
        }
        for n in range(30)
    )
    events.write_text("".join(json.dumps(line) + "\n" for line in lines))
    told: dict[str, int] = {}
    for name, words in (
        ("ours", ["replay", "--decide", "rule"]),
        ("theirs", ["evaluate", "outsider", "refreshed-ttl"]),
    ):
        alerts, actions = tmp_path / f"{name}.alerts", tmp_path / f"{name}.actions"
        assert run(capsys, *words, events, "--alerts", alerts, "--actions", actions)[0] == 0
        told[name] = len(alerts.read_text().splitlines()) + len(actions.read_text().splitlines())
    assert told["ours"] == 0
    assert told["theirs"] > 2


def test_what_cannot_be_read_is_told_with_its_place(
    simulated: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.ndjson"
    bad.write_text('{"kind":"flag","call_id":null}\n{"kind":"block"\n')
    truth, alerts = simulated / "truth.gz", simulated / "alerts"
    refused: list[tuple[list[str | Path], str]] = [
        (["--truth", truth, "--alerts", alerts, "--actions", bad], f"line 2 of {bad} is not JSON"),
        (["--truth", truth, "--alerts", bad, "--actions", bad], f"line 2 of {bad} is not JSON"),
        (["--truth", bad, "--alerts", alerts, "--actions", bad], f"{bad}: this is not a truth file"),
        (["--truth", tmp_path / "no", "--alerts", alerts, "--actions", bad], "No such file"),
        ([*files(simulated), "--truth", truth], "there are 2, 1 and 1"),
        ([], "--truth"),
    ]
    for words, says in refused:
        code, out, err = run(capsys, "evaluate", "masking", *words)
        assert (code, out) == (2, "")
        assert says in err


def test_an_outsider_overwrites_nothing_it_reads(
    simulated: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    events = simulated / "day.ndjson.gz"
    before = events.read_bytes()
    words: list[str | Path] = ["evaluate", "outsider", "htable", events, "--alerts"]
    code, _, err = run(capsys, *words, events, "--actions", tmp_path / "actions")
    assert (code, events.read_bytes() == before) == (2, True)
    assert "three files" in err
    code, _, err = run(capsys, *words, tmp_path / "no" / "alerts", "--actions", tmp_path / "actions")
    assert code == 2
    assert "cannot write" in err
