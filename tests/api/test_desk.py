"""What a fraud desk does with alerts, numbers and rules."""

from typing import Any
from urllib.parse import quote

import pytest
from ringfence_engine import FEATURES

from ringfence.api.views import shown_float32
from ringfence.errors import BadInput
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


def test_an_analyst_sees_what_the_score_was_given(site: Site) -> None:
    path = f"/api/v1/alerts/{raise_alert(site)['alert_id']}"
    features = site.ask("GET", path).json()["features"]
    assert tuple(features) == FEATURES
    assert (features["sequential"], features["shared_trunk"]) == (1, 1)
    assert 3 <= features["callers"] <= 5, "as many as there were when it was most suspect"
    assert features["calls_per_caller"] == 1
    assert features["callers_per_second"] == 10
    assert features["shared_sdp_origin"] is None, "nobody told it"
    assert site.ask("PATCH", path, json={"note": "on it"}).json()["features"] == features
    assert site.ask("GET", path, Role.VIEWER).json()["features"] is None
    (listed,) = site.ask("GET", "/api/v1/alerts").json()["alerts"]
    assert "features" not in listed


def test_without_a_score_there_is_no_row_to_see(site_with: MakeSite) -> None:
    with site_with(RINGFENCE_SIGNALLING__FEATURES="off") as site:
        path = f"/api/v1/alerts/{raise_alert(site)['alert_id']}"
        assert site.ask("GET", path).json()["features"] is None


def test_a_verdict_and_its_taking_back_are_in_the_audit_trail(site: Site) -> None:
    alert_id = raise_alert(site)["alert_id"]
    for verdict in ("masking", None):
        site.ask("PATCH", f"/api/v1/alerts/{alert_id}", json={"verdict": verdict})
    entries = site.ask("GET", f"/api/v1/audit?target={alert_id}", Role.SUPERVISOR).json()["entries"]
    told = [(line["who"], line["what"], line["before"], line["after"]) for line in entries]
    assert told == [
        ("analyst-1", "alert.annotate", {"verdict": "masking"}, {"verdict": None}),
        ("analyst-1", "alert.annotate", {"verdict": None}, {"verdict": "masking"}),
    ]
    assert site.ask("GET", f"/api/v1/alerts/{alert_id}").json()["verdict"] is None


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.30000001192092896, "0.3"),
        (0.3333333432674408, "0.33333334"),
        (16777215.0, "16777215.0"),
        (0.0, "0.0"),
    ],
)
def test_features_are_shown_in_as_few_digits_as_tell_them_apart(value: float, shown: str) -> None:
    assert repr(shown_float32(value)) == shown


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


@pytest.mark.parametrize(
    ("caller", "asserted", "cli", "mismatch"),
    [
        (
            "<sip:2079460000;phone-context=+44@gw;user=phone>",
            "<tel:+44-20-7946-0000>",
            "+442079460000",
            False,
        ),
        ("<sip:restricted@gw>", "<tel:+442079460000>", "anonymous", False),
        ('"A, B" <sip:%2B442079460000@[2001:db8::1]:5060>', "<sip:desk@gw>", "+442079460000", True),
        ("tel:+442079460000;tag=1", "<sip:unknown@gw>", "+442079460000", False),
    ],
)
def test_a_sip_message_names_its_caller(
    site: Site, caller: str, asserted: str, cli: str, mismatch: bool
) -> None:
    message = (
        f"\r\nINVITE tel:+12125550100 SIP/2.0\nf: {caller}\nt\t: <tel:+12125550100>\ni: x\n"
        f"CSeq: 1\n INVITE\nP-Asserted-Identity:\n {asserted}\n\n"
    )
    answer = site.ask("POST", "/api/v1/sip/parse", json={"raw_message": message}).json()
    assert (answer["error"], answer["cli"], answer["has_cli_mismatch"]) == (None, cli, mismatch)


@pytest.mark.parametrize(
    "garbage", ["", "\0", "\r\n" * 1_000, "From: " + "<" * 100_000, "SIP/2.0 200 OK\n" + "a:\n" * 9]
)
def test_garbage_in_place_of_a_sip_message_is_told_so(site: Site, garbage: str) -> None:
    answer = site.ask("POST", "/api/v1/sip/parse", json={"raw_message": garbage})
    assert answer.status_code == 200
    assert set(answer.json()) == {
        "success", "call_id", "method", "cli", "p_asserted_identity", "from_uri", "to_uri", "has_cli_mismatch",
        "error",
    }  # fmt: skip
    assert answer.json()["success"] is False
    assert answer.json()["error"] in {"no_start_line", "no_call_id"}


