"""What the engine tells, with a real operator's values; each builder changes what its story is about."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

from ringfence_engine import FEATURES

if TYPE_CHECKING:
    import ringfence_engine as engine

SECOND = 1_000_000_000
T0 = 1_704_672_000 * SECOND
BANK = "+912222445566"
TRUNK = "carrier-7"


@dataclass(frozen=True)
class _Metrics:
    b_number: str = BANK
    seizures: int = 0
    answered: int = 0
    asr: float = 0.0
    ner: float = 0.0
    aloc: float = 0.0
    overlap_ratio: float = 0.0
    calls_in_progress: int = 0
    distinct_callers: int = 0
    calls_per_second: float = 0.0
    short_call_ratio: float = 0.0
    window_seconds: float = 300.0


@dataclass(frozen=True)
class _Cluster:
    callers: int
    calls: int
    span: int
    trunk: str
    source_ip: str
    sdp_origin: str
    user_agent: str
    foreign: bool
    sequential: int
    neighbours: int
    invalid: int
    anonymous: int
    attested: int
    unattested: int
    answered: int
    gave_up: int
    evenness: float
    probability: float
    points: list[tuple[str, float]]
    row: list[float]


@dataclass(frozen=True)
class _Call:
    call_id: str
    a_number: str
    begun_at: int
    ended_at: int | None
    answered_at: int | None
    named_at: int
    trunk: str
    score: float
    steps: list[tuple[float, int]]
    allowed: bool


@dataclass(frozen=True)
class _Change:
    kind: str
    alert_id: str
    b_number: str
    at: int
    opened_at: int
    last_seen_at: int
    closed_at: int | None
    distinct_callers: int
    total_callers: int
    total_calls: int
    probability: float
    method: str
    calls: list["engine.AlertCall"]
    left: list[str]
    clusters: list["engine.Cluster"]
    metrics: "engine.Metrics"
    allowed: bool
    shadow: "engine.Shadow | None"


@dataclass(frozen=True)
class _Shadow:
    method: str
    probability: float
    scores: list[tuple[str, float]]


@dataclass(frozen=True)
class _Hit:
    rule: str
    value: str
    call_id: str
    a_number: str
    b_number: str
    trunk: str
    at: int
    ended_at: int | None = None


@dataclass(frozen=True)
class _Decision:
    status: str = "accepted"
    call_id: str | None = "new@198.51.100.9"
    a_number: str = "+12025551234"
    b_number: str = BANK
    trunk: str = TRUNK
    distinct_callers: int = 0
    allowed: bool = False
    member: bool = False
    alert_id: str | None = None
    probability: float = 0.0
    score: float = 0.0
    level: float = 0.0
    changes: tuple[()] = ()
    hits: tuple[()] = ()


def metrics(
    *, seizures: int = 0, answered: int = 0, in_progress: int = 0, rate: float = 0.0, short: float = 0.0
) -> "engine.Metrics":
    """Figures of the bank's number over five minutes."""
    return cast(
        "engine.Metrics",
        _Metrics(
            seizures=seizures,
            answered=answered,
            asr=100.0 * answered / seizures if seizures else 0.0,
            aloc=12.5 if answered else 0.0,
            calls_in_progress=in_progress,
            calls_per_second=rate,
            short_call_ratio=short,
        ),
    )


def cluster(
    *,
    callers: int = 7,
    calls: int | None = None,
    span: float = 3.1,
    trunk: str = TRUNK,
    source_ip: str = "",
    sdp_origin: str = "",
    user_agent: str = "",
    foreign: bool = False,
    sequential: int = 0,
    neighbours: int = 0,
    invalid: int = 0,
    anonymous: int = 0,
    attested: int = 0,
    unattested: int = 0,
    answered: int = 0,
    gave_up: int = 0,
    evenness: float = 0.0,
    probability: float = 0.999,
    points: tuple[tuple[str, float], ...] = (),
    features: Mapping[str, float] | None = None,
) -> "engine.Cluster":
    """Seven callers on one trunk within 3.1 s. Of the row, only `features` and the group's size are known."""
    own = calls or callers
    known = {"callers": float(callers), "calls_per_caller": own / max(callers, 1), **(features or {})}
    return cast(
        "engine.Cluster",
        _Cluster(
            callers=callers,
            calls=callers if calls is None else calls,
            span=round(span * SECOND),
            trunk=trunk,
            source_ip=source_ip,
            sdp_origin=sdp_origin,
            user_agent=user_agent,
            foreign=foreign,
            sequential=sequential,
            neighbours=neighbours,
            invalid=invalid,
            anonymous=anonymous,
            attested=attested,
            unattested=unattested,
            answered=answered,
            gave_up=gave_up,
            evenness=evenness,
            probability=probability,
            points=list(points),
            row=[known.get(name, math.nan) for name in FEATURES],
        ),
    )


