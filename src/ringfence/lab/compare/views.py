"""A comparison as JSON: one object that sums it up, and a line for each call that differs."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ringfence.api.views import shown_probability
from ringfence.app.shown import rfc3339
from ringfence.lab.compare.differences import (
    Change,
    Decisions,
    Difference,
    Group,
    by_number,
    by_trunk,
    differences,
)

LARGEST = 10
"""Groups of a kind that are shown."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The others' decisions with what differs from the first's.

    `attacks` are the Call-IDs that an attack made, None where nobody knows.
    """

    first: Decisions
    others: tuple[tuple[Decisions, tuple[Difference, ...]], ...]
    attacks: frozenset[str] | None

    def split(self, call_ids: Iterable[str]) -> tuple[int, int] | None:
        """How many of the calls are attack calls, and how many are not; None where nobody knows."""
        if self.attacks is None:
            return None
        told = [call_id in self.attacks for call_id in call_ids]
        return sum(told), len(told) - sum(told)


def compared(decisions: Sequence[Decisions], attacks: frozenset[str] | None = None) -> Comparison:
    first, *others = decisions
    return Comparison(first, tuple((other, differences(first, other)) for other in others), attacks)


def difference_lines(comparison: Comparison) -> Iterator[dict[str, Any]]:
    """Each call that differs, policy by policy, in order of time."""
    for other, found in comparison.others:
        for difference in found:
            call = difference.call
            line = {
                "policy": other.name,
                "change": difference.change.value,
                "call_id": call.call_id,
                "a_number": call.a_number,
                "b_number": call.b_number,
                "trunk": call.trunk or None,
                "alert_id": call.alert_id,
                "begun_at": rfc3339(call.begun_at),
                "decided_at": None if call.decided_at is None else rfc3339(call.decided_at),
                "probability": shown_probability(call.probability),
                "reason": difference.reason,
            }
            if comparison.attacks is not None:
                line["attack"] = call.call_id in comparison.attacks
            yield line


def comparison_view(comparison: Comparison) -> dict[str, Any]:
    """Each policy's figures, then for each after the first what changes."""
    every = (comparison.first, *(other for other, _ in comparison.others))
    return {
        "policies": [_policy(comparison, decisions) for decisions in every],
        "comparisons": [
            {
                "policy": other.name,
                "relative_to": comparison.first.name,
                "newly_cut": _change(comparison, found, Change.CUT),
                "no_longer_cut": _change(comparison, found, Change.SPARED),
            }
            for other, found in comparison.others
        ],
    }


def _policy(comparison: Comparison, decisions: Decisions) -> dict[str, Any]:
    return {
        "name": decisions.name,
        "alerts": decisions.alerts,
        "masking_alerts": decisions.masking_alerts,
        **({} if decisions.actions is None else {"actions": decisions.actions}),
        "calls_cut": len(decisions.cuts),
        "callers_cut": len(decisions.callers),
        "called_numbers": len(decisions.called_numbers),
        "trunks": len(decisions.trunks),
        **_truth(comparison, decisions.cuts),
    }


def _change(comparison: Comparison, found: Sequence[Difference], change: Change) -> dict[str, Any]:
    these = [difference for difference in found if difference.change is change]
    numbers, trunks = by_number(these), by_trunk(these)
    return {
        "calls": len(these),
        "callers": len({difference.call.a_number for difference in these}),
        "called_numbers": len(numbers),
        **_truth(comparison, (difference.call.call_id for difference in these)),
        "by_number": [
            {
                "b_number": group.name,
                **_group(comparison, group),
                "trunks": list(group.trunks),
                "probability": shown_probability(group.probability),
                "reason": group.reason,
            }
            for group in numbers[:LARGEST]
        ],
        "by_trunk": [
            {"trunk": group.name or None, **_group(comparison, group)} for group in trunks[:LARGEST]
        ],
    }


def _group(comparison: Comparison, group: Group) -> dict[str, Any]:
    return {"calls": len(group.calls), "callers": group.callers, **_truth(comparison, group.calls)}


def _truth(comparison: Comparison, call_ids: Iterable[str]) -> dict[str, int]:
    parts = comparison.split(call_ids)
    return {} if parts is None else {"attack_calls": parts[0], "other_calls": parts[1]}
