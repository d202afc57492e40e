"""Events over HTTP: one at a time and in batches, good and bad."""

import gzip
import json
import logging
import zlib
from collections.abc import Iterable
from typing import Any

import pytest

from ringfence.model.key import Role

from .conftest import MakeSite, Site, attack, event


def ndjson(events: Iterable[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(told).encode() + b"\n" for told in events)


def in_pieces(site: Site, pieces: list[bytes], **headers: str) -> tuple[int, dict[str, str], Any]:
    """Sends a body as the pieces of a chunked request; answers status, headers and the JSON."""
    messages = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    messages.append({"type": "http.request", "body": b"", "more_body": False})
    told: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return messages.pop(0)

    async def send(message: dict[str, Any]) -> None:
        told.append(message)

    raw = {**site.key(Role.INGEST), **headers}
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/v1/events",
        "headers": [(name.lower().encode(), value.encode()) for name, value in raw.items()],
    }

    site.client.run(lambda: site.client.app(scope, receive, send))
    answered = {name.decode(): value.decode() for name, value in told[0]["headers"]}
    return told[0]["status"], answered, json.loads(told[1]["body"])


def test_a_first_call_is_ok(site: Site) -> None:
    answer = site.ask("POST", "/event", json=event(0))
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "call_id": "c0@gw",
        "distinct_callers": 1,
        "late": False,
        "alert": None,
    }


def test_who_sends_an_event_too_late_hears_that_it_did_not_count(site: Site) -> None:
    site.ask("POST", "/event", json=event(0, 30))
    late = site.ask("POST", "/event", json=event(1, 27)).json()
    assert (late["status"], late["late"], late["distinct_callers"]) == ("ok", True, 1)
    in_bound = site.ask("POST", "/event", json=event(2, 28)).json()
    assert (in_bound["late"], in_bound["distinct_callers"]) == (False, 2)
    of_the_past = event(3, 27, event_type="CDR", duration_seconds=1)
    assert not site.ask("POST", "/event", json=of_the_past).json()["late"]


def test_a_late_event_of_an_attack_says_both(site: Site) -> None:
    for told in attack(5):
        site.ask("POST", "/event", json=told)
    site.ask("POST", "/event", json=event(9, 30))
    answer = site.ask("POST", "/event", json=event(0, 0.1, event_type="BYE")).json()
    assert (answer["status"], answer["late"]) == ("alert", True)


def test_the_example_of_older_clients_is_understood(site: Site) -> None:
    told = {
        "a_number": "+12025551234",
        "b_number": "+19876543210",
        "timestamp": 1704672000,
        "event_type": "INVITE",
    }
    answer = site.ask("POST", "/event", json=told | {"status": "active"}).json()
    assert answer["status"] == "ok"
    assert answer["distinct_callers"] == 1
    assert answer["call_id"]


def test_the_fifth_caller_raises_an_alert_that_names_all(site: Site) -> None:
    answers = [site.ask("POST", "/event", json=told).json() for told in attack(5)]
    assert [answer["status"] for answer in answers] == ["ok"] * 4 + ["alert"]
    alert = answers[4]["alert"]
    assert alert["b_number"] == "+12125550100"
    assert alert["call_ids"] == [f"c{n}@gw" for n in range(5)]
    assert alert["a_numbers"] == [f"+1202555{1000 + n}" for n in range(5)]
    assert alert["distinct_callers"] == alert["distinct_caller_count"] == 5
    assert alert["opened_at"] == alert["created_at"] == "2026-01-15T12:00:00.400000Z"
    assert alert["closed_at"] is None
    assert (alert["call_id"], alert["trunks"]) == ("c4@gw", ["north"])
    assert alert["description"]
    assert alert["recommended_action"] in {"monitor", "flag", "block", "disconnect"}
    kept = site.ask("GET", f"/api/v1/alerts/{alert['alert_id']}").json()
    assert kept.pop("features")
    assert kept == alert


