"""Calls of whose end nobody tells, and what follows an end."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from tests.made_up import ASHA

from ringfence.app.call_keeper import CallKeeper
from ringfence.errors import Conflict, Unavailable
from ringfence.model.audit import ChangeKind
from ringfence.model.call import VerificationCall
from ringfence.model.finding import FindingKind
from ringfence.model.transaction import TransactionStatus
from ringfence.model.verification import CallStatus, Progress
from ringfence.ports import AuditFilter, FindingFilter
from ringfence.verification.ending import outcome_of

from .test_verification import HOUR, NOON, RULES, Desk, Phone, play

MINUTE = HOUR // 60


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    made.records.import_transactions([ASHA], "test", NOON)
    with closing(made.records):
        yield made


def looks(desk: Desk) -> None:
    asyncio.run(CallKeeper(desk.records, desk.line, desk.calls, lambda: desk.now).look())


def ordered(desk: Desk, minutes: int) -> VerificationCall:
    """A call that was ordered so long ago, and of which nothing was heard."""
    call = asyncio.run(desk.calls.order("TXN001", "desk"))
    desk.now += minutes * MINUTE
    return call


def test_the_provider_is_asked_about_a_call_of_which_nothing_is_heard(desk: Desk) -> None:
    ordered(desk, 6)
    desk.line.known = Progress("CA1", CallStatus.NO_ANSWER)
    looks(desk)
    assert desk.status() is TransactionStatus.NOT_ANSWERED


def test_a_young_call_and_one_that_still_goes_on_are_left_alone(desk: Desk) -> None:
    ordered(desk, 4)
    desk.line.known = Progress("CA1", CallStatus.COMPLETED)
    looks(desk)
    assert desk.status() is TransactionStatus.CONNECTING
    desk.now += 100 * MINUTE
    desk.line.known = Progress("CA1", CallStatus.IN_PROGRESS)
    looks(desk)
    assert desk.status() is TransactionStatus.CONNECTING


def test_a_call_that_the_provider_has_forgotten_ends_five_minutes_after_its_last_word(desk: Desk) -> None:
    async def script(phone: Phone) -> None:
        await phone.rings()
        desk.now += 4 * MINUTE
        await phone.says("yes")

    play(desk, script)
    desk.now += 4 * MINUTE
    looks(desk)
    assert desk.status() is TransactionStatus.CONNECTING
    desk.now += MINUTE
    looks(desk)
    assert desk.status() is TransactionStatus.DISCONNECTED


def test_a_call_that_was_perhaps_never_placed_ends_after_ten_minutes(desk: Desk) -> None:
    desk.line.fault = Unavailable("Nobody knows", code="answer_lost")
    ordered(desk, 9)
    looks(desk)
    assert desk.status() is TransactionStatus.CONNECTING
    desk.now += MINUTE
    looks(desk)
    assert desk.status() is TransactionStatus.DISCONNECTED


def test_a_denial_whose_end_nobody_told_is_a_finding_all_the_same(desk: Desk) -> None:
    async def script(phone: Phone) -> None:
        await (await phone.rings()).says("yes", "no")

    play(desk, script)
    desk.now += 5 * HOUR
    looks(desk)
    assert desk.status() is TransactionStatus.FRAUD
    assert desk.records.running_calls() == ()
    assert desk.records.findings(FindingFilter(kind=FindingKind.DENIED_TRANSACTION), 10, 0).total == 1


def test_a_denial_that_a_crash_kept_from_the_findings_is_written_at_the_next_start(desk: Desk) -> None:
    async def script(phone: Phone) -> None:
        await (await phone.rings()).says("yes", "no", "yes")

    play(desk, script)
    (call,) = desk.records.calls("TXN001")
    desk.records.call_progress(call.call_id, Progress("CA1", CallStatus.COMPLETED), NOON, outcome_of).result()
    for _ in "ab":
        asyncio.run(CallKeeper(desk.records, desk.line, desk.calls, lambda: NOON + HOUR).catch_up())
    (found,) = desk.records.findings(FindingFilter(), 10, 0).findings
    assert "Card details shared: yes" in found.summary


def test_a_provider_that_is_down_ends_no_call_before_its_longest(desk: Desk) -> None:
    ordered(desk, 200)
    desk.line.look_fault = Unavailable("down", code="provider_unreachable")
    looks(desk)
    assert desk.status() is TransactionStatus.CONNECTING
    desk.now += 100 * MINUTE
    looks(desk)
    assert desk.status() is TransactionStatus.DISCONNECTED


def unreached(desk: Desk, status: str = "no-answer") -> VerificationCall:
    async def script(phone: Phone) -> None:
        await phone.ends(status)
        await phone.ends(status)
        await desk.calls.settled()

    play(desk, script)
    return desk.records.calls("TXN001")[-1]


@pytest.mark.parametrize("status", ["no-answer", "busy", "failed"])
def test_who_was_not_reached_gets_one_text_without_card_sum_or_merchant(desk: Desk, status: str) -> None:
    call = unreached(desk, status)
    ((to, body),) = desk.line.texts
    assert to == ASHA.phone
    assert call.reference in body
    assert "Example Bank" in body
    assert not [one for one in ("1111", "15,499", "15499", "Example Store", "http") if one in body]
    (entry,) = desk.records.timeline(call.call_id)
    assert (entry.said, entry.decision) == ((body,), "SMS sent")


def test_a_second_call_the_same_day_that_reaches_nobody_sends_no_second_text(desk: Desk) -> None:
    unreached(desk)
    desk.now += HOUR
    unreached(desk)
    assert len(desk.line.texts) == 1
    desk.now += 24 * HOUR
    unreached(desk)
    assert len(desk.line.texts) == 2


def test_a_text_that_could_not_be_sent_is_said_so(desk: Desk) -> None:
    desk.line.text_fault = Unavailable("Twilio refuses", code="provider_refused")
    call = unreached(desk)
    assert [one.decision for one in desk.records.timeline(call.call_id)] == ["SMS not sent: provider_refused"]


def test_who_was_reached_or_hung_up_gets_no_text(desk: Desk) -> None:
    async def script(phone: Phone) -> None:
        await (await phone.rings()).says("yes")
        await phone.ends()
        await desk.calls.settled()

    play(desk, script)
    assert desk.line.texts == []


def test_without_the_setting_nobody_gets_a_text(tmp_path: Path) -> None:
    quiet = Desk(tmp_path, replace(RULES, texts=False))
    quiet.records.import_transactions([ASHA], "test", NOON)
    with closing(quiet.records):
        unreached(quiet)
    assert quiet.line.texts == []


def test_the_desk_hangs_up_and_the_trail_says_who(desk: Desk) -> None:
    async def script(phone: Phone) -> None:
        await phone.rings()
        (call,) = desk.records.running_calls()
        desk.line.known = Progress("CA1", CallStatus.IN_PROGRESS)
        await desk.calls.hang_up(call, "asha")
        assert desk.line.ended == [call.provider_id]
        (entry,) = desk.records.audit(AuditFilter(what=ChangeKind.CALL_END), 10, 0).entries
        assert entry.who == "asha"
        await phone.ends()
        with pytest.raises(Conflict) as ended:
            await desk.calls.hang_up(desk.records.calls("TXN001")[0], "asha")
        assert ended.value.code == "call_ended"

    play(desk, script)
    assert desk.status() is TransactionStatus.DISCONNECTED


def test_hanging_up_ends_a_call_of_which_the_provider_knows_that_it_has_ended_or_nothing(desk: Desk) -> None:
    for number, known in enumerate((Progress("CA1", CallStatus.COMPLETED), None)):
        asyncio.run(desk.calls.order("TXN001", "desk"))
        desk.line.known = known
        asyncio.run(desk.calls.hang_up(desk.records.calls("TXN001")[number], "asha"))
        assert desk.status() is TransactionStatus.DISCONNECTED
        desk.now += HOUR


def test_a_call_that_was_hung_up_on_stays_so_where_the_provider_can_not_be_asked_then(desk: Desk) -> None:
    asyncio.run(desk.calls.order("TXN001", "desk"))
    desk.line.look_fault = Unavailable("down", code="provider_unreachable")
    asyncio.run(desk.calls.hang_up(desk.records.calls("TXN001")[0], "asha"))
    assert len(desk.line.ended) == 1
    assert desk.status() is TransactionStatus.CONNECTING


def test_calls_are_looked_after_whatever_goes_wrong_at_the_start(desk: Desk) -> None:
    async def started() -> None:
        keeper = CallKeeper(desk.records, desk.line, desk.calls, lambda: desk.now)
        keeper.start()
        while desk.status() is TransactionStatus.CONNECTING:
            await asyncio.sleep(0)
        await keeper.stop()

    ordered(desk, 6)
    desk.line.known = Progress("CA1", CallStatus.NO_ANSWER)
    desk.line.open_fault = RuntimeError("the test broke it")
    asyncio.run(asyncio.wait_for(started(), 30))
    assert desk.status() is TransactionStatus.NOT_ANSWERED
