"""Asks a language model about a message, within time and cost, and raises the verdict where it says so.

    text, verdict → wanted? → masked → cache, limits → model → raised verdict, what the answer tells of it

Whatever goes wrong, the embedded verdict stands and the answer says what went wrong.
"""

import asyncio
import logging
from collections.abc import Callable
from hashlib import sha256

from ringfence.adapters.llm.model import PydanticAi
from ringfence.app.opinion_bounds import AnswerCache, AskingLimits
from ringfence.content.second_opinion import raised, wanted
from ringfence.errors import TooMany, Unavailable
from ringfence.identifiers.masked import masked
from ringfence.model.opinion import Opinion, OpinionStatus, SecondOpinion
from ringfence.model.verdict import Verdict
from ringfence.ports import LanguageModel
from ringfence.settings import LlmSettings

_log = logging.getLogger(__name__)

_LONGEST = 10_000
"""Characters of a message that a model is shown; what is sent is paid for."""
_STATUS = {"model_refused": OpinionStatus.REFUSED, "model_timed_out": OpinionStatus.TIMED_OUT}
_KEPT = (OpinionStatus.GIVEN, OpinionStatus.REFUSED)
"""What is about the message, and not about the moment."""


def opinions(settings: LlmSettings, clock: Callable[[], int]) -> "Opinions | None":
    """None where nobody is to be asked. Loads nothing heavy yet: `Opinions.open` or the first question does."""
    return Opinions(PydanticAi(settings), settings, clock) if settings.asked is not None else None


class Opinions:
    """For one event loop. `clock` gives nanoseconds since 1970 UTC."""

    def __init__(self, model: LanguageModel, settings: LlmSettings, clock: Callable[[], int]) -> None:
        self._model = model
        self._settings = settings
        self._clock = clock
        self._cache = AnswerCache(settings.cache_seconds, settings.cache_entries)
        self._limits = AskingLimits(settings.requests_per_minute, settings.requests_per_day)
        self._at_once = asyncio.Semaphore(settings.concurrency)
        self._asking: dict[bytes, asyncio.Task[SecondOpinion]] = {}

    def open(self) -> None:
        """Loads the model's packages, a second or two, so that no question and no call waits for that."""
        try:
            self._model.open()
        except Unavailable as error:
            _log.warning("no second opinions: %s", error.detail)

    async def asked(self, text: str, verdict: Verdict) -> tuple[Verdict, SecondOpinion | None]:
        """The verdict, raised where a second opinion says so, and that opinion; None where none was wanted."""
        if not wanted(verdict, self._settings.ask, self._settings.band):
            return verdict, None
        told = await self._answer(masked(text, verdict.identifiers)[:_LONGEST])
        return (verdict if told.opinion is None else raised(verdict, told.opinion)), told

    async def close(self) -> None:
        """Gives up what is being asked."""
        asking = tuple(self._asking.values())
        for task in asking:
            task.cancel()
        if asking:
            await asyncio.wait(asking)
        await self._model.close()

    async def _answer(self, text: str) -> SecondOpinion:
        """Equal questions that come while one is being asked wait for its answer; who goes away takes nobody's."""
        key = sha256(f"{self._model.name}\0{text}".encode("utf-8", "surrogatepass")).digest()
        known = self._cache.get(key, self._clock())
        if known is not None:
            return known
        task = self._asking.get(key)
        if task is None:
            limit = self._limits.take(self._clock())
            if limit is not None:
                return self._told(OpinionStatus.LIMITED, limit)
            task = asyncio.create_task(self._ask(key, text))
            self._asking[key] = task
            task.add_done_callback(lambda _: self._asking.pop(key, None))
        await asyncio.wait({task})
        return (
            self._told(OpinionStatus.FAILED, "The server is ending.") if task.cancelled() else task.result()
        )

    async def _ask(self, key: bytes, text: str) -> SecondOpinion:
        told = await self._outcome(text)
        if told.status in _KEPT:
            self._cache.put(key, told, self._clock())
        return told

    async def _outcome(self, text: str) -> SecondOpinion:
        try:
            async with asyncio.timeout(self._settings.timeout_seconds), self._at_once:
                opinion = await self._judged(text)
        except TimeoutError:
            seconds = f"{self._settings.timeout_seconds:g} s"
            return self._told(OpinionStatus.TIMED_OUT, f"{self._model.name} did not answer within {seconds}.")
        except TooMany as error:
            self._limits.pause(self._clock(), error.retry_after)
            return self._told(OpinionStatus.LIMITED, error.detail)
        except Unavailable as error:
            return self._told(_STATUS.get(error.code, OpinionStatus.FAILED), error.detail)
        sure = f"{opinion.confidence:.0%} sure"
        detail = (
            f"{self._model.name} takes it for {opinion.label.value}, {sure}. It can only raise a verdict."
        )
        return self._told(OpinionStatus.GIVEN, detail, opinion)

    async def _judged(self, text: str) -> Opinion:
        """A broken connection or a provider in trouble is tried once more, if the limits have a request for it."""
        try:
            return await self._model.judge(text)
        except Unavailable as error:
            if error.code != "model_unreachable" or self._limits.take(self._clock()) is not None:
                raise
        return await self._model.judge(text)

    def _told(self, status: OpinionStatus, detail: str, opinion: Opinion | None = None) -> SecondOpinion:
        return SecondOpinion(status, opinion, self._model.name, detail)