def test_a_later_call_joins_the_same_alert(site: Site) -> None:
    answers = [site.ask("POST", "/event", json=told).json() for told in attack(7)]
    assert len({answer["alert"]["alert_id"] for answer in answers[4:]}) == 1
    assert answers[6]["alert"]["distinct_callers"] == 7
    kept = site.ask("GET", "/api/v1/alerts").json()
    assert kept["total"] == 1
    assert len(kept["alerts"][0]["call_ids"]) == 7


def test_dry_run_never_says_blocked_and_records_what_it_would_do(site: Site) -> None:
    answers = [site.ask("POST", "/event", json=told).json() for told in attack(6)]
    assert {answer["status"] for answer in answers} == {"ok", "alert"}
    alert_id = answers[-1]["alert"]["alert_id"]
    site.tick()
    actions = site.ask("GET", f"/api/v1/alerts/{alert_id}/actions").json()["actions"]
    assert {action["call_id"] for action in actions} == {f"c{n}@gw" for n in range(6)}
    assert {(action["kind"], action["mode"], action["outcome"]) for action in actions} == {
        ("disconnect", "dry_run", "recorded")
    }


def test_live_mode_tells_the_sender_to_refuse(site_with: MakeSite) -> None:
    live = '[[policies]]\npolicy = "block"\nmode = "live"\ndecide = "rule"\n'
    with site_with(live) as site:
        answers = [site.ask("POST", "/event", json=told).json() for told in attack(6)]
        assert [answer["status"] for answer in answers] == ["ok"] * 4 + ["blocked"] * 2
        assert site.ask("POST", "/event", json=attack(6)[5]).json()["status"] == "blocked"


def test_a_batch_is_counted_and_its_alerts_are_told_once(site: Site) -> None:
    answer = site.ask("POST", "/api/v1/events", Role.INGEST, content=ndjson(attack(8)))
    assert answer.status_code == 200
    told = answer.json()
    assert (told["accepted"], told["rejected"], told["late"], told["errors"]) == (8, 0, 0, [])
    (alert,) = told["alerts"]
    assert alert["distinct_callers"] == 8
    assert site.ask("GET", f"/api/v1/alerts/{alert['alert_id']}").json()["call_ids"] == alert["call_ids"]


def test_bad_lines_are_named_and_the_rest_is_taken(site: Site) -> None:
    lines = ndjson(attack(2)) + b"not json\n\n" + ndjson([event(3, b_number="")]) + ndjson([event(4)])
    told = site.ask("POST", "/api/v1/events", content=lines).json()
    assert (told["accepted"], told["rejected"]) == (3, 2)
    assert [error["line"] for error in told["errors"]] == [3, 5]
    assert all(error["code"] and error["detail"] for error in told["errors"])


def test_at_most_a_hundred_errors_and_how_many_more(site: Site) -> None:
    told = site.ask("POST", "/api/v1/events", content=b"x\n" * 250).json()
    assert told["rejected"] == 250
    assert len(told["errors"]) == 100
    assert told["more_errors"] == 150


def test_errors_name_the_line_of_the_whole_body(site: Site) -> None:
    pad = ndjson([event(0, note="x" * 1000)]) * 300
    status, _, told = in_pieces(site, [pad[:70_000], pad[70_000:] + b"broken\n"])
    assert status == 200
    assert told["errors"][0]["line"] == 301
    assert told["accepted"] + told["rejected"] == 301


def test_gzip_is_unpacked(site: Site) -> None:
    body = gzip.compress(ndjson(attack(6)))
    told = site.ask("POST", "/api/v1/events", content=body, headers={"content-encoding": "gzip"}).json()
    assert told["accepted"] == 6
    both = gzip.compress(ndjson(attack(2))) + gzip.compress(ndjson([event(9)]))
    told = site.ask("POST", "/api/v1/events", content=both, headers={"content-encoding": "gzip"}).json()
    assert told["accepted"] == 3


