"""Card transactions come in from files, row by row, and go out again without a card number."""

import csv
import io
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from hmac import new as hmac
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.made_up import ASHA, CARD
from tests.made_up import ASHA_ROW as OLDER

from ringfence.adapters.stores.records import SqlRecords
from ringfence.app.build import transaction_site
from ringfence.app.transactions import RowReport, hand_out, import_file
from ringfence.app.transactions.cards import read_card
from ringfence.app.transactions.dates import read_made_on
from ringfence.app.transactions.export import to_csv, to_json
from ringfence.app.transactions.files import MOST_BYTES, MOST_ROWS, read_file
from ringfence.app.transactions.rows import REQUIRED, Site, read_row
from ringfence.app.transactions.sums import read_amount
from ringfence.errors import BadInput, TooLarge
from ringfence.model.audit import ChangeKind
from ringfence.model.transaction import Transaction, TransactionStatus
from ringfence.ports import AuditFilter, Records, TransactionFilter
from ringfence.settings import Settings

NOON = 1_768_478_400_000_000_000
SITE = Site("IN", b"s" * 32)
READ = replace(ASHA, card_hash=hmac(b"s" * 32, CARD.encode(), "sha256").hexdigest())


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    store = SqlRecords(f"sqlite:///{tmp_path}/r.db")
    yield store
    store.close()


def bring(records: Records, rows: object) -> tuple[RowReport, ...]:
    body = rows if isinstance(rows, bytes) else json.dumps(rows).encode()
    return import_file(body, SITE, records, "asha", NOON)


def kept(records: Records) -> list[Transaction]:
    return list(records.every_transaction(TransactionFilter()))


def as_csv(*rows: dict[str, Any], delimiter: str = ",") -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def row(**changes: Any) -> Transaction:
    return read_row(OLDER | changes, SITE)


def refused(**changes: Any) -> BadInput:
    with pytest.raises(BadInput) as told:
        row(**changes)
    return told.value


def test_the_older_systems_list_comes_in_as_it_is(records: Records) -> None:
    second = OLDER | {"id": 7, "action": "Mark As Fraud", "card_number": 5500005555555559, "amount": "2,500"}
    told = bring(records, [OLDER, second])
    assert [(one.line, one.transaction_id, one.result) for one in told] == [
        (1, "TXN001", "imported"),
        (2, "7", "imported"),
    ]
    first, other = kept(records)
    assert first == READ
    assert (other.status, other.card_last_four, other.amount) == (
        TransactionStatus.FRAUD,
        "5559",
        Decimal(2500),
    )


def test_a_bad_row_takes_no_other_with_it_and_says_how_to_mend_it(records: Records) -> None:
    rows = [OLDER, OLDER, OLDER | {"id": "TXN002", "client_phone": "12"}, 5, OLDER | {"id": "TXN003"}]
    told = bring(records, rows)
    assert [(one.line, one.transaction_id, one.result, one.code) for one in told] == [
        (1, "TXN001", "imported", ""),
        (2, "TXN001", "duplicate", "id_taken"),
        (3, "TXN002", "refused", "phone_invalid"),
        (4, None, "refused", "row_invalid"),
        (5, "TXN003", "imported", ""),
    ]
    assert "+919876543210" in told[2].reason
    assert [one.result for one in bring(records, [OLDER])] == ["duplicate"]
    assert [one.transaction_id for one in kept(records)] == ["TXN001", "TXN003"]


def test_a_card_number_is_stored_nowhere(records: Records, tmp_path: Path) -> None:
    spaced = OLDER | {"id": "TXN002", "card_number": "4111-1111 1111 1111"}
    first, second, *rest = (
        bring(records, [OLDER, spaced, OLDER | {"id": CARD}, OLDER | {"id": CARD, "amount": "x"},
        OLDER | {"id": "T3", "merchant_name": f"Shop {CARD[:8]} {CARD[8:]}"}])
    )  # fmt: skip
    assert (first.result, second.result) == ("imported", "imported")
    assert [(one.result, one.transaction_id) for one in rest] == [
        ("refused", None),
        ("refused", None),
        ("refused", "T3"),
    ]
    assert not any(CARD in one.reason for one in rest)
    assert {one.card_hash for one in kept(records)} == {READ.card_hash}
    records.check()
    for file in tmp_path.iterdir():
        assert CARD.encode() not in file.read_bytes()
    dump = "\n".join(sqlite3.connect(tmp_path / "r.db").iterdump())
    assert "1111" in dump
    assert CARD not in dump
    assert CARD not in repr(read_card(CARD, SITE.secret))


