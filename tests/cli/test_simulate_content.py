"""`ringfence simulate content`: made-up messages with their truth."""

import json
from pathlib import Path

import pytest

from ringfence.cli import main


def ringfence(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> tuple[str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["simulate", "content", *words])
    assert (ended.value.code or 0) == code
    told = capsys.readouterr()
    return told.out, told.err


def test_each_line_is_a_message_with_its_truth(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out = tmp_path / "kyc.ndjson"
    ringfence(capsys, "kyc.en-IN/block_notice", "--count", "5", "--out", str(out))
    lines = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert len(lines) == 5
    assert {(line["label"], line["scam_type"], line["language"]) for line in lines} == {("scam", "kyc", "en")}
    told = ringfence(capsys, "kyc.en-IN/block_notice", "--count", "5")[0]
    assert told == out.read_text("utf-8")


def test_a_name_that_fits_nothing_is_answered_with_a_near_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert ringfence(capsys, "kcy.en-IN", code=2)[1] == (
        "ringfence: no script begins with 'kcy.en-IN'; near to it: kyc.en-IN; --scripts lists all\n"
    )
    assert ringfence(capsys, "###", code=2)[1].endswith("no script begins with '###'; --scripts lists all\n")


def test_a_file_that_cannot_be_written_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    place = tmp_path / "nowhere" / "kyc.ndjson"
    told = ringfence(capsys, "kyc.en-IN", "--out", str(place), code=2)[1]
    assert told == f"ringfence: cannot write {place}: No such file or directory\n"


def test_the_scripts_are_listed_with_what_they_stand_for(capsys: pytest.CaptureFixture[str]) -> None:
    listed = ringfence(capsys, "--scripts")[0]
    assert "kyc.en-IN/block_notice\tscam\tkyc\ten\tsms" in listed.splitlines()
