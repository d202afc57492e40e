"""What a second judge makes of an alert on whose word nobody acts, and how often it agrees with the live one."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ringfence.model.alert import AlertCall, AlertLabel, AlertShadow, CallShadow
from ringfence.model.policy import Policy
from ringfence.signalling.policies import PolicyBook

if TYPE_CHECKING:
    from ringfence_engine import Shadow

_KNOWN_CALLS = 65_536


@dataclass(frozen=True, slots=True)
class Agreement:
    """Alerts that both have judged, those that one alone takes for masking, and the suspects of one alone.

    Calls that a list exempts are no suspects here.
    """

    alerts: int = 0
    live_alone: int = 0
    shadow_alone: int = 0
    calls_live_alone: int = 0
    calls_shadow_alone: int = 0

    def __add__(self, other: "Agreement") -> "Agreement":
        return Agreement(*(ours + theirs for ours, theirs in zip(self._counts, other._counts, strict=True)))

    def __sub__(self, other: "Agreement") -> "Agreement":
        return Agreement(*(ours - theirs for ours, theirs in zip(self._counts, other._counts, strict=True)))

    @property
    def _counts(self) -> tuple[int, ...]:
        calls = (self.calls_live_alone, self.calls_shadow_alone)
        return (self.alerts, self.live_alone, self.shadow_alone, *calls)


def shadow_threshold_for(policy: Policy, policies: PolicyBook, own: float | None) -> float:
    """The shadow's `own` threshold stands in for the default one; a policy with another keeps it."""
    return policy.threshold if own is None or policy.threshold != policies.default.threshold else own


@dataclass(frozen=True, slots=True)
class _Weighed:
    live: bool
    """A suspect of the live judge."""
    threshold: float
    exempt: bool
    score: float = 0.0

    @property
    def shadow(self) -> CallShadow:
        return CallShadow(self.score, self.score >= self.threshold)


class ShadowSide:
    """One alert as the shadow sees it; remembers the newest 65,536 calls."""

    def __init__(self) -> None:
        self.told: AlertShadow | None = None
        """As it stands; None before anything was taken."""
        self._calls: dict[str, _Weighed] = {}
        self._label = AlertLabel.FAN_IN
        self._threshold = 0.0
        self._live_alone = 0
        self._shadow_alone = 0

    def take(
        self, shadow: "Shadow", named: Iterable[tuple[AlertCall, float, bool]], left: Iterable[str]
    ) -> dict[str, CallShadow]:
        """Takes what the engine tells of it, and calls with their threshold and whether a list exempts them.

        `left` belong to a later alert. Answers the calls that are new or changed and not exempt.
        """
        changed: dict[str, _Weighed] = {}
        for call, threshold, exempt in named:
            known = self._calls.get(call.call_id)
            score = known.score if known is not None else 0.0
            changed[call.call_id] = self._put(call.call_id, _Weighed(call.suspect, threshold, exempt, score))
            self._threshold = max(self._threshold, threshold)
        for call_id, score in shadow.scores:
            known = self._calls.get(call_id)
            if known is not None:
                risen = _Weighed(known.live, known.threshold, known.exempt, max(known.score, score))
                changed[call_id] = self._put(call_id, risen)
        for call_id in left:
            self._count(self._calls.pop(call_id, None), -1)
        suspects = any(call.shadow.suspect for call in changed.values())
        if suspects or shadow.probability >= self._threshold:
            self._label = AlertLabel.MASKING
        self.told = AlertShadow(shadow.method, self._label, shadow.probability)
        return {call_id: call.shadow for call_id, call in changed.items() if not call.exempt}

    def agreement(self, live: AlertLabel) -> Agreement:
        """What this alert adds to it, `live` being the live judge's label."""
        if self.told is None:
            return Agreement()
        differs = self._label is not live
        return Agreement(
            alerts=1,
            live_alone=int(differs and live is AlertLabel.MASKING),
            shadow_alone=int(differs and self._label is AlertLabel.MASKING),
            calls_live_alone=self._live_alone,
            calls_shadow_alone=self._shadow_alone,
        )

    def _put(self, call_id: str, call: _Weighed) -> _Weighed:
        self._count(self._calls.pop(call_id, None), -1)
        self._count(call, 1)
        self._calls[call_id] = call
        if len(self._calls) > _KNOWN_CALLS:
            del self._calls[next(iter(self._calls))]
        return call

    def _count(self, call: _Weighed | None, by: int) -> None:
        if call is None or call.exempt or call.live is call.shadow.suspect:
            return
        if call.live:
            self._live_alone += by
        else:
            self._shadow_alone += by
