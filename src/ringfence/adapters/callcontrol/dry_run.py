"""Call control with no switch behind it: says what it would have done."""

from collections.abc import Callable

from ringfence.model.action import Action, ActionKind, ActionMode, ActionOutcome, ActionResult

_WOULD = {
    ActionKind.FLAG: "shown to the fraud desk",
    ActionKind.BLOCK: "would have refused the call",
    ActionKind.DISCONNECT: "would have ended the call",
}


class DryRun:
    """`clock` gives nanoseconds since 1970 UTC."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock

    async def perform(self, action: Action, mode: ActionMode) -> ActionResult:
        detail = _WOULD[action.kind]
        if mode is ActionMode.LIVE and action.kind is not ActionKind.FLAG:
            detail += "; no switch is connected"
        return ActionResult(
            action.action_id, ActionMode.DRY_RUN, ActionOutcome.RECORDED, detail, self._clock()
        )
