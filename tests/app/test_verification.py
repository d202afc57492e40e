"""Whole calls: ordered, played by a provider over its webhooks, and what stands in the records afterwards."""

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from tests.made_up import ASHA

from ringfence.adapters.stores.records import SqlRecords
from ringfence.adapters.telephony import twiml, webhooks
from ringfence.app.call_addresses import Address, read
from ringfence.app.transactions.rows import read_id
from ringfence.app.verification import CallRefused, CallRules, Verifications, reference_of
from ringfence.errors import BadInput, NotFound, Unavailable
from ringfence.model.call import VerificationCall
from ringfence.model.finding import FindingKind
from ringfence.model.transaction import TransactionStatus
from ringfence.model.verification import AnsweredBy, CallOrder, Heard, Progress, Prompt, Step
from ringfence.ports import FindingFilter, Form

NOON = 1_768_458_600_000_000_000  # 2026-01-15 12:00 in India
HOUR = 3_600_000_000_000
RULES = CallRules("https://desk.example", None, 3, 30)


@dataclass
class Line:
    """Twilio's webhooks and TwiML, with the test in the place of its network."""

    orders: list[CallOrder] = field(default_factory=list)
    fault: Exception | None = None
    texts: list[tuple[str, str]] = field(default_factory=list)
    text_fault: Exception | None = None
    known: Progress | None = None
    look_fault: Exception | None = None
    open_fault: Exception | None = None
    ended: list[str] = field(default_factory=list)

    def open(self) -> None:
        if self.open_fault is not None:
            raise self.open_fault

    async def place(self, order: CallOrder) -> str:
        if self.fault is not None:
            raise self.fault
        self.orders.append(order)
        return f"CA{len(self.orders):032x}"

    async def end(self, provider_id: str) -> None:
        self.ended.append(provider_id)

    async def look(self, provider_id: str) -> Progress | None:
        if self.look_fault is not None:
            raise self.look_fault
        return self.known

    async def text(self, to: str, body: str) -> str:
        if self.text_fault is not None:
            raise self.text_fault
        self.texts.append((to, body))
        return "SM1"

    async def close(self) -> None: ...

    def signed(self, url: str, form: Form, signature: str) -> bool:
        return webhooks.signed("token", url, form, signature)

    def heard(self, form: Form) -> Heard:
        return webhooks.heard(form)

    def progress(self, form: Form) -> Progress:
        return webhooks.progress(form)

    def spoken(self, prompt: Prompt, answer_to: str, go_on_at: str) -> bytes:
        return twiml.spoken(prompt, answer_to, go_on_at)


@dataclass
class Desk:
    """One server; `now` is the test's clock."""

    folder: Path
    rules: CallRules = RULES
    line: Line = field(default_factory=Line)
    now: int = NOON

    def __post_init__(self) -> None:
        self.records = SqlRecords(f"sqlite:///{self.folder / 'records.db'}")
        self.calls = Verifications(self.records, self.line, self.rules, lambda: self.now)

    def status(self, transaction_id: str = "TXN001") -> TransactionStatus:
        there = self.records.transaction(transaction_id)
        assert there is not None
        return there.status


