"""A score in words and rows, for people."""

from collections.abc import Iterator

from ringfence.lab.evaluate.score import AttackScore, Score

Row = tuple[str, ...]

ATTACK_HEAD: Row = (
    "attacks",
    "number",
    "alerted",
    "cut",
    "recall",
    "in time",
    "seconds, median / p95",
    "calls through",
)
BENIGN_HEAD: Row = ("honest calls", "bursts", "bursts hit", "calls", "cut wrongly", "per million")


def headline(score: Score) -> Iterator[Row]:
    """Name and value of the figures that a detector is chosen by."""
    wrong, mixed = score.false_cuts, score.mixed_bursts
    yield "Runs", f"{score.runs:,} with {score.calls:,} calls"
    yield "Alerts", f"{score.alerts:,}; {score.calls_cut:,} calls cut"
    yield "Recall", f"{percent(score.all.recall)} of {score.all.attacks:,} attacks that meet the rule"
    yield "… families unseen in training", f"{percent(score.unseen.recall)} of {score.unseen.attacks:,}"
    yield "In time", f"{percent(score.all.in_time_share)} by the 5th call after the one that meets the rule"
    yield "Calls that got through", f"{percent(score.all.got_through)} of {score.all.calls:,} attack calls"
    yield (
        "False disconnects",
        f"{number(wrong.per_million)} per million of {wrong.benign_calls:,} honest calls, at most "
        f"{number(wrong.upper_bound)} with 95 % confidence ({_METHODS[wrong.method]})",
    )
    yield (
        "… where they fell",
        f"{wrong.cut:,} calls to {wrong.b_numbers_hit:,} of {wrong.b_numbers:,} numbers",
    )
    yield (
        "True callers cut in mixed bursts",
        f"{percent(mixed.share)} of {mixed.calls:,} calls, {percent(mixed.worst)} in the worst of {mixed.bursts:,}",
    )
    yield "Drips under the rule", f"{score.drips.cut:,} of {score.drips.attacks:,} cut"


_METHODS = {
    "bootstrap": "bootstrap by called number and run",
    "rule_of_three": "rule of three",
    None: "no honest calls",
}


def attack_rows(score: Score) -> Iterator[Row]:
    """As ATTACK_HEAD."""
    yield _attacks("all that meet the rule", score.all)
    yield _attacks("known families", score.known)
    yield _attacks("unseen families", score.unseen)
    yield _attacks("mixed into a true burst", score.mixed)
    for family, group in score.by_family.items():
        yield _attacks(f"family {family}", group)
    for pace, group in score.by_pace.items():
        yield _attacks(f"pace {pace}", group)
    yield _attacks("drips under the rule", score.drips)


def benign_rows(score: Score) -> Iterator[Row]:
    """As BENIGN_HEAD."""
    for name, family in score.by_benign_family.items():
        rate = 1e6 * family.cut / family.calls if family.calls else None
        yield (
            name + (" (unseen)" if family.unseen else ""),
            f"{family.bursts:,}",
            f"{family.bursts_hit:,}",
            f"{family.calls:,}",
            f"{family.cut:,}",
            number(rate),
        )


def percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


def number(value: float | None) -> str:
    return "–" if value is None else f"{value:,.1f}"


def seconds(group: AttackScore) -> str:
    if group.seconds_median is None or group.seconds_p95 is None:
        return "–"
    return f"{group.seconds_median:.1f} / {group.seconds_p95:.1f}"


def _attacks(name: str, group: AttackScore) -> Row:
    return (
        name,
        f"{group.attacks:,}",
        f"{group.alerted:,}",
        f"{group.cut:,}",
        percent(group.recall),
        percent(group.in_time_share),
        seconds(group),
        percent(group.got_through),
    )
