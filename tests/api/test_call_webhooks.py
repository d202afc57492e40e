"""Webhooks that come twice, late, in any order, or from somebody else."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import permutations
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.stand_ins import twilio
from tests.stand_ins.twilio_calls import SIGNATURE, Form, PlayedCall, sent, signature, unsigned
from tests.stand_ins.twiml_rules import PUBLIC

from .calling import RAVI_ROW, CallDesk, call_desk
from .conftest import MakeSite

pytestmark = pytest.mark.skipif(not twilio.DESCRIPTION.is_file(), reason=twilio.MISSING)

FRAUD = "Mark As Fraud"
KINDS = ("begin", "listen", "response", "go on", "status")


@pytest.fixture
def desk(site_with: MakeSite) -> Iterator[CallDesk]:
    with call_desk(site_with) as made:
        yield made


def due(desk: CallDesk, kind: str) -> tuple[PlayedCall, str, Form]:
    """A webhook that would change something, unless it is that of the older system which only listens."""
    call = desk.calls(leaves_before="step4")
    if kind == "begin":
        return call, call.at, call.form(AnsweredBy="machine_start")
    call.rings()
    if kind == "status":
        return call, call.order["StatusCallback"], call.news("completed")
    if kind == "go on":
        call.says("yes", "no", "no", "no")
        return call, call.at, call.form()
    call.says("yes")
    if kind == "listen":
        return call, call.at.replace("/response", "/listen"), call.form()
    return call, call.at, call.form(**call.answer("no I did not"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_webhook_that_the_provider_has_not_signed_changes_nothing(desk: CallDesk, kind: str) -> None:
    _, url, form = due(desk, kind)
    before = desk.everything()

    def over(url: str = url, form: Form = form, token: str = twilio.TOKEN) -> dict[str, str]:
        return {SIGNATURE: signature(url, form, token)}

    attacker = "https://desk.example.attacker.example"
    elsewhere = url.replace(PUBLIC, attacker)
    forged = {"Host": urlsplit(attacker).netloc, "X-Forwarded-Host": urlsplit(attacker).netloc}
    wrong = [
        {},
        {SIGNATURE: ""},
        {SIGNATURE: "bm90IHNpZ25lZA=="},
        over(token="another account's"),
        over(url.replace("TXN001", "TXN002")),
        over(url.partition("?")[0]),
        over(elsewhere) | forged,
        over(url.replace(PUBLIC, "http://ringfence")),
        over(form=form | {"Digits": "2"}),
        over(form={}),
    ]
    for headers in wrong:
        answer = unsigned(desk.posts, url, form, headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "signature_invalid"), headers
    assert desk.everything() == before
    assert sent(desk.posts, url, form).status_code == (204 if kind == "status" else 200), (
        "and this one counts"
    )
    assert kind == "listen" or desk.everything() != before


@pytest.mark.parametrize("kind", KINDS)
def test_the_host_header_decides_nothing(desk: CallDesk, kind: str) -> None:
    _, url, form = due(desk, kind)
    forged = {"Host": "attacker.example", "X-Forwarded-Proto": "http"}
    answer = unsigned(desk.posts, url, form, {SIGNATURE: signature(url, form)} | forged)
    assert answer.is_success
    assert b"attacker.example" not in answer.content


@pytest.mark.parametrize("kind", KINDS)
def test_a_right_signature_without_the_calls_own_token_changes_nothing(desk: CallDesk, kind: str) -> None:
    _, url, form = due(desk, kind)
    desk.brings(RAVI_ROW)
    others = parse_qs(urlsplit(desk.calls("TXN002").at).query)["call"][0]
    token = parse_qs(urlsplit(url).query)["call"][0]
    before = desk.everything()
    for wrong in ("", "x", others, token[:-1], token + "x", token.swapcase(), "%C3%A9"):
        answer = sent(desk.posts, url.replace(token, wrong), form)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
        assert token not in answer.text
    for gone in (url.partition("?")[0], url.replace("call=", "token="), url.replace("TXN001", "TXN002")):
        assert sent(desk.posts, gone, form).status_code == 404
    assert desk.everything() == before


def test_no_other_method_is_taken(desk: CallDesk) -> None:
    call = desk.calls()
    assert desk.site.client.get(call.at.removeprefix(PUBLIC)).status_code == 405


def test_a_form_that_is_none_or_too_long_is_refused(desk: CallDesk) -> None:
    call = desk.calls().rings()
    before = desk.everything()
    long = sent(desk.posts, call.at, call.form(SpeechResult="no " * 50_000))
    many = sent(desk.posts, call.at, call.form(**{f"Field{n}": "x" for n in range(500)}))
    broken = desk.posts(call.at, b"SpeechResult=%FF%FE", {SIGNATURE: "x"})
    assert [one.status_code for one in (long, many, broken)] == [413, 400, 400]
    assert desk.everything() == before


def test_a_webhook_that_is_sent_again_gets_the_question_that_is_open_and_advances_nothing(
    desk: CallDesk,
) -> None:
    call = desk.calls().rings().says("yes")
    old, form = call.at, call.form(**call.answer("no"))
    first = call.document_of(sent(desk.posts, old, form))
    once = desk.everything()
    for _ in range(3):
        assert call.document_of(sent(desk.posts, old, form)) == first
    assert desk.everything() == once
    call.follows(first)
    assert call.step == "step1"
    call.says("no", "no", "1").ends()
    assert (desk.status(), len(desk.findings())) == (FRAUD, 1)


def test_the_same_webhook_ten_times_at_once_is_taken_once(desk: CallDesk) -> None:
    call = desk.calls().rings().says("yes")
    form = call.form(**call.answer("no"))
    with ThreadPoolExecutor(10) as pool:
        answers = [*pool.map(lambda _: sent(desk.posts, call.at, form), range(10))]
    assert len({call.document_of(one) for one in answers}) == 1
    assert desk.decided() == [("start", 0, "yes", ""), ("step0", 0, "no", FRAUD)]


def test_contrary_answers_at_once_are_one_answer(desk: CallDesk) -> None:
    """Whichever comes first; the other one is told what is asked now."""
    call = desk.calls().rings().says("yes")
    forms = [call.form(**call.answer(key)) for key in "1212"]
    with ThreadPoolExecutor(4) as pool:
        answers = [*pool.map(lambda form: sent(desk.posts, call.at, form), forms)]
    assert len({call.document_of(one) for one in answers}) == 1
    decisions = [decision for _, _, _, decision in desk.decided() if decision]
    assert decisions == [desk.status()]
    assert desk.status() in ("Resolved", FRAUD)


def test_an_answer_to_a_question_that_is_long_past_is_no_answer(desk: CallDesk) -> None:
    call = desk.calls().rings()
    start = call.at
    call.says("yes")
    authorised = call.at
    call.says("no", "no")
    before = desk.everything()
    for old in (start, authorised):
        document = call.document_of(sent(desk.posts, old, call.form(Digits="1")))
        assert document == call.document
    turned = call.at.replace("step2", "step0")
    assert call.document_of(sent(desk.posts, turned, call.form(Digits="1"))) == call.document
    for turn in ("turn=99", "turn=-1", "turn=x", "turn="):
        address = call.at.replace("turn=3", turn)
        assert address != call.at
        assert call.document_of(sent(desk.posts, address, call.form(Digits="1"))) == call.document
    assert desk.everything() == before


def test_no_answer_is_taken_before_its_question(desk: CallDesk) -> None:
    call = desk.calls().rings()
    for step in ("step0", "step1", "step4"):
        early = call.at.replace("/start/", f"/{step}/")
        assert call.document_of(sent(desk.posts, early, call.form(Digits="1"))) == call.document
    for step in ("step0", "step3", "step8"):
        early = call.at.replace("/start/response", f"/{step}")
        assert call.document_of(sent(desk.posts, early, call.form())) == call.document
    assert desk.decided() == []


@pytest.mark.parametrize("step", ["step9", "Start", "start%2F..", "%2e%2e"])
def test_a_step_that_there_is_not_is_not_found(desk: CallDesk, step: str) -> None:
    call = desk.calls()
    assert sent(desk.posts, call.at.replace("/start", f"/{step}"), call.form()).status_code == 404


def test_the_older_addresses_without_a_turn_say_what_is_open(desk: CallDesk) -> None:
    """As links of the older system did: nothing can be answered there, nothing advances."""
    call = desk.calls().rings().says("yes")
    token = parse_qs(urlsplit(call.at).query)["call"][0]
    for path in ("step0", "step0/listen", "step1/listen", "step8", "start"):
        url = f"{PUBLIC}/voice/TXN001/{path}?retry=1&call={token}"
        assert call.document_of(sent(desk.posts, url, call.form())) == call.document
    assert len(desk.decided()) == 1


@pytest.mark.parametrize("order", [*permutations(("ringing", "in-progress", "completed"))])
def test_callbacks_in_any_order_and_twice_come_to_the_same(desk: CallDesk, order: tuple[str, ...]) -> None:
    call = desk.calls()
    call.asks(AnsweredBy="human").says("yes", "no", "no", "no", "virtual")
    news = {status: call.news(status) for status in ("initiated", "ringing", "in-progress", "completed")}
    for status in (*order, *order, "initiated"):
        call.tells(news[status])
    (told,) = desk.told()
    assert (told["status"], told["outcome"], desk.status()) == ("completed", FRAUD, FRAUD)
    assert len(desk.findings()) == 1


@pytest.mark.parametrize(
    ("news", "status"),
    [
        (("completed", "ringing", "in-progress"), "Disconnected"),
        (("completed", "no-answer"), "Disconnected"),
        (("busy", "completed"), "Not Answered"),
        (("no-answer", "ringing", "busy"), "Not Answered"),
        (("failed", "completed", "in-progress"), "Disconnected"),
    ],
)
def test_the_first_end_that_is_told_stays(desk: CallDesk, news: tuple[str, ...], status: str) -> None:
    call = desk.calls().progresses(*news)
    assert desk.status() == status
    call.progresses(*news)
    assert desk.status() == status


@pytest.mark.parametrize("hangs_up_first", [True, False])
def test_an_answer_that_comes_with_the_hang_up_is_in_the_finding_or_nowhere(
    desk: CallDesk, hangs_up_first: bool
) -> None:
    """Whichever is taken first; what the timeline tells, the finding tells."""
    call = desk.calls().rings().says("yes", "no")
    webhooks = [
        (call.at, call.form(**call.answer("yes"))),
        (call.order["StatusCallback"], call.news("completed")),
    ]
    if hangs_up_first:
        webhooks.reverse()
    with ThreadPoolExecutor(4) as pool:
        answers = [*pool.map(lambda one: sent(desk.posts, *one), [one for one in webhooks for _ in "ab"])]
    assert all(one.is_success for one in answers)
    taken = ("step1", 0, "yes", "") in desk.decided()
    (found,) = desk.findings()
    assert f"Card details shared: {'yes' if taken else 'not said'}" in found["summary"]


@pytest.mark.parametrize("kind", ["response", "go on", "begin"])
def test_what_comes_after_the_end_changes_nothing(desk: CallDesk, kind: str) -> None:
    call, url, form = due(desk, kind)
    call.ends()
    before = desk.everything()
    call.document_of(sent(desk.posts, url, form))
    assert desk.everything() == before


def test_a_status_that_nobody_knows_is_let_pass(desk: CallDesk) -> None:
    call = desk.calls().rings()
    call.progresses("teleported", "")
    assert desk.status() == "Connecting"
    call.says("yes", "yes").ends()
    assert desk.status() == "Resolved"


def test_news_of_one_call_do_not_end_another(desk: CallDesk) -> None:
    desk.brings(RAVI_ROW)
    first, second = desk.calls("TXN001").rings(), desk.calls("TXN002").rings()
    first.ends()
    assert (desk.status("TXN001"), desk.status("TXN002")) == ("Disconnected", "Connecting")
    second.says("yes", "yes").ends()
    assert (desk.status("TXN001"), desk.status("TXN002")) == ("Disconnected", "Resolved")


def test_a_later_call_is_not_told_the_news_of_an_earlier_one(desk: CallDesk) -> None:
    first = desk.calls().rings().ends()
    desk.site.clock.now += 3_600_000_000_000
    second = desk.calls().rings().says("yes")
    first.progresses("completed", "busy")
    assert first.document_of(sent(desk.posts, first.at, first.form(Digits="1")))
    assert desk.status() == "Connecting"
    second.says("no").ends()
    assert desk.status() == FRAUD
