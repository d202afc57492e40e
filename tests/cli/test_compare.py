"""`ringfence compare` as a fraud desk uses it: whom would another policy cut, and whom no longer?"""

import gzip
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from ringfence.cli import main
from ringfence.lab.simulate import Operator
from ringfence.lab.simulate.run import simulate_to_file
from ringfence.lab.simulate.writers import TrafficFormat

from .comparing import CLINIC, HOTLINE, changes, policies, refused, run, shown, true_callers
from .traffic import lines, written

MONDAY = 1_767_571_200 * 1_000_000_000


def test_the_rule_alone_would_cut_the_hotlines_callers(
    morning: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = run(capsys, morning, *policies("current", "decide=rule"))
    assert (told["files"], told["passes"], told["events"], told["calls"]) == (1, 1, 20, 20)
    current, rule = told["policies"]
    assert current == {
        "name": "current",
        "alerts": 3,
        "masking_alerts": 2,
        "actions": 12,
        "calls_cut": 12,
        "callers_cut": 6,
        "called_numbers": 2,
        "trunks": 2,
    }
    assert (rule["calls_cut"], rule["called_numbers"]) == (20, 3)
    [change] = told["comparisons"]
    assert (change["policy"], change["relative_to"]) == ("decide=rule", "current")
    assert change["no_longer_cut"]["calls"] == 0
    cut = change["newly_cut"]
    assert (cut["calls"], cut["callers"], cut["called_numbers"]) == (8, 8, 1)
    [number] = cut["by_number"]
    assert (number["b_number"], number["calls"], number["trunks"]) == (HOTLINE, 8, ["carrier-7"])
    assert number["probability"] < 0.1
    assert "8 callers" in number["reason"]
    assert cut["by_trunk"] == [{"trunk": "carrier-7", "calls": 8, "callers": 8}]


def test_a_higher_threshold_spares_the_attack_that_hides_its_origin(
    morning: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = run(capsys, morning, *policies("current", "strict:threshold=0.9"), "--out", "differences.ndjson")
    assert told["passes"] == 2
    assert [policy["masking_alerts"] for policy in told["policies"]] == [2, 1]
    first, *others = lines(Path("differences.ndjson"))
    assert len(others) == 5
    assert first.pop("alert_id")
    assert 0.88 < first.pop("probability") < 0.9
    assert first.pop("reason").startswith("6 callers in 2.0 s from one trunk (carrier-9)")
    assert first == {
        "policy": "strict",
        "change": "spared",
        "call_id": "hidden-0@gw",
        "a_number": "+12025551000",
        "b_number": CLINIC,
        "trunk": "carrier-9",
        "begun_at": "2026-01-15T12:10:00.000000Z",
        "decided_at": "2026-01-15T12:10:01.600000Z",
    }


def test_whoever_reads_it_sees_the_figures_and_why(morning: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = shown(
        capsys, morning, *policies("current", "decide=rule", "decide=score,threshold=0.9", "same:current")
    )
    assert "20 events, 20 calls" in told
    assert "decide=rule against current:" in told
    assert "newly cut: 8 calls, by trunk: carrier-7 8" in told
    assert "no longer cut: 6 calls, by trunk: carrier-9 6" in told
    assert told.index(HOTLINE) < told.index(CLINIC)
    assert "same against current: the same calls are cut" in told
    assert "--out FILE" in told
    row = next(line for line in told.splitlines() if line.startswith("current"))
    assert row.split() == ["current", "3", "2", "12", "12", "6", "2", "2"]


def test_the_ten_largest_are_shown_and_what_callers_choose_is_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RINGFENCE_SIGNALLING__MODEL", "off")
    numbers = [f"+121255503{n:02}" for n in range(11)]
    rushes = [true_callers(b, 60 * n, b, count=5 + n, trunk="[/red]\x1b[31m") for n, b in enumerate(numbers)]
    traffic = written(tmp_path / "day.ndjson", [one for rush in rushes for one in rush])
    told = shown(capsys, traffic, *policies("current", "decide=rule"))
    assert told.index(numbers[10]) < told.index(numbers[1])
    assert numbers[0] not in told
    assert "and 1 more" in told
    assert "[/red]?[31m" in told
    assert "\x1b" not in told
    by_number = run(capsys, traffic, *policies("current", "decide=rule"))["comparisons"][0]["newly_cut"]
    assert [group["calls"] for group in by_number["by_number"]] == list(range(15, 5, -1))
    assert by_number["called_numbers"] == 11


STRICTER = "threshold=0.9,sure_threshold=0.9"


@pytest.mark.parametrize("kind", TrafficFormat)
def test_it_tells_what_replays_of_each_policy_would_tell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], kind: TrafficFormat
) -> None:
    monkeypatch.chdir(tmp_path)
    operator = Operator(7, start=MONDAY, hours=2, calls_per_day=60_000, attacks=12, hotlines=6)
    simulate_to_file(operator, f"day.{kind.value}.gz", kind=kind, truth_file=None)
    replays = {
        "current": [],
        "decide=rule": ["--decide", "rule"],
        "policy=block": ["--policy", "block"],
        "policy=flag": ["--policy", "flag"],
        "window=8,callers=4": ["--window", "8", "--threshold", "4"],
        STRICTER: [],
    }
    told = run(capsys, f"day.{kind.value}.gz", *policies(*replays), "--out", "differences.ndjson")
    assert told["passes"] == 3
    difference = lines(Path("differences.ndjson"))
    cut: dict[str, set[str]] = {}
    for figures, (name, words) in zip(told["policies"], replays.items(), strict=True):
        threshold, sure = ("0.9", "0.9") if name == STRICTER else ("0.7", "0.998")
        monkeypatch.setenv("MASKING_PROBABILITY_THRESHOLD", threshold)
        monkeypatch.setenv("RINGFENCE_SIGNALLING__SURE_THRESHOLD", sure)
        with pytest.raises(SystemExit):
            main(["replay", f"day.{kind.value}.gz", *words, "--json", "--actions", "x", "--alerts", "a"])
        replayed = json.loads(capsys.readouterr().out)
        assert (figures["alerts"], figures["actions"]) == (replayed["alerts"], replayed["actions"])
        assert figures["masking_alerts"] == sum(alert["label"] == "masking" for alert in lines(Path("a")))
        cut[name] = {action["call_id"] for action in lines(Path("x"))} - {None}
        assert figures["calls_cut"] == len(cut[name])
        ours = [line for line in difference if line["policy"] == name]
        newly = {line["call_id"] for line in ours if line["change"] == "cut"}
        assert newly == cut[name] - cut["current"]
        assert {line["call_id"] for line in ours} - newly == cut["current"] - cut[name]
    assert len({frozenset(calls) for calls in cut.values()}) == 6


def test_the_truth_tells_attack_calls_from_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    operator = Operator(7, start=MONDAY, hours=2, calls_per_day=60_000, attacks=12, hotlines=6)
    simulate_to_file(operator, "day.ndjson", kind=TrafficFormat.NDJSON, truth_file=Path("truth.ndjson"))
    words = ["day.ndjson", *policies("current", "decide=rule"), "--truth", "truth.ndjson"]
    told = run(capsys, *words, "--out", "differences.ndjson")
    Path("truth.gz").write_bytes(gzip.compress(Path("truth.ndjson").read_bytes()))
    packed = run(capsys, *words[:-1], "truth.gz")
    assert packed["comparisons"] == told["comparisons"]
    attacks = {call_id for planted in operator.truth().attacks for call_id in planted.call_ids}
    newly = told["comparisons"][0]["newly_cut"]
    assert newly["attack_calls"] == len(changes(Path("differences.ndjson"))["cut"] & attacks) > 0
    assert newly["other_calls"] == newly["calls"] - newly["attack_calls"] > 100
    assert sum(group["other_calls"] for group in newly["by_trunk"]) <= newly["other_calls"]
    current, rule = told["policies"]
    assert current["other_calls"] < 10 < rule["other_calls"]
    assert all(line["attack"] == (line["call_id"] in attacks) for line in lines(Path("differences.ndjson")))
    assert f"{newly['attack_calls']:,} of attacks, {newly['other_calls']:,} others" in shown(capsys, *words)


def test_the_probability_is_the_calls_own_at_its_peak_however_early_it_was_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    operator = Operator(5, start=MONDAY, hours=2, calls_per_day=50_000, attacks=12, hotlines=4)
    simulate_to_file(operator, "day.ndjson", kind=TrafficFormat.NDJSON, truth_file=None)
    run(
        capsys,
        "day.ndjson",
        *policies("policy=monitor", "decide=rule", "current"),
        "--out",
        "differences.ndjson",
    )
    found: dict[str, dict[str, float]] = {"decide=rule": {}, "current": {}}
    for line in lines(Path("differences.ndjson")):
        found[line["policy"]][line["call_id"]] = line["probability"]
    assert found["current"]
    by_rule = {call_id: found["decide=rule"][call_id] for call_id in found["current"]}
    assert by_rule == found["current"]
    # What stood suspect once is cut until it is a tenth below the threshold.
    assert min(by_rule.values()) >= 0.6
    assert min(found["decide=rule"].values()) < 0.1


def test_what_is_wrong_is_said_before_the_work_and_no_file_is_overwritten(
    morning: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("mine.toml").write_text("")
    both = policies("current", "mine.toml")
    for out in (morning, Path("mine.toml"), Path("missing") / "out"):
        assert str(out) in refused(capsys, morning, *both, "--out", out)
    for truth, reason in (("nowhere", "No such file"), ("morning.ndjson", "this is not a truth file")):
        assert f"{truth}: {reason}" in refused(capsys, morning, *both, "--truth", truth)
    assert "nowhere.ndjson" in refused(capsys, "nowhere.ndjson", *both)
    for asked in (both, policies("current", "threshold=0.9")):
        assert "Is a directory" in refused(capsys, ".", *asked)
    assert Path("mine.toml").read_text() == ""
    assert len(lines(morning)) == 20


def test_bad_lines_are_counted_and_a_cut_off_file_is_read_as_far_as_it_goes(
    morning: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = gzip.compress(morning.read_bytes() + b"not json\n")
    Path("cut.gz").write_bytes(whole[:-4])
    told = run(capsys, "cut.gz", *policies("current", "decide=rule"))
    assert (told["calls"], told["malformed"]) == (20, {"json_invalid": 1, "gzip_truncated": 1})
    assert "Not read: " in shown(capsys, "cut.gz", *policies("current", "decide=rule"))


def test_without_features_the_policies_that_wait_for_a_score_are_named(
    morning: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RINGFENCE_SIGNALLING__FEATURES", "off")
    with pytest.raises(SystemExit):
        main(["compare", str(morning), *policies("current", "decide=rule"), "--json"])
    told = capsys.readouterr()
    assert [policy["calls_cut"] for policy in json.loads(told.out)["policies"]] == [0, 20]
    assert told.err.startswith("current: signalling.features is off")
    assert "decide=rule: " not in told.err


def test_a_file_out_of_order_can_be_sorted_first(morning: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = lines(morning)
    traffic = written(Path("backwards.ndjson"), told[::-1])
    assert run(capsys, traffic, *policies("current", "decide=rule"))["late"] > 0
    ordered = run(capsys, traffic, *policies("current", "decide=rule"), "--sort")
    assert ordered["policies"] == run(capsys, morning, *policies("current", "decide=rule"))["policies"]


def piped(traffic: Path, *texts: str) -> "subprocess.CompletedProcess[bytes]":
    environ = {name: value for name, value in os.environ.items() if not name.startswith("RINGFENCE_")}
    return subprocess.run(
        [sys.executable, "-m", "ringfence", "compare", "-", "--json", *policies(*texts)],
        input=traffic.read_bytes(),
        capture_output=True,
        check=False,
        env=environ | {"RINGFENCE_SIGNALLING__MODEL": "off"},
    )


def test_what_is_piped_in_can_be_read_once_alone(morning: Path) -> None:
    once = piped(morning, "current", "decide=rule")
    assert (once.returncode, once.stderr) == (0, b"")
    assert json.loads(once.stdout)["calls"] == 20
    twice = piped(morning, "current", "threshold=0.9")
    assert (twice.returncode, twice.stdout) == (2, b"")
    assert b"need 2 passes" in twice.stderr


def test_who_watches_sees_progress_and_the_answer_holds_none_of_it(morning: Path) -> None:
    ours, theirs = pty.openpty()
    words = [str(morning), "--json", *policies("current", "threshold=0.9")]
    ran = subprocess.run(
        [sys.executable, "-m", "ringfence", "compare", *words],
        stdout=subprocess.PIPE,
        stderr=theirs,
        check=True,
    )
    os.close(theirs)
    seen = os.read(ours, 65_536)
    os.close(ours)
    assert json.loads(ran.stdout)["passes"] == 2
    assert b"Comparing" in seen


def test_it_touches_no_data_folder(morning: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, morning, *policies("current", "decide=rule"))
    assert sorted(path.name for path in Path().iterdir()) == ["morning.ndjson"]
