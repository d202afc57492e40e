"""Every feature of a group of calls as a fraud analyst reads it."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ringfence_engine import FEATURES

from ringfence.signalling.phrases import PHRASES

NAN = math.nan
SIZE = {"callers": 9.0, "calls_per_caller": 10 / 9}
NUMBERS_IN_A_ROW = re.compile(r"\d{7}")


def phrase(feature: str, value: float, **beside: float) -> str:
    row = dict.fromkeys(FEATURES, NAN) | SIZE | {feature: value} | beside
    return PHRASES[feature].words(value, row)


def test_every_feature_has_a_phrase() -> None:
    assert set(FEATURES) <= set(PHRASES)


@pytest.mark.parametrize(
    ("feature", "value", "told"),
    [
        ("asr", 4.0, "ASR of the number 4 %"),
        ("aloc", 7.5, "answered calls to the number last 7.5 s on average"),
        ("aloc", 210.0, "answered calls to the number last 3.5 minutes on average"),
        ("overlap_ratio", 1.0, "no caller had two calls to the number in progress at once"),
        (
            "overlap_ratio",
            0.75,
            "some had several calls to the number in progress at once (75 % as many callers as calls)",
        ),
        ("cli_mismatch", 0.0, "none of the asserted identities are another number than the one shown"),
        ("cli_mismatch", 0.4, "40 % of the asserted identities are another number than the one shown"),
        ("distinct_a_count", 12.0, "12 callers in the window by then"),
        ("call_rate", 0.05, "calls to the number come at 3 a minute"),
        ("call_rate", 2.5, "calls to the number come at 2.5 a second"),
        ("short_call_ratio", 1.0, "all of the ended calls to the number lasted under 10 s"),
        ("high_volume_flag", 1.0, "10 callers or more in the window by then"),
        ("high_volume_flag", 0.0, "under 10 callers in the window by then"),
        ("b_answered_share", 0.9, "90 % of the calls to the number whose outcome is known were answered"),
        ("b_calls_before", 0.0, "no call to the number lately besides these"),
        ("b_calls_before", 1.0, "1 call to the number lately besides these"),
        ("b_calls_before", 1200.0, "1,200 calls to the number lately besides these"),
        ("b_usual_callers", 0.0, "the number is not known to be rung by several callers at once"),
        ("b_usual_callers", 6.0, "the number is known to be rung by several callers at once (usually 6)"),
        ("b_bursts", 0.0, "the number is not known to have had a burst of true callers"),
        ("b_bursts", 1.9, "the number has had bursts of true callers before (counted 1.9, older ones less)"),
        ("b_times_usual", 1.0, "no more callers at once than usual for the number"),
        ("b_times_usual", 4.5, "4.5 times as many callers at once as usual for the number"),
        (
            "grouping",
            0.0,
            "what the calls have in common is their numbers, alike but for the last four digits",
        ),
        ("callers", 9.0, "9 callers in the group"),
        ("calls_per_caller", 1.0, "no caller called twice"),
        ("calls_per_caller", 14 / 9, "9 callers made 14 calls"),
        ("callers_per_second", 2.5, "2.5 new callers a second"),
        ("callers_per_second", 0.05, "3 new callers a minute"),
        ("callers_per_second", 1000.0, "the callers come all at once"),
        (
            "gap_deviation",
            0.1,
            "the callers follow each other like clockwork (gaps differ by 10 % of their mean)",
        ),
        (
            "gap_deviation",
            1.0,
            "the callers follow each other as irregularly as by chance (gaps differ by 100 % of their mean)",
        ),
        ("share_of_crowd", 1.0, "every caller of the alert is in the group"),
        ("share_of_crowd", 0.25, "the group is 25 % of the alert's callers"),
        ("shared_trunk", 1.0, "all 10 calls show the same trunk"),
        ("shared_source", 0.4, "4 of 10 calls show the same source address"),
        ("shared_sdp_origin", 0.1, "no other call shows the first call's SDP origin"),
        ("shared_agent", 1.0, "all 10 calls show the same agent"),
        ("trunks_per_caller", 0.0, "1 trunk for 9 callers"),
        ("sources_per_caller", 0.25, "3 source addresses for 9 callers"),
        ("origins_per_caller", 1.0, "at least as many SDP origins as callers"),
        ("strange_endpoint", 1.0, "the trunk's other calls come from elsewhere"),
        ("strange_endpoint", 0.0, "the trunk's other calls come from the same endpoint"),
        ("trunk_usual_share", 0.04, "the callers come over one trunk that carries 4 % of all calls"),
        ("trunk_surprise", 0.0, "no more callers over one trunk than usual"),
        ("trunk_surprise", 7.2, "chance brings so many callers over one trunk at most once in 1,300 times"),
        ("trunk_rarity", 1.1, "the trunks of these calls are 3 times rarer than those of other calls"),
        ("trunk_rarity", -1.1, "the trunks of these calls are 3 times more common than those of other calls"),
        ("sequential", 0.0, "no number is within 10 of that of the caller before or after"),
        ("sequential", 8 / 9, "8 of 9 callers have a number within 10 of that of the caller before or after"),
        ("in_a_row", 1.0, "the numbers go up or down one after the other, all the way"),
        ("in_a_row", 0.89, "the numbers mostly go up or down one after the other (89 % of a perfect row)"),
        ("in_a_row", 0.0, "the numbers go neither up nor down in a row"),
        ("neighbours", 0.0, "no numbers are alike but for the last four digits"),
        ("neighbours", 1.0, "all 9 callers have a number alike with others but for the last four digits"),
        ("impossible", 0.0, "no caller has an impossible number"),
        ("impossible", 1 / 9, "1 of 9 callers has a number that no numbering plan holds"),
        ("withheld_excess", -0.01, "1 percentage point fewer callers who withhold their number than usual"),
        ("new_callers", 8 / 9, "8 of 9 callers have never called before"),
        ("new_callers", 0.35, "35 % of the callers have never called before"),
        (
            "elsewhere_excess",
            0.45,
            "45 percentage points more callers who mostly call over another trunk than usual",
        ),
        ("national_excess", 0.001, "about as many callers with a number of the home country as usual"),
        ("attested", 0.0, "none of the calls with a STIR verdict have attestation A"),
        ("attested_excess", -0.3, "30 percentage points fewer calls with attestation A than usual"),
        ("unattested", 1.0, "all of the calls with a STIR verdict have attestation C, none or a failed one"),
        (
            "unattested_excess",
            0.3,
            "30 percentage points more calls with attestation C, none or a failed one than usual",
        ),
        (
            "shared_identity",
            1.0,
            "the network asserts one and the same identity for all calls of which it asserts one",
        ),
        ("answered", 0.0, "none of the group's calls whose outcome is known were answered"),
        ("given_up_at_once", 0.1, "1 of 10 calls was given up by the caller within 3 s"),
        ("short_talks", 0.5, "50 % of the group's answered calls were over within 10 s"),
        ("decided", 0.4, "4 of 10 calls have an outcome that is known"),
    ],
)
def test_a_fact_is_told_with_its_value(feature: str, value: float, told: str) -> None:
    assert phrase(feature, value) == told


def test_what_is_usual_stands_beside_where_it_is_known() -> None:
    told = "8 of 9 callers have never called before (usually 20 %)"
    beside = {"new_callers": 8 / 9, "new_callers_excess": 8 / 9 - 0.2}
    assert phrase("new_callers", 8 / 9, **beside) == told
    assert phrase("new_callers_excess", 8 / 9 - 0.2, **beside) == told
    none = {"impossible": 0.0, "impossible_excess": -0.02}
    assert phrase("impossible_excess", -0.02, **none) == "no caller has an impossible number (usually 2 %)"


def test_numbers_alike_are_told_with_how_far_they_lie_apart() -> None:
    beside = {"neighbours": 7 / 9, "neighbour_span": math.log10(41)}
    told = (
        "7 of 9 callers have a number alike with others but for the last four digits, within 40 of each other"
    )
    assert phrase("neighbours", 7 / 9, **beside) == told
    assert phrase("neighbour_span", beside["neighbour_span"], **beside) == told


def test_each_width_of_a_group_has_its_own_words() -> None:
    assert len({phrase("grouping", float(width)) for width in range(10)}) == 10


SHARES = st.one_of(st.sampled_from([0.0, 1 / 9, 0.5, 1.0]), st.floats(0, 1, width=32))
KNOWN = {
    **dict.fromkeys(FEATURES, SHARES),
    "asr": st.floats(0, 100, width=32),
    "grouping": st.integers(0, 9).map(float),
    "callers": st.integers(3, 100_000).map(float),
    "calls_per_caller": st.floats(1, 1000, width=32),
    "callers_per_second": st.floats(0, 1000, width=32),
    "neighbour_span": st.floats(0, 4, width=32),
    **dict.fromkeys(
        ("aloc", "call_rate", "gap_deviation", "b_usual_callers", "b_bursts", "b_times_usual"),
        st.floats(0, 1e7, width=32),
    ),
    **dict.fromkeys(("distinct_a_count", "b_calls_before"), st.integers(0, 100_000_000).map(float)),
    **{name: st.floats(-1, 1, width=32) for name in FEATURES if name.endswith("_excess")},
    **{name: st.floats(0, 1e9, width=32) for name in FEATURES if name.endswith("_surprise")},
    "trunk_rarity": st.floats(-1e9, 1e9, width=32),
}


@given(st.sampled_from(FEATURES), st.fixed_dictionaries(KNOWN))
def test_whatever_the_row_a_phrase_is_one_line_without_a_telephone_number(
    feature: str, row: dict[str, float]
) -> None:
    told = PHRASES[feature].words(row[feature], row)
    assert told.isprintable()
    assert len(told) < 150
    assert not NUMBERS_IN_A_ROW.search(told)
    assert not re.search(r"\bnan\b|\binf\b|\de[+-]?\d", told)


@pytest.mark.parametrize(
    "feature", [name for name in FEATURES if name not in {"callers", "calls_per_caller", "neighbour_span"}]
)
def test_none_and_all_are_told_apart(feature: str) -> None:
    if not feature.endswith("_excess"):
        assert phrase(feature, 0.0) != phrase(feature, 1000.0 if feature == "callers_per_second" else 3.0)
        return
    share = feature.removesuffix("_excess")
    assert phrase(feature, -0.5, **{share: 0.0}) != phrase(feature, 0.5, **{share: 1.0})


@given(part=st.integers(0, 40), rest=st.integers(0, 40))
def test_a_share_is_told_as_the_count_that_it_is(part: int, rest: int) -> None:
    callers = part + rest
    if callers < 3:
        return
    share = part / callers
    told = phrase("impossible", share, callers=float(callers), calls_per_caller=1.0)
    if part == 0:
        assert told == "no caller has an impossible number"
    elif rest == 0:
        assert told.startswith(f"all {callers} callers have ")
    else:
        assert told.startswith(f"{part} of {callers} callers {'has' if part == 1 else 'have'} ")
