"""`ringfence keys`: one key a client, shown once."""

import json
from pathlib import Path

import pytest

from ringfence.adapters.stores.records import SqlRecords
from ringfence.cli import main
from ringfence.ports import AuditFilter


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RINGFENCE_DATA_DIR", str(tmp_path / "var"))


def ringfence(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> tuple[str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["keys", *words])
    assert (ended.value.code or 0) == code
    told = capsys.readouterr()
    return told.out, told.err


def test_a_key_is_printed_alone_and_listed_without_its_secret(capsys: pytest.CaptureFixture[str]) -> None:
    secret = ringfence(capsys, "create", "--role", "ingest", "--name", "switch-1")[0]
    assert secret.startswith("rf_")
    assert secret.count("\n") == 1
    listed = ringfence(capsys, "list", "--json")[0]
    assert secret.strip() not in listed
    [key] = json.loads(listed)["keys"]
    assert (key["name"], key["role"], key["revoked_at"]) == ("switch-1", "ingest", None)


def test_a_revoked_key_stays_in_the_list_as_such(capsys: pytest.CaptureFixture[str]) -> None:
    ringfence(capsys, "create", "--role", "viewer", "--name", "desk")
    ringfence(capsys, "revoke", "desk")
    [key] = json.loads(ringfence(capsys, "list", "--json")[0])["keys"]
    assert key["revoked_at"] is not None
    assert "No valid key" in ringfence(capsys, "revoke", "desk", code=2)[1]


def test_two_valid_keys_never_share_a_name(capsys: pytest.CaptureFixture[str]) -> None:
    ringfence(capsys, "create", "--role", "viewer", "--name", "desk")
    assert "desk" in ringfence(capsys, "create", "--role", "admin", "--name", "desk", code=2)[1]


def test_a_name_is_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    ringfence(capsys, "create", "--role", "viewer", "--name", "[/desk]")
    assert "[/desk]" in ringfence(capsys, "list")[0]


def test_who_sat_at_the_command_line_is_in_the_audit_trail(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "asha")
    ringfence(capsys, "create", "--role", "viewer", "--name", "desk")
    records = SqlRecords(f"sqlite:///{tmp_path}/var/ringfence.db")
    (line,) = records.audit(AuditFilter(), 9, 0).entries
    records.close()
    assert (line.who, line.target) == ("command line (asha)", "desk")


def test_an_empty_list_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert "ringfence keys create" in ringfence(capsys, "list")[1]
