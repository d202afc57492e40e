"""The model card: what a model learnt from, what it is good for, and how good it is where it has not learnt."""

import json
from typing import Any

import numpy as np
from ringfence_engine import FEATURES

from ringfence.lab.training import label_table
from ringfence.lab.training.examples import Examples
from ringfence.lab.training.labels import InForce
from ringfence.model.policy import Policy
from ringfence.signalling.deeds import TRIES

_SHOWN = 20


def model_card(file: bytes, checked: Examples, in_force: InForce | None = None) -> str:
    """Markdown. `checked` are the examples of the validation operators; `in_force` is told where verdicts are in it."""
    model = json.loads(file)
    return "\n".join(
        [
            f"# Model card: {model['version']}",
            "",
            "Written by `ringfence train masking`. The model says of a group of calls to one number how probable it",
            "is that one origin rotates the A-numbers. It judges only where the rule holds (N callers in W). It is a",
            "score and no proof: who is cut must have a way to complain.",
            "",
            *_data(model),
            *_labels(model, in_force),
            *_points(model),
            *_reliability(model),
            *_shares(model, checked),
        ]
    )


def _data(model: dict[str, Any]) -> list[str]:
    data, settings = model["data"], model["settings"]
    plan = data["plan"]
    return [
        "## Data",
        "",
        f"{data['examples']:,} groups of calls, {data['masking_examples']:,} of them attacks, from "
        f"{data['alerts']:,} alerts of {plan['operators']} simulated operators of the split `train`, seed "
        f"{plan['seed']}, in {plan['rounds']} rounds. {_real(data)} The calibration takes one alert in "
        f"{round(1 / data['attacks_per_alert'])} for an attack. What follows is of {plan['validation']} operators of "
        f"the split `validation` with {data['validation_benign_calls']:,} honest calls. "
        "[masking.md](../benchmarks/masking.md) holds the figures of those of `test`.",
        "",
        "Settings: " + ", ".join(f"{name} {value}" for name, value in settings.items()) + ".",
        "",
    ]


def _real(data: dict[str, Any]) -> str:
    if "labels" not in data:
        return "No real traffic is in it."
    return "Beside them [verdicts of analysts](#verdicts-of-analysts) are in it, and no other real traffic."


def _labels(model: dict[str, Any], in_force: InForce | None) -> list[str]:
    if "labels" not in model["data"]:
        return []
    return [
        "## Verdicts of analysts",
        "",
        label_table.learnt(model),
        "They have no part in the calibration, nor in what the drift report compares with.",
        "",
        f"How right models are about these alerts at {model['metrics']['labels']['threshold']:g}:",
        "",
        "| " + " | ".join(label_table.HEAD) + " |",
        "|---|---|---|---|---|---|",
        *("| " + " | ".join(row) + " |" for row in label_table.rows(model, in_force)),
        "",
        label_table.validation(model),
        "",
        *(f"**Note:** {warning}\n" for warning in label_table.warnings(model)),
    ]


def _points(model: dict[str, Any]) -> list[str]:
    rows = [
        f"| {point['threshold']} | {point['recall']:.1%} | {point['false_cuts_per_million']:,.1f} |"
        for point in model["metrics"]["operating_points"]
    ]
    return [
        "## Thresholds",
        "",
        "An attack is found if a group of its calls reaches the threshold at any time. Honest calls count as cut if",
        "they are in a group that reaches it and stands suspect; as "
        f"{TRIES} of the alert where none reaches {Policy().sure_threshold:g}.",
        "",
        "| threshold | attacks found | honest calls cut per million |",
        "|---|---|---|",
        *rows,
        "",
    ]


def _reliability(model: dict[str, Any]) -> list[str]:
    rows = [
        f"| {row['low']:.1f} to {row['high']:.1f} | {row['examples']:,} | {row['predicted']:.3f} "
        f"| {row['observed']:.3f} |"
        for row in model["metrics"]["reliability"]
    ]
    return [
        "## Reliability",
        "",
        "| probability | groups | mean of what was said | share that was masking |",
        "|---|---|---|---|",
        *rows,
        "",
    ]


def _shares(model: dict[str, Any], checked: Examples) -> list[str]:
    """Mean absolute TreeSHAP values of XGBoost's own, in log-odds."""
    if "booster" not in model:
        return []
    import xgboost

    booster = xgboost.Booster()
    booster.load_model(bytearray(json.dumps(model["booster"]).encode()))
    every = max(1, len(checked) // 20_000)
    exact = booster.predict(xgboost.DMatrix(checked.rows[::every], nthread=1), pred_contribs=True)
    mean = np.abs(exact[:, :-1]).mean(axis=0) * model["calibration"]["slope"]
    order = np.argsort(-mean)[:_SHOWN]
    return [
        "## What counts most",
        "",
        "Mean of the absolute exact contributions (TreeSHAP) over groups of the validation operators, in log-odds.",
        "",
        "| feature | contribution |",
        "|---|---|",
        *(f"| `{FEATURES[place]}` | {mean[place]:.3f} |" for place in order),
        "",
    ]
