"""The site's rules: policies and number lists, audited and in force at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field

from ringfence.api.guard import GuardedRoute, Supervisor, Viewer, server_of
from ringfence.api.views import asked_number, bounded
from ringfence.app.shown import rfc3339, shown_number, shown_text
from ringfence.errors import BadInput
from ringfence.model.key import Role
from ringfence.model.policy import Decide, Deed, ListEntry, ListName, Policy, PolicyScope
from ringfence.settings import PolicySettings
from ringfence.signalling import Costs

router = APIRouter(prefix="/api/v1", tags=["site"], route_class=GuardedRoute)


class PolicyRequest(PolicySettings):
    """As in the settings file. What `GET` answered can be sent back; what only it tells is not read."""

    threshold_in_force: float | None = None
    cost_kept: bool | None = None
    origin: str = ""


class PoliciesRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    policies: list[PolicyRequest] = Field(max_length=10_000)


class PolicyView(BaseModel):
    """`threshold` is null where a cost is stated instead; `threshold_in_force` is what the model makes of it.

    `cost_kept` is false where the model in force lists no threshold for that cost, null where none is stated. `origin`
    is `settings` or `api`.
    """

    scope: PolicyScope
    match: str
    decide: Decide
    policy: Deed
    mode: str
    threshold: float | None
    false_cuts_per_million: float | None
    threshold_in_force: float
    cost_kept: bool | None
    sure_threshold: float
    disconnects_per_minute: int
    origin: str


class PoliciesView(BaseModel):
    """The most special decides: B-number, the longest B-prefix, trunk, default."""

    policies: list[PolicyView]


class ListEntryRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    list: ListName
    value: str = Field(min_length=1, max_length=64, description="Number, prefix (`+44800*`) or trunk")
    note: str = Field(default="", max_length=1000)
    source: str = Field(default="", max_length=200)
    expires_at: datetime | None = None


class ListEntryView(BaseModel):
    list: str
    value: str
    note: str
    source: str
    expires_at: str | None
    origin: str


class ListsView(BaseModel):
    entries: list[ListEntryView]


@router.get("/policies", response_model=PoliciesView)
def get_policies(request: Request, key: Viewer) -> dict[str, Any]:
    rules = server_of(request).rules
    told = rules.policies()
    return {"policies": [_policy_view(policy, rules.costs, fixed, key.role) for policy, fixed in told]}


@router.put("/policies", response_model=PoliciesView)
def put_policies(request: Request, key: Supervisor, wanted: PoliciesRequest) -> dict[str, Any]:
    """Replaces what was set here before. Policies of the settings file stay below those that are set here."""
    server = server_of(request)
    policies = [policy.policy_for(server.settings.signalling) for policy in wanted.policies]
    _refuse_unkept(policies, server.rules.costs)
    server.rules.replace_policies(policies, key.name, server.clock())
    return get_policies(request, key)


@router.get("/lists", response_model=ListsView)
def get_lists(request: Request, key: Viewer) -> dict[str, Any]:
    entries = server_of(request).rules.entries()
    return {"entries": [_entry_view(entry, fixed, key.role) for entry, fixed in entries]}


@router.post("/lists", response_model=ListEntryView, status_code=201)
def post_list_entry(request: Request, key: Supervisor, wanted: ListEntryRequest) -> dict[str, Any]:
    """Adds an entry, or changes the note, source and expiry of the one that is there."""
    server = server_of(request)
    expires = wanted.expires_at
    if expires is not None and expires.tzinfo is None:
        raise BadInput("expires_at needs a time zone: write 2026-01-15T12:00:00Z", code="time_invalid")
    entry = ListEntry(
        wanted.list,
        wanted.value,
        wanted.note,
        wanted.source or key.name,
        None if expires is None else bounded(int(expires.timestamp() * 1_000_000_000)),
    )
    return _entry_view(server.rules.put(entry, key.name, server.clock()), False, key.role)


@router.delete("/lists", status_code=204)
def delete_list_entry(
    request: Request,
    key: Supervisor,
    list_name: Annotated[ListName, Query(alias="list")],
    value: Annotated[str, Query(max_length=64)],
) -> None:
    server = server_of(request)
    server.rules.drop(list_name, asked_number(value), key.name, server.clock())


def _refuse_unkept(policies: Sequence[Policy], costs: Costs) -> None:
    """As any field that can't be taken: 422 that names it."""
    faults = [(place, costs.fault(policy)) for place, policy in enumerate(policies)]
    refused = [
        {"loc": ("body", "policies", place, "false_cuts_per_million"), "msg": fault, "type": "policy_cost"}
        for place, fault in faults
        if fault is not None
    ]
    if refused:
        raise RequestValidationError(refused)


def _policy_view(policy: Policy, costs: Costs, fixed: bool, role: Role) -> dict[str, Any]:
    cost = policy.false_cuts_per_million
    numbered = policy.scope is PolicyScope.B_NUMBER
    return {
        "scope": policy.scope,
        "match": shown_number(policy.match, role) if numbered else shown_text(policy.pattern, role),
        "decide": policy.decide,
        "policy": policy.deed,
        "mode": "live" if policy.live else "dry_run",
        "threshold": policy.threshold if cost is None else None,
        "false_cuts_per_million": cost,
        "threshold_in_force": policy.threshold,
        "cost_kept": None if cost is None else costs.threshold_for(cost) is not None,
        "sure_threshold": policy.sure_threshold,
        "disconnects_per_minute": policy.disconnects_per_minute,
        "origin": "settings" if fixed else "api",
    }


def _entry_view(entry: ListEntry, fixed: bool, role: Role) -> dict[str, Any]:
    return {
        "list": entry.list_name.value,
        "value": _shown_value(entry, role),
        "note": shown_text(entry.note, role),
        "source": entry.source,
        "expires_at": None if entry.expires_at is None else rfc3339(entry.expires_at),
        "origin": "settings" if fixed else "api",
    }


def _shown_value(entry: ListEntry, role: Role) -> str:
    if entry.list_name is ListName.ALLOW_TRUNK:
        return entry.value
    # A short prefix is nobody's number; a long one is as good as the number.
    return (shown_text if entry.value.endswith("*") else shown_number)(entry.value, role)
