"""Watches the calls as they begin and keeps the exact truth about the rule.

Memory is bound by the calls of the last W and of the attacks.
"""

from collections import deque
from dataclasses import dataclass, field

from ringfence.lab.simulate.attacks import Attack, Pace
from ringfence.lab.simulate.call import Call
from ringfence.lab.simulate.chance import SECOND
from ringfence.lab.simulate.hotlines import Burst
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
    """Takes each call of the run, in the order of beginning."""

    def __init__(self) -> None:
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
        elif call.burst:
            burst = self._bursts.setdefault(call.burst, _BurstSoFar(first_at=call.at))
            burst.calls += 1
            burst.last_at = call.at

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
        region: str,
        start: int,
        hours: float,
    ) -> Truth:
        """What was seen so far; an attack or burst without a call inside the run is left out."""
        hotlines = {burst.hotline.b_number for burst in bursts}
        return Truth(
            RunTruth(
                seed,
                region,
                rfc3339(start),
                hours,
                self.calls,
                sum(len(attack.calls) for attack in self._attacks.values()),
                round(self._answered / self.calls, 4) if self.calls else 0.0,
                round(self._talk / self._answered / SECOND, 1) if self._answered else 0.0,
            ),
            tuple(
                _attack(plan, self._attacks[plan.number]) for plan in attacks if plan.number in self._attacks
            ),
            tuple(_burst(plan, self._bursts[plan.number]) for plan in bursts if plan.number in self._bursts),
            tuple(
                FanInTruth(b, b in hotlines, rfc3339(f.first_at), rfc3339(f.last_at), f.times, f.peak)
                for b, f in sorted(self._fan_ins.items())
            ),
        )


def _attack(plan: Attack, seen: _AttackSoFar) -> AttackTruth:
    return AttackTruth(
        attack_id=plan.attack_id,
        family=plan.family,
        pace=plan.pace,
        drip=plan.pace is Pace.DRIP,
        answered=plan.answered,
        exposed=plan.exposed,
        b_number=plan.b_number,
        first_call_at=rfc3339(seen.calls[0].at),
        last_call_at=rfc3339(seen.calls[-1].at),
        reaches_rule=seen.reached_at is not None,
        reaches_rule_alone=seen.alone,
        reached_at=None if seen.reached_at is None else rfc3339(seen.reached_at),
        rule_calls=len(seen.in_rule),
        hotline_burst=plan.burst or None,
        trunks=tuple(dict.fromkeys(call.leg.trunk.name for call in seen.calls)),
        a_numbers=tuple(dict.fromkeys(call.leg.a_number for call in seen.calls)),
        call_ids=tuple(call.call_id for call in seen.calls),
    )


def _burst(plan: Burst, seen: _BurstSoFar) -> BurstTruth:
    return BurstTruth(
        plan.number,
        plan.hotline.kind,
        plan.hotline.b_number,
        rfc3339(seen.first_at),
        rfc3339(seen.last_at),
        seen.calls,
        seen.in_rule,
    )
