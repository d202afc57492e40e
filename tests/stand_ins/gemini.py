"""The wire format of Gemini's API (generativelanguage.googleapis.com), `/v1` and `/v1beta` alike."""

import json
import re
from typing import Any

from .provider import KEY, Said, Seen

_PATH = re.compile(r"/(?P<version>v1|v1beta)/models/(?P<model>[\w.-]+):generateContent")
_MEMBERS = {"contents", "systemInstruction", "tools", "toolConfig", "generationConfig", "safetySettings"}
_GENERATION = {"maxOutputTokens", "responseModalities", "thinkingConfig", "temperature", "responseMimeType",
               "responseJsonSchema", "responseSchema"}  # fmt: skip


def _error(code: int, status: str, message: str, *details: dict[str, Any]) -> Said:
    return Said(code, {"error": {"code": code, "message": message, "status": status, "details": [*details]}})


def check(seen: Seen) -> Said:
    """What the API refuses by itself: an address, a key or a member that it does not know."""
    if _PATH.fullmatch(seen.path) is None:
        return _error(404, "NOT_FOUND", f"Requested entity {seen.path} was not found.")
    if seen.headers.get("x-goog-api-key") != KEY:
        return _error(
            400,
            "INVALID_ARGUMENT",
            "API key not valid. Please pass a valid API key.",
            {
                "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                "reason": "API_KEY_INVALID",
                "domain": "googleapis.com",
                "metadata": {"service": "generativelanguage.googleapis.com"},
            },
        )
    unknown = {*seen.body} - _MEMBERS | {*seen.body.get("generationConfig", {})} - _GENERATION
    if unknown or not seen.body.get("contents"):
        names = ", ".join(sorted(unknown)) or "contents"
        return _error(
            400,
            "INVALID_ARGUMENT",
            f'Invalid JSON payload received. Unknown name "{names}": Cannot find field.',
        )
    return Said()


def _response(candidate: dict[str, Any] | None, **members: Any) -> Said:
    body: dict[str, Any] = {
        "usageMetadata": {
            "promptTokenCount": 612,
            "candidatesTokenCount": 48,
            "totalTokenCount": 660,
            "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 612}],
        },
        "modelVersion": "gemini-3.8-flash",
        "responseId": "c2VjdXJl",
    }
    if candidate is not None:
        body["candidates"] = [{"index": 0} | candidate]
    return Said(body=body | members)


def _parts(*parts: dict[str, Any], finish: str = "STOP") -> Said:
    return _response({"content": {"role": "model", "parts": [*parts]}, "finishReason": finish})


def judged(answer: Any, seen: Seen) -> Said:
    """As the request wants it: by a call of its function, else as JSON."""
    if "tools" in seen.body:
        (declared,) = seen.body["tools"][0]["functionDeclarations"]
        call = {"name": declared["name"], "args": answer}
        return _parts({"functionCall": call, "thoughtSignature": "EjQKMgFy"})
    return in_text(json.dumps(answer))


def in_text(text: str) -> Said:
    return _parts({"text": text})


def called_twice(answer: Any) -> Said:
    return _parts(*[{"functionCall": {"name": "judge", "args": answer}}] * 2)


_RATINGS = [
    {"category": "HARM_CATEGORY_DANGEROUS_CONTENT", "probability": "HIGH", "blocked": True},
    {"category": "HARM_CATEGORY_HARASSMENT", "probability": "NEGLIGIBLE"},
]
REFUSALS = {
    "the prompt is blocked and nothing comes": _response(
        None, promptFeedback={"blockReason": "SAFETY", "safetyRatings": _RATINGS}
    ),
    "the answer ends for safety with no content": _response(
        {"finishReason": "SAFETY", "safetyRatings": _RATINGS}
    ),
    "the answer ends for safety with empty content": _response(
        {"content": {"role": "model"}, "finishReason": "SAFETY", "safetyRatings": _RATINGS}
    ),
    "prohibited content": _response(
        {"finishReason": "PROHIBITED_CONTENT"}, promptFeedback={"blockReason": "PROHIBITED_CONTENT"}
    ),
}
UNREADABLE = {
    "the tokens are used up": _response({"content": {"role": "model"}, "finishReason": "MAX_TOKENS"}),
    "no candidate": _response(None),
    "a broken call": _response({"content": {"role": "model"}, "finishReason": "MALFORMED_FUNCTION_CALL"}),
    "candidates of another kind": _response(None, candidates="none"),
}
SCARCE = _error(
    429,
    "RESOURCE_EXHAUSTED",
    "You exceeded your current quota, please check your plan and billing details. Please retry in 36.2s.",
    {
        "@type": "type.googleapis.com/google.rpc.QuotaFailure",
        "violations": [
            {
                "quotaMetric": "generativelanguage.googleapis.com/generate_content_free_tier_requests",
                "quotaId": "GenerateRequestsPerMinutePerProjectPerModel-FreeTier",
                "quotaDimensions": {"location": "global", "model": "gemini-3.8-flash"},
                "quotaValue": "10",
            }
        ],
    },
    {"@type": "type.googleapis.com/google.rpc.Help", "links": []},
    {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "36.2s"},
)
SCARCE_SECONDS = 37
SCARCE_FOR_AN_UNKNOWN_TIME = _error(
    429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota)."
)
BUSY = _error(503, "UNAVAILABLE", "The model is overloaded. Please try again later.")
NO_MODEL = _error(
    404,
    "NOT_FOUND",
    "models/gemini-3.8-flash is not found for API version v1beta, or is not supported for generateContent.",
)
