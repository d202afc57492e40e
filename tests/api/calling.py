"""A fraud desk whose calls go out by Twilio: a whole server, an account at a stand-in, and calls that it plays."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from tests.made_up import ASHA_ROW
from tests.stand_ins import twilio
from tests.stand_ins.provider import Provider, provider
from tests.stand_ins.twilio_calls import Form, PlayedCall, orders
from tests.stand_ins.twiml_rules import PUBLIC

from ringfence.model.key import Role

from .conftest import MakeSite, Site

MINUTE = 60_000_000_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
RAVI_ROW = ASHA_ROW | {
    "id": "TXN002",
    "client_name": "Ravi Iyer",
    "card_number": "5555555555554444",
    "client_phone": "+919820012345",
    "merchant_name": "Corner Shop",
}


class CallDesk:
    """`account` is what Twilio knows of the calls that were ordered."""

    def __init__(self, site: Site, one: Provider, public: str) -> None:
        self.site = site
        self.public = public
        self.account = twilio.Twilio()
        self.provider = one
        one.says(self.account)

    def brings(self, *rows: dict[str, Any]) -> None:
        answer = self.site.ask("POST", "/api/v1/transactions/import", Role.SUPERVISOR, json=list(rows))
        assert answer.json()["imported"] == len(rows)

    def posts(self, url: str, body: bytes, headers: dict[str, str]) -> httpx.Response:
        """As a proxy does that is reached at the public address."""
        return self.site.client.request("POST", url.removeprefix(self.public), content=body, headers=headers)

    def orders(self, transaction_id: str = "TXN001", role: Role = Role.ANALYST) -> httpx.Response:
        answer: httpx.Response = self.site.ask("POST", f"/call/{transaction_id}", role)
        return answer

    def calls(self, transaction_id: str = "TXN001", **how: Any) -> PlayedCall:
        """Orders a call, which Twilio then plays."""
        answer = self.orders(transaction_id)
        assert (answer.status_code, answer.json()["ok"]) == (200, True)
        return PlayedCall(self.posts, self.ordered[-1], [*self.account.calls][-1], self.public, **how)

    @property
    def ordered(self) -> list[Form]:
        """What CreateCall was sent, one form a call."""
        return orders(self.provider.seen)

    def status(self, transaction_id: str = "TXN001") -> str:
        rows = self.site.ask("GET", "/transactions").json()
        return next(str(row["action"]) for row in rows if row["id"] == transaction_id)

    def told(self, transaction_id: str = "TXN001", role: Role = Role.ANALYST) -> list[dict[str, Any]]:
        """A transaction's calls with their timelines."""
        answer = self.site.ask("GET", f"/api/v1/transactions/{transaction_id}/calls", role)
        calls: list[dict[str, Any]] = answer.json()["calls"]
        return calls

    def decided(self) -> list[tuple[str, int, str | None, str]]:
        """The one call's timeline in short: step, retry, what the answer was taken for, what followed from it."""
        (call,) = self.told()
        return [(one["step"], one["retry"], one["understood"], one["decision"]) for one in call["timeline"]]

    def findings(self, role: Role = Role.ANALYST) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.site.ask("GET", "/api/v1/findings", role).json()["findings"]
        return found

    def everything(self) -> list[str]:
        """All that a webhook could change."""
        paths = ("/transactions", "/api/v1/findings", "/api/v1/audit", "/api/v1/verifications")
        rows = self.site.ask("GET", "/transactions").json()
        calls = [f"/api/v1/transactions/{row['id']}/calls" for row in rows]
        return [self.site.ask("GET", path, Role.ADMIN).text for path in (*paths, *calls)]


@contextmanager
def call_desk(site_with: MakeSite, **variables: str) -> Iterator[CallDesk]:
    """With Asha Rao's payment. Keywords are variables of the environment."""
    with provider() as one:
        account = {
            "TWILIO_SID": twilio.SID,
            "TWILIO_AUTH_TOKEN": twilio.TOKEN,
            "TWILIO_NUMBER": twilio.NUMBER,
            "PUBLIC_URL": PUBLIC,
            "RINGFENCE_TELEPHONY__API_URL": one.url,
            "RINGFENCE_DEFAULT_REGION": "IN",
        }
        with site_with(**account | variables) as site:
            desk = CallDesk(site, one, (account | variables)["PUBLIC_URL"])
            desk.brings(ASHA_ROW)
            yield desk
            site.client.run(site.server.call_keeper.stop)
