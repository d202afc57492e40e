"""Twilio's REST API for calls and messages, by its own OpenAPI description: what that doesn't know is refused.

The numbers that are refused are those of Twilio's test credentials. What the description says in prose alone (which
events there are, that a call needs an address) is spelt out here.
"""

import json
import os
import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .provider import Said, Seen

SID = "AC" + "0123456789abcdef" * 2
TOKEN = "5up3r-s3cret-t0ken"
NUMBER = "+15005550006"
CARD_HOLDER = "+919876543210"

REFUSED = {
    "+15005550001": (21211, "The 'To' number %s is not a valid phone number."),
    "+15005550002": (21214, "'To' phone number %s cannot be reached."),
    "+15005550003": (21215, "Account not authorized to call %s. Perhaps you need to enable some international "
                     "permissions."),
    "+15005550004": (21216, "Account not allowed to call %s."),
    "+15005550009": (21614, "To number: %s, is not a mobile number."),
}  # fmt: skip
_FROM = {
    "+15005550001": (21212, "The 'From' number %s is not a valid phone number."),
    "+15005550007": (
        21606,
        "The 'From' phone number %s is not a valid, SMS-capable number for your account.",
    ),
}
_ENDED = {"completed", "busy", "failed", "no-answer", "canceled"}
_CHOICES = {
    "StatusCallbackEvent": {"initiated", "ringing", "answered", "completed"},
    "MachineDetection": {"Enable", "DetectMessageEnd"},
    "AsyncAmd": {"true", "false"},
}
_MISSING = {("CreateCall", "To"): 21201, ("CreateCall", "From"): 21213, ("CreateMessage", "To"): 21604}
_E164 = re.compile(r"\+[1-9]\d{6,14}")
DESCRIPTION = (
    Path(os.environ.get("RINGFENCE_SHARED_DATA", Path(__file__).parents[2] / "../shared/data"))
    / "twilio"
    / "twilio_api_v2010.json"
)
MISSING = f"no {DESCRIPTION} (RINGFENCE_SHARED_DATA)"
_OPERATIONS = ("CreateCall", "FetchCall", "UpdateCall", "CreateMessage")


@cache
def description() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(DESCRIPTION.read_text(encoding="utf-8"))
    return read


def _resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" not in schema:
        return schema
    found: Any = description()
    for name in schema["$ref"].removeprefix("#/").split("/"):
        found = found[name]
    return _resolved(found)


@dataclass(frozen=True, slots=True)
class Operation:
    name: str
    method: str
    path: re.Pattern[str]
    schema: Mapping[str, Any]
    """Of its form."""
    status: int
    answer: Mapping[str, Any]
    """Schema of what it answers."""


@cache
def operations() -> tuple[Operation, ...]:
    found = []
    for path, methods in description()["paths"].items():
        for method, one in methods.items():
            if isinstance(one, dict) and one.get("operationId") in _OPERATIONS:
                found.append(_operation(path, method, one))
    assert len(found) == len(_OPERATIONS)
    return tuple(found)


def _operation(path: str, method: str, one: Mapping[str, Any]) -> Operation:
    pattern = re.escape(path).replace(r"\{", "{").replace(r"\}", "}")
    for parameter in one["parameters"]:
        known = parameter["schema"].get("pattern", "[^/]+").strip("^$")
        pattern = pattern.replace(f"{{{parameter['name']}}}", f"(?P<{parameter['name']}>{known})")
    form = one.get("requestBody", {}).get("content", {}).get("application/x-www-form-urlencoded", {})
    ((status, said),) = one["responses"].items()
    answer = _resolved(said["content"]["application/json"]["schema"])
    return Operation(
        one["operationId"], method.upper(), re.compile(pattern), form.get("schema", {}), int(status), answer
    )


def fault(status: int, code: int, message: str, *headers: tuple[str, str]) -> Said:
    info = f"https://www.twilio.com/docs/errors/{code}"
    return Said(status, {"code": code, "message": message, "more_info": info, "status": status}, headers)


def scarce(seconds: str | None = "7") -> Said:
    headers = (("Retry-After", seconds),) if seconds is not None else ()
    return fault(429, 20429, "Too Many Requests", *headers)


NOT_OURS = fault(404, 20404, "The requested resource was not found")
BROKEN = fault(500, 20500, "An internal server error has occurred")


