"""What was planted, and where the rule really holds, counted exactly over every call of the run.

The rule: at least N = 5 distinct A-numbers with a call begun in (t - W, t], W = 5 s. A truth file is NDJSON:
one `run` record, then `attack`, `burst` and `fan_in` records.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from ringfence.errors import BadInput
from ringfence.lab.simulate.chance import SECOND

WINDOW = 5 * SECOND
THRESHOLD = 5


def rfc3339(at: int) -> str:
    """UTC with microseconds."""
    whole = datetime.fromtimestamp(at // SECOND, UTC)
    return f"{whole:%Y-%m-%dT%H:%M:%S}.{at % SECOND // 1000:06d}Z"


@dataclass(frozen=True, slots=True)
class RunTruth:
    """What the run was and how it came out; `acd_seconds` is the mean from answer to release.

    `benign_calls` are those of no attack or drip, outside mixed bursts; `benign_units` says of such calls to
    one B-number how many B-numbers had so many, so its products add up to `benign_calls`.
    """

    seed: int
    profile: str
    split: str
    region: str
    started_at: str
    hours: float
    calls: int
    attack_calls: int
    benign_calls: int
    benign_units: dict[int, int]
    asr: float
    acd_seconds: float
    window_seconds: float = WINDOW / SECOND
    threshold: int = THRESHOLD


@dataclass(frozen=True, slots=True)
class AttackTruth:
    """One planted attack or drip.

    `reaches_rule`: some window that held N distinct A-numbers, whoever's, also held a call of this attack;
    `reached_at` is the first such instant and `rule_calls` counts the attack's calls in such windows.
    `reaches_rule_alone`: its own calls would do. `exposed`: its own User-Agent and SDP origin show.
    `called_at` is, in the order of `call_ids`, the microseconds of each call after the first. `nth_call` is the
    place in `call_ids` of its first call at or after `reached_at`; null where there is none. `mixed`: it hides
    in a hotline's burst. `unseen`: only the test split has its family.
    """

    attack_id: str
    family: str
    unseen: bool
    pace: str
    drip: bool
    mixed: bool
    answered: bool
    exposed: bool
    b_number: str
    first_call_at: str
    last_call_at: str
    reaches_rule: bool
    reaches_rule_alone: bool
    reached_at: str | None
    nth_call: int | None
    rule_calls: int
    hotline_burst: int | None
    trunks: tuple[str, ...]
    a_numbers: tuple[str, ...]
    call_ids: tuple[str, ...]
    called_at: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class BurstTruth:
    """One hotline burst; `calls` counts the true callers' calls only.

    `mixed`: an attack hides in it; `call_ids` are the true callers' then, and left out otherwise. `unseen`:
    only the test split has its kind.
    """

    burst: int
    kind: str
    unseen: bool
    mixed: bool
    b_number: str
    first_call_at: str
    last_call_at: str
    calls: int
    reaches_rule: bool
    call_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FanInTruth:
    """A B-number at which honest calls alone satisfy the rule, `times` with more than W between."""

    b_number: str
    hotline: bool
    first_at: str
    last_at: str
    times: int
    peak_callers: int


@dataclass(frozen=True, slots=True)
class Truth:
    run: RunTruth
    attacks: tuple[AttackTruth, ...]
    bursts: tuple[BurstTruth, ...]
    fan_ins: tuple[FanInTruth, ...]

    def to_lines(self) -> Iterator[str]:
        """JSON objects without newlines, each with the name of its `record`."""
        yield _line("run", self.run)
        for attack in self.attacks:
            yield _line("attack", attack)
        for burst in self.bursts:
            yield _line("burst", burst)
        for fan_in in self.fan_ins:
            yield _line("fan_in", fan_in)

    @classmethod
    def from_lines(cls, lines: Iterable[str]) -> "Truth":
        """Reads what `to_lines` wrote. Raises BadInput for anything else."""
        found: dict[str, list[dict[str, object]]] = {name: [] for name in _RECORDS}
        try:
            for line in filter(str.strip, lines):
                record = json.loads(line)
                found[record.pop("record")].append(
                    {k: tuple(v) if isinstance(v, list) else v for k, v in record.items()}
                )
            (run,) = found["run"]
            run["benign_units"] = {int(calls): count for calls, count in run["benign_units"].items()}  # type: ignore[attr-defined]
            return cls(
                RunTruth(**run),  # type: ignore[arg-type]
                tuple(AttackTruth(**record) for record in found["attack"]),  # type: ignore[arg-type]
                tuple(BurstTruth(**record) for record in found["burst"]),  # type: ignore[arg-type]
                tuple(FanInTruth(**record) for record in found["fan_in"]),  # type: ignore[arg-type]
            )
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise BadInput("this is not a truth file of `ringfence simulate masking`") from error


_RECORDS = ("run", "attack", "burst", "fan_in")


def _line(record: str, what: RunTruth | AttackTruth | BurstTruth | FanInTruth) -> str:
    return json.dumps({"record": record, **asdict(what)}, separators=(",", ":"))
