"""What Twilio's faults mean, in sentences of our own: Twilio's may repeat the number."""

import re

from twilio.base.exceptions import TwilioException

from ringfence.errors import BadInput, RingfenceError, Unavailable

UNREACHABLE = "provider_unreachable"
LOST = "answer_lost"
BUSY = "provider_busy"
REFUSED = "provider_refused"
NUMBER_REFUSED = "number_refused"

_NUMBERS = frozenset(
    (13224, 21211, 21214, 21215, 21216, 21217, 21219, 21265, 21266, 21408, 21610, 21612, 21614, 21635)
)
"""Of the number that is called: not one, out of reach, a country or a number that the account may not call, not
verified for a trial account, no SMS there or no more wanted."""
_OUR_NUMBER = frozenset((21210, 21212, 21213, 21603, 21606, 21659, 21660, 21661))
_OUR_ADDRESS = frozenset((21205, 21609))
_NOT_IN_PROGRESS = 21220
_NO_SUCH = 20404
_NO_CREDENTIALS = 20003

_LEAST_CODE = 10_000
"""Below it is the HTTP status, which the SDK takes for the code where there is none."""

_WAIT = 5
_LONGEST_WAIT = 3_600
_SECONDS = re.compile(r"\d{1,9}")


def told(fault: TwilioException) -> RingfenceError:
    """The error that the port promises."""
    status, code = _status_and_code(fault)
    if status >= 500 or not status:
        return lost(f"is in trouble (HTTP {status})")
    of_twilio = f", https://www.twilio.com/docs/errors/{code}" if code >= _LEAST_CODE else ""
    shown = f" (HTTP {status}{of_twilio})"
    if status == 401 or code == _NO_CREDENTIALS:
        return Unavailable(
            f"Twilio refuses the credentials{shown}. Check TWILIO_SID and TWILIO_AUTH_TOKEN.", code=REFUSED
        )
    if code in _NUMBERS:
        return BadInput(f"Twilio will not reach this number{shown}.", code=NUMBER_REFUSED)
    if code in _OUR_NUMBER:
        return Unavailable(f"Twilio will not send from our number{shown}. Check TWILIO_NUMBER.", code=REFUSED)
    if code in _OUR_ADDRESS:
        return Unavailable(f"Twilio can't call our address{shown}. Check PUBLIC_URL.", code=REFUSED)
    if status == 404 or code == _NO_SUCH:
        return Unavailable(
            f"Twilio knows no such account or call{shown}. Check TWILIO_SID and RINGFENCE_TELEPHONY__API_URL.",
            code=REFUSED,
        )
    return Unavailable(f"Twilio refuses the request{shown}.", code=REFUSED)


def has_ended(fault: TwilioException) -> bool:
    """Whether a call could not be ended because it had."""
    return _status_and_code(fault)[1] == _NOT_IN_PROGRESS


def is_unknown(fault: TwilioException) -> bool:
    """Whether there is no such call, of an account that is well."""
    status, code = _status_and_code(fault)
    return status == 404 and code == _NO_SUCH


def busy(retry_after: str | None) -> Unavailable:
    """`retry_after` is the header, in seconds."""
    known = retry_after is not None and _SECONDS.fullmatch(retry_after.strip()) is not None
    wait = int(retry_after) if retry_after is not None and known else _WAIT
    return Unavailable(
        "Twilio wants fewer requests (HTTP 429).", code=BUSY, retry_after=min(max(1, wait), _LONGEST_WAIT)
    )


def unreachable() -> Unavailable:
    return Unavailable("Twilio could not be reached; nothing was sent.", code=UNREACHABLE)


def lost(why: str) -> Unavailable:
    """Twilio may have done what it was asked, so nobody may simply ask again."""
    return Unavailable(f"Twilio {why}; what it was asked may be done all the same.", code=LOST)


def _status_and_code(fault: TwilioException) -> tuple[int, int]:
    """Both are what the other end says, so either may be anything."""
    status, code = getattr(fault, "status", 0), getattr(fault, "code", 0)
    return status if isinstance(status, int) else 0, code if isinstance(code, int) else 0
