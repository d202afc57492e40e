"""The signalling pillar: is somebody rotating caller numbers on this called number, and what follows?

The engine counts and scores; this pillar turns what it found into alerts with reasons and into the actions
that the site's policy wants. Plain and deterministic: no I/O, no clock; `app` performs the actions.
"""

from ringfence.signalling.analysis import CallJudgement, Confidence, Features, Hints, cli_mismatch, judge
from ringfence.signalling.cap import MinuteCap
from ringfence.signalling.costs import Costs
from ringfence.signalling.describe import describe, opening_call, recommended_action
from ringfence.signalling.hits import HitDetector
from ringfence.signalling.hotlines import HISTORY_DAYS, LEAST_BURSTS, LEAST_DAYS, Suggestion, hotline
from ringfence.signalling.judgement import RULE, SCORECARD, Judgement
from ringfence.signalling.local_cli import LocalCli
from ringfence.signalling.masking import MaskingDetector
from ringfence.signalling.policies import PolicyBook, logged_name, mode_of
from ringfence.signalling.risk import risk_level, severity
from ringfence.signalling.shadow import Agreement

__all__ = [
    "HISTORY_DAYS",
    "LEAST_BURSTS",
    "LEAST_DAYS",
    "RULE",
    "SCORECARD",
    "Agreement",
    "CallJudgement",
    "Confidence",
    "Costs",
    "Features",
    "Hints",
    "HitDetector",
    "Judgement",
    "LocalCli",
    "MaskingDetector",
    "MinuteCap",
    "PolicyBook",
    "Suggestion",
    "cli_mismatch",
    "describe",
    "hotline",
    "judge",
    "logged_name",
    "mode_of",
    "opening_call",
    "recommended_action",
    "risk_level",
    "severity",
]
