"""Single calls and numbers: what a call would meet, a number's metrics, a SIP message's fields."""

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from ringfence.api.guard import Analyst, GuardedRoute, Viewer, server_of
from ringfence.api.views import asked_number, shown_probability
from ringfence.app.shown import rfc3339, shown_number
from ringfence.model.key import Role
from ringfence.signalling import Hints, cli_mismatch, judge

if TYPE_CHECKING:
    from ringfence_engine import Metrics

router = APIRouter(prefix="/api/v1", tags=["calls"], route_class=GuardedRoute)

Text = Annotated[str, Field(max_length=1024)]


class MetricsView(BaseModel):
    """Over the calls begun in the last `window_seconds`. The first eight names are those of older clients.

    ASR and NER in percent, ALOC in seconds. There is no standard of the overlap ratio; ours is the distinct
    A-numbers with a call in progress over the calls in progress, at the window's busiest instant.
    """

    b_number: str
    asr: float
    aloc: float
    overlap_ratio: float
    total_attempts: int
    answered_calls: int
    concurrent_callers: int
    window_seconds: float
    seizures: int
    answered: int
    ner: float
    calls_in_progress: int
    distinct_callers: int
    calls_per_second: float
    short_call_ratio: float


class AnalyzeRequest(BaseModel):
    """A call that is asked about. The last three are hints: what we measured ourselves goes before them."""

    call_id: Text = Field(min_length=1)
    a_number: Text = Field(min_length=1)
    b_number: Text = Field(min_length=1)
    cli: Text | None = None
    p_asserted_identity: Text | None = None
    trunk: Text | None = None
    distinct_a_count: int = Field(default=0, ge=0, le=1_000_000_000)
    call_rate: float = Field(default=0, ge=0, le=1e9, allow_inf_nan=False, description="Calls a second")
    short_call_ratio: float = Field(default=0, ge=0, le=1, description="Share of calls under 10 s")


class FeaturesView(BaseModel):
    asr: float
    aloc: float
    overlap_ratio: float
    cli_mismatch: int
    distinct_a_count: int
    call_rate: float
    short_call_ratio: float
    high_volume_flag: int


class AnalyzeView(BaseModel):
    call_id: str
    is_masking: bool
    masking_probability: float
    risk_level: str
    confidence: str
    method: str
    metrics: MetricsView
    features_used: FeaturesView
    timestamp: str


class ResetView(BaseModel):
    """`reset` says whether there was anything to forget."""

    b_number: str
    reset: bool


class SipRequest(BaseModel):
    raw_message: Annotated[str, Field(max_length=1 << 20)]
    source_ip: Annotated[str, Field(max_length=64)] = "0.0.0.0"  # noqa: S104


class SipView(BaseModel):
    success: bool
    call_id: str | None
    method: str | None
    cli: str | None
    p_asserted_identity: str | None
    from_uri: str | None
    to_uri: str | None
    has_cli_mismatch: bool
    error: str | None


@router.post("/analyze", response_model=AnalyzeView)
def analyze(request: Request, key: Analyst, call: AnalyzeRequest) -> dict[str, Any]:
    """Judges a call against what is known, and adds none."""
    server = server_of(request)
    now = server.clock()
    identity = call.p_asserted_identity or ""
    trunk = call.trunk or ""
    decision = server.engine.judge(call.a_number, call.b_number, trunk=trunk, now=now)
    metrics = server.engine.metrics(decision.b_number, now)
    judgement = judge(
        decision,
        metrics,
        Hints(call.distinct_a_count, call.call_rate, call.short_call_ratio),
        call.cli or call.a_number,
        identity,
        threshold=server.rules.book.policy_for(decision.b_number, decision.trunk).threshold,
        callers=server.settings.signalling.threshold,
        method=server.pipeline.method_of(decision.alert_id) or server.scoring.in_force.scorer.method,
    )
    return {
        "call_id": call.call_id,
        "is_masking": judgement.is_masking,
        "masking_probability": shown_probability(judgement.masking_probability),
        "risk_level": judgement.risk_level.value,
        "confidence": judgement.confidence.value,
        "method": judgement.method,
        "metrics": _metrics_view(metrics, decision.b_number, key.role),
        "features_used": {name: getattr(judgement.features_used, name) for name in FeaturesView.model_fields},
        "timestamp": rfc3339(now),
    }


@router.get("/metrics/{b_number}", response_model=MetricsView)
def get_metrics(request: Request, key: Viewer, b_number: str) -> dict[str, Any]:
    """A number without calls has zeros."""
    server = server_of(request)
    number = server.engine.normalise(asked_number(b_number))
    return _metrics_view(server.engine.metrics(number, server.clock()), number, key.role)


@router.delete("/metrics/{b_number}", response_model=ResetView)
def reset_metrics(request: Request, key: Analyst, b_number: str) -> dict[str, Any]:
    """Forgets the number's calls and its window."""
    server = server_of(request)
    number = server.engine.normalise(asked_number(b_number))
    return {"b_number": shown_number(number, key.role), "reset": server.pipeline.reset(number, key.name)}


@router.post("/sip/parse", response_model=SipView)
def parse_sip(key: Analyst, message: SipRequest) -> dict[str, Any]:
    """A message that cannot be read is 200 with its `error`."""
    from ringfence_engine import parse_sip as parse

    raw = message.raw_message.encode("utf-8", "surrogatepass")
    fields = parse(raw)
    cli, identity = fields["cli"], fields["p_asserted_identity"]
    return {
        "success": fields["error"] is None,
        "call_id": fields["call_id"],
        "method": fields["method"],
        "cli": cli,
        "p_asserted_identity": identity,
        "from_uri": fields["from_uri"],
        "to_uri": fields["to_uri"],
        "has_cli_mismatch": cli_mismatch(cli or "", identity or ""),
        "error": fields["error"],
    }


def _metrics_view(metrics: "Metrics", b_number: str, role: Role) -> dict[str, Any]:
    return {
        "b_number": shown_number(b_number, role),
        "asr": metrics.asr,
        "aloc": metrics.aloc,
        "overlap_ratio": metrics.overlap_ratio,
        "total_attempts": metrics.seizures,
        "answered_calls": metrics.answered,
        "concurrent_callers": metrics.calls_in_progress,
        "window_seconds": metrics.window_seconds,
        "seizures": metrics.seizures,
        "answered": metrics.answered,
        "ner": metrics.ner,
        "calls_in_progress": metrics.calls_in_progress,
        "distinct_callers": metrics.distinct_callers,
        "calls_per_second": metrics.calls_per_second,
        "short_call_ratio": metrics.short_call_ratio,
    }
