"""What every detector of this pillar hands to `app`."""

from dataclasses import dataclass

from ringfence.model.action import Action, ActionMode
from ringfence.model.alert import Alert

RULE = "rule"
"""The method where nobody looked at the calls' origins: no score stands behind it."""
SCORECARD = "scorecard"
"""The method where points for facts made the score; any other is a model's version."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """An alert as it stands, and the actions that are new with it, each with how it is to be performed.

    `capped` counts the calls that this step flagged instead of cutting because the cap was reached: worth a
    loud line in the log.
    """

    alert: Alert
    actions: tuple[tuple[Action, ActionMode], ...] = ()
    capped: int = 0
