"""What a card holder hears, in both languages."""

import re
import string
from dataclasses import fields, replace
from decimal import Decimal

import pytest
from tests.made_up import ASHA

from ringfence.model.transaction import TransactionStatus
from ringfence.model.verification import Dialogue, Step
from ringfence.verification.dialogue import QUESTIONS
from ringfence.verification.lines import Desk, prompt
from ringfence.verification.words import words_of
from ringfence.verification.words.spoken import Question, Words

DESK = Desk("471209", transfer_to="+912250001234")
PLACES = [step for step in Step if step not in (Step.CONTEXT, Step.TRANSFERRED)]
SECRETS = ("1 1 1 1", "1111", "15,499", "Example Store", "January", "जनवरी")


def heard(at: Dialogue, language: str = "en-IN", desk: Desk = DESK) -> str:
    return " ".join(prompt(at, replace(ASHA, language=language), desk).sentences)


def test_the_call_begins_by_name_and_tells_nothing_of_the_card() -> None:
    assert heard(Dialogue()) == (
        "Hello. This is an automated call from Example Bank. Am I speaking with Asha Rao? "
        "Say yes or press 1. Say no or press 2."
    )


@pytest.mark.parametrize("language", ["en-IN", "hi-IN"])
@pytest.mark.parametrize("over", [False, True])
@pytest.mark.parametrize("outcome", [None, *TransactionStatus])
@pytest.mark.parametrize("retry", [0, 2, 3])
@pytest.mark.parametrize("repeats", [False, True])
def test_no_ear_but_the_right_one_hears_card_amount_or_merchant(
    language: str, over: bool, outcome: TransactionStatus | None, retry: int, repeats: bool
) -> None:
    at = Dialogue(retry=retry, digits_only=retry > 2, outcome=outcome, over=over, repeats=repeats)
    told = heard(at, language, Desk("471209"))
    assert not [one for one in SECRETS if one in told]


def test_the_right_party_hears_what_the_question_is_about() -> None:
    told = heard(Dialogue(step=Step.AUTHORISED, turn=1))
    assert "Did you make a payment of 15,499 rupees and 50 paise at Example Store on 15 January" in told
    assert "ending in 1 1 1 1?" in told
    assert "Your reference is 4 7 1 2 0 9." in told
    assert "never ask for your PIN" in told
    hindi = heard(Dialogue(step=Step.AUTHORISED, turn=1), "hi-IN")
    assert "15,499 रुपये 50 पैसे" in hindi
    assert "15 जनवरी" in hindi


def test_a_question_asked_again_is_short_and_keys_alone_are_said_to_be() -> None:
    again = heard(Dialogue(step=Step.AUTHORISED, turn=2, retry=1))
    assert again.startswith("Sorry, that was not clear. Did you make a payment")
    keys = prompt(Dialogue(step=Step.AUTHORISED, turn=4, retry=3, digits_only=True), ASHA, DESK)
    assert keys.sentences[-2:] == (
        "Please answer with the keys of your phone.",
        "Press 1 for yes. Press 2 for no.",
    )
    assert keys.listen is not None
    assert not keys.listen.speech


def test_who_asks_for_the_question_again_hears_it_as_it_was() -> None:
    greeting = heard(Dialogue())
    assert heard(Dialogue(turn=1, retry=1, repeats=True)) == greeting
    asked = Dialogue(step=Step.AUTHORISED, turn=2)
    assert heard(replace(asked, retry=2, repeats=True)) == heard(asked)
    keys = heard(replace(asked, retry=3, digits_only=True, repeats=True), "hi-IN")
    assert "माफ़ कीजिए" not in keys
    assert "4 7 1 2 0 9" in keys


def test_consent_is_asked_for_without_a_word_about_the_payment() -> None:
    for language in ("en-IN", "hi-IN"):
        told = heard(Dialogue(step=Step.CONSENT, turn=1), language)
        assert not [one for one in SECRETS if one in told]
    assert heard(Dialogue(step=Step.CONSENT, turn=1)) == (
        "For your safety and ours we would like to record this call. May we? "
        "Say yes or press 1. Say no or press 2."
    )


