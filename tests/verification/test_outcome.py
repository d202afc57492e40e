"""A denied transaction, as it stands in the findings beside those of all other pillars."""

import pytest
from tests.made_up import ASHA

from ringfence.identifiers import Regions
from ringfence.model.finding import Finding, FindingKind
from ringfence.model.identifier import IdentifierKind
from ringfence.model.transaction import TransactionStatus
from ringfence.model.verification import Answer, Dialogue, Heard, Step, Understood
from ringfence.verification.outcome import finding, safe

FRAUD = Dialogue(step=Step.CONFIRMED, outcome=TransactionStatus.FRAUD)


def answer(step: Step, understood: Understood, speech: str | None = None, **more: object) -> Answer:
    return Answer(0, step, 0, Heard(speech, **more), understood)  # type: ignore[arg-type]


def told(*answers: Answer) -> Finding:
    made = finding("c1", ASHA, FRAUD, answers, Regions(), 7)
    assert made is not None
    return made


NO = answer(Step.AUTHORISED, Understood.NO, "no I did not", confidence=0.93)


def test_what_the_card_holder_told_is_kept_with_the_words() -> None:
    made = told(
        NO,
        answer(Step.SHARED, Understood.UNCLEAR, "well"),
        answer(Step.SHARED, Understood.YES, "yes to a man who called from +91 98111 22233"),
        answer(Step.OTHERS, Understood.NO, digits="2"),
    )
    assert made.summary == (
        "The card holder denies a payment of 15,499.50 INR at Example Store on 2026-01-15. Card details shared: yes "
        "(“yes to a man who called from +91 98111 22233”). Other transactions denied: no (“key 2”)."
    )
    assert [(one.kind, one.value, one.span) for one in made.identifiers] == [
        (IdentifierKind.PHONE, "+919811122233", None)
    ]
    assert (made.kind, made.at, made.confidence) == (FindingKind.DENIED_TRANSACTION, 7, 0.93)
    assert made.evidence[0].id == "c1"


def test_what_was_not_asked_is_said_so_and_a_key_is_sure() -> None:
    made = told(answer(Step.AUTHORISED, Understood.NO, digits="2"))
    assert "Card details shared: not said. Other transactions denied: not said." in made.summary
    assert made.confidence == 1.0


def test_words_that_were_no_yes_and_no_no_are_told_all_the_same() -> None:
    made = told(
        NO,
        answer(Step.SHARED, Understood.UNCLEAR, "what"),
        answer(Step.SHARED, Understood.UNCLEAR, "well he had the last digits already"),
        answer(Step.SHARED, Understood.NOTHING),
    )
    assert "Card details shared: not clear (“well he had the last digits already”). Other" in made.summary
    assert "told the card holder" not in made.summary


def test_who_was_told_what_to_say_after_the_denial_is_told_of() -> None:
    made = told(NO, answer(Step.SHARED, Understood.COACHED, "they told me to say no"))
    assert "Card details shared: not clear (“they told me to say no”)." in made.summary
    assert made.summary.endswith(" Somebody told the card holder what to say (“they told me to say no”).")


def test_a_call_has_one_finding_and_another_call_another() -> None:
    assert told(NO).finding_id == told(NO, answer(Step.OTHERS, Understood.YES)).finding_id
    other = finding("c2", ASHA, FRAUD, [NO], Regions(), 7)
    assert other is not None
    assert other.finding_id != told(NO).finding_id


def test_the_card_holders_own_number_is_no_lead() -> None:
    assert told(NO, answer(Step.SHARED, Understood.NO, "my number is 98765 43210")).identifiers == ()


@pytest.mark.parametrize(
    "outcome", [None, *(one for one in TransactionStatus if one is not TransactionStatus.FRAUD)]
)
def test_nothing_else_is_a_denial(outcome: TransactionStatus | None) -> None:
    assert finding("c1", ASHA, Dialogue(outcome=outcome), [NO], Regions(), 7) is None


def test_the_number_of_whoever_called_is_kept() -> None:
    said = "haan a man called from +91 98111 22233 and asked for it"
    assert safe(Heard(said, 0.9), Regions()) == Heard(said, 0.9)


def test_a_card_number_said_in_fright_is_not_kept() -> None:
    heard = safe(Heard("my card is 4111 1111 1111 1111 and the otp is 482913", 0.9), Regions())
    assert heard.speech is not None
    assert "4111" not in heard.speech
    assert "482913" not in heard.speech
    assert safe(Heard(digits="4111111111111111"), Regions()).digits == "4"


def test_a_pin_or_a_password_said_in_fright_is_not_kept() -> None:
    said = "yes I told him cvv 123 and the password hunter2, he called from 98111 22233"
    assert safe(Heard(said, 0.9), Regions()).speech == (
        "yes I told him cvv [code] and the password [code], he called from 98111 22233"
    )
