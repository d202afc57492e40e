"""One run's alerts and actions against its truth: what became of each attack, and where honest calls were cut."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from ringfence.lab.evaluate.reading import AlertSpan, Cut, Lines, microseconds, read_alerts, read_cuts
from ringfence.lab.simulate.truth import AttackTruth, BurstTruth, RunTruth, Truth

GRACE_CALLS = 5
"""The first action is in time up to and including this call of the attack after its N-th."""

ORDINARY = "ordinary"
"""Honest calls outside every planted burst."""

_AFTERWARDS = 60_000_000
"""Microseconds after its last call in which a cut still belongs to a burst, or to an attack's unnamed call."""


@dataclass(frozen=True, slots=True)
class AttackOutcome:
    """What a detector did about one attack or drip. `seconds` is from its first call to the first action."""

    attack_id: str
    family: str
    pace: str
    unseen: bool
    mixed: bool
    reaches_rule: bool
    alerted: bool
    in_time: bool
    seconds: float | None
    calls: int
    calls_cut: int


@dataclass(frozen=True, slots=True)
class BurstOutcome:
    """`cut` counts the true callers' calls only."""

    kind: str
    unseen: bool
    mixed: bool
    calls: int
    cut: int


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """`false_cuts` are the honest calls cut outside mixed bursts, by B-number; `ordinary_cut` those of them
    that fell into no burst."""

    run: RunTruth
    alerts: int
    calls_cut: int
    attacks: tuple[AttackOutcome, ...]
    bursts: tuple[BurstOutcome, ...]
    false_cuts: dict[str, int]
    ordinary_cut: int


def judge_run(
    truth: Truth,
    alerts: Lines,
    actions: Lines,
    *,
    alerts_name: str = "the alerts",
    actions_name: str = "the actions",
) -> RunOutcome:
    """Reads NDJSON lines once, in any order; an action told twice counts once, at its earlier time.

    Raises BadInput, with the line's number, for what is no alert or action.
    """
    cases = _Cases(truth)
    for cut in read_cuts(actions, actions_name):
        cases.take(cut)
    count = 0
    for alert in read_alerts(alerts, alerts_name):
        count += 1
        cases.see(alert)
    return RunOutcome(
        run=truth.run,
        alerts=count,
        calls_cut=len(cases.cut_ids),
        attacks=tuple(attack.outcome() for attack in cases.attacks),
        bursts=tuple(burst.outcome() for burst in cases.bursts),
        false_cuts=cases.false_cuts,
        ordinary_cut=cases.ordinary_cut,
    )


class _AttackCase:
    def __init__(self, truth: AttackTruth) -> None:
        self.truth = truth
        self.first_at = microseconds(truth.first_call_at)
        self.last_at = microseconds(truth.last_call_at)
        self._callers = frozenset(truth.a_numbers)
        self.alerted = False
        self.cut: set[str] = set()
        self.first_cut_at: int | None = None

    def makes(self, cut: Cut) -> bool:
        """Whether a call that the truth does not know by name is this attack's: calls without a Call-ID are not
        told by name, and each detector makes up its own."""
        in_time = self.first_at <= cut.decided_at <= self.last_at + _AFTERWARDS
        return in_time and cut.a_number in self._callers

    def covered_by(self, alert: AlertSpan) -> bool:
        """By one of its calls; or by time, since alerts name calls up to a cap."""
        if not alert.call_ids.isdisjoint(self.truth.call_ids):
            return True
        overlaps = alert.opened_at <= self.last_at and self.first_at <= alert.last_seen_at
        return overlaps and self.truth.reaches_rule

    def take(self, cut: Cut) -> None:
        self.cut.add(cut.call_id)
        if self.first_cut_at is None or cut.decided_at < self.first_cut_at:
            self.first_cut_at = cut.decided_at

    def outcome(self) -> AttackOutcome:
        truth, first = self.truth, self.first_cut_at
        return AttackOutcome(
            attack_id=truth.attack_id,
            family=truth.family,
            pace=truth.pace,
            unseen=truth.unseen,
            mixed=truth.mixed,
            reaches_rule=truth.reaches_rule,
            alerted=self.alerted,
            in_time=first is not None and self._in_time(first),
            seconds=None if first is None else (first - self.first_at) / 1e6,
            calls=len(truth.call_ids),
            calls_cut=min(len(self.cut), len(truth.call_ids)),
        )

    def _in_time(self, first: int) -> bool:
        """Where no call so late came, no action can be later."""
        if self.truth.nth_call is None:
            return True
        last_good = self.truth.nth_call + GRACE_CALLS
        called_at = self.truth.called_at
        return last_good >= len(called_at) or first <= self.first_at + called_at[last_good]


