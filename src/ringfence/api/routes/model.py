"""Who scores origin clusters, and reading the model file again."""

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from ringfence_engine import FEATURES

from ringfence.api.guard import GuardedRoute, Supervisor, Viewer, server_of
from ringfence.app.build import Server
from ringfence.app.scoring import Scorer

router = APIRouter(prefix="/api/v1/model", tags=["model"], route_class=GuardedRoute)


class ShadowView(BaseModel):
    """Who scores beside, without acting, and how that compares with the live judge since the start."""

    method: str = Field(description="The model's version, or `scorecard`")
    source: str = Field(description="`signalling.shadow.model`, or the live one where that is not set")
    threshold: float = Field(description="Masking probability from which a call is a suspect by default")
    alerts: int = Field(description="Alerts that both have judged")
    agree: int = Field(description="Of those, taken for masking by both or by neither")
    live_alone: int = Field(description="Taken for masking by the live judge alone")
    shadow_alone: int = Field(description="By the shadow alone")
    calls_live_alone: int = Field(description="Calls that the live judge alone would have cut")
    calls_shadow_alone: int = Field(description="That the shadow alone would have cut")


class ModelStatusView(BaseModel):
    """Who scores new alerts; an open one keeps who it has. The first four names are those of older clients."""

    model_loaded: bool = Field(description="A trained model scores, not the scorecard")
    xgboost_available: bool = Field(
        description="Models can be evaluated: always, since the engine does it itself"
    )
    detection_method: str = Field(
        description="The model's version, `scorecard`, or `rule` where nobody scores"
    )
    threshold: float = Field(description="The default policy's masking probability")
    version: str | None = Field(description="The model's, null without one")
    source: str = Field(description="`signalling.model`, as it is set")
    features: list[str] = Field(description="What the model is told of each group of calls, in order")
    thresholds: list[Any] = Field(description="As the file has it: which threshold keeps which cost")
    metrics: dict[str, Any] = Field(description="As the file has it: how good the model is")
    shadow: ShadowView | None = Field(description="Null where no second model or threshold is set")


class ModelReloadView(ModelStatusView):
    """`reloaded` is false where there is no file to read."""

    reloaded: bool
    version_before: str | None


@router.get("/status", response_model=ModelStatusView)
def get_status(request: Request, key: Viewer) -> dict[str, Any]:
    return _status(server_of(request))


@router.post("/reload", response_model=ModelReloadView)
def reload_model(request: Request, key: Supervisor) -> dict[str, Any]:
    """Reads the configured files again. One that is refused is 422, and the models before go on."""
    server = server_of(request)
    before, reloaded = server.scoring.reload(key.name)
    model = before.scorer.model
    version_before = None if model is None else model.version
    return _status(server) | {"reloaded": reloaded, "version_before": version_before}


def _status(server: Server) -> dict[str, Any]:
    in_force = server.scoring.in_force
    scorer, said, model = in_force.scorer, in_force.said, in_force.scorer.model
    return {
        "model_loaded": model is not None,
        "xgboost_available": True,
        "detection_method": scorer.method,
        "threshold": server.rules.book.default.threshold,
        "version": None if model is None else model.version,
        "source": scorer.source,
        "features": list(FEATURES),
        "thresholds": said.thresholds,
        "metrics": said.metrics,
        "shadow": None if in_force.shadow is None else _shadow(server, in_force.shadow),
    }


def _shadow(server: Server, shadow: Scorer) -> dict[str, Any]:
    threshold, agreement = server.settings.signalling.shadow.threshold, server.pipeline.agreement
    return {
        "method": shadow.method,
        "source": shadow.source,
        "threshold": server.rules.book.default.threshold if threshold is None else threshold,
        "agree": agreement.alerts - agreement.live_alone - agreement.shadow_alone,
        **asdict(agreement),
    }
