"""A bank's fraud desk brings its transactions in, looks at them, corrects a number and hands them on."""

import asyncio
import csv
import gzip
import io
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from tests.made_up import ASHA_ROW as ASHA
from tests.made_up import CARD

from ringfence.app.transactions.rows import RESERVED
from ringfence.model.key import Role
from ringfence.model.transaction import TransactionStatus
from ringfence.ports import CallRequest

from .conftest import MakeSite, Site

RAVI = ASHA | {
    "id": "TXN002", "client_name": "Ravi Iyer", "card_number": "5555555555554444",
    "client_phone": "+919820012345", "amount": 800, "merchant_name": "Corner Shop",
}  # fmt: skip
OURS = "/api/v1/transactions"
PHONE = f"{OURS}/TXN001/phone"
WAITING = f"{OURS}/phone-changes"
NEW = {"client_phone": "+919820054321"}


@pytest.fixture
def desk(site_with: MakeSite) -> Iterator[Site]:
    with site_with(RINGFENCE_DEFAULT_REGION="IN") as made:
        bring(made, ASHA, RAVI)
        yield made


@pytest.fixture
def careful(site_with: MakeSite) -> Iterator[Site]:
    """Two people change a number."""
    with site_with(RINGFENCE_DEFAULT_REGION="IN", RINGFENCE_TELEPHONY__PHONE_FOUR_EYES="true") as made:
        bring(made, ASHA)
        yield made


def bring(site: Site, *rows: dict[str, Any]) -> Any:
    answer = site.ask("POST", f"{OURS}/import", Role.SUPERVISOR, json=list(rows))
    assert answer.status_code == 200
    return answer.json()


def found(site: Site, search: str, role: Role = Role.ANALYST) -> list[str]:
    answer = site.ask("GET", OURS, role, params={"search": search})
    return [one["id"] for one in answer.json()["transactions"]]


def phone(site: Site) -> str:
    told: str = site.ask("GET", f"{OURS}/TXN001").json()["client_phone"]
    return told


def second(site: Site) -> dict[str, str]:
    """The key of another person."""
    return {"X-API-KEY": site.server.keys.create("meera", Role.SUPERVISOR, "test")}


def test_the_older_list_has_the_older_shape(desk: Site) -> None:
    answer = desk.ask("GET", "/transactions")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == [
        ASHA | {"card_number": "**** 1111"},
        RAVI | {"card_number": "**** 4444"},
    ]


def test_an_empty_desk_has_an_empty_list(site: Site) -> None:
    assert site.ask("GET", "/transactions").json() == []
    assert site.ask("GET", f"{OURS}/export?format=json").json() == []
    assert site.ask("GET", OURS).json()["transactions"] == []


def test_the_older_client_sets_a_status(desk: Site) -> None:
    answer = desk.ask("POST", "/set_action/TXN001", json={"action": "Mark As Fraud"})
    assert (answer.status_code, answer.json()) == (200, {"ok": True})
    assert desk.ask("GET", "/transactions").json()[0]["action"] == "Mark As Fraud"
    assert desk.ask("POST", "/set_action/TXN001", json={"action": ""}).json() == {"ok": True}
    assert desk.ask("GET", "/transactions").json()[0]["action"] == ""


def test_the_older_client_changes_a_number(desk: Site) -> None:
    answer = desk.ask("POST", "/update_phone/TXN001", Role.SUPERVISOR, json={"client_phone": "098200 54321"})
    assert (answer.status_code, answer.json()) == (200, {"ok": True})
    assert phone(desk) == "+919820054321"


