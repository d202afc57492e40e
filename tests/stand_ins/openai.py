"""The wire format of OpenAI's chat completions, which Groq, Ollama and many servers speak, too."""

import json
import re
from typing import Any

from .provider import KEY, Said, Seen

_PATH = re.compile(r"(/openai)?/v1/chat/completions")


def _error(code: int, kind: str, message: str, name: str | None, *headers: tuple[str, str]) -> Said:
    body = {"error": {"message": message, "type": kind, "param": None, "code": name}}
    return Said(code, body, headers)


def check(seen: Seen) -> Said:
    """What the API refuses by itself: an address or a key that it does not know, a request without its members."""
    if _PATH.fullmatch(seen.path) is None:
        return _error(404, "invalid_request_error", f"Invalid URL (POST {seen.path})", None)
    given = seen.headers.get("authorization", "").removeprefix("Bearer ")
    if given != KEY:
        message = f"Incorrect API key provided: {given}. You can find your API key at the dashboard."
        return _error(401, "invalid_request_error", message, "invalid_api_key")
    if not {"model", "messages"} <= {*seen.body}:
        return _error(400, "invalid_request_error", "you must provide a model parameter", None)
    return Said()


def _completion(message: dict[str, Any], finish: str = "stop") -> Said:
    return Said(
        body={
            "id": "chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT",
            "object": "chat.completion",
            "created": 1_768_478_400,
            "model": "of-this-test",
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": None, "refusal": None} | message,
                    "logprobs": None,
                    "finish_reason": finish,
                }
            ],
            "usage": {"prompt_tokens": 612, "completion_tokens": 48, "total_tokens": 660},
            "service_tier": "default",
        }
    )


def _calls(*arguments: str) -> Said:
    calls = [
        {"id": f"call_{n}", "type": "function", "function": {"name": "judge", "arguments": one}}
        for n, one in enumerate(arguments)
    ]
    return _completion({"tool_calls": calls}, "tool_calls")


def judged(answer: Any, seen: Seen) -> Said:
    """As the request wants it: by a call of its tool, else as JSON."""
    return _calls(json.dumps(answer)) if "tools" in seen.body else in_text(json.dumps(answer))


def in_text(text: str) -> Said:
    return _completion({"content": text})


def called_twice(answer: Any) -> Said:
    return _calls(json.dumps(answer), json.dumps(answer))


REFUSALS = {
    "a refusal in its own member": _completion({"refusal": "I'm sorry, I can't assist with that request."}),
    "the filter stops the answer": _completion({"content": ""}, "content_filter"),
}
UNREADABLE = {
    "the tokens are used up": _completion({"content": ""}, "length"),
    "no choice": Said(
        body={"id": "x", "object": "chat.completion", "created": 1, "model": "m", "choices": []}
    ),
    "arguments that are no JSON": _calls('{"label": "legit", '),
    "choices of another kind": Said(body={"choices": "none"}),
}
SCARCE = _error(
    429,
    "requests",
    "Rate limit reached for gpt-4o-mini in organization org-x on requests per min (RPM): Limit 3, Used 3.",
    "rate_limit_exceeded",
    ("Retry-After", "36"),
)
SCARCE_SECONDS = 37
NO_QUOTA = _error(
    429,
    "insufficient_quota",
    "You exceeded your current quota, please check your plan and billing details.",
    "insufficient_quota",
)
BUSY = _error(503, "server_error", "The engine is currently overloaded, please try again later", None)
NO_MODEL = _error(404, "invalid_request_error", "The model `of-this-test` does not exist", "model_not_found")
