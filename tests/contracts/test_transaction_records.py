"""What every store does with card transactions, whatever holds it."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from tests.made_up import ASHA

from ringfence.adapters.stores.records import SqlRecords
from ringfence.errors import Conflict, NotAllowed, NotFound
from ringfence.model.audit import ChangeKind
from ringfence.model.transaction import PhoneChange, PhoneChangeState, Transaction, TransactionStatus
from ringfence.ports import AuditFilter, PhoneChangePage, Records, TransactionFilter

NOON = 1_768_478_400_000_000_000
MINUTE = 60_000_000_000
HOME, NEW = "+919876543210", "+919812345678"


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    store = SqlRecords(f"sqlite:///{tmp_path}/ringfence.db")
    yield store
    store.close()


def payment(transaction_id: str = "TXN001", phone: str = HOME) -> Transaction:
    return replace(
        ASHA,
        transaction_id=transaction_id,
        phone=phone,
        made_on="2026-01-15T10:20:30+05:30",
        zone="Asia/Kolkata",
        language="hi-IN",
        status=TransactionStatus.NOT_ANSWERED,
    )


def found(records: Records, search: str | None = None, status: TransactionStatus | None = None) -> list[str]:
    page = records.transactions(TransactionFilter(search, status), 100, 0)
    assert page.total == len(page.transactions)
    return [one.transaction_id for one in page.transactions]


def trail(records: Records) -> list[tuple[str, str, str, str, str]]:
    entries = records.audit(AuditFilter(), 100, 0).entries
    return [(one.who, one.what, one.target, one.before, one.after) for one in reversed(entries)]


def test_a_transaction_comes_back_as_it_was_brought_in(records: Records) -> None:
    bare = replace(
        payment("TXN002"), zone=None, card_hash="", status=TransactionStatus.NEW, amount=Decimal(0)
    )
    assert records.import_transactions([payment(), bare], "asha", NOON) == (True, True)
    assert records.transaction("TXN001") == payment()
    assert records.transaction("TXN002") == bare
    assert records.transaction("TXN003") is None
    assert str(records.transactions(TransactionFilter(), 1, 0).transactions[0].amount) == "15499.50"


def test_what_is_there_under_an_id_stays_and_is_told(records: Records) -> None:
    records.import_transactions([payment()], "asha", NOON)
    again = replace(payment(), client_name="Somebody Else")
    other = payment("TXN002")
    assert records.import_transactions([again, other, replace(other, bank_name="B")], "ben", NOON) == (
        False,
        True,
        False,
    )
    assert records.transaction("TXN001") == payment()
    assert records.transaction("TXN002") == other
    assert records.import_transactions([again], "ben", NOON) == (False,)
    assert trail(records) == [
        ("asha", "transactions.import", "transactions", "", '{"duplicates": 0, "imported": 1}'),
        ("ben", "transactions.import", "transactions", "", '{"duplicates": 2, "imported": 1}'),
    ]


def test_an_export_is_in_the_trail_without_the_words_of_its_search(records: Records) -> None:
    fraud = TransactionFilter("Asha 9876", TransactionStatus.FRAUD)
    records.note_export(fraud, 7, "csv", "ben", NOON)
    records.note_export(TransactionFilter(" "), 0, "json", "ben", NOON)
    assert trail(records) == [
        ("ben", "transactions.export", "transactions", "",
         '{"format": "csv", "rows": 7, "searched": true, "status": "Mark As Fraud"}'),
        ("ben", "transactions.export", "transactions", "",
         '{"format": "json", "rows": 0, "searched": false, "status": null}'),
    ]  # fmt: skip


def test_thousands_come_in_at_once_and_are_read_by_page(records: Records) -> None:
    assert all(records.import_transactions([payment(f"T{number}") for number in range(3000)], "asha", NOON))
    page = records.transactions(TransactionFilter(), 2, 2500)
    assert ([one.transaction_id for one in page.transactions], page.total) == (["T2500", "T2501"], 3000)


@pytest.mark.parametrize(
    "words",
    [
        "txn001", "asha", "RAO ASHA", "1111", "+91 98765 43210", "15499.5", "15,499.50", "INR", "Example bank", "store",
        "2026-01-15", "not answered",
    ],
)  # fmt: skip
def test_every_field_that_is_shown_can_be_searched(records: Records, words: str) -> None:
    other = Transaction(
        "ZZ9",
        "Ben Ode",
        "4242",
        "",
        "+442079460000",
        Decimal(7),
        "GBP",
        "Big",
        "Shop",
        "2025-12-01",
        None,
        "en-GB",
    )
    records.import_transactions([payment(), other], "asha", NOON)
    assert found(records, words) == ["TXN001"]
    assert found(records) == ["TXN001", "ZZ9"]


def test_a_search_takes_letters_of_any_script_and_signs_as_they_are(records: Records) -> None:
    rows = [replace(payment("A"), client_name="Émile ÖZ"), replace(payment("B"), client_name="आशा_100%")]
    records.import_transactions(rows, "asha", NOON)
    assert found(records, "émile öz") == ["A"]
    assert found(records, "आशा") == ["B"]
    assert found(records, "a_100%") == found(records, "%%") == []
    assert found(records, "_100%") == ["B"]


def test_a_search_without_whole_phones_finds_no_more_than_four_digits(records: Records) -> None:
    phone = "+919876543210"
    named = replace(payment("B"), phone=phone, client_name="Asha 9876543210")
    records.import_transactions([replace(payment("A"), phone=phone), named], "asha", NOON)

    def seen(search: str) -> int:
        return records.transactions(TransactionFilter(search, whole_phones=False), 100, 0).total

    assert (seen("3210"), seen("asha 3210")) == (2, 2)
    assert [seen(part) for part in (phone, "+91", "9876", "5432", "43210")] == [0] * 5
    assert found(records, "43210") == ["A", "B"]


def test_transactions_are_taken_by_status(records: Records) -> None:
    records.import_transactions(
        [payment(), replace(payment("TXN002"), status=TransactionStatus.NEW)], "asha", NOON
    )
    assert found(records, status=TransactionStatus.NEW) == ["TXN002"]
    assert found(records, "asha", TransactionStatus.NOT_ANSWERED) == ["TXN001"]


def test_a_person_sets_the_status_and_the_trail_says_who(records: Records) -> None:
    records.import_transactions([payment()], "asha", NOON)
    told = records.set_status("TXN001", TransactionStatus.RESOLVED, "ben", NOON + MINUTE)
    assert told == records.transaction("TXN001") == replace(payment(), status=TransactionStatus.RESOLVED)
    records.set_status("TXN001", TransactionStatus.RESOLVED, "ben", NOON + MINUTE)
    assert trail(records)[1:] == [
        ("ben", "transaction.status", "TXN001", '{"status": "Not Answered"}', '{"status": "Resolved"}')
    ]
    assert found(records, "resolved") == ["TXN001"]
    with pytest.raises(NotFound):
        records.set_status("TXN009", TransactionStatus.RESOLVED, "ben", NOON)


def test_one_person_changes_a_number_and_both_numbers_are_kept(records: Records) -> None:
    records.import_transactions([payment()], "asha", NOON)
    assert records.change_phone("TXN001", NEW, "ben", NOON + MINUTE) == replace(payment(), phone=NEW)
    records.change_phone("TXN001", NEW, "ben", NOON + 2 * MINUTE)
    assert records.phone_changes("TXN001") == (
        PhoneChange(1, "TXN001", HOME, NEW, "ben", NOON + MINUTE, PhoneChangeState.MADE, None, NOON + MINUTE),
    )
    assert (found(records, NEW), found(records, HOME)) == (["TXN001"], [])
    with pytest.raises(NotFound):
        records.change_phone("TXN009", NEW, "ben", NOON)


def test_a_proposed_number_is_called_once_a_second_person_approves(records: Records) -> None:
    records.import_transactions([payment()], "asha", NOON)
    proposed = records.propose_phone("TXN001", NEW, "ben", NOON)
    assert records.proposed_phones(10, 0) == PhoneChangePage((proposed,), 1)
    assert records.transaction("TXN001") == payment()
    for approve in (True, False):
        with pytest.raises(NotAllowed, match="second person"):
            records.decide_phone("TXN001", proposed.change_id, approve, "ben", NOON)
    decided = records.decide_phone("TXN001", proposed.change_id, True, "carla", NOON + MINUTE)
    assert decided == replace(
        proposed, state=PhoneChangeState.MADE, decided_by="carla", decided_at=NOON + MINUTE
    )
    assert records.phone_changes("TXN001") == (decided,)
    assert records.proposed_phones(10, 0) == PhoneChangePage((), 0)
    assert records.transaction("TXN001") == replace(payment(), phone=NEW)
    with pytest.raises(Conflict, match="decided already"):
        records.decide_phone("TXN001", proposed.change_id, False, "carla", NOON)


def test_a_refused_number_changes_nothing_and_another_may_be_proposed(records: Records) -> None:
    records.import_transactions([payment()], "asha", NOON)
    first = records.propose_phone("TXN001", NEW, "ben", NOON)
    with pytest.raises(Conflict, match="approve or refuse"):
        records.propose_phone("TXN001", NEW, "dan", NOON)
    assert (
        records.decide_phone("TXN001", first.change_id, False, "carla", NOON).state
        is PhoneChangeState.REFUSED
    )
    assert records.transaction("TXN001") == payment()
    assert records.propose_phone("TXN001", NEW, "ben", NOON).change_id == first.change_id + 1
    with pytest.raises(Conflict, match="already"):
        records.propose_phone("TXN001", HOME, "ben", NOON)


def test_what_waits_of_all_transactions_is_read_by_page_oldest_first(records: Records) -> None:
    records.import_transactions([payment(name) for name in ("A", "B", "C", "D")], "asha", NOON)
    records.change_phone("D", NEW, "ben", NOON)
    waiting = [records.propose_phone(name, NEW, "ben", NOON) for name in ("C", "A", "B")]
    assert records.proposed_phones(2, 0) == PhoneChangePage(tuple(waiting[:2]), 3)
    assert records.proposed_phones(2, 2) == PhoneChangePage(tuple(waiting[2:]), 3)
    records.decide_phone("A", waiting[1].change_id, False, "carla", NOON)
    assert [one.transaction_id for one in records.proposed_phones(2, 0).changes] == ["C", "B"]


def test_a_proposal_of_before_another_change_is_not_approved(records: Records) -> None:
    records.import_transactions([payment(), payment("TXN002")], "asha", NOON)
    proposed = records.propose_phone("TXN001", NEW, "ben", NOON)
    records.change_phone("TXN001", "+919811111111", "dan", NOON)
    with pytest.raises(Conflict, match="changed since"):
        records.decide_phone("TXN001", proposed.change_id, True, "carla", NOON)
    for transaction_id, change_id in (("TXN002", proposed.change_id), ("TXN001", 99), ("TXN009", 1)):
        with pytest.raises(NotFound):
            records.decide_phone(transaction_id, change_id, True, "carla", NOON)


def test_the_trail_of_a_number_tells_who_did_what_and_no_whole_number(records: Records) -> None:
    records.import_transactions([payment()], "asha", NOON)
    for approve in (False, True):
        change = records.propose_phone("TXN001", NEW, "ben", NOON)
        records.decide_phone("TXN001", change.change_id, approve, "carla", NOON)
    records.change_phone("TXN001", HOME, "dan", NOON)
    assert [(who, what, target) for who, what, target, _, _ in trail(records)[1:]] == [
        ("ben", ChangeKind.PHONE_PROPOSE, "TXN001"),
        ("carla", ChangeKind.PHONE_REFUSE, "TXN001"),
        ("ben", ChangeKind.PHONE_PROPOSE, "TXN001"),
        ("carla", ChangeKind.PHONE_APPROVE, "TXN001"),
        ("dan", ChangeKind.PHONE_CHANGE, "TXN001"),
    ]
    told = " ".join(before + after for _, _, _, before, after in trail(records))
    assert "3210" in told
    assert "98765" not in told
