"""International calls that present a number of the home country: what regulators call masking, a fact of one call.

One alert a called number, whoever calls: those who do this change their number from call to call. ECC/REC(23)03 has
calls with fixed-line numbers blocked; mobile ones may be roamers who call home.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from ringfence.model.alert import AlertLabel, Severity
from ringfence.model.policy import Deed, Policy
from ringfence.signalling.cap import MinuteCap
from ringfence.signalling.deeds import Deeds, Ledger, Subject
from ringfence.signalling.wording import listed, name, plural

if TYPE_CHECKING:
    from ringfence_engine import Hit

_MOST_TRUNKS = 3


class _LocalNumber:
    method = "local_cli"

    def parties(self, hit: "Hit") -> tuple[str, ...]:
        return (hit.b_number,)


@dataclass(frozen=True, slots=True)
class LocalCli(_LocalNumber):
    """Calls with fixed-line numbers, which nobody takes abroad: `deed` follows, whatever the site's policy is."""

    label: ClassVar = AlertLabel.LOCAL_CLI
    severity: ClassVar = Severity.HIGH

    deed: Deed = Deed.FLAG
    live: bool = False

    def act(self, ledger: Ledger, subject: Subject, policy: Policy, cap: MinuteCap | None) -> Deeds:
        """The cap is the policy's, so that one measure holds for all that is cut."""
        return ledger.act(subject, replace(policy, deed=self.deed, live=self.live), cap)

    def reasons(self, hit: "Hit", calls: int, trunks: tuple[str, ...]) -> list[str]:
        came = _came(calls, trunks, "a fixed-line number", "fixed-line numbers")
        return [came, f"ECC/REC(23)03 has such {'a call' if calls == 1 else 'calls'} blocked"]


class LocalMobileCli(_LocalNumber):
    """Calls with numbers that mobile phones may have: told, and nothing follows."""

    label = AlertLabel.LOCAL_MOBILE_CLI
    severity = Severity.LOW

    def act(self, ledger: Ledger, subject: Subject, policy: Policy, cap: MinuteCap | None) -> Deeds:
        return ()

    def reasons(self, hit: "Hit", calls: int, trunks: tuple[str, ...]) -> list[str]:
        came = _came(calls, trunks, "a number", "numbers")
        return [came, "the line may be mobile, and its owner a roamer who calls home: their operator knows"]


def _came(calls: int, trunks: tuple[str, ...], one: str, many: str) -> str:
    """`the call came over the international trunk ic-7 with a fixed-line number of the home country`."""
    subject = "the call" if calls == 1 else plural(calls, "call")
    names = [name(trunk) for trunk in trunks[:_MOST_TRUNKS]]
    if len(trunks) > _MOST_TRUNKS:
        names.append(f"{len(trunks) - _MOST_TRUNKS} more")
    over = f"the international trunk{'' if len(trunks) == 1 else 's'} {listed(names)}"
    return f"{subject} came over {over} with {one if calls == 1 else many} of the home country"
