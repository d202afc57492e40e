"""`ringfence replay` as an operator uses it: files in, a summary, alerts and actions out."""

import gzip
import json
import os
import pty
import random
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ringfence.cli import main
from ringfence.lab.evaluate import Score, judge_run
from ringfence.lab.simulate import Operator, SimulatedEvent
from ringfence.lab.simulate.call import Reports
from ringfence.lab.simulate.run import simulate_to_file
from ringfence.lab.simulate.writers import TrafficFormat, traffic_writer

from .traffic import event, lines, written


def run(capsys: pytest.CaptureFixture[str], *words: str | Path) -> dict[str, Any]:
    """The summary of a replay that ends well."""
    with pytest.raises(SystemExit) as ended:
        main(["replay", *map(str, words), "--json"])
    assert ended.value.code == 0
    summary: dict[str, Any] = json.loads(capsys.readouterr().out)
    return summary


def test_an_attack_is_alerted_and_its_calls_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    traffic = written(tmp_path / "day.ndjson", [event(n, n * 0.4) for n in range(7)])
    alerts, actions = tmp_path / "alerts.ndjson", tmp_path / "actions.ndjson"
    summary = run(capsys, traffic, "--alerts", alerts, "--actions", actions)
    assert (summary["files"], summary["events"], summary["calls"], summary["alerts"]) == (1, 7, 7, 1)
    [alert] = lines(alerts)
    assert (alert["b_number"], alert["label"], alert["distinct_callers"]) == ("+12125550100", "masking", 7)
    assert alert["suspect_call_ids"] == [f"{n}@gw" for n in range(7)]
    cut = lines(actions)
    assert [action["call_id"] for action in cut] == [f"{n}@gw" for n in range(7)]
    assert {(action["kind"], action["mode"], action["outcome"]) for action in cut} == {
        ("disconnect", "dry_run", "recorded")
    }
    assert cut[0]["decided_at"] == "2026-01-15T12:00:01.600000Z"


def test_calls_that_were_asked_who_they_are_are_cut(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = {"event_type": "FAIL", "cause": 407}
    events = [(event(n, n * 0.4), event(n, n * 0.4 + 0.05, **asked)) for n in range(7)]
    traffic = written(tmp_path / "day.ndjson", [one for pair in events for one in pair])
    actions = tmp_path / "actions.ndjson"
    run(capsys, traffic, "--actions", actions)
    assert [action["call_id"] for action in lines(actions)] == [f"{n}@gw" for n in range(7)]


def test_block_names_the_opening_call_and_those_after_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    traffic = written(tmp_path / "day.ndjson", [event(n, n * 0.4) for n in range(7)])
    actions = tmp_path / "actions.ndjson"
    run(capsys, traffic, "--actions", actions, "--policy", "block")
    assert [action["call_id"] for action in lines(actions)] == ["4@gw", "5@gw", "6@gw"]


def test_order_within_the_bound_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    events = [event(n % 9, n * 0.4, call_id=f"{n}@gw") for n in range(200)]
    shuffled = sorted(
        events, key=lambda told: told["timestamp"] + random.Random(told["call_id"]).random() * 1.9
    )
    found = []
    for name, order in (("straight", events), ("shuffled", shuffled)):
        traffic = written(tmp_path / f"{name}.ndjson", order)
        run(capsys, traffic, "--alerts", tmp_path / "a", "--actions", tmp_path / "x")
        found.append(((tmp_path / "a").read_text(), (tmp_path / "x").read_text()))
    assert found[0] == found[1]
    assert len(found[0][0].splitlines()) == 1


def test_bad_lines_are_counted_and_the_rest_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    traffic = written(tmp_path / "day.ndjson", [event(n, n * 0.4) for n in range(6)])
    with traffic.open("ab") as file:
        file.write(b'not json\n\xff\xfe\n{"event_type":"INVITE"}\n')
    summary = run(capsys, traffic)
    assert (summary["events"], summary["alerts"]) == (6, 1)
    assert summary["malformed"] == {"encoding_invalid": 1, "json_invalid": 1, "timestamp_missing": 1}


def test_a_compressed_file_that_is_cut_off_is_read_as_far_as_it_goes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = gzip.compress(b"".join(json.dumps(event(n, n)).encode() + b"\n" for n in range(5_000)))
    (tmp_path / "cut.gz").write_bytes(whole[: len(whole) // 2])
    summary = run(capsys, tmp_path / "cut.gz")
    assert 1_000 < summary["events"] < 5_000
    assert summary["malformed"]["gzip_truncated"] == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nowhere.ndjson"], "No such file"),
        (["picture.png"], "neither NDJSON events"),
        ([], "Missing argument"),
        (["picture.png", "--window", "0"], "--window"),
    ],
)
def test_what_cannot_be_read_ends_with_2_and_a_sentence(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    told: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(2_000))
    with pytest.raises(SystemExit) as ended:
        main(["replay", *words])
    assert ended.value.code == 2
    assert told in capsys.readouterr().err


def refused(capsys: pytest.CaptureFixture[str], *words: str | Path) -> str:
    """What is said where the command ends with 2 and prints nothing."""
    with pytest.raises(SystemExit) as ended:
        main(["replay", *map(str, words)])
    assert ended.value.code == 2
    told = capsys.readouterr()
    assert told.out == ""
    return told.err


CSV = "start,caller,called\n2026-01-15T12:00:00Z,+12025551000,+12125550100\n"


def test_a_file_without_one_readable_line_is_refused_and_its_first_lines_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "calls.csv").write_text("\n" + CSV * 40)
    told = refused(capsys, tmp_path / "calls.csv")
    assert "calls.csv: not one of its lines is a call event" in told
    assert "one JSON object a line" in told
    assert [f"line {n}: " in told for n in range(1, 6)] == [False, True, True, True, False]
    (tmp_path / "calls.csv.gz").write_bytes(gzip.compress(CSV.encode()))
    assert "line 1: " in refused(capsys, tmp_path / "calls.csv.gz", "--json")


