"""The rows that the model sees: what stands in them, and that training and serving see the same."""

import json
import math
import struct
from typing import Any

import numpy as np
import pytest
import xgboost
from ringfence_engine import FEATURES, AlertChange, Cluster, Engine, Example, Model, Replay

from ringfence.lab.simulate import nth_operator

SECOND = 1_000_000_000
T0 = 1_768_000_000
NOW = 1_800_000_000 * SECOND
B = "+912240001234"


def invite(at: float, a: str, b: str = B, **more: Any) -> dict[str, Any]:
    return {
        "event_type": "INVITE",
        "timestamp": T0 + at,
        "a_number": a,
        "b_number": b,
        "call_id": f"{a}-{b}-{at}",
        **more,
    }


def subscriber(n: int) -> str:
    return f"+9198100{n * 7_919 % 100_000:05d}"


def background(calls: int, **origin: Any) -> list[dict[str, Any]]:
    """Ordinary calls, one each half second, to ever other numbers, by subscribers who call again and again."""
    return [
        invite(n * 0.5 - calls * 0.5, subscriber(n % 400), f"+9198200{n:05d}", **origin) for n in range(calls)
    ]


def told(events: list[dict[str, Any]], engine: Engine) -> tuple[list[AlertChange], list[Example]]:
    files = Replay(engine, now=NOW)
    lines = b"".join(json.dumps(event).encode() + b"\n" for event in events)
    changes = [*files.feed(lines).changes, *files.close().changes, *files.finish().changes]
    return changes, engine.take_examples()


def row(of: Example | Cluster) -> dict[str, float]:
    values = struct.unpack(f"<{len(FEATURES)}f", of.row) if isinstance(of, Example) else of.row
    return dict(zip(FEATURES, values, strict=True))


def last_of_all(examples: list[Example]) -> dict[str, float]:
    """The last row of the group of all calls."""
    return next(found for example in reversed(examples) if (found := row(example))["grouping"] == 9)


def attack(callers: int, **origin: Any) -> list[dict[str, Any]]:
    """New numbers, dialled in a row, every 0.3 s."""
    return [invite(n * 0.3, f"+9198450{12_300 + n:05d}", **origin) for n in range(callers)]


def a_model() -> Model:
    """Fitted to nothing in particular, with every feature in use."""
    rng = np.random.default_rng(5)
    rows = rng.normal(size=(2_000, len(FEATURES))).astype(np.float32)
    rows[rng.random(rows.shape) < 0.2] = np.nan
    label = np.nansum(rows, axis=1) + rng.normal(size=len(rows)) > 0
    booster = xgboost.train(
        {"objective": "binary:logistic", "max_depth": 5, "nthread": 1, "seed": 1},
        xgboost.DMatrix(rows, label=label),
        num_boost_round=60,
    )
    file = {
        "format": "ringfence-masking-model",
        "format_version": 1,
        "version": "masking-of-a-test",
        "features": list(FEATURES),
        "calibration": {"slope": 1.1, "intercept": -0.2},
        "booster": json.loads(bytes(booster.save_raw("json"))),
    }
    return Model(json.dumps(file).encode())


def test_what_is_served_is_what_was_taken_down_to_learn_from_bit_for_bit() -> None:
    model = a_model()
    events = background(600, trunk="ic-1", source_ip="192.0.2.1") + [
        {**event, "attestation": "C" if n % 3 else "A"}
        for n, event in enumerate(attack(9, trunk="ic-1", source_ip="192.0.2.9", user_agent="sipp"))
    ]
    learning, serving = (Engine(record=record, suspect=2.0) for record in (True, False))
    learning.set_model(model)
    serving.set_model(model)
    _, examples = told(events, learning)
    changes, none = told(events, serving)
    assert not none
    assert len(examples) > 20
    learnt = {example.row: model.predict(example.row)[0] for example in examples}
    served = [cluster for change in changes for cluster in change.clusters]
    assert len(served) >= 2
    for cluster in served:
        assert learnt[struct.pack(f"<{len(FEATURES)}f", *cluster.row)] == cluster.probability
    best = max(learnt.values())
    assert max(change.probability for change in changes) == best
    assert {change.method for change in changes} == {"masking-of-a-test"}