@pytest.mark.parametrize(
    "masked",
    [
        "**** 1111",
        "**** **** **** 1111",
        "XXXX-XXXX-XXXX-1111",
        "411111******1111",
        "•••• 1111",
        "1111",
        1111,
    ],
)
def test_of_a_masked_card_the_last_four_are_taken_and_no_hash(masked: object) -> None:
    told = row(card_number=masked)
    assert (told.card_last_four, told.card_hash) == ("1111", "")


@pytest.mark.parametrize(
    ("card", "code", "fix"),
    [
        ("4111", None, ""),
        ("41111111111", "card_invalid", "12 to 19 digits"),
        ("4111111111111111111111", "card_invalid", "12 to 19 digits"),
        ("**** 11", "card_invalid", "**** 1111"),
        ("4.11111E+15", "field_rounded", "as text"),
        (4.111e15, "field_rounded", "as text"),
        (Decimal("4111111111111111.0"), "field_rounded", "as text"),
        (True, "card_invalid", "12 to 19"),
    ],
)
def test_a_card_that_cannot_be_is_refused_without_being_repeated(
    card: object, code: str | None, fix: str
) -> None:
    if code is None:
        assert row(card_number=card).card_hash == ""
        return
    error = refused(card_number=card)
    assert error.code == code
    assert fix in error.detail
    assert "41111" not in error.detail


def test_the_sites_secret_is_kept_in_its_data_folder(tmp_path: Path) -> None:
    site = transaction_site(Settings(data_dir=tmp_path / "var", default_region="GB"))
    assert site == transaction_site(Settings(data_dir=tmp_path / "var", default_region="GB"))
    assert (site.region, len(site.secret)) == ("GB", 32)
    assert (tmp_path / "var" / "card-hash.key").stat().st_mode & 0o777 == 0o600
    assert repr(site) == "Site(region='GB')"


def test_another_secret_gives_another_hash() -> None:
    other = read_row(OLDER, Site("IN", b"t" * 32))
    assert other.card_hash != READ.card_hash
    assert replace(other, card_hash="") == replace(READ, card_hash="")


@pytest.mark.parametrize(
    ("phone", "e164", "language"),
    [
        ("98765 43210", "+919876543210", "en-IN"),
        ("09876543210", "+919876543210", "en-IN"),
        (919876543210, "+919876543210", "en-IN"),
        ("+1 (202) 555-0123", "+12025550123", "en-US"),
        ("0044 20 7946 0000", "+442079460000", "en-GB"),
        ("+44 7700 900123", "+447700900123", "en-GB"),
        ("+1-416-555-0123", "+14165550123", "en-US"),
        ("+49 30 901820", "+4930901820", "en-GB"),
    ],
)
def test_a_phone_is_read_by_the_plan_of_its_country(phone: object, e164: str, language: str) -> None:
    told = row(client_phone=phone)
    assert (told.phone, told.language, told.zone) == (e164, language, None)


@pytest.mark.parametrize(
    "phone",
    [
        "12345",
        "+9199",
        "+915551234567",
        "+1 900 987 6543",
        "call me",
        "9.19877E+11",
        "+",
        "+919876543210;ext=1",
        "٩٨٧٦٥٤٣٢١٠",
        "",
    ],
)
def test_a_phone_that_nobody_can_or_should_call_is_refused(phone: str) -> None:
    assert refused(client_phone=phone).code in ("phone_invalid", "field_rounded", "field_missing")


