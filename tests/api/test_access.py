"""Who may do what, and how refusals look."""

import re
import sqlite3
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest

from ringfence.api.access import PerMinute, RateLimit
from ringfence.errors import TooMany
from ringfence.model.key import Role

from .conftest import MakeSite, Site, attack, event

READS = [
    ("GET", "/api/v1/alerts"),
    ("GET", "/api/v1/alerts/none"),
    ("GET", "/api/v1/alerts/none/actions"),
    ("GET", "/api/v1/metrics/+12125550100"),
    ("GET", "/api/v1/policies"),
    ("GET", "/api/v1/lists"),
    ("GET", "/api/v1/model/status"),
    ("GET", "/api/v1/findings"),
    ("GET", "/api/v1/findings/none"),
    ("GET", "/transactions"),
    ("GET", "/api/v1/transactions"),
    ("GET", "/api/v1/transactions/none"),
    ("GET", "/api/v1/transactions/none/phone"),
    ("GET", "/api/v1/transactions/none/calls"),
    ("GET", "/api/v1/transactions/none/calls/c1"),
    ("GET", "/api/v1/verifications"),
    ("GET", "/api/v1/transactions/phone-changes"),
]
ANALYSES = [
    ("DELETE", "/api/v1/metrics/+12125550100"),
    ("PATCH", "/api/v1/alerts/none"),
    ("POST", "/api/v1/analyze"),
    ("POST", "/api/v1/analyze/text"),
    ("POST", "/api/v1/analyze/batch"),
    ("POST", "/api/v1/sip/parse"),
    ("GET", "/api/v1/lists/suggestions"),
    ("POST", "/set_action/none"),
    ("PATCH", "/api/v1/transactions/none"),
    ("GET", "/api/v1/transactions/export"),
    ("POST", "/call/none"),
    ("POST", "/api/v1/transactions/none/calls"),
    ("POST", "/api/v1/transactions/none/calls/c1/end"),
    ("GET", "/api/v1/phones"),
    ("GET", "/api/v1/phones/CA1"),
    ("POST", "/api/v1/phones/CA1/pick-up"),
    ("POST", "/api/v1/phones/CA1/answer"),
    ("POST", "/api/v1/phones/CA1/hang-up"),
]
RULES = [
    ("PUT", "/api/v1/policies"),
    ("POST", "/api/v1/lists"),
    ("DELETE", "/api/v1/lists?list=deny_a&value=+1"),
    ("GET", "/api/v1/audit"),
    ("POST", "/api/v1/model/reload"),
    ("POST", "/update_phone/none"),
    ("POST", "/api/v1/transactions/import"),
    ("POST", "/api/v1/transactions/none/phone"),
    ("POST", "/api/v1/transactions/none/phone/1"),
]
EVENTS = [("POST", "/event"), ("POST", "/api/v1/events")]
ALLOWED = {
    Role.INGEST: EVENTS,
    Role.VIEWER: READS,
    Role.ANALYST: READS + ANALYSES + EVENTS,
    Role.SUPERVISOR: READS + ANALYSES + EVENTS + RULES,
    Role.ADMIN: READS + ANALYSES + EVENTS + RULES,
}


OPEN = {("GET", "/health")}
SIGNED = {
    ("POST", "/voice/{transaction_id}/{step}"),
    ("POST", "/voice/{transaction_id}/{step}/listen"),
    ("POST", "/voice/{transaction_id}/{step}/response"),
    ("POST", "/status/{transaction_id}"),
}
B = "+12125550100"


def named(path: str) -> str:
    """A path of the tables as the contract writes it."""
    path = re.sub(r"/(alert|finding|transaction)s/none", r"/\1s/{\1_id}", path.partition("?")[0])
    path = re.sub(r"/(update_phone|set_action|call)/none", r"/\1/{transaction_id}", path)
    return (
        path.replace("/phone/1", "/phone/{change_id}")
        .replace("/calls/c1", "/calls/{call_id}")
        .replace("/phones/CA1", "/phones/{provider_id}")
        .replace(B, "{b_number}")
    )


