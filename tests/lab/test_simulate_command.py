"""`ringfence simulate masking`, as a person runs it."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ringfence.cli.simulate import simulate_app
from ringfence.lab.simulate import Operator, Truth
from ringfence.lab.simulate.profiles import drawn_profile
from ringfence.lab.simulate.ranges import Split

from .conftest import MONDAY

SMALL = ["--hours", "2", "--calls-per-day", "3000", "--attacks", "6", "--hotlines", "2", "--seed", "9"]
runner = CliRunner()


def run(*arguments: str) -> tuple[int, str, str]:
    result = runner.invoke(simulate_app, ["masking", *arguments])
    return result.exit_code, result.stdout, result.stderr


def expected() -> tuple[bytes, Truth]:
    operator = Operator(9, start=MONDAY, hours=2, calls_per_day=3000, attacks=6, hotlines=2)
    return b"".join(event.to_json() for event in operator.events()), operator.truth()


def test_it_writes_events_and_truth_and_sums_them_up(tmp_path: Path) -> None:
    out, truth = tmp_path / "day.ndjson", tmp_path / "truth.ndjson"
    code, shown, _ = run("--out", str(out), "--truth", str(truth), *SMALL)
    lines, known = expected()
    assert code == 0
    assert out.read_bytes() == lines
    assert Truth.from_lines(truth.read_text().splitlines()) == known
    assert f"{known.run.calls:,} in {len(lines.splitlines()):,} events" in shown
    assert "6 and 2 drips" in shown


def test_a_split_gives_the_operator_with_the_number_of_the_seed(tmp_path: Path) -> None:
    for way in (["--split", "test"], ["--profile", "test-12"]):
        out, truth = tmp_path / "run.ndjson", tmp_path / "truth.ndjson"
        assert run("--out", str(out), "--truth", str(truth), *way, "--seed", "12", "--hours", "0.5")[0] == 0
        operator = Operator.of_profile(drawn_profile(Split.TEST, 12), 12, hours=0.5)
        assert out.read_bytes() == b"".join(event.to_json() for event in operator.events())
        known = Truth.from_lines(truth.read_text().splitlines()).run
        assert (known.profile, known.split, known.region) == ("test-12", "test", operator.plan.region)


def test_profiles_are_listed_without_writing_anything() -> None:
    code, shown, _ = run("--profiles")
    assert code == 0
    for name in ("standard-in", "standard-gb", "standard-us", "train-0", "validation-7", "test-3"):
        assert f" {name} " in shown


def test_json_prints_one_object_and_nothing_else(tmp_path: Path) -> None:
    out = tmp_path / "day.ndjson.gz"
    code, shown, errors = run("--out", str(out), "--json", *SMALL)
    summary = json.loads(shown)
    lines, known = expected()
    assert (code, errors) == (0, "")
    assert summary["calls"] == known.run.calls
    assert summary["events"] == len(lines.splitlines())
    assert (summary["attacks"], summary["drips"], summary["truth"]) == (6, 2, None)
    assert gzip.decompress(out.read_bytes()) == lines


def test_standard_output_gets_the_traffic_and_standard_error_the_summary() -> None:
    code = "from ringfence.cli.simulate import simulate_app; simulate_app()"
    done = subprocess.run(
        [sys.executable, "-c", code, "masking", "--out", "-", *SMALL], capture_output=True, check=True
    )
    assert done.stdout == expected()[0]
    assert b"Calls" in done.stderr


def test_the_format_comes_from_the_name_unless_it_is_given(tmp_path: Path) -> None:
    assert run("--out", str(tmp_path / "a.pcap"), *SMALL)[0] == 0
    assert run("--out", str(tmp_path / "b.bin"), "--format", "pcap", *SMALL)[0] == 0
    first = (tmp_path / "a.pcap").read_bytes()
    assert first[:4] == b"\xd4\xc3\xb2\xa1"
    assert first == (tmp_path / "b.bin").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--out", "day.csv"], "must end in .ndjson or .pcap"),
        (["--out", "day.ndjson", "--format", "xml"], "ndjson or pcap, not xml"),
        (["--out", "no/such/folder/day.ndjson"], "cannot write"),
        (["--out", "-", "--truth", "no/such/folder/truth.ndjson"], "cannot write"),
        (["--out", "day.ndjson", "--truth", "day.ndjson"], "cannot both go to day.ndjson"),
        (["--out", "day.ndjson", "--start", "yesterday"], "not ISO 8601"),
        (["--out", "day.ndjson", "--start", "2026-01-05T00:00:00"], "names no zone"),
        (["--out", "day.ndjson", "--start", "0001-01-01T00:00:00Z"], "not between"),
        (["--out", "day.ndjson", "--hours", "nan"], "hours must be"),
        (["--out", "day.ndjson", "--calls-per-day", "-5"], "calls_per_day must be"),
        (["--out", "-", "--json"], "both want standard output"),
        (["--out", "day.ndjson", "--profile", "moon"], "no operator profile moon"),
        (["--out", "day.ndjson", "--profile", "standard-de"], "no operator profile standard-de"),
        (["--out", "day.ndjson", "--profile", "test-x"], "no operator profile test-x"),
        (["--out", "day.ndjson", "--split", "dev"], "one of train, validation, test"),
        (["--out", "day.ndjson", "--split", "test", "--profile", "test-1"], "leave --split away"),
    ],
)
def test_bad_input_is_told_in_a_sentence_with_exit_code_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    code, shown, errors = run(*arguments)
    assert (code, shown) == (2, "")
    assert said in errors
    assert list(tmp_path.iterdir()) == []
