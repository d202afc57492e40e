"""Who gives a second opinion, as an operator sets it."""

from pathlib import Path

import pytest

from ringfence.errors import BadInput
from ringfence.model.opinion import Ask
from ringfence.settings import LlmProvider, LlmSettings, load_settings


def given(tmp_path: Path, **environ: str) -> LlmSettings:
    return load_settings(environ, tmp_path).llm


def test_without_a_key_nobody_is_asked(tmp_path: Path) -> None:
    settings = given(tmp_path)
    assert settings.asked is None
    assert (settings.ask, settings.band) == (Ask.UNSURE, (0.2, 0.8))
    assert (settings.timeout_seconds, settings.cache_seconds, settings.cache_entries) == (8, 300, 100)


def test_the_older_names_turn_gemini_on(tmp_path: Path) -> None:
    settings = given(tmp_path, GEMINI_API_KEY="swordfish", GEMINI_MODEL="gemini-2.0-flash")
    assert (settings.asked, settings.model_name) == (LlmProvider.GEMINI, "gemini-2.0-flash")
    assert settings.key is not None
    assert settings.key.get_secret_value() == "swordfish"
    assert settings.address == "https://generativelanguage.googleapis.com/v1beta"
    assert "swordfish" not in repr(settings)


def test_ours_go_before_the_older_names(tmp_path: Path) -> None:
    settings = given(
        tmp_path,
        GEMINI_API_KEY="older",
        GEMINI_MODEL="gemini-older",
        RINGFENCE_LLM__API_KEY="ours",
        RINGFENCE_LLM__MODEL="gemini-ours",
    )
    assert settings.key is not None
    assert (settings.key.get_secret_value(), settings.model_name) == ("ours", "gemini-ours")


def test_geminis_key_and_model_go_to_no_other_provider(tmp_path: Path) -> None:
    environ = {
        "GEMINI_API_KEY": "swordfish",
        "GEMINI_MODEL": "gemini-2.0-flash",
        "RINGFENCE_LLM__PROVIDER": "ollama",
        "RINGFENCE_LLM__MODEL": "qwen3",
    }
    settings = given(tmp_path, **environ)
    assert (settings.asked, settings.key, settings.model_name) == (LlmProvider.OLLAMA, None, "qwen3")
    with pytest.raises(BadInput, match="provider groq needs a key: set RINGFENCE_LLM__API_KEY"):
        given(tmp_path, **environ | {"RINGFENCE_LLM__PROVIDER": "groq"})


def test_off_is_off_whatever_key_there_is(tmp_path: Path) -> None:
    assert given(tmp_path, GEMINI_API_KEY="swordfish", RINGFENCE_LLM__ASK="off").asked is None


@pytest.mark.parametrize(
    "url",
    ["https://llm.example/v1", "http://127.0.0.1:8080/v1", "http://localhost:1234/v1/", "http://[::1]:8080"],
)
def test_a_base_address_is_https_or_on_loopback(tmp_path: Path, url: str) -> None:
    assert given(tmp_path, RINGFENCE_LLM__BASE_URL=url).base_url == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    [
        "http://llm.example/v1",
        "http://192.0.2.7:11434/v1",
        "http://localhost.example/v1",
        "https://user:pass@llm.example/v1",
        "https://llm.example/v1?key=swordfish",
        "ftp://llm.example",
        "https://",
        "https://llm.example:99999/v1",
        "https://[::1",
        "llm.example",
    ],
)
def test_another_base_address_is_refused_and_not_repeated(tmp_path: Path, url: str) -> None:
    with pytest.raises(BadInput, match="RINGFENCE_LLM__BASE_URL") as caught:
        given(tmp_path, RINGFENCE_LLM__BASE_URL=url)
    assert "swordfish" not in caught.value.detail


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({"RINGFENCE_LLM__PROVIDER": "openai"}, "provider openai needs a key"),
        ({"RINGFENCE_LLM__PROVIDER": "gemini"}, "provider gemini needs a key"),
        (
            {"RINGFENCE_LLM__PROVIDER": "openai", "RINGFENCE_LLM__API_KEY": "k"},
            "provider openai needs a model: set RINGFENCE_LLM__MODEL",
        ),
        ({"RINGFENCE_LLM__PROVIDER": "ollama"}, "provider ollama needs a model"),
        ({"RINGFENCE_LLM__BAND_FROM": "0.9"}, "band_from is above band_to"),
        ({"RINGFENCE_LLM__PROVIDER": "oracle"}, "RINGFENCE_LLM__PROVIDER"),
        ({"RINGFENCE_LLM__ASK": "often"}, "RINGFENCE_LLM__ASK"),
        ({"RINGFENCE_LLM__TIMEOUT": "8"}, "RINGFENCE_LLM__TIMEOUT: there is no such setting"),
    ],
)
def test_what_could_never_work_is_refused_with_the_way_out(
    tmp_path: Path, environ: dict[str, str], told: str
) -> None:
    with pytest.raises(BadInput) as caught:
        given(tmp_path, **environ)
    assert told in caught.value.detail


def test_a_server_of_ones_own_needs_no_key(tmp_path: Path) -> None:
    settings = given(
        tmp_path,
        RINGFENCE_LLM__PROVIDER="openai",
        RINGFENCE_LLM__BASE_URL="http://127.0.0.1:8080/v1",
        RINGFENCE_LLM__MODEL="local",
    )
    assert (settings.asked, settings.key) == (LlmProvider.OPENAI, None)
