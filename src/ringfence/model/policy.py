"""The site's rules: what follows from an alert, and which numbers are exempt, barred or watched."""

from dataclasses import dataclass
from enum import StrEnum


class Decide(StrEnum):
    """What makes a call a suspect: the window rule alone, or the rule and its cluster's probability."""

    RULE = "rule"
    SCORE = "score"


class Deed(StrEnum):
    """How far a policy goes. Its actions are of its own kind alone: `disconnect` does not flag as well."""

    MONITOR = "monitor"
    FLAG = "flag"
    BLOCK = "block"
    DISCONNECT = "disconnect"


class PolicyScope(StrEnum):
    """What a policy is for, the most special first."""

    B_NUMBER = "b_number"
    B_PREFIX = "b_prefix"
    TRUNK = "trunk"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Policy:
    """`match` is the number, the prefix without its `*`, or the trunk; empty for the default.

    Where it decides by the score, a call is a suspect from `threshold` on, and from `sure_threshold` on every suspect
    is cut; between the two only the first call of an alert is, and the others are flagged. More than
    `disconnects_per_minute` calls to be cut in a minute are flagged instead. Where `false_cuts_per_million` is
    stated, `threshold` is what the model in force makes of it.
    """

    scope: PolicyScope = PolicyScope.DEFAULT
    match: str = ""
    decide: Decide = Decide.SCORE
    deed: Deed = Deed.DISCONNECT
    live: bool = False
    threshold: float = 0.7
    sure_threshold: float = 0.998
    disconnects_per_minute: int = 60
    false_cuts_per_million: float | None = None

    @property
    def pattern(self) -> str:
        """`match` as people write it: a prefix with its `*`."""
        return self.match + "*" if self.scope is PolicyScope.B_PREFIX else self.match


class ListName(StrEnum):
    """Allow wins over deny. Watch raises an alert and touches no call."""

    ALLOW_B = "allow_b"
    ALLOW_TRUNK = "allow_trunk"
    ALLOW_A = "allow_a"
    DENY_A = "deny_a"
    WATCH_A = "watch_a"


@dataclass(frozen=True, slots=True)
class ListEntry:
    """`value` is a number in E.164, a prefix that ends in `*`, or a trunk's name."""

    list_name: ListName
    value: str
    note: str = ""
    source: str = ""
    expires_at: int | None = None

    def holds_at(self, now: int) -> bool:
        return self.expires_at is None or self.expires_at > now
