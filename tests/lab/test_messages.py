"""Made-up messages: scripts are read, drawn from and told apart, and what is planted in a text can be found there."""

import re
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from ringfence.errors import BadInput
from ringfence.lab.messages.generator import messages, one_message
from ringfence.lab.messages.noise import disguised
from ringfence.lab.messages.script import Family, families, families_of
from ringfence.lab.messages.values import MAKERS, maker_of
from ringfence.model.scam import ScamType

SCRIPT = """\
label scam
type kyc
language en
country IN

hello:
    Dear {$bank} user
    Attention

= notice sms
text:
    {hello}, your account is (blocked|on hold)[ today]. Pay {amount 10 20} to {upi}. \\(free\\)
    {hello}: KYC pending, call {mobile}. {$bank}
"""


def _family(text: str = SCRIPT) -> Family:
    (family,) = families_of("kyc.en-IN", text)
    return family


def test_a_family_tells_many_messages_the_same_for_the_same_seed() -> None:
    told = [message.text for message in messages(_family(), 40, 1)]
    assert len(set(told)) == 40
    assert told == [message.text for message in messages(_family(), 40, 1)]
    assert told[:10] == [message.text for message in messages(_family(), 10, 1)]
    assert told != [message.text for message in messages(_family(), 40, 2)]


def test_the_same_slot_is_the_same_throughout_a_message() -> None:
    line = "{hello}: KYC pending, call {mobile}. {$bank}"
    honest = _family(
        SCRIPT.replace(line, "{$digits 9}|{$digits 9}|{digits 9}").replace("label scam", "label legit")
    )
    told = [one_message(honest, number, 1).text.split("|") for number in range(40)]
    assert any(len(parts) == 3 for parts in told)
    for first, same, other in (parts for parts in told if len(parts) == 3):
        assert first == same != other


def test_what_is_planted_stands_in_the_text() -> None:
    kinds = Counter(one.kind for message in messages(_family(), 60, 1) for one in message.planted)
    assert set(kinds) == {"upi", "phone"}
    for message in messages(_family(), 60, 1):
        assert all(one.surface in message.text for one in message.planted)


@pytest.mark.parametrize(
    ("slip", "told"),
    [
        (SCRIPT.replace("[ today]", "[ today"), "kyc.en-IN, line 12: no ] after"),
        (SCRIPT.replace("(blocked|on hold)", "blocked)"), "kyc.en-IN, line 12: a bracket too many"),
        (SCRIPT.replace("label scam", "label fraud"), "label is one of legit, promo, scam"),
        (SCRIPT.replace("country IN\n", ""), "lacks country"),
        (SCRIPT.replace("text:", "tell:"), "family notice has no text:"),
        (SCRIPT.replace("sms", "post"), "family notice comes as one of sms, chat, voice"),
    ],
)
def test_a_slip_in_a_script_is_told_with_its_place(slip: str, told: str) -> None:
    with pytest.raises(BadInput, match=told.replace("]", r"\]")):
        _family(slip)


def test_a_slot_that_nothing_explains_is_told() -> None:
    with pytest.raises(BadInput, match=r"kyc.en-IN/notice: \{hollo\}: no rule and no value of that name"):
        list(messages(_family(SCRIPT.replace("{hello}", "{hollo}")), 5, 1))
    with pytest.raises(BadInput, match=r"\{amount 20 0\} asks for what there is not"):
        list(messages(_family(SCRIPT.replace("{amount 10 20}", "{amount 20 0}")), 5, 1))
    endless = SCRIPT.replace("    Attention", "    {hello}").replace("    Dear {$bank} user\n", "")
    with pytest.raises(BadInput, match=r"\{hello\} lies in itself"):
        list(messages(_family(endless), 5, 1))


def test_every_script_of_the_package_tells_messages_of_its_own() -> None:
    for family in families():
        assert len(list(messages(family, 25, 7))) >= 10, family.name


def test_every_scam_type_and_every_language_has_scripts_and_honest_texts_beside_them() -> None:
    everything = families()
    scams = {family.type for family in everything if family.label == "scam"}
    assert scams == {str(one) for one in ScamType}
    spoken = Counter((family.language, family.label == "scam") for family in everything)
    for language in {family.language for family in everything}:
        assert spoken[language, True] >= 3, language
        assert spoken[language, False] >= 3, language


def test_the_page_names_every_value_that_can_be_made_up() -> None:
    page = (Path(__file__).parents[2] / "docs/messages.md").read_text(encoding="utf-8")
    for name in MAKERS:
        assert re.search(rf"`{name}( [A-Z ]+)?`", page), name


@pytest.mark.parametrize("country", ["IN", "US", "GB", "NG", "KE", "SG", "PH", "AU", "DE"])
def test_every_value_can_be_made_up_in_every_country(country: str) -> None:
    given = {"digits": "4 8", "code": "8", "number": "2 9", "amount": "500 900000"}
    for name in MAKERS:
        for seed in range(30):
            assert maker_of(country)(f"{name} {given.get(name, '')}".strip(), Random(seed), {}).text


def test_a_disguise_can_still_be_read_aloud() -> None:
    told = "Your bank account will be blocked, click to verify KYC"
    spelt = {disguised(told, Random(seed)) for seed in range(20)}
    assert len(spelt) > 15
    assert told not in spelt
