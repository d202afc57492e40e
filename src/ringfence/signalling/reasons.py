"""Why an alert is what it is, in sentences for a fraud analyst, the most telling first.

No telephone number stands in them: who may not see numbers may read the reasons.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ringfence.signalling.contributions import weighed
from ringfence.signalling.wording import duration, listed, name, percent, plural, under, within

if TYPE_CHECKING:
    from ringfence_engine import Cluster, Metrics

_POINTS_SHOWN = 4
_EVEN = 0.5
"""Evenness from which on it is worth a sentence."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The origin clusters of the window in which the most suspect of them was at its worst."""

    top: "Cluster | None" = None
    other_suspects: int = 0
    """Clusters beside `top` that were judged masking too."""
    other_callers: int = 0
    """Callers of the clusters that were not."""
    by_model: bool = False
    """A trained model scored them, and not the scorecard."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What held the policy back, or widened it."""

    b_allowed: bool = False
    exempt_calls: int = 0
    """Calls of allowed A-numbers and trunks."""
    capped: int = 0
    capped_at: int = 0
    spared: int = 0
    """Calls that were flagged and not cut since nobody was sure."""
    by_rule: bool = False
    """The policy acts on every named call, whatever the score."""
    cuts: bool = False
    """The policy blocks or disconnects."""


def masking_reasons(
    evidence: Evidence, metrics: "Metrics | None", limits: Limits, *, callers: int
) -> tuple[str, ...]:
    """For an alert that is taken for masking; `callers` is the window's peak."""
    top = evidence.top
    if top is None:
        return (f"{plural(callers, 'caller')} in one window", *_limits(limits), *_answers(metrics))
    if evidence.by_model:
        facts = weighed(top, masking=True)
        return (_headline(top), *_limits(limits), *facts, *_beside(evidence, limits))
    return (
        _headline(top),
        *_limits(limits),
        *_endpoint(top),
        *_numbers(top),
        *_attestation(top),
        *_rhythm(top),
        *_group_answers(top, evidence, metrics),
        *_answers(metrics),
        *_beside(evidence, limits),
        *_points(top),
    )


def fan_in_reasons(
    evidence: Evidence,
    metrics: "Metrics | None",
    limits: Limits,
    *,
    callers: int,
    probability: float,
    threshold: float,
) -> tuple[str, ...]:
    """For an alert that is not: how many called, and what speaks against one origin."""
    top = evidence.top
    if top is None:
        unexamined = "the origin of the calls was not examined"
        return (
            f"{plural(callers, 'caller')} in one window",
            *_limits(limits),
            unexamined,
            *_answers(metrics),
        )
    whole = top.callers >= callers
    return (
        _headline(top) if whole else f"{plural(callers, 'caller')} in one window",
        *_limits(limits),
        f"not taken for masking: its probability is {under(probability, threshold)}",
        *(
            _learnt_against(top, callers)
            if evidence.by_model
            else (*_against(top, callers), *_answers(metrics))
        ),
    )


def _headline(top: "Cluster") -> str:
    shared = _shared(top)
    who = f"{plural(top.callers, 'caller')} {within(top.span)}"
    return f"{who} from {listed(shared)}" if shared else who


def _shared(cluster: "Cluster") -> list[str]:
    facts = (
        (cluster.trunk, f"one trunk ({name(cluster.trunk)})"),
        (cluster.source_ip, f"one address ({name(cluster.source_ip)})"),
        (cluster.sdp_origin, "one SDP origin"),
        (cluster.user_agent, f"one agent ({name(cluster.user_agent)})"),
    )
    return [words for value, words in facts if value]


def _endpoint(cluster: "Cluster") -> list[str]:
    return ["the trunk's other calls come from elsewhere"] if cluster.foreign else []


def _rhythm(cluster: "Cluster") -> list[str]:
    told = []
    if cluster.gave_up:
        told.append(f"{_share(cluster.gave_up, cluster.calls)} given up by the caller within 3 s")
    if cluster.evenness >= _EVEN:
        told.append("the callers follow each other like clockwork")
    return told


def _numbers(cluster: "Cluster") -> list[str]:
    told = []
    if cluster.sequential:
        told.append(f"{_of_them(cluster.sequential, cluster)} sequential")
    if cluster.neighbours > cluster.sequential:
        them = _of_them(cluster.neighbours, cluster)
        told.append(f"{them} alike but for the last four digits")
    if cluster.invalid:
        told.append(f"{_of_them(cluster.invalid, cluster)} in no numbering plan")
    if cluster.anonymous:
        told.append(f"{plural(cluster.anonymous, 'call')} with the number withheld")
    return told


