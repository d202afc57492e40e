"""The site's rules in force: policies and number lists, from the settings and from what the API set.

A change is checked by the part that will use it, recorded with its line of the audit trail, then in force.
"""

import logging
import re
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ringfence.errors import BadInput, Conflict
from ringfence.model.policy import ListEntry, ListName, Policy, PolicyScope
from ringfence.ports import PolicyRecords
from ringfence.signalling import Costs, PolicyBook, logged_name

if TYPE_CHECKING:
    from ringfence_engine import Engine

_log = logging.getLogger(__name__)
_Name = tuple[ListName, str]
_BETWEEN_DIGITS = str.maketrans("", "", " -.()")
_NAME_OR_CODE = re.compile(r"[^\W\d_]\S*|[*#][\d*#]+")
_WRITTEN = (
    "write a number (+442079460000), a prefix (+44800*), a dialled code (*98) or a name that begins with a letter "
    "(sip:desk@example.net, anonymous)"
)


def enforce(engine: "Engine", list_name: ListName, value: str) -> None:
    """Puts an entry into the engine. Raises BadInput that says what is wrong with it."""
    try:
        engine.set_list(list_name.value, value)
    except ValueError as error:
        raise BadInput(f"{list_name}: {error.args[-1]}", code="list_entry_invalid") from None


def checked(engine: "Engine", entry: ListEntry) -> ListEntry:
    """The entry, if a call can carry its value. Raises BadInput: an entry that is mistyped would do nothing."""
    value = entry.value.strip()
    numbered = entry.list_name is not ListName.ALLOW_TRUNK and value and not value.endswith("*")
    if numbered and not _is_carried(engine, value):
        raise BadInput(f"{entry.list_name}: the value is no number; {_WRITTEN}", code="list_entry_invalid")
    return entry


def _is_carried(engine: "Engine", value: str) -> bool:
    """Whether a call can have it as its number; what is none stays as the sender wrote it."""
    is_number = engine.number_validity(value) != "not_a_number"
    return is_number or _NAME_OR_CODE.fullmatch(value) is not None


def normal_policy(engine: "Engine", policy: Policy) -> Policy:
    """The policy with the number it is for as calls carry it. Raises BadInput where none can."""
    if policy.scope is not PolicyScope.B_NUMBER or not policy.match:
        return policy
    if not _is_carried(engine, policy.match):
        raise BadInput(f"{policy.scope}: the match is no number; {_WRITTEN}", code="policy_match")
    return replace(policy, match=engine.normalise(policy.match))


def kept_policy(costs: Costs, policy: Policy) -> Policy:
    """The policy with the threshold that it acts from. Raises BadInput where the model can't keep its cost."""
    fault = costs.fault(policy)
    if fault is not None:
        told = f"the policy {policy.scope} {policy.pattern}".rstrip()
        raise BadInput(f"{told}, false_cuts_per_million: {fault}", code="policy_cost")
    return costs.in_force(policy)


