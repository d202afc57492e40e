"""How what is asked is read, and the alert as every route shows it."""

import math
from datetime import datetime
from struct import pack, unpack
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from ringfence.app.shown import NUMBER_IN_TEXT, rfc3339, shown_number, shown_text
from ringfence.errors import BadInput
from ringfence.model.action import Action, ActionResult
from ringfence.model.alert import Alert, AlertShadow
from ringfence.model.key import Role
from ringfence.signalling import describe, opening_call, recommended_action

_SECOND = 1_000_000_000
_TOLD_BY = 7
"""Last digits by which a number is known again, with its country code or without."""


def bounded(instant: int) -> int:
    """The nearest instant that 64 bits hold: the years 1677 to 2262."""
    return min(max(instant, -(2**63)), 2**63 - 1)


def instant_of(name: str, text: str) -> int:
    """RFC 3339 with its zone, or a number since 1970, whose unit is known by its size.

    Raises BadInput that says `name`, the field it is for.
    """
    try:
        number = int(text) if text.isascii() and text.isdigit() else float(text)
        return bounded(round(number * _unit_of(number)))
    except (ValueError, OverflowError):
        pass
    try:
        # In a query string an unescaped `+01:00` arrives with a space.
        moment = datetime.fromisoformat(text.strip().replace(" ", "+" if "T" in text else "T"))
        if moment.tzinfo is not None:
            return bounded(
                int(moment.replace(microsecond=0).timestamp()) * _SECOND + moment.microsecond * 1000
            )
    except (ValueError, OverflowError):
        pass
    raise BadInput(
        f"{name} is no time: write 2026-01-15T12:00:00Z, or seconds since 1970", code="time_invalid"
    )


def _unit_of(number: float) -> int:
    """Nanoseconds in it: seconds, milli-, micro- and nanoseconds are told apart as in events."""
    for bound, unit in ((1e12, _SECOND), (1e15, 1_000_000), (1e18, 1_000)):
        if abs(number) < bound:
            return unit
    return 1


def asked_number(text: str) -> str:
    """A number from a path or a query, where an unescaped `+` arrives as a space."""
    return "+" + text[1:].strip() if text[:1] == " " and text[1:2].isdigit() else text.strip()


def shown_call_id(call_id: str, role: Role, *numbers: str) -> str:
    """Whole, but that viewers don't see the call's own `numbers`, which some switches write into it."""
    if role is not Role.VIEWER:
        return call_id
    ends = [number[-_TOLD_BY:] for number in numbers if len(number) >= _TOLD_BY]
    return NUMBER_IN_TEXT.sub(
        lambda found: (
            shown_number(found.group(), role) if any(end in found.group() for end in ends) else found.group()
        ),
        call_id,
    )


def shown_probability(probability: float) -> float:
    """Four decimals, rounded down: what is under a threshold is never shown to reach it."""
    return math.floor(probability * 10_000) / 10_000


