"""Calls as Twilio plays them: webhooks with its fields, signed by its SDK, and documents followed as it follows them.

Every document is held to `twiml_rules` before it is followed. Whoever answers the phone is the test.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit
from xml.etree import ElementTree

import httpx
from twilio.request_validator import RequestValidator

from .twilio import SID, TOKEN
from .twiml_rules import PUBLIC, faults

Post = Callable[[str, bytes, dict[str, str]], httpx.Response]
"""Sends a form to one of our public addresses with these headers, by whichever way leads there."""
Form = dict[str, str]
SIGNATURE = "X-Twilio-Signature"
_ENDS = ("completed", "busy", "no-answer", "failed", "canceled")


def sent(post: Post, url: str, form: Form) -> httpx.Response:
    """A webhook as it should be."""
    return unsigned(post, url, form, {SIGNATURE: signature(url, form)})


def signature(url: str, form: Form, token: str = TOKEN) -> str:
    return str(RequestValidator(token).compute_signature(url, form))


def unsigned(post: Post, url: str, form: Form, headers: Mapping[str, str] | None = None) -> httpx.Response:
    kind = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}
    return post(url, urlencode(form).encode(), kind | dict(headers or {}))


@dataclass
class PlayedCall:
    """One call. `order` is what CreateCall was sent, `at` where the next webhook goes to, `document` what the last one
    was answered, `spoken` all that was said. With `leaves_before` the card holder hangs up before this step. `context`
    is where somebody who is dialled is told by."""

    post: Post
    order: Mapping[str, str]
    sid: str = "CA" + "0123456789abcdef" * 2
    public: str = PUBLIC
    leaves_before: str | None = None
    at: str = ""
    spoken: list[str] = field(default_factory=list)
    document: bytes = b""
    over: bool = False
    dialled: str | None = None
    context: str = ""
    colleague_heard: list[str] = field(default_factory=list)
    recordings: int = 0
    _news: int = 0

    def __post_init__(self) -> None:
        self.at = self.order["Url"]

    def form(self, **more: str) -> Form:
        """What every webhook of a call has."""
        return {
            "AccountSid": SID,
            "ApiVersion": "2010-04-01",
            "CallSid": self.sid,
            "CallStatus": "in-progress",
            "Called": self.order["To"],
            "CalledCountry": "IN",
            "Caller": self.order["From"],
            "CallerCountry": "US",
            "Direction": "outbound-api",
            "From": self.order["From"],
            "FromCountry": "US",
            "To": self.order["To"],
            "ToCountry": "IN",
        } | more

    def news(self, status: str, **more: str) -> Form:
        """A status callback, in the order in which they were made."""
        self._news += 1
        at_the_end = {"CallDuration": "41", "Duration": "1"} if status == "completed" else {}
        return self.form(
            CallStatus=status,
            CallbackSource="call-progress-events",
            SequenceNumber=str(self._news - 1),
            Timestamp="Thu, 15 Jan 2026 12:00:00 +0000",
            **at_the_end,
            **more,
        )

    def progresses(self, *statuses: str, **more: str) -> "PlayedCall":
        for status in statuses:
            self.tells(self.news(status, **more))
        return self

    def tells(self, news: Form) -> None:
        answer = sent(self.post, self.order["StatusCallback"], news)
        assert (answer.status_code, answer.content) == (204, b"")

    def rings(self, answered_by: str | None = "human") -> "PlayedCall":
        """Somebody picks up, or something does."""
        self.progresses("initiated", "ringing", "in-progress")
        return self.asks(**({} if answered_by is None else {"AnsweredBy": answered_by}))

    def asks(self, **more: str) -> "PlayedCall":
        """Sends the webhook that is due, and follows what it is answered."""
        return self.follows(self.document_of(sent(self.post, self.at, self.form(**more))))

    def document_of(self, answer: httpx.Response) -> bytes:
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].partition(";")[0] in ("application/xml", "text/xml")
        assert faults(answer.content, self.public) == []
        return answer.content

    def follows(self, document: bytes) -> "PlayedCall":
        self.document = document
        for verb in ElementTree.fromstring(document):
            if verb.tag == "Say":
                self.spoken.append(verb.text or "")
            elif verb.tag == "Start":
                self.recordings += len(verb.findall("Recording"))
            else:
                return self._leads(verb)
        self.over = True
        return self

    def _leads(self, verb: ElementTree.Element) -> "PlayedCall":
        """The verb that a document ends with, or waits at."""
        if verb.tag == "Gather":
            self.spoken += [say.text or "" for say in verb.iter("Say")]
            self.at = verb.attrib["action"]
        elif verb.tag == "Redirect":
            self.at = (verb.text or "").strip()
            if self.step != self.leaves_before:
                return self.asks()
        elif verb.tag == "Dial":
            (number,) = verb
            self.dialled, self.context = (number.text or "").strip(), number.attrib["url"]
            self.at = verb.attrib["action"]
        else:
            assert verb.tag == "Hangup"
            self.over = True
        return self

    @property
    def step(self) -> str:
        """Of the webhook that is due."""
        return urlsplit(self.at).path.split("/")[3]

    @property
    def listens_to(self) -> str:
        gather = ElementTree.fromstring(self.document).find("Gather")
        return "" if gather is None else gather.attrib["input"]

    def says(self, *answers: str, confidence: str = "0.95") -> "PlayedCall":
        """Answers one question after the other: keys where they are digits, silence where there is nothing."""
        for one in answers:
            assert self.listens_to, "nothing is asked"
            self.asks(**self.answer(one, confidence))
        return self

    def answer(self, words: str, confidence: str = "0.95") -> Form:
        """Speech is heard only where it is listened to."""
        if words in [*"0123456789*#"]:
            return {"Digits": words, "FinishedOnKey": "", "msg": "Gather End"}
        if words and "speech" in self.listens_to:
            return {"SpeechResult": words, "Confidence": confidence, "Language": "en-IN"}
        return {"Digits": "", "FinishedOnKey": "", "msg": "Gather End"}

    def colleague(self, key: str = "") -> bool:
        """Somebody picks up at the number that is dialled, listens and presses a key, or none: whether the two are
        joined then."""
        leg = self.form(CallSid="CA" + "f" * 32, ParentCallSid=self.sid, To=self.dialled or "")
        heard = ElementTree.fromstring(self.document_of(sent(self.post, self.context, leg)))
        self.colleague_heard += [say.text or "" for say in heard.iter("Say")]
        gather = heard.find("Gather")
        if gather is not None and key:
            assert gather.attrib["input"] == "dtmf"
            pressed = leg | {"Digits": key, "FinishedOnKey": "", "msg": "Gather End"}
            heard = ElementTree.fromstring(
                self.document_of(sent(self.post, gather.attrib["action"], pressed))
            )
        return heard.find("Hangup") is None

    def returns(self, status: str = "completed", *, joined: bool = True) -> "PlayedCall":
        """To us, once the other line has ended or nobody has picked up."""
        bridged = "true" if joined else "false"
        return self.asks(DialCallStatus=status, DialCallSid="CA" + "f" * 32, DialBridged=bridged)

    def ends(self, status: str = "completed", **more: str) -> "PlayedCall":
        assert status in _ENDS
        self.over = True
        return self.progresses(status, **more)


def orders(seen: list[Any]) -> list[Form]:
    """Of all that a provider was sent the calls that were ordered; a name that repeats is joined by spaces."""
    placed = []
    for one in seen:
        if one.method == "POST" and one.path.endswith("/Calls.json"):
            form: Form = {}
            for name, value in one.form:
                form[name] = f"{form[name]} {value}" if name in form else value
            placed.append(form)
    return placed
