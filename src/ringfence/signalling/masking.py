"""From the engine's window state to an alert and what is to be done about its calls.

Stands between the engine, which finds who called whom in one window and how suspect each origin cluster is,
and `app`, which stores the alert and performs the actions.
"""

from typing import TYPE_CHECKING

from ringfence.model.action import Action, ActionMode
from ringfence.model.alert import Alert, AlertCall, AlertLabel, Annotation, FeatureRow
from ringfence.model.policy import Decide, Deed, Policy
from ringfence.signalling.cap import MinuteCap
from ringfence.signalling.deeds import Deeds, Ledger, Subject
from ringfence.signalling.features import feature_row
from ringfence.signalling.judgement import RULE, SCORECARD, Judgement
from ringfence.signalling.members import Members
from ringfence.signalling.policies import PolicyBook, acts_on
from ringfence.signalling.reasons import Evidence, Limits, fan_in_reasons, masking_reasons
from ringfence.signalling.risk import risk_level, severity
from ringfence.signalling.shadow import Agreement, ShadowSide, shadow_threshold_for

if TYPE_CHECKING:
    from ringfence_engine import AlertCall as ToldCall
    from ringfence_engine import AlertChange, Metrics

_KNOWN_CALLS = 65_536
_CUTS = (Deed.BLOCK, Deed.DISCONNECT)


class MaskingDetector:
    """Keeps one state an open alert and forgets it when the alert closes.

    `cap` is the site's brake, shared with the other detectors; None where it does not apply (replay).
    `members` bounds the calls, the A-numbers and the trunks that an alert lists, `alerts` the alerts that are
    open at once: the one that was longest without a change is forgotten first. `shadow_threshold` is the
    shadow's own; None where it goes by the live one's.
    """

    def __init__(
        self,
        policies: PolicyBook,
        *,
        cap: MinuteCap | None = None,
        members: int = 1_000,
        alerts: int = 65_536,
        shadow_threshold: float | None = None,
    ) -> None:
        self._policies = policies
        self._shadow_threshold = shadow_threshold
        self._cap = cap
        self._members = members
        self._alerts = alerts
        self._open: dict[str, _OpenAlert] = {}
        self.shed = 0
        """Alerts forgotten while they were open, since the start."""
        self.agreement = Agreement()
        """How the shadow compares with the live judge, since the start."""

    def __len__(self) -> int:
        """Alerts that are open."""
        return len(self._open)

    def use(self, policies: PolicyBook) -> None:
        """From now on these policies hold. An open alert's running calls meet them at its next change."""
        self._policies = policies

    def on_change(self, change: "AlertChange", now: int | None = None) -> Judgement:
        """The alert after `change`, and the actions that follow from what is new.

        `now` is the clock's time where the traffic is live: actions are decided then, and what has ended by
        then is left alone. None judges a stream of the past by its own clock: each call is decided
        on when it became one to act on, so that the size of the engine's batches changes nothing.
        """
        alert = self._open.pop(change.alert_id, None) or _OpenAlert(
            change, self._members, self._policies, self._shadow_threshold
        )
        before, agreed = alert.ledger.capped, alert.agreement
        actions = alert.take(change, self._policies, self._cap, now)
        self.agreement = self.agreement + alert.agreement - agreed
        if change.kind != "closed":
            self._open[change.alert_id] = alert
            if len(self._open) > self._alerts:
                del self._open[next(iter(self._open))]
                self.shed += 1
        return Judgement(alert.told(change), actions, alert.ledger.capped - before)

    def annotate(self, alert_id: str, said: Annotation) -> None:
        """From now on the alert, where it is open, is told with what analysts say of it."""
        alert = self._open.get(alert_id)
        if alert is not None:
            alert.said = said