def test_a_status_is_set_by_hand_and_the_transaction_answered(desk: Site) -> None:
    answer = desk.ask("PATCH", f"{OURS}/TXN001", json={"status": "mark as fraud"})
    assert (answer.status_code, answer.json()["id"], answer.json()["action"]) == (
        200,
        "TXN001",
        "Mark As Fraud",
    )
    assert answer.json() == desk.ask("GET", f"{OURS}/TXN001").json()
    assert desk.ask("PATCH", f"{OURS}/TXN001", json={"status": ""}).json()["action"] == ""
    entries = desk.ask("GET", "/api/v1/audit?what=transaction.status", Role.SUPERVISOR).json()["entries"]
    assert [(one["target"], one["after"]) for one in reversed(entries)] == [
        ("TXN001", {"status": "Mark As Fraud"}), ("TXN001", {"status": ""}),
    ]  # fmt: skip


@pytest.mark.parametrize(("outcome", "stands"), [("Not Answered", "Resolved"), ("Coached", "Coached")])
def test_a_status_set_during_a_call_outlasts_it_but_for_a_warning(
    desk: Site, outcome: str, stands: str
) -> None:
    records = desk.server.records
    order = CallRequest("c1", "TXN001", b"d" * 32, "asha", desk.clock.now)
    records.order_call(order, lambda _transaction, _calls: None).result()
    assert desk.ask("GET", f"{OURS}/TXN001").json()["action"] == "Connecting"
    told = desk.ask("PATCH", f"{OURS}/TXN001", json={"status": "Resolved"})
    assert told.json()["action"] == "Resolved"
    records.end_call("c1", TransactionStatus(outcome), desk.clock.now).result()
    assert desk.ask("GET", f"{OURS}/TXN001").json()["action"] == stands


def test_a_transaction_tells_all_but_the_card(desk: Site) -> None:
    assert desk.ask("GET", f"{OURS}/TXN001").json() == ASHA | {
        "card_number": "**** 1111", "currency": "INR", "zone": None, "language": "en-IN", "attempts": 0,
    }  # fmt: skip


def test_every_route_takes_the_ids_that_come_in(desk: Site) -> None:
    assert bring(desk, ASHA | {"id": "Az09-_.:~@"})["imported"] == 1
    for path in ("Az09-_.:~@", "Az09-_.%3A%7E%40"):
        works_in_every_route(desk, path, "Az09-_.:~@")


@pytest.mark.parametrize("older", ["Q 1 100+1", "भुगतान", "a;b,c=d&e!"])
def test_an_id_of_before_the_rule_works_as_before(desk: Site, older: str) -> None:
    transaction = desk.server.records.transaction("TXN001")
    assert transaction is not None
    desk.server.records.import_transactions([replace(transaction, transaction_id=older)], "test", 0)
    assert older in [one["id"] for one in desk.ask("GET", OURS).json()["transactions"]]
    works_in_every_route(desk, quote(older, safe=""), older)


def works_in_every_route(site: Site, path: str, name: str) -> None:
    assert site.ask("GET", f"{OURS}/{path}").json()["id"] == name
    assert site.ask("PATCH", f"{OURS}/{path}", json={"status": ""}).json()["id"] == name
    changed = site.ask("POST", f"{OURS}/{path}/phone", Role.SUPERVISOR, json=NEW).json()
    assert changed["transaction"]["id"] == name
    back = {"client_phone": ASHA["client_phone"]}
    assert site.ask("POST", f"/update_phone/{path}", Role.SUPERVISOR, json=back).json() == {"ok": True}
    assert site.ask("POST", f"/set_action/{path}", json={"action": "Resolved"}).json() == {"ok": True}
    changes = site.ask("GET", f"{OURS}/{path}/phone").json()["changes"]
    assert {one["transaction_id"] for one in changes} == {name}


def test_pages_are_searched_and_filtered(desk: Site) -> None:
    first = desk.ask("GET", f"{OURS}?limit=1").json()
    assert (first["total"], first["next"], first["transactions"][0]["id"]) == (2, 1, "TXN001")
    rest = desk.ask("GET", f"{OURS}?limit=1&offset=1").json()
    assert (rest["next"], rest["transactions"][0]["id"]) == (None, "TXN002")
    assert found(desk, "corner ravi") == ["TXN002"]
    desk.ask("POST", "/set_action/TXN002", json={"action": "Resolved"})
    assert desk.ask("GET", f"{OURS}?status=resolved").json()["total"] == 1
    assert [one["id"] for one in desk.ask("GET", f"{OURS}?status=").json()["transactions"]] == ["TXN001"]


