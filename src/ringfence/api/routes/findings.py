"""What was learnt: listed and looked at."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import Field

from ringfence.api.guard import GuardedRoute, Viewer, server_of
from ringfence.api.message_models import FindingPageView, FindingView
from ringfence.api.views import PageQuery
from ringfence.app.answer import finding_view
from ringfence.errors import BadInput, NotFound
from ringfence.model.finding import FindingKind
from ringfence.model.scam import ScamType
from ringfence.ports import FindingFilter

router = APIRouter(prefix="/api/v1/findings", tags=["findings"], route_class=GuardedRoute)


class FindingQuery(PageQuery):
    """Times are those at which it was found."""

    kind: FindingKind | None = None
    scam_type: str | None = Field(default=None, max_length=64, description="Older spellings are understood")


@router.get("", response_model=FindingPageView, response_model_exclude_unset=True)
def list_findings(request: Request, key: Viewer, query: Annotated[FindingQuery, Query()]) -> dict[str, Any]:
    """Newest first."""
    since, until = query.span()
    wanted = FindingFilter(kind=query.kind, scam_type=_type(query.scam_type), since=since, until=until)
    page = server_of(request).records.findings(wanted, query.limit, query.offset)
    return {
        "findings": [finding_view(finding, key.role) for finding in page.findings],
        "total": page.total,
        "limit": query.limit,
        "offset": query.offset,
        "next": query.next(len(page.findings), page.total),
    }


@router.get("/{finding_id}", response_model=FindingView, response_model_exclude_unset=True)
def get_finding(request: Request, key: Viewer, finding_id: str) -> dict[str, Any]:
    found = server_of(request).records.finding(finding_id)
    if found is None:
        raise NotFound(f"There is no finding {finding_id}", code="finding_unknown")
    return finding_view(found, key.role)


def _type(text: str | None) -> ScamType | None:
    if text is None:
        return None
    try:
        return ScamType.read(text)
    except ValueError:
        raise BadInput(f"{text} is no type of scam", code="scam_type_unknown") from None
