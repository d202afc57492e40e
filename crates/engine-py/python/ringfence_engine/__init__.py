"""The compiled core of Ringfence: call signalling in, masking alerts out."""

from ringfence_engine._engine import (
    FEATURES,
    AlertCall,
    AlertChange,
    Batch,
    Cluster,
    Decision,
    Engine,
    EventBatch,
    Example,
    ListHit,
    Metrics,
    Model,
    Replay,
    SipSummary,
    parse_sip,
    read_all_plans,
)

__all__ = [
    "FEATURES",
    "AlertCall",
    "AlertChange",
    "Batch",
    "Cluster",
    "Decision",
    "Engine",
    "EventBatch",
    "Example",
    "ListHit",
    "Metrics",
    "Model",
    "Replay",
    "SipSummary",
    "parse_sip",
    "read_all_plans",
]