def test_policies_are_set_and_in_force_at_once(site: Site) -> None:
    before = site.ask("GET", "/api/v1/policies", Role.VIEWER).json()["policies"]
    assert before == [{
        "scope": "default", "match": "", "decide": "score", "policy": "disconnect", "mode": "dry_run",
        "threshold": 0.7, "false_cuts_per_million": None, "threshold_in_force": 0.7, "cost_kept": None,
        "sure_threshold": 0.998, "disconnects_per_minute": 60, "origin": "settings",
    }]  # fmt: skip
    wanted = [*before, {"scope": "b_number", "match": B, "policy": "monitor"}]
    answer = site.ask("PUT", "/api/v1/policies", Role.SUPERVISOR, json={"policies": wanted})
    assert answer.status_code == 200
    assert [policy["origin"] for policy in answer.json()["policies"]] == ["settings", "api"]
    assert raise_alert(site)["action"] == "monitor"
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


def test_what_an_analyst_said_stands_in_the_answers_to_later_events(site: Site) -> None:
    path = f"/api/v1/alerts/{raise_alert(site)['alert_id']}"
    site.ask("PATCH", path, json={"status": "acknowledged", "verdict": "masking", "note": "on it"})
    repeated = site.ask("POST", "/event", json=attack(5)[4]).json()["alert"]
    joined = site.ask("POST", "/event", json=event(7, 1)).json()["alert"]
    (batch,) = site.ask("POST", "/api/v1/events", json=[event(8, 1.1)]).json()["alerts"]
    for alert in (repeated, joined, batch, site.ask("GET", path).json()):
        assert (alert["status"], alert["verdict"], alert["note"]) == ("acknowledged", "masking", "on it")
    assert len(batch["call_ids"]) == 7
    site.ask("PATCH", path, json={"verdict": None, "status": "resolved"})
    later = site.ask("POST", "/event", json=event(9, 1.2)).json()["alert"]
    assert (later["status"], later["verdict"], later["note"]) == ("resolved", None, "on it")


def test_what_is_said_of_a_watched_caller_stands_too(site: Site) -> None:
    entry = {"list": "watch_a", "value": "+12025551003"}
    site.ask("POST", "/api/v1/lists", Role.SUPERVISOR, json=entry)
    alert = site.ask("POST", "/event", json=event(3)).json()["alert"]
    site.ask("PATCH", f"/api/v1/alerts/{alert['alert_id']}", json={"note": "our own test line"})
    again = site.ask("POST", "/event", json=event(3, 1, call_id="again")).json()["alert"]
    assert (again["alert_id"], again["note"]) == (alert["alert_id"], "our own test line")


def test_times_of_a_filter_are_read_in_any_unit_that_events_have(site: Site) -> None:
    raise_alert(site)
    for unit in (1, 1_000, 1_000_000, 1_000_000_000):
        query = f"since={NOON * unit}&until={(NOON + 1) * unit}"
        assert site.ask("GET", f"/api/v1/alerts?{query}").json()["total"] == 1
        assert site.ask("GET", f"/api/v1/alerts?since={(NOON + 1) * unit}").json()["total"] == 0
    refused = site.ask("GET", "/api/v1/alerts?until=tomorrow")
    assert (refused.status_code, refused.json()["code"]) == (400, "time_invalid")
    assert refused.json()["detail"].startswith("until ")


def test_a_question_is_answered_as_finely_as_the_alert(site_with: MakeSite) -> None:
    with site_with(RINGFENCE_SIGNALLING__MODEL="off") as site:  # it scores all calls of this alert alike
        alert = raise_alert(site)
        asked = {"call_id": "q1", "a_number": "+12025551001", "b_number": B}
        answer = site.ask("POST", "/api/v1/analyze", json=asked).json()
        assert answer["masking_probability"] == alert["masking_probability"]


def test_without_features_nothing_claims_a_score(
    site_with: MakeSite, caplog: pytest.LogCaptureFixture
) -> None:
    with site_with(RINGFENCE_SIGNALLING__FEATURES="off") as site:
        assert "these policies, which decide by score, act on no alert: default" in caplog.text
        assert 'decide = "rule"' in caplog.text
        alert = raise_alert(site)
        assert (alert["method"], alert["masking_probability"], alert["action"]) == ("rule", 0, "monitor")
        asked = {"call_id": "q1", "a_number": "+12025551001", "b_number": B, "call_rate": 4.0}
        answer = site.ask("POST", "/api/v1/analyze", json=asked).json()
        assert (answer["method"], answer["features_used"]["distinct_a_count"]) == ("rule", 5)
        assert answer["features_used"]["call_rate"] == 4.0

        caplog.clear()
        rule = [{"decide": "rule"}]
        site.ask("PUT", "/api/v1/policies", Role.SUPERVISOR, json={"policies": rule})
        assert caplog.text == ""
        assert site.ask("POST", "/event", json=event(8, 1)).json()["alert"]["action"] == "disconnect"
        waiting = [*rule, {"scope": "b_number", "match": B, "policy": "block"}]
        site.ask("PUT", "/api/v1/policies", Role.SUPERVISOR, json={"policies": waiting})
        assert "act on no alert: b_number ***0100" in caplog.text


