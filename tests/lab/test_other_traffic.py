"""The streams by another generator that `make evaluate` tries the score on, and models that features are kept from."""

from collections import Counter
from importlib.resources import files
from itertools import pairwise
from random import Random

import numpy as np
from benchmarks import strangers
from benchmarks.ablation import blinded
from ringfence_engine import FEATURES, Model

from ringfence.lab.training.columns import places

MODEL = (files("ringfence.app") / "masking-model.json").read_bytes()


def test_a_stream_is_always_the_same_and_in_order_of_time() -> None:
    of = strangers.stream(36)
    told = list(strangers.events(of))
    assert told == list(strangers.events(strangers.stream(36)))
    assert all(one["timestamp"] <= other["timestamp"] for one, other in pairwise(told))


def test_half_of_the_streams_hold_an_attack_and_each_has_as_many_callers_as_it_says() -> None:
    streams = [strangers.stream(number) for number in range(60)]
    assert Counter(of.is_attack for of in streams) == {True: 30, False: 30}
    for of in streams[:8]:
        to_victim = {
            event["a_number"] for event in strangers.events(of) if event["b_number"] == "+912240001234"
        }
        assert len(to_victim) <= of.callers
        assert len(to_victim) >= 0.5 * of.callers


def test_numbers_in_a_row_are_found_and_of_no_hotline_is_anybody_sure_in_other_peoples_traffic() -> None:
    scores = {of: strangers.judged(of, MODEL) for of in map(strangers.stream, range(80))}
    rows = [score for of, score in scores.items() if of.kind == "sequential" and score is not None]
    hotlines = [score for of, score in scores.items() if not of.is_attack and score is not None]
    assert len(rows) >= 5
    assert min(rows) >= 0.7
    assert len(hotlines) >= 30
    assert sum(score >= 0.7 for score in hotlines) <= 3
    assert max(hotlines) < 0.98


def test_the_section_counts_attacks_and_hotlines() -> None:
    table = strangers.section(MODEL, 8)
    (everything,) = (line for line in table.splitlines() if line.startswith("| all |"))
    assert everything.count(" of ") == 3


def test_a_model_that_features_are_kept_from_takes_them_for_missing() -> None:
    rng = Random(7)
    rows = np.array([[rng.uniform(-3, 30) for _ in FEATURES] for _ in range(200)], dtype=np.float32)
    without = rows.copy()
    without[:, places("trunk")] = np.nan
    blind = Model(blinded(MODEL, ["trunk_usual_share", *(FEATURES[place] for place in places("trunk"))]))
    told = np.array(blind.predict(rows.tobytes()))
    assert np.array_equal(told, np.array(Model(MODEL).predict(without.tobytes())))
    assert not np.array_equal(told, np.array(Model(MODEL).predict(rows.tobytes())))