def test_a_good_file_does_not_hide_that_another_is_of_the_wrong_kind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    traffic = written(tmp_path / "day.ndjson", [event(n, n * 0.4) for n in range(6)])
    with traffic.open("ab") as file:
        file.write(b"not json\n")
    (tmp_path / "calls.csv").write_text(CSV)
    assert "calls.csv" in refused(capsys, traffic, tmp_path / "calls.csv")


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([{"event_type": "INVITE", "a_number": "1", "b_number": "2"}], "line 1: timestamp is missing"),
        ([event(n, 10 * 365 * 86_400) for n in range(3)], "line 3: "),
        ([{"padding": "x" * (1 << 21)}], "The line is over 1 MiB long"),
    ],
)
def test_lines_that_are_json_but_no_events_are_refused_alike(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lines: list[dict[str, Any]], told: str
) -> None:
    assert told in refused(capsys, written(tmp_path / "day.ndjson", lines))


@pytest.mark.parametrize("nothing", [b"", b"\n", b" \r\n\n" * 5_000, b"\n" * (3 << 20)])
def test_a_file_of_blank_lines_is_an_empty_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], nothing: bytes
) -> None:
    (tmp_path / "day.ndjson").write_bytes(nothing)
    summary = run(capsys, tmp_path / "day.ndjson")
    assert (summary["files"], summary["events"], summary["malformed"]) == (1, 0, {})
    traffic = tmp_path / "attack.ndjson"
    traffic.write_bytes(nothing + written(traffic, [event(n, n * 0.4) for n in range(6)]).read_bytes())
    assert run(capsys, traffic)["alerts"] == 1


def test_no_file_that_is_read_is_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    traffic = written(tmp_path / "day.ndjson", [event(n, n * 0.4) for n in range(6)])
    before = traffic.read_text()
    assert "day.ndjson" in refused(capsys, traffic, "--alerts", tmp_path / "." / "day.ndjson")
    assert "out" in refused(capsys, traffic, "--alerts", tmp_path / "out", "--actions", tmp_path / "out")
    assert traffic.read_text() == before