@pytest.mark.parametrize(
    ("written", "amount", "currency"),
    [
        (15499.5, "15499.5", "INR"),
        (100, "100", "INR"),
        (0, "0", "INR"),
        ("15,499.50", "15499.5", "INR"),
        ("1,54,990", "154990", "INR"),
        ("15.499,50", "15499.5", "INR"),
        ("1.549.950", "1549950", "INR"),
        ("15 499,50", "15499.5", "INR"),
        ("1'549.50", "1549.5", "INR"),
        ("99,5", "99.5", "INR"),
        ("₹15,499", "15499", "INR"),
        ("Rs. 15,499/-", "15499", "INR"),
        ("USD 20.10", "20.1", "USD"),
        ("20.10 €", "20.1", "EUR"),
        ("0.125", "0.125", "INR"),
    ],
)
def test_sums_are_read_as_they_are_written(written: object, amount: str, currency: str) -> None:
    told = row(amount=written)
    assert (str(told.amount), told.currency) == (amount, currency)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("15.499", "amount_ambiguous"), ("-5", "amount_invalid"), (-5, "amount_invalid"), ("NaN", "amount_invalid"),
        ("1e5", "amount_invalid"), (Decimal("NaN"), "amount_invalid"), (Decimal("1e13"), "amount_invalid"),
        (1.23456, "amount_invalid"), ("12,34,5", "amount_invalid"), ("five", "amount_invalid"),
        ("$ 5 EUR", "amount_invalid"), (True, "amount_invalid"), ("0.5 BTC", "currency_invalid"),
    ],
)  # fmt: skip
def test_sums_that_are_none_or_two_are_refused(written: object, code: str) -> None:
    assert refused(amount=written).code == code


def test_the_currency_is_the_rows_the_sums_or_the_sites() -> None:
    assert row(currency="usd").currency == row(amount="$5", currency="USD").currency == "USD"
    assert row(currency="₹", client_phone="+12025550123").currency == "INR"
    assert refused(currency="EUR", amount="$5").code == "currency_invalid"
    assert refused(currency="rupees!").code == "currency_invalid"
    with pytest.raises(BadInput, match="currency is missing"):
        read_row(OLDER, Site("FR", b"s" * 32))


@pytest.mark.parametrize(
    ("written", "made_on"),
    [
        ("2026-01-15", "2026-01-15"),
        ("2026/1/5", "2026-01-05"),
        ("15/01/2026", "2026-01-15"),
        ("01/15/2026", "2026-01-15"),
        ("15-01-2026", "2026-01-15"),
        ("03.04.2026", "2026-04-03"),
        ("04/04/2026", "2026-04-04"),
        ("15-Jan-2026", "2026-01-15"),
        ("15 January 2026", "2026-01-15"),
        ("1st Sept 2026", "2026-09-01"),
        ("Jan 15, 2026", "2026-01-15"),
        ("15-Oct-2026 10:20", "2026-10-15T10:20:00"),
        ("2026-01-15T10:20:30Z", "2026-01-15T10:20:30+00:00"),
        ("2026-01-15 10:20:30.123+05:30", "2026-01-15T10:20:30+05:30"),
        ("2026-01-15T10:20:30-0800", "2026-01-15T10:20:30-08:00"),
        ("15/01/2026, 10:20 PM", "2026-01-15T22:20:00"),
        ("15/01/2026 12:05 am", "2026-01-15T00:05:00"),
    ],
)
def test_dates_are_read_as_they_are_written(written: str, made_on: str) -> None:
    assert row(transaction_date=written).made_on == made_on


def test_a_date_that_may_be_two_is_refused_with_both() -> None:
    error = refused(transaction_date="03/04/2026")
    assert error.code == "date_ambiguous"
    assert "2026-04-03 or 2026-03-04" in error.detail


@pytest.mark.parametrize(
    "written",
    ["15/01/26", "31/02/2026", "2026-13-01", "yesterday", "2026-01-15T25:00", "15 Foo 2026", "0026-01-01", 1768478400,
     "2026-01-15 13:00 pm", "2026-01-15T10:20+99:99", "2026-01-15T10:20:30 IST", "٢٠٢٦-٠١-١٥"],
)  # fmt: skip
def test_what_is_no_date_is_refused(written: object) -> None:
    error = refused(transaction_date=written)
    assert error.code == "date_invalid"
    assert "2026-01-15" in error.detail


