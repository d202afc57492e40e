"""Messages in bulk, as a client sends a day of them."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx

from ringfence.model.key import Role

from .conftest import MakeSite, Site

PATH = "/api/v1/analyze/batch"
SCAM = "Your SBI account will be blocked, update KYC at http://sbi-kyc.top/x immediately"
CALM = "See you at lunch"


def ndjson(*lines: object) -> bytes:
    return b"".join(
        (line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n" for line in lines
    )


def answers(site: Site, body: bytes, **more: Any) -> list[dict[str, Any]]:
    answer = site.ask("POST", PATH, content=body, **more)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/x-ndjson"
    return [json.loads(line) for line in answer.content.splitlines()]


def test_answers_come_in_the_order_of_the_lines_with_their_ids(desk: Site) -> None:
    lines = [{"id": f"m{n}", "message": SCAM if n % 3 else CALM, "channel": "sms"} for n in range(30)]
    told = answers(desk, ndjson(*lines))
    assert [one["id"] for one in told] == [line["id"] for line in lines]
    assert [one["is_scam"] for one in told] == [bool(n % 3) for n in range(30)]


def test_a_line_has_the_fields_of_the_single_answer_beside_its_id(desk: Site) -> None:
    single = desk.ask("POST", "/api/v1/analyze/text", json={"message": SCAM}).json()
    (told,) = answers(desk, ndjson({"id": 7, "message": SCAM}))
    assert told.pop("id") == 7
    assert list(told) == list(single)
    changing = {"request_id": None, "session_id": None}
    assert told | changing == single | changing


def test_a_bad_line_has_its_error_in_its_place(desk: Site) -> None:
    body = ndjson(
        {"id": "a", "message": CALM},
        b"{",
        {"id": "c"},
        b"",
        {"id": "e", "message": "  "},
        {"id": "f", "message": "x" * 10_001},
        {"id": "g", "message": CALM, "channel": "pigeon"},
        {"id": "h", "message": CALM, "session_id": "a b"},
        b'{"id": "i", "message": "\\ud800"}',
        {"id": ["j"], "message": CALM},
        b"[]",
        {"id": "l", "message": 7},
        {"id": "m", "message": CALM},
    )
    told = answers(desk, body)
    assert [(one["id"], one.get("error", {}).get("code")) for one in told] == [
        ("a", None), (None, "json_invalid"), ("c", "message_missing"), ("e", "message_empty"),
        ("f", "message_too_long"), ("g", "channel_invalid"), ("h", "session_id_invalid"), ("i", "text_invalid"),
        (None, "id_invalid"), (None, "json_invalid"), ("l", "message_invalid"), ("m", None),
    ]  # fmt: skip
    assert told[3]["error"]["line"] == 5
    assert desk.client.get("/health").status_code == 200


def test_lines_of_one_session_are_its_turns_in_order(desk: Site) -> None:
    turns = [{"id": n, "message": f"Pay Rs {500 * 10**n} to kyc@ybl", "session_id": "s1"} for n in range(3)]
    alone = {"id": "x", "message": "Pay Rs 900000 to kyc@ybl"}
    told = answers(desk, ndjson(*turns, alone))
    assert [one["ssf_profile"]["payment_escalation"] for one in told] == [False, True, True, False]
    assert [one["session_id"] for one in told] == ["s1", "s1", "s1", None]


def test_gzip_and_one_array_are_taken_too(desk: Site) -> None:
    lines = [{"id": n, "message": CALM} for n in range(3)]
    packed = answers(desk, gzip.compress(ndjson(*lines)), headers={"content-encoding": "gzip"})
    listed = answers(desk, json.dumps(lines).encode(), headers={"content-type": "application/json"})
    assert [one["id"] for one in packed] == [one["id"] for one in listed] == [0, 1, 2]


def test_a_body_that_cannot_be_used_is_refused_before_any_answer(
    site_with: MakeSite, messages_model: Path
) -> None:
    small = {"RINGFENCE_CONTENT__MODEL": str(messages_model), "RINGFENCE_LIMITS__BODY_BYTES": "2048"}
    with site_with(**small) as site:
        for body, headers, status, code in (
            (b"", {}, 400, "empty_body"),
            (b"\n \n", {}, 400, "empty_body"),
            (b"[{]", {}, 400, "json_invalid"),
            (b"x" * 2049, {}, 413, "too_large"),
            (b"\x1f\x8b\x08", {"content-encoding": "gzip"}, 400, "gzip_truncated"),
            (b"x", {"content-encoding": "br"}, 415, "unsupported_media_type"),
        ):
            answer = site.ask("POST", PATH, content=body, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_batch_has_ten_thousand_messages_at_most(desk: Site) -> None:
    answer = desk.ask("POST", PATH, content=b"{}\n" * 10_001)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_a_batch_counts_by_message_against_the_limit(site_with: MakeSite, messages_model: Path) -> None:
    limits = {"RINGFENCE_CONTENT__MODEL": str(messages_model), "RINGFENCE_LIMITS__ANALYZE_PER_MINUTE": "5"}
    with site_with(**limits) as site:
        lines = ndjson(*({"id": n, "message": CALM} for n in range(12)))
        assert len(answers(site, lines)) == 12
        answer = site.ask("POST", PATH, content=lines)
        assert (answer.status_code, answer.json()["code"]) == (429, "too_many")
        assert 60 < int(answer.headers["retry-after"]) <= 120
        assert site.ask("POST", "/api/v1/analyze/text", json={"message": CALM}).status_code == 429
        assert len(answers(site, lines, role=Role.SUPERVISOR)) == 12


def test_scams_of_a_batch_leave_their_findings(desk: Site) -> None:
    told = answers(desk, ndjson(*({"id": n, "message": f"{SCAM} {n}"} for n in range(10))))
    page = desk.ask("GET", "/api/v1/findings").json()
    assert page["total"] == 10
    assert {one["finding"]["finding_id"] for one in told} == {one["finding_id"] for one in page["findings"]}


def test_only_so_many_batches_run_at_once_and_a_seat_is_free_again_afterwards(desk: Site) -> None:
    body = ndjson({"id": 1, "message": CALM})
    headers = desk.key(Role.ANALYST)

    async def crowd() -> list[int]:
        sent, begun = asyncio.Event(), asyncio.Semaphore(0)

        async def slow() -> AsyncIterator[bytes]:
            begun.release()
            await sent.wait()
            yield body

        transport = httpx.ASGITransport(desk.client.app)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://ringfence", headers=headers
        ) as client:
            waiting = [asyncio.ensure_future(client.post(PATH, content=slow())) for _ in range(4)]
            for _ in waiting:
                await begun.acquire()
            refused = await client.post(PATH, content=body)
            sent.set()
            return [refused.status_code, *[one.status_code for one in await asyncio.gather(*waiting)]]

    assert desk.client.portal.call(crowd) == [503, 200, 200, 200, 200]
    assert len(answers(desk, body)) == 1
    for _ in range(5):
        assert desk.ask("POST", PATH, content=b"").status_code == 400
    assert len(answers(desk, body)) == 1
