"""Who places verification calls, under which numbers and addresses, and when a card holder may be called."""

import re
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from ringfence.model.call import QuietHours
from ringfence.settings.addresses import base_address
from ringfence.settings.section import Section


class TelephonyProvider(StrEnum):
    SIMULATOR = "simulator"
    TWILIO = "twilio"


_E164 = re.compile(r"\+[1-9]\d{6,14}")


def _e164(text: str) -> str:
    number = text.translate(str.maketrans("", "", " -.()"))
    if not _E164.fullmatch(number):
        raise ValueError("a number is written with its country code, as +14155550123")
    return number


def _public_url(text: str) -> str:
    return base_address(text, example="https://desk.example", sent="the provider calls back from outside")


def _api_url(text: str) -> str:
    return base_address(
        text, example="https://api.twilio.com", sent="numbers and the token go to other hosts"
    )


def _hours(text: str) -> str:
    QuietHours.read(text)
    return text.strip()


_SIMULATED_URL = "http://127.0.0.1:8000"
E164 = Annotated[str, AfterValidator(_e164)]


class TelephonySettings(Section):
    """Verification calls, by Twilio where its credentials are set, else simulated."""

    provider: TelephonyProvider | None = Field(
        default=None,
        description="`simulator` or `twilio`; not set: twilio where there are credentials, else the simulator",
    )
    account_sid: str | None = Field(
        default=None,
        pattern="^[0-9A-Za-z]{1,64}$",
        description="Twilio's account SID (`AC…`)",
        json_schema_extra={"env": "TWILIO_SID"},
    )
    auth_token: SecretStr | None = Field(
        default=None,
        min_length=1,
        max_length=200,
        description="The account's auth token; webhooks are signed with it, too",
        json_schema_extra={"env": "TWILIO_AUTH_TOKEN"},
    )
    number: E164 | None = Field(
        default=None,
        max_length=40,
        description="The number that calls and texts come from, with its country code",
        json_schema_extra={"env": "TWILIO_NUMBER"},
    )
    public_url: Annotated[str, AfterValidator(_public_url)] | None = Field(
        default=None,
        max_length=1024,
        description="Where the provider reaches this server, as it is seen from outside; webhooks are signed over "
        "it. `http` on loopback only",
        json_schema_extra={"env": "PUBLIC_URL"},
    )
    api_url: Annotated[str, AfterValidator(_api_url)] | None = Field(
        default=None,
        max_length=2048,
        description="Where requests to the provider are sent: a proxy, a regional edge, a stand-in; `http` on loopback "
        "only; not set: the provider's own address",
    )
    timeout_seconds: float = Field(
        default=10, gt=0, le=60, description="How long a request to the provider may take"
    )
    quiet_hours: Annotated[str, AfterValidator(_hours)] = Field(
        default="21:00-09:00",
        max_length=20,
        description="When nobody is called, in the card holder's zone; empty: never",
        json_schema_extra={"empty": True},
    )
    attempts_per_day: int = Field(
        default=3, ge=1, le=100, description="Calls about a transaction in a day of the card holder's zone"
    )
    minutes_apart: int = Field(
        default=30, ge=0, le=1_440, description="Minutes from one call about a transaction to the next"
    )
    transfer_number: E164 | None = Field(
        default=None,
        max_length=40,
        description="Who takes over where the dialogue can't go on; not set: it ends with a call-back",
    )
    sms_fallback: bool = Field(
        default=True,
        description="Send a text, without card, sum or merchant, where a call has reached nobody; one a day about a "
        "transaction",
    )
    recording: bool = Field(
        default=False,
        description="Record calls of card holders who agree to it; they are asked, and a call goes on without",
    )

    phone_four_eyes: bool = Field(
        default=False,
        description="Who changes a card holder's number only proposes it, and a second person approves",
    )

    @property
    def used(self) -> TelephonyProvider:
        """Half a set of credentials counts: what is missing is told, and nobody believes that calls are made."""
        credentials = self.account_sid is not None or self.auth_token is not None
        return self.provider or (TelephonyProvider.TWILIO if credentials else TelephonyProvider.SIMULATOR)

    @property
    def reached_at(self) -> str:
        """The address that webhooks are signed over. A simulator needs no way in from outside, only a name for it."""
        return self.public_url or _SIMULATED_URL

    @property
    def quiet(self) -> QuietHours | None:
        return QuietHours.read(self.quiet_hours)
