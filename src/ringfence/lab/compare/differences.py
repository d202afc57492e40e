"""Two decisions over the same calls, and what differs: who is newly cut, and who no longer.

Knows nothing of how a decision was made: by a policy, a threshold or another model.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class CutCall:
    """A call that is blocked or disconnected, by the earliest action that names it, or that would be.

    `probability` is the call's own masking probability, its peak; 0 where a list decided. `trunk` is empty where it
    is not known. `decided_at` is None where nothing was to be done, so that no instant was decided on.
    """

    call_id: str
    a_number: str
    b_number: str
    trunk: str
    alert_id: str
    begun_at: int
    decided_at: int | None
    probability: float

    @property
    def place(self) -> tuple[int, str]:
        """In order of time."""
        return (self.begun_at if self.decided_at is None else self.decided_at, self.call_id)


@dataclass(frozen=True, slots=True)
class Decisions:
    """What one side decided. `cuts` is by Call-ID, `reasons` holds the first reason of each alert by its id.

    `actions` is None where judgements are compared and not what was done.
    """

    name: str
    alerts: int
    masking_alerts: int
    actions: int | None
    cuts: Mapping[str, CutCall]
    reasons: Mapping[str, str]

    @property
    def callers(self) -> frozenset[str]:
        return frozenset(call.a_number for call in self.cuts.values())

    @property
    def called_numbers(self) -> frozenset[str]:
        return frozenset(call.b_number for call in self.cuts.values())

    @property
    def trunks(self) -> frozenset[str]:
        return frozenset(call.trunk for call in self.cuts.values() if call.trunk)


class Change(StrEnum):
    CUT = "cut"
    """Only the other side cuts it."""
    SPARED = "spared"
    """Only the first side cuts it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A call that one side alone cuts; `call` and `reason` are as that side tells them."""

    change: Change
    call: CutCall
    reason: str


def differences(first: Decisions, other: Decisions) -> tuple[Difference, ...]:
    """What changes from `first` to `other`, in order of time."""
    found = [*_only_in(other, first, Change.CUT), *_only_in(first, other, Change.SPARED)]
    found.sort(key=lambda difference: difference.call.place)
    return tuple(found)


def _only_in(one: Decisions, without: Decisions, change: Change) -> Iterable[Difference]:
    for call_id, call in one.cuts.items():
        if call_id not in without.cuts:
            yield Difference(change, call, one.reasons[call.alert_id])


@dataclass(frozen=True, slots=True)
class Group:
    """Differences of one kind that share a called number or a trunk, its `name`.

    `probability` and `reason` are those of its most suspect call, `calls` are Call-IDs.
    """

    change: Change
    name: str
    calls: tuple[str, ...]
    callers: int
    trunks: tuple[str, ...]
    probability: float
    reason: str


def by_number(found: Iterable[Difference]) -> tuple[Group, ...]:
    """By called number, the largest first."""
    return _grouped(found, lambda call: call.b_number)


def by_trunk(found: Iterable[Difference]) -> tuple[Group, ...]:
    """By trunk, the largest first."""
    return _grouped(found, lambda call: call.trunk)


def _grouped(found: Iterable[Difference], name_of: Callable[[CutCall], str]) -> tuple[Group, ...]:
    members: dict[tuple[Change, str], list[Difference]] = {}
    for difference in found:
        members.setdefault((difference.change, name_of(difference.call)), []).append(difference)
    groups = [_group(change, name, inside) for (change, name), inside in members.items()]
    return tuple(sorted(groups, key=lambda group: (-len(group.calls), group.change, group.name)))


def _group(change: Change, name: str, inside: list[Difference]) -> Group:
    worst = max(inside, key=lambda difference: difference.call.probability)
    return Group(
        change=change,
        name=name,
        calls=tuple(difference.call.call_id for difference in inside),
        callers=len({difference.call.a_number for difference in inside}),
        trunks=tuple(sorted({difference.call.trunk for difference in inside} - {""})),
        probability=worst.call.probability,
        reason=worst.reason,
    )