def call(
    n: int,
    *,
    begun: float | None = None,
    ended: float | None = None,
    answered: float | None = None,
    trunk: str = TRUNK,
    score: float = 0.999,
    allowed: bool = False,
    a_number: str | None = None,
    named: float | None = None,
    suspect: float | None = None,
    steps: tuple[tuple[float, float], ...] | None = None,
) -> "engine.AlertCall":
    """Call `n`, begun `n / 2` s after T0 unless told otherwise; instants in seconds after T0.

    The alert names it as it begins, or at its opening 2 s after T0, and it has its score from then on, or from
    `suspect`, unless `steps` tell of its levels one by one.
    """
    begin = n / 2 if begun is None else begun
    named_at = max(begin, 2.0) if named is None else named
    levels = steps or ((0.0, named_at), (score, named_at if suspect is None else suspect))
    return cast(
        "engine.AlertCall",
        _Call(
            call_id=f"call-{n:04}@198.51.100.9",
            a_number=a_number or f"+1202555{1000 + n:04}",
            begun_at=_instant(begin),
            ended_at=None if ended is None else _instant(ended),
            answered_at=None if answered is None else _instant(answered),
            named_at=_instant(named_at),
            trunk=trunk,
            score=score,
            steps=[(level, _instant(at)) for level, at in levels],
            allowed=allowed,
        ),
    )


def change(
    calls: "list[engine.AlertCall]",
    *,
    kind: Literal["opened", "updated", "closed"] = "opened",
    alert_id: str = "a1" * 16,
    b_number: str = BANK,
    at: float | None = None,
    opened: float = 2.0,
    closed: float | None = None,
    callers: int | None = None,
    total_callers: int | None = None,
    total_calls: int | None = None,
    probability: float | None = None,
    clusters: "list[engine.Cluster] | None" = None,
    figures: "engine.Metrics | None" = None,
    allowed: bool = False,
    left: tuple[str, ...] = (),
    method: str = "scorecard",
    shadow: "engine.Shadow | None" = None,
) -> "engine.AlertChange":
    """The alert that calls 0 to 4 open at T0 + 2 s."""
    distinct = len({told.a_number for told in calls})
    peak = max((told.score for told in calls), default=0.0) if probability is None else probability
    last = max((told.begun_at for told in calls), default=_instant(opened))
    moment = max(last, _instant(opened)) if at is None else _instant(at)
    return cast(
        "engine.AlertChange",
        _Change(
            kind=kind,
            alert_id=alert_id,
            b_number=b_number,
            at=moment,
            opened_at=_instant(opened),
            last_seen_at=last,
            closed_at=None if closed is None else _instant(closed),
            distinct_callers=distinct if callers is None else callers,
            total_callers=distinct if total_callers is None else total_callers,
            total_calls=len(calls) if total_calls is None else total_calls,
            probability=peak,
            method=method,
            calls=calls,
            left=list(left),
            clusters=[cluster(callers=distinct, probability=peak)] if clusters is None else clusters,
            metrics=figures or metrics(),
            allowed=allowed,
            shadow=shadow,
        ),
    )


def shadow(scores: Mapping[int, float], *, method: str = "shadow-1") -> "engine.Shadow":
    """What a second judge makes of the alert: scores by the number of the call."""
    told = [(f"call-{n:04}@198.51.100.9", score) for n, score in scores.items()]
    return cast("engine.Shadow", _Shadow(method, max(scores.values(), default=0.0), told))


def hit(
    n: int,
    *,
    at: float = 0.0,
    list_name: Literal["deny_a", "watch_a"] = "deny_a",
    value: str = "+447700900123",
    a_number: str = "+447700900123",
    b_number: str = BANK,
    trunk: str = TRUNK,
) -> "engine.Hit":
    """Call `n` of a listed number to the bank."""
    told = _Hit(list_name, value, f"listed-{n:04}@203.0.113.4", a_number, b_number, trunk, _instant(at))
    return cast("engine.Hit", told)


def local_hit(
    n: int,
    *,
    at: float = 0.0,
    rule: Literal["local_cli", "local_mobile_cli"] = "local_cli",
    a_number: str | None = None,
    b_number: str = BANK,
    trunk: str = "ic-7",
    ended: float | None = None,
) -> "engine.Hit":
    """Call `n` to the bank, from abroad and by a number of the bank's country, another each time."""
    a_number = a_number or f"+9122334{n:05}"
    end = None if ended is None else _instant(ended)
    told = _Hit(rule, "", f"abroad-{n:04}@203.0.113.4", a_number, b_number, trunk, _instant(at), end)
    return cast("engine.Hit", told)


def decision(
    *, distinct: int = 0, member: bool = False, score: float = 0.0, level: float = 0.0, allowed: bool = False
) -> "engine.Decision":
    """What the engine says of one call to the bank."""
    told = _Decision(
        distinct_callers=distinct, member=member, score=score, level=max(score, level), allowed=allowed
    )
    return cast("engine.Decision", told)


def _instant(seconds: float) -> int:
    return T0 + round(seconds * SECOND)