def test_a_place_that_cannot_be_written_is_said_before_the_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for place in (tmp_path, tmp_path / "missing" / "alerts.ndjson"):
        assert str(place) in refused(capsys, tmp_path / "nowhere.ndjson", "--alerts", place)


def test_the_totals_come_first_and_then_the_gravest_alerts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RINGFENCE_SIGNALLING__MODEL", "off")  # scores attacks alike, whatever came before
    attacks = [
        event(n, hour * 3600 + n * 0.1, b_number=f"+121255501{hour:02}", call_id=f"{hour}-{n}@gw")
        for hour in range(13)
        for n in range(25 if hour == 12 else 6)
    ]
    with pytest.raises(SystemExit) as ended:
        main(["replay", str(written(tmp_path / "day.ndjson", attacks))])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    totals, gravest, more = shown.index("13 alerts"), shown.index("+12125550112"), shown.index("and 3 more")
    assert totals < gravest < shown.index("+12125550100") < shown.index("+12125550108") < more
    assert "+12125550109" not in shown
    assert "--alerts FILE" in shown


def test_what_callers_choose_is_shown_as_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    odd = {"b_number": "[/red]\x1b[31mdesk", "trunk": "[/bold]", "user_agent": "[link=x]"}
    traffic = written(tmp_path / "day.ndjson", [event(n, n * 0.4, **odd) for n in range(6)])
    with pytest.raises(SystemExit) as ended:
        main(["replay", str(traffic)])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert "[/red]?[31mdesk" in shown
    assert "\x1b" not in shown


def test_the_lists_of_the_settings_hold_until_they_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    traffic = written(tmp_path / "day.ndjson", [event(n, n * 0.4) for n in range(6)])
    entry = '[[lists]]\nlist = "allow_b"\nvalue = "+12125550100"\n'
    (tmp_path / "ringfence.toml").write_text(entry)
    assert run(capsys, traffic)["actions"] == 0
    (tmp_path / "ringfence.toml").write_text(entry + "expires_at = 2020-01-01T00:00:00Z\n")
    assert run(capsys, traffic)["actions"] == 6
    (tmp_path / "ringfence.toml").write_text('[[lists]]\nlist = "deny_a"\nvalue = "0800*"\n')
    assert "country code" in refused(capsys, traffic)


def test_without_features_only_the_rule_cuts_and_the_score_says_why_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RINGFENCE_SIGNALLING__FEATURES", "off")
    traffic = written(tmp_path / "day.ndjson", [event(n, n * 0.4) for n in range(6)])
    with pytest.raises(SystemExit):
        main(["replay", str(traffic), "--json"])
    told = capsys.readouterr()
    assert json.loads(told.out)["actions"] == 0
    assert "--decide rule" in told.err
    with pytest.raises(SystemExit):
        main(["replay", str(traffic), "--json", "--decide", "rule", "--alerts", str(tmp_path / "alerts")])
    told = capsys.readouterr()
    assert (json.loads(told.out)["actions"], told.err) == (6, "")
    assert lines(tmp_path / "alerts")[0]["method"] == "rule"


def test_a_text_without_times_is_said_to_be_judged_nowhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    invite = (
        "INVITE sip:+911140000001@h SIP/2.0\nFrom: <sip:+442079460000@h>\nTo: <sip:1@h>\n"
        "Call-ID: {}\nCSeq: 1 INVITE\n"
    )
    (tmp_path / "calls.sip").write_text("\n".join(invite.format(n) for n in range(3)))
    with pytest.raises(SystemExit) as ended:
        main(["replay", str(tmp_path / "calls.sip"), "--json"])
    told = capsys.readouterr()
    summary = json.loads(told.out)
    assert ended.value.code == 0
    assert (summary["messages"], summary["calls"], summary["malformed"]) == (3, 0, {"no_time": 3})
    assert "3 of 3 SIP messages carry no time" in told.err