def test_viewers_see_four_digits_of_a_number_and_find_no_more(desk: Site) -> None:
    shown = desk.ask("GET", "/transactions", Role.VIEWER).json()[0]
    assert shown["client_phone"] == "***3210"
    for path in (OURS, f"{OURS}/TXN001", "/transactions", PHONE):
        assert "9876543210" not in desk.ask("GET", path, Role.VIEWER).text
    assert found(desk, "3210", Role.VIEWER) == ["TXN001"]
    for part in ("+919876543210", "9876543210", "919", "43210", "98765"):
        assert found(desk, part) != []
        assert found(desk, part, Role.VIEWER) == []


def test_a_viewer_is_not_told_a_number_in_a_name(desk: Site) -> None:
    bring(desk, ASHA | {"id": "TXN003", "client_name": "Asha 9876543210"})
    assert "9876543210" not in desk.ask("GET", OURS, Role.VIEWER).text
    assert found(desk, "987654", Role.VIEWER) == []


@pytest.mark.parametrize(
    ("method", "path", "least", "body"),
    [
        ("GET", "/transactions", Role.VIEWER, None),
        ("GET", OURS, Role.VIEWER, None),
        ("GET", f"{OURS}/TXN001", Role.VIEWER, None),
        ("GET", PHONE, Role.VIEWER, None),
        ("GET", WAITING, Role.VIEWER, None),
        ("GET", f"{OURS}/export", Role.ANALYST, None),
        ("POST", "/set_action/TXN001", Role.ANALYST, {"action": "Resolved"}),
        ("PATCH", f"{OURS}/TXN001", Role.ANALYST, {"status": "Resolved"}),
        ("POST", "/update_phone/TXN001", Role.SUPERVISOR, NEW),
        ("POST", PHONE, Role.SUPERVISOR, NEW),
        ("POST", f"{OURS}/import", Role.SUPERVISOR, [ASHA]),
    ],
)
def test_who_may_do_what(desk: Site, method: str, path: str, least: Role, body: Any) -> None:
    ranks = [Role.INGEST, Role.VIEWER, Role.ANALYST, Role.SUPERVISOR, Role.ADMIN]
    for role in ranks:
        expected = 200 if ranks.index(role) >= ranks.index(least) else 403
        assert desk.ask(method, path, role, json=body).status_code == expected
    assert desk.client.request(method, path, json=body).status_code == 401


def test_every_row_of_an_import_is_reported(desk: Site) -> None:
    wrong = RAVI | {"id": "TXN009", "card_number": "411111"}
    doubtful = RAVI | {"id": "TXN011", "card_number": "4111111111111112"}
    told = bring(desk, ASHA, wrong, RAVI | {"id": "TXN010"}, doubtful)
    assert (told["imported"], told["duplicates"], told["refused"]) == (2, 1, 1)
    assert [(row["line"], row["id"], row["result"], row["code"]) for row in told["rows"]] == [
        (1, "TXN001", "duplicate", "id_taken"),
        (2, "TXN009", "refused", "card_invalid"),
        (3, "TXN010", "imported", ""),
        (4, "TXN011", "imported", "card_check_digit"),
    ]


def test_an_export_as_csv_comes_in_again(desk: Site, site_with: MakeSite) -> None:
    answer = desk.ask("GET", f"{OURS}/export")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="transactions.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["id"], row["card_number"], row["client_phone"]) for row in rows] == [
        ("TXN001", "**** 1111", "'+919876543210"),
        ("TXN002", "**** 4444", "'+919820012345"),
    ]
    again = answer.text.replace("TXN00", "OLD00").encode()
    packed = {"Content-Type": "text/csv", "Content-Encoding": "gzip"}
    told = desk.ask("POST", f"{OURS}/import", Role.SUPERVISOR, content=gzip.compress(again), headers=packed)
    assert (told.status_code, told.json()["imported"]) == (200, 2)
    assert found(desk, "OLD001 9876543210") == ["OLD001"]


