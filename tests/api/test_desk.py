"""What a fraud desk does with alerts, numbers and rules."""

from typing import Any
from urllib.parse import quote

import pytest

from ringfence.model.key import Role

from .conftest import NOON, MakeSite, Site, attack, event

B = "+12125550100"


def raise_alert(site: Site) -> dict[str, Any]:
    alert: dict[str, Any] = {}
    for told in attack(5):
        alert = site.ask("POST", "/event", json=told).json()["alert"]
    return alert


def test_an_analyst_judges_an_alert(site: Site) -> None:
    path = f"/api/v1/alerts/{raise_alert(site)['alert_id']}"
    answer = site.ask("PATCH", path, json={"status": "acknowledged", "note": "on it"})
    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["verdict"], answer.json()["note"]) == (
        "acknowledged",
        None,
        "on it",
    )
    site.ask("PATCH", path, json={"verdict": "false_alarm"})
    site.ask("PATCH", path, json={"status": "resolved"})
    kept = site.ask("GET", path).json()
    assert (kept["status"], kept["verdict"], kept["note"]) == ("resolved", "false_alarm", "on it")
    assert site.ask("PATCH", path, json={"verdict": None}).json()["verdict"] is None
    assert site.ask("PATCH", path, json={"status": "done"}).status_code == 422
    assert site.ask("PATCH", path, json={"state": "new"}).status_code == 422
    assert site.ask("PATCH", path, Role.VIEWER, json={"status": "new"}).status_code == 403
    assert site.ask("PATCH", "/api/v1/alerts/none", json={"status": "new"}).status_code == 404
    lines = [line for line in site.server.records.audit(10, 0) if line.what == "alert.annotate"]
    assert [line.who for line in lines] == ["analyst-1"] * 4


def test_alerts_are_filtered_and_paged(site: Site) -> None:
    for number in range(3):
        for n in range(5):
            told = event(n, n * 0.1, b_number=f"+1212555020{number}", call_id=f"{number}-{n}")
            site.ask("POST", "/event", json=told)
    page = site.ask("GET", "/api/v1/alerts?limit=2").json()
    assert (page["total"], len(page["alerts"]), page["next"]) == (3, 2, 2)
    last = site.ask("GET", f"/api/v1/alerts?limit=2&offset={page['next']}").json()
    assert (len(last["alerts"]), last["next"]) == (1, None)

    def total(query: str) -> int:
        count: int = site.ask("GET", f"/api/v1/alerts?{query}").json()["total"]
        return count

    assert total("b_number=+12125550201") == 1
    assert total("b_number=%2B12125550201") == 1
    assert total("label=denied_caller") == 0
    assert total("status=new") == 3
    assert total("status=resolved") == 0
    assert total(f"since={NOON}&until={NOON + 1}") == 3
    assert total("until=2026-01-15T12:00:00Z") == 0
    assert total("since=2026-01-15T13:00:00%2B01:00") == 3
    assert total("since=1e10") == 0
    assert total("until=9999-12-31T23:59:59Z") == 3
    for bad in ("since=yesterday", "limit=0", "limit=9999", "offset=-1", "severity=huge", "colour=red"):
        assert site.ask("GET", f"/api/v1/alerts?{bad}").status_code in {400, 422}


def test_an_older_alert_is_there_after_a_restart_and_closed(site_with: MakeSite) -> None:
    with site_with() as site:
        alert = raise_alert(site)
    with site_with() as site:
        kept = site.ask("GET", f"/api/v1/alerts/{alert['alert_id']}", Role.SUPERVISOR).json()
        assert kept["call_ids"] == alert["call_ids"]
        assert kept["closed_at"] == alert["last_seen_at"]