def test_the_points_of_an_alert_add_up_to_its_probability() -> None:
    engine = Engine(suspect=2.0)
    engine.set_model(a_model())
    changes, _ = told(background(300, trunk="ic-1") + attack(9, trunk="ic-1"), engine)
    clusters = [cluster for change in changes for cluster in change.clusters]
    assert clusters
    for cluster in clusters:
        odds = sum(points for _, points in cluster.points)
        # Points under 0.005 are not told.
        assert odds == pytest.approx(math.log(cluster.probability / (1 - cluster.probability)), abs=0.1)
        names = [name for name, _ in cluster.points]
        assert set(names) <= {"base", *FEATURES}
        assert len(names) == len(set(names))


@pytest.mark.parametrize("model", [None, a_model()], ids=["scorecard", "model"])
@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 6])
def test_the_clusters_that_are_told_explain_the_alerts_probability(number: int, model: Model | None) -> None:
    """A score may peak between two looks at the clusters; it is told as it was then."""
    operator = nth_operator("train", number)
    engine = Engine(suspect=0.7, region=operator.profile.plan.region)
    engine.set_model(model)
    files = Replay(engine, now=NOW)
    changes = files.feed(b"".join(event.to_json() for event in operator.events())).changes
    changes += [*files.close().changes, *files.finish().changes]
    told: dict[str, float] = {}
    for change in changes:
        worst = max((cluster.probability for cluster in change.clusters), default=0.0)
        told[change.alert_id] = max(told.get(change.alert_id, 0.0), worst)
    final = {change.alert_id: change.probability for change in changes}
    assert len(final) > 5
    assert told == final


def test_a_group_is_described_as_an_analyst_would() -> None:
    origin = {"trunk": "ic-2", "source_ip": "192.0.2.9", "sdp_origin": "root 1 1 IN IP4 192.0.2.9"}
    many = [{**event, "trunk": f"ic-{n % 5}"} for n, event in enumerate(background(1_200))]
    _, examples = told(many + attack(9, **origin, attestation="C"), Engine(record=True, suspect=2.0))
    seen = last_of_all(examples)
    assert (seen["distinct_a_count"], seen["callers"], seen["high_volume_flag"]) == (9, 9, 0)
    assert (seen["shared_trunk"], seen["shared_source"], seen["shared_sdp_origin"]) == (1, 1, 1)
    assert math.isnan(seen["shared_agent"]), "nobody named an agent"
    assert (seen["sequential"], seen["in_a_row"], seen["unattested"], seen["attested"]) == (1, 1, 1, 0)
    assert seen["callers_per_second"] == pytest.approx(1 / 0.3, rel=1e-3)
    assert seen["trunk_usual_share"] == pytest.approx(0.2, abs=0.03)
    # Nine of nine callers over a trunk that carries a fifth: 9 ln 5 nats.
    assert seen["trunk_surprise"] == pytest.approx(9 * math.log(5), rel=0.15)
    assert seen["new_callers"] == 1
    assert seen["new_callers_excess"] > 0.4
    assert seen["gap_deviation"] == pytest.approx(0, abs=0.01)
    assert seen["calls_per_caller"] == 1
    assert seen["share_of_crowd"] == 1