@dataclass(slots=True)
class _BurstCase:
    truth: BurstTruth
    first_at: int
    last_at: int
    cut: set[str] = field(default_factory=set)

    def outcome(self) -> BurstOutcome:
        truth = self.truth
        return BurstOutcome(
            truth.kind, truth.unseen, truth.mixed, truth.calls, min(len(self.cut), truth.calls)
        )


_CaseT = TypeVar("_CaseT", _AttackCase, _BurstCase)


class _Cases:
    """The attacks and bursts of a run, and what the cuts did to them."""

    def __init__(self, truth: Truth) -> None:
        self.attacks = [_AttackCase(attack) for attack in truth.attacks]
        self.bursts = [
            _BurstCase(burst, microseconds(burst.first_call_at), microseconds(burst.last_call_at))
            for burst in truth.bursts
        ]
        self.cut_ids: set[str] = set()
        self.false_cuts: dict[str, int] = {}
        self.ordinary_cut = 0
        self._attack_of = {call: case for case in self.attacks for call in case.truth.call_ids}
        self._mixed_of = {call: case for case in self.bursts for call in case.truth.call_ids}
        self._attacks_on = _by_b_number(self.attacks)
        self._bursts_on = _by_b_number(self.bursts)

    def see(self, alert: AlertSpan) -> None:
        for attack in self._attacks_on.get(alert.b_number, ()):
            attack.alerted = attack.alerted or attack.covered_by(alert)

    def take(self, cut: Cut) -> None:
        known = cut.call_id in self.cut_ids
        self.cut_ids.add(cut.call_id)
        if attack := self._attack(cut):
            attack.take(cut)
        elif not known:
            self._take_honest(cut)

    def _attack(self, cut: Cut) -> _AttackCase | None:
        if named := self._attack_of.get(cut.call_id):
            return named
        if cut.call_id in self._mixed_of:
            return None
        return next((a for a in self._attacks_on.get(cut.b_number, ()) if a.makes(cut)), None)

    def _take_honest(self, cut: Cut) -> None:
        burst = self._mixed_of.get(cut.call_id) or self._burst_at(cut)
        if burst is not None:
            burst.cut.add(cut.call_id)
            if burst.truth.mixed:
                return
        else:
            self.ordinary_cut += 1
        self.false_cuts[cut.b_number] = self.false_cuts.get(cut.b_number, 0) + 1

    def _burst_at(self, cut: Cut) -> _BurstCase | None:
        """The latest by place and time, since the truth names callers of mixed bursts only, by Call-ID only."""
        begun = [b for b in self._bursts_on.get(cut.b_number, ()) if b.first_at <= cut.decided_at]
        latest = max(begun, key=lambda burst: burst.first_at, default=None)
        return latest if latest is not None and cut.decided_at <= latest.last_at + _AFTERWARDS else None


def _by_b_number(cases: Iterable[_CaseT]) -> dict[str, list[_CaseT]]:
    found: dict[str, list[_CaseT]] = {}
    for case in cases:
        found.setdefault(case.truth.b_number, []).append(case)
    return found
