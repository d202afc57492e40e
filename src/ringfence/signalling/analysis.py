"""What is to be said of one call that a client asks about (`POST /api/v1/analyze`), without adding it.

Where the called number's window holds the threshold, the engine has scored the cluster that the call falls
into, and that score is the answer. Else a rule of four facts, each from our own measurement where the number
has calls and from the client's hints where it has none:

    0.35 · distinct A-numbers / (2 · threshold)     many callers
    0.25 · share of calls under 10 s                short calls
    0.25 · calls per second / 2                     a fast rotation
    0.15   where CLI and P-Asserted-Identity differ

each share at most 1. Where the engine keeps no features there are no scores, and the rule of facts is all
there is. Under the threshold of distinct A-numbers the sum is scaled by
0.69 · (n - 1) / threshold, so that a single caller scores 0 and fewer callers than the threshold are never
called masking.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from ringfence.model.alert import RiskLevel
from ringfence.signalling.judgement import RULE, SCORECARD
from ringfence.signalling.risk import risk_level

if TYPE_CHECKING:
    from ringfence_engine import Decision, Metrics

HIGH_VOLUME = 10
"""From this many callers in one window on, `high_volume_flag` is 1."""
_MANY_SEIZURES = 20
_UNDER_THRESHOLD = 0.69
_SIGNIFICANT_DIGITS = 8
_WITHHELD = frozenset({"anonymous", "restricted", "unavailable", "unknown", "withheld", "private"})


class Confidence(StrEnum):
    LOW = "LOW"
    """Nothing but the client's hints."""
    MEDIUM = "MEDIUM"
    """Measured, on few calls."""
    HIGH = "HIGH"
    """A scored window, or 20 measured calls and more."""


@dataclass(frozen=True, slots=True)
class Hints:
    """What the client knows of the called number; 0 is "nothing". `call_rate` in calls per second."""

    distinct_a_count: int = 0
    call_rate: float = 0.0
    short_call_ratio: float = 0.0


@dataclass(frozen=True, slots=True)
class Features:
    """The eight first features, in the older systems' names and order; flags are 0 or 1."""

    asr: float
    aloc: float
    overlap_ratio: float
    cli_mismatch: int
    distinct_a_count: int
    call_rate: float
    short_call_ratio: float
    high_volume_flag: int


@dataclass(frozen=True, slots=True)
class CallJudgement:
    """The answer but for its frame. `is_masking` is false for a call that an allow list exempts."""

    is_masking: bool
    masking_probability: float
    risk_level: RiskLevel
    confidence: Confidence
    method: str
    features_used: Features


def judge(
    decision: "Decision",
    metrics: "Metrics",
    hints: Hints = Hints(),
    cli: str = "",
    p_asserted_identity: str = "",
    *,
    threshold: float = 0.7,
    callers: int = 5,
    method: str = SCORECARD,
) -> CallJudgement:
    """Judges a call. `threshold` is the policy's probability, `callers` the window's N.

    `method` is who scores origin clusters; by RULE nobody does.
    """
    scores = method != RULE
    mismatch = cli_mismatch(cli, p_asserted_identity)
    features = _features(decision, metrics, hints, mismatch=mismatch, rate_known=scores)
    scored = scores and (decision.member or decision.score > 0 or decision.distinct_callers >= callers)
    probability = decision.score if scored else _by_facts(features, callers)
    # A cluster that stands suspect stays so though its probability has fallen a little.
    level = max(probability, decision.level) if scored else probability
    return CallJudgement(
        is_masking=level >= threshold and not decision.allowed,
        masking_probability=probability,
        risk_level=risk_level(probability),
        confidence=_confidence(metrics, scored=scored),
        method=method,
        features_used=features,
    )


def _features(
    decision: "Decision", metrics: "Metrics", hints: Hints, *, mismatch: bool, rate_known: bool
) -> Features:
    measured = metrics.seizures > 0 or decision.distinct_callers > 0
    ended = metrics.seizures > metrics.calls_in_progress
    distinct = decision.distinct_callers if measured else max(0, hints.distinct_a_count)
    return Features(
        asr=metrics.asr,
        aloc=metrics.aloc,
        overlap_ratio=metrics.overlap_ratio,
        cli_mismatch=int(mismatch),
        distinct_a_count=distinct,
        call_rate=metrics.calls_per_second if measured and rate_known else max(0.0, hints.call_rate),
        short_call_ratio=metrics.short_call_ratio if ended else min(max(0.0, hints.short_call_ratio), 1.0),
        high_volume_flag=int(distinct >= HIGH_VOLUME),
    )


def _by_facts(features: Features, callers: int) -> float:
    many = min(features.distinct_a_count / (2 * callers), 1.0)
    fast = min(features.call_rate / 2, 1.0)
    points = 0.35 * many + 0.25 * features.short_call_ratio + 0.25 * fast + 0.15 * features.cli_mismatch
    if features.distinct_a_count >= callers:
        return round(points, 4)
    return round(points * _UNDER_THRESHOLD * max(features.distinct_a_count - 1, 0) / callers, 4)


def _confidence(metrics: "Metrics", *, scored: bool) -> Confidence:
    if scored or metrics.seizures >= _MANY_SEIZURES:
        return Confidence.HIGH
    return Confidence.MEDIUM if metrics.seizures else Confidence.LOW


def cli_mismatch(cli: str, p_asserted_identity: str) -> bool:
    """Whether the two name different callers: numbers that differ by more than a prefix.

    Where one is absent or withheld, there is no mismatch. Takes URIs, name-addrs and numbers.
    """
    shown, asserted = _user(cli), _user(p_asserted_identity)
    if not shown or not asserted or not _WITHHELD.isdisjoint((shown, asserted)):
        return False
    if not (shown.isdigit() and asserted.isdigit()):
        return shown != asserted
    short, long = sorted((shown.lstrip("0"), asserted.lstrip("0")), key=len)
    return not (short == long or (len(short) >= _SIGNIFICANT_DIGITS and long.endswith(short)))


def _user(identity: str) -> str:
    """The user part of a URI, a name-addr or a plain number: digits alone where it is a number."""
    uri = identity.partition("<")[2].partition(">")[0] if "<" in identity else identity
    text = uri.strip().lower()
    for scheme in ("sips:", "sip:", "tel:"):
        text = text.removeprefix(scheme)
    user = text.partition("@")[0].partition(";")[0]
    digits = "".join(char for char in user if char not in "+-.() ")
    return digits if digits.isascii() and digits.isdigit() else user
