"""One message, as an app or an analyst has it judged."""

import json
import os
import re
import signal
from typing import Any

import pytest

from ringfence.api.message_models import AnalysisView
from ringfence.model.key import Role

from .conftest import SECOND, MakeSite, Site

PATH = "/api/v1/analyze/text"
KYC = (
    "Dear customer your SBI account will be blocked today. Update KYC at http://sbi-kyc.top/x or call 9876543210 "
    "immediately. Pay Rs 10 to kyc@ybl or to account no 123456789012, IFSC SBIN0001234"
)
FIELDS = """
    request_id session_id timestamp is_scam confidence scam_type transcript original_message extracted_entities
    ssf_profile voice_analysis honeypot_result agent_summary evidence_level operation_mode label scam_probability
    reasons second_opinion language identifiers fingerprint finding method""".split()


def judged(site: Site, message: str, **more: Any) -> dict[str, Any]:
    answer = site.ask("POST", PATH, json={"message": message, **more})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def refused(site: Site, **request: Any) -> tuple[int, str]:
    answer = site.ask("POST", PATH, **request)
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


def test_a_scam_is_told_in_every_field_that_older_clients_read(desk: Site) -> None:
    told = judged(desk, KYC)
    assert list(told) == FIELDS
    assert (told["is_scam"], told["label"], told["scam_type"]) == (True, "scam", "kyc")
    assert told["confidence"] == round(told["scam_probability"], 2) > 0.9
    assert (told["transcript"], told["original_message"]) == (None, KYC)
    assert told["extracted_entities"] == {
        "upi_ids": ["kyc@ybl"],
        "bank_accounts": ["123456789012"],
        "urls": ["http://sbi-kyc.top/x"],
        "phone_numbers": ["+919876543210"],
    }
    profile = told["ssf_profile"]
    assert list(profile) == [
        "urgency_score", "authority_claims", "payment_escalation", "channel_switch_intent", "urgency_phrases",
        "strategy_summary",
    ]  # fmt: skip
    assert "bank" in profile["authority_claims"]
    assert "immediately" in profile["urgency_phrases"]
    assert 0 < profile["urgency_score"] <= 1
    assert profile["strategy_summary"].startswith("The sender claims to be a bank")
    assert (told["voice_analysis"], told["honeypot_result"], told["second_opinion"]) == (None, None, None)
    assert told["agent_summary"].startswith("Scam, a pretended KYC update.")
    assert told["evidence_level"] in {"MEDIUM", "HIGH"}
    assert (told["operation_mode"], told["language"]) == ("shield", "en")
    assert told["method"].startswith("content-linear-")
    assert told["timestamp"] == "2026-01-15T12:00:00.000000Z"


def test_the_answer_is_what_the_openapi_document_says(desk: Site) -> None:
    for message in (f"{KYC}. Install AnyDesk, card 4111 1111 1111 1111", "See you at lunch"):
        told = judged(desk, message)
        assert AnalysisView.model_validate(told).model_dump(mode="json", exclude_unset=True) == told


def test_reasons_and_identifiers_say_where_in_the_message_they_stand(desk: Site) -> None:
    told = judged(desk, KYC)
    assert told["reasons"]
    for reason in told["reasons"]:
        start, end = reason["span"]
        assert KYC[start:end]
    for one in told["identifiers"]:
        assert KYC[slice(*one["span"])] == one["surface"]
    facts = {one["kind"]: one for one in told["identifiers"]}
    assert (facts["url"]["domain"], facts["url"]["imitates"]) == ("sbi-kyc.top", "State Bank of India")
    assert (facts["amount"]["currency"], facts["amount"]["number"]) == ("INR", "10")
    assert facts["ifsc"]["bank_name"] == "State Bank of India"
    assert facts["upi"]["role"] == "given"


def test_an_honest_message_and_advertising_are_no_scam(desk: Site) -> None:
    for message, label in (
        ("See you at lunch", "legit"),
        (
            "Flat 40% off on all kurtas this weekend at FabIndia. Shop now at www.fabindia.com T&C apply",
            "promo",
        ),
    ):
        told = judged(desk, message)
        assert (told["label"], told["is_scam"], told["scam_type"], told["finding"]) == (
            label,
            False,
            None,
            None,
        )
        assert told["evidence_level"] == "NONE"
        assert told["confidence"] == round(1 - told["scam_probability"], 2)
    assert desk.ask("GET", "/api/v1/findings").json()["total"] == 0


