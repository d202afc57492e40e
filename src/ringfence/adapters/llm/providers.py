"""A provider's model as pydantic-ai has it: Gemini in its own format, all others in OpenAI's."""

import math
import re
from urllib.parse import urlsplit

import httpx2
from google.genai import Client
from google.genai.types import HttpOptions, HttpRetryOptions
from pydantic_ai.models import Model
from pydantic_ai.models.google import GoogleModel
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.profiles.openai import OpenAIModelProfile
from pydantic_ai.providers.google import GoogleProvider
from pydantic_ai.providers.ollama import OllamaProvider
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider
from pydantic_ai.settings import ModelSettings

from ringfence.settings.llm import LlmProvider, LlmSettings

_VERSION = re.compile(r"(?P<rest>.*)/(?P<version>v\d+(?:alpha|beta)?\d*)")
_OLDER_BOUND = OpenAIModelProfile(openai_chat_supports_max_completion_tokens=False)
"""`max_tokens`: Ollama and LM Studio pass over the newer name without a word, and the answer is not bounded."""
_NO_KEY = "no-key"
"""Sent where none is set, to servers that need none."""


def model_of(settings: LlmSettings, name: str, client: httpx2.AsyncClient) -> Model:
    key = settings.key.get_secret_value() if settings.key is not None else _NO_KEY
    address = settings.address
    match settings.asked:
        case LlmProvider.OPENAI if _is_openai(address):
            openai = OpenAIProvider(base_url=address, api_key=key, http_client=client)
            return OpenAIChatModel(name, provider=openai)
        case LlmProvider.OPENAI:
            other = OpenAICompatibleProvider("other", base_url=address, api_key=key, http_client=client)
            return OpenAIChatModel(name, provider=other, profile=_OLDER_BOUND)
        case LlmProvider.GROQ:
            groq = OpenAICompatibleProvider("groq", base_url=address, api_key=key, http_client=client)
            return OpenAIChatModel(name, provider=groq)
        case LlmProvider.OLLAMA:
            ollama = OllamaProvider(address, key, http_client=client)
            return OpenAIChatModel(name, provider=ollama, profile=_OLDER_BOUND)
        case _:
            return GoogleModel(name, provider=GoogleProvider(client=_gemini(settings, address, key, client)))


def _is_openai(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    return host == "openai.com" or host.endswith(".openai.com")


def _gemini(settings: LlmSettings, address: str, key: str, client: httpx2.AsyncClient) -> Client:
    """The SDK puts the version behind the address by itself, so it is taken off here."""
    parts = _VERSION.fullmatch(address)
    return Client(
        vertexai=False,
        api_key=key,
        http_options=HttpOptions(
            base_url=parts["rest"] if parts else address,
            api_version=parts["version"] if parts else "v1beta",
            httpx_async_client=client,
            timeout=math.ceil(settings.timeout_seconds * 1000),
            retry_options=HttpRetryOptions(attempts=1),
        ),
    )


def request_settings(settings: LlmSettings) -> ModelSettings:
    """No retry, since the asker counts each request; as little thinking as the model can, since that is paid for.

    The temperature is left as the provider has it: Gemini's later models are made for theirs, and models that reason
    take none.
    """
    wanted = ModelSettings(
        max_tokens=settings.answer_tokens,
        max_retries=0,
        thinking=False,
        timeout=settings.timeout_seconds,
    )
    if settings.asked is LlmProvider.GEMINI:  # ends the work there, too
        wanted["extra_headers"] = {"X-Server-Timeout": str(math.ceil(settings.timeout_seconds))}
    return wanted
