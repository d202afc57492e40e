"""The addresses that a provider calls back: written into orders and documents, and read when they are asked for.

They carry the call's token, which nobody can guess, and the turn that they were written for, so that what comes twice
or late is known.
"""

import re
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, quote, unquote, urlencode

from ringfence.model.verification import Dialogue, Step
from ringfence.verification.dialogue import GO_ON

_VOICE = re.compile(r"/voice/([^/]+)/([a-z0-9]+)(?:/(listen|response))?")
_STATUS = re.compile(r"/status/([^/]+)")
_TURN = re.compile(r"[0-9]{1,9}", re.ASCII)
_STEPS = {step.value: step for step in Step}
_LONGEST_TOKEN = 200


@dataclass(frozen=True, slots=True)
class Address:
    """Of a webhook: which call's, at which step, and the turn it was written for. `answers` where it brings one; `step`
    is None where it tells how far the call is."""

    transaction_id: str
    step: Step | None
    token: str
    turn: int | None = None
    answers: bool = False


def read(asked_for: str) -> Address | None:
    """Of a path with its query, as they came; None of one that leads nowhere."""
    path, _, query = asked_for.partition("?")
    told, fields = _VOICE.fullmatch(path), parse_qs(query, keep_blank_values=True)
    token = fields.get("call", [""])[0][:_LONGEST_TOKEN]
    if told is None:
        about = _STATUS.fullmatch(path)
        return None if about is None else Address(unquote(about[1]), None, token)
    step = _STEPS.get(told[2])
    if step is None:
        return None
    turn = fields.get("turn", [""])[0]
    known = int(turn) if _TURN.fullmatch(turn) else None
    return Address(unquote(told[1]), step, token, known, answers=told[3] == "response")


class Addresses:
    """Under the public address at which the provider reaches us."""

    def __init__(self, public_url: str) -> None:
        self._public_url = public_url.rstrip("/")

    def whole(self, asked_for: str) -> str:
        """What the provider has called, of the path and query that came."""
        return self._public_url + asked_for

    def begin(self, transaction_id: str, token: str) -> str:
        return self._url(Address(transaction_id, Step.START, token, 0))

    def progress(self, transaction_id: str, token: str) -> str:
        return self._url(Address(transaction_id, None, token))

    def following(self, at: Dialogue, address: Address) -> tuple[str, str]:
        """Where the answer goes, and where the step that follows is asked for."""
        here = replace(address, turn=at.turn, answers=False)
        if address.step is Step.CONTEXT:
            answer, step = replace(here, answers=True), Step.TRANSFERRED
        elif at.transfers:
            answer, step = replace(here, step=Step.CONTEXT), Step.TRANSFERRED
        else:
            answer, step = replace(here, step=at.step, answers=True), GO_ON.get(at.step, at.step)
        return self._url(answer, at.retry), self._url(replace(here, step=step))

    def _url(self, address: Address, retry: int | None = None) -> str:
        # A proxy that decodes %3A would break the signature: these stand in a path as they are.
        transaction_id = quote(address.transaction_id, safe=":@")
        path = (
            f"/status/{transaction_id}" if address.step is None else f"/voice/{transaction_id}/{address.step}"
        )
        query = {"retry": retry, "turn": address.turn, "call": address.token}
        told = urlencode({name: value for name, value in query.items() if value is not None})
        return self.whole(f"{path}{'/response' if address.answers else ''}?{told}")
