"""`ringfence evaluate content` on messages with their truth."""

import json
from pathlib import Path

import pytest

from ringfence.cli import main


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["evaluate", "content", *words])
    told = capsys.readouterr()
    return int(ended.value.code or 0), told.out, told.err


def test_what_simulate_writes_can_be_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "some.ndjson"
    with pytest.raises(SystemExit):
        main(["simulate", "content", "kyc.en-IN", "otp.en-IN", "--count", "3", "--out", str(file)])
    code, out, _ = run(capsys, str(file), "--json")
    assert code == 0
    sources = {one["source"]: one for one in json.loads(out)["sources"]}
    assert set(sources) == {"kyc", "otp", "all"}
    assert sources["kyc"]["recall"] > 0.8
    assert sources["otp"]["flagged"] < 0.2
    assert sources["all"]["auc"] > 0.9


def test_a_table_with_columns_is_shown_by_source(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "desk.csv"
    file.write_text(
        "text,label,channel,src\n"
        "Your account is blocked. Share the OTP now to unblock it,scam,sms,desk\n"
        "Lunch at one?,legit,sms,desk\n"
    )
    code, out, _ = run(capsys, str(file))
    assert code == 0
    assert "desk" in out
    assert "100.0%" in out


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.ndjson", '{"message": "x", "label": "odd"}\n', "line 1"),
        ("a.csv", "a,b\n1,2\n", "columns text, label"),
        ("b.ndjson", "", "no message"),
    ],
)
def test_what_is_no_labelled_message_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, text: str, told: str
) -> None:
    file = tmp_path / name
    file.write_text(text)
    code, _, err = run(capsys, str(file))
    assert code == 2
    assert told in " ".join(err.split())
