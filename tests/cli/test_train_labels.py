"""`ringfence train masking --with-labels` on the command line: what it refuses, and what it says."""

import json
from pathlib import Path

import pytest

from ringfence.adapters.stores.records import SqlRecords
from ringfence.app.build import open_records
from ringfence.cli import main
from ringfence.model.alert import AlertVerdict
from ringfence.settings import load_settings

from .traffic import NOON, event, written

TINY = ["--operators=2", "--validation=1", "--rounds=1", "--seed=3", "--workers=1", "--kind=logistic"]


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["train", "masking", "--out", "model.json", *words])
    told = capsys.readouterr()
    return int(ended.value.code or 0), told.out, told.err


@pytest.fixture(autouse=True)
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three attacks that were taken down, an hour apart."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RINGFENCE_DATA_DIR", raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    events = [
        event(n, number * 3_600 + n * 0.4, b_number=f"+1212555{number:04}", call_id=f"{number}-{n}@gw")
        for number in range(3)
        for n in range(6)
    ]
    with pytest.raises(SystemExit) as ended:
        main(["replay", str(written(tmp_path / "day.ndjson", events)), "--store", "--json"])
    assert ended.value.code == 0


def say(verdict: AlertVerdict) -> None:
    records = open_records(load_settings())
    assert isinstance(records, SqlRecords)
    for review in list(records.reviews()):
        records.annotate(
            review.alert_id, status=None, verdict=verdict, clear_verdict=False, note=None, who="asha", at=1
        )
    records.close()


def test_without_a_verdict_nothing_is_trained(capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    code, out, err = run(capsys, *TINY, "--with-labels")
    assert (code, out) == (2, "")
    assert "There is no verdict to learn from in var/ringfence.db" in err
    assert "`ringfence evaluate labels` says how to give one" in err
    assert not Path("model.json").exists()


def test_since_alone_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    code, _, err = run(capsys, *TINY, "--since", "2026-01-15T12:00:00Z")
    assert code == 2
    assert "--since goes with --with-labels" in err


def test_what_came_of_the_verdicts_is_told_before_and_after(
    capsys: pytest.CaptureFixture[str],
) -> None:
    say(AlertVerdict.FALSE_ALARM)
    capsys.readouterr()
    code, out, err = run(capsys, *TINY, "--with-labels", "--card", "card.md", "--json")
    told = json.loads(out)
    assert code == 0
    assert "Warning: 3 verdicts, under 30, are few" in err
    assert told["warnings"][0].startswith("3 verdicts")
    assert (told["data"]["labels"]["verdicts"], told["data"]["labels"]["others"]) == (3, 3)
    labels = told["labels"]
    assert labels["parted_by"] == "called number"
    assert labels["in_force"]["version"].startswith("masking-")
    for before in (labels["in_force"], labels["without"], labels["learnt"]):
        assert before["confirmed"] == 0
    assert json.loads(Path("model.json").read_text())["data"]["labels"] == told["data"]["labels"]
    assert "## Verdicts of analysts" in Path("card.md").read_text()


def test_only_verdicts_since_then_count_and_a_person_reads_them_in_a_table(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RINGFENCE_SIGNALLING__MODEL", "off")
    say(AlertVerdict.MASKING)
    capsys.readouterr()
    code, out, err = run(capsys, *TINY, "--with-labels", "--since", str(NOON + 7_000))
    assert code == 0
    assert "Learnt from 1 verdict of 1 analyst (1 masking, 0 not) on alerts of 2026-01-15" in out
    assert "the same training without the verdicts" in out
    assert "in force" not in out
    assert "it can't be told how right" in err
