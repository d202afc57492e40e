"""Whole calls: ordered, played by a provider over its webhooks, and what stands in the records afterwards."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest

from ringfence.adapters.stores.records import SqlRecords
from ringfence.adapters.telephony import twiml, webhooks
from ringfence.app.transactions.rows import read_id
from ringfence.app.verification import Address, CallRefused, CallRules, Verifications, reference_of
from ringfence.errors import BadInput, NotFound, Unavailable
from ringfence.model.call import VerificationCall
from ringfence.model.finding import FindingKind
from ringfence.model.transaction import Transaction, TransactionStatus
from ringfence.model.verification import CallOrder, Heard, Progress, Prompt, Step
from ringfence.ports import FindingFilter, Form

NOON = 1_768_458_600_000_000_000  # 2026-01-15 12:00 in India
HOUR = 3_600_000_000_000
ASHA = Transaction(
    "TXN001", "Asha Rao", "1111", "9f", "+919876543210", Decimal("15499.50"), "INR", "Example Bank", "Example Store",
    "2026-01-15", None, "en-IN",
)  # fmt: skip
RULES = CallRules("https://desk.example", None, 3, 30)


@dataclass
class Line:
    """Twilio's webhooks and TwiML, with the test in the place of its network."""

    orders: list[CallOrder] = field(default_factory=list)
    fault: Exception | None = None

    def open(self) -> None: ...

    async def place(self, order: CallOrder) -> str:
        if self.fault is not None:
            raise self.fault
        self.orders.append(order)
        return f"CA{len(self.orders):032x}"

    async def end(self, provider_id: str) -> None: ...

    async def text(self, to: str, body: str) -> str:
        return ""

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

    async def rings(self, **form: str) -> "Phone":
        self.at = self.desk.line.orders[-1].begin
        return await self.asks(**form)

    async def asks(self, **form: str) -> "Phone":
        """Sends a webhook to where the provider is, and follows what it is told until somebody has to answer."""
        document = await self.desk.calls.spoken(address(self.at), [("CallSid", f"CA{1:032x}"), *form.items()])
        root = ElementTree.fromstring(document)
        self.heard += [say.text or "" for say in root.iter("Say")]
        gather, redirect = root.find("Gather"), root.find("Redirect")
        if gather is not None:
            self.at = gather.attrib["action"]
        elif redirect is not None:
            self.at = redirect.text or ""
            await self.asks()
        else:
            dial = root.find("Dial/Number")
            self.transferred_to = None if dial is None else dial.text
            self.hung_up = True
        return self

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
    parts, query = urlsplit(url), parse_qs(urlsplit(url).query)
    names = parts.path.strip("/").split("/")
    turn = query.get("turn")
    return Address(
        names[1],
        Step(names[2]) if len(names) > 2 else Step.START,
        query["call"][0],
        None if turn is None else int(turn[0]),
        answers=names[-1] == "response",
    )


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


def test_an_id_that_an_import_takes_stands_in_addresses_as_it_is(desk: Desk) -> None:
    name = read_id("Az09-_.:~@7")
    desk.records.import_transactions([replace(ASHA, transaction_id=name)], "test", NOON)
    asyncio.run(desk.calls.order(name, "desk"))
    (placed,) = desk.line.orders
    assert placed.begin.startswith(f"https://desk.example/voice/{name}/start?")
    assert placed.progress.startswith(f"https://desk.example/status/{name}?")


def test_who_asks_for_a_person_is_put_through(tmp_path: Path) -> None:
    desk = Desk(tmp_path, CallRules("https://desk.example", None, 3, 30, transfer_to="+912250001234"))
    desk.records.import_transactions([ASHA], "test", NOON)

    async def script(phone: Phone) -> None:
        await (await phone.rings()).says("yes", "talk to an agent")
        await phone.ends()

    with closing(desk.records):
        phone = play(desk, script)
        assert phone.transferred_to == "+912250001234"
        assert desk.status() is TransactionStatus.TRANSFERRED


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