class _OpenAlert:
    """What an alert gathered so far."""

    def __init__(
        self, change: "AlertChange", members: int, policies: PolicyBook, shadow_threshold: float | None
    ) -> None:
        self.ledger = Ledger(change.alert_id, change.b_number)
        self.said = Annotation()
        self._members = Members(members)
        self._policies = policies
        self._allowed: dict[str, bool] = {}
        self._exempt_calls = 0
        self._probability = 0.0
        self._callers = 0
        self._label = AlertLabel.FAN_IN
        self._met: set[Policy] = set()
        self._evidence = Evidence()
        self._features: FeatureRow | None = None
        self._metrics: Metrics | None = None
        self._shadow_threshold = shadow_threshold
        self._shadow = ShadowSide()

    def take(
        self, change: "AlertChange", policies: PolicyBook, cap: MinuteCap | None, now: int | None
    ) -> Deeds:
        actions: list[tuple[Action, ActionMode]] = []
        renewed = policies is not self._policies
        known = set(self._allowed) if renewed else set()
        if renewed:
            self._policies = policies
            actions += self._reconsider(change, cap, now)
        named: list[AlertCall] = []
        decisions: list[tuple[int, ToldCall, AlertCall, bool]] = []
        for told in sorted(change.calls, key=lambda call: (call.begun_at, call.call_id)):
            call = self._name(told, change.b_number)
            named.append(call)
            policy = policies.policy_for(change.b_number, told.trunk)
            judged = _at_once(told, policy, change.at) if told.call_id in known else _judged(told, policy)
            decisions += [(at, told, call, sure) for at, sure in judged]
        # In the order of their instants, so that the size of the engine's batches does not say who is tried first.
        for at, told, call, sure in sorted(decisions, key=lambda decision: decision[0]):
            subject = _subject(told, judged_at=at, decided_at=at if now is None else now, sure=sure)
            actions += self._act(subject, call, change, cap)
        self._members.drop(change.left)
        self._learn(change, suspects=any(call.suspect for call in named))
        if (shadow := change.shadow) is not None:
            weighed = [(call, *self._shadow_terms(call, change)) for call in named]
            self._members.shade(self._shadow.take(shadow, weighed, change.left))
        return tuple(actions)

    def _shadow_terms(self, call: AlertCall, change: "AlertChange") -> tuple[float, bool]:
        """The threshold at which the shadow holds a call for a suspect, and whether a list exempts the call."""
        policy = self._policies.policy_for(change.b_number, call.trunk)
        threshold = shadow_threshold_for(policy, self._policies, self._shadow_threshold)
        return threshold, change.allowed or self._allowed.get(call.call_id, False)

    @property
    def agreement(self) -> Agreement:
        return self._shadow.agreement(self._label)

    def _name(self, told: "ToldCall", b_number: str) -> AlertCall:
        policy = self._policies.policy_for(b_number, told.trunk)
        self._met.add(policy)
        if told.allowed and not self._allowed.get(told.call_id, False):
            self._exempt_calls += 1
        self._allowed[told.call_id] = told.allowed
        if len(self._allowed) > _KNOWN_CALLS:
            del self._allowed[next(iter(self._allowed))]
        return self._members.add(told, suspect=told.steps[-1][0] >= policy.threshold)

    def _act(self, subject: Subject, call: AlertCall, change: "AlertChange", cap: MinuteCap | None) -> Deeds:
        policy = self._policies.policy_for(change.b_number, call.trunk)
        exempt = change.allowed or self._allowed.get(call.call_id, False)
        if exempt or not acts_on(policy, suspect=call.suspect):
            return ()
        return self.ledger.act(subject, policy, cap)

    def _reconsider(self, change: "AlertChange", cap: MinuteCap | None, now: int | None) -> Deeds:
        """What new policies want done about the calls named before."""
        at = now if now is not None else change.at
        told_now = {told.call_id for told in change.calls}
        actions: list[tuple[Action, ActionMode]] = []
        self._met.clear()
        for call in self._members.calls:
            policy = self._policies.policy_for(change.b_number, call.trunk)
            self._met.add(policy)
            if call.call_id not in told_now:
                # Nobody tells when a named call is answered, so that it can't be blocked any more.
                ended = call.ended_at is not None and call.ended_at <= at
                sure = policy.decide is Decide.RULE or call.score >= policy.sure_threshold
                subject = Subject(
                    call.call_id, call.a_number, at, ended=ended, judged_at_begin=False, sure=sure
                )
                actions += self._act(subject, call, change, cap)
        return tuple(actions)

    def _learn(self, change: "AlertChange", *, suspects: bool) -> None:
        self._probability = max(self._probability, change.probability)
        self._callers = (
            change.distinct_callers if change.left else max(self._callers, change.distinct_callers)
        )
        if suspects or self._probability >= self._threshold:
            self._label = AlertLabel.MASKING
        if change.metrics.seizures:
            self._metrics = change.metrics
        self._weigh(change)

    @property
    def _threshold(self) -> float:
        return max((policy.threshold for policy in self._met), default=1.0)

    def _weigh(self, change: "AlertChange") -> None:
        clusters = change.clusters
        if not clusters:
            return
        top = max(clusters, key=lambda cluster: (cluster.probability, cluster.callers))
        known = self._evidence.top
        if known is not None and (top.probability, top.callers) < (known.probability, known.callers):
            return
        self._features = feature_row(top)
        beside = [cluster for cluster in clusters if cluster is not top]
        judged = [
            cluster.probability >= self._policies.policy_for(change.b_number, cluster.trunk).threshold
            for cluster in beside
        ]
        self._evidence = Evidence(
            top=top,
            other_suspects=sum(judged),
            other_callers=sum(c.callers for c, masks in zip(beside, judged, strict=True) if not masks),
            by_model=change.method != SCORECARD,
        )

    def told(self, change: "AlertChange") -> Alert:
        a_numbers, calls = self._members.a_numbers, self._members.calls
        callers = max(change.total_callers, len(a_numbers))
        return Alert(
            alert_id=change.alert_id,
            b_number=change.b_number,
            label=self._label,
            severity=severity(self._probability, callers),
            risk_level=risk_level(self._probability),
            opened_at=change.opened_at,
            last_seen_at=change.last_seen_at,
            closed_at=change.closed_at,
            distinct_callers=self._callers,
            a_numbers=a_numbers,
            calls=calls,
            trunks=self._members.trunks,
            masking_probability=self._probability,
            method=RULE if self._evidence.top is None else change.method,
            reasons=self._reasons(change),
            action=self.ledger.deed.value,
            more_a_numbers=callers - len(a_numbers),
            more_calls=max(change.total_calls - len(calls), 0),
            status=self.said.status,
            verdict=self.said.verdict,
            note=self.said.note,
            features=self._features,
            shadow=self._shadow.told,
        )

    def _reasons(self, change: "AlertChange") -> tuple[str, ...]:
        limits = Limits(
            b_allowed=change.allowed,
            exempt_calls=self._exempt_calls,
            capped=self.ledger.capped,
            capped_at=self.ledger.capped_at,
            spared=self.ledger.spared,
            by_rule=bool(self._met) and all(policy.decide is Decide.RULE for policy in self._met),
            cuts=self.ledger.deed in _CUTS,
        )
        if self._label is AlertLabel.MASKING:
            return masking_reasons(self._evidence, self._metrics, limits, callers=self._callers)
        return fan_in_reasons(
            self._evidence,
            self._metrics,
            limits,
            callers=self._callers,
            probability=self._probability,
            threshold=self._threshold,
        )


