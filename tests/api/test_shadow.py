"""A second model or threshold beside the live one, as clients see it: told, counted, read again; never acted on."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ringfence_engine import FEATURES

from ringfence.model.key import Role

from .conftest import MakeSite, Site, attack

WriteModel = Callable[..., Path]
STATUS, RELOAD = "/api/v1/model/status", "/api/v1/model/reload"
COUNTS = ("alerts", "agree", "live_alone", "shadow_alone", "calls_live_alone", "calls_shadow_alone")


def shadow_status(site: Site) -> dict[str, Any]:
    told: dict[str, Any] = site.ask("GET", STATUS, Role.VIEWER).json()["shadow"]
    return told


def counts(site: Site) -> tuple[int, ...]:
    told = shadow_status(site)
    return tuple(told[name] for name in COUNTS)


def alert_of(site: Site, number: str, callers: int = 6) -> dict[str, Any]:
    for told in attack(callers):
        event = told | {"b_number": number, "call_id": f"{number}{told['call_id']}"}
        answer = site.ask("POST", "/event", json=event)
    alert: dict[str, Any] = answer.json()["alert"]
    return alert


def acted_on(site: Site, alert: dict[str, Any]) -> list[tuple[str, str | None]]:
    site.client.run(site.server.pipeline.settled)
    told = site.ask("GET", f"/api/v1/alerts/{alert['alert_id']}/actions", Role.VIEWER).json()["actions"]
    return [(action["kind"], action["call_id"]) for action in told]


def reload(site: Site) -> Any:
    return site.ask("POST", RELOAD, Role.SUPERVISOR)


def test_a_stricter_threshold_is_told_beside_and_changes_nothing_that_is_done(
    site_with: MakeSite, tmp_path: Path
) -> None:
    """The scorecard gives these six callers about 0.93."""
    environ = {"RINGFENCE_SIGNALLING__MODEL": "off", "RINGFENCE_SIGNALLING__SURE_THRESHOLD": "0"}
    with site_with(**environ) as plain:
        alone = alert_of(plain, "+12125550100")
        done = acted_on(plain, alone)
        assert plain.ask("GET", STATUS, Role.VIEWER).json()["shadow"] is None
    strict = environ | {"RINGFENCE_SIGNALLING__SHADOW__THRESHOLD": "0.99"}
    with site_with(**strict, RINGFENCE_DATA_DIR=str(tmp_path / "beside")) as site:
        beside = alert_of(site, "+12125550100")
        shadow = beside.pop("shadow")
        assert beside == {name: value for name, value in alone.items() if name != "shadow"}
        assert acted_on(site, beside) == done
        assert len(done) == 6
        assert alone["shadow"] is None
        assert shadow == {
            "method": "scorecard", "label": "fan_in", "suspect_call_ids": [],
            "masking_probability": beside["masking_probability"],
        }  # fmt: skip
        told = shadow_status(site)
        assert (told["method"], told["source"], told["threshold"]) == ("scorecard", "off", 0.99)
        assert counts(site) == (1, 0, 1, 0, 6, 0)


def test_a_second_model_that_sees_more_is_counted_as_alone(
    site_with: MakeSite, write_model: WriteModel
) -> None:
    live = write_model(version="live-1", intercept=-9.0, name="live.json")
    second = write_model(version="new-2", name="new.json")
    with site_with(
        RINGFENCE_SIGNALLING__MODEL=str(live), RINGFENCE_SIGNALLING__SHADOW__MODEL=str(second)
    ) as site:
        alert = alert_of(site, "+12125550100")
        assert (alert["method"], alert["label"], alert["suspect_call_ids"]) == ("live-1", "fan_in", [])
        assert acted_on(site, alert) == []
        assert (alert["shadow"]["method"], alert["shadow"]["label"]) == ("new-2", "masking")
        assert alert["shadow"]["suspect_call_ids"] == alert["call_ids"]
        assert alert["shadow"]["masking_probability"] == 0.982
        assert counts(site) == (1, 0, 0, 1, 0, 6)
        told = shadow_status(site)
        assert (told["source"], told["threshold"]) == (str(second), 0.7)
        kept = site.ask("GET", f"/api/v1/alerts/{alert['alert_id']}").json()
        assert kept["shadow"] == alert["shadow"]


def test_viewers_see_no_whole_number_in_it(site_with: MakeSite) -> None:
    with site_with(RINGFENCE_SIGNALLING__MODEL="off", RINGFENCE_SIGNALLING__SHADOW__THRESHOLD="0.2") as site:
        alert = alert_of(site, "+12125550100")
        shown = site.ask("GET", f"/api/v1/alerts/{alert['alert_id']}", Role.VIEWER).json()
        assert len(shown["shadow"]["suspect_call_ids"]) == 6
        assert "2125550100" in alert["shadow"]["suspect_call_ids"][0]
        assert "2125550100" not in str(shown)


def test_a_shadows_file_is_read_again_and_open_alerts_keep_theirs(
    site_with: MakeSite, write_model: WriteModel
) -> None:
    live, second = (
        write_model(version="live-1", name="live.json"),
        write_model(version="new-2", name="new.json"),
    )
    with site_with(
        RINGFENCE_SIGNALLING__MODEL=str(live), RINGFENCE_SIGNALLING__SHADOW__MODEL=str(second)
    ) as site:
        first = alert_of(site, "+12125550100")
        write_model(version="new-3", name="new.json")
        answer = reload(site).json()
        assert (answer["reloaded"], answer["version"], answer["shadow"]["method"]) == (
            True,
            "live-1",
            "new-3",
        )
        again = alert_of(site, "+12125550100", 7)
        other = alert_of(site, "+12125550199")
        assert [alert["shadow"]["method"] for alert in (first, again, other)] == ["new-2", "new-2", "new-3"]
        [line] = site.ask("GET", "/api/v1/audit?what=model.reload", Role.SUPERVISOR).json()["entries"]
        assert line["before"] == {"version": "live-1", "shadow": "new-2"}
        assert line["after"] == {"version": "live-1", "shadow": "new-3"}


def test_a_shadows_file_of_other_features_is_refused_and_both_models_go_on(
    site_with: MakeSite, write_model: WriteModel
) -> None:
    live, second = (
        write_model(version="live-1", name="live.json"),
        write_model(version="new-2", name="new.json"),
    )
    with site_with(
        RINGFENCE_SIGNALLING__MODEL=str(live), RINGFENCE_SIGNALLING__SHADOW__MODEL=str(second)
    ) as site:
        before = site.ask("GET", STATUS, Role.VIEWER).json()
        write_model(version="live-2", name="live.json")
        write_model(version="new-3", name="new.json", features=["moon_phase", *FEATURES[1:]])
        answer = reload(site)
        assert (answer.status_code, answer.json()["code"]) == (422, "model_features")
        for words in ("moon_phase", str(second), "signalling.shadow.model"):
            assert words in answer.json()["detail"]
        assert site.ask("GET", STATUS, Role.VIEWER).json() == before
        alert = alert_of(site, "+12125550100")
        assert (alert["method"], alert["shadow"]["method"]) == ("live-1", "new-2")


def test_a_shadows_file_is_read_again_beside_the_scorecard(
    site_with: MakeSite, write_model: WriteModel
) -> None:
    second = write_model(version="new-2")
    with site_with(
        RINGFENCE_SIGNALLING__MODEL="off", RINGFENCE_SIGNALLING__SHADOW__MODEL=str(second)
    ) as site:
        write_model(version="new-3")
        answer = reload(site).json()
        assert (answer["reloaded"], answer["detection_method"]) == (True, "scorecard")
        assert (answer["version_before"], answer["shadow"]["method"]) == (None, "new-3")
        [line] = site.ask("GET", "/api/v1/audit?what=model.reload", Role.SUPERVISOR).json()["entries"]
        assert line["target"] == str(second)


def test_a_new_live_model_is_the_shadows_too_where_that_has_only_a_threshold(
    site_with: MakeSite, write_model: WriteModel
) -> None:
    path = write_model(version="live-1")
    with site_with(
        RINGFENCE_SIGNALLING__MODEL=str(path), RINGFENCE_SIGNALLING__SHADOW__THRESHOLD="0.9"
    ) as site:
        write_model(version="live-2")
        assert reload(site).json()["shadow"]["method"] == "live-2"
        alert = alert_of(site, "+12125550100")
        assert (alert["method"], alert["shadow"]["method"]) == ("live-2", "live-2")
