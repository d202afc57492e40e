"""Which of the site's policies a call falls under: the first question after a call became a suspect."""

from collections.abc import Iterable, Iterator

from ringfence.errors import BadInput
from ringfence.model.action import ActionMode
from ringfence.model.policy import Decide, Policy, PolicyScope


class PolicyBook:
    """All policies of a site. Never changes: a change of the site's rules is a new book.

    The most special entry decides: exact B-number, longest B-prefix, trunk, default. Without a default of its
    own the book takes `Policy()`. Raises BadInput for two policies of one scope and match, for a scope
    without its match, and for figures out of range.
    """

    def __init__(self, policies: Iterable[Policy] = ()) -> None:
        self._by_scope: dict[PolicyScope, dict[str, Policy]] = {scope: {} for scope in PolicyScope}
        for policy in policies:
            _check(policy)
            entries = self._by_scope[policy.scope]
            if policy.match in entries:
                told = f"{policy.scope} {policy.pattern}".strip()
                raise BadInput(f"There are two policies for {told}: keep one", code="policy_twice")
            entries[policy.match] = policy
        self._default = self._by_scope[PolicyScope.DEFAULT].get("", Policy())
        prefixes = self._by_scope[PolicyScope.B_PREFIX]
        self._prefix_lengths = sorted({len(prefix) for prefix in prefixes}, reverse=True)

    @property
    def default(self) -> Policy:
        return self._default

    def __iter__(self) -> Iterator[Policy]:
        """Every policy; the default first, also where it is not among those given."""
        yield self._default
        for scope, entries in self._by_scope.items():
            if scope is not PolicyScope.DEFAULT:
                yield from entries.values()

    @property
    def thresholds(self) -> list[float]:
        """Every probability from which a policy acts, or acts on every suspect."""
        return sorted({level for policy in self for level in (policy.threshold, policy.sure_threshold)})

    def policy_for(self, b_number: str, trunk: str = "") -> Policy:
        """The policy of one call to `b_number` that came in on `trunk` (empty where it is not known)."""
        return self._for_number(b_number) or self._by_scope[PolicyScope.TRUNK].get(trunk) or self._default

    def _for_number(self, b_number: str) -> Policy | None:
        exact = self._by_scope[PolicyScope.B_NUMBER].get(b_number)
        if exact is not None:
            return exact
        prefixes = self._by_scope[PolicyScope.B_PREFIX]
        for length in self._prefix_lengths:
            policy = prefixes.get(b_number[:length])
            if policy is not None:
                return policy
        return None


def mode_of(policy: Policy) -> ActionMode:
    """How the actions of this policy are performed."""
    return ActionMode.LIVE if policy.live else ActionMode.DRY_RUN


def logged_name(policy: Policy) -> str:
    """For a log, which whole numbers stay out of."""
    if policy.scope is PolicyScope.B_NUMBER:
        return f"{policy.scope} ***{policy.match[-4:]}"
    return f"{policy.scope} {policy.pattern}".strip()


def acts_on(policy: Policy, *, suspect: bool) -> bool:
    """Whether the policy's deed is for this call: by the rule every named call, by the score the suspects."""
    return suspect or policy.decide is Decide.RULE


def _check(policy: Policy) -> None:
    if (policy.scope is PolicyScope.DEFAULT) != (policy.match == ""):
        raise BadInput(f"a policy of scope {policy.scope} can't match {policy.match!r}", code="policy_match")
    for name in ("threshold", "sure_threshold"):
        if not 0.0 <= getattr(policy, name) <= 1.0:
            raise BadInput(f"{name} {getattr(policy, name)} is not from 0 to 1", code="policy_threshold")
    if policy.disconnects_per_minute < 0:
        raise BadInput("disconnects_per_minute can't be negative", code="policy_cap")
