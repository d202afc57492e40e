"""What every store does with calls to card holders, whatever holds it."""

import sqlite3
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from itertools import count, permutations
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringfence.adapters.stores.records import SqlRecords
from ringfence.errors import NotFound
from ringfence.model.audit import ChangeKind
from ringfence.model.call import QuietHours, Refusal, RefusalKind, TimelineEntry, VerificationCall
from ringfence.model.transaction import Transaction, TransactionStatus
from ringfence.model.verification import AnsweredBy, CallStatus, Dialogue, Heard, Progress, Step, Understood
from ringfence.ports import AuditFilter, CallRequest, Records
from ringfence.verification.ending import outcome_of
from ringfence.verification.policy import may_call, zones_for

from .test_transaction_records import HOME, NEW, NOON, payment

MINUTE = 60_000_000_000
NUMBERS = count()
RUNS = Refusal(RefusalKind.CALL_RUNNING, None, "A call runs")
DENIED = Dialogue(Step.SHARED, turn=2, outcome=TransactionStatus.FRAUD)
QUESTION = TimelineEntry(
    NOON, Step.AUTHORISED, said=("Did you pay 15,499 rupees and 50 paise?", "Press 1 for yes.")
)
ANSWER = TimelineEntry(
    NOON,
    Step.AUTHORISED,
    1,
    heard=Heard("nahi", 0.91, None),
    understood=Understood.NO,
    decision="Mark As Fraud",
)
SILENCE = TimelineEntry(
    NOON, Step.SHARED, heard=Heard(), understood=Understood.NOTHING, decision="asked again"
)


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    store = SqlRecords(f"sqlite:///{tmp_path}/ringfence.db")
    store.import_transactions([payment("TXN001"), payment("TXN002"), payment("TXN003", NEW)], "asha", NOON)
    yield store
    store.close()


def order(
    records: Records, call_id: str = "c1", transaction_id: str = "TXN001", at: int = NOON
) -> VerificationCall | Refusal:
    def rules(transaction: Transaction, calls: Sequence[VerificationCall]) -> Refusal | None:
        return may_call(transaction, calls, at, zones_for(transaction), QuietHours(21 * 60, 9 * 60))

    digest = sha256(call_id.encode()).digest()
    return records.order_call(CallRequest(call_id, transaction_id, digest, "ben", at), rules).result()


def news(status: CallStatus | None, answered_by: AnsweredBy | None = None) -> Progress:
    return Progress("CA1", status, answered_by)


def tell(records: Records, told: Progress, call_id: str = "c1") -> VerificationCall:
    return records.call_progress(call_id, told, NOON + MINUTE, outcome_of).result()


def status(records: Records, transaction_id: str = "TXN001") -> tuple[str, int]:
    there = records.transaction(transaction_id)
    assert there is not None
    return there.status, there.attempts


def outcome(records: Records, call_id: str = "c1") -> TransactionStatus | None:
    call = records.call(call_id)
    assert call is not None
    assert (call.ended_at is None) == (call.outcome is None)
    return call.outcome


def test_an_ordered_call_is_counted_and_audited_and_found_by_its_token(records: Records) -> None:
    call = order(records)
    assert call == VerificationCall("c1", "TXN001", HOME, 1, sha256(b"c1").digest(), "ben", NOON)
    assert status(records) == ("Connecting", 1)
    assert records.call("c1") == call
    assert records.call_of_token(sha256(b"c1").digest()) == (call, records.transaction("TXN001"))
    assert (records.call("c2"), records.call_of_token(b"c1")) == (None, None)
    assert records.calls("TXN001") == records.running_calls() == (call,)
    newest = records.audit(AuditFilter(), 1, 0).entries[0]
    assert (newest.who, newest.what, newest.target) == ("ben", "call.order", "TXN001")
    assert newest.after == '{"attempt": 1, "call_id": "c1"}'


def test_what_the_rules_refuse_leaves_everything_as_it_was(records: Records) -> None:
    order(records)
    for transaction_id in ("TXN001", "TXN002"):
        refusal = order(records, "c2", transaction_id)
        assert isinstance(refusal, Refusal)
        assert refusal.kind is RefusalKind.CALL_RUNNING
    assert status(records, "TXN002") == ("Not Answered", 0)
    assert records.call("c2") is None
    assert isinstance(order(records, "c3", "TXN003"), VerificationCall)
    with pytest.raises(NotFound):
        order(records, "c4", "TXN009")


