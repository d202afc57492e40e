"""Recorded traffic judged by a trained model: the alerts, their reasons, and files that are no model."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ringfence.cli import main

from .traffic import event, lines, written

WriteModel = Callable[..., Path]
WEIGHTS = {"in_a_row": 12.0, "answered": -2.0, "shared_trunk": 0.7}
FACTS = [
    "the numbers go up or down one after the other, all the way [+12.0]",
    "all 9 calls show the same trunk [+0.7]",
]


@pytest.fixture
def traffic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nine callers in a row, none of whom has been answered yet."""
    monkeypatch.chdir(tmp_path)
    return written(tmp_path / "day.ndjson", [event(n, n * 0.3) for n in range(9)])


def replayed(*words: str | Path) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["replay", *map(str, words)])
    assert isinstance(ended.value.code, int)
    return ended.value.code


def test_the_alert_says_who_judged_it_and_why(
    traffic: Path,
    write_model: WriteModel,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("RINGFENCE_SIGNALLING__MODEL", str(write_model(WEIGHTS, version="ours-1")))
    assert replayed(traffic, "--alerts", "alerts.ndjson") == 0
    [alert] = lines(Path("alerts.ndjson"))
    assert (alert["method"], alert["label"]) == ("ours-1", "masking")
    assert alert["reasons"][1:] == FACTS
    assert alert["description"].endswith("; ".join(FACTS))
    shown = " ".join(capsys.readouterr().out.replace("│", " ").split())
    assert all(word in shown for fact in FACTS for word in fact.split())


def test_the_scorecard_tells_its_reasons_as_ever(traffic: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RINGFENCE_SIGNALLING__MODEL", "off")
    assert replayed(traffic, "--alerts", "alerts.ndjson") == 0
    [alert] = lines(Path("alerts.ndjson"))
    assert alert["method"] == "scorecard"
    assert alert["reasons"][1:3] == [
        "the score is not sure yet: 8 suspect calls flagged and not cut",
        "all 9 of them sequential",
    ]
    assert alert["reasons"][-1].startswith("score made of ")


@pytest.mark.parametrize(
    ("content", "reason"), [(None, "No such file"), ("{}", "Cannot use"), ("[1", "Cannot use")]
)
def test_a_file_that_is_no_model_ends_with_2_and_a_sentence(
    traffic: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    content: Any,
    reason: str,
) -> None:
    if content is not None:
        Path("mine.json").write_text(content)
    monkeypatch.setenv("RINGFENCE_SIGNALLING__MODEL", "mine.json")
    assert replayed(traffic) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert reason in told.err
    assert "mine.json" in told.err
    assert "Traceback" not in told.err


def test_models_are_compared_as_any_settings_are(
    traffic: Path, write_model: WriteModel, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, intercept in (("bold", -4.0), ("timid", -20.0)):
        model = write_model(WEIGHTS, version=name, intercept=intercept, name=f"{name}.json")
        Path(f"{name}.toml").write_text(f"[signalling]\nmodel = {json.dumps(str(model))}\n")
    with pytest.raises(SystemExit) as ended:
        main(["compare", str(traffic), "--policy", "bold.toml", "--policy", "timid.toml", "--json"])
    assert ended.value.code == 0
    bold, timid = json.loads(capsys.readouterr().out)["policies"]
    assert (bold["masking_alerts"], timid["masking_alerts"]) == (1, 0)
