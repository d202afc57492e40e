"""Simulated days with hotlines: which planted attacks are alerted, and which calls would have been cut wrongly.

`python -m benchmarks.day` writes benchmarks/simulated_day.md.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from ringfence.lab.evaluate import Score, score_run
from ringfence.lab.simulate import Truth

TARGET = Path(__file__).with_name("simulated_day.md")
SEEDS = (1, 2, 3)
DECISIONS = ("rule", "score")

_HEAD = """\
# Simulated days

Written by `python -m benchmarks.day`. Each seed is a day of `ringfence simulate masking` with its defaults: 40 planted
attacks that satisfy the rule, drips that don't, 8 hotlines with bursts. Each is judged by `ringfence replay --decide`.
A wrong cut is a call of no attack that an action names. The traffic is made up and the scorecard's weights were set on
its like, so the figures say that the parts work together, not what an operator would see.

| seed | decision | attacks of the rule | alerted | attack calls | cut | other calls | cut wrongly | per million |
|---|---|---|---|---|---|---|---|---|
"""


def main() -> None:
    rows = []
    with tempfile.TemporaryDirectory() as name:
        for seed in SEEDS:
            folder = Path(name)
            _ringfence(
                "simulate",
                "masking",
                "--seed",
                seed,
                "--out",
                folder / "day.ndjson",
                "--truth",
                folder / "truth",
            )
            for decide in DECISIONS:
                print(f"seed {seed}, {decide}", flush=True)
                rows.append(_row(seed, decide, _judge(folder, decide)))
    TARGET.write_text(_HEAD + "\n".join(rows) + "\n")


def _judge(folder: Path, decide: str) -> Score:
    written = ["--alerts", folder / "alerts", "--actions", folder / "actions"]
    _ringfence("replay", folder / "day.ndjson", "--decide", decide, *written)
    with (
        (folder / "truth").open() as truth,
        (folder / "alerts").open() as alerts,
        (folder / "actions").open() as cuts,
    ):
        return score_run(Truth.from_lines(truth), alerts, cuts)


def _row(seed: int, decide: str, score: Score) -> str:
    return (
        f"| {seed} | {decide} | {score.rule_attacks} | {score.alerted} | {score.attack_calls:,} | "
        f"{score.attack_calls_cut:,} | {score.benign_calls:,} | {score.benign_calls_cut:,} | "
        f"{score.wrong_cuts_per_million:,.1f} |"
    )


def _ringfence(*words: object) -> None:
    command = [sys.executable, "-m", "ringfence", *map(str, words)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
