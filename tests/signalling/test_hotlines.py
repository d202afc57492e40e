"""Which called numbers are suggested for the allow list, and what keeps one from it."""

from dataclasses import replace

import pytest

from ringfence.model.history import AlertedNumber, UsualCallers
from ringfence.signalling import LEAST_BURSTS, hotline

DAY = 86_400_000_000_000
NOON = 1_768_478_400_000_000_000

BANK = AlertedNumber(
    b_number="+911800112233",
    bursts=5,
    confirmed=2,
    days=3,
    first_at=NOON,
    last_at=NOON + 9 * DAY,
    mean_callers=8.4,
    highest=0.12,
    masking=0,
    unjudged=0,
    answered_share=0.81,
)


def test_a_number_with_bursts_on_several_days_is_suggested_with_its_figures_in_words() -> None:
    told = hotline(BANK, UsualCallers(3.25, 412), allowed=False)
    assert told.suggested
    assert told.why == (
        "5 bursts of callers on 3 days since 2026-01-15, 8 callers in the window at the peak on average",
        "Analysts called 2 of them true callers",
        "81 % of its calls were answered",
        "412 windows held several callers, 3.2 of them as a rule",
    )


def test_what_is_not_known_is_not_said_and_does_not_count_against_it() -> None:
    told = hotline(replace(BANK, confirmed=0, answered_share=None), None, allowed=False)
    assert told.suggested
    assert len(told.why) == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"masking": 1}, "Analysts called 1 alert on it masking"),
        (
            {"unjudged": 2},
            "2 alerts on it taken for masking, and nobody has said whether that is right",
        ),
        ({"highest": 0.62}, "A burst that nobody has judged came to a masking probability of 0.62"),
        ({"days": 1}, "All its bursts were on one day"),
        ({"answered_share": 0.05}, "Only 5 % of its calls were answered"),
    ],
)
def test_one_doubt_is_enough_and_is_named(change: dict[str, float], reason: str) -> None:
    told = hotline(replace(BANK, **change), None, allowed=False)  # type: ignore[arg-type]
    assert not told.suggested
    assert told.against == (reason,)


def test_who_is_on_the_list_already_is_not_suggested_again() -> None:
    told = hotline(BANK, None, allowed=True)
    assert told.against == ("It is on the allow list already",)


def test_the_bounds_belong_to_the_hotline() -> None:
    edge = replace(BANK, bursts=LEAST_BURSTS, days=2, highest=0.399, answered_share=0.3)
    assert hotline(edge, None, allowed=False).suggested
