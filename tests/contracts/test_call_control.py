"""What every call control keeps to, whatever switch is behind it."""

import asyncio
from collections.abc import Callable

import pytest

from ringfence.adapters.callcontrol.dry_run import DryRun
from ringfence.model.action import Action, ActionKind, ActionMode, ActionOutcome
from ringfence.ports import CallControl

NOW = 1_768_478_400_000_000_000

CONTROLS: dict[str, Callable[[], CallControl]] = {"dry run": lambda: DryRun(lambda: NOW)}


@pytest.fixture(params=CONTROLS)
def control(request: pytest.FixtureRequest) -> CallControl:
    return CONTROLS[request.param]()


def action(kind: ActionKind) -> Action:
    call = None if kind is ActionKind.FLAG else "a84b4c76e66710@gw"
    caller = None if kind is ActionKind.FLAG else "+12025551234"
    return Action("d1" * 16, "a1" * 16, kind, call, caller, "+19876543210", NOW)


@pytest.mark.parametrize("kind", ActionKind)
@pytest.mark.parametrize("mode", ActionMode)
def test_the_result_is_of_the_action_and_says_what_was_done(
    control: CallControl, kind: ActionKind, mode: ActionMode
) -> None:
    result = asyncio.run(control.perform(action(kind), mode))
    assert result.action_id == "d1" * 16
    assert result.finished_at >= NOW
    assert result.detail


@pytest.mark.parametrize("kind", ActionKind)
def test_a_dry_run_is_only_recorded(control: CallControl, kind: ActionKind) -> None:
    result = asyncio.run(control.perform(action(kind), ActionMode.DRY_RUN))
    assert (result.mode, result.outcome) == (ActionMode.DRY_RUN, ActionOutcome.RECORDED)


def test_an_action_done_twice_is_answered_twice(control: CallControl) -> None:
    results = [asyncio.run(control.perform(action(ActionKind.DISCONNECT), ActionMode.DRY_RUN)) for _ in "ab"]
    assert [result.action_id for result in results] == ["d1" * 16, "d1" * 16]
