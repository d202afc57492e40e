"""Calls that one fact gives away, however few they are: an alert for each, closed when no more come.

Which calls make one alert, how grave it is and what follows is their rule's: `watchlist` and `local_cli`.
"""

from typing import TYPE_CHECKING, Protocol

from ringfence.model.alert import Alert, AlertCall, AlertLabel, Annotation, RiskLevel, Severity
from ringfence.signalling.cap import MinuteCap
from ringfence.signalling.deeds import Deeds, Ledger, Subject, digest
from ringfence.signalling.judgement import Judgement
from ringfence.signalling.local_cli import LocalCli, LocalMobileCli
from ringfence.signalling.members import Members
from ringfence.signalling.policies import PolicyBook
from ringfence.signalling.reasons import capped
from ringfence.signalling.watchlist import DeniedCaller, WatchedCaller

if TYPE_CHECKING:
    from ringfence_engine import Hit

    from ringfence.model.policy import Policy

_KNOWN = 65_536

_Key = tuple[AlertLabel, tuple[str, ...]]


class Rule(Protocol):
    """What is made of the calls that met it. Never changes."""

    @property
    def label(self) -> AlertLabel: ...
    @property
    def method(self) -> str: ...
    @property
    def severity(self) -> Severity: ...
    def parties(self, hit: "Hit") -> tuple[str, ...]:
        """Calls with the same are one alert."""

    def act(self, ledger: Ledger, subject: Subject, policy: "Policy", cap: MinuteCap | None) -> Deeds:
        """What follows from one more call, where `policy` is the site's for it."""

    def reasons(self, hit: "Hit", calls: int, trunks: tuple[str, ...]) -> list[str]:
        """`hit` is the call that opened the alert."""


class HitDetector:
    """Keeps one state an open alert, closed `hold` after its last call.

    `cap`, `members` and `alerts` as in MaskingDetector; where more than `alerts` are open, the one that was
    silent longest is closed early. `local_cli` is what follows where an international call has a local number.
    """

    def __init__(
        self,
        policies: PolicyBook,
        local_cli: LocalCli | None = None,
        *,
        cap: MinuteCap | None = None,
        hold: int = 60_000_000_000,
        members: int = 1_000,
        alerts: int = 65_536,
    ) -> None:
        self._policies = policies
        self._rules: dict[str, Rule] = {
            "deny_a": DeniedCaller(),
            "watch_a": WatchedCaller(),
            "local_cli": local_cli or LocalCli(),
            "local_mobile_cli": LocalMobileCli(),
        }
        self._cap = cap
        self._hold = hold
        self._members = members
        self._alerts = alerts
        self._open: dict[_Key, _OpenAlert] = {}

    def __len__(self) -> int:
        """Alerts that are open."""
        return len(self._open)

    def use(self, policies: PolicyBook) -> None:
        """From now on these policies hold."""
        self._policies = policies

    def on_hit(self, hit: "Hit", now: int | None = None) -> tuple[Judgement, ...]:
        """The alert that this call opens or joins, after those that had to close for it.

        `now` is the clock's time where the traffic is live; None judges by the call's own time.
        """
        rule = self._rules[hit.rule]
        key = (rule.label, rule.parties(hit))
        at = now if now is not None else hit.at
        alert = self._open.pop(key, None)
        closed: tuple[Judgement, ...] = ()
        if alert is not None and hit.at - alert.last_seen_at > self._hold:
            closed, alert = (alert.close(self._hold),), None
        if alert is None:
            alert = _OpenAlert(rule, hit, self._members)
        before = alert.ledger.capped
        actions = alert.take(hit, at, self._policies, self._cap)
        self._open[key] = alert
        if len(self._open) > self._alerts:
            closed += (self._open.pop(next(iter(self._open))).close(self._hold),)
        return (*closed, Judgement(alert.told(), actions, alert.ledger.capped - before))

    def annotate(self, alert_id: str, said: Annotation) -> None:
        """From now on the alert, where it is open, is told with what analysts say of it."""
        for alert in self._open.values():
            if alert.ledger.alert_id == alert_id:
                alert.said = said

    def advance(self, now: int) -> tuple[Judgement, ...]:
        """Closes the alerts without a call for longer than the hold."""
        over = []
        for key, alert in self._open.items():
            if now - alert.met_at <= self._hold:
                break
            over.append(key)
        return tuple(self._open.pop(key).close(self._hold) for key in over)

    def finish(self) -> tuple[Judgement, ...]:
        """Closes every alert: no more calls will come."""
        closed = tuple(alert.close(self._hold) for alert in self._open.values())
        self._open.clear()
        return closed


class _OpenAlert:
    """The calls of one alert."""

    def __init__(self, rule: Rule, hit: "Hit", members: int) -> None:
        self.last_seen_at = hit.at
        self.met_at = hit.at
        self._rule = rule
        self._hit = hit
        self._members = Members(members)
        self._seen: dict[str, None] = {}
        self._callers: dict[str, None] = {}
        self._total = 0
        alert_id = digest(rule.label.value, hit.a_number, hit.b_number, str(hit.at))
        self.ledger = Ledger(alert_id, hit.b_number)
        self.said = Annotation()

    def take(self, hit: "Hit", at: int, policies: PolicyBook, cap: MinuteCap | None) -> Deeds:
        self.last_seen_at = max(self.last_seen_at, hit.at)
        self.met_at = max(self.met_at, at) if self._seen else at
        if hit.call_id in self._seen:
            return ()
        self._remember(hit)
        ended = hit.ended_at is not None and hit.at < at and hit.ended_at <= at
        subject = Subject(hit.call_id, hit.a_number, at, ended=ended)
        return self._rule.act(self.ledger, subject, policies.policy_for(hit.b_number, hit.trunk), cap)

    def _remember(self, hit: "Hit") -> None:
        self._seen[hit.call_id] = None
        if len(self._seen) > _KNOWN:
            del self._seen[next(iter(self._seen))]
        if len(self._callers) < _KNOWN:
            self._callers[hit.a_number] = None
        self._total += 1
        call = AlertCall(hit.call_id, hit.a_number, hit.at, hit.trunk, ended_at=hit.ended_at)
        self._members.add(call, suspect=False)

    def close(self, hold: int) -> Judgement:
        return Judgement(self.told(closed_at=self.last_seen_at + hold))

    def told(self, closed_at: int | None = None) -> Alert:
        calls, a_numbers, trunks = self._members.calls, self._members.a_numbers, self._members.trunks
        reasons = self._rule.reasons(self._hit, self._total, trunks)
        if self.ledger.capped:
            reasons.append(capped(self.ledger.capped, self.ledger.capped_at))
        return Alert(
            alert_id=self.ledger.alert_id,
            b_number=self.ledger.b_number,
            label=self._rule.label,
            severity=self._rule.severity,
            risk_level=RiskLevel(self._rule.severity.value),
            opened_at=self._hit.at,
            last_seen_at=self.last_seen_at,
            closed_at=closed_at,
            distinct_callers=len(self._callers),
            a_numbers=a_numbers,
            calls=calls,
            trunks=trunks,
            masking_probability=0.0,
            method=self._rule.method,
            reasons=tuple(reasons),
            action=self.ledger.deed.value,
            more_a_numbers=len(self._callers) - len(a_numbers),
            more_calls=self._total - len(calls),
            status=self.said.status,
            verdict=self.said.verdict,
            note=self.said.note,
        )