def _of_them(count: int, cluster: "Cluster") -> str:
    return f"all {count} of them" if count >= cluster.callers > 1 else f"{count} of them"


def _attestation(cluster: "Cluster") -> list[str]:
    if not cluster.unattested:
        return []
    return [f"{_share(cluster.unattested, cluster.calls)} with attestation C, none or failed"]


def _share(count: int, calls: int) -> str:
    if count >= calls:
        return f"all {calls} calls" if calls > 1 else "its only call"
    return f"{count} of {plural(calls, 'call')}"


def _group_answers(cluster: "Cluster", evidence: Evidence, metrics: "Metrics | None") -> list[str]:
    # Where others call beside the group, the number's own ASR says little about it.
    if not evidence.other_callers or not _is_decided(metrics):
        return []
    if not cluster.answered:
        return ["none of the group's calls answered"]
    return [f"{_share(cluster.answered, cluster.calls)} of the group answered"]


def _is_decided(metrics: "Metrics | None") -> bool:
    """Whether it is known of any call if it was answered: one that ended unanswered was a short one."""
    return metrics is not None and bool(metrics.answered or metrics.short_call_ratio)


def _answers(metrics: "Metrics | None") -> list[str]:
    if metrics is None or not _is_decided(metrics):
        return []
    answered = f"{metrics.answered} of {plural(metrics.seizures, 'call')} answered"
    return [f"ASR {percent(metrics.asr)} ({answered} in {duration(metrics.window_seconds)})"]


def _beside(evidence: Evidence, limits: Limits) -> list[str]:
    told = []
    if evidence.other_suspects:
        groups = plural(evidence.other_suspects, "other group")
        told.append(f"{groups} of calls judged masking too")
    if evidence.other_callers and not limits.by_rule:
        others = plural(evidence.other_callers, "other caller")
        verb = "is" if evidence.other_callers == 1 else "are"
        fate = "left alone" if limits.cuts else "not taken for masking"
        told.append(f"{others} to this number {verb} {fate}")
    return told


def capped(calls: int, cap: int) -> str:
    """What is said of calls that a cap on cut calls a minute has spared."""
    return f"THE CAP OF {cap} CUT CALLS A MINUTE IS REACHED: {plural(calls, 'call')} flagged instead of cut"


def _limits(limits: Limits) -> list[str]:
    told = []
    if limits.capped:
        told.append(capped(limits.capped, limits.capped_at))
    if limits.spared:
        told.append(f"the score is not sure yet: {plural(limits.spared, 'suspect call')} flagged and not cut")
    if limits.b_allowed:
        told.append("the called number is on the allow list: nothing is cut")
    elif limits.exempt_calls:
        calls = plural(limits.exempt_calls, "call")
        verb = "is" if limits.exempt_calls == 1 else "are"
        told.append(f"{calls} of allowed callers or trunks {verb} left alone")
    if limits.by_rule and not limits.b_allowed:
        told.append("the policy decides by the rule alone: every call counts, whatever its origin")
    return told


def _against(top: "Cluster", callers: int) -> list[str]:
    told = _part(top, callers)
    if not told and not _shared(top):
        told.append("no trunk, address, SDP origin or agent is known to be shared")
    if not top.sequential and not top.neighbours:
        told.append("no sequential or neighbouring numbers among them")
    told += _numbers(top)
    if not top.invalid and not top.anonymous:
        told.append("every number is a valid one")
    if top.attested:
        told.append(f"{_share(top.attested, top.calls)} fully attested")
    return told + _attestation(top)


def _part(top: "Cluster", callers: int) -> list[str]:
    if top.callers >= callers:
        return []
    share = f"{top.callers} of the {callers} callers"
    return [f"the most suspect group holds {share}" + _sharing(top)]


def _learnt_against(top: "Cluster", callers: int) -> list[str]:
    return [*_part(top, callers), *weighed(top, masking=False)]


def _sharing(top: "Cluster") -> str:
    shared = _shared(top)
    return f", from {listed(shared)}" if shared else ", which are not known to share an origin"


def _points(top: "Cluster") -> list[str]:
    weighty = [(fact, points) for fact, points in top.points if points][:_POINTS_SHOWN]
    if not weighty:
        return []
    told = ", ".join(f"{name(fact).replace('_', ' ')} {points:+.2f}" for fact, points in weighty)
    return [f"score made of {told}"]
