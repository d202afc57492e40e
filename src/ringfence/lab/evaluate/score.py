"""The figures of any number of runs together."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from ringfence.lab.evaluate.bound import quantile, rule_of_three, units_of, upper_bound
from ringfence.lab.evaluate.run import ORDINARY, AttackOutcome, BurstOutcome, RunOutcome


@dataclass(frozen=True, slots=True)
class AttackScore:
    """A group of attacks. `cut` counts those with an action on one of their calls, and `recall` is their share;
    `in_time` those whose first action came no later than the 5th call after the N-th, of those that have an N-th.
    `seconds_*` are from an attack's first call to the first action, over those that were cut; `got_through` is the
    share of their calls that no action names. Shares and times of nothing are null.
    """

    attacks: int
    alerted: int
    cut: int
    in_time: int
    calls: int
    calls_cut: int
    recall: float | None
    in_time_share: float | None
    seconds_median: float | None
    seconds_p95: float | None
    got_through: float | None

    @classmethod
    def of(cls, attacks: Sequence[AttackOutcome]) -> "AttackScore":
        cut = sum(attack.calls_cut > 0 for attack in attacks)
        reached = [attack for attack in attacks if attack.reaches_rule]
        in_time = sum(attack.in_time for attack in reached)
        calls = sum(attack.calls for attack in attacks)
        calls_cut = sum(attack.calls_cut for attack in attacks)
        seconds = [attack.seconds for attack in attacks if attack.seconds is not None]
        return cls(
            attacks=len(attacks),
            alerted=sum(attack.alerted for attack in attacks),
            cut=cut,
            in_time=in_time,
            calls=calls,
            calls_cut=calls_cut,
            recall=_share(cut, len(attacks)),
            in_time_share=_share(in_time, len(reached)),
            seconds_median=median(seconds) if seconds else None,
            seconds_p95=quantile(seconds, 0.95) if seconds else None,
            got_through=_share(calls - calls_cut, calls),
        )


@dataclass(frozen=True, slots=True)
class FalseCuts:
    """Honest calls cut outside mixed bursts. `b_numbers` counts each B-number of each run, `b_numbers_hit` those
    with a false cut; `upper_bound` is the rate per million that the true one exceeds with at most 5 %, by
    `method`: `bootstrap`, or `rule_of_three` where no false cut was seen."""

    benign_calls: int
    cut: int
    b_numbers: int
    b_numbers_hit: int
    per_million: float | None
    upper_bound: float | None
    method: str | None

    @classmethod
    def of(cls, runs: Sequence[RunOutcome]) -> "FalseCuts":
        units: dict[tuple[int, int], int] = {}
        for one in runs:
            for unit, count in units_of(one.run.benign_units, one.false_cuts.values()).items():
                units[unit] = units.get(unit, 0) + count
        calls = sum(one.run.benign_calls for one in runs)
        cut = sum(cuts * count for (cuts, _), count in units.items())
        bound = None if not calls else upper_bound(units) if cut else rule_of_three(calls)
        return cls(
            benign_calls=calls,
            cut=cut,
            b_numbers=sum(units.values()),
            b_numbers_hit=sum(count for (cuts, _), count in units.items() if cuts),
            per_million=1e6 * cut / calls if calls else None,
            upper_bound=None if bound is None else 1e6 * bound,
            method=None if bound is None else "bootstrap" if cut else "rule_of_three",
        )


@dataclass(frozen=True, slots=True)
class MixedBursts:
    """True callers' calls of bursts in which an attack hides; `worst` is the largest share cut of one burst."""

    bursts: int
    calls: int
    cut: int
    share: float | None
    worst: float | None

    @classmethod
    def of(cls, bursts: Sequence[BurstOutcome]) -> "MixedBursts":
        calls, cut = sum(burst.calls for burst in bursts), sum(burst.cut for burst in bursts)
        shares = [burst.cut / burst.calls for burst in bursts if burst.calls]
        return cls(len(bursts), calls, cut, _share(cut, calls), max(shares, default=None))