def test_a_day_allows_three_calls_half_an_hour_apart(records: Records) -> None:
    at = NOON - 360 * MINUTE
    for number in range(3):
        assert isinstance(order(records, f"c{number}", at=at), VerificationCall)
        records.end_call(f"c{number}", TransactionStatus.NOT_ANSWERED, at + MINUTE).result()
        refusal = order(records, "more", at=at + 29 * MINUTE)
        assert isinstance(refusal, Refusal)
        assert refusal.kind is (RefusalKind.TOO_SOON if number < 2 else RefusalKind.ATTEMPTS_USED)
        at += 30 * MINUTE
    assert status(records) == ("Not Answered", 3)
    assert [call.attempt for call in records.calls("TXN001")] == [1, 2, 3]


@pytest.mark.parametrize("transactions", [["TXN001"] * 8, ["TXN001", "TXN002"] * 4])
def test_of_operators_who_order_at_the_same_time_one_succeeds(
    tmp_path: Path, transactions: list[str]
) -> None:
    address = f"sqlite:///{tmp_path}/r.db"
    stores = [SqlRecords(address), SqlRecords(address)]  # as two processes would have them
    stores[0].import_transactions([payment("TXN001"), payment("TXN002")], "asha", NOON)
    together = Barrier(len(transactions))

    def press(number: int) -> VerificationCall | Refusal:
        together.wait()
        return order(stores[number // 2 % 2], f"c{number}", transactions[number])

    with ThreadPoolExecutor(len(transactions)) as pool:
        told = list(pool.map(press, range(len(transactions))))
    (call,) = [one for one in told if isinstance(one, VerificationCall)]
    assert {one.kind for one in told if isinstance(one, Refusal)} == {RefusalKind.CALL_RUNNING}
    assert stores[0].running_calls() == stores[1].running_calls() == (call,)
    assert sum(status(stores[0], one)[1] for one in ("TXN001", "TXN002")) == 1
    for store in stores:
        store.close()


def test_the_providers_id_is_kept_whoever_tells_it_first(records: Records) -> None:
    order(records)
    order(records, "c3", "TXN003")
    records.call_placed("c1", "CA1").result()
    tell(records, Progress("CA3", CallStatus.RINGING), "c3")
    records.call_placed("c3", "CA9").result()
    assert [call.provider_id for call in records.running_calls()] == ["CA1", "CA3"]


def test_news_that_do_not_name_the_call_count_all_the_same(records: Records) -> None:
    order(records)
    assert tell(records, Progress(None, CallStatus.RINGING)).provider_id is None
    tell(records, Progress("CA1", CallStatus.IN_PROGRESS))
    call = tell(records, Progress(None, CallStatus.COMPLETED))
    assert (call.provider_id, call.status, call.outcome) == ("CA1", "completed", "Disconnected")


def test_an_answer_advances_the_dialogue_once_and_is_in_the_timeline(records: Records) -> None:
    order(records)
    assert records.advance_call("c1", 0, Dialogue(Step.AUTHORISED, turn=1), [QUESTION]).result()
    assert records.advance_call("c1", 1, DENIED, [ANSWER, SILENCE]).result()
    for turn in (0, 1, 7):
        assert not records.advance_call("c1", turn, Dialogue(Step.OTHERS, turn=3), [SILENCE]).result()
    call = records.call("c1")
    assert call is not None
    assert call.dialogue == DENIED
    assert records.timeline("c1") == (QUESTION, ANSWER, SILENCE)
    assert status(records) == ("Mark As Fraud", 1)
    with pytest.raises(NotFound):
        records.advance_call("c9", 0, DENIED, []).result()


def test_a_dialogue_that_an_older_version_kept_is_read(tmp_path: Path) -> None:
    store = SqlRecords(f"sqlite:///{tmp_path}/older.db")
    store.import_transactions([payment("TXN001")], "asha", NOON)
    order(store)
    store.close()
    older = (
        '{"step":"step1","turn":2,"retry":0,"digits_only":false,"shared_details":null,"other_transactions":null,'
        '"outcome":"Mark As Fraud","over":false,"transfers":false}'
    )
    with closing(sqlite3.connect(tmp_path / "older.db")) as base, base:
        base.execute("UPDATE verification_calls SET dialogue = ?, turn = 2", (older,))
    store = SqlRecords(f"sqlite:///{tmp_path}/older.db")
    call = store.call("c1")
    assert call is not None
    assert call.dialogue == DENIED
    store.close()


@pytest.mark.parametrize("mark", [TransactionStatus.NEW, TransactionStatus.FRAUD])
@pytest.mark.parametrize("taken", [True, False])
def test_a_call_that_is_put_through_is_transferred_unless_nobody_takes_it(
    records: Records, mark: TransactionStatus, taken: bool
) -> None:
    records.set_status("TXN001", mark, "ben", NOON)
    order(records)
    rings = Dialogue(
        Step.AUTHORISED, turn=1, over=True, transfers=True, outcome=TransactionStatus.TRANSFERRED
    )
    records.advance_call("c1", 0, rings, []).result()
    assert status(records)[0] == (mark or "Transferred")
    told = TransactionStatus.TRANSFERRED if taken else TransactionStatus.UNVERIFIED
    known = replace(rings, turn=2, taken=taken, outcome=told)
    assert records.advance_call("c1", 1, known, []).result()
    assert status(records)[0] == (mark or told)
    tell(records, news(CallStatus.COMPLETED))
    assert (outcome(records), status(records)[0]) == (told, mark or told)


def test_what_a_person_sets_around_a_transfer_stands(records: Records) -> None:
    order(records)
    rings = Dialogue(turn=1, over=True, transfers=True, outcome=TransactionStatus.TRANSFERRED)
    nobody = replace(rings, turn=2, taken=False, outcome=TransactionStatus.UNVERIFIED)
    records.advance_call("c1", 0, rings, []).result()
    records.set_status("TXN001", TransactionStatus.RESOLVED, "ben", NOON)
    records.advance_call("c1", 1, nobody, []).result()
    assert status(records)[0] == "Resolved"
    records.set_status("TXN001", TransactionStatus.TRANSFERRED, "ben", NOON)
    tell(records, news(CallStatus.COMPLETED))
    assert (outcome(records), status(records)[0]) == ("Unverified", "Transferred")


def test_of_the_same_answer_many_times_at_once_one_advances(records: Records) -> None:
    order(records)
    with ThreadPoolExecutor(8) as pool:
        told = list(
            pool.map(
                lambda _: records.advance_call("c1", 0, replace(DENIED, turn=1), [ANSWER]).result(), range(8)
            )
        )
    assert sorted(told) == [False] * 7 + [True]
    assert records.timeline("c1") == (ANSWER,)


def test_after_the_end_no_answer_is_taken(records: Records) -> None:
    order(records)
    tell(records, news(CallStatus.COMPLETED))
    assert not records.advance_call("c1", 0, replace(DENIED, turn=1), [ANSWER]).result()
    assert (outcome(records), status(records)[0], records.timeline("c1")) == (
        "Disconnected",
        "Disconnected",
        (),
    )


WAY = (
    news(CallStatus.QUEUED),
    news(CallStatus.RINGING),
    news(CallStatus.IN_PROGRESS, AnsweredBy.HUMAN),
    news(CallStatus.COMPLETED),
)


@pytest.mark.parametrize("way", list(permutations(range(4))))
def test_news_in_any_order_and_twice_come_to_the_same(records: Records, way: tuple[int, ...]) -> None:
    order(records)
    for number in (*way, *way):
        tell(records, WAY[number])
    call = records.call("c1")
    assert call is not None
    assert (call.status, call.answered_by, call.provider_id) == ("completed", "human", "CA1")
    assert (call.outcome, call.ended_at, status(records)) == (
        "Disconnected",
        NOON + MINUTE,
        ("Disconnected", 1),
    )


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([news(CallStatus.BUSY)], "Not Answered"),
        ([news(CallStatus.NO_ANSWER)], "Not Answered"),
        ([news(CallStatus.FAILED)], "Disconnected"),
        ([news(CallStatus.CANCELED)], "Disconnected"),
        ([news(CallStatus.COMPLETED)], "Disconnected"),
        ([news(None, AnsweredBy.MACHINE), news(CallStatus.COMPLETED)], "Voicemail"),
        ([news(None, AnsweredBy.UNKNOWN), news(CallStatus.COMPLETED, AnsweredBy.MACHINE)], "Voicemail"),
        ([news(None, AnsweredBy.HUMAN), news(CallStatus.COMPLETED, AnsweredBy.MACHINE)], "Disconnected"),
    ],
)
def test_the_end_of_a_call_without_a_decision_says_why(
    records: Records, told: list[Progress], expected: str
) -> None:
    order(records)
    for one in told:
        tell(records, one)
    assert (outcome(records), status(records)[0]) == (expected, expected)


