"""One account over the wire, by the SDK; imported when it is first used, since the SDK's client takes half a second."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from twilio.base.exceptions import TwilioException
from twilio.rest import Client

from ringfence.adapters.telephony import faults, webhooks
from ringfence.adapters.telephony.http import Http
from ringfence.errors import RingfenceError
from ringfence.model.verification import CallOrder, Progress

_EVENTS = ["initiated", "ringing", "answered", "completed"]
_NO_ENVIRONMENT = {"": ""}
"""Instead of the process's own, in which the SDK would look for a region; an empty one counts as none."""
_SID = re.compile(r"[A-Z]{2}[0-9A-Za-z]{1,62}")


class Rest:
    def __init__(self, account_sid: str, auth_token: str, number: str, http: Http) -> None:
        client = Client(account_sid, auth_token, http_client=http, environment=_NO_ENVIRONMENT)
        self._calls, self._messages = client.calls, client.messages
        self._number = number
        self._http = http

    async def place(self, order: CallOrder) -> str:
        """Machine detection comes before the first word (`AsyncAmd` is left off), and waits for a greeting's end.

        So the address that begins the dialogue is told who has answered: to a machine a neutral message is said, after
        the beep and whole. In the background, detection would leave a stretch of the dialogue on the machine, with
        the card holder's name, until a second request cut it short. A person waits some seconds for the first word,
        no longer than by `Enable`: `DetectMessageEnd` tells of a person at once, too.
        """
        with _as_promised():
            call = await self._calls.create_async(
                to=order.to,
                from_=self._number,
                url=order.begin,
                method="POST",
                status_callback=order.progress,
                status_callback_method="POST",
                status_callback_event=_EVENTS,
                machine_detection="DetectMessageEnd",
            )
            return _sid(call.sid)

    async def end(self, provider_id: str) -> None:
        with _as_promised():
            call = self._calls(_sid(provider_id))
            try:
                await call.update_async(status="completed")
            except TwilioException as fault:
                if not faults.has_ended(fault):
                    raise

    async def look(self, provider_id: str) -> Progress | None:
        with _as_promised():
            try:
                call = await self._calls(_sid(provider_id)).fetch_async()
            except TwilioException as fault:
                if faults.is_unknown(fault):
                    return None
                raise
            told = {"CallSid": call.sid, "CallStatus": call.status, "AnsweredBy": call.answered_by}
            return webhooks.progress([(name, str(value)) for name, value in told.items() if value])

    async def text(self, to: str, body: str) -> str:
        with _as_promised():
            message = await self._messages.create_async(to=to, from_=self._number, body=body)
            return _sid(message.sid)

    async def close(self) -> None:
        await self._http.close()


@contextmanager
def _as_promised() -> Iterator[None]:
    """The port's errors. The SDK trips in many ways over an answer that is not of its format."""
    try:
        yield
    except RingfenceError:
        raise
    except TwilioException as fault:
        raise faults.told(fault) from None
    except Exception:
        raise faults.lost("gave an answer that can't be read") from None


def _sid(given: object) -> str:
    """An id goes into addresses as it is."""
    if not isinstance(given, str) or not _SID.fullmatch(given):
        raise ValueError("this is no SID")
    return given
