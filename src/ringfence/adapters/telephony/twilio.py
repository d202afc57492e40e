"""The port `Telephony`, filled by Twilio's own SDK; its client is imported when it is used and not before."""

import asyncio
import threading
from typing import TYPE_CHECKING

from ringfence.adapters.telephony import twiml, webhooks
from ringfence.errors import BadInput
from ringfence.model.verification import CallOrder, Progress
from ringfence.ports import Form
from ringfence.settings.telephony import TelephonySettings

if TYPE_CHECKING:
    from ringfence.adapters.telephony.rest import Rest

_LONGEST_TEXT = 1_600


class Twilio:
    """Raises BadInput where the settings lack something."""

    heard = staticmethod(webhooks.heard)
    progress = staticmethod(webhooks.progress)
    spoken = staticmethod(twiml.spoken)

    def __init__(self, settings: TelephonySettings) -> None:
        sid, token, number = settings.account_sid, settings.auth_token, settings.number
        if sid is None or token is None or number is None or settings.public_url is None:
            raise _missing(settings)
        self._account_sid, self._token, self._number = sid, token.get_secret_value(), number
        self._api_url, self._seconds = settings.api_url, settings.timeout_seconds
        self._rest: Rest | None = None
        self._opening = threading.Lock()

    def open(self) -> None:
        self._opened()

    async def place(self, order: CallOrder) -> str:
        return await (await self._ready()).place(order)

    async def end(self, provider_id: str) -> None:
        await (await self._ready()).end(provider_id)

    async def look(self, provider_id: str) -> Progress | None:
        return await (await self._ready()).look(provider_id)

    async def text(self, to: str, body: str) -> str:
        if len(body) > _LONGEST_TEXT:
            raise BadInput(
                f"A text of {len(body):,} characters is too long: {_LONGEST_TEXT:,} is the most.",
                code="text_too_long",
            )
        return await (await self._ready()).text(to, body)

    async def close(self) -> None:
        if self._rest is not None:
            await self._rest.close()

    def signed(self, url: str, form: Form, signature: str) -> bool:
        return webhooks.signed(self._token, url, form, signature)

    async def _ready(self) -> "Rest":
        rest = self._rest
        if rest is None:
            rest = await asyncio.to_thread(self._opened)
        return rest

    def _opened(self) -> "Rest":
        with self._opening:
            if self._rest is None:
                from ringfence.adapters.telephony.http import Http
                from ringfence.adapters.telephony.rest import Rest

                http = Http(self._api_url, self._seconds)
                self._rest = Rest(self._account_sid, self._token, self._number, http)
            return self._rest


def _missing(settings: TelephonySettings) -> BadInput:
    needed = {
        "TWILIO_SID": settings.account_sid,
        "TWILIO_AUTH_TOKEN": settings.auth_token,
        "TWILIO_NUMBER": settings.number,
        "PUBLIC_URL": settings.public_url,
    }
    names = " and ".join(name for name, value in needed.items() if value is None)
    return BadInput(
        f"Calls by Twilio need {names} as well; or set RINGFENCE_TELEPHONY__PROVIDER=simulator.",
        code="settings_invalid",
    )