def test_an_export_has_what_was_searched_for(desk: Site) -> None:
    answer = desk.ask("GET", f"{OURS}/export?format=json&search=ravi")
    assert [one["id"] for one in answer.json()] == ["TXN002"]
    assert desk.ask("GET", f"{OURS}/export?format=json&status=Resolved").json() == []


def test_who_exported_how_much_is_in_the_trail_and_what_they_searched_for_is_not(desk: Site) -> None:
    desk.ask("GET", f"{OURS}/export?search=ravi%209820012345")
    desk.ask("GET", f"{OURS}/export?format=json&status=", Role.SUPERVISOR)
    desk.ask("GET", f"{OURS}/export?format=pdf")
    desk.ask("GET", f"{OURS}/export", Role.VIEWER)
    entries = desk.ask("GET", "/api/v1/audit?what=transactions.export", Role.SUPERVISOR).json()["entries"]
    assert [(one["who"], one["target"], one["before"], one["after"]) for one in reversed(entries)] == [
        ("analyst-1", "transactions", None, {"rows": 1, "format": "csv", "status": None, "searched": True}),
        ("supervisor-1", "transactions", None, {"rows": 2, "format": "json", "status": "", "searched": False}),
    ]  # fmt: skip
    assert "98200" not in json.dumps(entries)
    assert "ravi" not in json.dumps(entries)


def test_an_export_of_many_has_each_once(desk: Site) -> None:
    bring(desk, *(RAVI | {"id": f"M{number}"} for number in range(2_100)))
    everything = desk.ask("GET", f"{OURS}/export?format=json").json()
    assert [one["id"] for one in everything] == ["TXN001", "TXN002", *(f"M{n}" for n in range(2_100))]
    lines = desk.ask("GET", f"{OURS}/export").text.splitlines()
    assert len(lines) == 2_103


def test_a_number_that_one_person_changes_has_a_history(desk: Site) -> None:
    answer = desk.ask("POST", PHONE, Role.SUPERVISOR, json=NEW)
    assert (answer.status_code, answer.json()["change"]) == (200, None)
    assert answer.json()["transaction"]["client_phone"] == "+919820054321"
    assert desk.ask("GET", PHONE).json()["changes"] == [
        {"change_id": 1, "transaction_id": "TXN001", "before": "+919876543210", "after": "+919820054321",
         "state": "made", "proposed_by": "supervisor-1", "proposed_at": "2026-01-15T12:00:00.000000Z",
         "decided_by": None, "decided_at": "2026-01-15T12:00:00.000000Z"}
    ]  # fmt: skip


def test_a_second_person_approves(careful: Site) -> None:
    answer = careful.ask("POST", PHONE, Role.SUPERVISOR, json=NEW)
    change = answer.json()["change"]
    assert (answer.status_code, change["state"], change["decided_by"]) == (202, "proposed", None)
    assert phone(careful) == answer.json()["transaction"]["client_phone"] == "+919876543210"

    decide = f"{PHONE}/{change['change_id']}"
    own = careful.ask("POST", decide, Role.SUPERVISOR, json={"approve": True})
    assert (own.status_code, own.json()["code"]) == (403, "four_eyes")
    meera = second(careful)
    other = careful.client.request("POST", decide, headers=meera, json={"approve": True})
    assert (other.status_code, other.json()["state"], other.json()["decided_by"]) == (200, "made", "meera")
    assert phone(careful) == "+919820054321"
    late = careful.client.request("POST", decide, headers=meera, json={"approve": False})
    assert (late.status_code, late.json()["code"]) == (409, "change_decided")