def test_with_features_there_is_nothing_to_warn_of(
    site_with: MakeSite, caplog: pytest.LogCaptureFixture
) -> None:
    with site_with(RINGFENCE_SIGNALLING__MODEL="off"):
        assert caplog.text == ""


@pytest.mark.parametrize(
    "policy",
    [
        {"scope": "b_prefix", "match": "0800*"},
        {"scope": "b_prefix", "match": "44800*"},
        {"scope": "b_prefix", "match": "*"},
        {"scope": "b_prefix", "match": "+44*800"},
        {"scope": "b_number", "match": "+4480012345*"},
        {"scope": "trunk", "match": "north*"},
        {"scope": "trunk", "match": "  "},
        {"scope": "default", "match": "+44"},
        {"disconnects_per_minute": False},
    ],
)
def test_a_policy_that_could_never_match_is_refused(site: Site, policy: dict[str, Any]) -> None:
    answer = site.ask("PUT", "/api/v1/policies", Role.SUPERVISOR, json={"policies": [policy]})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"].startswith("body.policies.0")


def test_a_prefix_is_one_policy_however_it_is_written(site: Site) -> None:
    wanted = [{"scope": "b_prefix", "match": "+1 (212) 555*", "policy": "flag"}]
    answer = site.ask("PUT", "/api/v1/policies", Role.SUPERVISOR, json={"policies": wanted})
    assert answer.json()["policies"][1]["match"] == "+1212555*"
    assert raise_alert(site)["action"] == "flag"
    seen = site.ask("GET", "/api/v1/policies", Role.VIEWER).json()["policies"][1]
    assert seen["match"] == "***2555*"
    back = answer.json()["policies"]
    assert (
        site.ask("PUT", "/api/v1/policies", Role.SUPERVISOR, json={"policies": back}).json() == answer.json()
    )
    twice = [*wanted, {"scope": "b_prefix", "match": "+1212555", "policy": "block"}]
    refused = site.ask("PUT", "/api/v1/policies", Role.SUPERVISOR, json={"policies": twice})
    assert (refused.status_code, refused.json()["code"]) == (400, "policy_twice")


def test_a_prefix_is_one_entry_however_it_is_written(site: Site) -> None:
    for value in ("+1 202 *", "+1202*", "+1-202*"):
        made = site.ask("POST", "/api/v1/lists", Role.SUPERVISOR, json={"list": "deny_a", "value": value})
        assert made.json()["value"] == "+1202*"
    assert len(site.ask("GET", "/api/v1/lists").json()["entries"]) == 1
    assert site.ask("POST", "/event", json=event(1)).json()["alert"]["label"] == "denied_caller"
    gone = site.ask("DELETE", "/api/v1/lists?list=deny_a&value=%2B1 202*", Role.SUPERVISOR)
    assert gone.status_code == 204
    assert site.ask("POST", "/event", json=event(2, 1)).json()["status"] == "ok"


@pytest.mark.parametrize("name", ["deny_a", "watch_a", "allow_a", "allow_b", "allow_trunk"])
def test_a_blank_entry_is_not_taken_for_a_withheld_number(site: Site, name: str) -> None:
    answer = site.ask("POST", "/api/v1/lists", Role.SUPERVISOR, json={"list": name, "value": "  "})
    assert (answer.status_code, answer.json()["code"]) == (400, "list_entry_invalid")


def test_a_viewer_sees_no_more_of_a_long_prefix_than_of_a_number(site: Site) -> None:
    for value in ("+12025551*", "+44*"):
        site.ask("POST", "/api/v1/lists", Role.SUPERVISOR, json={"list": "deny_a", "value": value})
    entries = site.ask("GET", "/api/v1/lists", Role.VIEWER).json()["entries"]
    assert [entry["value"] for entry in entries] == ["***5551*", "+44*"]


def test_an_entry_of_the_api_that_ends_leaves_that_of_the_settings(site_with: MakeSite) -> None:
    with site_with('[[lists]]\nlist = "deny_a"\nvalue = "+1202555*"\n') as site:
        brief = {"list": "deny_a", "value": "+1202555*", "expires_at": "2026-01-15T12:01:00Z"}
        site.ask("POST", "/api/v1/lists", Role.SUPERVISOR, json=brief)
        site.clock.now += 61 * 1_000_000_000
        site.tick()
        alert = site.ask("POST", "/event", json=event(2, 61)).json()["alert"]
        assert alert["label"] == "denied_caller"


def test_two_policies_for_one_thing_in_the_settings_are_refused(site_with: MakeSite) -> None:
    twice = (
        '[[policies]]\nscope = "b_number"\nmatch = "+12125550100"\n'
        '[[policies]]\nscope = "b_number"\nmatch = "(212) 555-0100"\npolicy = "flag"\n'
    )
    with pytest.raises(BadInput, match="two policies"), site_with(twice):
        pass