def test_a_clock_of_whole_seconds_tells_nothing_of_the_rhythm() -> None:
    at_once = [invite(0, subscriber(n)) for n in range(6)]
    seen = last_of_all(told(at_once, Engine(record=True, suspect=2.0))[1])
    assert math.isnan(seen["gap_deviation"])
    assert math.isnan(seen["callers_per_second"])
    coarse = [invite(n // 3, subscriber(n)) for n in range(9)]
    seen = last_of_all(told(coarse, Engine(record=True, suspect=2.0))[1])
    assert math.isnan(seen["gap_deviation"])
    assert seen["callers_per_second"] == 4


def test_callers_who_called_before_are_known_and_those_of_another_trunk_are_elsewhere() -> None:
    known = background(800, trunk="access")
    callers = [invite(n * 0.4, subscriber(n * 3), trunk="ic-9") for n in range(8)]
    _, examples = told([*known, *callers], Engine(record=True, suspect=2.0))
    seen = last_of_all(examples)
    assert (seen["new_callers"], seen["elsewhere_excess"]) == (0, 1)
    at_home = [invite(n * 0.4, subscriber(n * 3), trunk="access") for n in range(8)]
    _, examples = told([*known, *at_home], Engine(record=True, suspect=2.0))
    assert last_of_all(examples)["elsewhere_excess"] == 0


def test_what_an_honest_network_shows_of_all_its_calls_is_no_excess() -> None:
    """Nothing is signed here, and every number is one that no plan holds."""
    calls = [
        invite(n * 0.5 - 600, f"+9110000{n:05d}", f"+9198200{n:05d}", trunk="t", attestation="none")
        for n in range(1_200)
    ]
    burst = [invite(n * 0.4, f"+9110001{n:05d}", trunk="t", attestation="none") for n in range(8)]
    _, examples = told([*calls, *burst], Engine(record=True, suspect=2.0))
    seen = last_of_all(examples)
    assert (seen["unattested"], seen["impossible"], seen["new_callers"]) == (1, 1, 1)
    for excess in ("unattested_excess", "impossible_excess", "new_callers_excess"):
        assert seen[excess] == pytest.approx(0, abs=0.01), excess


def test_an_identity_that_the_network_asserts_behind_many_numbers_is_told() -> None:
    mine = "+912240009999"
    calls = [invite(n * 0.4, subscriber(n), p_asserted_identity=mine) for n in range(6)]
    _, examples = told(calls, Engine(record=True, suspect=2.0))
    seen = last_of_all(examples)
    assert (seen["cli_mismatch"], seen["shared_identity"]) == (1, 1)
    honest = [invite(n * 0.4, subscriber(n), p_asserted_identity=f"sip:{subscriber(n)}@x") for n in range(6)]
    _, examples = told(honest, Engine(record=True, suspect=2.0))
    seen = last_of_all(examples)
    assert seen["cli_mismatch"] == 0
    assert seen["shared_identity"] == pytest.approx(1 / 6)
    _, examples = told([invite(n * 0.4, subscriber(n)) for n in range(6)], Engine(record=True, suspect=2.0))
    seen = last_of_all(examples)
    assert math.isnan(seen["cli_mismatch"])
    assert math.isnan(seen["shared_identity"])


def of_networks(calls: int, way: str) -> list[dict[str, Any]]:
    """Numbers of three ranges, each of which comes over its own way in: a trunk, or a machine's address."""
    told: list[dict[str, Any]] = []
    for n in range(calls):
        a_number = f"+91985{n % 3}{n * 7_919 % 1_000_000:06d}"
        told.append(invite(n * 0.5 - calls * 0.5, a_number, f"+9198200{n:05d}", **{way: f"192.0.2.{n % 3}"}))
    return told


@pytest.mark.parametrize("way", ["trunk", "source_ip"])
def test_numbers_that_come_another_way_than_their_range_are_odd(way: str) -> None:
    """Where no trunk is named, a machine that sends many calls stands for one."""
    known = of_networks(900, way)

    def burst(network: int) -> dict[str, float]:
        calls = [invite(n * 0.4, f"+919850{n * 99_991:06d}", **{way: f"192.0.2.{network}"}) for n in range(8)]
        return last_of_all(told([*known, *calls], Engine(record=True, suspect=2.0))[1])

    own, others = burst(0), burst(1)
    assert own["range_oddness"] == pytest.approx(-math.log(3), abs=0.1)
    assert others["range_oddness"] > 2
    assert others["range_surprise"] == pytest.approx(8 * others["range_oddness"], rel=0.01)
    assert own["trunk_surprise"] == pytest.approx(8 * math.log(3), rel=0.1)


def test_a_line_that_calls_and_is_seldom_called_is_no_hotline() -> None:
    """Both are told from an hour after the first call on."""
    day = [
        event
        for n in range(120)
        for event in (
            invite(n * 60 - 7_200, subscriber(n), "+918001234567"),
            invite(n * 60 - 7_190, B, f"+9198200{n:05d}"),
        )
    ]
    calls = [invite(n * 0.4, subscriber(700 + n)) for n in range(8)]
    seen = last_of_all(told([*day, *calls], Engine(record=True, suspect=2.0))[1])
    assert (seen["b_calls_out"], seen["b_calls_per_hour"]) == (1, 0)
    at_hotline = [{**call, "b_number": "+918001234567", "call_id": f"h{n}"} for n, call in enumerate(calls)]
    seen = last_of_all(told([*day, *at_hotline], Engine(record=True, suspect=2.0))[1])
    assert (seen["b_calls_out"], round(seen["b_calls_per_hour"])) == (0, 60)


def test_an_excess_of_many_callers_surprises_more_than_one_of_few() -> None:
    day = background(800, trunk="ic-1")

    def surprise(callers: int) -> dict[str, float]:
        return last_of_all(told([*day, *attack(callers, trunk="ic-1")], Engine(record=True, suspect=2.0))[1])

    few, many = surprise(5), surprise(20)
    assert few["new_callers_excess"] == many["new_callers_excess"]
    assert many["new_callers_surprise"] == pytest.approx(4 * few["new_callers_surprise"], rel=0.02)


def test_what_became_of_the_calls_is_heard() -> None:
    events = []
    for n in range(8):
        call = invite(n * 0.6, subscriber(n))
        later = {**call, "timestamp": call["timestamp"] + 0.3}
        events.append(call)
        if n < 2:
            events += [
                {**later, "event_type": "ANSWER"},
                {**later, "event_type": "BYE", "timestamp": later["timestamp"] + 0.2},
            ]
        elif n < 5:
            events.append({**later, "event_type": "CANCEL", "cause": 487})
    _, examples = told(sorted(events, key=lambda event: event["timestamp"]), Engine(record=True, suspect=2.0))
    seen = last_of_all(examples)
    assert seen["answered"] == pytest.approx(2 / 5)
    assert seen["given_up_at_once"] == pytest.approx(3 / 8)
    assert seen["short_talks"] == 1
    assert seen["decided"] == pytest.approx(5 / 8)
    assert seen["overlap_ratio"] == 1


def test_a_number_that_is_rung_by_several_every_hour_has_its_usual_callers() -> None:
    desk, first = "+912240005555", -6 * 3_600
    usual = [
        invite(first + hour * 600 + n, subscriber(hour * 4 + n), desk) for hour in range(36) for n in range(3)
    ]
    burst = [invite(n * 0.4, subscriber(700 + n), desk) for n in range(9)]
    quiet = [invite(60 + n * 0.4, subscriber(800 + n), B) for n in range(9)]
    _, examples = told([*usual, *burst, *quiet], Engine(record=True, suspect=2.0))
    by_number = {example.b_number: row(example) for example in examples if row(example)["grouping"] == 9}
    assert by_number[desk]["b_usual_callers"] == 3
    assert by_number[desk]["b_times_usual"] == 3
    assert by_number[B]["b_usual_callers"] == 0
    assert by_number[B]["b_times_usual"] == 9


def test_just_after_the_start_nobody_can_know_who_is_rung_by_many() -> None:
    _, examples = told(attack(6), Engine(record=True, suspect=2.0))
    seen = last_of_all(examples)
    assert math.isnan(seen["b_usual_callers"])
    assert math.isnan(seen["b_bursts"])
    assert math.isnan(seen["new_callers_excess"])
    assert math.isnan(seen["strange_endpoint"])


def test_an_attack_does_not_make_its_number_look_like_a_hotline() -> None:
    """The scorecard takes this for masking, so that nothing is learnt from it."""
    day = [invite(-7_200, subscriber(1), "+919820000001")]
    again = [
        {**event, "timestamp": event["timestamp"] + 900, "call_id": f"2-{n}"}
        for n, event in enumerate(attack(9))
    ]
    _, examples = told([*day, *attack(9), *again], Engine(record=True))
    assert row(examples[-1])["b_bursts"] == 0
    crowd = [invite(900 + n * 0.4, subscriber(n * 5)) for n in range(9)]
    _, examples = told(
        [*day, *[invite(n * 0.4, subscriber(n * 5)) for n in range(9)], *crowd], Engine(record=True)
    )
    assert row(examples[-1])["b_bursts"] == 1


def test_a_file_with_other_features_is_refused_by_name() -> None:
    file = {
        "format": "ringfence-masking-model",
        "format_version": 1,
        "version": "masking-old",
        "features": ["asr", "aloc"],
        "calibration": {"slope": 1.0, "intercept": 0.0},
        "linear": {
            "intercept": 0.0,
            "weights": [1.0, 1.0],
            "fill": [0.0, 0.0],
            "center": [0.0, 0.0],
            "scale": [1.0, 1.0],
        },
    }
    with pytest.raises(ValueError, match="overlap_ratio") as refused:
        Model(json.dumps(file).encode())
    assert refused.value.args[0] == "model_features"
