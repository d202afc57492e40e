"""A language model that is configured is heard before anything follows from a verdict; its silence changes nothing."""

from pathlib import Path

from .conftest import MakeSite

KYC = "Your SBI account will be blocked, update KYC at http://sbi-kyc.top/x immediately"


def test_where_the_model_cannot_be_reached_the_verdict_stands_and_the_answer_says_so(
    site_with: MakeSite, messages_model: Path
) -> None:
    nobody = {
        "RINGFENCE_CONTENT__MODEL": str(messages_model),
        "RINGFENCE_LLM__PROVIDER": "openai",
        "RINGFENCE_LLM__BASE_URL": "http://127.0.0.1:9/v1",
        "RINGFENCE_LLM__MODEL": "any",
        "RINGFENCE_LLM__ASK": "always",
    }
    with site_with(**nobody) as site:
        told = site.ask("POST", "/api/v1/analyze/text", json={"message": KYC, "session_id": "s1"}).json()
        assert (told["is_scam"], told["scam_type"]) == (True, "kyc")
        second = told["second_opinion"]
        assert list(second) == ["status", "opinion", "model", "detail", "cached"]
        assert (second["status"], second["opinion"]) == ("failed", None)
        assert second["detail"]
        again = site.ask(
            "POST", "/api/v1/analyze/text", json={"message": f"{KYC} pay Rs 10", "session_id": "s1"}
        )
        assert again.status_code == 200
        document = site.client.get("/openapi.json").json()
        assert set(document["components"]["schemas"]["SecondOpinionView"]["properties"]) == set(second)
