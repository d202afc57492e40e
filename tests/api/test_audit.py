"""Who changed what, as a supervisor reads it afterwards."""

from typing import Any

import pytest

from ringfence.model.key import Role

from .conftest import NOON, SECOND, MakeSite, Site, attack

B = "+12125550100"


def changes(site: Site, query: str = "", role: Role = Role.SUPERVISOR) -> list[dict[str, Any]]:
    answer = site.ask("GET", f"/api/v1/audit?{query}", role)
    assert answer.status_code == 200
    entries: list[dict[str, Any]] = answer.json()["entries"]
    return entries


def test_every_kind_of_change_leaves_a_line(site: Site) -> None:
    for told in attack(5):
        alert = site.ask("POST", "/event", json=told).json()["alert"]
    entry = {"list": "deny_a", "value": "+12025551000", "expires_at": "2026-01-15T12:30:00Z"}
    site.ask("POST", "/api/v1/lists", Role.SUPERVISOR, json=entry)
    site.ask("DELETE", "/api/v1/lists?list=deny_a&value=+12025551000", Role.SUPERVISOR)
    policies = [{"scope": "b_prefix", "match": "+1212*", "policy": "flag"}]
    site.ask("PUT", "/api/v1/policies", Role.SUPERVISOR, json={"policies": policies})
    site.ask("PATCH", f"/api/v1/alerts/{alert['alert_id']}", json={"status": "resolved", "note": "known"})
    site.ask("DELETE", f"/api/v1/metrics/{B}")
    site.server.keys.revoke("supervisor-1", "console")

    told = {entry["what"]: entry for entry in changes(site, role=Role.ADMIN)}
    first = told["key.create"]
    assert (first["who"], first["target"], first["after"]) == ("test", "analyst-1", {"role": "analyst"})
    assert (told["key.revoke"]["who"], told["key.revoke"]["target"]) == ("console", "supervisor-1")
    kept = {"note": "", "source": "supervisor-1", "expires_at": "2026-01-15T12:30:00.000000Z"}
    assert told["list.put"] == {
        "at": "2026-01-15T12:00:00.000000Z", "who": "supervisor-1", "what": "list.put",
        "target": "deny_a +12025551000", "before": None, "after": kept,
    }  # fmt: skip
    assert (told["list.drop"]["before"], told["list.drop"]["after"]) == (kept, None)
    assert told["policies.replace"]["before"] == []
    assert told["policies.replace"]["after"] == [
        {"scope": "b_prefix", "match": "+1212*", "decide": "score", "policy": "flag", "mode": "dry_run",
         "threshold": 0.7, "sure_threshold": 0.998, "disconnects_per_minute": 60,
         "false_cuts_per_million": None}
    ]  # fmt: skip
    assert told["alert.annotate"]["target"] == alert["alert_id"]
    assert told["alert.annotate"]["before"] == {"status": "new", "note": ""}
    assert told["alert.annotate"]["after"] == {"status": "resolved", "note": "known"}
    assert (told["metrics.reset"]["who"], told["metrics.reset"]["target"]) == ("analyst-1", B)


def test_what_changed_nothing_leaves_none(site: Site) -> None:
    site.ask("DELETE", f"/api/v1/metrics/{B}")
    site.ask("DELETE", "/api/v1/lists?list=deny_a&value=+12025551000", Role.SUPERVISOR)
    site.ask("POST", "/api/v1/lists", Role.SUPERVISOR, json={"list": "deny_a", "value": "0800*"})
    site.ask("PATCH", "/api/v1/alerts/none", json={"status": "new"})
    assert {entry["what"] for entry in changes(site)} == {"key.create"}


def test_the_trail_is_filtered_and_paged(site: Site) -> None:
    for number in range(5):
        site.clock.now += SECOND
        entry = {"list": "watch_a", "value": f"+1202555100{number}"}
        site.ask("POST", "/api/v1/lists", Role.SUPERVISOR, json=entry)
    site.ask("DELETE", "/api/v1/lists?list=watch_a&value=+12025551003", Role.SUPERVISOR)

    def targets(query: str) -> list[str]:
        return [entry["target"] for entry in changes(site, query)]

    assert targets("what=list.drop") == ["watch_a +12025551003"]
    assert targets("target=12025551003") == ["watch_a +12025551003"] * 2
    assert targets("target=%25") == []
    assert targets("who=nobody") == []
    assert len(targets("who=supervisor-1")) == 6
    assert targets(f"what=list.put&since={NOON + 2}&until={NOON + 4}") == [
        "watch_a +12025551002",
        "watch_a +12025551001",
    ]
    first = site.ask("GET", "/api/v1/audit?what=list.put&limit=3", Role.SUPERVISOR).json()
    assert (first["total"], first["limit"], first["offset"], first["next"]) == (5, 3, 0, 3)
    last = site.ask("GET", "/api/v1/audit?what=list.put&limit=3&offset=3", Role.SUPERVISOR).json()
    assert ([entry["target"][-1] for entry in last["entries"]], last["next"]) == (["1", "0"], None)


@pytest.mark.parametrize("query", ["what=list.eat", "since=yesterday", "limit=0", "limit=501", "colour=red"])
def test_a_filter_that_is_not_known_is_refused(site: Site, query: str) -> None:
    assert site.ask("GET", f"/api/v1/audit?{query}", Role.SUPERVISOR).status_code in {400, 422}


def test_a_key_of_the_settings_is_named_after_its_variable(site_with: MakeSite) -> None:
    with site_with(RINGFENCE_ADMIN_KEY="swordfish") as site:
        admin = {"X-API-KEY": "swordfish"}
        entry = {"list": "allow_b", "value": B}
        site.client.request("POST", "/api/v1/lists", headers=admin, json=entry)
        (line,) = changes(site, "what=list.put")
        assert (line["who"], line["after"]["source"]) == ("RINGFENCE_ADMIN_KEY", "RINGFENCE_ADMIN_KEY")
