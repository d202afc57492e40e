"""Whatever stands in a bank's file, what is made of it is a document that Twilio takes, and no card number in it."""

from collections.abc import Iterator
from typing import Any

import pytest
from tests.made_up import ASHA_ROW
from tests.stand_ins import twilio

from .calling import CallDesk, call_desk
from .conftest import MakeSite

pytestmark = pytest.mark.skipif(not twilio.DESCRIPTION.is_file(), reason=twilio.MISSING)

WAYS = (("1", "2", "2", "2", "1"), ("1", "2", "", "", "", ""), ("1", "1"), ("2",))
"""Between them all questions, in words and by keys alone, and most goodbyes."""


@pytest.fixture
def desk(site_with: MakeSite) -> Iterator[CallDesk]:
    with call_desk(site_with) as made:
        yield made


def spoken(desk: CallDesk, **changed: Any) -> str:
    """What is said in calls about payments with these fields; each document is held to the rules on its way."""
    heard = []
    name = changed.pop("id", "ROW")
    for number, way in enumerate(WAYS):
        row = ASHA_ROW | changed | {"id": f"{name}{number}"}
        desk.brings(row)
        call = desk.calls(row["id"]).rings().says(*way)
        if call.dialled:
            assert not call.colleague()
            call.returns("no-answer", joined=False)
            heard += call.colleague_heard
        assert call.over
        heard += call.ends().spoken
    return " ".join(heard)


@pytest.mark.parametrize(
    "language", ["en-GB", "en", "HI-in", "en-001", "en-Latn-IN", "hi-Deva-IN", "ta-IN", "yue"]
)
def test_a_call_is_made_in_whatever_language_the_file_names(desk: CallDesk, language: str) -> None:
    assert ("आशा" if language.lower().startswith("hi") else "Thank you") in spoken(
        desk, language=language, client_name="आशा"
    )


@pytest.mark.parametrize(
    "card",
    [
        "5555555555554444",
        "5555 5555 5555 4444",
        "5555.5555.5555.4444",
        "5555, 5555, 5555, 4444",
        "५५५५५५५५५५५५४४४४",
    ],
)
def test_another_card_number_in_a_name_is_not_said(desk: CallDesk, card: str) -> None:
    told = spoken(desk, client_name=f"Asha {card}", bank_name=f"{card} Bank", merchant_name=f"Shop {card}")
    assert all(word in told for word in ("Asha", "Bank", "Shop"))
    assert card[-4:] not in told


@pytest.mark.parametrize(
    "name",
    [
        "</Say><Hangup/>",
        "Rao & Söhne <GmbH>",
        "{last_four} {0}",
        "%s",
        "Asha\u202e",
        "🙏🏽",
        "\"'`",
        "]]>",
    ],
)
def test_a_name_is_words_and_no_more(desk: CallDesk, name: str) -> None:
    spoken(desk, client_name=name, bank_name=name, merchant_name=name)


@pytest.mark.parametrize("transaction_id", ["T", "A.B~C:1@x-_", "...", "step0", "response", "T" * 63])
def test_whatever_id_the_file_gives_leads_back_to_its_call(desk: CallDesk, transaction_id: str) -> None:
    spoken(desk, id=transaction_id)


def test_a_server_behind_a_path_of_its_own_is_reached_there(site_with: MakeSite) -> None:
    with call_desk(site_with, PUBLIC_URL="https://desk.example:8443/fraud/desk/") as desk:
        desk.public = "https://desk.example:8443/fraud/desk"
        spoken(desk)


@pytest.mark.parametrize("language", ["en-IN", "hi-IN"])
@pytest.mark.parametrize("letter", ["&", "श", "🙏"])
def test_the_longest_names_and_addresses_still_fit(site_with: MakeSite, language: str, letter: str) -> None:
    public = "https://desk.example/" + "p" * 1_003
    names = {"client_name": letter * 100, "bank_name": letter * 100, "merchant_name": letter * 150}
    with call_desk(
        site_with, PUBLIC_URL=public, RINGFENCE_TELEPHONY__TRANSFER_NUMBER="+912250001234"
    ) as desk:
        spoken(desk, id="~" * 63, language=language, amount=123456789.99, currency="SGD", **names)