@pytest.mark.parametrize("path", [B, quote(B), "12125550100"])
def test_metrics_of_a_number_and_their_reset(site: Site, path: str) -> None:
    zero = site.ask("GET", f"/api/v1/metrics/{path}").json()
    assert (zero["b_number"], zero["total_attempts"], zero["asr"], zero["window_seconds"]) == (B, 0, 0, 300)
    for told in attack(3):
        site.ask("POST", "/event", json=told)
    metrics = site.ask("GET", f"/api/v1/metrics/{path}").json()
    assert metrics["total_attempts"] == metrics["seizures"] == 3
    assert metrics["answered_calls"] == 0
    assert metrics["concurrent_callers"] == 3
    assert metrics["overlap_ratio"] == 1
    assert site.ask("DELETE", f"/api/v1/metrics/{path}").json() == {"b_number": B, "reset": True}
    assert site.ask("GET", f"/api/v1/metrics/{path}").json()["total_attempts"] == 0
    assert site.ask("DELETE", f"/api/v1/metrics/{path}").json()["reset"] is False


def test_a_reset_ends_the_open_alert(site: Site) -> None:
    alert = raise_alert(site)
    site.ask("DELETE", f"/api/v1/metrics/{B}")
    kept = site.ask("GET", f"/api/v1/alerts/{alert['alert_id']}").json()
    assert kept["closed_at"] == alert["last_seen_at"]


def test_a_call_is_analysed_and_not_added(site: Site) -> None:
    asked = {"call_id": "q1", "a_number": "+12025559999", "b_number": B}
    answer = site.ask("POST", "/api/v1/analyze", json=asked).json()
    assert answer["call_id"] == "q1"
    assert answer["is_masking"] is False
    assert answer["masking_probability"] < 0.2
    assert answer["risk_level"] == "MINIMAL"
    assert answer["confidence"] == "LOW"
    assert set(answer["features_used"]) == {
        "asr", "aloc", "overlap_ratio", "cli_mismatch",
        "distinct_a_count", "call_rate", "short_call_ratio", "high_volume_flag",
    }  # fmt: skip
    assert {"b_number", "asr", "aloc", "overlap_ratio", "total_attempts", "answered_calls",
            "concurrent_callers", "window_seconds"} <= set(answer["metrics"])  # fmt: skip
    assert answer["timestamp"] == "2026-01-15T12:00:00.000000Z"
    assert site.ask("GET", f"/api/v1/metrics/{B}").json()["total_attempts"] == 0


def test_hints_count_where_nothing_is_known(site: Site) -> None:
    asked = {
        "call_id": "q1", "a_number": "+12025559999", "b_number": B,
        "cli": "+12025550001", "p_asserted_identity": "<sip:+442079460000@gw>",
        "distinct_a_count": 12, "call_rate": 4.0, "short_call_ratio": 0.9,
    }  # fmt: skip
    answer = site.ask("POST", "/api/v1/analyze", json=asked).json()
    assert answer["is_masking"] is True
    assert answer["features_used"]["cli_mismatch"] == 1
    assert answer["features_used"]["high_volume_flag"] == 1


def test_a_sip_message_is_parsed(site: Site) -> None:
    message = (
        "INVITE sip:+12125550100@gw SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"
        "From: <sip:+12025550001@carrier.example>;tag=1\r\nTo: <sip:+12125550100@gw>\r\n"
        "Call-ID: abc@192.0.2.1\r\nCSeq: 1 INVITE\r\n"
        "P-Asserted-Identity: <sip:+442079460000@carrier.example>\r\nContent-Length: 0\r\n\r\n"
    )
    answer = site.ask("POST", "/api/v1/sip/parse", json={"raw_message": message}).json()
    assert answer["success"] is True
    assert (answer["call_id"], answer["method"]) == ("abc@192.0.2.1", "INVITE")
    assert answer["cli"] == "+12025550001"
    assert answer["has_cli_mismatch"] is True
    assert answer["error"] is None
    bad = site.ask("POST", "/api/v1/sip/parse", json={"raw_message": "hello", "source_ip": "192.0.2.9"})
    assert bad.status_code == 200
    assert bad.json()["success"] is False
    assert bad.json()["error"]