def test_standard_input_is_a_file_too_and_progress_stays_out_of_the_answer(tmp_path: Path) -> None:
    traffic = written(tmp_path / "day.ndjson", [event(n, n * 0.4) for n in range(6)])
    ours, theirs = pty.openpty()
    with traffic.open("rb") as stdin:
        ran = subprocess.run(
            [sys.executable, "-m", "ringfence", "replay", "-", "--json"],
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=theirs,
            cwd=tmp_path,
            check=True,
        )
    os.close(theirs)
    seen = os.read(ours, 65_536)
    os.close(ours)
    assert json.loads(ran.stdout)["alerts"] == 1
    assert ran.stdout.count(b"\n") == 1
    assert b"Replaying" in seen


def test_it_touches_no_data_folder_unless_asked_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    traffic = written(tmp_path / "day.ndjson", [event(n, n * 0.4) for n in range(6)])
    run(capsys, traffic)
    assert not (tmp_path / "var").exists()
    run(capsys, traffic, "--store")
    assert (tmp_path / "var" / "ringfence.db").exists()


def test_it_loads_neither_server_nor_records(tmp_path: Path) -> None:
    traffic = written(tmp_path / "day.ndjson", [event(0, 0)])
    code = (
        "import sys\nfrom ringfence.cli import main\n"
        f"try:\n    main(['replay', {str(traffic)!r}, '--json'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'sqlalchemy', 'fastapi', 'uvicorn', 'httpx', 'alembic', 'starlette'} & set(sys.modules)\n"
        "sys.stderr.write(','.join(sorted(heavy)))"
    )
    environ = os.environ | {"RINGFENCE_SIGNALLING__MODEL": "off"}
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path, env=environ
    )
    assert ran.stderr == ""


@pytest.mark.parametrize("kind", TrafficFormat)
def test_every_planted_attack_of_a_simulated_day_is_alerted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: TrafficFormat
) -> None:
    start = 1_767_571_200 * 1_000_000_000
    operator = Operator(7, start=start, hours=3, calls_per_day=60_000, attacks=15, hotlines=6)
    traffic = tmp_path / f"day.{kind.value}"
    simulate_to_file(operator, str(traffic), kind=kind, truth_file=None)
    alerts, actions = tmp_path / "alerts.ndjson", tmp_path / "actions.ndjson"
    summary = run(capsys, traffic, "--alerts", alerts, "--actions", actions)
    outcome = judge_run(operator.truth(), alerts.read_text().splitlines(), actions.read_text().splitlines())
    score = Score.of([outcome])
    assert summary["malformed"] == {}
    assert score.all.alerted == score.all.attacks >= 15
    assert score.drips.alerted == 0


def said_alike(events: Iterable[SimulatedEvent]) -> Iterator[SimulatedEvent]:
    """The events with just those facts that their SIP tells too: nobody says of a handset which trunk it is on,
    verifies a signature, or knows less of a call than its messages say."""
    for told in events:
        leg = told.call.leg
        name = leg.trunk.name if leg.trunk.source_ips else ""
        trunk = replace(leg.trunk, name=name, reports=Reports(), q850=False)
        yield replace(told, call=replace(told.call, leg=replace(leg, trunk=trunk, attestation=None)))


def test_a_capture_is_judged_like_events_that_say_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    start = 1_767_571_200 * 1_000_000_000
    operator = Operator(7, start=start, hours=3, calls_per_day=60_000, attacks=15, hotlines=6)
    events = list(said_alike(operator.events()))
    peers = {told.call.leg.trunk.name: told.call.leg.trunk.source_ips for told in events}
    tables = [f"[trunks.{name}]\naddresses = {list(ips)}\n" for name, ips in peers.items() if name]
    Path("ringfence.toml").write_text("".join(tables))
    found = []
    for kind in TrafficFormat:
        with Path("traffic").open("wb") as out:
            writer = traffic_writer(kind, out)
            for told in events:
                writer.write(told)
            writer.close()
        summary = run(capsys, "traffic", "--alerts", "alerts", "--actions", "actions")
        found.append((summary["calls"], Path("alerts").read_text(), Path("actions").read_text()))
    assert found[0] == found[1]
    assert "ic-north-1" in found[0][1]
    assert "disconnect" in found[0][2]
