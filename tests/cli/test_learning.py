"""`ringfence evaluate labels` and `drift` on the command line: what they refuse, and what they say."""

import json
from bisect import bisect_right
from pathlib import Path

import pytest
from ringfence_engine import FEATURES

from ringfence.app.build import open_records
from ringfence.cli import main
from ringfence.settings import load_settings

from .traffic import event, written

FILES = ["--truth", "t", "--alerts", "a", "--actions", "b"]


def run(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["evaluate", *map(str, words)])
    told = capsys.readouterr()
    return int(ended.value.code or 0), told.out, told.err


@pytest.fixture(autouse=True)
def nothing_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RINGFENCE_DATA_DIR", raising=False)


@pytest.mark.parametrize("words", [["labels"], ["--from-labels"], ["masking", "--from-labels"]])
def test_who_has_no_verdicts_is_told_how_to_give_one(
    capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    code, out, _ = run(capsys, *words)
    assert code == 0
    assert "No alert has a verdict yet, of 0 in var/ringfence.db" in out
    assert "curl -X PATCH" in out
    assert '{"verdict": "masking"}' in out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--json"], "say what to evaluate"),
        (["--json", "labels"], "after labels"),
        (["masking"], "--from-labels"),
        (["masking", "--from-labels", *FILES], "leave --truth"),
        (["masking", "--since", "2026-01-15T12:00:00Z", *FILES], "--since goes with --from-labels"),
        (["labels", "--since", "yesterday"], "--since is no time"),
    ],
)
def test_what_does_not_go_together_is_refused_with_the_way_out(
    capsys: pytest.CaptureFixture[str], words: list[str], told: str
) -> None:
    code, out, err = run(capsys, *words)
    assert (code, out) == (2, "")
    assert told in err


def judged(day: str, callers: int, count: int = 60) -> None:
    """Replays `count` attacks of so many callers into the records."""
    events = [
        event(n, number * 200 + n * 0.4, b_number=f"+1212555{number:04}", call_id=f"{day}-{number}-{n}@gw")
        for number in range(count)
        for n in range(callers)
    ]
    with pytest.raises(SystemExit) as ended:
        main(["replay", str(written(Path(f"{day}.ndjson"), events)), "--store", "--json"])
    assert ended.value.code == 0


def model_of_the_records() -> Path:
    """A model file trained on just what the records hold."""
    records = open_records(load_settings())
    rows = [review.features.values for review in records.reviews() if review.features]
    records.close()
    distribution = {}
    for name, column in zip(FEATURES, zip(*rows, strict=True), strict=True):
        most = max((value for value in column if value is not None), default=0.0)
        edges = [most, most + 0.001]
        bins = [0 if value is None else 1 + bisect_right(edges, value) for value in column]
        distribution[name] = {"edges": edges, "shares": [bins.count(n) / len(rows) for n in range(4)]}
    told = {"version": "masking-1", "features": FEATURES, "distribution": distribution, "booster": {}}
    Path("model.json").write_text(json.dumps(told))
    return Path("model.json")


def test_traffic_like_the_training_has_not_moved(capsys: pytest.CaptureFixture[str]) -> None:
    judged("monday", callers=6)
    capsys.readouterr()
    code, out, _ = run(capsys, "drift", "--model", model_of_the_records(), "--json")
    report = json.loads(out)
    assert (code, report["model"], report["rows"], report["enough"]) == (0, "masking-1", 60, True)
    assert {told["feature"] for told in report["features"]} == set(FEATURES)
    assert {(told["psi"], told["verdict"]) for told in report["features"]} == {(0.0, "stable")}


def test_larger_attacks_than_in_the_training_are_a_drift_that_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # By the scorecard, since the packaged model is surest of such an attack's first few callers.
    monkeypatch.setenv("RINGFENCE_SIGNALLING__MODEL", "off")
    judged("monday", callers=6)
    model = model_of_the_records()
    monkeypatch.setenv("RINGFENCE_DATA_DIR", "later")
    judged("tuesday", callers=9)
    capsys.readouterr()
    _, out, _ = run(capsys, "drift", "--model", model, "--json")
    moved = {told["feature"]: told for told in json.loads(out)["features"] if told["verdict"] == "large"}
    assert {"distinct_a_count", "callers"} <= set(moved)
    assert "sequential" not in moved
    monkeypatch.setenv("COLUMNS", "200")
    code, out, _ = run(capsys, "drift", "--model", model)
    first = json.loads(run(capsys, "drift", "--model", model, "--json")[1])["features"][0]["feature"]
    assert code == 0
    for words in (
        "60 alerts against the training of masking-1",
        "much",
        f"The largest move, {first}:",
        "missing",
    ):
        assert words in out


def test_too_few_alerts_are_not_compared(capsys: pytest.CaptureFixture[str]) -> None:
    judged("monday", callers=6, count=49)
    model = model_of_the_records()
    capsys.readouterr()
    code, out, _ = run(capsys, "drift", "--model", model)
    assert code == 0
    assert "Too few alerts to compare with the training of masking-1: 49 of the 50" in " ".join(out.split())
    _, out, _ = run(capsys, "drift", "--model", model, "--json")
    assert (json.loads(out)["enough"], json.loads(out)["features"]) == (False, [])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "Invalid JSON"),
        ('{"version": "m", "features": ["asr"]}', "no distribution of its features"),
        ('{"version": "m", "features": ["asr"], "distribution": {}}', "says nothing of asr"),
        ('{"version": "m", "features": [], "distribution": {}}', "features: "),
    ],
)
def test_a_file_that_is_no_model_with_a_distribution_is_refused(
    capsys: pytest.CaptureFixture[str], text: str, told: str
) -> None:
    Path("model.json").write_text(text)
    code, out, err = run(capsys, "drift", "--model", "model.json")
    assert (code, out) == (2, "")
    assert "Cannot use the model file model.json" in err
    assert told in err


def test_a_model_file_that_is_not_there_is_said_so(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "drift", "--model", "nowhere.json")
    assert (code, err) == (
        2,
        "ringfence: Cannot read the model file nowhere.json: No such file or directory\n",
    )


def test_drift_asks_for_a_model_where_the_settings_have_none(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RINGFENCE_SIGNALLING__MODEL", "off")
    code, _, err = run(capsys, "drift")
    assert (code, err) == (2, "ringfence: No trained model judges here: name one with --model FILE\n")