def test_a_scam_leaves_a_finding_that_can_be_read_back(desk: Site) -> None:
    found = judged(desk, KYC, session_id="case-7")["finding"]
    assert (found["kind"], found["scam_type"]) == ("scam_message", "kyc")
    assert re.fullmatch("[0-9a-f]{64}", found["evidence"][0]["sha256"])
    kept = desk.ask("GET", f"/api/v1/findings/{found['finding_id']}").json()
    assert kept == found
    page = desk.ask("GET", "/api/v1/findings?scam_type=kyc&kind=scam_message").json()
    assert (page["findings"], page["total"], page["next"]) == ([found], 1, None)
    assert desk.ask("GET", "/api/v1/findings?scam_type=lottery_scam").json()["total"] == 0
    assert desk.ask("GET", "/api/v1/findings?scam_type=rain").json()["code"] == "scam_type_unknown"
    assert desk.ask("GET", "/api/v1/findings/none").status_code == 404


def test_viewers_see_the_last_four_of_numbers_and_accounts(desk: Site) -> None:
    found = judged(desk, KYC)["finding"]
    shown = desk.ask("GET", f"/api/v1/findings/{found['finding_id']}", Role.VIEWER).json()
    values = {one["kind"]: one["value"] for one in shown["identifiers"]}
    assert (values["phone"], values["bank_account"], values["upi"]) == ("***3210", "***9012", "***@ybl")
    assert values["url"] == "http://sbi-kyc.top/x"
    for number in ("9876543210", "123456789012", "kyc@ybl"):
        assert number not in json.dumps(shown)


def test_no_answer_and_no_record_holds_a_whole_card(desk: Site) -> None:
    message = (
        f"{KYC}. Your card 4111 1111 1111 1111 expires immediately, see http://x.top/?c=4111111111111111"
    )
    told = judged(desk, message)
    assert told["original_message"].endswith(
        "card **** **** **** 1111 expires immediately, see http://x.top/?c=************1111"
    )
    kept = desk.ask("GET", f"/api/v1/findings/{told['finding']['finding_id']}").json()
    for text in (json.dumps(told), json.dumps(kept)):
        assert "4111111111111111" not in text.replace(" ", "")
    card = next(one for one in told["identifiers"] if one["kind"] == "card")
    assert (card["value"], card["surface"]) == ("************1111", "**** **** **** 1111")
    assert next(one["surface"] for one in kept["identifiers"] if one["kind"] == "card") == ""


def test_the_same_message_has_the_same_answer_apart_from_ids_and_times(desk: Site) -> None:
    first = desk.ask("POST", PATH, json={"message": KYC}, headers={"X-Request-ID": "r"})
    desk.clock.now += 5 * SECOND
    again = desk.ask("POST", PATH, json={"message": KYC}, headers={"X-Request-ID": "r"})
    texts = [
        re.sub(r'"(session_id|timestamp|at)": "[^"]*"', "", answer.content.decode())
        for answer in (first, again)
    ]
    assert texts[0] == texts[1]
    assert first.json()["request_id"] == first.headers["x-request-id"] == "r"


def test_the_turns_of_a_session_build_on_each_other(desk: Site) -> None:
    small, large = "Pay Rs 500 to kyc@ybl", "Pay Rs 50000 to kyc@ybl immediately"
    begun = judged(desk, small)
    assert not begun["ssf_profile"]["payment_escalation"]
    then = judged(desk, large, session_id=begun["session_id"])
    assert then["session_id"] == begun["session_id"]
    assert then["ssf_profile"]["payment_escalation"]
    assert then["fingerprint"]["payment_escalation"]
    assert not judged(desk, large)["ssf_profile"]["payment_escalation"]


def test_two_keys_with_the_same_session_never_mix(desk: Site) -> None:
    judged(desk, "Pay Rs 500 to kyc@ybl", session_id="s1")
    answer = desk.ask(
        "POST", PATH, Role.SUPERVISOR, json={"message": "Pay Rs 50000 to kyc@ybl", "session_id": "s1"}
    )
    assert not answer.json()["ssf_profile"]["payment_escalation"]
    assert judged(desk, "Pay Rs 50000 to kyc@ybl", session_id="s1")["ssf_profile"]["payment_escalation"]


