"""The audit trail: who changed what, when, and how. Append-only; nothing here writes."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from ringfence.api.guard import GuardedRoute, Supervisor, server_of
from ringfence.api.views import PageQuery
from ringfence.app.shown import rfc3339
from ringfence.model.audit import AuditEntry, ChangeKind
from ringfence.ports import AuditFilter

router = APIRouter(prefix="/api/v1/audit", tags=["audit"], route_class=GuardedRoute)


class AuditView(BaseModel):
    """`who` is a key's name; `before` and `after` are null where there was nothing."""

    at: str
    who: str
    what: ChangeKind
    target: str
    before: Any = Field(description="What it was: an object, or the list of policies")
    after: Any = Field(description="What it became")


class AuditPageView(BaseModel):
    """`total` counts what the filter takes; `next` is the offset of the next page, null on the last."""

    entries: list[AuditView]
    total: int
    limit: int
    offset: int
    next: int | None


class AuditQuery(PageQuery):
    """Times are those of the changes."""

    who: str | None = Field(default=None, max_length=100, description="The whole name")
    what: ChangeKind | None = None
    target: str | None = Field(default=None, max_length=200, description="A part of it, such as a number")


@router.get("", response_model=AuditPageView)
def list_changes(request: Request, key: Supervisor, query: Annotated[AuditQuery, Query()]) -> dict[str, Any]:
    """Newest first."""
    since, until = query.span()
    wanted = AuditFilter(who=query.who, what=query.what, target=query.target, since=since, until=until)
    page = server_of(request).records.audit(wanted, query.limit, query.offset)
    return {
        "entries": [_view(entry) for entry in page.entries],
        "total": page.total,
        "limit": query.limit,
        "offset": query.offset,
        "next": query.next(len(page.entries), page.total),
    }


def _view(entry: AuditEntry) -> dict[str, Any]:
    return {
        "at": rfc3339(entry.at),
        "who": entry.who,
        "what": entry.what,
        "target": entry.target,
        "before": _value(entry.before),
        "after": _value(entry.after),
    }


def _value(text: str) -> Any:
    """As recorded, but for instants, which stand as in every answer."""
    value = json.loads(text) if text else None
    if isinstance(value, dict) and isinstance(value.get("expires_at"), int):
        value["expires_at"] = rfc3339(value["expires_at"])
    return value
