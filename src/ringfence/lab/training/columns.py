"""What is known beforehand of each feature: in which direction it must count, and with which others it goes missing."""

from ringfence_engine import FEATURES

DIRECTIONS: dict[str, int] = {
    "cli_mismatch": 1,
    "b_answered_share": -1,
    "b_calls_before": -1,
    "b_usual_callers": -1,
    "b_bursts": -1,
    "b_times_usual": 1,
    "strange_endpoint": 1,
    "trunk_surprise": 1,
    "trunk_rarity": 1,
    "sequential": 1,
    "in_a_row": 1,
    "impossible_excess": 1,
    "new_callers_excess": 1,
    "elsewhere_excess": 1,
    "national_excess": 1,
    "attested": -1,
    "attested_excess": -1,
    "unattested_excess": 1,
    "answered": -1,
    "given_up_at_once": 1,
    "endpoint_surprise": 1,
    "new_callers_surprise": 1,
    "elsewhere_surprise": 1,
    "national_surprise": 1,
    "unattested_surprise": 1,
    "impossible_surprise": 1,
    "range_oddness": 1,
    "range_surprise": 1,
    "b_calls_per_hour": -1,
    "b_calls_out": 1,
    "made_up_odds": 1,
    "unfamiliar_odds": 1,
    "same_range_surprise": 1,
    "range_rarity": 1,
    "range_rarity_sum": 1,
}
"""1: more of it never lowers the probability. -1: never raises it. The others may go either way."""

GROUPS: dict[str, tuple[str, ...]] = {
    "endpoint": (
        "shared_source",
        "shared_sdp_origin",
        "shared_agent",
        "sources_per_caller",
        "origins_per_caller",
        "strange_endpoint",
        "endpoint_surprise",
    ),
    "trunk": (
        "shared_trunk",
        "trunks_per_caller",
        "trunk_usual_share",
        "trunk_surprise",
        "trunk_rarity",
        "range_oddness",
        "range_surprise",
    ),
    "attestation": ("attested", "attested_excess", "unattested", "unattested_excess", "unattested_surprise"),
    "identity": ("cli_mismatch", "shared_identity"),
    "numbers": (
        "sequential",
        "in_a_row",
        "neighbours",
        "neighbour_span",
        "impossible",
        "impossible_excess",
        "impossible_surprise",
        "withheld_excess",
        "national_excess",
        "national_surprise",
        "same_range",
        "same_range_surprise",
        "range_rarity",
        "range_rarity_sum",
    ),
    "acquaintance": (
        "new_callers",
        "new_callers_excess",
        "new_callers_surprise",
        "elsewhere_excess",
        "elsewhere_surprise",
        "made_up_odds",
        "unfamiliar_odds",
    ),
    "called number": (
        "asr",
        "aloc",
        "overlap_ratio",
        "call_rate",
        "short_call_ratio",
        "b_answered_share",
        "b_calls_before",
        "b_usual_callers",
        "b_bursts",
        "b_times_usual",
        "b_calls_per_hour",
        "b_calls_out",
    ),
    "outcome": ("answered", "given_up_at_once", "short_talks", "decided"),
    "rhythm": ("callers_per_second", "gap_deviation", "calls_per_caller"),
}
"""Features that are known together or not at all, since one fact of the traffic stands behind them."""


def places(group: str) -> list[int]:
    """Columns of a group."""
    return [FEATURES.index(name) for name in GROUPS[group]]


def directions() -> tuple[int, ...]:
    """One per column."""
    return tuple(DIRECTIONS.get(name, 0) for name in FEATURES)
