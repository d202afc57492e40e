"""What a provider's faults mean, in sentences of our own: a provider's may repeat the key or the message."""

import re
from contextlib import suppress

from pydantic_ai import exceptions as faults

from ringfence.errors import RingfenceError, TooMany, Unavailable

REFUSED = "model_refused"
UNREACHABLE = "model_unreachable"
TIMED_OUT = "model_timed_out"
FAILED = "model_failed"
_WAIT = 60
_WAIT_FOR_QUOTA = 900
_LONGEST_WAIT = 86_400
_CODE = re.compile(r"[A-Za-z_]{1,40}")


def told(fault: Exception, model: str) -> RingfenceError:
    """The error that the port promises."""
    match fault:
        case faults.ModelQuotaExceededError():
            return TooMany(
                f"The quota of the provider of {model} is used up{_status(fault)}.",
                retry_after=_wait(fault, _WAIT_FOR_QUOTA),
            )
        case faults.ModelRateLimitError():
            return TooMany(
                f"The provider of {model} wants fewer requests{_status(fault)}.",
                retry_after=_wait(fault, _WAIT),
            )
        case faults.ModelAuthenticationError():
            return Unavailable(
                f"The provider of {model} refuses the key{_status(fault)}: check RINGFENCE_LLM__API_KEY.",
                code=FAILED,
            )
        case faults.ModelNotFoundError():
            return Unavailable(
                f"The provider has no model {model}{_status(fault)}: set RINGFENCE_LLM__MODEL.", code=FAILED
            )
        case faults.ModelTimeoutError():
            return timed_out(model)
        case faults.ModelConnectionError():
            return Unavailable(
                f"The provider of {model} could not be reached, or broke the connection off.",
                code=UNREACHABLE,
            )
        case faults.ModelUnavailableError() | faults.ModelServerError():
            return Unavailable(f"The provider of {model} is in trouble{_status(fault)}.", code=UNREACHABLE)
        case faults.ModelHTTPError():
            return Unavailable(f"The provider of {model} refuses the request{_status(fault)}.", code=FAILED)
        case _:
            return unreadable(model)


def timed_out(model: str) -> Unavailable:
    return Unavailable(f"{model} did not answer in time.", code=TIMED_OUT)


def unreadable(model: str) -> Unavailable:
    return Unavailable(f"{model} gave an answer that is not what was asked for.", code=FAILED)


def refused(model: str) -> Unavailable:
    return Unavailable(f"{model} or its provider's filter would not judge this message.", code=REFUSED)


def _status(fault: Exception) -> str:
    if not isinstance(fault, faults.ModelHTTPError):
        return ""
    code = fault.provider_error_code
    said = f", {code}" if isinstance(code, str) and _CODE.fullmatch(code) else ""
    return f" (HTTP {fault.status_code}{said})"


def _wait(fault: faults.ModelAPIError, otherwise: int) -> int:
    """Whole seconds, as the provider wants it."""
    wanted = getattr(fault, "retry_after", None)
    with suppress(TypeError, ValueError, OverflowError):
        return min(max(1, int(wanted) + 1), _LONGEST_WAIT)  # type: ignore[arg-type]
    return otherwise
