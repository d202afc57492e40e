"""What the live judge and its shadow make of the same alerts, as the records of a server keep it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ringfence.api.views import shown_probability
from ringfence.lab.compare.differences import CutCall, Decisions
from ringfence.model.alert import Alert, AlertCall, AlertLabel

LIVE, SHADOW = "live", "shadow"


@dataclass(frozen=True, slots=True)
class Judges:
    """Both sides over the alerts that both have judged; `live_methods` and `shadow_methods` count them by who scored.

    A call is cut where it is a suspect: what the policy makes of suspects is the same on both sides.
    """

    live: Decisions
    shadow: Decisions
    live_methods: Mapping[str, int]
    shadow_methods: Mapping[str, int]

    @property
    def alerts(self) -> int:
        return self.live.alerts


def judged(alerts: Iterable[Alert]) -> Judges:
    """Of alerts that no shadow judged it takes no note."""
    live, shadow = _Side(LIVE), _Side(SHADOW)
    for alert in alerts:
        if alert.shadow is None:
            continue
        live.take(alert, alert.label, alert.method, alert.reasons[0])
        probability = shown_probability(alert.shadow.probability)
        reason = f"the shadow puts it at {probability:.4g}; live: {alert.reasons[0]}"
        shadow.take(alert, alert.shadow.label, alert.shadow.method, reason)
        for call in alert.calls:
            if call.shadow is None:
                continue
            if call.suspect:
                live.cut(alert, call, call.score)
            if call.shadow.suspect:
                shadow.cut(alert, call, call.shadow.score)
    return Judges(live.decisions, shadow.decisions, live.methods, shadow.methods)


@dataclass(slots=True)
class _Side:
    name: str
    methods: Counter[str] = field(default_factory=Counter)
    masking: int = 0
    cuts: dict[str, CutCall] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)

    def take(self, alert: Alert, label: AlertLabel, method: str, reason: str) -> None:
        self.methods[method] += 1
        self.masking += label is AlertLabel.MASKING
        self.reasons[alert.alert_id] = reason

    def cut(self, alert: Alert, call: AlertCall, probability: float) -> None:
        self.cuts[call.call_id] = CutCall(
            call_id=call.call_id,
            a_number=call.a_number,
            b_number=alert.b_number,
            trunk=call.trunk,
            alert_id=alert.alert_id,
            begun_at=call.begun_at,
            decided_at=None,
            probability=probability,
        )

    @property
    def decisions(self) -> Decisions:
        return Decisions(
            name=self.name,
            alerts=self.methods.total(),
            masking_alerts=self.masking,
            actions=None,
            cuts=self.cuts,
            reasons=self.reasons,
        )
