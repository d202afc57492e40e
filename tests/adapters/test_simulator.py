"""The simulator against a server on loopback: what it posts, how it follows documents, how it meets faults."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from tests.stand_ins.provider import Provider, Said, Seen, provider
from twilio.request_validator import RequestValidator

from ringfence.adapters.telephony import leg, posting
from ringfence.adapters.telephony.callee import Colleague, Nobody, PickUp, Question, Sentence
from ringfence.adapters.telephony.simulator import Simulator
from ringfence.errors import Unavailable
from ringfence.model.verification import CallOrder, CallStatus, Heard

TOKEN = "a-token-of-this-test"
NAMED = "https://desk.example"
ASHA = "+919876543210"
ORDER = CallOrder(
    ASHA, begin=f"{NAMED}/voice/TXN001/start?turn=0&call=s3", progress=f"{NAMED}/status/TXN001?call=s3"
)
SECOND = 1_000_000_000
NOON = 1_768_478_400 * SECOND


@dataclass
class Phone(Nobody):
    """Picks up as it is told, and gives its answers one after the other; then it hangs up."""

    answers_left: list[Heard | None] = field(default_factory=list)
    picked_up: PickUp = PickUp.HUMAN
    colleague: Colleague = field(default_factory=lambda: Colleague(CallStatus.COMPLETED))
    told: list[str] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    ends: list[tuple[CallStatus, str]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def rings(self, call: str, number: str) -> PickUp:
        self.calls.append(call)
        return self.picked_up

    async def hears(self, call: str, sentence: Sentence) -> None:
        self.told.append(f"(colleague) {sentence.text}" if sentence.colleague else sentence.text)

    async def answers(self, call: str, question: Question) -> Heard | None:
        self.questions.append(question)
        self.asked.set()
        return self.answers_left.pop(0) if self.answers_left else None

    async def is_recorded(self, call: str) -> None:
        self.told.append("(recording)")

    async def is_put_through(self, call: str, number: str) -> Colleague:
        self.told.append(f"(to {number})")
        return self.colleague

    async def is_over(self, call: str, status: CallStatus, fault: str) -> None:
        self.ends.append((status, fault))

    async def is_texted(self, number: str, body: str) -> None:
        self.told.append(f"(text to {number}) {body}")


class Thinks(Phone):
    """Never says a word."""

    async def answers(self, call: str, question: Question) -> Heard | None:
        self.asked.set()
        await asyncio.Event().wait()
        return None


@dataclass
class Desk:
    """A server that says `documents` one after the other, and checks each signature."""

    seen: list[Seen] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)

    def __call__(self, seen: Seen) -> Said:
        right = RequestValidator(TOKEN).validate(
            NAMED + seen.path, dict(seen.form), seen.headers["x-twilio-signature"]
        )
        if not right:
            return Said(403)
        self.seen.append(seen)
        if seen.path.startswith("/status/"):
            return Said(204, b"")
        inner = self.documents.pop(0) if len(self.documents) > 1 else self.documents[0]
        return Said(200, f"<Response>{inner}</Response>".encode())

    def news(self) -> list[tuple[str, str]]:
        forms = [dict(one.form) for one in self.seen if one.path.startswith("/status/")]
        return [(one["SequenceNumber"], one["CallStatus"]) for one in forms]

    def webhooks(self) -> list[tuple[str, dict[str, str]]]:
        """Of the dialogue: path, and what was answered."""
        told = [one for one in self.seen if not one.path.startswith("/status/")]
        names = ("SpeechResult", "Confidence", "Digits", "DialCallStatus", "DialBridged")
        return [
            (urlsplit(one.path).path, {name: value for name, value in one.form if name in names})
            for one in told
        ]


@contextmanager
def desk_of(*documents: str) -> Iterator[tuple[Desk, Provider]]:
    with provider() as server:
        desk = Desk(documents=list(documents))
        server.says(desk)
        yield desk, server


def play(
    url: str,
    phone: Nobody,
    meanwhile: Callable[[Simulator, str], Awaitable[None]] | None = None,
    clock: Callable[[], int] = lambda: NOON,
) -> None:
    async def whole() -> None:
        simulator = Simulator(TOKEN, phone, url, NAMED, clock)
        try:
            call = await simulator.place(ORDER)
            if meanwhile is not None:
                await meanwhile(simulator, call)
            await simulator.idle()
        finally:
            await simulator.close()

    asyncio.run(whole())


def gather(action: str, said: str, more: str = 'input="speech dtmf" actionOnEmptyResult="true"') -> str:
    return f'<Gather action="{NAMED}/voice/TXN001/{action}" {more}><Say>{said}</Say></Gather>'


def test_a_call_is_told_of_asked_and_ended_as_twilio_does() -> None:
    phone = Phone([Heard("yes", 0.93), Heard(digits="2")])
    documents = (
        gather("start/response", "Is this Asha?"),
        gather("step0/response", "Was it you?"),
        "<Say>Bye.</Say><Hangup/>",
    )
    with desk_of(*documents) as (desk, server):
        play(server.url, phone)
    assert desk.news() == [("0", "initiated"), ("1", "ringing"), ("2", "in-progress"), ("3", "completed")]
    assert desk.webhooks() == [
        ("/voice/TXN001/start", {}),
        ("/voice/TXN001/start/response", {"SpeechResult": "yes", "Confidence": "0.93"}),
        ("/voice/TXN001/step0/response", {"Digits": "2"}),
    ]
    assert phone.told == ["Is this Asha?", "Was it you?", "Bye."]
    assert phone.ends == [(CallStatus.COMPLETED, "")]
    begun = dict(next(one.form for one in desk.seen if one.path.startswith("/voice/")))
    assert begun["AnsweredBy"] == "human"
    assert (begun["To"], begun["Direction"], begun["CallStatus"]) == (ASHA, "outbound-api", "in-progress")
    ended = dict(desk.seen[-1].form)
    assert ended["Timestamp"] == "Thu, 15 Jan 2026 12:00:00 +0000"
    assert {one["CallSid"] for one in (dict(seen.form) for seen in desk.seen)} == {phone.calls[0]}


def test_the_end_tells_for_how_long_it_lasted() -> None:
    times = iter([NOON, NOON, NOON + SECOND, NOON + SECOND, *[NOON + 43 * SECOND] * 9])
    with desk_of("<Hangup/>") as (desk, server):
        play(server.url, Phone(), clock=lambda: next(times))
    assert dict(desk.seen[-1].form)["CallDuration"] == "42"


@pytest.mark.parametrize("picked_up", [PickUp.BUSY, PickUp.NO_ANSWER, PickUp.FAILED])
def test_a_call_that_nobody_takes_asks_for_no_words(picked_up: PickUp) -> None:
    with desk_of("<Hangup/>") as (desk, server):
        play(server.url, Phone(picked_up=picked_up))
    assert desk.news()[-1] == ("2", picked_up.value)
    assert desk.webhooks() == []


def test_a_machine_is_told_before_the_first_word() -> None:
    with desk_of("<Say>Please call us.</Say><Hangup/>") as (desk, server):
        play(server.url, Phone(picked_up=PickUp.MACHINE))
    begun = dict(next(one.form for one in desk.seen if one.path.startswith("/voice/")))
    assert begun["AnsweredBy"] == "machine_end_beep"


def test_silence_is_an_answer_where_the_document_wants_it_and_else_falls_through() -> None:
    phone = Phone([Heard(), Heard()])
    with desk_of(gather("a", "One?"), gather("b", "Two?", "") + "<Say>Nobody there.</Say>") as (desk, server):
        play(server.url, phone)
    assert desk.webhooks() == [("/voice/TXN001/start", {}), ("/voice/TXN001/a", {})]
    assert phone.told[-1] == "Nobody there."
    assert phone.ends == [(CallStatus.COMPLETED, "")]


def test_words_where_keys_alone_count_are_silence_and_keys_beyond_the_asked_are_lost() -> None:
    phone = Phone([Heard("yes", 0.9), Heard(digits="11")])
    keys = 'input="dtmf" numDigits="1" actionOnEmptyResult="true"'
    with desk_of(gather("a", "One?", keys), gather("b", "Two?", keys), "<Hangup/>") as (desk, server):
        play(server.url, phone)
    assert [form for _, form in desk.webhooks()[1:]] == [{}, {"Digits": "1"}]
    assert phone.questions[0] == Question(speech=False, keys=1)


def test_who_hangs_up_at_a_question_answers_nothing() -> None:
    with desk_of(gather("a", "One?")) as (desk, server):
        play(server.url, Phone([None]))
    assert len(desk.webhooks()) == 1
    assert desk.news()[-1][1] == "completed"


def test_a_redirect_is_followed_and_recording_noticed() -> None:
    phone = Phone()
    start = (
        f"<Start><Recording/></Start><Say>One.</Say><Redirect>{NAMED}/voice/TXN001/step4?turn=1</Redirect>"
    )
    with desk_of(start, "<Say>Two.</Say>") as (desk, server):
        play(server.url, phone)
    assert phone.told == ["(recording)", "One.", "Two."]
    assert desk.seen[-2].path == "/voice/TXN001/step4?turn=1"


DIAL = f'<Dial action="{NAMED}/after"><Number url="{NAMED}/context">+912250001234</Number></Dial>'


@pytest.mark.parametrize(
    ("colleague", "met", "joined"),
    [
        (Colleague(CallStatus.COMPLETED, keys="1"), "completed", "true"),
        (Colleague(CallStatus.COMPLETED, keys=""), "no-answer", "false"),
        (Colleague(CallStatus.BUSY), "busy", "false"),
    ],
)
def test_a_colleague_hears_who_is_on_the_line_and_takes_the_call_or_not(
    colleague: Colleague, met: str, joined: str
) -> None:
    phone = Phone(colleague=colleague)

    def desk(seen: Seen) -> Said:
        path = urlsplit(seen.path).path
        said = {
            "/voice/TXN001/start": DIAL,
            "/context": f'<Gather action="{NAMED}/taken"><Say>Press 1.</Say></Gather><Hangup/>',
            "/taken": "",
            "/after": "<Say>Bye.</Say>",
        }
        heard.append((path, dict(seen.form)))
        return Said(200, f"<Response>{said.get(path, '')}</Response>".encode())

    heard: list[tuple[str, dict[str, str]]] = []
    with provider() as server:
        server.says(desk)
        play(server.url, phone)
    after = next(form for path, form in heard if path == "/after")
    assert (after["DialCallStatus"], after["DialBridged"]) == (met, joined)
    assert after["CallSid"] == phone.calls[0]
    for form in (form for path, form in heard if path in ("/context", "/taken")):
        assert (form["ParentCallSid"], form["To"]) == (phone.calls[0], "+912250001234")
        assert form["CallSid"] != phone.calls[0]
    assert phone.told[0] == "(to +912250001234)"
    assert phone.told[-1] == "Bye."
    assert ("(colleague) Press 1." in phone.told) is (colleague.status is CallStatus.COMPLETED)


def test_a_call_that_is_ended_from_outside_is_told_as_completed() -> None:
    phone = Thinks()

    async def end(simulator: Simulator, call: str) -> None:
        await phone.asked.wait()
        await simulator.end(call)

    with desk_of(gather("a", "One?")) as (desk, server):
        play(server.url, phone, end)
    assert desk.news()[-1] == ("3", "completed")
    assert phone.ends == [(CallStatus.COMPLETED, "")]


def test_a_call_that_is_ended_before_anybody_took_it_is_told_as_canceled() -> None:
    phone = Phone()

    async def end(simulator: Simulator, call: str) -> None:
        await simulator.end(call)

    with desk_of("<Hangup/>") as (desk, server):
        play(server.url, phone, end)
    assert desk.news()[-1][1] == "canceled"


def test_how_far_a_call_is_can_be_asked_while_it_runs_and_afterwards() -> None:
    phone = Thinks()
    told: list[CallStatus | None] = []

    async def look(simulator: Simulator, call: str) -> None:
        async def status() -> CallStatus | None:
            news = await simulator.look(call)
            assert news is not None
            return news.status

        told.append(await status())
        await phone.asked.wait()
        told.append(await status())
        await simulator.end(call)
        await simulator.idle()
        told.append(await status())
        assert await simulator.look("CA" + "0" * 32) is None

    with desk_of(gather("a", "One?")) as (_, server):
        play(server.url, phone, look)
    assert told == [CallStatus.QUEUED, CallStatus.IN_PROGRESS, CallStatus.COMPLETED]


def test_closing_cuts_calls_and_tells_nobody() -> None:
    phone = Thinks()

    async def cut(simulator: Simulator, call: str) -> None:
        await phone.asked.wait()
        await simulator.close()

    with desk_of(gather("a", "One?")) as (desk, server):
        play(server.url, phone, cut)
    assert [status for _, status in desk.news()] == ["initiated", "ringing", "in-progress"]
    assert phone.ends == []


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ("<Play>https://x/a.mp3</Play>", "a verb that the simulator does not know"),
        ("<Say>", "no XML"),
        (f"<Say>{'x' * 70_000}</Say>", "more than 65,536 bytes"),
        ("<Redirect>https://elsewhere.example/x</Redirect>", "not the server's"),
        (f"<Redirect>{NAMED}/again</Redirect>", "more than 200 answers"),
    ],
)
def test_a_document_that_can_t_be_followed_ends_the_call(document: str, why: str) -> None:
    phone = Phone()
    with desk_of(document) as (desk, server):
        play(server.url, phone)
    assert desk.news()[-1][1] == "completed"
    [(status, fault)] = phone.ends
    assert status is CallStatus.COMPLETED
    assert why in fault


def test_a_document_may_not_declare_entities() -> None:
    phone = Phone()
    with provider() as server:
        server.says(Said(200, b'<!DOCTYPE x [<!ENTITY a "b">]><Response><Say>&a;</Say></Response>'))
        play(server.url, phone)
    assert "more than TwiML" in phone.ends[0][1]


def test_a_server_that_breaks_off_is_asked_again_and_the_call_goes_on() -> None:
    phone = Phone([Heard("yes", 0.9)])
    with desk_of(gather("a", "One?"), "<Say>Bye.</Say>") as (desk, server):
        server.says(desk, desk, desk, desk, Said(200, b"<Response/>", cut=True), desk)
        play(server.url, phone)
    assert phone.told == ["One?", "Bye."]
    assert phone.ends == [(CallStatus.COMPLETED, "")]


def test_a_server_that_stays_away_fails_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "PATIENCE_SECONDS", 0)
    phone = Phone()
    with closing(Provider()) as gone:
        url = gone.url
    play(url, phone)
    assert phone.ends == [(CallStatus.FAILED, "The server can't be reached")]


def test_a_server_of_another_secret_fails_the_call_and_is_known_before_any() -> None:
    phone = Phone()

    async def check(simulator: Simulator, call: str) -> None:
        with pytest.raises(Unavailable) as caught:
            await simulator.check()
        assert caught.value.code == "webhook_forbidden"

    with provider() as server:
        server.says(Said(403))
        play(server.url, phone, check)
    assert phone.ends == [(CallStatus.COMPLETED, "The server does not take the simulator's signature")]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (Said(404, {"code": "call_unknown"}), None),
        (Said(404, b"<html>Not here</html>"), "webhook_refused"),
        (Said(200, b"<html>Welcome</html>"), "webhook_refused"),
    ],
)
def test_another_program_at_the_address_is_known_before_any_call(said: Said, code: str | None) -> None:
    async def checked(url: str) -> str | None:
        simulator = Simulator(TOKEN, Nobody(), url, NAMED)
        try:
            await simulator.check()
        except Unavailable as error:
            return error.code
        finally:
            await simulator.close()
        return None

    with provider() as server:
        server.says(said)
        assert asyncio.run(checked(server.url)) == code


def test_a_callee_that_fails_ends_its_own_call_alone() -> None:
    class Breaks(Phone):
        async def answers(self, call: str, question: Question) -> Heard | None:
            raise RuntimeError("made up")

        async def is_over(self, call: str, status: CallStatus, fault: str) -> None:
            await super().is_over(call, status, fault)
            raise RuntimeError("made up")

    phone = Breaks()
    with desk_of(gather("a", "One?")) as (desk, server):
        play(server.url, phone)
    assert desk.news()[-1][1] == "completed"
    assert phone.ends == [(CallStatus.COMPLETED, "Who answers the call has failed")]


def test_no_more_calls_are_played_at_once_than_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ringfence.adapters.telephony.simulator.MOST_CALLS", 1)

    async def another(simulator: Simulator, call: str) -> None:
        with pytest.raises(Unavailable) as caught:
            await simulator.place(ORDER)
        assert (caught.value.code, caught.value.retry_after) == ("provider_busy", 5)

    with desk_of("<Hangup/>") as (_, server):
        play(server.url, Phone(), another)


def test_a_text_reaches_the_callee() -> None:
    phone = Phone()

    async def text(simulator: Simulator, call: str) -> None:
        assert (await simulator.text(ASHA, "We tried to call you.")).startswith("SM")

    with desk_of("<Hangup/>") as (_, server):
        play(server.url, phone, text)
    assert f"(text to {ASHA}) We tried to call you." in phone.told


def test_what_is_posted_names_the_simulators_account_and_number() -> None:
    with desk_of("<Hangup/>") as (desk, server):
        play(server.url, Phone())
    assert {(dict(one.form)["AccountSid"], dict(one.form)["From"]) for one in desk.seen} == {
        (leg.ACCOUNT, leg.NUMBER)
    }