def test_the_table_of_rights_leaves_no_route_out(site: Site) -> None:
    paths = site.client.get("/openapi.json").json()["paths"]
    served = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    told = {(method, named(path)) for method, path in READS + ANALYSES + RULES + EVENTS}
    assert served == told | OPEN | SIGNED


@pytest.mark.parametrize(("method", "path"), sorted(SIGNED))
def test_a_webhook_without_the_providers_signature_is_refused_whatever_key_it_has(
    site: Site, method: str, path: str
) -> None:
    asked = path.replace("{transaction_id}", "TXN001").replace("{step}", "step0")
    for role in (None, Role.ADMIN):
        headers = {} if role is None else site.key(role)
        for more in ({}, {"x-twilio-signature": "bm90IHNpZ25lZA=="}):
            answer = site.client.request(
                method, asked, headers=headers | more, data={"CallSid": "CA1", "CallStatus": "completed"}
            )
            assert (answer.status_code, answer.json()["code"]) == (403, "signature_invalid")


@pytest.mark.parametrize("role", list(Role))
def test_each_role_has_its_rights_and_no_more(site: Site, role: Role) -> None:
    for method, path in READS + ANALYSES + RULES + EVENTS:
        answer = site.ask(method, path, role)
        if (method, path) in ALLOWED[role]:
            assert answer.status_code not in {401, 403}, (method, path)
        else:
            assert answer.status_code == 403, (method, path)
            assert answer.json()["code"] == "not_allowed"