def test_zone_and_language_may_be_told() -> None:
    told = row(zone="Asia/Kathmandu", language="hi_in", time="ignored")
    assert (told.zone, told.language) == ("Asia/Kathmandu", "hi-IN")
    assert (row(language="hi").language, row(language="en").language, row(zone="UTC").zone) == (
        "hi-IN",
        "en-IN",
        "UTC",
    )
    assert row(zone="Asia/Calcutta").zone == "Asia/Kolkata"
    for zone in ("IST", "Asia/Nowhere", "../../etc/passwd", "/etc/passwd", "Asia"):
        assert refused(zone=zone).code == "zone_invalid"
    assert refused(language="Hindi please").code == "language_invalid"


@pytest.mark.parametrize(
    ("action", "status"), [(None, ""), (" ", ""), ("not answered", "Not Answered"), ("Resolved", "Resolved")]
)
def test_older_statuses_are_kept(action: object, status: str) -> None:
    assert row(action=action).status == status


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"action": "Done"}, "action_invalid"),
        ({"action": 5}, "action_invalid"),
        *(({"id": f"a{sign}b"}, "id_invalid") for sign in "/\\?#%&;,=+!$'()*\"<>[]{}|^` \t\n\0"),
        *(
            ({"id": name}, "id_invalid")
            for name in (".", "..", "भुगतान", "é1", "e\u0301", "٧", "１", "T\u200b1", "\u212a1")
        ),
        ({"id": True}, "id_invalid"),
        ({"id": 1.5}, "id_invalid"),
        ({"id": "x" * 65}, "field_too_long"),
        ({"id": {"a": 1}}, "field_invalid"),
        ({"client_name": "x" * 101}, "field_too_long"),
        ({"client_name": "Asha\u0000"}, "field_invalid"),
        ({"client_name": "Asha\ud800"}, "field_invalid"),
        ({"bank_name": 5}, "field_invalid"),
        *(({name: None}, "field_missing") for name in REQUIRED),
    ],
)
def test_a_row_that_lacks_or_overdoes_something_is_refused(changes: dict[str, Any], code: str) -> None:
    assert refused(**changes).code == code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_comes_in_by_the_names_of_its_header(records: Records, encoding: str, delimiter: str) -> None:
    second = OLDER | {"id": "TXN002", "client_name": 'Rao; "Asha",\nof Pune'}
    body = as_csv(OLDER, second, OLDER | {"id": "TXN003", "amount": "x"}, delimiter=delimiter)
    told = bring(records, body.replace("client_name", " Client_Name ", 1).encode(encoding))
    assert [(one.line, one.result) for one in told] == [(2, "imported"), (3, "imported"), (5, "refused")]
    first, other = kept(records)
    assert first == READ
    assert other.client_name == 'Rao; "Asha", of Pune'


def test_csv_rows_that_do_not_fit_the_header_are_refused_alone(records: Records) -> None:
    header, line = as_csv(OLDER).splitlines()
    body = "\n".join([header, "", line + ",more", "TXN002,Asha", line])
    assert [(one.line, one.code) for one in bring(records, body.encode())] == [
        (3, "row_invalid"),
        (4, "field_missing"),
        (5, ""),
    ]


