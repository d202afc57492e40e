"""Scores any detector's alerts and actions against the truth of simulated runs.

>>> runs = [judge_run(truth, alert_lines, action_lines) for ...]
>>> Score.of(runs).false_cuts.upper_bound
"""

from ringfence.lab.evaluate.run import RunOutcome, judge_run
from ringfence.lab.evaluate.score import Score

__all__ = ["RunOutcome", "Score", "judge_run"]