def test_a_session_is_forgotten_when_it_was_silent_for_long(desk: Site) -> None:
    judged(desk, "Pay Rs 500 to kyc@ybl", session_id="s1")
    desk.clock.now += 3_600 * SECOND
    assert not judged(desk, "Pay Rs 50000 to kyc@ybl", session_id="s1")["ssf_profile"]["payment_escalation"]


def test_the_honeypot_is_accepted_and_does_nothing_yet(desk: Site) -> None:
    told = judged(desk, KYC, mode="honeypot")
    assert (told["operation_mode"], told["honeypot_result"]) == ("honeypot", None)


@pytest.mark.parametrize("message", ["", "   ", "\n\t"])
def test_an_empty_message_is_400(desk: Site, message: str) -> None:
    assert refused(desk, json={"message": message}) == (400, "message_empty")


@pytest.mark.parametrize(
    "request_body",
    [
        {},
        {"message": None},
        {"message": 7},
        {"message": "x" * 10_001},
        {"message": "hi", "mode": "bait"},
        {"message": "hi", "session_id": ""},
        {"message": "hi", "session_id": "a b"},
        {"message": "hi", "session_id": "x" * 129},
        {"message": "hi", "session_id": 7},
    ],
)
def test_a_request_that_is_out_of_bounds_is_422(desk: Site, request_body: dict[str, Any]) -> None:
    assert refused(desk, json=request_body) == (422, "validation")


def test_what_is_no_json_no_text_or_too_much_is_refused(desk: Site) -> None:
    assert refused(desk, content=b"{") == (422, "validation")
    assert refused(desk, content=b'{"message": "\\ud800 hi"}') == (422, "validation")
    assert refused(desk, content=b"message=hi", headers={"content-type": "text/plain"})[0] == 415
    big = json.dumps({"message": "x" * (5 << 20)}).encode()
    assert refused(desk, content=big) == (413, "too_large")


def test_ten_thousand_characters_are_taken(desk: Site) -> None:
    assert not judged(desk, "lunch " * 1_666 + "then")["is_scam"]


def test_a_key_has_so_many_messages_a_minute_and_is_told_when_to_come_back(
    site_with: MakeSite, messages_model: Any
) -> None:
    limits = {"RINGFENCE_CONTENT__MODEL": str(messages_model), "RINGFENCE_LIMITS__ANALYZE_PER_MINUTE": "3"}
    with site_with(**limits) as site:
        for _ in range(3):
            judged(site, "See you at lunch")
        answer = site.ask("POST", PATH, json={"message": "See you at lunch"})
        assert (answer.status_code, answer.json()["code"]) == (429, "too_many")
        assert 1 <= int(answer.headers["retry-after"]) <= 60
        assert site.ask("POST", PATH, Role.SUPERVISOR, json={"message": "lunch"}).status_code == 200
        assert site.ask("GET", "/api/v1/findings").status_code == 200


def test_the_process_that_judges_is_started_again_when_it_dies(desk: Site) -> None:
    judged(desk, "See you at lunch")
    process = desk.server.analyses.process_id
    assert process is not None
    os.kill(process, signal.SIGKILL)
    assert judged(desk, KYC)["is_scam"]
    assert desk.server.analyses.process_id not in {None, process}
    assert desk.client.get("/health").json()["components"]["analysis"] == "up"


def test_a_model_that_is_gone_takes_the_analysis_down_and_nothing_else(
    site_with: MakeSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    with site_with() as site:
        monkeypatch.setattr(site.server.analyses._worker, "_command", ("/nonexistent",))
        answer = site.ask("POST", PATH, json={"message": "hi"})
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert answer.headers["retry-after"] == "5"
        told = site.client.get("/health")
        assert (told.status_code, told.json()["components"]["analysis"]) == (503, "down")
        assert site.ask("GET", "/api/v1/alerts").status_code == 200


def test_the_documented_example_is_one_that_the_route_takes(desk: Site) -> None:
    document = desk.client.get("/openapi.json").json()
    (example,) = document["components"]["schemas"]["MessageRequest"]["examples"]
    assert desk.ask("POST", PATH, json=example).status_code == 200
