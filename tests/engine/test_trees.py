"""The engine's reading of a model against those who trained it: XGBoost and scikit-learn."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import xgboost as xgb
from ringfence_engine import Model
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

Rows = npt.NDArray[np.float32]

FEATURES = ["callers", "span", "answered", "asr", "rate", "age", "tiny", "share"]
ROWS = 100_000


@dataclass(frozen=True)
class Training:
    """How a model of the test is trained."""

    rounds: int
    parameters: dict[str, object]


TRAININGS = {
    "one stump": Training(1, {"max_depth": 1}),
    "a given base score": Training(10, {"max_depth": 3, "base_score": 0.02}),
    "monotone": Training(50, {"max_depth": 4, "monotone_constraints": "(1,-1,0,0,1,0,0,0)"}),
    "rare positives": Training(60, {"max_depth": 4, "scale_pos_weight": 30, "max_delta_step": 1}),
    "300 trees of depth 5": Training(300, {"max_depth": 5, "eta": 0.1, "subsample": 0.7}),
    "pruned": Training(40, {"max_depth": 6, "tree_method": "exact", "gamma": 2.0}),
    "deep and lopsided": Training(
        20, {"max_depth": 0, "max_leaves": 60, "grow_policy": "lossguide", "min_child_weight": 0}
    ),
    "forests in a booster": Training(
        8, {"max_depth": 6, "num_parallel_tree": 5, "subsample": 0.5, "colsample_bynode": 0.6}
    ),
}


def traffic(seed: int, count: int) -> Rows:
    """Rows as an engine may compute them: counts, flags, shares and numbers of every size; one in seven missing."""
    draw = np.random.default_rng(seed)
    rows = np.column_stack(
        [
            draw.poisson(6, count),
            draw.exponential(3, count),
            draw.integers(0, 2, count),
            draw.random(count),
            draw.lognormal(2, 3, count),
            draw.normal(0, 1e6, count),
            draw.normal(0, 1e-39, count),
            draw.choice([0.0, 0.25, 0.5, 1.0], count),
        ]
    ).astype(np.float32)
    rows[draw.random(rows.shape) < 0.15] = np.nan
    return rows


def outcomes(rows: Rows, seed: int) -> npt.NDArray[np.int64]:
    """Who is an attacker; what is missing tells of it, too."""
    known = np.nan_to_num(rows)
    odds = (
        known[:, 0] - 5 - known[:, 1] + 3 * (known[:, 6] > 0) + 2 * np.isnan(rows[:, 4]) - known[:, 5] / 1e6
    )
    noise = np.random.default_rng(seed).logistic(size=len(rows))
    attackers: npt.NDArray[np.int64] = (odds + noise > 2).astype(np.int64)
    return attackers


def trained(training: Training) -> xgb.Booster:
    """A booster on one thread: threads that wait for each other take long on a machine with other work."""
    rows = traffic(1, 4_000)
    parameters = {"objective": "binary:logistic", "nthread": 1, "seed": 7, **training.parameters}
    return xgb.train(parameters, xgb.DMatrix(rows, outcomes(rows, 2), nthread=1), training.rounds)


@pytest.fixture(scope="module", params=list(TRAININGS.values()), ids=list(TRAININGS))
def booster(request: pytest.FixtureRequest) -> xgb.Booster:
    training: Training = request.param
    return trained(training)


@pytest.fixture(scope="module")
def stump() -> bytes:
    """The file of the least model."""
    return model_file(booster=saved(trained(TRAININGS["one stump"])))


def model_file(features: Sequence[str] = FEATURES, **members: object) -> bytes:
    return json.dumps(
        {
            "format": "ringfence-masking-model",
            "format_version": 1,
            "version": "masking-2026-07",
            "features": list(features),
            "calibration": {"slope": 1.0, "intercept": 0.0},
            **members,
        }
    ).encode()


def saved(booster: xgb.Booster) -> Any:
    return json.loads(booster.save_raw("json"))


def thresholds(booster: xgb.Booster) -> list[Rows]:
    """The thresholds of each feature."""
    found: list[list[float]] = [[0.0] for _ in FEATURES]
    for tree in saved(booster)["learner"]["gradient_booster"]["model"]["trees"]:
        splits = zip(tree["left_children"], tree["split_indices"], tree["split_conditions"], strict=True)
        for child, feature, threshold in splits:
            if child >= 0:
                found[feature].append(threshold)
    return [np.array(of_one, dtype=np.float32) for of_one in found]


def hard_rows(booster: xgb.Booster) -> Rows:
    """Rows on the thresholds and just beside them, and numbers at the ends of what a float can be."""
    draw = np.random.default_rng(3)
    rows = traffic(4, ROWS)
    for feature, at in enumerate(thresholds(booster)):
        drawn = draw.choice(at, ROWS // 2)
        beside = np.nextafter(drawn, draw.choice(np.array([-np.inf, np.inf], np.float32), len(drawn)))
        chosen = np.where(draw.random(len(drawn)) < 0.5, drawn, beside)
        rows[: ROWS // 2, feature] = np.where(draw.random(len(drawn)) < 0.1, np.nan, chosen)
    ends = np.array([0.0, -0.0, 1e-45, -1e-45, 1.1e-38, 3.4e38, -3.4e38, np.inf, -np.inf, np.nan], np.float32)
    rare = draw.random(rows.shape) < 0.05
    rows[rare] = draw.choice(ends, int(rare.sum()))
    return rows


def little_endian(rows: Rows) -> bytes:
    return rows.astype("<f4").tobytes()


def refusal(data: bytes, features: Sequence[str] = FEATURES) -> tuple[str, str]:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - code and detail are what the test looks at
        Model(data, features)
    code, detail = refused.value.args
    return code, detail


def test_margins_and_probabilities_are_xgboosts_own(booster: xgb.Booster) -> None:
    rows = hard_rows(booster)
    model = Model(model_file(booster=saved(booster)), FEATURES)

    margins = np.array(model.margins(little_endian(rows)))
    probabilities = np.array(model.predict(little_endian(rows)))

    # Of a matrix XGBoost refuses infinity; of an array it takes it.
    wanted = booster.inplace_predict(rows, predict_type="margin")
    assert np.ptp(wanted) > 0.5
    assert np.abs(margins - wanted).max() <= 1e-6
    assert np.abs(probabilities - booster.inplace_predict(rows)).max() <= 1e-6


def test_contributions_are_xgboosts_own_and_add_up(booster: xgb.Booster) -> None:
    rows = traffic(5, 5_000)
    calibration = {"slope": 0.8, "intercept": -1.5}
    model = Model(model_file(booster=saved(booster), calibration=calibration), FEATURES)

    parts = np.array(model.contributions(little_endian(rows)))

    wanted = booster.predict(xgb.DMatrix(rows, nthread=1), pred_contribs=True, approx_contribs=True) * 0.8
    wanted[:, -1] -= 1.5
    assert np.abs(parts - wanted).max() <= 1e-4
    calibrated = 0.8 * np.array(model.margins(little_endian(rows))) - 1.5
    assert np.abs(parts.sum(axis=1) - calibrated).max() <= 1e-4
    probabilities = np.array(model.predict(little_endian(rows)))
    assert np.abs(probabilities - 1 / (1 + np.exp(-calibrated))).max() <= 1e-12


def test_a_linear_model_is_scikit_learns_own() -> None:
    rows = traffic(1, 8_000)
    fill = SimpleImputer(strategy="median").fit(rows)
    scale = StandardScaler().fit(fill.transform(rows).astype(np.float64))

    def prepared(raw: Rows) -> npt.NDArray[np.float64]:
        ready: npt.NDArray[np.float64] = scale.transform(fill.transform(raw).astype(np.float64))
        return ready

    regression = LogisticRegression().fit(prepared(rows), outcomes(rows, 2))
    linear = {
        "intercept": float(regression.intercept_[0]),
        "weights": regression.coef_[0].tolist(),
        "fill": fill.statistics_.tolist(),
        "center": scale.mean_.tolist(),
        "scale": scale.scale_.tolist(),
    }
    model = Model(model_file(linear=linear), FEATURES)
    fresh = traffic(6, 20_000)

    wanted = regression.predict_proba(prepared(fresh))[:, 1]
    assert np.abs(np.array(model.predict(little_endian(fresh))) - wanted).max() <= 1e-6
    parts = np.array(model.contributions(little_endian(fresh)))
    assert np.abs(parts.sum(axis=1) - regression.decision_function(prepared(fresh))).max() <= 1e-4


def test_a_model_says_what_it_is(stump: bytes) -> None:
    model = Model(stump, FEATURES)
    assert (model.version, model.features) == ("masking-2026-07", FEATURES)


def test_a_file_with_other_features_is_refused_by_their_names(stump: bytes) -> None:
    code, detail = refusal(stump, [*FEATURES[:-1], "attested"])
    assert code == "model_features"
    assert 'lacks "attested"' in detail
    assert 'has "share" in excess' in detail
    code, detail = refusal(stump, [FEATURES[1], FEATURES[0], *FEATURES[2:]])
    assert code == "model_features"
    assert 'column 1 is "callers", not "span"' in detail


def test_a_booster_trained_on_named_columns_must_name_the_files() -> None:
    rows = traffic(1, 500)

    def named(names: list[str]) -> bytes:
        matrix = xgb.DMatrix(rows, outcomes(rows, 2), feature_names=names, nthread=1)
        booster = xgb.train({"objective": "binary:logistic", "nthread": 1}, matrix, 2)
        return model_file(booster=saved(booster))

    assert Model(named(FEATURES), FEATURES).features == FEATURES
    code, detail = refusal(named([FEATURES[1], FEATURES[0], *FEATURES[2:]]))
    assert code == "model_invalid"
    assert 'names "span" where the model\'s list has "callers"' in detail


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"objective": "reg:squarederror"}, '"reg:squarederror"'),
        ({"objective": "multi:softprob", "num_class": 3}, '"multi:softprob"'),
        ({"booster": "dart"}, '"dart"'),
        ({"booster": "gblinear"}, '"gblinear"'),
    ],
)
def test_a_booster_of_another_kind_is_refused(changes: dict[str, object], told: str) -> None:
    code, detail = refusal(model_file(booster=saved(trained(Training(3, changes)))))
    assert code == "model_unsupported"
    assert told in detail


def test_categorical_splits_are_refused() -> None:
    rows = np.random.default_rng(1).integers(0, 9, (500, 1)).astype(np.float32)
    matrix = xgb.DMatrix(rows, rows[:, 0] % 3 == 1, feature_types=["c"], enable_categorical=True)
    booster = xgb.train({"objective": "binary:logistic", "nthread": 1}, matrix, 3)
    code, detail = refusal(model_file(["trunk"], booster=saved(booster)), ["trunk"])
    assert code == "model_unsupported"
    assert "categorical" in detail


def test_trees_of_several_outputs_are_refused() -> None:
    rows = traffic(1, 500)
    attackers = outcomes(rows, 2)
    matrix = xgb.DMatrix(rows, np.column_stack([attackers, 1 - attackers]))
    parameters = {
        "objective": "binary:logistic",
        "multi_strategy": "multi_output_tree",
        "nthread": 1,
    }
    code, _ = refusal(model_file(booster=saved(xgb.train(parameters, matrix, 3))))
    assert code == "model_unsupported"


def test_what_is_no_model_is_refused(stump: bytes) -> None:
    for data in [b"", b"null", b"[]", b"\xff\xfe", stump[:-1], stump + b"}", b'{"x":' + b"[" * 1_000_000]:
        assert refusal(data)[0] == "model_invalid"
    assert refusal(b" " * ((16 << 20) + 1))[0] == "model_too_large"


def test_bytes_that_are_no_whole_rows_are_refused(stump: bytes) -> None:
    model = Model(stump, FEATURES)
    assert model.predict(b"") == []
    with pytest.raises(ValueError, match="31 bytes are no rows of 8 32-bit floats"):
        model.predict(bytes(31))