@pytest.mark.parametrize(
    ("body", "fix"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b'{"id": 1}', "list of objects"),
        (b'[{"id": 1}', "line 1"),
        (b"[" * 100_000, "no JSON"),
        ("id,naïve".encode("latin-1"), "UTF-8"),
        ("[]".encode("utf-16"), "UTF-8"),
        (b"id,name\n1,2\n", "client_name"),
        (b"\x00\x01", "header"),
        (as_csv(OLDER).replace(",action", ",id").encode(), "twice"),
        (as_csv(OLDER).replace("Asha", '"Asha"x').encode(), "line 2"),
        (as_csv(OLDER | {"client_name": "x" * 200_000}).encode(), "line 2"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_fix(records: Records, body: bytes, fix: str) -> None:
    with pytest.raises(BadInput, match=fix):
        bring(records, body)
    assert kept(records) == []


def test_files_are_bounded(records: Records) -> None:
    with pytest.raises(TooLarge, match="8 MiB"):
        bring(records, b" " * (MOST_BYTES + 1))
    with pytest.raises(TooLarge, match="10,000"):
        bring(records, b"[" + b",".join([b"{}"] * (MOST_ROWS + 1)) + b"]")
    assert bring(records, []) == ()


@pytest.mark.parametrize(
    ("rows", "fix"),
    [
        ('[{"id": 1},]', "line 1"),
        ('[{"id": 1}\n {"id": 2}]', "line 2"),
        ('[{"id": 1},\n{"id": 2},\n{"id" 3}]', "line 3"),
        ('[{"id": 1}]\n\n5', "line 3"),
        ('[{"id": 1}', "line 1"),
        ("[\n", "line 2"),
        ("[,]", "line 1"),
        ('\u00a0[{"id": 1}]]', "line 1"),
        ('{"id": 1}\n{"id": 2}', "list of objects"),
        ('[{"id": "' + "x" * 70_000 + '"}]', "Row 1 .* 65,536 characters"),
        ("[5, " + "[" + "{}," * 30_000 + "{}]]", "Row 2 .* 65,536 characters"),
        ('[{"id" 1}' + " " * 70_000 + "]", "line 1"),
        ("[" + "1" * 70_000 + "]", "line 1"),
    ],
)
def test_json_that_is_broken_or_too_long_is_told_by_its_place(records: Records, rows: str, fix: str) -> None:
    with pytest.raises(BadInput, match=fix) as told:
        bring(records, rows.encode())
    assert told.value.code == "json_invalid"


def test_json_comes_in_however_it_is_set_out(records: Records) -> None:
    one, other = (
        json.dumps(OLDER),
        json.dumps(OLDER | {"id": "TXN002", "note": ["x", {"y": "]},{["}] * 1_000}),
    )
    told = bring(records, f"\ufeff\r\n\t [\r\n\t{one}\n , \n{other},7 ,null\n]\n ".encode())
    assert [(row.line, row.result) for row in told] == [
        (1, "imported"), (2, "imported"), (3, "refused"), (4, "refused"),
    ]  # fmt: skip
    assert bring(records, b" [ \n ] ") == ()


def test_what_is_too_much_is_not_read_to_its_end(records: Records) -> None:
    with pytest.raises(TooLarge, match="10,000"):
        bring(records, b"[" + b"[]," * (MOST_ROWS + 1) + b"what is no JSON")


def test_a_csv_row_is_bounded_with_all_its_lines(records: Records) -> None:
    header, line = as_csv(OLDER | {"note": "x" * 200}).splitlines()
    assert len(bring(records, "\n".join([header, *[line] * 1_000]).encode())) == 1_000
    wide = line[:-200] + ",".join(['"y\n"'] * 20_000)
    for body in ("\n".join([header, line, wide]), "\n".join([header, line, "," * 70_000])):
        with pytest.raises(BadInput, match=r"begins in line 3 .* 65,536 characters"):
            bring(records, body.encode())
    with pytest.raises(BadInput, match="begins in line 1 "):
        bring(records, (header + ",a" * 40_000).encode())


@settings(max_examples=200, deadline=None)
@given(
    st.text(alphabet='[]{},:" \n1-eE.tfnul\\/', max_size=40)
    | st.lists(st.integers() | st.dictionaries(st.text(), st.text())).map(lambda rows: json.dumps(rows)[1:])
)
def test_a_list_is_read_value_by_value_as_by_the_decoder_of_all(written: str) -> None:
    text = "[" + written
    try:
        expected = json.loads(text, parse_float=Decimal)
    except ValueError:
        with pytest.raises(BadInput):
            read_file(text.encode())
    else:
        told = [(row.values, row.fault != "") for row in read_file(text.encode())]
        assert told == [(one, False) if isinstance(one, dict) else ({}, True) for one in expected]


@pytest.mark.parametrize("told", [to_json, to_csv])
def test_what_is_exported_comes_in_again_all_but_the_hash(
    records: Records, tmp_path: Path, told: Any
) -> None:
    formula = '=HYPERLINK("http://evil.example","x")'
    rows = [
        OLDER | {"zone": "Asia/Kolkata", "amount": 7, "action": "Resolved"},
        OLDER | {"id": "-2", "client_name": formula},
    ]
    bring(records, rows)
    body = told(kept(records))
    assert CARD.encode() not in body
    other = SqlRecords(f"sqlite:///{tmp_path}/other.db")
    assert {one.result for one in bring(other, body)} == {"imported"}
    assert kept(other) == [replace(one, card_hash="") for one in kept(records)]
    other.close()


def test_no_more_is_handed_out_than_the_trail_says(records: Records) -> None:
    bring(records, [OLDER, OLDER | {"id": "TXN002"}])
    rows = hand_out(records, TransactionFilter(), "json", "asha", NOON)
    (entry,) = records.audit(AuditFilter(what=ChangeKind.TRANSACTIONS_EXPORT), 10, 0).entries
    bring(records, [OLDER | {"id": "TXN003"}])
    assert [one.transaction_id for one in rows] == ["TXN001", "TXN002"]
    assert (entry.who, entry.at, json.loads(entry.after)["rows"]) == ("asha", NOON, 2)


def test_no_cell_of_an_exported_csv_is_a_formula(records: Records) -> None:
    for number, sign in enumerate("=+-@＝＋－＠"):
        bring(
            records,
            [OLDER | {"id": f"{number}", "client_name": f"{sign}1+1", "merchant_name": f"\t{sign}A1"}],
        )
    lines = list(csv.reader(io.StringIO(to_csv(kept(records)).decode("utf-8-sig"))))
    assert len(lines) == 9
    assert not [cell for line in lines for cell in line if cell.startswith(tuple("=+-@\t\r＝＋－＠"))]
    assert json.loads(to_json(kept(records)))[0] == OLDER | {
        "id": "0", "client_name": "=1+1", "merchant_name": "=A1", "card_number": "**** 1111", "currency": "INR",
        "zone": None, "language": "en-IN", "attempts": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("written", "kept"),
    [("TXN001", "TXN001"), (" 7\n", "7"), (7, "7"), ("...", "..."), ("-2", "-2"), ("A1-_.:~@z", "A1-_.:~@z")],
)
def test_an_id_is_letters_digits_and_signs_that_addresses_hold(written: object, kept: str) -> None:
    assert row(id=written).transaction_id == kept
    assert row(id="x" * 64).transaction_id == "x" * 64


def test_an_id_that_addresses_cannot_hold_is_told_with_the_fix(records: Records) -> None:
    (told,) = bring(records, [OLDER | {"id": "TXN 001/a"}])
    assert (told.line, told.transaction_id, told.result, told.code) == (1, None, "refused", "id_invalid")
    assert "- _ . : ~ @" in told.reason
    assert "TXN" not in told.reason


def test_an_id_behind_which_a_route_stands_is_refused_by_name(records: Records) -> None:
    rows = [OLDER | {"id": name} for name in ("export", "import", " phone-changes ", "Export", "exported")]
    told = bring(records, rows)
    assert [(one.line, one.transaction_id, one.result, one.code) for one in told] == [
        (1, "export", "refused", "id_reserved"),
        (2, "import", "refused", "id_reserved"),
        (3, "phone-changes", "refused", "id_reserved"),
        (4, "Export", "imported", ""),
        (5, "exported", "imported", ""),
    ]
    assert "give it another one" in told[0].reason


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=2),
    max_leaves=3,
)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from([*OLDER, "zone", "language", "currency"]), JSON, max_size=3))
def test_whatever_a_row_holds_it_is_read_or_refused(changes: dict[str, Any]) -> None:
    try:
        told = read_row(OLDER | changes, SITE)
    except BadInput as error:
        assert error.detail  # noqa: PT017 - either way is well
    else:
        assert told.phone.startswith("+")


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=30) | st.from_regex(r"[0-9/.,:\- TZ+AaPpMm₹Rs]{1,25}"))
def test_whatever_is_written_no_date_and_no_sum_breaks_the_import(written: str) -> None:
    for read in (read_made_on, read_amount):
        try:
            read(written)
        except BadInput as error:
            assert error.code  # noqa: PT017 - either way is well
