"""Watches the calls as they begin and keeps the exact truth about the rule.

Memory is bound by the calls of the last W and of the attacks.
"""

from collections import Counter, deque
from dataclasses import dataclass, field

from ringfence.lab.simulate.attacks import Attack, Pace
from ringfence.lab.simulate.call import Call
from ringfence.lab.simulate.chance import SECOND
from ringfence.lab.simulate.families import UNSEEN_FAMILIES
from ringfence.lab.simulate.hotlines import UNSEEN_KINDS, Burst
from ringfence.lab.simulate.truth import (
    THRESHOLD,
    WINDOW,
    AttackTruth,
    BurstTruth,
    FanInTruth,
    RunTruth,
    Truth,
    rfc3339,
)

_SWEEP = 20 * SECOND


@dataclass(slots=True)
class _AttackSoFar:
    calls: list[Call] = field(default_factory=list)
    in_rule: set[str] = field(default_factory=set)
    reached_at: int | None = None
    alone: bool = False


@dataclass(slots=True)
class _BurstSoFar:
    calls: int = 0
    call_ids: list[str] = field(default_factory=list)
    first_at: int = 0
    last_at: int = 0
    in_rule: bool = False


@dataclass(slots=True)
class _FanInSoFar:
    first_at: int
    last_at: int
    times: int = 1
    peak: int = 0


class Referee:
    """Takes each call of the run, in the order of beginning. `mixed` are the bursts that hide an attack."""

    def __init__(self, mixed: frozenset[int]) -> None:
        self._mixed = mixed
        self._benign: dict[str, int] = {}
        self._windows: dict[str, deque[Call]] = {}
        self._attacks: dict[int, _AttackSoFar] = {}
        self._bursts: dict[int, _BurstSoFar] = {}
        self._fan_ins: dict[str, _FanInSoFar] = {}
        self._next_sweep = 0
        self.calls = 0
        self._answered = 0
        self._talk = 0

    def see(self, call: Call) -> None:
        self._count(call)
        window = self._windows.get(call.b_number)
        if window is None:
            window = self._windows[call.b_number] = deque()
        horizon = call.at - WINDOW
        while window and window[0].at <= horizon:
            window.popleft()
        window.append(call)
        if len(window) >= THRESHOLD:
            self._judge(call, window)
        if call.at >= self._next_sweep:
            self._sweep(call.at)

    def _count(self, call: Call) -> None:
        self.calls += 1
        last = call.steps[-1]
        if last.kind == "BYE":
            self._answered += 1
            self._talk += last.at - call.steps[-2].at
        if call.attack:
            self._attacks.setdefault(call.attack, _AttackSoFar()).calls.append(call)
            return
        if call.burst:
            burst = self._bursts.setdefault(call.burst, _BurstSoFar(first_at=call.at))
            burst.calls += 1
            burst.last_at = call.at
            if call.burst in self._mixed:
                burst.call_ids.append(call.call_id)
                return
        self._benign[call.b_number] = self._benign.get(call.b_number, 0) + 1

    def _judge(self, call: Call, window: deque[Call]) -> None:
        if len({c.leg.a_number for c in window}) < THRESHOLD:
            return
        honest: set[str] = set()
        by_attack: dict[int, set[str]] = {}
        for member in window:
            a_number = member.leg.a_number
            if member.attack:
                by_attack.setdefault(member.attack, set()).add(a_number)
                attack = self._attacks[member.attack]
                attack.in_rule.add(member.call_id)
                if attack.reached_at is None:
                    attack.reached_at = call.at
            else:
                honest.add(a_number)
                if member.burst:
                    self._bursts[member.burst].in_rule = True
        for number, callers in by_attack.items():
            if len(callers) >= THRESHOLD:
                self._attacks[number].alone = True
        if len(honest) >= THRESHOLD and not call.attack:
            self._fan_in(call, len(honest))

    def _fan_in(self, call: Call, callers: int) -> None:
        known = self._fan_ins.get(call.b_number)
        if known is None:
            known = self._fan_ins[call.b_number] = _FanInSoFar(call.at, call.at)
        elif call.at - known.last_at > WINDOW:
            known.times += 1
        known.last_at = call.at
        known.peak = max(known.peak, callers)

    def _sweep(self, now: int) -> None:
        """Forgets B-numbers whose window is empty."""
        self._next_sweep = now + _SWEEP
        self._windows = {b: window for b, window in self._windows.items() if window[-1].at > now - WINDOW}

    def truth(
        self,
        attacks: tuple[Attack, ...],
        bursts: tuple[Burst, ...],
        *,
        seed: int,
        profile: str,
        split: str,
        region: str,
        start: int,
        hours: float,
    ) -> Truth:
        """What was seen so far; an attack or burst without a call inside the run is left out."""
        hotlines = {burst.hotline.b_number for burst in bursts}
        return Truth(
            RunTruth(
                seed=seed,
                profile=profile,
                split=split,
                region=region,
                started_at=rfc3339(start),
                hours=hours,
                calls=self.calls,
                attack_calls=sum(len(attack.calls) for attack in self._attacks.values()),
                benign_calls=sum(self._benign.values()),
                benign_units=dict(sorted(Counter(self._benign.values()).items())),
                asr=round(self._answered / self.calls, 4) if self.calls else 0.0,
                acd_seconds=round(self._talk / self._answered / SECOND, 1) if self._answered else 0.0,
            ),
            tuple(
                _attack(plan, self._attacks[plan.number]) for plan in attacks if plan.number in self._attacks
            ),
            tuple(
                _burst(plan, self._bursts[plan.number], mixed=plan.number in self._mixed)
                for plan in bursts
                if plan.number in self._bursts
            ),
            tuple(
                FanInTruth(b, b in hotlines, rfc3339(f.first_at), rfc3339(f.last_at), f.times, f.peak)
                for b, f in sorted(self._fan_ins.items())
            ),
        )


