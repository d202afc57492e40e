"""A trained model that some features are kept from: it takes their values for missing, whatever they are."""

import json
from collections.abc import Collection
from typing import Any

_FAR = 3e38
"""No value of a feature lies beyond."""


def blinded(model: bytes, features: Collection[str]) -> bytes:
    """The same file, each of whose questions about one of these features has the answer it has for a missing value."""
    file = json.loads(model)
    hidden = {file["features"].index(feature) for feature in features}
    for tree in file["booster"]["learner"]["gradient_booster"]["model"]["trees"]:
        _blind(tree, hidden)
    file["version"] += "-blinded"
    return json.dumps(file, separators=(",", ":")).encode()


def _blind(tree: dict[str, Any], hidden: Collection[int]) -> None:
    """A value below the condition goes left."""
    for node, feature in enumerate(tree["split_indices"]):
        if feature in hidden and tree["left_children"][node] != -1:
            tree["split_conditions"][node] = _FAR if tree["default_left"][node] else -_FAR
