"""Calls by numbers of the deny and watch lists: one alert a caller and called number, however few the calls.

A denied call meets the policy's deed; a watched one is shown to a person and never touched.
"""

from typing import TYPE_CHECKING

from ringfence.model.alert import Alert, AlertCall, AlertLabel, Annotation, RiskLevel, Severity
from ringfence.model.policy import Deed
from ringfence.signalling.cap import MinuteCap
from ringfence.signalling.deeds import Deeds, Ledger, Subject, digest
from ringfence.signalling.judgement import Judgement
from ringfence.signalling.policies import PolicyBook, mode_of
from ringfence.signalling.wording import plural

if TYPE_CHECKING:
    from ringfence_engine import ListHit

METHOD = "list"
_KNOWN_CALLS = 65_536

_Pair = tuple[AlertLabel, str, str]


class ListDetector:
    """Keeps one state an open pair of caller and called number, closed `hold` after its last call.

    `cap`, `members` and `alerts` as in MaskingDetector; where more than `alerts` are open, the pair that was
    silent longest is closed early.
    """

    def __init__(
        self,
        policies: PolicyBook,
        *,
        cap: MinuteCap | None = None,
        hold: int = 60_000_000_000,
        members: int = 1_000,
        alerts: int = 65_536,
    ) -> None:
        self._policies = policies
        self._cap = cap
        self._hold = hold
        self._members = members
        self._alerts = alerts
        self._open: dict[_Pair, _OpenPair] = {}

    def __len__(self) -> int:
        """Alerts that are open."""
        return len(self._open)

    def use(self, policies: PolicyBook) -> None:
        """From now on these policies hold."""
        self._policies = policies

    def on_hit(self, hit: "ListHit", now: int | None = None) -> tuple[Judgement, ...]:
        """The alert that this call opens or joins, after those that had to close for it.

        `now` is the clock's time where the traffic is live; None judges by the call's own time.
        """
        label = AlertLabel.DENIED_CALLER if hit.list_name == "deny_a" else AlertLabel.WATCHED_CALLER
        key = (label, hit.a_number, hit.b_number)
        at = now if now is not None else hit.at
        pair = self._open.pop(key, None)
        closed: tuple[Judgement, ...] = ()
        if pair is not None and hit.at - pair.last_seen_at > self._hold:
            closed, pair = (pair.close(self._hold),), None
        if pair is None:
            pair = _OpenPair(label, hit, self._members)
        before = pair.ledger.capped
        actions = pair.take(hit, at, self._policies, self._cap)
        self._open[key] = pair
        if len(self._open) > self._alerts:
            closed += (self._open.pop(next(iter(self._open))).close(self._hold),)
        return (*closed, Judgement(pair.told(), actions, pair.ledger.capped - before))

    def annotate(self, alert_id: str, said: Annotation) -> None:
        """From now on the alert, where it is open, is told with what analysts say of it."""
        for pair in self._open.values():
            if pair.ledger.alert_id == alert_id:
                pair.said = said

    def advance(self, now: int) -> tuple[Judgement, ...]:
        """Closes the alerts without a call for longer than the hold."""
        over = []
        for key, pair in self._open.items():
            if now - pair.met_at <= self._hold:
                break
            over.append(key)
        return tuple(self._open.pop(key).close(self._hold) for key in over)

    def finish(self) -> tuple[Judgement, ...]:
        """Closes every alert: no more calls will come."""
        closed = tuple(pair.close(self._hold) for pair in self._open.values())
        self._open.clear()
        return closed


class _OpenPair:
    """The calls of one listed number to one called number."""

    def __init__(self, label: AlertLabel, hit: "ListHit", members: int) -> None:
        self.last_seen_at = hit.at
        self.met_at = hit.at
        self._label = label
        self._hit = hit
        self._members = members
        self._calls: list[AlertCall] = []
        self._trunks: dict[str, None] = {}
        self._seen: dict[str, None] = {}
        self._total = 0
        alert_id = digest(label.value, hit.a_number, hit.b_number, str(hit.at))
        self.ledger = Ledger(alert_id, hit.b_number)
        self.said = Annotation()

    def take(self, hit: "ListHit", at: int, policies: PolicyBook, cap: MinuteCap | None) -> Deeds:
        self.last_seen_at = max(self.last_seen_at, hit.at)
        self.met_at = max(self.met_at, at) if self._seen else at
        if hit.call_id in self._seen:
            return ()
        self._remember(hit)
        policy = policies.policy_for(hit.b_number, hit.trunk)
        if policy.deed is Deed.MONITOR:
            return ()
        if self._label is AlertLabel.WATCHED_CALLER:
            return self.ledger.flag(at, mode_of(policy))
        ended = hit.ended_at is not None and hit.at < at and hit.ended_at <= at
        return self.ledger.act(Subject(hit.call_id, hit.a_number, at, ended=ended), policy, cap)

    def _remember(self, hit: "ListHit") -> None:
        self._seen[hit.call_id] = None
        if len(self._seen) > _KNOWN_CALLS:
            del self._seen[next(iter(self._seen))]
        self._total += 1
        if len(self._calls) < self._members:
            self._calls.append(AlertCall(hit.call_id, hit.a_number, hit.at, hit.trunk))
            self._calls.sort(key=lambda call: (call.begun_at, call.call_id))
            if hit.trunk:
                self._trunks[hit.trunk] = None

    def close(self, hold: int) -> Judgement:
        return Judgement(self.told(closed_at=self.last_seen_at + hold))

    def told(self, closed_at: int | None = None) -> Alert:
        denied = self._label is AlertLabel.DENIED_CALLER
        return Alert(
            alert_id=self.ledger.alert_id,
            b_number=self.ledger.b_number,
            label=self._label,
            severity=Severity.HIGH if denied else Severity.MEDIUM,
            risk_level=RiskLevel.HIGH if denied else RiskLevel.MEDIUM,
            opened_at=self._hit.at,
            last_seen_at=self.last_seen_at,
            closed_at=closed_at,
            distinct_callers=1,
            a_numbers=(self._hit.a_number,),
            calls=tuple(self._calls),
            trunks=tuple(self._trunks),
            masking_probability=0.0,
            method=METHOD,
            reasons=self._reasons(),
            action=self.ledger.deed.value,
            more_calls=self._total - len(self._calls),
            status=self.said.status,
            verdict=self.said.verdict,
            note=self.said.note,
        )

    def _reasons(self) -> tuple[str, ...]:
        name = "deny" if self._label is AlertLabel.DENIED_CALLER else "watch"
        entry = f" by the entry {self._hit.value}" if self._hit.value.endswith("*") else ""
        told = [f"the caller is on the {name} list{entry}", f"{plural(self._total, 'call')} to this number"]
        if self.ledger.capped:
            told.append(
                f"THE CAP OF {self.ledger.capped_at} CUT CALLS A MINUTE IS REACHED: "
                f"{plural(self.ledger.capped, 'call')} flagged instead of cut"
            )
        return tuple(told)
