"""The model file: everything the engine, the drift report and a reader need, in one JSON object.

No date and no path stands in it, so that the same examples and seed give the same bytes.
"""

import json
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray
from ringfence_engine import FEATURES

from ringfence.lab.training.calibration import Calibration

FORMAT = "ringfence-masking-model"
_BINS = 10


@dataclass(frozen=True, slots=True)
class Scorer:
    """XGBoost's own JSON, or the linear part; one of them."""

    booster: bytes | None = None
    linear: dict[str, Any] | None = None

    def part(self) -> dict[str, Any]:
        return {"linear": self.linear} if self.booster is None else {"booster": json.loads(self.booster)}


def model_file(scorer: Scorer, calibration: Calibration, about: dict[str, Any]) -> tuple[str, bytes]:
    """The version and the file; `about` is what else is said of the model: data, settings, metrics, thresholds,
    distribution."""
    part = scorer.part()
    body = {
        "format": FORMAT,
        "format_version": 1,
        "features": list(FEATURES),
        "calibration": asdict(calibration),
        **about,
        **part,
    }
    digest = sha256(_bytes(body)).hexdigest()
    kind = "xgboost" if "booster" in part else "logistic"
    version = f"masking-{kind}-{digest[:12]}"
    return version, _bytes({"version": version, **body}) + b"\n"


def _bytes(body: dict[str, Any]) -> bytes:
    return json.dumps(body, separators=(",", ":"), allow_nan=False).encode()


def distribution(rows: NDArray[np.float32]) -> dict[str, Any]:
    """How each feature was spread where it was learnt, in bins of about equal share; a value that many rows have is
    a bin of its own. The first share is of rows that lack it. The drift report compares live rows with it."""
    spread = {}
    for name, column in zip(FEATURES, rows.T, strict=True):
        known = column[~np.isnan(column)]
        edges = _edges(known) if len(known) else known
        counts = np.bincount(np.searchsorted(edges, known, side="right"), minlength=len(edges) + 1)
        shares = [len(column) - len(known), *counts.tolist()]
        spread[name] = {
            "edges": [float(edge) for edge in edges],
            "shares": [round(count / max(1, len(column)), 6) for count in shares],
        }
    return spread


def _edges(known: NDArray[np.float32]) -> NDArray[np.float32]:
    steps = np.quantile(known, np.linspace(0, 1, _BINS + 1)[1:-1], method="nearest")
    values, counts = np.unique(known, return_counts=True)
    common = values[counts > len(known) / _BINS]
    return np.unique(np.concatenate([steps, common, np.nextafter(common, np.float32(np.inf))]))
