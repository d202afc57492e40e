"""What a model can keep: which threshold wrongly cuts at most how many of a million calls.

A policy may state such a cost in the place of a threshold; which threshold that is, the model in force says.
"""

from dataclasses import dataclass, replace

from ringfence.model.policy import Policy
from ringfence.signalling.judgement import SCORECARD


@dataclass(frozen=True, slots=True)
class Costs:
    """`listed` are pairs of false cuts per million and threshold; `default` is the threshold where there are none."""

    method: str = SCORECARD
    listed: tuple[tuple[float, float], ...] = ()
    default: float = 0.7

    def threshold_for(self, false_cuts_per_million: float) -> float | None:
        """That of the largest listed cost which is not above this one; None where all are."""
        kept = [pair for pair in self.listed if pair[0] <= false_cuts_per_million]
        return max(kept)[1] if kept else None

    def in_force(self, policy: Policy) -> Policy:
        """The policy with the threshold that it acts from.

        Where its cost can't be kept, that is the strictest listed: who states a cost wants few calls cut.
        """
        if policy.false_cuts_per_million is None:
            return policy
        threshold = self.threshold_for(policy.false_cuts_per_million)
        if threshold is None:
            threshold = max((listed for _, listed in self.listed), default=self.default)
        return replace(policy, threshold=threshold)

    def fault(self, policy: Policy) -> str | None:
        """Why the policy's cost can't be kept and what can be had instead; None where all is well."""
        cost = policy.false_cuts_per_million
        if cost is None or self.threshold_for(cost) is not None:
            return None
        if not self.listed:
            return f"{self.method}, which scores calls here, lists no costs: give a threshold instead"
        told = ", ".join(f"{cost:g} (from {threshold:g} on)" for cost, threshold in sorted(self.listed))
        return (
            f"the model {self.method} keeps no cost as low as {cost:g} false cuts per million calls; "
            f"it lists {told}: state one of these or a threshold"
        )