@dataclass
class Phone:
    """The card holder's end: follows the documents as the provider does."""

    desk: Desk
    at: str = ""
    heard: list[str] = field(default_factory=list)
    hung_up: bool = False
    transferred_to: str | None = None
    recorded: bool = False
    colleague: list[str] = field(default_factory=list)
    colleague_presses: str = "1"
    dialled: str = "completed"
    joined: bool = False

    async def rings(self, **form: str) -> "Phone":
        self.at = self.desk.line.orders[-1].begin
        return await self.asks(**form)

    async def asks(self, **form: str) -> "Phone":
        """Sends a webhook to where the provider is, and follows what it is told until somebody has to answer."""
        document = await self.desk.calls.spoken(address(self.at), [("CallSid", f"CA{1:032x}"), *form.items()])
        root = ElementTree.fromstring(document)
        self.heard += [say.text or "" for say in root.iter("Say")]
        self.recorded |= root.find("Start/Recording") is not None
        gather, redirect = root.find("Gather"), root.find("Redirect")
        if gather is not None:
            self.at = gather.attrib["action"]
        elif redirect is not None:
            self.at = redirect.text or ""
            await self.asks()
        else:
            await self._ends_with(root.find("Dial"))
        return self

    async def _ends_with(self, dial: ElementTree.Element | None) -> None:
        number = None if dial is None else dial.find("Number")
        if dial is None or number is None:
            self.hung_up = True
            return
        self.transferred_to, self.at = number.text, dial.attrib["action"]
        if self.dialled == "completed":
            await self._reaches(number.attrib["url"])
        await self.asks(DialCallStatus=self.dialled, DialBridged=str(self.joined).lower())

    async def _reaches(self, url: str) -> None:
        """A colleague picks up, on a line of their own."""
        form = [("CallSid", f"CA{2:032x}"), ("ParentCallSid", f"CA{1:032x}")]
        root = ElementTree.fromstring(await self.desk.calls.spoken(address(url), form))
        self.colleague += [say.text or "" for say in root.iter("Say")]
        gather = root.find("Gather")
        if gather is not None and self.colleague_presses:
            pressed = [*form, ("Digits", self.colleague_presses)]
            for _ in "ab":  # as if the first answer had come too late
                root = ElementTree.fromstring(
                    await self.desk.calls.spoken(address(gather.attrib["action"]), pressed)
                )
            self.joined = list(root) == []

    async def says(self, *words: str, confidence: str = "0.95") -> "Phone":
        for one in words:
            form = {"Digits": one} if one.isdigit() else {"SpeechResult": one, "Confidence": confidence}
            await self.asks(**(form if one else {}))
        return self

    async def ends(self, status: str = "completed") -> VerificationCall:
        url = self.desk.line.orders[-1].progress
        form = [("CallSid", f"CA{1:032x}"), ("CallStatus", status)]
        return await self.desk.calls.progress(address(url), form)


def address(url: str) -> Address:
    parts = urlsplit(url)
    known = read(f"{parts.path}?{parts.query}")
    assert known is not None
    return known


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    made.records.import_transactions([ASHA], "test", NOON)
    with closing(made.records):
        yield made


def play(desk: Desk, script: Callable[[Phone], Coroutine[Any, Any, None]]) -> Phone:
    """Orders a call, and has the script play the card holder."""
    phone = Phone(desk)

    async def whole() -> None:
        await desk.calls.order("TXN001", "desk")
        await script(phone)

    asyncio.run(whole())
    return phone


def test_a_yes_resolves_and_no_later_news_change_it(desk: Desk) -> None:
    async def script(phone: Phone) -> None:
        assert desk.status() is TransactionStatus.CONNECTING
        await (await phone.rings()).says("yes", "yes I did")
        assert desk.status() is TransactionStatus.RESOLVED
        await phone.ends()
        await phone.ends("no-answer")

    phone = play(desk, script)
    assert phone.hung_up
    assert desk.status() is TransactionStatus.RESOLVED
    assert "15,499 rupees" not in " ".join(phone.heard[:3])
    assert any("Example Store" in one for one in phone.heard)
    assert desk.records.findings(FindingFilter(), 10, 0).total == 0


def test_a_no_is_fraud_at_once_and_becomes_a_finding_with_the_words(desk: Desk) -> None:
    async def script(phone: Phone) -> None:
        await (await phone.rings()).says("1", "2")
        assert desk.status() is TransactionStatus.FRAUD
        await phone.says("yes to a man who called from 9811122233", "yes", "no", "physical")
        await phone.ends()
        await phone.ends()

    phone = play(desk, script)
    assert phone.hung_up
    assert phone.heard[-1].startswith("Your case is confirmed.")
    assert any("virtual card" in one for one in phone.heard)
    page = desk.records.findings(FindingFilter(kind=FindingKind.DENIED_TRANSACTION), 10, 0)
    assert page.total == 1
    assert [one.value for one in page.findings[0].identifiers] == ["+919811122233"]
    assert "Card details shared: yes" in page.findings[0].summary