class SiteRules:
    """`policies` and `entries` come from the settings: the API goes before them and does not remove them.

    `costs` is what the model in force can keep. Safe to share between threads.
    """

    def __init__(
        self,
        engine: "Engine",
        records: PolicyRecords,
        policies: Iterable[Policy],
        entries: Iterable[ListEntry],
        now: int,
        costs: Costs,
    ) -> None:
        self.costs = costs
        self._engine = engine
        self._records = records
        self._change = threading.RLock()
        self._file_policies = tuple(normal_policy(engine, policy) for policy in policies)
        # What people set earlier falls back and says so; what a person can mend now does not start.
        PolicyBook(
            kept_policy(costs, policy) for policy in self._file_policies
        )  # refuses two for the same thing, which the API's may be beside them
        self._file_entries = {(e.list_name, e.value): e for e in map(self._normal_entry, entries)}
        self._set_entries = {(e.list_name, e.value): e for e in records.list_entries()}
        self._set_policies = records.policies()
        self._in_force: set[_Name] = set()
        self._next_end: int | None = None
        self._users: tuple[Callable[[PolicyBook], None], ...] = ()
        self.book = self._book(self._set_policies)
        self._say_unkept()
        self._lay(now)

    def on_change(self, *users: Callable[[PolicyBook], None]) -> None:
        """Each is called with every new book."""
        self._users = users

    def policies(self) -> tuple[tuple[Policy, bool], ...]:
        """Those in force, each with whether it comes from the settings."""
        with self._change:
            ours = {(policy.scope, policy.match) for policy in self._set_policies}
            joined = self._joined(self._set_policies)
        return tuple((policy, (policy.scope, policy.match) not in ours) for policy in joined)

    def replace_policies(self, policies: Sequence[Policy], who: str, at: int) -> None:
        """All that people have set; those that the settings hold as well need no record. Raises BadInput."""
        wanted = [normal_policy(self._engine, policy) for policy in policies]
        PolicyBook(wanted)
        kept = tuple(policy for policy in wanted if policy not in self._file_policies)
        with self._change:
            book = self._book(kept)
            self._records.replace_policies([self.costs.in_force(policy) for policy in kept], who, at)
            self._set_policies = kept
            self._use(book)

    def weigh(self, costs: Costs) -> None:
        """Another model scores: what costs it can keep decides from which thresholds the policies act."""
        with self._change:
            self.costs = costs
            book = self._book(self._set_policies)
            if list(book) != list(self.book):
                self._use(book)
            self._say_unkept()

    def _book(self, over: Sequence[Policy]) -> PolicyBook:
        return PolicyBook(self._joined(over))

    def _use(self, book: PolicyBook) -> None:
        self.book = book
        for use in self._users:
            use(book)

    def _say_unkept(self) -> None:
        for policy in self.book:
            if fault := self.costs.fault(policy):
                _log.warning(
                    "THE POLICY %s CAN'T KEEP ITS COST and acts from probability %g on: %s",
                    logged_name(policy),
                    policy.threshold,
                    fault,
                )

    def entries(self) -> tuple[tuple[ListEntry, bool], ...]:
        """Every entry, each with whether it comes from the settings."""
        with self._change:
            joined = self._file_entries | self._set_entries
            return tuple((entry, name not in self._set_entries) for name, entry in sorted(joined.items()))

    def put(self, entry: ListEntry, who: str, at: int) -> ListEntry:
        """Adds or changes an entry; answers it in its normal form. Raises BadInput."""
        entry = self._normal_entry(entry)
        if entry.expires_at is not None and entry.expires_at <= at:
            raise BadInput("The entry would have ended already", code="list_entry_expired")
        name = (entry.list_name, entry.value)
        with self._change:
            fresh = name not in self._in_force
            self._enforce(name)
            try:
                self._records.put_list_entry(entry, who, at)
            except Exception:
                if fresh:
                    self._lift(name)
                raise
            self._set_entries[name] = entry
            self._lay(at)
        return entry

    def drop(self, list_name: ListName, value: str, who: str, at: int) -> None:
        """Raises NotFound, and Conflict for an entry that stands in the settings."""
        name = (list_name, self._normal_value(list_name, value))
        with self._change:
            if name in self._file_entries and name not in self._set_entries:
                raise Conflict(
                    f"{name[1]} stands in the settings file: remove it there", code="list_entry_fixed"
                )
            self._records.drop_list_entry(*name, who, at)
            del self._set_entries[name]
            self._lay(at)

    def expire(self, now: int) -> None:
        """Takes the entries that have ended out of the engine; cheap where none has."""
        with self._change:
            if self._next_end is not None and now >= self._next_end:
                self._lay(now)

    def _lay(self, now: int) -> None:
        """Lays the entries that hold at `now` into the engine, and takes out all others."""
        with self._change:
            # An entry that the API made ends for itself; one of the settings with the same value stays.
            known = [*self._file_entries.items(), *self._set_entries.items()]
            held = [(name, entry) for name, entry in known if entry.holds_at(now)]
            due = {name for name, _ in held}
            for name in due - self._in_force:
                self._enforce(name)
            for name in self._in_force - due:
                self._lift(name)
            ends = [entry.expires_at for _, entry in held if entry.expires_at is not None]
            self._next_end = min(ends, default=None)

    def _enforce(self, name: _Name) -> None:
        enforce(self._engine, *name)
        self._in_force.add(name)

    def _lift(self, name: _Name) -> None:
        self._engine.unset_list(name[0].value, name[1])
        self._in_force.discard(name)

    def _joined(self, over: Sequence[Policy]) -> tuple[Policy, ...]:
        table = {(policy.scope, policy.match): policy for policy in (*self._file_policies, *over)}
        return tuple(self.costs.in_force(policy) for policy in table.values())

    def _normal_entry(self, entry: ListEntry) -> ListEntry:
        entry = checked(self._engine, entry)
        return replace(entry, value=self._normal_value(entry.list_name, entry.value))

    def _normal_value(self, list_name: ListName, value: str) -> str:
        value = value.strip()
        if list_name is ListName.ALLOW_TRUNK:
            return value
        if value.endswith("*"):
            # As the engine reads it, so that one prefix is one entry however it is written.
            return value.translate(_BETWEEN_DIGITS)
        # A blank would else be read as a caller who withholds their number.
        return self._engine.normalise(value) if value else value