@dataclass(slots=True)
class Twilio:
    """An account; `calls` are its calls, by SID, as they are answered. A test may end one by its `status`."""

    calls: dict[str, dict[str, Any]] = field(default_factory=dict)
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __call__(self, seen: Seen) -> Said:
        for operation in operations():
            found = operation.path.fullmatch(urlsplit(seen.path).path)
            if found is not None and operation.method == seen.method:
                refused = _refused(operation, seen, found["AccountSid"])
                return refused or self._done(operation, dict(seen.form), found.groupdict().get("Sid", ""))
        return NOT_OURS

    def _done(self, operation: Operation, form: dict[str, str], sid: str) -> Said:
        deeds: dict[str, Callable[[], dict[str, Any] | Said]] = {
            "CreateCall": lambda: self._made(self.calls, "CA", operation, form, "queued"),
            "CreateMessage": lambda: self._made(self.messages, "SM", operation, form, "queued"),
            "FetchCall": lambda: self.calls.get(sid, NOT_OURS),
            "UpdateCall": lambda: self._updated(form, sid),
        }
        done = deeds[operation.name]()
        return done if isinstance(done, Said) else Said(operation.status, done)

    def _made(
        self,
        among: dict[str, dict[str, Any]],
        kind: str,
        operation: Operation,
        form: dict[str, str],
        status: str,
    ) -> dict[str, Any]:
        sid = f"{kind}{len(among) + 1:032x}"
        known = {"sid": sid, "account_sid": SID, "to": form["To"], "from": form["From"], "status": status,
                 "body": form.get("Body"), "direction": "outbound-api", "api_version": "2010-04-01",
                 "date_created": "Thu, 15 Jan 2026 12:00:00 +0000"}  # fmt: skip
        among[sid] = {name: known.get(name) for name in operation.answer["properties"]}
        return among[sid]

    def _updated(self, form: dict[str, str], sid: str) -> dict[str, Any] | Said:
        call = self.calls.get(sid)
        if call is None:
            return NOT_OURS
        if call["status"] in _ENDED:
            return fault(400, 21220, "Call is not in-progress. Cannot redirect.")
        call["status"] = form.get("Status", call["status"])
        return call


def _refused(operation: Operation, seen: Seen, account: str) -> Said | None:
    """What is wrong with a request before anything is done."""
    expected = "Basic " + b64encode(f"{SID}:{TOKEN}".encode()).decode()
    if seen.headers.get("authorization") != expected:
        return fault(401, 20003, "Authenticate")
    if account != SID:
        return NOT_OURS
    if operation.method == "POST" and seen.headers.get("content-type") != "application/x-www-form-urlencoded":
        return fault(415, 20415, "Unsupported Media Type")
    return _of_the_schema(operation, seen) or _of_the_numbers(operation, dict(seen.form))


def _of_the_schema(operation: Operation, seen: Seen) -> Said | None:
    given: dict[str, list[str]] = {}
    for name, value in seen.form:
        given.setdefault(name, []).append(value)
    properties = operation.schema.get("properties", {})
    for name in operation.schema.get("required", ()):
        if not given.get(name, [""])[0]:
            return fault(400, _MISSING[operation.name, name], f"No '{name}' number is specified")
    for name, values in given.items():
        if name not in properties:
            return fault(400, 20001, f"There is no parameter {name}")
        wrong = _wrong(name, _resolved(properties[name]), values)
        if wrong is not None:
            return fault(400, 21205 if name == "Url" else 20001, f"Invalid {name}: {wrong}")
    return _of_the_prose(operation, given.keys())


def _of_the_prose(operation: Operation, names: Iterable[str]) -> Said | None:
    if operation.name == "CreateCall" and not {"Url", "Twiml", "ApplicationSid"} & {*names}:
        return fault(400, 21205, "Url parameter is required.")
    if operation.name == "CreateMessage":
        if not {"From", "MessagingServiceSid"} & {*names}:
            return fault(400, 21603, "A 'From' phone number is required.")
        if not {"Body", "MediaUrl", "ContentSid"} & {*names}:
            return fault(400, 21602, "Message body is required.")
    return None


def _wrong(name: str, schema: Mapping[str, Any], values: list[str]) -> str | None:
    if schema.get("type") != "array" and len(values) > 1:
        return "it comes more than once"
    one = _resolved(schema["items"]) if schema.get("type") == "array" else schema
    return next((fault for value in values if (fault := _wrong_value(name, one, value))), None)


def _wrong_value(name: str, schema: Mapping[str, Any], value: str) -> str | None:
    if value not in _CHOICES.get(name, {value}) or value not in schema.get("enum", [value]):
        return f"{value} is none of its values"
    if schema.get("type") == "boolean" and value not in ("true", "false"):
        return f"{value} is not true or false"
    if schema.get("type") in ("integer", "number") and not re.fullmatch(r"-?\d+", value):
        return f"{value} is no number"
    if schema.get("format") == "uri" and not re.fullmatch(r"https?://[^/\s]+(/\S*)?", value):
        return f"{value} is no address"
    if "pattern" in schema and not re.fullmatch(schema["pattern"], value):
        return f"{value} is not of its form"
    return None


def _of_the_numbers(operation: Operation, form: dict[str, str]) -> Said | None:
    if operation.name not in ("CreateCall", "CreateMessage"):
        return None
    if not _E164.fullmatch(form["To"]):
        return fault(400, 21211, f"The 'To' number {form['To']} is not a valid phone number.")
    if operation.name == "CreateMessage" and len(form["Body"]) > 1_600:
        return fault(400, 21617, "The concatenated message body exceeds the 1600 character limit")
    for known, number in ((REFUSED, form["To"]), (_FROM, form["From"])):
        if number in known:
            code, message = known[number]
            return fault(400, code, message % number)
    return None
