"""The telephones of a server whose calls are simulated, as the simulator and whoever answers meet them."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from ringfence.adapters.telephony.callee import PickUp, Question, Sentence
from ringfence.adapters.telephony.phones import Phones, PhoneState
from ringfence.errors import Conflict, NotFound
from ringfence.model.verification import CallStatus, Heard

NUMBER = "+919876543210"
YES_NO = Question(speech=True, keys=1)


async def dialogue(phones: Phones, call: str) -> list[Heard | None]:
    """What the simulator does with a call of two questions."""
    if await phones.rings(call, NUMBER) is not PickUp.HUMAN:
        await phones.is_over(call, CallStatus.NO_ANSWER, "")
        return []
    heard: list[Heard | None] = []
    for asked in ("Am I speaking with Asha Rao?", "Was it you?"):
        await phones.hears(call, Sentence(asked))
        heard.append(await phones.answers(call, YES_NO))
        if heard[-1] is None:
            break
    await phones.is_over(call, CallStatus.COMPLETED, "")
    return heard


def played(phones: Phones, person: Callable[[], Awaitable[None]]) -> list[Heard | None]:
    async def both() -> list[Heard | None]:
        call = asyncio.create_task(dialogue(phones, "CA1"))
        await asyncio.sleep(0)
        await person()
        return await call

    return asyncio.run(both())


def test_who_picks_up_hears_the_first_question_and_answers_go_on_to_the_next() -> None:
    phones = Phones()

    async def person() -> None:
        assert [one.state for one in phones.all()] == [PhoneState.RINGING]
        phone = await phones.pick_up("CA1", PickUp.HUMAN)
        assert ([one.text for one in phone.lines], phone.question) == (
            ["Am I speaking with Asha Rao?"],
            YES_NO,
        )
        phone = await phones.answer("CA1", Heard("yes", 0.9))
        assert phone.lines[-1].text == "Was it you?"
        phone = await phones.answer("CA1", Heard(digits="2"))
        assert (phone.state, phone.status, phone.question) == (PhoneState.OVER, CallStatus.COMPLETED, None)

    assert played(phones, person) == [Heard("yes", 0.9), Heard(digits="2")]


def test_who_hangs_up_is_asked_no_more() -> None:
    phones = Phones()

    async def person() -> None:
        await phones.pick_up("CA1", PickUp.HUMAN)
        assert (await phones.answer("CA1", None)).state is PhoneState.OVER

    assert played(phones, person) == [None]


def test_a_telephone_that_nobody_picks_up_stops_ringing_and_a_silent_one_is_hung_up() -> None:
    async def nothing() -> None: ...

    assert played(Phones((0.0, 1.0)), nothing) == []
    phones = Phones((1.0, 0.0))

    async def only_picks_up() -> None:
        await phones.pick_up("CA1", PickUp.HUMAN)

    assert played(phones, only_picks_up) == [None]


def test_what_can_not_be_done_is_said() -> None:
    phones = Phones()

    async def person() -> None:
        with pytest.raises(NotFound):
            phones.one("CA2")
        with pytest.raises(Conflict) as early:
            await phones.answer("CA1", Heard("yes"))
        assert early.value.code == "phone_not_asked"
        await phones.pick_up("CA1", PickUp.HUMAN)
        with pytest.raises(Conflict) as late:
            await phones.pick_up("CA1", PickUp.BUSY)
        assert late.value.code == "phone_not_ringing"
        await phones.answer("CA1", None)

    played(phones, person)


def test_the_oldest_that_are_over_give_way() -> None:
    phones = Phones((0.0, 0.0))

    async def many() -> None:
        for number in range(1_300):
            await dialogue(phones, f"CA{number}")

    asyncio.run(many())
    assert len(phones.all()) == 1_200
    assert phones.all()[0].call == "CA1299"