def test_policies_are_set_and_in_force_at_once(site: Site) -> None:
    before = site.ask("GET", "/api/v1/policies", Role.VIEWER).json()["policies"]
    assert before == [{
        "scope": "default", "match": "", "decide": "score", "policy": "disconnect", "mode": "dry_run",
        "threshold": 0.7, "disconnects_per_minute": 60, "origin": "settings",
    }]  # fmt: skip
    wanted = [*before, {"scope": "b_number", "match": B, "policy": "monitor"}]
    answer = site.ask("PUT", "/api/v1/policies", Role.SUPERVISOR, json={"policies": wanted})
    assert answer.status_code == 200
    assert [policy["origin"] for policy in answer.json()["policies"]] == ["settings", "api"]
    assert raise_alert(site)["action"] == "monitor"
    assert "policies.replace" in {line.what for line in site.server.records.audit(10, 0)}
    for bad in (
        [{"scope": "b_number", "match": ""}],
        [{"scope": "trunk", "match": "x", "threshold": 2}],
        [{"scope": "trunk", "match": "x"}, {"scope": "trunk", "match": "x"}],
    ):
        refused = site.ask("PUT", "/api/v1/policies", Role.SUPERVISOR, json={"policies": bad})
        assert refused.status_code in {400, 422}
    site.ask("PUT", "/api/v1/policies", Role.SUPERVISOR, json={"policies": []})
    assert site.ask("GET", "/api/v1/policies").json()["policies"] == before


def test_policies_outlive_a_restart(site_with: MakeSite) -> None:
    wanted = {"policies": [{"scope": "trunk", "match": "north", "policy": "flag"}]}
    with site_with() as site:
        site.ask("PUT", "/api/v1/policies", Role.SUPERVISOR, json=wanted)
    with site_with() as site:
        assert raise_alert(site)["action"] == "flag"


def test_list_entries_come_go_and_expire(site: Site) -> None:
    entry = {
        "list": "deny_a", "value": "+12025551002", "note": "spoofed", "source": "desk",
        "expires_at": "2026-01-15T12:01:00Z",
    }  # fmt: skip
    made = site.ask("POST", "/api/v1/lists", Role.SUPERVISOR, json=entry)
    assert made.status_code == 201
    assert made.json() == entry | {"expires_at": "2026-01-15T12:01:00.000000Z", "origin": "api"}
    assert site.ask("GET", "/api/v1/lists", Role.VIEWER).json()["entries"][0]["value"] == "***1002"
    assert site.ask("POST", "/event", json=event(2)).json()["alert"]["label"] == "denied_caller"
    site.clock.now += 61 * 1_000_000_000
    site.tick()
    assert site.ask("POST", "/event", json=event(2, 61, call_id="again")).json()["status"] == "ok"
    gone = site.ask("DELETE", "/api/v1/lists?list=deny_a&value=+12025551002", Role.SUPERVISOR)
    assert gone.status_code == 204
    assert site.ask("GET", "/api/v1/lists").json()["entries"] == []
    again = site.ask("DELETE", "/api/v1/lists?list=deny_a&value=%2B12025551002", Role.SUPERVISOR)
    assert again.status_code == 404
    assert site.ask("POST", "/api/v1/lists", Role.SUPERVISOR, json=entry).status_code == 400


def test_entries_of_the_settings_stand_beside_and_stay(site_with: MakeSite) -> None:
    with site_with('[[lists]]\nlist = "deny_a"\nvalue = "+1202555*"\nnote = "range"\n') as site:
        (entry,) = site.ask("GET", "/api/v1/lists").json()["entries"]
        assert (entry["value"], entry["origin"]) == ("+1202555*", "settings")
        assert site.ask("POST", "/event", json=event(2)).json()["alert"]["label"] == "denied_caller"
        refused = site.ask("DELETE", "/api/v1/lists?list=deny_a&value=+1202555*", Role.SUPERVISOR)
        assert (refused.status_code, refused.json()["code"]) == (409, "list_entry_fixed")