class PlaceQuery(BaseModel):
    """Which page of a list."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(default=50, ge=1, le=500)
    offset: int = Field(default=0, ge=0, le=1_000_000_000_000)

    def next(self, shown: int, total: int) -> int | None:
        """The offset of the next page, None where `shown` were the last."""
        after = self.offset + shown
        return after if shown and after < total else None


class PageQuery(PlaceQuery):
    """A page of what happened from `since` to before `until`."""

    since: str | None = Field(default=None, max_length=64, description="RFC 3339, or seconds since 1970")
    until: str | None = Field(default=None, max_length=64, description="RFC 3339, or seconds since 1970")

    def span(self) -> tuple[int | None, int | None]:
        """`since` and `until` as instants. Raises BadInput."""
        return (
            None if self.since is None else instant_of("since", self.since),
            None if self.until is None else instant_of("until", self.until),
        )


class AlertShadowView(BaseModel):
    """An alert as a second model or threshold judges it; nothing follows from it."""

    method: str
    label: str
    masking_probability: float
    suspect_call_ids: list[str]


class AlertView(BaseModel):
    """An alert; the last seven names are those of older clients. `shadow` is null where none judged it."""

    alert_id: str
    b_number: str
    label: str
    severity: str
    opened_at: str
    last_seen_at: str
    closed_at: str | None
    distinct_callers: int
    a_numbers: list[str]
    more_a_numbers: int
    call_ids: list[str]
    more_calls: int
    suspect_call_ids: list[str]
    trunks: list[str]
    masking_probability: float
    method: str
    reasons: list[str]
    action: str
    status: str
    verdict: str | None
    note: str
    shadow: AlertShadowView | None
    risk_level: str
    call_id: str | None
    distinct_caller_count: int
    created_at: str
    description: str
    recommended_action: str


class AlertDetailView(AlertView):
    """`features`: the most suspect group of calls as the score was given it; null where a fact was missing.

    Null as a whole where no group was scored, and for viewers.
    """

    features: dict[str, float | None] | None


def alert_detail_view(alert: Alert, role: Role) -> dict[str, Any]:
    row = None if role is Role.VIEWER else alert.features
    shown = row and {
        name: None if value is None else shown_float32(value)
        for name, value in zip(row.names, row.values, strict=True)
    }
    return alert_view(alert, role) | {"features": shown}


def shown_float32(value: float) -> float:
    """In the fewest digits that tell it from every other 32-bit float: 0.3, not 0.30000001192092896."""
    for digits in (6, 7, 8):
        shown = float(f"{value:.{digits}g}")
        if unpack("<f", pack("<f", shown))[0] == value:
            return shown
    return float(f"{value:.9g}")


def alert_view(alert: Alert, role: Role) -> dict[str, Any]:
    """The fields of AlertView, as the caller's role may see them."""
    opening = opening_call(alert)
    shown_ids = {
        call.call_id: shown_call_id(call.call_id, role, call.a_number, alert.b_number) for call in alert.calls
    }
    return {
        "alert_id": alert.alert_id,
        "b_number": shown_number(alert.b_number, role),
        "label": alert.label.value,
        "severity": alert.severity.value,
        "opened_at": rfc3339(alert.opened_at),
        "last_seen_at": rfc3339(alert.last_seen_at),
        "closed_at": None if alert.closed_at is None else rfc3339(alert.closed_at),
        "distinct_callers": alert.distinct_callers,
        "a_numbers": [shown_number(number, role) for number in alert.a_numbers],
        "more_a_numbers": alert.more_a_numbers,
        "call_ids": list(shown_ids.values()),
        "more_calls": alert.more_calls,
        "suspect_call_ids": [shown_ids[call.call_id] for call in alert.calls if call.suspect],
        "trunks": list(alert.trunks),
        "masking_probability": shown_probability(alert.masking_probability),
        "method": alert.method,
        "reasons": [shown_text(reason, role) for reason in alert.reasons],
        "action": alert.action,
        "status": alert.status.value,
        "verdict": None if alert.verdict is None else alert.verdict.value,
        "note": shown_text(alert.note, role),
        "shadow": alert.shadow and _shadow_view(alert, alert.shadow, shown_ids),
        "risk_level": alert.risk_level.value,
        "call_id": None if opening is None else shown_ids[opening.call_id],
        "distinct_caller_count": alert.distinct_callers,
        "created_at": rfc3339(alert.opened_at),
        "description": shown_text(describe(alert), role),
        "recommended_action": recommended_action(alert),
    }


def _shadow_view(alert: Alert, shadow: AlertShadow, shown_ids: dict[str, str]) -> dict[str, Any]:
    suspects = (call for call in alert.calls if call.shadow is not None and call.shadow.suspect)
    return {
        "method": shadow.method,
        "label": shadow.label.value,
        "masking_probability": shown_probability(shadow.probability),
        "suspect_call_ids": [shown_ids[call.call_id] for call in suspects],
    }


class ActionView(BaseModel):
    """An action and its result as one object; the result's fields are null until there is one."""

    action_id: str
    alert_id: str
    kind: str
    call_id: str | None
    a_number: str | None
    b_number: str
    decided_at: str
    mode: str | None
    outcome: str | None
    detail: str | None
    finished_at: str | None


def action_view(action: Action, result: ActionResult | None, role: Role) -> dict[str, Any]:
    return {
        "action_id": action.action_id,
        "alert_id": action.alert_id,
        "kind": action.kind.value,
        "call_id": None
        if action.call_id is None
        else shown_call_id(action.call_id, role, action.a_number or "", action.b_number),
        "a_number": None if action.a_number is None else shown_number(action.a_number, role),
        "b_number": shown_number(action.b_number, role),
        "decided_at": rfc3339(action.decided_at),
        "mode": None if result is None else result.mode.value,
        "outcome": None if result is None else result.outcome.value,
        "detail": None if result is None else result.detail,
        "finished_at": None if result is None else rfc3339(result.finished_at),
    }
