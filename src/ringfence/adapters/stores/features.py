"""Rows of features as the records hold them: 32-bit floats, and a list of names that many rows share."""

import hashlib
import json
from functools import cache
from math import isnan, nan
from struct import pack, unpack
from typing import Any

from sqlalchemy import Connection, RowMapping, select
from sqlalchemy.dialects.sqlite import insert

from ringfence.adapters.stores import tables as t
from ringfence.model.alert import FeatureRow

COLUMNS = ("features", "features_version", "leading")
"""The columns of an alert that hold its row."""

_NAMES_INSERT = insert(t.feature_lists).on_conflict_do_nothing(index_elements=["version"])


@cache
def version_of(names: tuple[str, ...]) -> str:
    """The same for the same names in the same order."""
    return hashlib.sha256(json.dumps(names).encode()).hexdigest()[:16]


def columns_of(row: FeatureRow | None) -> dict[str, Any]:
    if row is None:
        return dict.fromkeys(COLUMNS)
    values = [nan if value is None else value for value in row.values]
    return {
        "features": pack(f"<{len(values)}f", *values),
        "features_version": version_of(row.names),
        "leading": row.leading,
    }


def write_names(connection: Connection, names: tuple[str, ...]) -> None:
    connection.execute(_NAMES_INSERT, {"version": version_of(names), "names": list(names)})


def read_names(connection: Connection) -> dict[str, tuple[str, ...]]:
    """Every list of names that a row may go by."""
    return {row.version: tuple(row.names) for row in connection.execute(select(t.feature_lists))}


def row_of(columns: RowMapping, lists: dict[str, tuple[str, ...]]) -> FeatureRow | None:
    packed = columns["features"]
    if packed is None:
        return None
    values = unpack(f"<{len(packed) // 4}f", packed)
    return FeatureRow(
        names=lists[columns["features_version"]],
        values=tuple(None if isnan(value) else value for value in values),
        leading=columns["leading"],
    )