def test_a_second_person_refuses(careful: Site) -> None:
    change = careful.ask("POST", PHONE, Role.SUPERVISOR, json=NEW).json()["change"]
    decide = f"{PHONE}/{change['change_id']}"
    analyst = careful.ask("POST", decide, Role.ANALYST, json={"approve": True})
    assert analyst.status_code == 403
    told = careful.client.request("POST", decide, headers=second(careful), json={"approve": False})
    assert (told.status_code, told.json()["state"]) == (200, "refused")
    assert phone(careful) == "+919876543210"


def test_the_second_person_finds_what_waits(careful: Site) -> None:
    bring(careful, RAVI, ASHA | {"id": "TXN003"})
    assert careful.ask("GET", WAITING).json() == {
        "changes": [], "total": 0, "limit": 50, "offset": 0, "next": None
    }  # fmt: skip
    for one in ("TXN002", "TXN001"):
        careful.ask("POST", f"{OURS}/{one}/phone", Role.SUPERVISOR, json=NEW)
    first = careful.ask("GET", f"{WAITING}?state=waiting&limit=1", Role.SUPERVISOR).json()
    assert (first["total"], first["next"]) == (2, 1)
    assert first["changes"] == [
        {"change_id": 1, "transaction_id": "TXN002", "before": "+919820012345", "after": "+919820054321",
         "state": "proposed", "proposed_by": "supervisor-1", "proposed_at": "2026-01-15T12:00:00.000000Z",
         "decided_by": None, "decided_at": None}
    ]  # fmt: skip
    masked = careful.ask("GET", f"{WAITING}?offset=1", Role.VIEWER).json()["changes"][0]
    assert (masked["transaction_id"], masked["before"], masked["after"]) == ("TXN001", "***3210", "***4321")

    decide = f"{OURS}/{masked['transaction_id']}/phone/{masked['change_id']}"
    careful.client.request("POST", decide, headers=second(careful), json={"approve": True})
    left = careful.ask("GET", WAITING).json()
    assert [one["transaction_id"] for one in left["changes"]] == ["TXN002"]


def test_the_older_client_is_not_told_ok_of_a_number_that_waits(careful: Site) -> None:
    answer = careful.ask("POST", "/update_phone/TXN001", Role.SUPERVISOR, json=NEW)
    assert (answer.status_code, answer.json()["ok"], answer.json()["change_id"]) == (202, False, 1)
    assert phone(careful) == "+919876543210"
    again = careful.ask("POST", "/update_phone/TXN001", Role.SUPERVISOR, json=NEW)
    assert (again.status_code, again.json()["code"]) == (409, "change_open")


def test_the_number_that_is_there_is_not_proposed(careful: Site) -> None:
    same = careful.ask("POST", PHONE, Role.SUPERVISOR, json={"client_phone": "+91 98765 43210"})
    assert (same.status_code, same.json()["code"]) == (409, "phone_same")


def test_all_that_people_do_is_in_the_trail(careful: Site) -> None:
    careful.ask("POST", "/set_action/TXN001", json={"action": "Resolved"})
    meera = second(careful)
    for approve in (False, True):
        change = careful.ask("POST", PHONE, Role.SUPERVISOR, json=NEW).json()["change"]
        decide = f"{PHONE}/{change['change_id']}"
        careful.client.request("POST", decide, headers=meera, json={"approve": approve})
    entries = careful.ask("GET", "/api/v1/audit", Role.SUPERVISOR).json()["entries"]
    told = [(one["what"], one["who"]) for one in reversed(entries) if not one["what"].startswith("key.")]
    assert told == [
        ("transactions.import", "supervisor-1"), ("transaction.status", "analyst-1"),
        ("phone.propose", "supervisor-1"), ("phone.refuse", "meera"),
        ("phone.propose", "supervisor-1"), ("phone.approve", "meera"),
    ]  # fmt: skip
    assert "9820054321" not in json.dumps(entries)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", f"{OURS}/TXN404", None),
        ("GET", f"{OURS}/TXN404/phone", None),
        ("POST", f"{OURS}/TXN404/phone", NEW),
        ("POST", f"{OURS}/TXN404/phone/1", {"approve": True}),
        ("POST", "/update_phone/TXN404", NEW),
        ("POST", "/set_action/TXN404", {"action": "Resolved"}),
        ("PATCH", f"{OURS}/TXN404", {"status": "Resolved"}),
    ],
)
def test_what_is_not_there_is_404(desk: Site, method: str, path: str, body: Any) -> None:
    answer = desk.ask(method, path, Role.SUPERVISOR, json=body)
    assert (answer.status_code, answer.json()["code"]) == (404, "transaction_unknown")