def _judged(told: "ToldCall", policy: Policy) -> list[tuple[int, bool]]:
    """Event times at which the call became one that `policy` acts on, and from when it is sure of it."""
    if policy.decide is Decide.RULE:
        return [(told.named_at, True)]
    reached = _reached(told, policy.threshold) or told.named_at
    sure = _reached(told, policy.sure_threshold)
    if sure is None:
        return [(reached, False)]
    return [(reached, True)] if sure <= reached else [(reached, False), (sure, True)]


def _at_once(told: "ToldCall", policy: Policy, at: int) -> list[tuple[int, bool]]:
    """The same of a call that was named before a new policy came."""
    return [(at, policy.decide is Decide.RULE or told.steps[-1][0] >= policy.sure_threshold)]


def _reached(told: "ToldCall", threshold: float) -> int | None:
    return next((at for level, at in told.steps if level >= threshold), None)


def _subject(told: "ToldCall", *, judged_at: int, decided_at: int, sure: bool) -> Subject:
    # A CDR tells a call's end with its begin; at its begin it was neither answered nor over.
    begins = told.begun_at >= decided_at
    return Subject(
        call_id=told.call_id,
        a_number=told.a_number,
        decided_at=decided_at,
        answered=not begins and told.answered_at is not None and told.answered_at <= decided_at,
        ended=not begins and told.ended_at is not None and told.ended_at <= decided_at,
        judged_at_begin=told.begun_at >= judged_at,
        sure=sure,
    )
