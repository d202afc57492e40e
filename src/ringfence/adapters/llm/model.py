"""The port `LanguageModel`, filled by pydantic-ai, which is imported when it is used and not before."""

import asyncio
import logging
import threading
from typing import TYPE_CHECKING

from ringfence.errors import Unavailable
from ringfence.model.opinion import Opinion
from ringfence.settings.llm import LlmProvider, LlmSettings

if TYPE_CHECKING:
    from ringfence.adapters.llm.asking import Asking

_log = logging.getLogger(__name__)

_SUCCESSORS = {"gemini-2.0-flash": "gemini-3.8-flash"}
"""Of models that their maker has shut down."""


class PydanticAi:
    """`name` is the model that is asked: the successor of the one in the settings, where that was shut down."""

    def __init__(self, settings: LlmSettings) -> None:
        self._settings = settings
        wanted = settings.model_name
        gemini = settings.asked is LlmProvider.GEMINI
        self.name = _SUCCESSORS.get(wanted, wanted) if gemini else wanted
        if self.name != wanted:
            _log.warning(
                "%s was shut down by its maker; its successor %s is asked instead", wanted, self.name
            )
        self._asking: Asking | None = None
        self._opening = threading.Lock()

    def open(self) -> None:
        self._opened()

    async def judge(self, message: str) -> Opinion:
        asking = self._asking
        if asking is None:
            asking = await asyncio.to_thread(self._opened)
        return await asking.judge(message)

    async def close(self) -> None:
        if self._asking is not None:
            await self._asking.close()

    def _opened(self) -> "Asking":
        with self._opening:
            if self._asking is None:
                try:
                    from ringfence.adapters.llm.asking import Asking
                except ImportError:
                    raise Unavailable(
                        f"{self.name} can't be asked, since a package is missing: pip install 'ringfence[llm]'",
                        code="model_failed",
                    ) from None
                self._asking = Asking(self._settings, self.name)
            return self._asking