def test_the_timeline_tells_what_was_said_heard_and_decided(desk: Desk) -> None:
    async def script(phone: Phone) -> None:
        await (await phone.rings()).says("yes", "", "no I did not")
        await phone.ends()

    play(desk, script)
    (call,) = desk.records.calls("TXN001")
    told = [
        (one.step, one.retry, one.understood, one.decision) for one in desk.records.timeline(call.call_id)
    ]
    assert told == [
        (Step.START, 0, "yes", ""),
        (Step.AUTHORISED, 0, "nothing", ""),
        (Step.AUTHORISED, 1, "no", "Mark As Fraud"),
        (Step.SHARED, 0, None, ""),
    ]
    assert desk.records.timeline(call.call_id)[2].said[0] == "Sorry, that was not clear."


@pytest.mark.parametrize(
    ("answers", "status"),
    [
        (("no",), TransactionStatus.UNVERIFIED),
        (("wrong number",), TransactionStatus.UNVERIFIED),
        (("yes", "", "", "", ""), TransactionStatus.UNVERIFIED),
        (("yes", "no yes I did", "no I did"), TransactionStatus.DISCONNECTED),
        (("yes", "they told me to say yes"), TransactionStatus.COACHED),
        (("yes",), TransactionStatus.DISCONNECTED),
        ((), TransactionStatus.DISCONNECTED),
        (("haan", "nahi maine nahi kiya"), TransactionStatus.FRAUD),
    ],
)
def test_every_other_way_ends_as_it_should(
    desk: Desk, answers: tuple[str, ...], status: TransactionStatus
) -> None:
    async def script(phone: Phone) -> None:
        await (await phone.rings()).says(*answers)
        await phone.ends()

    play(desk, script)
    assert desk.status() is status


def test_a_yes_of_low_confidence_is_asked_again(desk: Desk) -> None:
    async def script(phone: Phone) -> None:
        await (await phone.rings()).says("yes")
        await phone.says("yes", confidence="0.2")
        assert desk.status() is TransactionStatus.CONNECTING
        assert phone.heard[-3] == "Sorry, that was not clear."

    play(desk, script)


def test_a_machine_hears_a_message_without_card_amount_or_merchant(desk: Desk) -> None:
    async def script(phone: Phone) -> None:
        await phone.rings(AnsweredBy="machine_end_beep")
        await phone.ends()

    phone = play(desk, script)
    assert desk.status() is TransactionStatus.VOICEMAIL
    assert not [one for one in ("1 1 1 1", "15,499", "Example Store") if one in " ".join(phone.heard)]


def test_a_machine_of_which_the_callback_told_first_is_asked_nothing(desk: Desk) -> None:
    async def script(phone: Phone) -> None:
        news = [("CallSid", f"CA{1:032x}"), ("CallStatus", "in-progress"), ("AnsweredBy", "machine_start")]
        await desk.calls.progress(address(desk.line.orders[-1].progress), news)
        await phone.rings()

    phone = play(desk, script)
    assert desk.status() is TransactionStatus.VOICEMAIL
    (call,) = desk.records.calls("TXN001")
    (entry,) = desk.records.timeline(call.call_id)
    assert (entry.said, entry.decision) == (tuple(phone.heard), "Voicemail")


def test_who_answered_is_kept_and_told_by_the_first_webhook_alone(desk: Desk) -> None:
    async def script(phone: Phone) -> None:
        await (await phone.rings(AnsweredBy="human")).says("yes")

    play(desk, script)
    assert desk.records.calls("TXN001")[0].answered_by is AnsweredBy.HUMAN