def test_truncated_gzip_is_taken_as_far_as_it_goes(site: Site) -> None:
    whole = gzip.compress(ndjson(event(n, n * 0.001) for n in range(2000)))
    answer = site.ask(
        "POST", "/api/v1/events", content=whole[: len(whole) // 2], headers={"content-encoding": "gzip"}
    )
    assert answer.status_code == 200
    told = answer.json()
    assert 500 < told["accepted"] < 2000
    assert "gzip_truncated" in {error["code"] for error in told["errors"]}


def test_gzip_whose_checksum_is_wrong_is_taken_and_told(site: Site) -> None:
    packed = bytearray(gzip.compress(ndjson(attack(3))))
    packed[-8] ^= 1
    told = site.ask(
        "POST", "/api/v1/events", content=bytes(packed), headers={"content-encoding": "gzip"}
    ).json()
    assert told["accepted"] == 3
    assert [error["code"] for error in told["errors"]] == ["gzip_corrupt"]


def test_zeros_that_fill_up_behind_gzip_are_no_fault(site: Site) -> None:
    packed = gzip.compress(ndjson(attack(2))) + bytes(300)
    told = site.ask("POST", "/api/v1/events", content=packed, headers={"content-encoding": "gzip"}).json()
    assert (told["accepted"], told["errors"]) == (2, [])


def test_what_is_no_gzip_is_refused(site: Site) -> None:
    answer = site.ask("POST", "/api/v1/events", content=b"plain", headers={"content-encoding": "gzip"})
    assert (answer.status_code, answer.json()["code"]) == (400, "gzip_corrupt")
    answer = site.ask("POST", "/api/v1/events", content=b"plain", headers={"content-encoding": "br"})
    assert (answer.status_code, answer.json()["code"]) == (415, "encoding_unknown")


def test_a_gzip_bomb_stops_at_the_limit(site_with: MakeSite) -> None:
    with site_with(RINGFENCE_LIMITS__BODY_BYTES="4000000") as site:
        bomb = zlib.compressobj(9, zlib.DEFLATED, 31)
        body = ndjson(attack(1)) + b"".join(bomb.compress(bytes(1 << 20)) for _ in range(64)) + bomb.flush()
        body = gzip.compress(ndjson(attack(1))) + body[len(ndjson(attack(1))) :]
        answer = site.ask("POST", "/api/v1/events", content=body, headers={"content-encoding": "gzip"})
        assert answer.status_code == 413
        assert answer.headers["content-type"] == "application/problem+json"


def test_one_event_may_be_as_long_as_a_line(site_with: MakeSite) -> None:
    with site_with(RINGFENCE_LIMITS__LINE_BYTES="2000") as site:
        assert site.ask("POST", "/event", json=event(0, note="x" * 1500)).status_code == 200
        answer = site.ask("POST", "/event", json=event(0, note="x" * 2500))
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_a_body_over_the_limit_is_refused_at_once(site_with: MakeSite) -> None:
    with site_with(RINGFENCE_LIMITS__BODY_BYTES="2000") as site:
        answer = site.ask("POST", "/api/v1/events", content=ndjson(attack(30)))
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
        assert "accepted" not in answer.json()


def test_sent_in_pieces_what_came_before_the_limit_is_taken(site_with: MakeSite) -> None:
    with site_with(RINGFENCE_LIMITS__BODY_BYTES="400000") as site:
        pieces = [ndjson([event(n, note="x" * 900)]) for n in range(600)]
        status, headers, told = in_pieces(site, pieces)
        assert status == 413
        assert headers["connection"] == "close"
        assert 100 < told["accepted"] < 400
        assert len(told["alerts"]) == 1


def test_a_line_over_the_limit_is_one_rejected_line(site_with: MakeSite) -> None:
    with site_with(RINGFENCE_LIMITS__LINE_BYTES="2000") as site:
        lines = [ndjson([event(n)]) for n in range(3)]
        lines.insert(1, b'{"a":"' + b"x" * 5000 + b'"}\n')
        for pieces in ([b"".join(lines)], [bytes([byte]) for byte in b"".join(lines)]):
            status, _, told = in_pieces(site, pieces)
            assert status == 200
            assert (told["accepted"], told["rejected"]) == (3, 1)
            assert [(error["line"], error["code"]) for error in told["errors"]] == [(2, "line_too_long")]


def test_a_line_without_end_is_bounded(site_with: MakeSite) -> None:
    with site_with(RINGFENCE_LIMITS__LINE_BYTES="100000") as site:
        pieces = [b"x" * 65_536] * 300 + [b"\n" + ndjson([event(1)])]
        status, _, told = in_pieces(site, pieces)
        assert status == 200
        assert (told["accepted"], told["rejected"]) == (1, 1)
        assert [(error["line"], error["code"]) for error in told["errors"]] == [(1, "line_too_long")]


@pytest.mark.parametrize("path", ["/event", "/api/v1/events"])
@pytest.mark.parametrize("body", [b"", b" \n\n"])
def test_an_empty_body_is_a_clear_error(site: Site, path: str, body: bytes) -> None:
    answer = site.ask("POST", path, content=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "empty_body")


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff\xfe\x00",
        b"null",
        b'{"event_type":"INVITE"}',
        b"[" * 100_000,
        b'{"a":' * 50_000,
        json.dumps(event(0, b_number="1" * 200)).encode(),
        json.dumps(event(0, event_type="WAVE")).encode(),
    ],
)
def test_a_bad_event_is_a_problem_and_never_a_fault(site: Site, body: bytes) -> None:
    answer = site.ask("POST", "/event", content=body)
    assert answer.status_code == 400
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["status"] == 400
    assert problem["code"]
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert site.ask("POST", "/event", json=event(1)).status_code == 200


