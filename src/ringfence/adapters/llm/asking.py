"""One question to one model over the wire; imported when a model is first loaded, since pydantic-ai takes a second."""

import httpx2
from pydantic_ai.direct import model_request
from pydantic_ai.exceptions import AgentRunError
from pydantic_ai.messages import ModelRequest, ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.output import OutputObjectDefinition
from pydantic_ai.tools import ToolDefinition

from ringfence.adapters.llm import faults
from ringfence.adapters.llm.http import client
from ringfence.adapters.llm.providers import model_of, request_settings
from ringfence.adapters.llm.question import INSTRUCTIONS, PURPOSE, SCHEMA, TOOL, opinion_of, question
from ringfence.model.opinion import Opinion
from ringfence.settings.llm import LlmProvider, LlmSettings

_CALL = ModelRequestParameters(
    output_mode="tool",
    output_tools=[
        ToolDefinition(name=TOOL, parameters_json_schema=SCHEMA, description=PURPOSE, kind="output")
    ],
    allow_text_output=False,
)
_TEXT = ModelRequestParameters(
    output_mode="native",
    output_object=OutputObjectDefinition(json_schema=SCHEMA, name=TOOL, description=PURPOSE, strict=True),
)


class Asking:
    def __init__(self, settings: LlmSettings, name: str) -> None:
        self._name = name
        self._client = client(settings.address, settings.timeout_seconds)
        self._model = model_of(settings, name, self._client)
        self._settings = request_settings(settings)
        # Many of Ollama's models know no tools; it holds all of them to a schema.
        self._form = _TEXT if settings.asked is LlmProvider.OLLAMA else _CALL

    async def judge(self, message: str) -> Opinion:
        asked = ModelRequest.user_text_prompt(question(message), instructions=INSTRUCTIONS)
        try:
            response = await model_request(
                self._model, [asked], model_settings=self._settings, model_request_parameters=self._form
            )
        except httpx2.TimeoutException:
            raise faults.timed_out(self._name) from None
        except AgentRunError as fault:
            raise faults.told(fault, self._name) from None
        except Exception:
            # The SDKs trip in many ways over an answer that is not of their format.
            raise faults.unreadable(self._name) from None
        return self._read(response)

    def _read(self, response: ModelResponse) -> Opinion:
        details = response.provider_details or {}
        if response.finish_reason == "content_filter" or "refusal" in details or "block_reason" in details:
            raise faults.refused(self._name)
        calls = [part.args for part in response.parts if isinstance(part, ToolCallPart)]
        texts = [part.content for part in response.parts if isinstance(part, TextPart)]
        try:
            (answer,) = calls or texts
            return opinion_of(answer)
        except (ValueError, TypeError, RecursionError):
            raise faults.unreadable(self._name) from None

    async def close(self) -> None:
        await self._client.aclose()
