"""Calls by numbers of the deny and watch lists: one alert a caller and called number.

A denied call meets the policy's deed; a watched one is shown to a person and never touched.
"""

from typing import TYPE_CHECKING, ClassVar

from ringfence.model.alert import AlertLabel, Severity
from ringfence.model.policy import Deed, Policy
from ringfence.signalling.cap import MinuteCap
from ringfence.signalling.deeds import Deeds, Ledger, Subject
from ringfence.signalling.policies import mode_of
from ringfence.signalling.wording import plural

if TYPE_CHECKING:
    from ringfence_engine import Hit


class _ListedCaller:
    method = "list"
    list_name: ClassVar[str]

    def parties(self, hit: "Hit") -> tuple[str, ...]:
        return hit.a_number, hit.b_number

    def reasons(self, hit: "Hit", calls: int, trunks: tuple[str, ...]) -> list[str]:
        entry = f" by the entry {hit.value}" if hit.value.endswith("*") else ""
        return [
            f"the caller is on the {self.list_name} list{entry}",
            f"{plural(calls, 'call')} to this number",
        ]


class DeniedCaller(_ListedCaller):
    label = AlertLabel.DENIED_CALLER
    severity = Severity.HIGH
    list_name = "deny"

    def act(self, ledger: Ledger, subject: Subject, policy: Policy, cap: MinuteCap | None) -> Deeds:
        return ledger.act(subject, policy, cap)


class WatchedCaller(_ListedCaller):
    label = AlertLabel.WATCHED_CALLER
    severity = Severity.MEDIUM
    list_name = "watch"

    def act(self, ledger: Ledger, subject: Subject, policy: Policy, cap: MinuteCap | None) -> Deeds:
        if policy.deed is Deed.MONITOR:
            return ()
        return ledger.flag(subject.decided_at, mode_of(policy))
