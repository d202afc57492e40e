"""The process that judges messages: that it comes back whatever happens to it, and that nobody waits for ever."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable

import pytest

from ringfence.app.turns import Turn
from ringfence.app.worker import Worker
from ringfence.app.worker_main import Head, Judge, Tell, Told
from ringfence.content.analysis import packaged
from ringfence.errors import Unavailable
from ringfence.identifiers import Regions

KYC = "Your SBI account will be blocked, update KYC at http://sbi-kyc.top/x immediately"


def run(work: Callable[[Worker], Awaitable[None]], **more: object) -> None:
    async def with_worker() -> None:
        worker = Worker(packaged, Regions(), **more)  # type: ignore[arg-type]
        try:
            await work(worker)
        finally:
            await worker.stop()

    asyncio.run(with_worker())


def tell(worker: Worker, text: str = KYC) -> Awaitable[Told]:
    return worker.tell(Tell(Turn(text), 0, Head("r1", "shield")))


def test_the_answer_and_the_finding_come_from_another_process() -> None:
    async def work(worker: Worker) -> None:
        told = await tell(worker)
        assert told.answer.startswith(b'{"request_id": "r1"')
        assert told.finding is not None
        assert worker.process_id not in {None, os.getpid()}
        analysis = await worker.judge(Judge(Turn("See you at lunch"), 0))
        assert analysis.verdict.label == "legit"

    run(work)


def test_events_go_before_it_wherever_the_system_shares_processors_out() -> None:
    async def work(worker: Worker) -> None:
        await tell(worker)
        process = worker.process_id
        assert process is not None
        assert os.getpriority(os.PRIO_PROCESS, process) > os.getpriority(os.PRIO_PROCESS, 0)
        assert os.getsid(process) == os.getsid(0)  # being nice counts within a session alone
        assert os.getpgid(process) == process  # Ctrl-C is for the server

    run(work)


def test_messages_that_were_under_way_when_it_died_are_answered_all_the_same() -> None:
    async def work(worker: Worker) -> None:
        await tell(worker)
        before = worker.process_id
        assert before is not None
        os.kill(before, signal.SIGSTOP)
        asked = [asyncio.ensure_future(tell(worker, f"{KYC} {n}")) for n in range(20)]
        await asyncio.sleep(0)
        os.kill(before, signal.SIGKILL)
        told = await asyncio.gather(*asked)
        assert len({one.finding.finding_id for one in told if one.finding}) == 20
        assert worker.process_id != before
        assert worker.up

    run(work)


def test_a_message_that_takes_too_long_is_given_up_and_the_others_are_not() -> None:
    async def work(worker: Worker) -> None:
        await tell(worker)
        assert worker.process_id is not None
        os.kill(worker.process_id, signal.SIGSTOP)
        first, second = (asyncio.ensure_future(tell(worker, f"{KYC} {n}")) for n in range(2))
        with pytest.raises(Unavailable) as refused:
            await first
        assert refused.value.retry_after
        assert (await second).finding is not None

    run(work, patience=0.5)


def test_only_so_many_wait_and_batches_have_places_of_their_own() -> None:
    async def work(worker: Worker) -> None:
        await tell(worker)
        single = await asyncio.gather(*(tell(worker) for _ in range(120)), return_exceptions=True)
        refused = [one for one in single if isinstance(one, Unavailable)]
        assert len(refused) == 24
        assert {(one.code, one.retry_after) for one in refused} == {("busy", 1)}
        crowd = [asyncio.ensure_future(tell(worker)) for _ in range(96)]
        await asyncio.sleep(0)
        assert await worker.tell(Tell(Turn(KYC), 0, Head("", "")), of_many=True)
        await asyncio.gather(*crowd)

    run(work)


@pytest.mark.parametrize("command", [("/nonexistent",), (sys.executable, "-c", "raise SystemExit(1)")])
def test_where_it_cannot_be_started_everybody_is_told_so_at_once(command: tuple[str, ...]) -> None:
    async def work(worker: Worker) -> None:
        for _ in range(2):
            with pytest.raises(Unavailable, match="down") as refused:
                await tell(worker)
            assert refused.value.retry_after == 5
        assert not worker.up

    run(work, command=command)


def test_an_end_refuses_who_still_waits() -> None:
    async def work(worker: Worker) -> None:
        await tell(worker)
        process = worker.process_id
        assert process is not None
        os.kill(process, signal.SIGSTOP)
        asked = asyncio.ensure_future(tell(worker))
        await asyncio.sleep(0)
        await worker.stop()
        with pytest.raises(Unavailable, match="ending"):
            await asked
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)
        with pytest.raises(Unavailable, match="ending"):
            await tell(worker)

    run(work)


def test_it_ends_quietly_with_its_server() -> None:
    program = (
        "import asyncio, os\n"
        "from ringfence.app.worker import Worker\n"
        "from ringfence.identifiers import Regions\n"
        "from ringfence.content.analysis import packaged\n"
        "async def main():\n"
        "    worker = Worker(packaged, Regions())\n"
        "    worker.start()\n"
        "    while worker.process_id is None: await asyncio.sleep(0.01)\n"
        "    os.kill(os.getpid(), 9)\n"
        "asyncio.run(main())\n"
    )
    # It has the server's standard error, which ends when the last of the two has.
    started = subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE)
    assert started.communicate(timeout=30)[1] == b""
    assert started.returncode == -signal.SIGKILL