def test_recording_begins_with_the_question_that_follows_a_yes_and_a_no_is_confirmed() -> None:
    first = Dialogue(step=Step.AUTHORISED, turn=2)
    agreed, refused = (prompt(replace(first, recorded=one), ASHA, DESK) for one in (True, False))
    assert (agreed.records, refused.records) == (True, False)
    assert refused.sentences == ("This call is not recorded.", *agreed.sentences)
    assert agreed.sentences == prompt(first, ASHA, DESK).sentences
    for later in (replace(first, retry=1), replace(first, step=Step.SHARED)):
        asked = [prompt(replace(later, recorded=one), ASHA, DESK) for one in (True, False, None)]
        assert not any(one.records for one in asked)
        assert len({one.sentences for one in asked}) == 1


@pytest.mark.parametrize(
    "at",
    [
        Dialogue(step=Step.BLOCKED),
        Dialogue(step=Step.OTHERS, outcome=TransactionStatus.FRAUD, over=True),
    ],
)
def test_it_is_the_bank_that_blocks_the_card(at: Dialogue) -> None:
    assert "our bank will block" in heard(at)
    assert "आपका बैंक" in heard(at, "hi-IN")
    assert "We will" not in heard(at)
    assert "देंगे" not in heard(at, "hi-IN")


@pytest.mark.parametrize("language", ["en-IN", "hi-IN"])
def test_no_number_to_call_back_is_told_but_that_on_the_card(language: str) -> None:
    ends = [Dialogue(step=Step.AUTHORISED, outcome=one, over=True) for one in TransactionStatus]
    for at in (*ends, *(Dialogue(step=step) for step in PLACES)):
        assert not re.search(r"\d(?: ?\d){6,}", heard(at, language))


@pytest.mark.parametrize("step", sorted(QUESTIONS))
@pytest.mark.parametrize("language", ["en-GB", "hi-IN"])
def test_every_question_names_its_choices_and_their_keys(step: Step, language: str) -> None:
    for digits_only in (False, True):
        told = heard(Dialogue(step=step, digits_only=digits_only), language)
        assert "1" in told
        assert "2" in told


def test_a_call_is_put_through_or_ends() -> None:
    over = Dialogue(step=Step.AUTHORISED, over=True, transfers=True)
    assert prompt(over, ASHA, DESK).transfer_to == "+912250001234"
    taken = prompt(replace(over, taken=True, outcome=TransactionStatus.TRANSFERRED), ASHA, DESK)
    assert (taken.transfer_to, taken.sentences) == (None, ())
    resolved = prompt(replace(over, transfers=False, outcome=TransactionStatus.RESOLVED), ASHA, DESK)
    assert (resolved.transfer_to, resolved.listen, resolved.go_on) == (None, None, None)
    assert "this payment is yours" in resolved.sentences[0]


@pytest.mark.parametrize("step", [Step.START, Step.AUTHORISED])
@pytest.mark.parametrize("language", ["en-IN", "hi-IN"])
def test_where_no_colleague_is_free_the_number_on_the_card_is(step: Step, language: str) -> None:
    at = Dialogue(step=step, over=True, transfers=True, taken=False, outcome=TransactionStatus.UNVERIFIED)
    told = heard(at, language)
    assert prompt(at, ASHA, DESK).transfer_to is None
    assert "4 7 1 2 0 9" in told
    assert ("back of your card" if language == "en-IN" else "कार्ड के पीछे") in told
    assert not [one for one in SECRETS if one in told]
    denied = heard(replace(at, outcome=TransactionStatus.FRAUD), language)
    assert ("as fraud" if language == "en-IN" else "धोखाधड़ी") in denied


