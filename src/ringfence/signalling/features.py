"""The row of features of an origin cluster, as the records keep it."""

from math import isfinite
from typing import TYPE_CHECKING

from ringfence_engine import FEATURES

from ringfence.model.alert import FeatureRow

if TYPE_CHECKING:
    from ringfence_engine import Cluster

_START = "base"
"""What a score starts from is no fact of the calls."""


def feature_row(cluster: "Cluster") -> FeatureRow:
    return FeatureRow(
        names=FEATURES,
        values=tuple([value if isfinite(value) else None for value in cluster.row]),
        leading=next((fact for fact, points in cluster.points if points > 0 and fact != _START), ""),
    )