def test_an_outcome_is_set_once(records: Records) -> None:
    order(records)
    assert records.end_call("c1", TransactionStatus.TRANSFERRED, NOON + MINUTE).result()
    assert not records.end_call("c1", TransactionStatus.RESOLVED, NOON + 2 * MINUTE).result()
    tell(records, news(CallStatus.NO_ANSWER))
    call = records.call("c1")
    assert call is not None
    assert (call.outcome, call.ended_at, call.status) == ("Transferred", NOON + MINUTE, "no-answer")
    assert status(records)[0] == "Transferred"


@pytest.mark.parametrize("ending", [CallStatus.COMPLETED, CallStatus.BUSY, CallStatus.FAILED])
def test_a_denial_marks_fraud_whatever_follows(records: Records, ending: CallStatus) -> None:
    order(records)
    records.advance_call("c1", 0, DENIED, [ANSWER]).result()
    records.set_status("TXN001", TransactionStatus.RESOLVED, "ben", NOON)
    tell(records, news(ending, AnsweredBy.MACHINE))
    assert (outcome(records), status(records)[0]) == ("Mark As Fraud", "Mark As Fraud")


def test_what_a_person_set_during_the_call_stands(records: Records) -> None:
    order(records)
    records.set_status("TXN001", TransactionStatus.TRANSFERRED, "ben", NOON)
    tell(records, news(CallStatus.COMPLETED))
    assert (outcome(records), status(records)[0]) == ("Disconnected", "Transferred")