@pytest.mark.parametrize("language", ["en-IN", "hi-IN"])
def test_who_has_not_said_to_be_somebody_else_is_asked_to_call_the_number_on_the_card(language: str) -> None:
    at = Dialogue(retry=3, over=True, outcome=TransactionStatus.UNVERIFIED)
    silent, other = heard(at, language), heard(replace(at, another_person=True), language)
    assert "4 7 1 2 0 9" in silent
    assert ("back of your card" if language == "en-IN" else "कार्ड के पीछे") in silent
    assert ("sorry to have troubled you" if language == "en-IN" else "क्षमा करें") in other
    assert "4 7 1 2 0 9" not in other
    assert not [one for one in SECRETS if one in silent + other]


def test_words_lead_on_to_the_next_step() -> None:
    goes = {step: prompt(Dialogue(step=step), ASHA, DESK).go_on for step in PLACES if step not in QUESTIONS}
    assert goes == {
        Step.BLOCKED: Step.KIND_OF_CARD,
        Step.PHYSICAL: Step.VIRTUAL_MEANWHILE,
        Step.VIRTUAL_MEANWHILE: Step.CONFIRMED,
        Step.CONFIRMED: None,
        Step.VIRTUAL: None,
    }


def test_a_voice_is_the_customers_where_it_can_be() -> None:
    voices = {
        tag: prompt(Dialogue(), replace(ASHA, language=tag), DESK).language
        for tag in ("en-GB", "en", "hi-IN", "ta-IN", "en-001", "en-Latn-GB", "hi-Deva-IN")
    }
    assert voices == {
        "en-GB": "en-GB",
        "en": "en-IN",
        "hi-IN": "hi-IN",
        "ta-IN": "en-IN",
        "en-001": "en-IN",
        "en-Latn-GB": "en-IN",
        "hi-Deva-IN": "hi-IN",
    }


def test_names_from_files_are_said_and_nothing_else_in_them() -> None:
    odd = replace(
        ASHA,
        client_name="Asha\n{last_four} <Dial>4111 1111 1111 1111</Dial>" + "x" * 500,
        merchant_name="4111111111111111 Ltd",
    )
    told = " ".join(prompt(Dialogue(), odd, DESK).sentences)
    assert "{last_four}" in told
    assert not re.search(r"\d[\d ]{11,}", told)
    assert len(told) < 400
    assert not re.search(r"\d{12,}", " ".join(prompt(Dialogue(step=Step.AUTHORISED), odd, DESK).sentences))


@pytest.mark.parametrize(
    "card",
    [
        "5555555555554444",
        "5555.5555.5555.4444",
        "5555, 5555, 5555, 4444",
        "5555_5555_5555_4444",
        "५५५५–५५५५–५५५५–४४४४",
    ],
)
def test_no_name_tells_a_card_number_however_its_groups_are_parted(card: str) -> None:
    odd = replace(ASHA, client_name=f"{card} Asha", merchant_name=f"Shop {card}", bank_name=card)
    told = " ".join(prompt(Dialogue(step=Step.AUTHORISED), odd, DESK).sentences)
    told += " ".join(prompt(Dialogue(), odd, DESK).sentences)
    assert not [group for group in ("5555", "4444", "५५५५") if group in told]


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [
        ("1", "INR", "1 rupee"),
        ("0.01", "GBP", "1 penny"),
        ("0", "GBP", "0 pounds"),
        ("1250000", "USD", "1,250,000 dollars"),
        ("19.90", "CHF", "19.90 CHF"),
        ("19.9", "CHF", "19.90 CHF"),
        ("1234567.891", "KWD", "1,234,567.891 KWD"),
        ("0", "JPY", "0 JPY"),
        ("12000", "JPY", "12,000 JPY"),
        ("0.125", "USD", "0.125 USD"),
    ],
)
def test_sums_are_said_as_people_say_them(amount: str, currency: str, said: str) -> None:
    assert words_of("en-IN").sum_of(Decimal(amount), currency) == said


def test_both_languages_know_the_same_fields() -> None:
    def named(words: Words) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for one in fields(words):
            value = getattr(words, one.name)
            texts = [value] if isinstance(value, str) else []
            if isinstance(value, Question):
                texts = [*value.before, value.ask, value.choices, value.keys]
            found[one.name] = {
                name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name
            }
        return found

    assert named(words_of("en")) == named(words_of("hi"))
