"""Alerts: listed, looked at, and judged by analysts."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from ringfence.api.guard import Analyst, GuardedRoute, Viewer, server_of
from ringfence.api.views import (
    ActionView,
    AlertDetailView,
    AlertView,
    PageQuery,
    action_view,
    alert_detail_view,
    alert_view,
    asked_number,
)
from ringfence.errors import NotFound
from ringfence.model.alert import AlertLabel, AlertStatus, AlertVerdict, Severity
from ringfence.ports import AlertFilter

router = APIRouter(prefix="/api/v1/alerts", tags=["alerts"], route_class=GuardedRoute)


class AlertPageView(BaseModel):
    """`total` counts what the filter takes; `next` is the offset of the next page, null on the last."""

    alerts: list[AlertView]
    total: int
    limit: int
    offset: int
    next: int | None


class ActionsView(BaseModel):
    actions: list[ActionView]


class AlertChange(BaseModel):
    """What an analyst says; a field that is left out stays as it is, `verdict` null takes it back."""

    model_config = ConfigDict(extra="forbid")

    status: AlertStatus | None = None
    verdict: AlertVerdict | None = None
    note: Annotated[str, Field(max_length=10_000)] | None = None


class AlertQuery(PageQuery):
    """Times are those at which the alerts opened."""

    b_number: str | None = Field(default=None, max_length=64)
    label: AlertLabel | None = None
    severity: Severity | None = None
    status: AlertStatus | None = None
    open: bool | None = None


@router.get("", response_model=AlertPageView)
def list_alerts(request: Request, key: Viewer, query: Annotated[AlertQuery, Query()]) -> dict[str, Any]:
    """Newest first."""
    server = server_of(request)
    since, until = query.span()
    wanted = AlertFilter(
        b_number=None if query.b_number is None else server.engine.normalise(asked_number(query.b_number)),
        label=query.label,
        severity=query.severity,
        status=query.status,
        since=since,
        until=until,
        open=query.open,
    )
    page = server.records.alerts(wanted, query.limit, query.offset)
    return {
        "alerts": [alert_view(alert, key.role) for alert in page.alerts],
        "total": page.total,
        "limit": query.limit,
        "offset": query.offset,
        "next": query.next(len(page.alerts), page.total),
    }


@router.get("/{alert_id}", response_model=AlertDetailView)
def get_alert(request: Request, key: Viewer, alert_id: str) -> dict[str, Any]:
    alert = server_of(request).records.alert(alert_id)
    if alert is None:
        raise NotFound(f"There is no alert {alert_id}", code="alert_unknown")
    return alert_detail_view(alert, key.role)


@router.get("/{alert_id}/actions", response_model=ActionsView)
def get_actions(request: Request, key: Viewer, alert_id: str) -> dict[str, Any]:
    """What was decided about its calls, and what became of it."""
    records = server_of(request).records
    if records.alert(alert_id) is None:
        raise NotFound(f"There is no alert {alert_id}", code="alert_unknown")
    return {
        "actions": [action_view(action, result, key.role) for action, result in records.actions(alert_id)]
    }


@router.patch("/{alert_id}", response_model=AlertDetailView)
def patch_alert(request: Request, key: Analyst, alert_id: str, change: AlertChange) -> dict[str, Any]:
    server = server_of(request)
    alert = server.records.annotate(
        alert_id,
        status=change.status,
        verdict=change.verdict,
        clear_verdict="verdict" in change.model_fields_set and change.verdict is None,
        note=change.note,
        who=key.name,
        at=server.clock(),
    )
    server.pipeline.annotated(alert)
    return alert_detail_view(alert, key.role)