def test_an_array_or_a_document_is_read_as_well(site: Site) -> None:
    told = site.ask("POST", "/api/v1/events", json=attack(6)).json()
    assert told["accepted"] == 6
    told = site.ask(
        "POST",
        "/api/v1/events",
        content=json.dumps(event(8), indent=2),
        headers={"content-type": "application/json"},
    ).json()
    assert told["accepted"] == 1
    told = site.ask(
        "POST", "/api/v1/events", content=ndjson(attack(2)), headers={"content-type": "application/json"}
    ).json()
    assert told["accepted"] == 2


def test_a_watched_caller_is_told(site: Site) -> None:
    entry = {"list": "watch_a", "value": "+12025551003", "note": "mule"}
    assert site.ask("POST", "/api/v1/lists", Role.SUPERVISOR, json=entry).status_code == 201
    assert site.ask("POST", "/event", json=event(2)).json()["status"] == "ok"
    answer = site.ask("POST", "/event", json=event(3)).json()
    assert answer["status"] == "alert"
    assert answer["alert"]["label"] == "watched_caller"


def test_the_start_says_what_it_settled_and_is_silent_where_all_was(
    site_with: MakeSite, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "ringfence")
    with site_with() as site:
        for told in attack(5):
            site.ask("POST", "/event", json=told)
        site.client.run(site.server.pipeline.settled)
    assert "the last run" not in caplog.text
    with site_with():
        assert "left alerts open, now closed at their last call: 1; and actions" in caplog.text
    caplog.clear()
    with site_with():
        assert "the last run" not in caplog.text


def test_time_closes_an_alert(site: Site) -> None:
    for told in attack(5):
        site.ask("POST", "/event", json=told)
    assert site.ask("GET", "/api/v1/alerts?open=true").json()["total"] == 1
    site.clock.now += 120 * 1_000_000_000
    site.tick()
    assert site.ask("GET", "/api/v1/alerts?open=true").json()["total"] == 0
    assert site.ask("GET", "/api/v1/alerts?open=false").json()["alerts"][0]["closed_at"]


def test_events_are_limited_where_the_site_says_so(site_with: MakeSite) -> None:
    with site_with(RINGFENCE_LIMITS__EVENTS_PER_SECOND="0.5") as site:
        assert site.ask("POST", "/event", json=event(0)).status_code == 200
        answer = site.ask("POST", "/event", json=event(1))
        assert answer.status_code == 429
        assert int(answer.headers["retry-after"]) >= 1


def test_a_client_that_goes_away_gets_no_answer(site: Site) -> None:
    told: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        told.append(message)

    key = site.key(Role.INGEST)["X-API-KEY"].encode()
    scope = {"type": "http", "method": "POST", "path": "/event", "headers": [(b"x-api-key", key)]}
    site.client.run(lambda: site.client.app(scope, receive, send))
    assert told == []
