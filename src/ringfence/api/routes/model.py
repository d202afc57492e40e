"""Who scores origin clusters, and reading the model file again."""

from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from ringfence_engine import FEATURES

from ringfence.api.guard import GuardedRoute, Supervisor, Viewer, server_of
from ringfence.app.build import Server

router = APIRouter(prefix="/api/v1/model", tags=["model"], route_class=GuardedRoute)


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


class ModelReloadView(ModelStatusView):
    """`reloaded` is false where there is no file to read."""

    reloaded: bool
    version_before: str | None


@router.get("/status", response_model=ModelStatusView)
def get_status(request: Request, key: Viewer) -> dict[str, Any]:
    return _status(server_of(request))


@router.post("/reload", response_model=ModelReloadView)
def reload_model(request: Request, key: Supervisor) -> dict[str, Any]:
    """Reads the configured file again. One that is refused is 422, and the model before goes on."""
    server = server_of(request)
    before, read = server.scoring.reload(key.name)
    version_before = None if before.model is None else before.model.version
    return _status(server) | {"reloaded": read is not None, "version_before": version_before}


def _status(server: Server) -> dict[str, Any]:
    scorer, said = server.scoring.in_force
    model = scorer.model
    default = next(iter(server.rules.book))
    return {
        "model_loaded": model is not None,
        "xgboost_available": True,
        "detection_method": scorer.method,
        "threshold": default.threshold,
        "version": None if model is None else model.version,
        "source": scorer.source,
        "features": list(FEATURES),
        "thresholds": said.thresholds,
        "metrics": said.metrics,
    }
