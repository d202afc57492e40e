"""`ringfence verify`: transactions brought in and listed, and what is refused before anybody is called."""

import json
from pathlib import Path
from typing import Any

import pytest

from ringfence.cli import main

ASHA = {
    "id": "TXN001",
    "client_name": "Asha Rao",
    "card_number": "4111111111111111",
    "client_phone": "+919876543210",
    "amount": 15499.5,
    "bank_name": "Example Bank",
    "merchant_name": "Example Store",
    "transaction_date": "2026-01-15",
    "action": "",
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RINGFENCE_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("COLUMNS", "200")


def verify(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> tuple[str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["verify", *words])
    assert (ended.value.code or 0) == code
    told = capsys.readouterr()
    return told.out, told.err


def written(*rows: dict[str, Any]) -> str:
    Path("transactions.json").write_text(json.dumps(rows))
    return "transactions.json"


def test_a_file_comes_in_and_rows_that_did_not_are_told_with_the_reason(
    capsys: pytest.CaptureFixture[str],
) -> None:
    out, _ = verify(capsys, "import", written(ASHA, ASHA | {"id": "TXN002", "client_phone": "nobody"}))
    assert "1 imported, 0 there already, 1 refused" in out
    assert "TXN002" in out
    assert "TXN001" not in out


def test_a_report_as_json_has_every_row(capsys: pytest.CaptureFixture[str]) -> None:
    told = json.loads(verify(capsys, "import", written(ASHA, {"id": "x"}), "--json")[0])
    assert (told["imported"], told["refused"]) == (1, 1)
    assert [row["result"] for row in told["rows"]] == ["imported", "refused"]


def test_csv_comes_in_as_well(capsys: pytest.CaptureFixture[str]) -> None:
    lines = [",".join(ASHA), ",".join(str(value) for value in ASHA.values())]
    Path("transactions.csv").write_text("\n".join(lines))
    assert "1 imported" in verify(capsys, "import", "transactions.csv")[0]


def test_where_every_row_is_refused_it_is_a_failure(capsys: pytest.CaptureFixture[str]) -> None:
    out, err = verify(capsys, "import", written({"id": "x"}), "--json", code=2)
    assert json.loads(out)["refused"] == 1
    assert "Nothing of transactions.json came in" in err


def test_the_same_file_again_is_no_failure(capsys: pytest.CaptureFixture[str]) -> None:
    verify(capsys, "import", written(ASHA))
    assert "0 imported, 1 there already" in verify(capsys, "import", "transactions.json")[0]


@pytest.mark.parametrize(
    ("file", "why"), [("absent.json", "Cannot read absent.json"), ("broken.json", "no JSON")]
)
def test_a_file_that_can_t_be_read_is_told_as_such(
    capsys: pytest.CaptureFixture[str], file: str, why: str
) -> None:
    Path("broken.json").write_text("[{")
    assert why in verify(capsys, "import", file, code=2)[1]


def test_the_list_masks_cards_and_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    verify(capsys, "import", written(ASHA))
    for words in ([], ["--json"]):
        out, _ = verify(capsys, "list", *words)
        assert "Asha Rao" in out
        assert "**** 1111" in out
        assert "***3210" in out
        assert "9876543210" not in out


def test_a_narrow_list_cuts_names_and_merchants_and_never_card_amount_or_status(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    long = {
        "client_name": "Wilhelmina Featherstonehaugh",
        "merchant_name": "Internationale Handelsgesellschaft",
    }
    denied = long | {"id": "TXN002", "amount": 1234567.891, "currency": "KWD", "action": "Mark As Fraud"}
    free = {"id": "TXN003", "amount": 0, "currency": "JPY"}
    verify(capsys, "import", written(ASHA, ASHA | denied, ASHA | free))
    out, _ = verify(capsys, "list")
    assert max(map(len, out.splitlines())) <= 80
    for whole in ("**** 1111", "***3210", "15,499.50 INR", "1,234,567.891 KWD", " 0 JPY"):
        assert whole in out
    assert ("Mark As Fraud" in out, "not called yet" in out, "Wil" in out) == (True, True, True)


def test_the_list_is_searched_and_filtered(capsys: pytest.CaptureFixture[str]) -> None:
    verify(
        capsys,
        "import",
        written(ASHA, ASHA | {"id": "TXN002", "client_name": "Tom Baker", "action": "Resolved"}),
    )

    def ids(*words: str) -> list[str]:
        return [one["id"] for one in json.loads(verify(capsys, "list", *words, "--json")[0])["transactions"]]

    assert ids() == ["TXN001", "TXN002"]
    assert ids("--search", "tom") == ["TXN002"]
    assert ids("--status", "resolved") == ["TXN002"]
    assert ids("--status", "") == ["TXN001"]
    assert "No transaction is like that" in verify(capsys, "list", "--search", "nobody")[1]
    assert "action is none of" in verify(capsys, "list", "--status", "gone", code=2)[1]


def test_an_empty_list_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert "ringfence verify import" in verify(capsys, "list")[1]
    assert json.loads(verify(capsys, "list", "--json")[0]) == {"transactions": [], "total": 0}


def test_a_real_call_is_the_servers(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RINGFENCE_URL", "https://desk.example")
    err = verify(capsys, "call", "TXN001", code=2)[1]
    assert 'curl -X POST https://desk.example/call/TXN001 -H "X-API-KEY: $KEY"' in err
    assert "--simulate" in err


def test_no_call_is_simulated_where_twilio_calls(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RINGFENCE_TELEPHONY__PROVIDER", "twilio")
    err = verify(capsys, "call", "TXN001", "--simulate", code=2)[1]
    assert "RINGFENCE_TELEPHONY__PROVIDER=simulator" in err
    assert not Path("var").exists()
