"""The classifier's file: small, one that can be looked into, and refused where it is not what this code reads.

Zipped JSON. Weights are bytes from -127 to 127 in base64, times the scale that stands beside them.
"""

import gzip
import json
from array import array
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import Any

from ringfence.content.linear import Linear, Vocabulary
from ringfence.errors import BadInput

FORMAT = 2
LARGEST = 32 << 20
"""Bytes of a file when unzipped."""


@dataclass(frozen=True, slots=True)
class ModelFile:
    """`scam` tells scams from all else, `promo` advertising from what is honest otherwise; `types` has one class for
    each type of scam, over the vocabulary's typed features. `slope` and `intercept` make a probability of the margin of
    `scam`. `about` is what else the file says of itself."""

    version: str
    vocabulary: Vocabulary
    scam: Linear
    promo: Linear
    types: dict[str, Linear]
    slope: float
    intercept: float
    about: dict[str, Any]


def write(model: ModelFile) -> bytes:
    """The same bytes for the same model; its version is made from them."""
    told = {
        "format": FORMAT,
        "vocabulary": _vocabulary_told(model.vocabulary),
        "scam": _linear_told(model.scam),
        "promo": _linear_told(model.promo),
        "types": {name: _linear_told(linear) for name, linear in sorted(model.types.items())},
        "calibration": {"slope": model.slope, "intercept": model.intercept},
        "about": model.about,
    }
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    named = {"version": f"content-linear-{sha256(text.encode()).hexdigest()[:12]}", **told}
    return gzip.compress(json.dumps(named, ensure_ascii=False, separators=(",", ":")).encode(), 9, mtime=0)


def read(data: bytes) -> ModelFile:
    """Raises `BadInput` where the file is not one, or one of another release."""
    try:
        told = json.loads(_unzipped(data))
        if not isinstance(told, dict) or told.get("format") != FORMAT:
            raise BadInput(f"the model of messages is not of format {FORMAT}: take the one of this release")
        return _model(told)
    except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInput(f"the model of messages cannot be read: {error}") from error


def _model(told: dict[str, Any]) -> ModelFile:
    vocabulary = _vocabulary(told["vocabulary"])
    count = len(vocabulary.index)
    return ModelFile(
        str(told["version"]),
        vocabulary,
        _linear(told["scam"], count),
        _linear(told["promo"], count),
        {name: _linear(linear, vocabulary.typed) for name, linear in told["types"].items()},
        float(told["calibration"]["slope"]),
        float(told["calibration"]["intercept"]),
        told["about"],
    )


def _unzipped(data: bytes) -> bytes:
    with gzip.GzipFile(fileobj=BytesIO(data)) as file:
        text = file.read(LARGEST + 1)
    if len(text) > LARGEST:
        raise BadInput(f"the model of messages is larger than {LARGEST} bytes")
    return text


def _vocabulary_told(vocabulary: Vocabulary) -> dict[str, Any]:
    features = "\n".join(vocabulary.index)
    return {
        "features": features,
        "idf": _bytes_told(vocabulary.idf),
        "damping": vocabulary.damping,
        "typed": vocabulary.typed,
    }


def _vocabulary(told: dict[str, Any]) -> Vocabulary:
    names = told["features"].split("\n")
    index = dict(zip(names, range(len(names)), strict=True))
    unit = float(told["idf"]["scale"])
    idf = _bytes_read(told["idf"], len(names))
    return Vocabulary(index, idf, float(told["damping"]) / unit**2, int(told["typed"]))


def _linear_told(linear: Linear) -> dict[str, Any]:
    told = _bytes_told([linear.scale * weight for weight in linear.weights])
    return {"bias": linear.bias, "weights": told}


def _linear(told: dict[str, Any], count: int) -> Linear:
    weights = _bytes_read(told["weights"], count)
    return Linear(float(told["bias"]), weights, float(told["weights"]["scale"]))


def _bytes_told(values: Sequence[float]) -> dict[str, Any]:
    scale = max(map(abs, values), default=0.0) / 127 or 1.0
    return {
        "scale": scale,
        "bytes": b64encode(array("b", [round(v / scale) for v in values]).tobytes()).decode(),
    }


def _bytes_read(told: dict[str, Any], count: int) -> Sequence[int]:
    """In units of the scale beside them."""
    values = array("b")
    values.frombytes(b64decode(told["bytes"], validate=True))
    if len(values) != count:
        raise BadInput("the model of messages has not one weight for each feature")
    return values