def _attack(plan: Attack, seen: _AttackSoFar) -> AttackTruth:
    first, reached_at = seen.calls[0].at, seen.reached_at
    after = (n for n, call in enumerate(seen.calls) if reached_at is not None and call.at >= reached_at)
    return AttackTruth(
        attack_id=plan.attack_id,
        family=plan.origin.family,
        unseen=plan.origin.family in UNSEEN_FAMILIES,
        pace=plan.pace,
        drip=plan.pace is Pace.DRIP,
        mixed=plan.burst > 0,
        answered=plan.answered,
        exposed=plan.origin.exposed,
        b_number=plan.b_number,
        first_call_at=rfc3339(first),
        last_call_at=rfc3339(seen.calls[-1].at),
        reaches_rule=reached_at is not None,
        reaches_rule_alone=seen.alone,
        reached_at=None if reached_at is None else rfc3339(reached_at),
        nth_call=next(after, None),
        rule_calls=len(seen.in_rule),
        hotline_burst=plan.burst or None,
        trunks=tuple(dict.fromkeys(call.leg.trunk.name for call in seen.calls)),
        a_numbers=tuple(dict.fromkeys(call.leg.a_number for call in seen.calls)),
        call_ids=tuple(call.call_id for call in seen.calls),
        called_at=tuple((call.at - first) // 1000 for call in seen.calls),
    )


def _burst(plan: Burst, seen: _BurstSoFar, *, mixed: bool) -> BurstTruth:
    return BurstTruth(
        burst=plan.number,
        kind=plan.hotline.kind,
        unseen=plan.hotline.kind in UNSEEN_KINDS,
        mixed=mixed,
        b_number=plan.hotline.b_number,
        first_call_at=rfc3339(seen.first_at),
        last_call_at=rfc3339(seen.last_at),
        calls=seen.calls,
        reaches_rule=seen.in_rule,
        call_ids=tuple(seen.call_ids),
    )
