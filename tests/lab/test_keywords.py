"""The list of words that the model is compared with: crude, and so it shall stay."""

from ringfence.lab.content.keywords import score


def test_three_words_of_the_list_make_a_scam_and_fewer_do_not() -> None:
    assert score("Your bank account is blocked") >= 0.5
    assert score("Your bank account is fine") < 0.5
    assert score("urgent urgent urgent urgent") < 0.5
    assert score("Shall we have lunch?") == 0.0