@pytest.mark.parametrize(("method", "path"), READS + ANALYSES + RULES + EVENTS)
def test_no_key_and_a_wrong_one_are_401(site: Site, method: str, path: str) -> None:
    for headers in (
        {},
        {"X-API-KEY": "wrong"},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Basic eA=="},
    ):
        answer = site.client.request(method, path, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("body", [b"{", b"x" * (5 << 20)])
def test_nobody_without_a_key_has_their_body_read(site: Site, body: bytes) -> None:
    headers = {"content-type": "application/json"}
    for path in ("/api/v1/analyze", "/event", "/api/v1/events"):
        assert site.client.request("POST", path, content=body, headers=headers).status_code == 401
    answer = site.ask("POST", "/api/v1/analyze", Role.VIEWER, content=body, headers=headers)
    assert answer.status_code == 403


def test_an_empty_header_does_not_hide_a_bearer(site: Site) -> None:
    secret = site.key(Role.VIEWER)["X-API-KEY"]
    headers = {"X-API-KEY": " ", "Authorization": f"Bearer {secret}"}
    assert site.client.get("/api/v1/alerts", headers=headers).status_code == 200


def test_a_bearer_is_as_good_as_the_header(site: Site) -> None:
    secret = site.key(Role.ANALYST)["X-API-KEY"]
    headers = {"Authorization": f"Bearer {secret}"}
    assert site.client.get("/api/v1/alerts", headers=headers).status_code == 200
    assert site.client.request("POST", "/event", headers=headers, json=event(0)).status_code == 200


def test_keys_of_the_settings_work(site_with: MakeSite) -> None:
    with site_with(RINGFENCE_ADMIN_KEY="the-admin", API_AUTH_KEY="the-analyst") as site:
        assert site.server.keys.first_admin() is None
        put: dict[str, list[str]] = {"policies": []}
        assert (
            site.client.request(
                "PUT", "/api/v1/policies", headers={"X-API-KEY": "the-admin"}, json=put
            ).status_code
            == 200
        )
        assert (
            site.client.request(
                "PUT", "/api/v1/policies", headers={"X-API-KEY": "the-analyst"}, json=put
            ).status_code
            == 403
        )
        assert site.client.get("/api/v1/alerts", headers={"X-API-KEY": "the-analyst"}).status_code == 200


def test_the_first_start_has_an_admin_key_and_the_second_none(site_with: MakeSite) -> None:
    with site_with() as site:
        secret = site.server.keys.first_admin()
        assert secret
        assert site.client.get("/api/v1/alerts", headers={"X-API-KEY": secret}).status_code == 200
    with site_with() as site:
        assert site.server.keys.first_admin() is None
        assert site.client.get("/api/v1/alerts", headers={"X-API-KEY": secret}).status_code == 200


def test_a_revoked_key_stops_working(site: Site) -> None:
    headers = site.key(Role.VIEWER)
    assert site.client.get("/api/v1/alerts", headers=headers).status_code == 200
    site.server.keys.revoke("viewer-1", "test")
    assert site.client.get("/api/v1/alerts", headers=headers).status_code == 401


def test_health_and_the_documentation_are_open(site: Site) -> None:
    answer = site.client.get("/health")
    assert answer.status_code == 200
    told = answer.json()
    assert (told["status"], told["service"]) == ("ok", "ringfence")
    assert set(told["components"].values()) == {"up"}
    assert told["version"]
    home = site.client.get("/")
    assert (home.status_code, home.headers["location"]) == (307, "/docs")
    page = site.client.get("/docs")
    assert page.status_code == 200
    assert "https://" not in page.text
    assert "http://" not in page.text
    for name in ("swagger-ui-bundle.js", "swagger-ui.css", "favicon-32x32.png"):
        assert f"/docs/{name}" in page.text
        assert site.client.get(f"/docs/{name}").status_code == 200
    paths = site.client.get("/openapi.json").json()["paths"]
    assert {"/event", "/api/v1/events", "/api/v1/analyze", "/api/v1/alerts/{alert_id}"} <= set(paths)


def test_the_pages_may_load_nothing_but_our_own(site: Site) -> None:
    page = site.client.get("/docs")
    policy = dict(rule.split(" ", 1) for rule in page.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["connect-src"] == "'self'"
    (script,) = re.findall(r"<script>(.*?)</script>", page.text, re.DOTALL)
    digest = b64encode(sha256(script.encode()).digest()).decode()
    assert policy["script-src"] == f"'self' 'sha256-{digest}'"


def test_health_says_so_where_the_records_cannot_be_read(site: Site, tmp_path: Path) -> None:
    raw = sqlite3.connect(tmp_path / "var" / "ringfence.db")
    raw.execute("ALTER TABLE keys RENAME TO gone")
    raw.commit()
    answer = site.client.get("/health")
    raw.execute("ALTER TABLE gone RENAME TO keys")
    raw.commit()
    raw.close()
    assert answer.status_code == 503
    assert answer.json()["status"] == "degraded"
    assert answer.json()["components"] == {"engine": "up", "records": "down", "analysis": "up"}
    assert site.client.get("/health").status_code == 200


def test_the_document_tells_roles_and_errors_as_they_are(site: Site) -> None:
    document = site.client.get("/openapi.json").json()
    assert "HTTPValidationError" not in document["components"]["schemas"]
    assert "`analyst`" in document["paths"]["/api/v1/analyze"]["post"]["description"]
    assert "`supervisor`" in document["paths"]["/api/v1/audit"]["get"]["description"]
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            kinds = operation["responses"]["default"]["content"]
            assert list(kinds) == ["application/problem+json"], (method, path)
            assert "422" not in operation["responses"]


def test_every_reference_of_the_openapi_document_is_there(site: Site) -> None:
    document = site.client.get("/openapi.json").json()
    found: list[str] = []

    def walk(node: object) -> None:
        if isinstance(node, dict):
            if isinstance(node.get("$ref"), str):
                found.append(node["$ref"])
            for inner in node.values():
                walk(inner)
        elif isinstance(node, list):
            for inner in node:
                walk(inner)

    walk(document)
    assert found
    names = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert set(found) <= names


def test_every_answer_carries_a_request_id(site: Site) -> None:
    for path in ("/health", "/nowhere", "/api/v1/alerts", "/event"):
        first, second = (site.client.get(path).headers["x-request-id"] for _ in range(2))
        assert first != second
        assert (
            site.client.get(path, headers={"X-Request-ID": "Case-7_a.b"}).headers["x-request-id"]
            == "Case-7_a.b"
        )
        for mad in ("x" * 129, "a b", "<script>", ""):
            assert site.client.get(path, headers={"X-Request-ID": mad}).headers["x-request-id"] != mad


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("POST", "/health", 405),
        ("GET", "/event", 405),
        ("PUT", "/api/v1/events", 405),
        ("GET", "/docs/../settings/sections.py", 404),
    ],
)
def test_refusals_of_the_framework_are_problems_too(site: Site, method: str, path: str, status: int) -> None:
    answer = site.client.request(method, path)
    assert answer.status_code == status
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["status"] == status
    assert {"type", "title", "detail", "code", "request_id"} <= set(problem)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/api/v1/alerts/some", "GET, PATCH"),
        ("PATCH", "/api/v1/lists", "DELETE, GET, POST"),
        ("POST", "/openapi.json", "GET, HEAD"),
        ("GET", "/event", "POST"),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(site: Site, method: str, path: str, allowed: str) -> None:
    answer = site.client.request(method, path)
    assert answer.status_code == 405
    assert sorted(answer.headers["allow"].split(", ")) == allowed.split(", ")


