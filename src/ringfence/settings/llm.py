"""Who gives a second opinion on messages, and how much it may cost."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, Field, SecretStr, model_validator

from ringfence.model.opinion import Ask
from ringfence.settings.addresses import base_address
from ringfence.settings.section import Section


class LlmProvider(StrEnum):
    GEMINI = "gemini"
    OPENAI = "openai"
    GROQ = "groq"
    OLLAMA = "ollama"


_BASE_URLS = {
    LlmProvider.GEMINI: "https://generativelanguage.googleapis.com/v1beta",
    LlmProvider.OPENAI: "https://api.openai.com/v1",
    LlmProvider.GROQ: "https://api.groq.com/openai/v1",
    LlmProvider.OLLAMA: "http://127.0.0.1:11434/v1",
}


def _base_url(text: str) -> str:
    return base_address(text, example="https://host/v1", sent="messages go to other hosts")


BaseUrl = Annotated[str, AfterValidator(_base_url)]


class LlmSettings(Section):
    """A language model's second opinion on messages; on where a key is set, or a provider that needs none."""

    ask: Ask = Field(
        default=Ask.UNSURE,
        description="When to ask: `off`, `unsure` (the probability of a scam lies within the band) or `always`",
    )
    band_from: float = Field(default=0.2, ge=0, le=1, description="Where the band of `unsure` begins")
    band_to: float = Field(default=0.8, ge=0, le=1, description="Where the band of `unsure` ends")
    provider: LlmProvider | None = Field(
        default=None,
        description="`gemini`, `openai` (and all that speak its format), `groq` or `ollama`; not set: gemini where "
        "there is a key, else nobody is asked",
    )
    model: str | None = Field(
        default=None, min_length=1, max_length=200, description="The model's name, as its provider writes it"
    )
    api_key: SecretStr | None = Field(default=None, min_length=1, description="The provider's key")
    gemini_model: str = Field(
        default="gemini-3.8-flash",
        min_length=1,
        max_length=200,
        description="The model of provider gemini where `model` is not set",
        json_schema_extra={"env": "GEMINI_MODEL"},
    )
    gemini_api_key: SecretStr | None = Field(
        default=None,
        min_length=1,
        description="The key of provider gemini where `api_key` is not set; never sent to another",
        json_schema_extra={"env": "GEMINI_API_KEY"},
    )
    base_url: BaseUrl | None = Field(
        default=None,
        max_length=2048,
        description="Where the provider is reached, with the version (`/v1`, `/v1beta`); `http` on loopback only; not "
        "set: the provider's own address",
    )
    timeout_seconds: float = Field(
        default=8, gt=0, le=120, description="How long an answer may take, waiting for others included"
    )
    cache_seconds: float = Field(default=300, ge=0, le=86_400, description="How long an answer is used again")
    cache_entries: int = Field(default=100, ge=0, le=100_000, description="Answers kept for that")
    concurrency: int = Field(default=4, ge=1, le=256, description="Questions that are open at once")
    requests_per_minute: int = Field(default=60, ge=1, le=100_000, description="Requests in any minute")
    requests_per_day: int = Field(
        default=5_000, ge=1, le=100_000_000, description="Requests in a day (UTC); a restart begins anew"
    )
    answer_tokens: int = Field(
        default=1_000,
        ge=100,
        le=32_768,
        description="Longest answer in tokens, what the model thinks included",
    )

    @model_validator(mode="after")
    def _the_band_is_one(self) -> Self:
        if self.band_from > self.band_to:
            raise ValueError("band_from is above band_to: no message would ever be asked about")
        return self

    @model_validator(mode="after")
    def _a_provider_has_what_it_needs(self) -> Self:
        if self.provider is None or self.ask is Ask.OFF:
            return self
        keyless = self.provider is LlmProvider.OLLAMA or (
            self.provider is LlmProvider.OPENAI and self.base_url is not None
        )
        if self.key is None and not keyless:
            raise ValueError(f"provider {self.provider} needs a key: set RINGFENCE_LLM__API_KEY")
        if self.model is None and self.provider is not LlmProvider.GEMINI:
            raise ValueError(f"provider {self.provider} needs a model: set RINGFENCE_LLM__MODEL")
        return self

    @property
    def asked(self) -> LlmProvider | None:
        """Who is asked; None where nobody is."""
        if self.ask is Ask.OFF:
            return None
        keyed = self.api_key is not None or self.gemini_api_key is not None
        return self.provider or (LlmProvider.GEMINI if keyed else None)

    @property
    def key(self) -> SecretStr | None:
        """That of who is asked: Gemini's is for no other."""
        gemini = self.provider in (None, LlmProvider.GEMINI)
        return self.api_key or (self.gemini_api_key if gemini else None)

    @property
    def model_name(self) -> str:
        return self.model or self.gemini_model

    @property
    def address(self) -> str:
        return self.base_url or _BASE_URLS[self.asked or LlmProvider.GEMINI]

    @property
    def band(self) -> tuple[float, float]:
        return self.band_from, self.band_to
