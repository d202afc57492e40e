"""A second judge beside the live one: it says what it would say were it the live one, and changes nothing."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from ringfence_engine import AlertChange, Engine, Model, Replay

from ringfence.lab.simulate import Operator
from ringfence.lab.simulate.run import simulate_to_file
from ringfence.lab.simulate.writers import TrafficFormat

from .told import spelled

MONDAY = 1_767_571_200 * 1_000_000_000
SECOND = 1_000_000_000
WriteModel = Callable[..., Path]


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Two hours of an operator under attack, hotlines among the called."""
    path = tmp_path_factory.mktemp("traffic") / "day.ndjson"
    operator = Operator(7, start=MONDAY, hours=2, calls_per_day=60_000, attacks=12, hotlines=6)
    simulate_to_file(operator, str(path), kind=TrafficFormat.NDJSON, truth_file=None)
    return path.read_bytes()


def judged(
    traffic: bytes,
    live: Model | None,
    shadow: tuple[Model | None, float] | None = None,
    suspect: float = 0.7,
    piece: int = 1 << 20,
) -> list[AlertChange]:
    engine = Engine(suspect=suspect, region="US")
    engine.set_model(live)
    if shadow is not None:
        engine.set_shadow(shadow[0], suspect=shadow[1])
    replay = Replay(engine, now=MONDAY + 86_400 * SECOND)
    changes: list[AlertChange] = []
    for begin in range(0, len(traffic), piece):
        changes += replay.feed(traffic[begin : begin + piece]).changes
    return changes + replay.close().changes + replay.finish().changes


def without_shadow(change: AlertChange) -> dict[str, object]:
    told: dict[str, object] = json.loads(spelled(change))
    del told["shadow"]
    return told


def shadow_scores(changes: list[AlertChange]) -> dict[tuple[str, str], float]:
    """By alert and Call-ID; a call of which nothing is told has 0, and one that left is no longer the alert's."""
    scores: dict[tuple[str, str], float] = {}
    for change in changes:
        assert change.shadow is not None
        scores |= dict.fromkeys(((change.alert_id, call.call_id) for call in change.calls), 0.0) | {
            key: score for key, score in scores.items() if key[0] == change.alert_id
        }
        scores |= {(change.alert_id, call_id): score for call_id, score in change.shadow.scores}
        for call_id in change.left:
            scores.pop((change.alert_id, call_id), None)
    return scores


def live_scores(changes: list[AlertChange]) -> dict[tuple[str, str], float]:
    """The highest threshold at which each is suspect, as the shadow tells it."""
    scores: dict[tuple[str, str], float] = {}
    for change in changes:
        scores |= {(change.alert_id, call.call_id): call.steps[-1][0] for call in change.calls}
        for call_id in change.left:
            scores.pop((change.alert_id, call_id), None)
    return scores


def model(write_model: WriteModel) -> Model:
    """One that goes by how many callers come in a row, and knows nothing else."""
    return Model(write_model({"sequential": 8.0}, intercept=-4.0, version="shadow-1").read_bytes())


def test_without_a_shadow_nothing_is_told_of_one(day: bytes) -> None:
    assert {change.shadow for change in judged(day, None)} == {None}


def test_the_live_judgement_is_the_same_bit_for_bit_whoever_stands_in_the_shadow(
    day: bytes, write_model: WriteModel
) -> None:
    alone = [without_shadow(change) for change in judged(day, None)]
    assert len(alone) > 100
    for second in ((model(write_model), 0.7), (None, 0.95), (None, 0.0)):
        beside = judged(day, None, second)
        assert [without_shadow(change) for change in beside] == alone


@pytest.mark.parametrize("piece", [1 << 20, 7_001])
def test_a_shadow_that_is_the_live_judge_says_the_same_of_every_call(day: bytes, piece: int) -> None:
    changes = judged(day, None, (None, 0.7), piece=piece)
    assert shadow_scores(changes) == live_scores(changes)
    peaks = {change.alert_id: (change.probability, change.shadow) for change in changes}
    assert all(shadow and shadow.probability == live for live, shadow in peaks.values())
    assert max(live for live, _ in peaks.values()) > 0.9


def attack(b_number: str, callers: list[str], at: float) -> bytes:
    calls = [
        {"event_type": "INVITE", "timestamp": MONDAY / SECOND + at + n * 0.4, "call_id": f"{b_number}-{n}@gw",
         "trunk": "north", "source_ip": "192.0.2.7", "a_number": a_number, "b_number": b_number}
        for n, a_number in enumerate(callers)
    ]  # fmt: skip
    return b"".join(json.dumps(call).encode() + b"\n" for call in calls)


IN_A_ROW = [f"+1202555{1000 + n}" for n in range(9)]
SCATTERED = [f"+1{212 + 3 * n}555{1100 + 177 * n}" for n in range(9)]


def test_it_says_of_each_call_what_it_will_say_once_it_is_the_live_judge(write_model: WriteModel) -> None:
    traffic = attack("+12125550100", IN_A_ROW, 0) + attack("+12125550200", SCATTERED, 600)
    second = model(write_model)
    for threshold in (0.5, 0.7, 0.95):
        beside = judged(traffic, None, (second, threshold))
        promoted = judged(traffic, second, suspect=threshold)
        assert {change.shadow.method for change in beside if change.shadow} == {"shadow-1"}
        assert shadow_scores(beside) == pytest.approx(live_scores(promoted), abs=0.05)
        suspects = [
            {key for key, score in scores.items() if score >= threshold}
            for scores in (shadow_scores(beside), live_scores(promoted))
        ]
        assert suspects[0] == suspects[1]
        assert len(suspects[0]) == 9


def test_a_new_second_judge_is_for_new_alerts(write_model: WriteModel) -> None:
    engine = Engine(region="US")
    engine.set_shadow(None, suspect=0.7)
    now = MONDAY + 60 * SECOND
    first = engine.ingest(attack("+12125550100", IN_A_ROW[:6], 58), now).changes[-1]
    engine.set_shadow(model(write_model), suspect=0.7)
    again = engine.ingest(attack("+12125550100", IN_A_ROW, 58), now).changes[-1]
    other = engine.ingest(attack("+12125550200", IN_A_ROW, 58), now).changes[-1]
    methods = [change.shadow.method for change in (first, again, other) if change.shadow]
    assert methods == ["scorecard", "scorecard", "shadow-1"]
