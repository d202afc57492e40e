"""`ringfence analyze` on the command line."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ringfence.cli import main

KYC = "Your SBI account will be blocked, update KYC at http://sbi-kyc.top/x immediately or call 9876543210"
CALM = "See you at lunch"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, messages_model: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RINGFENCE_CONTENT__MODEL", str(messages_model))
    monkeypatch.setenv("COLUMNS", "200")


def run(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> tuple[str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["analyze", *words])
    told = capsys.readouterr()
    assert int(ended.value.code or 0) == code, told.err
    return told.out, told.err


def typed(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_a_person_reads_verdict_reasons_identifiers_and_strategy(capsys: pytest.CaptureFixture[str]) -> None:
    out, err = run(capsys, KYC)
    assert out.startswith("SCAM (kyc)  probability of a scam 0.9")
    assert "Scam, a pretended KYC update." in out
    assert "http://sbi-kyc.top/x" in out
    assert "+919876543210" in out
    assert "Strategy: The sender claims to be a bank" in out
    assert err == ""
    assert run(capsys, CALM)[0].startswith("NO SCAM")
    assert run(capsys, "Our sale begins")[0].startswith("ADVERTISING")


def test_json_is_one_object_with_the_fields_of_the_api(capsys: pytest.CaptureFixture[str]) -> None:
    out, err = run(capsys, KYC, "--json")
    told = json.loads(out)
    assert (told["is_scam"], told["scam_type"], told["session_id"], err) == (True, "kyc", None, "")
    assert told["extracted_entities"]["phone_numbers"] == ["+919876543210"]
    assert told["finding"]["kind"] == "scam_message"


def test_a_message_comes_from_a_file_or_standard_input(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sms.txt").write_text(KYC, encoding="utf-8-sig")
    (tmp_path / "windows.txt").write_text(KYC, encoding="utf-16")
    for name in ("sms.txt", "windows.txt"):
        told = json.loads(run(capsys, name, "--json")[0])
        assert (told["is_scam"], told["original_message"]) == (True, KYC)
    typed(monkeypatch, KYC.encode())
    assert json.loads(run(capsys, "-", "--json")[0])["is_scam"]


def test_no_card_is_shown_whole(capsys: pytest.CaptureFixture[str]) -> None:
    for words in ((), ("--json",)):
        out = run(capsys, f"{KYC}, card 4111 1111 1111 1111", *words)[0]
        assert "4111 1111" not in out
        assert "4111111111111111" not in out


def test_words_of_a_message_are_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    assert "[bold]immediately[/bold]" in run(capsys, f"{KYC} [bold]immediately[/bold]", "--json")[0]
    assert "SCAM" in run(capsys, f"{KYC} [/nothing] http://[/x].top/y")[0]


def test_a_folder_is_told_file_by_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = tmp_path / "inbox"
    (folder / "june").mkdir(parents=True)
    (folder / "a.txt").write_text(CALM)
    (folder / "june" / "b.txt").write_text(KYC)
    (folder / "c.jpg").write_bytes(b"\xff\xd8\xff\xe0\x00")
    (folder / ".hidden").write_text(KYC)
    out = run(capsys, "inbox")[0]
    assert out.index("june/b.txt") < out.index("a.txt")
    assert "2 messages, 1 scams, 1 no message" in out
    told = json.loads(run(capsys, "inbox", "--json")[0])
    assert (told["files"], told["skipped"], told["scams"]) == (2, 1, 1)
    assert [(one["file"], one["is_scam"]) for one in told["results"]] == [
        ("a.txt", False),
        ("june/b.txt", True),
    ]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "--ndjson"),
        (("hi", "--ndjson", "x"), "--ndjson"),
        (("hi", "--out", "x"), "--out goes with --ndjson"),
        (("--ndjson", "x"), "needs --out"),
        (("--ndjson", "x", "--out", "y"), "cannot read x: No such file"),
        (("--ndjson", "x", "--out", "x"), "cannot be written"),
        (("--ndjson", "-", "--out", "-", "--json"), "standard output"),
        (("missing.txt",), "there is no file missing.txt"),
        (("   ",), "the message is empty"),
        (("empty.txt",), "empty.txt is empty"),
        (("bytes.txt",), "bytes.txt is no text"),
        (("long.txt",), "60000 characters"),
        (("bare",), "holds no text"),
        (("hi", "--prot"), "--prot"),
    ],
)
def test_what_cannot_be_judged_is_refused_with_the_reason(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    (tmp_path / "empty.txt").write_text(" \n")
    (tmp_path / "bytes.txt").write_bytes(b"\x80\x81")
    (tmp_path / "long.txt").write_text("x" * 60_001)
    (tmp_path / "bare").mkdir()
    out, err = run(capsys, *words, code=2)
    assert told in err
    assert out == ""


def test_a_link_by_itself_is_a_message(capsys: pytest.CaptureFixture[str]) -> None:
    told = json.loads(run(capsys, "http://sbi-kyc.top/x.txt", "--json")[0])
    assert told["extracted_entities"]["urls"] == ["http://sbi-kyc.top/x.txt"]


def test_messages_in_bulk_are_answered_line_by_line_in_order(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    given = [
        {"id": "a", "message": KYC, "channel": "sms"},
        {"id": 2, "message": CALM, "session_id": None},
        {"id": "c", "message": ""},
        {"id": "d", "message": "Our sale begins"},
    ]
    source, out = tmp_path / "in.ndjson", tmp_path / "out.ndjson"
    source.write_text("".join(json.dumps(one) + "\n" for one in given) + "\nno json\n")
    said, err = run(capsys, "--ndjson", str(source), "--out", str(out))
    told = lines(out)
    assert [(one["id"], one.get("label"), one.get("error", {}).get("code")) for one in told] == [
        ("a", "scam", None), (2, "legit", None), ("c", None, "message_empty"), ("d", "promo", None),
        (None, None, "json_invalid"),
    ]  # fmt: skip
    assert told[4]["error"]["line"] == 6
    assert said == ""
    assert err.startswith("5 messages: 1 scams, 1 advertising, 1 honest, 2 bad lines, in ")
    summary = json.loads(run(capsys, "--ndjson", str(source), "--out", str(out), "--json")[0])
    assert (summary["messages"], summary["scam"], summary["malformed"]) == (5, 1, 2)


def test_turns_of_a_session_build_on_each_other_in_bulk(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    source, out = tmp_path / "in.ndjson", tmp_path / "out.ndjson"
    turns = [{"id": n, "message": f"Pay Rs {500 * 10**n} to kyc@ybl", "session_id": "s1"} for n in range(2)]
    source.write_text("".join(json.dumps(one) + "\n" for one in turns))
    run(capsys, "--ndjson", str(source), "--out", str(out))
    assert [one["ssf_profile"]["payment_escalation"] for one in lines(out)] == [False, True]


def test_bulk_goes_through_a_pipe_too(tmp_path: Path) -> None:
    asked = json.dumps({"id": 1, "message": KYC}).encode() + b"\n" + b"x" * ((1 << 20) + 5) + b"\n{}"
    done = subprocess.run(
        [sys.executable, "-m", "ringfence", "analyze", "--ndjson", "-", "--out", "-"],
        input=asked,
        capture_output=True,
        check=True,
        cwd=tmp_path,
    )
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one.get("error", {}).get("code") for one in told] == [None, "line_too_long", "message_missing"]


def test_a_model_file_that_is_none_is_named_with_the_fix(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for data in (b"no model", None):
        path = tmp_path / "wrong.gz"
        path.unlink(missing_ok=True) if data is None else path.write_bytes(data)
        monkeypatch.setenv("RINGFENCE_CONTENT__MODEL", str(path))
        err = run(capsys, KYC, code=2)[1]
        assert str(path) in err
        assert "RINGFENCE_CONTENT__MODEL=builtin" in err


def test_it_starts_without_what_only_a_server_needs(tmp_path: Path) -> None:
    program = (
        "import sys; from ringfence.cli import main\n"
        "try: main(['analyze', 'See you at lunch', '--json'])\n"
        "except SystemExit: pass\n"
        "print([name for name in ('chdb', 'fastapi', 'sqlalchemy', 'ringfence_engine', 'asyncio', 'httpx')"
        " if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True, cwd=tmp_path
    )
    assert done.stderr.strip() == "[]"
    assert not (tmp_path / "var").exists()
