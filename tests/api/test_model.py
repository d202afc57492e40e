"""Who scores, as a client reads it, and the model file read again while the server runs."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ringfence_engine import FEATURES

from ringfence.model.key import Role

from .conftest import MakeSite, Site, attack, event

WriteModel = Callable[..., Path]
STATUS, RELOAD = "/api/v1/model/status", "/api/v1/model/reload"
THRESHOLDS = [{"false_cuts_per_million": 10.0, "threshold": 0.8}]


def status(site: Site) -> dict[str, Any]:
    answer = site.ask("GET", STATUS, Role.VIEWER)
    assert answer.status_code == 200
    told: dict[str, Any] = answer.json()
    return told


def reloads(site: Site) -> list[dict[str, Any]]:
    answer = site.ask("GET", "/api/v1/audit?what=model.reload", Role.SUPERVISOR)
    entries: list[dict[str, Any]] = answer.json()["entries"]
    return entries


def alert_of(site: Site, number: str) -> dict[str, Any]:
    for told in attack(5):
        answer = site.ask(
            "POST", "/event", json=told | {"b_number": number, "call_id": f"{number}{told['call_id']}"}
        )
    alert: dict[str, Any] = answer.json()["alert"]
    return alert


def analysed(site: Site, number: str, caller: str = "+12025551001") -> dict[str, Any]:
    asked = {"call_id": "q1", "a_number": caller, "b_number": number}
    told: dict[str, Any] = site.ask("POST", "/api/v1/analyze", json=asked).json()
    return told


def test_the_status_is_what_the_file_says_of_the_model(site_with: MakeSite, write_model: WriteModel) -> None:
    path = str(write_model(version="ours-1", thresholds=THRESHOLDS, metrics={"recall": 0.98}))
    with site_with(RINGFENCE_SIGNALLING__MODEL=path, MASKING_PROBABILITY_THRESHOLD="0.8") as site:
        assert status(site) == {
            "model_loaded": True, "xgboost_available": True, "detection_method": "ours-1", "threshold": 0.8,
            "version": "ours-1", "source": path, "features": list(FEATURES),
            "thresholds": THRESHOLDS, "metrics": {"recall": 0.98}, "shadow": None,
        }  # fmt: skip


def test_without_a_model_it_says_who_judges_instead(site_with: MakeSite) -> None:
    with site_with(RINGFENCE_SIGNALLING__MODEL="off") as site:
        told = status(site)
        assert (told["model_loaded"], told["detection_method"], told["version"]) == (False, "scorecard", None)
        assert (told["xgboost_available"], told["source"]) == (True, "off")
        assert analysed(site, "+12125550100")["method"] == "scorecard"


def test_where_nobody_scores_the_method_is_the_rule(site_with: MakeSite) -> None:
    with site_with(RINGFENCE_SIGNALLING__FEATURES="off") as site:
        told = status(site)
        assert (told["model_loaded"], told["detection_method"]) == (False, "rule")
        answer = site.ask("POST", RELOAD, Role.SUPERVISOR).json()
        assert (answer["reloaded"], answer["version_before"]) == (False, None)


def test_the_threshold_is_that_of_the_default_policy_in_force(site: Site) -> None:
    policies = [{"threshold": 0.9}, {"scope": "trunk", "match": "north", "threshold": 0.5}]
    assert (
        site.ask("PUT", "/api/v1/policies", Role.SUPERVISOR, json={"policies": policies}).status_code == 200
    )
    assert status(site)["threshold"] == 0.9


def test_a_new_model_scores_new_alerts_and_open_ones_keep_theirs(
    site_with: MakeSite, write_model: WriteModel
) -> None:
    path = write_model(version="ours-1")
    with site_with(RINGFENCE_SIGNALLING__MODEL=str(path)) as site:
        first = alert_of(site, "+12125550100")
        assert first["method"] == "ours-1"
        write_model(version="ours-2", intercept=-9.0)
        answer = site.ask("POST", RELOAD, Role.SUPERVISOR)
        assert answer.status_code == 200
        told = answer.json()
        assert (told["reloaded"], told["version_before"], told["version"]) == (True, "ours-1", "ours-2")
        assert {name: told[name] for name in status(site)} == status(site)

        again = site.ask("POST", "/event", json=event(5, 0.6)).json()["alert"]
        second = alert_of(site, "+12125550199")
        assert (again["alert_id"], again["method"]) == (first["alert_id"], "ours-1")
        assert (second["method"], second["label"]) == ("ours-2", "fan_in")
        assert analysed(site, "+12125550100")["method"] == "ours-1"
        assert analysed(site, "+12125550199")["method"] == "ours-2"
        assert analysed(site, "+12125550177")["method"] == "ours-2"
        [line] = reloads(site)
        assert (line["who"], line["target"]) == ("supervisor-1", str(path))
        assert (line["before"], line["after"]) == ({"version": "ours-1"}, {"version": "ours-2"})


def test_a_file_that_is_refused_changes_nothing(site_with: MakeSite, write_model: WriteModel) -> None:
    path = write_model(version="ours-1")
    with site_with(RINGFENCE_SIGNALLING__MODEL=str(path)) as site:
        before = status(site)
        for spoilt, code in ((b"{", "model_invalid"), (None, "model_unreadable")):
            path.unlink() if spoilt is None else path.write_bytes(spoilt)
            answer = site.ask("POST", RELOAD, Role.SUPERVISOR)
            assert (answer.status_code, answer.json()["code"]) == (422, code)
            assert str(path) in answer.json()["detail"]
            assert answer.headers["content-type"] == "application/problem+json"
        assert status(site) == before
        assert alert_of(site, "+12125550100")["method"] == "ours-1"
        assert reloads(site) == []


def test_the_scorecard_has_no_file_to_read_again(site_with: MakeSite) -> None:
    with site_with(RINGFENCE_SIGNALLING__MODEL="off") as site:
        answer = site.ask("POST", RELOAD, Role.SUPERVISOR)
        assert answer.status_code == 200
        assert (answer.json()["reloaded"], answer.json()["version_before"]) == (False, None)
        assert reloads(site) == []


def test_the_features_used_are_the_eight_of_older_clients(
    site_with: MakeSite, write_model: WriteModel
) -> None:
    with site_with(RINGFENCE_SIGNALLING__MODEL=str(write_model())) as site:
        alert_of(site, "+12125550100")
        told = analysed(site, "+12125550100")
        assert list(told["features_used"]) == list(FEATURES[:8])
        assert told["masking_probability"] > 0.9
