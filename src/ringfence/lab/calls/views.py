"""Calls that were led, as JSON. Whoever led them heard every word, so nothing is masked but what never is kept."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ringfence.api.verification_views import with_timeline
from ringfence.app.answer import finding_view
from ringfence.lab.calls.desk import Led
from ringfence.model.finding import Finding
from ringfence.model.key import Role

if TYPE_CHECKING:
    from ringfence.lab.calls.demo import Shown


def led_view(led: Led) -> dict[str, Any]:
    call = with_timeline(led.call, led.timeline, Role.ANALYST)
    timeline = call.pop("timeline")
    return {"call": call, "outcome": led.outcome, "timeline": timeline}


def demo_view(shown: "Sequence[Shown]", findings: Sequence[Finding]) -> dict[str, Any]:
    calls = [
        {
            "transaction_id": one.customer.transaction_id,
            "client_name": one.customer.row["client_name"],
            "about": one.customer.about,
            "status": one.status,
            **led_view(one.led),
        }
        for one in shown
    ]
    return {"calls": calls, "findings": [finding_view(one, Role.ANALYST) for one in findings]}
