"""Policies that state a cost: what the model makes of it, what it can't keep, and what a new model changes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from ringfence.errors import BadInput
from ringfence.model.key import Role

from .conftest import MakeSite, Site, attack

WriteModel = Callable[..., Path]
POLICIES, RELOAD = "/api/v1/policies", "/api/v1/model/reload"
LISTED = [
    {"false_cuts_per_million": 5.0, "threshold": 0.97},
    {"false_cuts_per_million": 10.0, "threshold": 0.9},
    {"false_cuts_per_million": 50.0, "threshold": 0.6},
]
NORTH = {"scope": "trunk", "match": "north", "false_cuts_per_million": 12}


def put(site: Site, *policies: dict[str, Any]) -> httpx.Response:
    answer: httpx.Response = site.ask("PUT", POLICIES, Role.SUPERVISOR, json={"policies": policies})
    return answer


def in_force(site: Site, place: int = 1) -> tuple[float | None, float | None, float, bool | None]:
    seen = site.ask("GET", POLICIES, Role.VIEWER).json()["policies"][place]
    return (
        seen["threshold"], seen["false_cuts_per_million"], seen["threshold_in_force"], seen["cost_kept"],
    )  # fmt: skip


def attacked(site: Site) -> dict[str, Any]:
    for told in attack(5):
        alert: dict[str, Any] = site.ask("POST", "/event", json=told).json()["alert"]
    return alert


def test_a_trunks_cost_is_the_threshold_that_the_model_keeps_it_with(
    site_with: MakeSite, write_model: WriteModel
) -> None:
    # Numbers in a row score 0.88 by this model.
    path = write_model(thresholds=LISTED, intercept=-6.0)
    with site_with(RINGFENCE_SIGNALLING__MODEL=str(path)) as site:
        answer = put(site, NORTH)
        assert answer.status_code == 200
        assert in_force(site, 0) == (0.7, None, 0.7, None)
        assert in_force(site) == (None, 12, 0.9, True)
        alert = attacked(site)
        assert (alert["label"], alert["action"]) == ("fan_in", "monitor")
        (line,) = site.ask("GET", "/api/v1/audit?what=policies.replace", Role.SUPERVISOR).json()["entries"]
        assert (line["after"][0]["false_cuts_per_million"], line["after"][0]["threshold"]) == (12, 0.9)
        again = put(site, *answer.json()["policies"])
        assert again.json() == answer.json(), "what GET answered can be sent back"

        put(site, NORTH | {"false_cuts_per_million": 50})
        assert in_force(site) == (None, 50, 0.6, True)
        assert site.ask("POST", "/event", json=attack(6)[5]).json()["alert"]["action"] == "disconnect"


def test_a_cost_that_the_model_does_not_list_is_refused_with_what_can_be_had(
    site_with: MakeSite, write_model: WriteModel
) -> None:
    path = write_model(version="ours-1", thresholds=LISTED)
    with site_with(RINGFENCE_SIGNALLING__MODEL=str(path)) as site:
        answer = put(site, {"policy": "flag"}, NORTH | {"false_cuts_per_million": 4.5})
        assert answer.status_code == 422
        (fault,) = answer.json()["errors"]
        assert (fault["field"], fault["code"]) == ("body.policies.1.false_cuts_per_million", "policy_cost")
        assert "it lists 5 (from 0.97 on), 10 (from 0.9 on), 50 (from 0.6 on)" in fault["detail"]
        both = put(site, NORTH | {"threshold": 0.9})
        assert (both.status_code, "not both" in both.json()["detail"]) == (422, True)
        for wrong in (0, -1, True, "10"):
            assert put(site, NORTH | {"false_cuts_per_million": wrong}).status_code == 422
        assert len(site.ask("GET", POLICIES).json()["policies"]) == 1


def test_the_scorecard_keeps_no_cost(site_with: MakeSite) -> None:
    with site_with(RINGFENCE_SIGNALLING__MODEL="off") as site:
        answer = put(site, NORTH)
        assert answer.status_code == 422
        assert "scorecard, which scores calls here, lists no costs" in answer.json()["detail"]


@pytest.mark.parametrize("broken", [3, "many", [{"threshold": 0.9}], [{"false_cuts_per_million": True}], [7]])
def test_neither_does_a_model_whose_list_says_nothing(
    site_with: MakeSite, write_model: WriteModel, broken: object
) -> None:
    with site_with(RINGFENCE_SIGNALLING__MODEL=str(write_model(thresholds=broken))) as site:
        assert put(site, NORTH).status_code == 422


def test_a_reload_weighs_the_cost_anew_and_says_loudly_where_it_cannot_be_kept(
    site_with: MakeSite, write_model: WriteModel, caplog: pytest.LogCaptureFixture
) -> None:
    path = write_model(version="ours-1", thresholds=LISTED)
    with site_with(RINGFENCE_SIGNALLING__MODEL=str(path)) as site:
        put(site, NORTH)
        write_model(version="ours-2", thresholds=[{"false_cuts_per_million": 10, "threshold": 0.8}])
        site.ask("POST", RELOAD, Role.SUPERVISOR)
        assert in_force(site) == (None, 12, 0.8, True)
        assert "CAN'T KEEP" not in caplog.text

        write_model(version="ours-3", thresholds=LISTED[2:])
        site.ask("POST", RELOAD, Role.SUPERVISOR)
        assert in_force(site) == (None, 12, 0.6, False)
        assert "THE POLICY trunk north CAN'T KEEP ITS COST and acts from probability 0.6 on" in caplog.text

        write_model(version="ours-4")
        site.ask("POST", RELOAD, Role.SUPERVISOR)
        assert in_force(site) == (None, 12, 0.7, False)


def test_what_people_set_outlives_a_restart_under_a_model_that_cannot_keep_it(
    site_with: MakeSite, write_model: WriteModel, caplog: pytest.LogCaptureFixture
) -> None:
    with site_with(RINGFENCE_SIGNALLING__MODEL=str(write_model(thresholds=LISTED))) as site:
        put(site, NORTH)
    with site_with(RINGFENCE_SIGNALLING__MODEL="off") as site:
        assert in_force(site) == (None, 12, 0.7, False)
        assert "CAN'T KEEP ITS COST" in caplog.text


def test_settings_that_state_such_a_cost_keep_the_server_from_starting(
    site_with: MakeSite, write_model: WriteModel
) -> None:
    toml = '[[policies]]\nscope = "trunk"\nmatch = "north"\nfalse_cuts_per_million = {}\n'
    path = str(write_model(thresholds=LISTED))
    with site_with(toml.format(10), RINGFENCE_SIGNALLING__MODEL=path) as site:
        assert in_force(site) == (None, 10, 0.9, True)
    with (
        pytest.raises(BadInput, match="the policy trunk north, false_cuts_per_million: the model"),
        site_with(toml.format(3), RINGFENCE_SIGNALLING__MODEL=path),
    ):
        pass