@pytest.mark.parametrize("mark", [TransactionStatus.FRAUD, TransactionStatus.COACHED])
def test_a_warning_outlasts_a_later_call_that_decides_nothing(
    records: Records, mark: TransactionStatus
) -> None:
    records.set_status("TXN001", mark, "ben", NOON)
    order(records)
    assert status(records)[0] == "Connecting"
    tell(records, news(CallStatus.NO_ANSWER))
    assert (outcome(records), status(records)[0]) == ("Not Answered", mark)
    order(records, "c2", at=NOON + 30 * MINUTE)
    records.advance_call("c2", 0, Dialogue(turn=1, outcome=TransactionStatus.RESOLVED), []).result()
    records.call_progress("c2", news(CallStatus.COMPLETED), NOON, outcome_of).result()
    assert status(records)[0] == "Resolved"


def test_a_call_that_was_never_placed_gives_its_attempt_back(records: Records) -> None:
    order(records)
    records.end_call("c1", TransactionStatus.DISCONNECTED, NOON, made=False).result()
    assert status(records) == ("Disconnected", 0)
    again = order(records, "c2", at=NOON + MINUTE)
    assert isinstance(again, VerificationCall)
    assert again.attempt == 1
    assert not records.end_call("c1", TransactionStatus.DISCONNECTED, NOON, made=False).result()
    assert status(records) == ("Connecting", 1)


def test_a_call_is_found_by_its_reference_and_while_it_runs(records: Records) -> None:
    for number, (name, reference) in enumerate((("TXN001", "482913"), ("TXN003", "482913"))):
        made = CallRequest(f"c{number}", name, bytes([number]) * 32, "ben", NOON + number * MINUTE, reference)
        records.order_call(made, lambda transaction, calls: None).result()
    assert [one.call_id for one in records.find_calls("482913", None, 10, 0).calls] == ["c1", "c0"]
    assert records.find_calls("000000", None, 10, 0).total == 0
    tell(records, news(CallStatus.BUSY), "c0")
    assert [one.call_id for one in records.find_calls(None, True, 10, 0).calls] == ["c1"]
    assert [one.call_id for one in records.find_calls(None, False, 10, 0).calls] == ["c0"]
    page = records.find_calls("482913", None, 1, 1)
    assert ([one.call_id for one in page.calls], page.total) == (["c0"], 2)


def test_one_text_a_day_is_claimed_and_stands_in_the_timeline(records: Records) -> None:
    order(records)
    tell(records, news(CallStatus.BUSY))
    with ThreadPoolExecutor(4) as pool:
        claims = [pool.submit(records.claim_text, "c1", NOON + n, NOON - 1) for n in range(4)]
    assert sorted(one.result().result() for one in claims) == [False, False, False, True]
    order(records, "c2", at=NOON + 30 * MINUTE)
    assert not records.claim_text("c2", NOON + 30 * MINUTE, NOON - 1).result()
    assert records.claim_text("c2", NOON + 30 * MINUTE, NOON + 10).result()
    entry = TimelineEntry(NOON, Step.START, said=("Example Bank tried to call you.",), decision="SMS sent")
    records.add_entry("c2", entry).result()
    assert records.timeline("c2") == (entry,)


