"""The strategy behind a message, in words and as a vector."""

import pytest

from ringfence.content.fingerprint import deed, fingerprint
from ringfence.content.lexicon import lexicon
from ringfence.content.likeness import likeness
from ringfence.content.reading import read
from ringfence.model.fingerprint import Authority, Fingerprint, Tactic


def of(text: str) -> Fingerprint:
    return fingerprint(read(text))


BLOCK = (
    "Dear SBI customer, your account will be blocked within 24 hours. Update your KYC: click the link below."
)
BLOCK_IN_OTHER_WORDS = (
    "HDFC: netbanking has been suspended! Verify your details today only, click here immediately."
)
MUM = "Hi mum, I lost my phone and this is my new number. Can you send money today? Please don't tell dad."


def test_claims_demands_and_pressure_are_named() -> None:
    told = of(BLOCK)
    assert told.authorities == (Authority.BANK,)
    assert {Tactic.URGENCY, Tactic.FEAR, Tactic.CREDENTIAL_HARVESTING, Tactic.LINK_BAIT} <= set(told.tactics)
    assert told.urgency_phrases == ("within 24 hours",)
    assert told.credentials == ("login",)
    assert told.summary.startswith("The sender claims to be a bank, presses for time, frightens")


def test_a_son_in_need_asks_for_money_and_secrecy_on_another_channel() -> None:
    told = of(MUM)
    assert told.authorities == (Authority.FAMILY,)
    assert {Tactic.SECRECY, Tactic.PAYMENT_DEMAND, Tactic.CHANNEL_SWITCH} <= set(told.tactics)
    assert told.channel_switch == "text"


@pytest.mark.parametrize(
    "warning",
    [
        "445566 is your OTP. Do not share the OTP with anyone. - ICICI Bank",
        "Never share your OTP, UPI PIN or card number. The bank never asks for them.",
        "445566 आपका ओटीपी है। किसी के साथ साझा न करें।",
    ],
)
def test_a_warning_is_no_demand(warning: str) -> None:
    told = of(warning)
    assert told.credentials == ()
    assert Tactic.CREDENTIAL_HARVESTING not in told.tactics


def test_the_same_script_in_other_words_is_more_alike_than_another_script() -> None:
    one, same, other = of(BLOCK), of(BLOCK_IN_OTHER_WORDS), of(MUM)
    assert likeness(one, one) == pytest.approx(1)
    assert likeness(one, same) > likeness(one, other) + 0.3


def test_a_text_that_says_nothing_is_like_nothing() -> None:
    told = of("ok, see you")
    assert not any(told.vector)
    assert likeness(told, told) == 0.0
    assert told.summary == "No strategy of a scam is seen."


def test_what_any_phrase_of_the_lexicon_does_can_be_said() -> None:
    kinds = {(phrase.tactic, phrase.kind) for phrase in lexicon().phrases} - {("advice", "")}
    assert all(deed(tactic, kind) for tactic, kind in kinds)
