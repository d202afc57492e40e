"""The server's desk for messages: to the process that judges, to a second opinion, into the records, then the answer.

The answers are made where the messages are judged (`worker_main`): what is left here is short, because events wait for
it.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

from ringfence.app.second_opinion import Opinions
from ringfence.app.turns import Turn
from ringfence.app.worker import Worker
from ringfence.app.worker_main import Head, Judge, Judged, Tell
from ringfence.ports import FindingRecords


class Analyses:
    """`clock` gives nanoseconds since 1970 UTC, `new_id` a session that nobody can guess.

    All but `close` belongs to the running event loop.
    """

    def __init__(
        self,
        worker: Worker,
        records: FindingRecords,
        clock: Callable[[], int],
        opinions: Opinions | None = None,
        new_id: Callable[[], str] = lambda: str(uuid4()),
    ) -> None:
        self._worker = worker
        self._records = records
        self._clock = clock
        self._opinions = opinions
        self._new_id = new_id

    @property
    def up(self) -> bool:
        return self._worker.up

    @property
    def process_id(self) -> int | None:
        """Of the process that judges, while there is one."""
        return self._worker.process_id

    def start(self) -> None:
        """Has all of it ready soon."""
        self._worker.start()
        if self._opinions is not None:
            asyncio.get_running_loop().run_in_executor(None, self._opinions.open)

    async def stop(self) -> None:
        await self._worker.stop()
        if self._opinions is not None:
            await self._opinions.close()

    def close(self) -> None:
        self._worker.close()

    async def message(self, text: str, owner: str, session_id: str | None, head: Head) -> bytes:
        """The answer to one message, as JSON; where no session is named it begins one. Raises Unavailable."""
        turn = Turn(text, owner, session_id or self._new_id(), fresh=session_id is None)
        return await self._answer(turn, head, of_many=False)

    async def line(self, text: str, owner: str, session_id: str | None, head: Head) -> bytes:
        """The same to one of many; where no session is named it stands by itself. Raises Unavailable."""
        return await self._answer(Turn(text, owner, session_id), head, of_many=True)

    async def _answer(self, turn: Turn, head: Head, *, of_many: bool) -> bytes:
        judged = None if self._opinions is None else await self._judged(self._opinions, turn, of_many=of_many)
        told = await self._worker.tell(Tell(turn, self._clock(), head, judged), of_many=of_many)
        if told.finding is not None:
            await asyncio.wrap_future(self._records.write_finding(told.finding))
        return told.answer

    async def _judged(self, opinions: Opinions, turn: Turn, *, of_many: bool) -> Judged:
        analysis = await self._worker.judge(Judge(turn, self._clock()), of_many=of_many)
        verdict, second = await opinions.asked(turn.text, analysis.verdict)
        return replace(analysis, verdict=verdict), second
