"""What a provider's webhooks tell, in Twilio's fields; and whether they come from it.

Forms come from outside: whatever is read here is bounded, and what can't be read is told as if it were not there.
"""

import hmac
import math
import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from twilio.request_validator import RequestValidator, add_port, remove_port

from ringfence.model.verification import AnsweredBy, CallStatus, Heard, Progress
from ringfence.ports import Form

LONGEST_SPEECH = 2_000
"""Characters; a minute, which is the most that is listened to, has half of that."""

_CALL = re.compile(r"CA[0-9A-Za-z]{1,62}")
_KEYS = re.compile(r"[0-9*#]{1,32}")
_COUNT = re.compile(r"[0-9]{1,9}")
_NUMBER = re.compile(r"([0-9]{1,3}(\.[0-9]{0,20})?|\.[0-9]{1,20})([eE]-?[0-9]{1,2})?")
_TAKEN = frozenset(("completed", "answered"))
_STATUS = {status.value: status for status in CallStatus} | {"initiated": CallStatus.QUEUED}


def signed(token: str, url: str, form: Form, signature: str) -> bool:
    """Whether who holds the account's token has sent this form to this address, by the SDK's signature.

    As in the SDK's own check the address counts with its port and without; both are compared, in constant time.
    """
    validator = RequestValidator(token)
    given = signature.encode("utf-8", "replace")
    try:
        parts = urlsplit(url)
        expected = [
            validator.compute_signature(address, _Fields(form)).encode()
            for address in (add_port(parts), remove_port(parts))
        ]
    except ValueError:  # a port that is none, half a surrogate pair
        return False
    right = [hmac.compare_digest(one, given) for one in expected]
    return any(right)


class _Fields:
    """A form as the SDK reads one in which a name comes more than once."""

    def __init__(self, form: Form) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in form:
            self._values.setdefault(name, []).append(value)

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def getlist(self, name: str) -> Sequence[str]:
        return self._values[name]


def heard(form: Form) -> Heard:
    speech = _first(form, "SpeechResult")[:LONGEST_SPEECH].strip()
    digits = _first(form, "Digits")
    return Heard(
        speech=speech or None,
        confidence=_confidence(_first(form, "Confidence")) if speech else None,
        digits=digits if _KEYS.fullmatch(digits) else None,
    )


def progress(form: Form) -> Progress:
    call, number = _first(form, "CallSid"), _first(form, "SequenceNumber")
    return Progress(
        provider_id=call if _CALL.fullmatch(call) else None,
        status=_STATUS.get(_first(form, "CallStatus").lower()),
        answered_by=_answered_by(_first(form, "AnsweredBy").lower()),
        number=int(number) if _COUNT.fullmatch(number) else None,
        taken=_taken(_first(form, "DialCallStatus"), _first(form, "DialBridged")),
    )


def _taken(status: str, bridged: str) -> bool | None:
    """A voicemail box picks up, too, and is not joined."""
    return status in _TAKEN and bridged != "false" if status else None


def _first(form: Form, name: str) -> str:
    return next((value for known, value in form if known == name), "")


def _confidence(text: str) -> float | None:
    """A figure that can't be read is no reason to believe what was heard; one that is missing says nothing."""
    if not text:
        return None
    value = float(text) if _NUMBER.fullmatch(text) else math.nan
    return value if 0 <= value <= 1 else 0.0


def _answered_by(text: str) -> AnsweredBy | None:
    if not text:
        return None
    if text == "human":
        return AnsweredBy.HUMAN
    return AnsweredBy.MACHINE if text == "fax" or text.startswith("machine") else AnsweredBy.UNKNOWN
