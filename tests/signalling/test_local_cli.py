"""International calls with numbers of the home country."""

import pytest

from ringfence.model.action import ActionKind, ActionMode
from ringfence.model.alert import AlertLabel
from ringfence.model.policy import Deed, Policy
from ringfence.signalling import HitDetector, Judgement, LocalCli, MinuteCap, PolicyBook, recommended_action

from .builders import BANK, SECOND, T0, hit, local_hit

LIVE = Policy(deed=Deed.DISCONNECT, live=True)


def kinds(judgement: Judgement) -> list[ActionKind]:
    return [action.kind for action, _ in judgement.actions]


def test_one_call_with_a_fixed_line_number_raises_an_alert_that_is_flagged_in_dry_run() -> None:
    # The site cuts masking attacks live: that says nothing about this rule.
    (judgement,) = HitDetector(PolicyBook([LIVE])).on_hit(local_hit(1))
    alert = judgement.alert
    assert (alert.label, alert.severity, alert.risk_level) == (AlertLabel.LOCAL_CLI, "HIGH", "HIGH")
    assert (alert.b_number, alert.a_numbers, alert.trunks) == (BANK, ("+912233400001",), ("ic-7",))
    assert (alert.masking_probability, alert.method, alert.distinct_callers) == (0.0, "local_cli", 1)
    assert alert.reasons == (
        "the call came over the international trunk ic-7 with a fixed-line number of the home country",
        "ECC/REC(23)03 has such a call blocked",
    )
    ((action, mode),) = judgement.actions
    assert (action.kind, mode, alert.action) == (ActionKind.FLAG, ActionMode.DRY_RUN, "flag")
    assert recommended_action(alert) == "block"


def test_callers_who_change_their_number_from_call_to_call_are_one_alert() -> None:
    local = HitDetector(PolicyBook())
    told = [local.on_hit(local_hit(n, at=n * 10, trunk=f"ic-{n % 5}"))[0] for n in range(8)]
    assert len({judgement.alert.alert_id for judgement in told}) == 1
    alert = told[-1].alert
    assert (len(alert.calls), len(alert.a_numbers), alert.distinct_callers) == (8, 8, 8)
    assert alert.reasons[0] == (
        "8 calls came over the international trunks ic-0, ic-1, ic-2 and 2 more "
        "with fixed-line numbers of the home country"
    )
    assert [kinds(judgement) for judgement in told] == [[ActionKind.FLAG], *[[]] * 7]


def test_each_called_number_has_its_own_alert_and_so_has_a_listed_caller_beside() -> None:
    local = HitDetector(PolicyBook())
    told = [
        local.on_hit(local_hit(1))[0],
        local.on_hit(local_hit(2, b_number="+911800222333"))[0],
        local.on_hit(hit(1))[0],
    ]
    assert len({judgement.alert.alert_id for judgement in told}) == 3


@pytest.mark.parametrize(
    ("deed", "first", "second"),
    [
        (Deed.MONITOR, [], []),
        (Deed.FLAG, [ActionKind.FLAG], []),
        (Deed.BLOCK, [ActionKind.BLOCK], [ActionKind.BLOCK]),
        (Deed.DISCONNECT, [ActionKind.DISCONNECT], [ActionKind.DISCONNECT]),
    ],
)
def test_the_operator_says_how_far_to_go(
    deed: Deed, first: list[ActionKind], second: list[ActionKind]
) -> None:
    local = HitDetector(PolicyBook([Policy(deed=Deed.MONITOR)]), LocalCli(deed, live=True))
    told = [local.on_hit(local_hit(1))[0], local.on_hit(local_hit(2, at=1))[0]]
    assert [kinds(judgement) for judgement in told] == [first, second]
    assert told[-1].alert.action == deed
    assert all(mode is ActionMode.LIVE for judgement in told for _, mode in judgement.actions)


def test_a_call_that_a_cdr_tells_of_is_too_late_to_be_blocked() -> None:
    local = HitDetector(PolicyBook(), LocalCli(Deed.BLOCK))
    (judgement,) = local.on_hit(local_hit(1, ended=40), now=T0 + 41 * SECOND)
    assert (judgement.actions, judgement.alert.calls[0].ended_at) == ((), T0 + 40 * SECOND)


def test_the_cap_on_cut_calls_holds_here_too() -> None:
    local = HitDetector(PolicyBook([Policy(disconnects_per_minute=1)]), LocalCli(Deed.BLOCK), cap=MinuteCap())
    local.on_hit(local_hit(1))
    (second,) = local.on_hit(local_hit(2, at=1))
    assert (kinds(second), second.capped) == ([ActionKind.FLAG], 1)
    assert "THE CAP OF 1 CUT CALLS A MINUTE IS REACHED" in second.alert.reasons[-1]


def test_roamers_are_told_apart_and_left_alone() -> None:
    local = HitDetector(PolicyBook([LIVE]), LocalCli(Deed.DISCONNECT, live=True))
    (spoofed,) = local.on_hit(local_hit(1))
    (roamer,) = local.on_hit(local_hit(2, rule="local_mobile_cli", a_number="+919820098200"))
    alert = roamer.alert
    assert alert.alert_id != spoofed.alert.alert_id
    assert (alert.label, alert.severity) == (AlertLabel.LOCAL_MOBILE_CLI, "LOW")
    assert (roamer.actions, alert.action, recommended_action(alert)) == ((), "monitor", "monitor")
    assert alert.reasons[0] == (
        "the call came over the international trunk ic-7 with a number of the home country"
    )


def test_an_alert_lists_a_thousand_calls_and_callers_and_counts_the_others() -> None:
    local = HitDetector(PolicyBook())
    for n in range(1_003):
        (told,) = local.on_hit(local_hit(n, at=n / 100))
    alert = told.alert
    assert (len(alert.calls), alert.more_calls) == (1_000, 3)
    assert (len(alert.a_numbers), alert.more_a_numbers, alert.distinct_callers) == (1_000, 3, 1_003)


def test_a_trunks_name_that_its_peer_chose_fits_a_line() -> None:
    (judgement,) = HitDetector(PolicyBook()).on_hit(local_hit(1, trunk="ic\x1b[2J" + "x" * 200))
    assert "ic?[2Jx" in judgement.alert.reasons[0]
    assert len(judgement.alert.reasons[0]) < 140