def test_no_redirect_sends_a_key_elsewhere(site: Site) -> None:
    assert site.ask("GET", "/api/v1/alerts/").status_code == 404


CALL = b'{"call_id": "q1", "a_number": "+12025559999", "b_number": "+12125550100"}'


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"content-type": "application/json; charset=utf-8"}, 200),
        ({"content-type": "application/problem+json"}, 200),
        ({"content-type": "application/x-www-form-urlencoded"}, 415),
        ({"content-type": "text/plain"}, 415),
        ({"content-type": "application/json", "content-encoding": "gzip"}, 415),
    ],
)
def test_a_body_that_is_sent_as_anything_but_json_is_told_how(
    site: Site, headers: dict[str, str], status: int
) -> None:
    answer = site.ask("POST", "/api/v1/analyze", content=CALL, headers=headers)
    assert answer.status_code == status
    if status == 415:
        assert answer.json()["code"] == "unsupported_media_type"
        assert "Send the body" in answer.json()["detail"]


def test_a_wrong_field_is_422_and_not_repeated(site: Site) -> None:
    answer = site.ask(
        "POST", "/api/v1/analyze", json={"call_id": "x", "a_number": ["swordfish"], "b_number": "+1"}
    )
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"][0]["field"] == "body.a_number"
    assert "swordfish" not in answer.text


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 100_000, b"\xff"])
def test_a_body_that_is_no_json_is_refused(site: Site, body: bytes) -> None:
    answer = site.ask("POST", "/api/v1/analyze", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"


def test_text_that_is_none_is_refused(site: Site) -> None:
    for method, path, body in (
        ("POST", "/api/v1/analyze", '{"call_id":"x","a_number":"\\ud800","b_number":"+1"}'),
        ("POST", "/api/v1/lists", '{"list":"deny_a","value":"\\ud800"}'),
        ("POST", "/api/v1/lists", '{"list":"deny_a","value":"+12025551000","note":"\\ud800"}'),
    ):
        answer = site.ask(
            method, path, Role.ADMIN, content=body, headers={"content-type": "application/json"}
        )
        assert answer.status_code in {400, 422}, path


def test_a_huge_body_of_the_other_routes_is_413(site: Site) -> None:
    answer = site.ask("POST", "/api/v1/analyze", content=b"x" * (5 << 20))
    assert answer.status_code == 413


def test_cross_origin_access_is_off_until_origins_are_named(site_with: MakeSite) -> None:
    preflight = {"Origin": "https://desk.example", "Access-Control-Request-Method": "GET"}
    with site_with() as site:
        answer = site.client.get("/health", headers={"Origin": "https://desk.example"})
        assert "access-control-allow-origin" not in answer.headers
    with site_with(RINGFENCE_CORS_ORIGINS="https://desk.example") as site:
        answer = site.client.request("OPTIONS", "/api/v1/alerts", headers=preflight)
        assert answer.headers["access-control-allow-origin"] == "https://desk.example"
        other = site.client.get("/health", headers={"Origin": "https://else.example"})
        assert "access-control-allow-origin" not in other.headers
        assert answer.headers["x-request-id"]
        stranger = preflight | {"Origin": "https://else.example", "X-Request-ID": "case-9"}
        refused = site.client.request("OPTIONS", "/api/v1/alerts", headers=stranger)
        assert (refused.status_code, refused.headers["x-request-id"]) == (400, "case-9")
        assert refused.headers["content-type"] == "application/problem+json"
        assert (refused.json()["code"], refused.json()["request_id"]) == ("cross_origin", "case-9")
        assert (
            site.client.request("POST", "/event", headers={"Origin": "https://desk.example"}).status_code
            == 401
        )


def test_the_other_routes_have_a_limit_a_key(site_with: MakeSite) -> None:
    with site_with(RINGFENCE_LIMITS__REQUESTS_PER_SECOND="1") as site:
        statuses = [site.ask("GET", "/api/v1/alerts").status_code for _ in range(4)]
        assert statuses[:2] == [200, 200]
        assert 429 in statuses
        assert site.ask("GET", "/api/v1/alerts", Role.VIEWER).status_code == 200


def test_a_bucket_fills_with_time_and_can_owe() -> None:
    now = 0.0
    limit = RateLimit(10, burst=1, clock=lambda: now)
    for _ in range(10):
        limit.spend("a")
    with pytest.raises(TooMany) as caught:
        limit.spend("a")
    assert caught.value.retry_after == 1
    limit.spend("b")
    limit.charge("a", 50)
    now = 4.0
    with pytest.raises(TooMany) as caught:
        limit.spend("a")
    assert caught.value.retry_after == 2
    now = 6.0
    limit.spend("a")


def test_viewers_see_the_last_four_of_numbers(site: Site) -> None:
    for told in attack(5):
        alert = site.ask("POST", "/event", json=told).json()["alert"]
    for answer in (
        site.ask("GET", "/api/v1/alerts", Role.VIEWER),
        site.ask("GET", f"/api/v1/alerts/{alert['alert_id']}", Role.VIEWER),
        site.ask("GET", f"/api/v1/alerts/{alert['alert_id']}/actions", Role.VIEWER),
        site.ask("GET", "/api/v1/metrics/+12125550100", Role.VIEWER),
    ):
        assert answer.status_code == 200
        assert "0100" in answer.text
        assert "2125550100" not in answer.text
        assert "202555100" not in answer.text
    whole = site.ask("GET", f"/api/v1/alerts/{alert['alert_id']}").json()
    assert whole["b_number"] == "+12125550100"


def test_a_viewer_does_not_read_in_a_call_id_the_number_that_is_masked_beside_it(site: Site) -> None:
    for n in range(5):
        told = event(n, n * 0.1, call_id=f"2025551{n:03}-1768478400@10.0.0.1;to=+12125550100")
        site.ask("POST", "/event", json=told)
    seen = site.ask("GET", "/api/v1/alerts", Role.VIEWER).json()["alerts"][0]
    assert seen["call_ids"][0] == "***1000-1768478400@10.0.0.1;to=***0100"
    assert seen["call_id"] == seen["suspect_call_ids"][-1] == seen["call_ids"][-1]
    whole = site.ask("GET", "/api/v1/alerts").json()["alerts"][0]
    assert whole["call_ids"][0] == "2025551000-1768478400@10.0.0.1;to=+12125550100"
    path = f"/api/v1/alerts/{seen['alert_id']}/actions"
    cut = {action["call_id"] for action in site.ask("GET", path, Role.VIEWER).json()["actions"]}
    assert cut == set(seen["call_ids"])


def test_a_minute_holds_so_many_messages_and_what_was_over_goes_into_the_next() -> None:
    now = [0.0]
    minute = PerMinute(3, clock=lambda: now[0])
    for _ in range(3):
        minute.spend("asha 192.0.2.7")
    with pytest.raises(TooMany) as refused:
        minute.spend("asha 192.0.2.7")
    assert refused.value.retry_after == 60
    minute.spend("asha 192.0.2.8")
    now[0] = 60.0
    minute.spend("asha 192.0.2.7", 0)
    minute.charge("asha 192.0.2.7", 10)
    now[0] = 200.0
    with pytest.raises(TooMany) as refused:
        minute.spend("asha 192.0.2.7")
    assert refused.value.retry_after == 40
    now[0] = 240.0
    for _ in range(2):
        minute.spend("asha 192.0.2.7")


def test_the_names_that_are_counted_are_bounded() -> None:
    minute = PerMinute(1, names=2, clock=lambda: 0.0)
    for name in "abc":
        minute.spend(name)
    minute.spend("a")
    with pytest.raises(TooMany):
        minute.spend("c")
