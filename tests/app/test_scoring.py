"""Which model scores, as the settings have it: the packaged one, a file of the operator's, or none."""

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ringfence_engine import FEATURES, Engine

from ringfence.app import scoring
from ringfence.app.detection import build_engine
from ringfence.app.scoring import read_scorer, said_of
from ringfence.errors import BadFile
from ringfence.settings import Settings, SignallingSettings, load_settings

NOON = 1_768_478_400
SECOND = 1_000_000_000
WriteModel = Callable[..., Path]


def settings(model: str, **signalling: Any) -> Settings:
    return Settings(default_region="US", signalling=SignallingSettings(model=model, **signalling))


def judged(engine: Engine) -> tuple[str, float]:
    """Who judges nine callers in a row, and how."""
    calls = [
        {"event_type": "INVITE", "timestamp": NOON + n * 0.3, "call_id": f"{n}@gw", "trunk": "north",
         "a_number": f"+1202555{1000 + n}", "b_number": "+12125550100"}
        for n in range(9)
    ]  # fmt: skip
    lines = b"\n".join(json.dumps(call).encode() for call in calls)
    change = engine.ingest(lines, (NOON + 3) * SECOND).changes[-1]
    return change.method, round(change.probability, 3)


def test_a_model_file_of_the_operators_judges(write_model: WriteModel) -> None:
    path = write_model({"sequential": 8.0}, intercept=-4.0, version="ours-2026-11")
    assert judged(build_engine(settings(str(path)))) == ("ours-2026-11", 0.982)


def test_off_is_the_scorecard(write_model: WriteModel) -> None:
    assert read_scorer(settings("off").signalling).model is None
    assert judged(build_engine(settings("off")))[0] == "scorecard"


def test_without_features_nobody_scores_and_no_file_is_read() -> None:
    scorer = read_scorer(settings("nowhere.json", features=False).signalling)
    assert (scorer.model, scorer.method) == (None, "rule")


def test_the_packaged_model_is_the_default(
    write_model: WriteModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_model(version="packaged", name="masking-model.json")
    monkeypatch.setattr(scoring, "files", lambda package: tmp_path)
    scorer = read_scorer(load_settings({}, tmp_path).signalling)
    assert (scorer.source, scorer.method) == ("builtin", "packaged")


def test_a_checkout_without_the_packaged_model_goes_on_with_the_scorecard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(scoring, "files", lambda package: tmp_path)
    with caplog.at_level(logging.WARNING):
        assert judged(build_engine(settings("builtin")))[0] == "scorecard"
    [line] = caplog.records
    assert line.levelname == "WARNING"
    assert "RINGFENCE_SIGNALLING__MODEL=off" in line.getMessage()


def test_a_file_says_its_thresholds_and_metrics(write_model: WriteModel) -> None:
    thresholds = [{"false_cuts_per_million": 10.0, "threshold": 0.8}]
    path = write_model(thresholds=thresholds, metrics={"recall": 0.98})
    said = said_of(read_scorer(settings(str(path)).signalling))
    assert (said.thresholds, said.metrics) == (thresholds, {"recall": 0.98})


@pytest.mark.parametrize("members", [{}, {"thresholds": 3, "metrics": []}, {"metrics": {"recall": "\ud800"}}])
def test_what_it_says_in_another_shape_is_left_out(write_model: WriteModel, members: dict[str, Any]) -> None:
    said = said_of(read_scorer(settings(str(write_model(**members))).signalling))
    assert (said.thresholds, said.metrics) == ([], {})


@pytest.mark.parametrize(
    ("content", "code", "reason"),
    [
        (b"{", "model_invalid", ""),
        (b"", "model_invalid", ""),
        (b" " * ((16 << 20) + 1), "model_too_large", "16"),
        (
            json.dumps({"format": "ringfence-masking-model", "format_version": 2}).encode(),
            "model_unsupported",
            "",
        ),
    ],
)
def test_a_file_that_is_no_model_is_refused_with_the_reason_and_the_fix(
    tmp_path: Path, content: bytes, code: str, reason: str
) -> None:
    path = tmp_path / "model.json"
    path.write_bytes(content)
    with pytest.raises(BadFile) as refused:
        build_engine(settings(str(path)))
    told = refused.value.detail
    assert refused.value.code == code
    assert told.startswith(f"Cannot use the model file {path}: ")
    assert reason in told
    assert "RINGFENCE_SIGNALLING__MODEL" in told


def test_a_model_of_other_features_is_refused_by_their_names(write_model: WriteModel) -> None:
    path = write_model(features=["moon_phase", *FEATURES[1:]])
    with pytest.raises(BadFile, match="moon_phase") as refused:
        read_scorer(settings(str(path)).signalling)
    assert refused.value.code == "model_features"


@pytest.mark.parametrize(
    ("name", "reason"),
    [("nowhere.json", "No such file or directory"), (".", "Is a directory"), ("a\0b", "null byte")],
)
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, name: str, reason: str) -> None:
    with pytest.raises(BadFile, match=reason) as refused:
        read_scorer(settings(f"{tmp_path}/{name}").signalling)
    assert refused.value.code == "model_unreadable"


@pytest.mark.parametrize("version", ["scorecard", "rule"])
def test_no_model_passes_for_another_method(write_model: WriteModel, version: str) -> None:
    with pytest.raises(BadFile, match=f"its version is {version}"):
        read_scorer(settings(str(write_model(version=version))).signalling)
