"""What only one wire format has to say."""

import asyncio
from types import ModuleType

import pytest
from tests.stand_ins import gemini, openai
from tests.stand_ins.provider import KEY, Provider, Said, provider

from ringfence.adapters.llm.model import PydanticAi
from ringfence.errors import TooMany
from ringfence.settings import LlmSettings

ANSWER = {"label": "legit", "scam_type": "none", "confidence": 0.7, "explanation": "A plain notice."}


def judge(one: Provider, path: str, **given: str) -> None:
    async def once() -> None:
        model = PydanticAi(LlmSettings.model_validate({"api_key": KEY, "base_url": one.url + path, **given}))
        try:
            await model.judge("Your parcel comes on Friday.")
        finally:
            await model.close()

    asyncio.run(once())


def paused(wire: ModuleType, said: Said, path: str, **given: str) -> TooMany:
    with provider(wire.check) as one:
        one.says(said)
        with pytest.raises(TooMany) as caught:
            judge(one, path, **given)
        return caught.value


def test_a_quota_that_is_used_up_is_left_alone_for_a_quarter_of_an_hour() -> None:
    error = paused(openai, openai.NO_QUOTA, "/v1", provider="openai", model="m")
    assert (error.retry_after, error.detail) == (
        900,
        "The quota of the provider of m is used up (HTTP 429, insufficient_quota).",
    )


def test_a_provider_that_names_no_time_gets_a_minute() -> None:
    error = paused(gemini, gemini.SCARCE_FOR_AN_UNKNOWN_TIME, "/v1beta")
    assert error.retry_after == 60


@pytest.mark.parametrize(
    ("path", "asked"), [("/v1", "/v1"), ("/v1beta", "/v1beta"), ("/v1beta/", "/v1beta"), ("", "/v1beta")]
)
def test_gemini_is_asked_in_the_version_that_the_address_names(path: str, asked: str) -> None:
    with provider(gemini.check) as one:
        one.says(lambda seen: gemini.judged(ANSWER, seen))
        judge(one, path)
        assert one.seen[0].path == f"{asked}/models/gemini-3.8-flash:generateContent"


def test_an_address_may_have_a_path_before_the_version() -> None:
    with provider() as one:
        one.says(lambda seen: gemini.judged(ANSWER, seen))
        judge(one, "/eu/gemini/v1")
        assert one.seen[0].path == "/eu/gemini/v1/models/gemini-3.8-flash:generateContent"


def test_an_answer_is_bounded_in_tokens_and_time_at_gemini_too() -> None:
    with provider(gemini.check) as one:
        one.says(lambda seen: gemini.judged(ANSWER, seen))
        judge(one, "/v1beta", answer_tokens="500")
        assert one.seen[0].body["generationConfig"]["maxOutputTokens"] == 500
        assert one.seen[0].headers["x-server-timeout"] == "8"


@pytest.mark.parametrize(
    ("kind", "path", "member"),
    [
        ("openai", "/v1", "max_tokens"),
        ("ollama", "/v1", "max_tokens"),
        ("groq", "/openai/v1", "max_completion_tokens"),
    ],
)
def test_an_answer_is_bounded_by_the_member_that_the_server_heeds(kind: str, path: str, member: str) -> None:
    with provider(openai.check) as one:
        one.says(lambda seen: openai.judged(ANSWER, seen))
        judge(one, path, provider=kind, model="m", answer_tokens="500")
        body = one.seen[0].body
        assert {name: body[name] for name in body if name.startswith("max_")} == {member: 500}


def test_ollama_is_held_to_a_schema_since_many_of_its_models_know_no_tools() -> None:
    with provider(openai.check) as one:
        one.says(lambda seen: openai.judged(ANSWER, seen))
        judge(one, "/v1", provider="ollama", model="gemma3")
        body = one.seen[0].body
        assert "tools" not in body
        assert body["response_format"]["json_schema"]["schema"]["additionalProperties"] is False
