"""How the masking model is made: what it learns from, and that it is the same for the same seed."""

import json
import math
from dataclasses import asdict, fields
from importlib.resources import files
from inspect import signature

import numpy as np
import pytest
from ringfence_engine import FEATURES, Model

from ringfence.cli.train import masking as command
from ringfence.lab.simulate import nth_operator
from ringfence.lab.training.calibration import calibrate, reliability
from ringfence.lab.training.card import model_card
from ringfence.lab.training.columns import DIRECTIONS, GROUPS, directions
from ringfence.lab.training.examples import Examples, examples_of
from ringfence.lab.training.fit import Trees, fit_trees, weights
from ringfence.lab.training.model_file import distribution
from ringfence.lab.training.thresholds import operating_points, thresholds_for
from ringfence.lab.training.train import Plan, Trained, train

SMALL = Plan(seed=3, operators=3, validation=2, rounds=2)
FEW = Trees(rounds=40, depth=3)


def nobody(_step: str, _done: int, _of: int) -> None:
    pass


@pytest.fixture(scope="module")
def trained() -> Trained:
    return train(SMALL, trees=FEW, progress=nobody, workers=2)


def test_the_same_seed_gives_the_same_file_however_many_work_on_it(trained: Trained) -> None:
    assert train(SMALL, trees=FEW, progress=nobody, workers=1).file == trained.file


def test_the_engine_takes_the_file_and_it_says_what_it_is(trained: Trained) -> None:
    file = json.loads(trained.file)
    model = Model(trained.file)
    assert model.version == file["version"] == trained.about["version"]
    assert tuple(file["features"]) == FEATURES
    assert file["data"]["plan"] == {"seed": 3, "operators": 3, "validation": 2, "rounds": 2}
    assert file["data"]["examples"] > 500
    assert {
        len(file["distribution"][name]["shares"]) - len(file["distribution"][name]["edges"])
        for name in FEATURES
    } == {2}
    assert file["metrics"]["operating_points"][0]["recall"] > 0.1


