"""What tests of several folders use."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ringfence_engine import FEATURES

from ringfence.content.analysis import packaged

WriteModel = Callable[..., Path]


@pytest.fixture
def messages_model(tmp_path: Path) -> Path:
    """The packaged model of messages in a file of its own, as the setting names one."""
    path = tmp_path / "messages.json.gz"
    path.write_bytes(packaged())
    return path


@pytest.fixture
def write_model(tmp_path: Path) -> WriteModel:
    """Writes a linear model that knows the features of `weights` alone; keywords are further members of its file."""

    def write(
        weights: dict[str, float] | None = None,
        *,
        intercept: float = -4.0,
        version: str = "masking-test-1",
        name: str = "model.json",
        **members: Any,
    ) -> Path:
        known = weights or {"sequential": 8.0}
        nothing = [0.0] * len(FEATURES)
        linear = {
            "intercept": intercept,
            "weights": [known.get(feature, 0.0) for feature in FEATURES],
            "fill": nothing,
            "center": nothing,
            "scale": [1.0] * len(FEATURES),
        }
        file = {
            "format": "ringfence-masking-model",
            "format_version": 1,
            "version": version,
            "features": list(FEATURES),
            "calibration": {"slope": 1.0, "intercept": 0.0},
            "linear": linear,
        }
        path = tmp_path / name
        path.write_text(json.dumps(file | members))
        return path

    return write