def test_a_call_that_has_ended_asks_nothing_more(desk: Desk) -> None:
    async def script(phone: Phone) -> None:
        await (await phone.rings()).says("yes")
        await phone.ends()
        said = len(phone.heard)
        await phone.says("yes that was me")
        assert (phone.heard[said:], phone.hung_up) == ([], True)

    play(desk, script)
    assert desk.status() is TransactionStatus.DISCONNECTED


@pytest.mark.parametrize("status", ["busy", "no-answer"])
def test_nobody_there_is_not_answered(desk: Desk, status: str) -> None:
    async def script(phone: Phone) -> None:
        await phone.ends(status)

    play(desk, script)
    assert desk.status() is TransactionStatus.NOT_ANSWERED


def test_a_webhook_that_comes_twice_gets_the_present_question_and_advances_nothing(desk: Desk) -> None:
    async def script(phone: Phone) -> None:
        await (await phone.rings()).says("yes")
        old = phone.at
        await phone.says("no")
        new, asked = phone.at, phone.heard[-2:]
        phone.at = old
        await phone.says("yes")
        assert (phone.at, phone.heard[-2:]) == (new, asked)
        assert desk.status() is TransactionStatus.FRAUD

    play(desk, script)


def test_news_that_come_twice_are_answered_while_others_write(desk: Desk) -> None:
    async def script(phone: Phone) -> None:
        for status in ("ringing", "completed"):
            told = await phone.ends(status)
            with closing(sqlite3.connect(desk.folder / "records.db", isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                for again in ("queued", status):
                    assert await phone.ends(again) == told
        assert told.outcome is TransactionStatus.DISCONNECTED

    play(desk, script)


def test_the_same_answer_ten_times_at_once_is_taken_once(desk: Desk) -> None:
    async def script(phone: Phone) -> None:
        await (await phone.rings()).says("yes")
        form = [("CallSid", f"CA{1:032x}"), ("Digits", "2")]
        documents = await asyncio.gather(*(desk.calls.spoken(address(phone.at), form) for _ in range(10)))
        assert len({one[-200:] for one in documents}) == 1

    play(desk, script)
    (call,) = desk.records.calls("TXN001")
    assert call.dialogue.turn == 2
    assert len(desk.records.timeline(call.call_id)) == 2


def test_another_process_goes_on_where_the_first_was(desk: Desk) -> None:
    async def script(phone: Phone) -> None:
        await (await phone.rings()).says("yes")
        later = Desk(desk.folder, line=desk.line)
        with closing(later.records):
            phone.desk = later
            await phone.says("no")
            assert later.status() is TransactionStatus.FRAUD
        phone.desk = desk
        await phone.says("no")
        assert "Are there other payments" in " ".join(phone.heard)

    play(desk, script)


def test_a_token_opens_its_own_call_alone(desk: Desk) -> None:
    async def script(phone: Phone) -> None:
        await phone.rings()
        right = address(phone.at)
        for wrong in ("", "x", right.token[:-1]):
            with pytest.raises(NotFound):
                await desk.calls.spoken(Address("TXN001", Step.START, wrong, 0), [])
        with pytest.raises(NotFound):
            await desk.calls.spoken(Address("TXN002", Step.START, right.token, 0), [])

    play(desk, script)
    assert desk.status() is TransactionStatus.CONNECTING


@pytest.mark.parametrize(
    ("answer", "sure", "decision"),
    [("yes", "0.95", "Recorded"), ("no", "0.95", "Not recorded"), ("yes", "0.3", "")],
)
def test_a_call_is_recorded_from_a_clear_yes_on(
    tmp_path: Path, answer: str, sure: str, decision: str
) -> None:
    desk = Desk(tmp_path, replace(RULES, recorded=True))
    desk.records.import_transactions([ASHA], "test", NOON)

    async def script(phone: Phone) -> None:
        await (await phone.rings()).says("yes")
        assert "May we?" in " ".join(phone.heard)
        assert "Example Store" not in " ".join(phone.heard)
        await phone.says(answer, confidence=sure)
        assert phone.recorded == (decision == "Recorded")
        assert ("This call is not recorded." in phone.heard) == (decision == "Not recorded")
        await phone.says("2", *([] if decision else ["2"]))
        await phone.ends()

    with closing(desk.records):
        play(desk, script)
        assert desk.status() is TransactionStatus.FRAUD
        (call,) = desk.records.calls("TXN001")
        second = desk.records.timeline(call.call_id)[1]
        assert (second.step, second.decision) == (Step.CONSENT, decision)


def test_an_id_that_an_import_takes_stands_in_addresses_as_it_is(desk: Desk) -> None:
    name = read_id("Az09-_.:~@7")
    desk.records.import_transactions([replace(ASHA, transaction_id=name)], "test", NOON)
    asyncio.run(desk.calls.order(name, "desk"))
    (placed,) = desk.line.orders
    assert placed.begin.startswith(f"https://desk.example/voice/{name}/start?")
    assert placed.progress.startswith(f"https://desk.example/status/{name}?")


@pytest.fixture
def staffed(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path, replace(RULES, transfer_to="+912250001234"))
    made.records.import_transactions([ASHA], "test", NOON)
    with closing(made.records):
        yield made


def timeline(desk: Desk) -> list[tuple[str, str]]:
    (call,) = desk.records.calls("TXN001")
    return [(one.step.value, one.decision) for one in desk.records.timeline(call.call_id)]


def test_who_asks_for_a_person_is_put_through_to_one_who_knows_what_it_is_about(staffed: Desk) -> None:
    async def script(phone: Phone) -> None:
        await (await phone.rings()).says("yes", "talk to an agent")
        await phone.ends()

    phone = play(staffed, script)
    assert (phone.transferred_to, phone.joined, phone.hung_up) == ("+912250001234", True, True)
    assert phone.heard[-1].startswith("Please hold the line.")
    assert phone.colleague[1:4] == [
        "On the line is Asha Rao.",
        "The payment was neither confirmed nor denied.",
        "They ask for a person.",
    ]
    assert staffed.status() is TransactionStatus.TRANSFERRED
    assert timeline(staffed)[1:] == [
        ("step0", "Transferred"),
        ("step0", ""),
        ("context", "Taken by a colleague"),
    ]


@pytest.mark.parametrize(
    ("dialled", "presses"),
    [
        ("no-answer", ""),
        ("busy", ""),
        ("failed", ""),
        ("canceled", ""),
        ("completed", ""),
        ("completed", "2"),
    ],
)
@pytest.mark.parametrize(
    ("said", "status", "told"),
    [
        (("yes", "agent"), TransactionStatus.UNVERIFIED, "Unverified"),
        (("yes", "no", "agent"), TransactionStatus.FRAUD, "Taken by nobody"),
        (("agent",), TransactionStatus.UNVERIFIED, "Unverified"),
    ],
)
def test_where_nobody_takes_the_call_the_card_holder_is_told_so(
    staffed: Desk, dialled: str, presses: str, said: tuple[str, ...], status: TransactionStatus, told: str
) -> None:
    async def script(phone: Phone) -> None:
        phone.dialled, phone.colleague_presses = dialled, presses
        await (await phone.rings()).says(*said)
        assert staffed.status() is status
        again = phone.heard[-2:]
        phone.hung_up = False
        await phone.asks(DialCallStatus="completed", DialBridged="true")
        assert phone.heard[-2:] == again, "what comes twice is told the same"
        await phone.ends()

    phone = play(staffed, script)
    assert (phone.hung_up, phone.joined) == (True, False)
    assert phone.heard[-2].startswith("We are sorry, none of our colleagues is free")
    assert "number on the back of your card" in phone.heard[-1]
    assert staffed.status() is status
    assert timeline(staffed)[-1][0] == "transferred"
    assert [decision for _, decision in timeline(staffed)][-2 if presses else -1] == told


def test_who_hangs_up_while_a_colleague_is_rung_has_been_put_through(staffed: Desk) -> None:
    async def script(phone: Phone) -> None:
        await (await phone.rings()).says("yes")
        url = phone.at
        document = await staffed.calls.spoken(address(url), [("SpeechResult", "agent")])
        assert staffed.status() is TransactionStatus.TRANSFERRED
        await phone.ends()
        dial = ElementTree.fromstring(document).find("Dial")
        assert dial is not None
        phone.at = dial.attrib["action"]
        await phone.asks(DialCallStatus="canceled")

    phone = play(staffed, script)
    assert phone.hung_up
    assert phone.transferred_to is None
    assert staffed.status() is TransactionStatus.TRANSFERRED


@pytest.mark.parametrize("step", [Step.CONTEXT, Step.TRANSFERRED])
@pytest.mark.parametrize("answers", [False, True])
def test_news_of_a_transfer_that_there_is_not_change_nothing(
    staffed: Desk, step: Step, answers: bool
) -> None:
    async def script(phone: Phone) -> None:
        await (await phone.rings()).says("yes")
        at = replace(address(phone.at), step=step, answers=answers)
        form = [("Digits", "1"), ("DialCallStatus", "completed"), ("SpeechResult", "yes")]
        root = ElementTree.fromstring(await staffed.calls.spoken(at, form))
        assert root.find("Hangup" if step is Step.CONTEXT else "Gather") is not None
        assert staffed.status() is TransactionStatus.CONNECTING
        await phone.says("no")
        assert staffed.status() is TransactionStatus.FRAUD

    play(staffed, script)


def test_a_second_call_waits_for_the_first_and_for_half_an_hour(desk: Desk) -> None:
    async def script(phone: Phone) -> None:
        with pytest.raises(CallRefused) as running:
            await desk.calls.order("TXN001", "other")
        assert running.value.code == "call_running"
        await phone.ends("busy")
        with pytest.raises(CallRefused) as soon:
            await desk.calls.order("TXN001", "other")
        assert soon.value.refusal.retry_at == NOON + HOUR // 2
        desk.now += HOUR
        await desk.calls.order("TXN001", "other")

    play(desk, script)


def test_two_who_press_call_at_once_make_one_call(desk: Desk) -> None:
    async def both() -> list[object]:
        orders = (desk.calls.order("TXN001", who) for who in ("asha", "ravi", "meera"))
        return await asyncio.gather(*orders, return_exceptions=True)

    told = asyncio.run(both())
    assert sum(isinstance(one, VerificationCall) for one in told) == 1
    assert sum(isinstance(one, CallRefused) for one in told) == 2
    assert len(desk.line.orders) == 1


def test_a_call_that_the_provider_refuses_counts_for_nothing(desk: Desk) -> None:
    desk.line.fault = BadInput("The provider does not call this number", code="number_refused")
    with pytest.raises(BadInput, match="does not call"):
        asyncio.run(desk.calls.order("TXN001", "desk"))
    desk.line.fault = None
    asyncio.run(desk.calls.order("TXN001", "desk"))
    there = desk.records.transaction("TXN001")
    assert there is not None
    assert there.attempts == 1


def test_a_call_whose_order_was_answered_by_silence_is_taken_for_made(desk: Desk) -> None:
    desk.line.fault = Unavailable("Nobody knows whether the call was placed", code="answer_lost")
    asyncio.run(desk.calls.order("TXN001", "desk"))
    assert desk.status() is TransactionStatus.CONNECTING


def test_a_card_number_said_aloud_stands_nowhere(desk: Desk) -> None:
    async def script(phone: Phone) -> None:
        await (await phone.rings()).says("yes", "my card number is 4111 1111 1111 1111")
        await phone.ends()

    play(desk, script)
    desk.records.close()
    held = b"".join(one.read_bytes() for one in desk.folder.iterdir())
    assert b"4111 1111" not in held
    assert b"4111111111111111" not in held


def test_a_reference_is_six_digits_and_the_calls_own() -> None:
    told = {reference_of(f"call-{number}") for number in range(50)}
    assert all(len(one) == 6 and one.isdigit() for one in told)
    assert len(told) > 45