def test_a_change_that_is_not_there_is_404(careful: Site) -> None:
    answer = careful.ask("POST", f"{PHONE}/7", Role.SUPERVISOR, json={"approve": True})
    assert (answer.status_code, answer.json()["code"]) == (404, "change_unknown")


@pytest.mark.parametrize(
    ("method", "path", "body", "field", "code"),
    [
        ("POST", "/set_action/TXN001", {"action": "Blocked"}, "body.action", "value_error"),
        ("POST", "/set_action/TXN001", {"action": None}, "body.action", "value_error"),
        ("POST", "/set_action/TXN001", {}, "body.action", "missing"),
        ("POST", "/set_action/TXN001", {"action": "connecting"}, "body.action", "value_error"),
        ("PATCH", f"{OURS}/TXN001", {"status": "Connecting"}, "body.status", "value_error"),
        ("PATCH", f"{OURS}/TXN001", {"status": None}, "body.status", "value_error"),
        ("PATCH", f"{OURS}/TXN001", {}, "body.status", "missing"),
        ("PATCH", f"{OURS}/TXN001", {"status": "", "phone": "+1"}, "body.phone", "extra_forbidden"),
        ("POST", "/update_phone/TXN001", {"client_phone": "12"}, "body.client_phone", "phone_invalid"),
        ("POST", "/update_phone/TXN001", {"client_phone": CARD}, "body.client_phone", "phone_invalid"),
        ("POST", PHONE, {"phone": "+919820054321"}, "body.client_phone", "missing"),
        ("POST", f"{PHONE}/1", {"approve": "yes"}, "body.approve", "bool_type"),
        ("POST", f"{PHONE}/0", {"approve": True}, "path.change_id", "greater_than_equal"),
        ("GET", f"{OURS}?status=Blocked", None, "query.status", "value_error"),
        ("GET", f"{OURS}?limit=0", None, "query.limit", "greater_than_equal"),
        ("GET", f"{OURS}?since=2026", None, "query.since", "extra_forbidden"),
        ("GET", f"{WAITING}?state=made", None, "query.state", "literal_error"),
        ("GET", f"{OURS}/export?format=pdf", None, "query.format", "literal_error"),
    ],
)
def test_a_wrong_field_is_named(desk: Site, method: str, path: str, body: Any, field: str, code: str) -> None:
    answer = desk.ask(method, path, Role.SUPERVISOR, json=body)
    assert answer.status_code == 422
    assert [(one["field"], one["code"]) for one in answer.json()["errors"]] == [(field, code)]
    assert CARD not in answer.text


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "file_empty"),
        (b"[{]", 400, "json_invalid"),
        (b'{"id": 1}', 400, "json_invalid"),
        (b"name,card\n", 400, "header_invalid"),
        (b"[" + b"{}," * 10_001 + b"{}]", 413, "file_too_long"),
        (b" " * (8 << 20) + b"[]", 413, "too_large"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(desk: Site, body: bytes, status: int, code: str) -> None:
    answer = desk.ask("POST", f"{OURS}/import", Role.SUPERVISOR, content=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_file_of_more_than_four_mebibytes_comes_in(desk: Site) -> None:
    body = b" " * (5 << 20) + json.dumps([ASHA | {"id": "TXN050"}]).encode()
    answer = desk.ask("POST", f"{OURS}/import", Role.SUPERVISOR, content=body)
    assert (answer.status_code, answer.json()["imported"]) == (200, 1)


@pytest.mark.parametrize("header", [{"Content-Encoding": "br"}, {"Content-Type": "multipart/form-data"}])
def test_a_file_in_a_wrapping_is_415(desk: Site, header: dict[str, str]) -> None:
    answer = desk.ask("POST", f"{OURS}/import", Role.SUPERVISOR, content=b"[]", headers=header)
    assert answer.status_code == 415


def test_a_refused_import_leaves_room_for_the_next(desk: Site) -> None:
    for _ in range(5):
        assert desk.ask("POST", f"{OURS}/import", Role.SUPERVISOR, content=b"").status_code == 400
    assert bring(desk, RAVI | {"id": "TXN060"})["imported"] == 1


def test_a_third_import_at_once_is_asked_to_wait(desk: Site) -> None:
    headers = desk.key(Role.SUPERVISOR)

    async def play() -> list[httpx.Response]:
        begun: asyncio.Queue[None] = asyncio.Queue()
        released = asyncio.Event()

        async def slow() -> AsyncIterator[bytes]:
            await begun.put(None)
            await released.wait()
            yield json.dumps([ASHA]).encode()

        transport = httpx.ASGITransport(desk.client.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://ringfence") as client:
            first = [
                asyncio.create_task(client.post(f"{OURS}/import", headers=headers, content=slow()))
                for _ in range(2)
            ]
            for _ in first:
                await begun.get()
            third = await client.post(f"{OURS}/import", headers=headers, json=[ASHA])
            released.set()
            return [third, *await asyncio.gather(*first)]

    third, *first = desk.client.portal.call(play)
    assert (third.status_code, third.json()["code"], third.headers["retry-after"]) == (503, "busy", "5")
    assert [answer.status_code for answer in first] == [200, 200]


def test_the_contract_names_the_routes_their_roles_and_their_files(site: Site) -> None:
    paths = site.client.get("/openapi.json").json()["paths"]
    taken = paths[f"{OURS}/import"]["post"]
    assert "role `supervisor`" in taken["description"]
    assert set(taken["requestBody"]["content"]) == {"application/json", "text/csv"}
    assert set(paths[f"{OURS}/export"]["get"]["responses"]["200"]["content"]) >= {"text/csv"}
    assert "202" in paths["/update_phone/{transaction_id}"]["post"]["responses"]
    listed = paths["/transactions"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert listed["items"]["$ref"].endswith("OlderTransactionView")


def test_no_transaction_can_have_the_name_of_a_route(site: Site) -> None:
    parts = {path.removeprefix(f"{OURS}/") for path in site.client.get("/openapi.json").json()["paths"]}
    assert {part for part in parts if "/" not in part and "{" not in part} == RESERVED


def test_a_card_number_is_nowhere(desk: Site, tmp_path: Path) -> None:
    wrong = ASHA | {"id": CARD, "client_name": f"Asha {CARD}"}
    desk.ask("POST", "/update_phone/TXN001", Role.SUPERVISOR, json={"client_phone": CARD})
    answers = [json.dumps(bring(desk, ASHA, wrong, ASHA | {"id": "TXN070", "client_phone": CARD}))]
    for path in ("/transactions", OURS, f"{OURS}/TXN001", f"{OURS}/export", f"{OURS}/export?format=json"):
        answers.append(desk.ask("GET", path, Role.SUPERVISOR).text)
    answers.append(desk.ask("GET", "/api/v1/audit", Role.SUPERVISOR).text)
    assert not any(CARD in answer for answer in answers)
    assert found(desk, CARD) == []
    kept = [file for file in (tmp_path / "var").rglob("*") if file.is_file()]
    assert any(file.name.startswith("ringfence.") for file in kept)
    for file in kept:
        assert CARD.encode() not in file.read_bytes()
        assert b"5555555555554444" not in file.read_bytes()
