"""What every telephony keeps to, whoever places the calls. All of them speak Twilio's webhooks and TwiML."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import TypeVar
from xml.etree import ElementTree

import pytest
from tests.stand_ins import twilio
from tests.stand_ins.provider import Said, provider
from twilio.request_validator import RequestValidator

from ringfence.adapters.telephony.callee import Nobody
from ringfence.adapters.telephony.simulator import Simulator
from ringfence.adapters.telephony.twilio import Twilio
from ringfence.errors import BadInput
from ringfence.model.verification import (
    AnsweredBy,
    CallOrder,
    CallStatus,
    Heard,
    Listen,
    Progress,
    Prompt,
    Step,
)
from ringfence.ports import Telephony
from ringfence.settings import TelephonySettings

PUBLIC = "https://desk.example"
ORDER = CallOrder(
    to=twilio.CARD_HOLDER,
    begin=f"{PUBLIC}/voice/TXN001/start?turn=0&call=s3cret",
    progress=f"{PUBLIC}/status/TXN001?call=s3cret",
)
PROMPT = Prompt("en-IN", ("Am I speaking with Asha Rao?",), Listen(True, ("yes", "no")))
CALL = "CA" + "0123456789abcdef" * 2
Told = TypeVar("Told")


@dataclass(frozen=True, slots=True)
class Case:
    """A telephony, made anew for each event loop, and the token that its webhooks are signed with."""

    made: Callable[[], Telephony]
    token: str

    def does(self, deed: Callable[[Telephony], Awaitable[Told]]) -> Told:
        async def once() -> Told:
            telephony = self.made()
            try:
                return await deed(telephony)
            finally:
                await telephony.close()

        return asyncio.run(once())


@contextmanager
def by_twilio() -> Iterator[Case]:
    if not twilio.DESCRIPTION.is_file():
        pytest.skip(twilio.MISSING)
    with provider() as one:
        one.says(twilio.Twilio())
        settings = TelephonySettings.model_validate(
            {
                "account_sid": twilio.SID,
                "auth_token": twilio.TOKEN,
                "number": twilio.NUMBER,
                "public_url": PUBLIC,
                "api_url": one.url,
            }
        )
        yield Case(lambda: Twilio(settings), twilio.TOKEN)


@contextmanager
def by_the_simulator() -> Iterator[Case]:
    with provider() as server:
        server.says(
            Said(204, b""),
        )
        yield Case(lambda: Simulator(twilio.TOKEN, Nobody(), server.url, PUBLIC), twilio.TOKEN)


CASES: dict[str, Callable[[], AbstractContextManager[Case]]] = {
    "twilio": by_twilio,
    "simulator": by_the_simulator,
}


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> Iterator[Case]:
    with CASES[request.param]() as one:
        yield one


def test_each_call_that_is_placed_has_an_id_of_its_own(case: Case) -> None:
    async def two(telephony: Telephony) -> list[str]:
        telephony.open()
        return [await telephony.place(ORDER) for _ in "ab"]

    first, second = case.does(two)
    assert first
    assert first != second


def test_a_call_is_hung_up_and_hanging_up_once_more_is_well(case: Case) -> None:
    async def twice(telephony: Telephony) -> None:
        call = await telephony.place(ORDER)
        await telephony.end(call)
        await telephony.end(call)

    case.does(twice)


def test_a_call_is_looked_after_and_one_that_nobody_placed_is_unknown(case: Case) -> None:
    async def looked(telephony: Telephony) -> tuple[Progress | None, Progress | None]:
        call = await telephony.place(ORDER)
        return await telephony.look(call), await telephony.look("CA" + "f" * 32)

    placed, unknown = case.does(looked)
    assert placed is not None
    assert placed.status in (CallStatus.QUEUED, CallStatus.RINGING)
    assert unknown is None


def test_a_text_is_sent(case: Case) -> None:
    assert case.does(lambda telephony: telephony.text(twilio.CARD_HOLDER, "हम आपको कॉल कर रहे थे।"))


def test_a_text_that_is_too_long_is_not_sent(case: Case) -> None:
    with pytest.raises(BadInput, match="1,601 characters") as caught:
        case.does(lambda telephony: telephony.text(twilio.CARD_HOLDER, "x" * 1_601))
    assert caught.value.code == "text_too_long"


def test_calls_may_be_placed_at_once(case: Case) -> None:
    async def many(telephony: Telephony) -> list[str]:
        return await asyncio.gather(*[telephony.place(ORDER) for _ in range(20)])

    assert len({*case.does(many)}) == 20


def test_a_telephony_that_was_not_used_closes(case: Case) -> None:
    async def nothing(telephony: Telephony) -> None: ...

    case.does(nothing)


def test_a_webhook_counts_where_the_provider_has_signed_it(case: Case) -> None:
    telephony = case.made()
    form = [("CallSid", CALL), ("SpeechResult", "haan"), ("Confidence", "0.93")]
    signature = RequestValidator(case.token).compute_signature(ORDER.begin, dict(form))
    assert telephony.signed(ORDER.begin, form, signature)
    assert not telephony.signed(ORDER.begin, [*form[:1], ("SpeechResult", "nahi"), *form[2:]], signature)
    assert not telephony.signed(ORDER.progress, form, signature)
    assert not telephony.signed(ORDER.begin, form, "")


def test_what_was_heard_is_read(case: Case) -> None:
    telephony = case.made()
    assert telephony.heard(
        [("CallSid", CALL), ("SpeechResult", "no I did"), ("Confidence", "0.81")]
    ) == Heard("no I did", 0.81)
    assert telephony.heard([("CallSid", CALL), ("Digits", "1")]) == Heard(digits="1")
    assert telephony.heard([("CallSid", CALL), ("Digits", "")]) == Heard()


def test_what_became_of_a_call_is_read(case: Case) -> None:
    told = case.made().progress(
        [("CallSid", CALL), ("CallStatus", "in-progress"), ("AnsweredBy", "human"), ("SequenceNumber", "2")]
    )
    assert (told.provider_id, told.status, told.answered_by, told.number) == (
        CALL,
        CallStatus.IN_PROGRESS,
        AnsweredBy.HUMAN,
        2,
    )
    nameless = case.made().progress([("CallStatus", "completed")])
    assert (nameless.provider_id, nameless.status) == (None, CallStatus.COMPLETED)


def test_what_is_said_is_a_document_that_leads_where_it_should(case: Case) -> None:
    telephony = case.made()
    asked = ElementTree.fromstring(telephony.spoken(PROMPT, "https://x/answer?a=1&b=2", "https://x/on"))
    assert asked.tag == "Response"
    assert [one.get("action") for one in asked] == ["https://x/answer?a=1&b=2"]
    told = telephony.spoken(
        Prompt("en-IN", ("We block it.",), go_on=Step.KIND_OF_CARD), "https://x/a", "https://x/on"
    )
    assert ElementTree.fromstring(told).findtext("Redirect") == "https://x/on"


def test_a_document_that_would_be_too_long_is_not_made(case: Case) -> None:
    with pytest.raises(BadInput, match="4,000 is the most") as caught:
        case.made().spoken(Prompt("en-IN", ("x" * 4_000,)), "https://x/a", "https://x/on")
    assert caught.value.code == "prompt_too_long"