def test_who_had_a_call_hung_up_is_audited(records: Records) -> None:
    order(records)
    records.hung_up("c1", "asha", NOON).result()
    (entry,) = records.audit(AuditFilter(what=ChangeKind.CALL_END), 10, 0).entries
    assert (entry.who, entry.target) == ("asha", "TXN001")
    with pytest.raises(NotFound):
        records.hung_up("none", "asha", NOON).result()


DEEDS = st.one_of(
    st.tuples(st.just("order")),
    st.tuples(
        st.just("answer"), st.integers(0, 3), st.sampled_from([None, "Mark As Fraud", "Resolved", "Coached"])
    ),
    st.tuples(st.just("news"), st.sampled_from(list(CallStatus)), st.sampled_from([None, *AnsweredBy])),
    st.tuples(st.just("end"), st.sampled_from(["Disconnected", "Transferred", "Voicemail"]), st.booleans()),
    st.tuples(st.just("person"), st.sampled_from(["", "Resolved", "Transferred"])),
    st.tuples(st.just("restart")),
)


@pytest.fixture(scope="module")
def long_kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Records]:
    store = SqlRecords(f"sqlite:///{tmp_path_factory.mktemp('calls')}/ringfence.db")
    yield store
    store.close()


@settings(max_examples=60, deadline=None)
@given(deeds=st.lists(DEEDS, min_size=4, max_size=16))
def test_whatever_happens_in_which_order_nothing_is_lost_or_decided_twice(
    long_kept: Records, deeds: list[tuple[Any, ...]]
) -> None:
    records, name = long_kept, f"T{next(NUMBERS)}"
    records.import_transactions([payment(name)], "asha", NOON)
    known: list[str] = []
    outcomes: dict[str, TransactionStatus] = {}
    told = dict.fromkeys(range(100), 0)
    unmade = 0
    for at, (deed, *facts) in enumerate(deeds):
        if deed == "order":
            call_id = f"{name}-{at}"
            ordered = records.order_call(
                CallRequest(call_id, name, sha256(call_id.encode()).digest(), "ben", NOON + at),
                lambda transaction, calls: RUNS if any(call.ended_at is None for call in calls) else None,
            ).result()
            running = bool(known) and known[-1] not in outcomes
            assert isinstance(ordered, Refusal) == running
            known += [] if running else [call_id]
        elif deed == "person":
            records.set_status(name, TransactionStatus(facts[0]), "ben", NOON + at)
        elif deed == "restart":
            for one in records.running_calls():
                records.end_call(one.call_id, TransactionStatus.DISCONNECTED, NOON + at).result()
        elif known:
            call_id = known[-1]
            before = records.call(call_id)
            assert before is not None
            if deed == "answer":
                dialogue = replace(before.dialogue, turn=facts[0] + 1)
                if dialogue.outcome is None and facts[1] is not None:
                    dialogue = replace(dialogue, outcome=TransactionStatus(facts[1]))
                advanced = records.advance_call(call_id, facts[0], dialogue, [ANSWER]).result()
                assert advanced == (before.ended_at is None and before.dialogue.turn == facts[0])
                told[len(known)] += advanced
            elif deed == "news":
                became = records.call_progress(call_id, news(*facts), NOON + at, outcome_of).result()
                assert became == records.call(call_id)
            else:
                ended = records.end_call(
                    call_id, TransactionStatus(facts[0]), NOON + at, made=facts[1]
                ).result()
                assert ended == (before.ended_at is None)
                unmade += ended and not facts[1]
        for number, call in enumerate(records.calls(name), 1):
            assert len(records.timeline(call.call_id)) == told[number]
            if call.outcome is None:
                continue
            if call.call_id not in outcomes:
                outcomes[call.call_id] = call.outcome
                assert call.outcome == (call.dialogue.outcome or call.outcome)
                if call.outcome in (TransactionStatus.FRAUD, TransactionStatus.COACHED):
                    assert status(records, name)[0] == call.outcome
            assert outcomes[call.call_id] == call.outcome
        assert status(records, name)[1] == len(known) - unmade
    for one in records.running_calls():
        records.end_call(one.call_id, TransactionStatus.DISCONNECTED, NOON + 100).result()