def test_more_of_what_speaks_against_a_group_never_lowers_its_probability(trained: Trained) -> None:
    model = Model(trained.file)
    rows = trained.validation.rows[:: max(1, len(trained.validation) // 200)].copy()
    before = np.array(model.predict(rows.tobytes()))
    for name, direction in DIRECTIONS.items():
        place = FEATURES.index(name)
        moved = rows.copy()
        moved[:, place] += direction * 0.5
        after = np.array(model.predict(moved.tobytes()))
        assert (after >= before - 1e-9).all(), name


def test_the_card_names_data_thresholds_and_what_counts(trained: Trained) -> None:
    card = model_card(trained.file, trained.validation)
    assert card.startswith(f"# Model card: {trained.about['version']}\n")
    for heading in ("## Data", "## Thresholds", "## Reliability", "## What counts most"):
        assert heading in card
    assert "one alert in 20" in card


def test_the_plain_baseline_is_a_file_of_the_same_kind() -> None:
    plain = train(
        Plan(seed=3, operators=2, validation=1, rounds=1), kind="logistic", progress=nobody, workers=1
    )
    file = json.loads(plain.file)
    assert "booster" not in file
    assert len(file["linear"]["weights"]) == len(FEATURES)
    assert Model(plain.file).version.startswith("masking-logistic-")


def test_examples_are_labelled_by_who_made_their_calls() -> None:
    operator = nth_operator("train", 0, 3)
    examples, benign = examples_of(operator, None)
    truth = operator.truth()
    assert benign + truth.run.attack_calls == truth.run.calls
    assert examples.masking.any()
    assert (examples.honest <= examples.calls).all()
    assert (examples.share[examples.honest == examples.calls] == 0).all()
    callers = examples.rows[:, FEATURES.index("callers")]
    assert (callers <= examples.calls).all()


def test_in_captures_no_engine_has_watched_longer_than_half_an_hour() -> None:
    operator = nth_operator("train", 0, 3)
    whole, benign = examples_of(operator, None)
    pieces, as_many = examples_of(operator, None, in_captures=True)
    again, _ = examples_of(operator, None, in_captures=True)
    watched = FEATURES.index("watched_hours")
    assert whole.rows[:, watched].max() > 0.5
    assert 0 < pieces.rows[:, watched].max() <= 0.5
    assert as_many == benign
    assert pieces.masking.any()
    assert pieces.rows.tobytes() == again.rows.tobytes()


def test_examples_of_many_runs_keep_their_alerts_apart() -> None:
    one = made_up(shares=[1.0, 0.0], alerts=[0, 1])
    both = Examples.joined([one, one])
    assert both.alert.tolist() == [0, 1, 2, 3]
    assert len(both.certain()) == 4
    assert len(made_up(shares=[0.8, 0.95, 0.5], alerts=[0, 0, 0]).certain()) == 2


def made_up(shares: list[float], alerts: list[int], honest: list[int] | None = None) -> Examples:
    size = len(shares)
    return Examples(
        rows=np.zeros((size, len(FEATURES)), dtype=np.float32),
        share=np.array(shares, dtype=np.float32),
        calls=np.full(size, 10, dtype=np.int32),
        honest=np.array(honest or [0] * size, dtype=np.int32),
        alert=np.array(alerts, dtype=np.int32),
    )


def test_of_a_long_alert_some_groups_are_learnt_from_its_first_to_its_last() -> None:
    examples = made_up(
        shares=[0.0] * 9, alerts=[4, 4, 7, 4, 4, 4, 7, 4, 4], honest=[1, 2, 11, 3, 4, 5, 12, 6, 7]
    )
    assert examples.thinned(3).honest.tolist() == [1, 11, 4, 12, 7]
    assert examples.thinned(7).honest.tolist() == examples.honest.tolist()


def test_attacks_have_their_share_of_all_weight() -> None:
    examples = made_up(shares=[1.0, 1.0, 0.0, 0.0, 0.0, 0.0], alerts=[0, 0, 1, 1, 1, 2])
    weight = weights(examples, 0.1)
    assert weight[:2].sum() / weight.sum() == pytest.approx(0.1)
    assert weight.mean() == pytest.approx(1.0)
    assert weight[5] / weight[2] == pytest.approx(math.sqrt(3)), (
        "an alert of three groups counts as √3 of one"
    )


def test_attacks_have_no_more_weight_where_an_engine_watched_for_long() -> None:
    """Of the first minutes there is one attack among four alerts, of the hours after them three."""
    examples = made_up(shares=[1.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0], alerts=list(range(8)))
    examples.rows[4:, FEATURES.index("watched_hours")] = 3.0
    weight = weights(examples, 0.1)
    for part in (slice(0, 4), slice(4, 8)):
        share = weight[part][examples.masking[part]].sum() / weight[part].sum()
        assert share == pytest.approx(0.1)


def test_margins_are_turned_into_probabilities_that_hold() -> None:
    rng = np.random.default_rng(7)
    margins = rng.normal(size=40_000) * 2
    masking = rng.random(len(margins)) < 1 / (1 + np.exp(-(0.5 * margins - 1)))
    even = np.ones(len(margins))
    found = calibrate(margins, masking, even)
    assert found.slope == pytest.approx(0.5, abs=0.03)
    assert found.intercept == pytest.approx(-1, abs=0.05)
    for row in reliability(found(margins), masking, even):
        assert row.predicted == pytest.approx(row.observed, abs=0.05)


def test_a_threshold_is_told_for_a_cost() -> None:
    """Three benign alerts: four honest calls at 0.5; ten at 0.96; and three at 0.9985, where all are cut, that fall to
    0.9 as they become eight. One attack at 0.9995."""
    examples = made_up(shares=[0.0, 0.0, 1.0, 0.0, 0.0], alerts=[0, 1, 2, 3, 3], honest=[4, 10, 0, 3, 8])
    points = operating_points(examples, np.array([0.5, 0.96, 0.9995, 0.9985, 0.9]), 1_000_000)
    told = {point.threshold: point.false_cuts_per_million for point in points}
    assert (told[0.5], told[0.55], told[0.998], told[0.999]) == (1 + 1 + 8, 1 + 8, 8, 0)
    assert {point.recall for point in points} == {1.0}
    thresholds = dict(thresholds_for(points))
    assert thresholds[10.0] == 0.05
    assert thresholds[5.0] == 0.999
    assert thresholds[50.0] == 0.05


def test_a_spread_counts_what_is_missing_first() -> None:
    rows = np.zeros((10, len(FEATURES)), dtype=np.float32)
    rows[:, 0] = [np.nan, np.nan, 1, 1, 1, 1, 2, 2, 3, 3]
    spread = distribution(rows)[FEATURES[0]]
    assert spread["shares"][0] == 0.2
    assert sum(spread["shares"]) == pytest.approx(1)


def test_groups_and_directions_name_features() -> None:
    named = [name for names in GROUPS.values() for name in names]
    assert len(named) == len(set(named))
    assert set(named) <= set(FEATURES)
    assert len(directions()) == len(FEATURES)
    assert set(DIRECTIONS) <= set(FEATURES)


def test_blinded_examples_are_learnt_too() -> None:
    """With nothing hidden the trees differ: what a network doesn't tell is part of what is learnt."""
    examples, _ = examples_of(nth_operator("train", 0, 3), None)
    certain = examples.certain()
    weight = weights(certain, 0.05)
    assert fit_trees(certain, weight, 1, Trees(rounds=3, depth=2)) != fit_trees(
        certain, weight, 1, Trees(rounds=3, depth=2, blinded=0.0)
    )


def test_a_first_round_makes_do_with_few_operators() -> None:
    assert [Plan(operators=3_200, validation=160).part(number) for number in (1, 2)] == [
        (800, 40),
        (3_200, 160),
    ]
    assert Plan(operators=10_000, validation=160).part(1) == (800, 40)
    assert Plan(operators=5, validation=2).part(1) == (2, 1)
    assert Plan(operators=5, validation=2, rounds=1).part(1) == (5, 2)


def test_the_command_has_the_plan_of_the_packaged_model_for_its_defaults() -> None:
    defaults = {name: told.default for name, told in signature(command).parameters.items()}
    assert Plan() == Plan(**{field.name: defaults[field.name] for field in fields(Plan)})
    packaged = json.loads((files("ringfence.app") / "masking-model.json").read_bytes())
    assert packaged["data"]["plan"] == asdict(Plan())