@dataclass(frozen=True, slots=True)
class BenignFamily:
    """Honest calls of one kind outside mixed bursts; `bursts_hit` counts the bursts with a false cut."""

    bursts: int
    bursts_hit: int
    calls: int
    cut: int
    unseen: bool


@dataclass(frozen=True, slots=True)
class Score:
    """`all` are the attacks that reach N callers in W; `drips` those that never do, in no other figure. `known`
    and `unseen` part `all` by whether training can have met the family; `mixed` hide in a true burst."""

    runs: int
    calls: int
    alerts: int
    calls_cut: int
    all: AttackScore
    known: AttackScore
    unseen: AttackScore
    mixed: AttackScore
    drips: AttackScore
    by_family: dict[str, AttackScore]
    by_pace: dict[str, AttackScore]
    missed: tuple[str, ...]
    false_cuts: FalseCuts
    mixed_bursts: MixedBursts
    by_benign_family: dict[str, BenignFamily]

    @classmethod
    def of(cls, runs: Sequence[RunOutcome]) -> "Score":
        every = [attack for one in runs for attack in one.attacks]
        reached = [attack for attack in every if attack.reaches_rule]
        return cls(
            runs=len(runs),
            calls=sum(one.run.calls for one in runs),
            alerts=sum(one.alerts for one in runs),
            calls_cut=sum(one.calls_cut for one in runs),
            all=AttackScore.of(reached),
            known=AttackScore.of([attack for attack in reached if not attack.unseen]),
            unseen=AttackScore.of([attack for attack in reached if attack.unseen]),
            mixed=AttackScore.of([attack for attack in reached if attack.mixed]),
            drips=AttackScore.of([attack for attack in every if not attack.reaches_rule]),
            by_family=_grouped(reached, lambda attack: attack.family),
            by_pace=_grouped(reached, lambda attack: attack.pace),
            missed=_missed(runs),
            false_cuts=FalseCuts.of(runs),
            mixed_bursts=MixedBursts.of([b for one in runs for b in one.bursts if b.mixed]),
            by_benign_family=_benign_families(runs),
        )


def _grouped(attacks: Iterable[AttackOutcome], key: Callable[[AttackOutcome], str]) -> dict[str, AttackScore]:
    groups: dict[str, list[AttackOutcome]] = {}
    for attack in attacks:
        groups.setdefault(key(attack), []).append(attack)
    return {name: AttackScore.of(groups[name]) for name in sorted(groups)}


def _missed(runs: Sequence[RunOutcome]) -> tuple[str, ...]:
    """The attacks of the rule without an action; of several runs with the run's place before it, from 1."""
    return tuple(
        attack.attack_id if len(runs) == 1 else f"{number}:{attack.attack_id}"
        for number, one in enumerate(runs, 1)
        for attack in one.attacks
        if attack.reaches_rule and not attack.calls_cut
    )


def _benign_families(runs: Sequence[RunOutcome]) -> dict[str, BenignFamily]:
    groups: dict[str, list[BurstOutcome]] = {}
    for one in runs:
        for burst in one.bursts:
            if not burst.mixed:
                groups.setdefault(burst.kind, []).append(burst)
    families = {
        kind: BenignFamily(
            bursts=len(bursts),
            bursts_hit=sum(burst.cut > 0 for burst in bursts),
            calls=sum(burst.calls for burst in bursts),
            cut=sum(burst.cut for burst in bursts),
            unseen=bursts[0].unseen,
        )
        for kind, bursts in sorted(groups.items())
    }
    calls = sum(one.run.benign_calls for one in runs) - sum(family.calls for family in families.values())
    cut = sum(one.ordinary_cut for one in runs)
    return families | {ORDINARY: BenignFamily(0, 0, calls, cut, unseen=False)}


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
