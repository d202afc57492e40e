"""Webhooks at random: old ones and new ones, several at once, with any answer; whatever comes, the records agree."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from random import Random
from xml.etree import ElementTree

import pytest
from tests.made_up import ASHA_ROW
from tests.stand_ins import twilio
from tests.stand_ins.twilio_calls import Form, PlayedCall, sent

from .calling import CallDesk, call_desk
from .conftest import MakeSite

pytestmark = pytest.mark.skipif(not twilio.DESCRIPTION.is_file(), reason=twilio.MISSING)

ANSWERS = (
    *("1", "2", "1", "2", "yes", "no", "yes", "no", "9", "0", "*", "", "physical", "virtual"),
    *("no, yes I did", "I don't know", "wrong number", "they told me to say yes", "a man from 98111 22233"),
)
CALLS = 5
FRAUD = "Mark As Fraud"


@pytest.fixture(params=range(4))
def seed(request: pytest.FixtureRequest) -> int:
    number: int = request.param
    return number


@pytest.fixture
def desk(site_with: MakeSite, seed: int) -> Iterator[CallDesk]:
    """With a person to talk to, or recording, or both, or neither."""
    number = {"RINGFENCE_TELEPHONY__TRANSFER_NUMBER": "+912250001234"} if seed % 2 else {}
    with call_desk(site_with, RINGFENCE_TELEPHONY__RECORDING=str(seed > 1).lower(), **number) as made:
        yield made


@dataclass
class Storm:
    """One call's. `addresses` are all that were ever told, each with what is sent there; `came_to` is each status that
    the transaction has had."""

    desk: CallDesk
    call: PlayedCall
    random: Random
    addresses: list[tuple[str, str]] = field(default_factory=list)
    came_to: list[str] = field(default_factory=list)

    def blows(self, webhooks: int, transaction_id: str) -> None:
        self.addresses.append((self.call.at, "begins"))
        with ThreadPoolExecutor(4) as pool:
            for _ in range(webhooks):
                self.desk.site.clock.now += 1_000_000_000
                self._one(pool)
                status = self.desk.status(transaction_id)
                if status not in self.came_to[-1:]:
                    self.came_to.append(status)

    def _one(self, pool: ThreadPoolExecutor) -> None:
        if self.random.random() < 0.15:
            self.call.progresses(self.random.choice(("initiated", "ringing", "in-progress")))
            return
        url, kind = self.random.choice([*self.addresses, *self.addresses[-1:] * 8])
        form = self.call.form(**self._filled(kind))
        send = partial(sent, self.desk.posts, url, form)
        answers = [pool.submit(send) for _ in range(self.random.choice((1, 1, 1, 2, 4)))]
        for answer in answers:
            self._learns(ElementTree.fromstring(self.call.document_of(answer.result())))

    def _filled(self, kind: str) -> Form:
        if kind == "begins":
            return {"AnsweredBy": self.random.choice(("human", "human", "unknown", "machine_end_beep"))}
        if kind == "dialled":
            joined = self.random.random() < 0.5
            return {
                "DialCallStatus": "completed" if joined else "no-answer",
                "DialBridged": str(joined).lower(),
            }
        return self.call.answer(self.random.choice(ANSWERS)) if kind == "asks" else {}

    def _learns(self, document: ElementTree.Element) -> None:
        for verb in document:
            if verb.tag == "Gather":
                self.call.document = ElementTree.tostring(document)
                self.addresses.append((verb.attrib["action"], "asks"))
            elif verb.tag == "Redirect":
                self.addresses.append(((verb.text or ""), "goes on"))
            elif verb.tag == "Dial":
                self.addresses.append((verb[0].attrib["url"], "tells"))
                self.addresses.append((verb.attrib["action"], "dialled"))


def test_whatever_comes_in_whatever_order_status_timeline_and_finding_agree(
    desk: CallDesk, seed: int
) -> None:
    random = Random(seed)
    for number in range(CALLS):
        transaction_id = f"ROW{number}"
        desk.brings(ASHA_ROW | {"id": transaction_id})
        storm = Storm(desk, desk.calls(transaction_id), random)
        storm.blows(random.randint(5, 25), transaction_id)
        storm.call.ends()
        last = desk.status(transaction_id)
        storm.call.progresses("busy", "in-progress", "completed")
        assert desk.status(transaction_id) == last
        decided = [one for one in storm.came_to if one != "Connecting"]
        assert decided in ([], [last], ["Transferred", "Unverified"]), "an outcome that was reached stays"
        agree(desk, transaction_id, last)


def agree(desk: CallDesk, transaction_id: str, status: str) -> None:
    (call,) = desk.told(transaction_id)
    taken = {(one["step"], one["understood"]) for one in call["timeline"] if one["understood"]}
    asked = [(one["step"], one["retry"]) for one in call["timeline"] if one["understood"]]
    assert call["outcome"] == status
    assert len(asked) == len(set(asked)), "no question is answered twice"
    assert (("step0", "no") in taken) is (status == FRAUD)
    assert (("step0", "yes") in taken) is (status == "Resolved")
    assert status not in ("Resolved", FRAUD) or ("start", "yes") in taken
    found = [one for one in desk.findings() if one["evidence"][0]["id"] == call["call_id"]]
    assert len(found) == (status == FRAUD)
    for one in found:
        unclear = (
            "not clear" if any(step == "step1" for step, what in taken if what != "nothing") else "not said"
        )
        shared = next((answer for answer in ("yes", "no") if ("step1", answer) in taken), unclear)
        assert f"Card details shared: {shared}" in one["summary"]
