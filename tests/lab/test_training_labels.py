"""Analysts' verdicts in the masking model: a robot is no longer taken for an attacker, and an attacker is found."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ringfence_engine import FEATURES, Model

from ringfence.adapters.stores.records import SqlRecords
from ringfence.app.learning import LabelledRow, LabelledRows, labelled_rows
from ringfence.cli import main
from ringfence.lab.training.card import model_card
from ringfence.lab.training.fit import Trees
from ringfence.lab.training.label_table import warnings
from ringfence.lab.training.labels import ALL, ONE_ANALYST, ONE_TRUNK, InForce, folds, shares
from ringfence.lab.training.train import SUSPECT, Plan, Trained, train
from ringfence.model.alert import AlertVerdict

SMALL = Plan(seed=3, operators=8, validation=4, rounds=1)
FEW = Trees(rounds=200, depth=5, least_weight=1.0)
DAYS, ROBOT_A_DAY, ATTACKS_A_DAY = 4, 10, 4
NOON = 1_768_478_400
ROBOT, ATTACKER = "line-test-7", "carrier-9"


def learn(labels: LabelledRows | None = None) -> Trained:
    return train(SMALL, trees=FEW, labels=labels, progress=lambda _step, _done, _of: None, workers=1)


def day_of_calls(day: int) -> list[dict[str, Any]]:
    """The operator's own robot tries lines with its block of numbers and lets them answer; one who makes numbers up
    rings others and gives up."""
    told = []
    for n in range(ROBOT_A_DAY):
        for i in range(6):
            call = {"a_number": f"+1202555{1000 + i}", "b_number": f"+1212555{day * 10 + n:04}"}
            call |= origin(f"robot-{day}-{n}-{i}", ROBOT, "192.0.2.9") | {"attestation": "A"}
            at = NOON + day * 86_400 + n * 600 + i * 0.4
            told += [event("INVITE", at, call), event("ANSWER", at + 0.3, call), event("BYE", at + 45, call)]
    for n in range(ATTACKS_A_DAY):
        for i in range(9):
            made_up = f"+1646{200 + 37 * (i + n + day) % 700}{(i * 7919 + n * 131 + day * 17) % 10_000:04}"
            call = {"a_number": made_up, "b_number": f"+1312555{day * 10 + n:04}"}
            call |= origin(f"attack-{day}-{n}-{i}", ATTACKER, "192.0.2.19") | {"attestation": "C"}
            at = NOON + day * 86_400 + n * 600 + 300 + i * 0.3
            told += [event("INVITE", at, call), event("CANCEL", at + 2, call)]
    return told


def origin(call_id: str, trunk: str, address: str) -> dict[str, str]:
    return {
        "call_id": f"{call_id}@gw",
        "trunk": trunk,
        "source_ip": address,
        "sdp_origin": f"x 1 1 IN IP4 {address}",
    }


def event(kind: str, at: float, call: dict[str, Any]) -> dict[str, Any]:
    return {"event_type": kind, "timestamp": at, **call}


def judged(folder: Path, model: bytes, days: int) -> Path:
    """The records of these days, as `replay --store` leaves them where the model judges."""
    folder.mkdir()
    (folder / "model.json").write_bytes(model)
    lines = [json.dumps(told) for day in range(days) for told in day_of_calls(day)]
    (folder / "week.ndjson").write_text("\n".join(lines))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RINGFENCE_DATA_DIR", str(folder))
        patch.setenv("RINGFENCE_SIGNALLING__MODEL", str(folder / "model.json"))
        with pytest.raises(SystemExit) as ended:
            main(["replay", str(folder / "week.ndjson"), "--sort", "--store", "--json"])
    assert ended.value.code == 0
    return folder / "ringfence.db"


def probabilities(records: Path, last_day: int, model: bytes) -> dict[str, list[float]]:
    """By trunk, of each alert of that day: what the model makes of its most suspect group."""
    store = SqlRecords(f"sqlite:///{records}")
    told: dict[str, list[float]] = {}
    for review in store.reviews(since=(NOON + last_day * 86_400) * 1_000_000_000):
        assert review.features is not None
        row = np.array(review.features.values, dtype=np.float32)
        told.setdefault(review.trunks[0], []).append(Model(model).predict(row.tobytes())[0])
    store.close()
    return told


@dataclass(frozen=True)
class Week:
    """Four days that a model judged, and what an analyst said of them."""

    before: Trained
    records: Path
    labels: LabelledRows
    after: Trained


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Week:
    before = learn()
    records = judged(tmp_path_factory.mktemp("site") / "var", before.file, DAYS)
    store = SqlRecords(f"sqlite:///{records}")
    for n, review in enumerate(list(store.reviews())):
        verdict = AlertVerdict.FALSE_ALARM if review.trunks == (ROBOT,) else AlertVerdict.MASKING
        store.annotate(
            review.alert_id, status=None, verdict=verdict, clear_verdict=False, note=None, who="asha", at=n
        )
    store.close()
    return Week(before, records, read(records), learn(read(records)))


def read(records: Path) -> LabelledRows:
    store = SqlRecords(f"sqlite:///{records}")
    labels = labelled_rows(store, FEATURES)
    store.close()
    return labels


def test_the_day_after_the_robot_raises_no_false_alarms_and_the_attacker_is_found(
    week: Week, tmp_path: Path
) -> None:
    records = judged(tmp_path / "next", week.before.file, DAYS + 1)
    before, after = (probabilities(records, DAYS, learnt.file) for learnt in (week.before, week.after))
    assert len(before[ROBOT]) == ROBOT_A_DAY
    assert len(before[ATTACKER]) == ATTACKS_A_DAY
    assert min(before[ROBOT]) >= SUSPECT > max(after[ROBOT])
    assert max(before[ATTACKER]) < SUSPECT <= min(after[ATTACKER])


def test_the_same_verdicts_and_seed_give_the_same_file(week: Week) -> None:
    assert learn(read(week.records)).file == week.after.file
    assert Model(week.after.file).version != Model(week.before.file).version


def test_the_file_says_how_many_verdicts_and_of_when_and_nothing_of_anybody(week: Week) -> None:
    file = week.after.file.decode()
    count = DAYS * (ROBOT_A_DAY + ATTACKS_A_DAY)
    assert json.loads(file)["data"]["labels"] == {
        "verdicts": count,
        "masking": DAYS * ATTACKS_A_DAY,
        "others": DAYS * ROBOT_A_DAY,
        "first_day": "2026-01-15",
        "last_day": "2026-01-18",
        "trunks": 2,
        "called_numbers": count,
        "analysts": 1,
        "without_row": 0,
        "other_features": 0,
        "masking_share": pytest.approx(ONE_TRUNK),
        "others_share": pytest.approx(ONE_TRUNK),
    }
    for said in week.labels.rows:
        for personal in (said.b_number, said.b_number[1:], said.alert_id, ROBOT, ATTACKER, "asha"):
            assert personal not in file


def test_precision_is_told_before_and_after_of_verdicts_that_were_not_learnt(week: Week) -> None:
    told = week.after.about["metrics"]["labels"]
    before, after = told["without"], told["learnt"]
    assert (told["threshold"], told["parted_by"]) == (SUSPECT, "day")
    assert after["precision"] > 0.9
    assert after["missed"] <= before["missed"]


def test_the_card_tells_of_the_verdicts_and_of_the_model_in_force(week: Week) -> None:
    in_force = InForce.of(Model(week.before.file), week.labels.rows, SUSPECT)
    card = model_card(week.after.file, week.after.validation, in_force)
    assert "56 verdicts of 1 analyst (16 masking, 40 not) on alerts of 2026-01-15 to 2026-01-18" in card
    same = week.after.about["metrics"]["labels"]["without"]
    assert f"| {week.before.about['version']}, in force | {same['taken']} | {same['confirmed']} |" in card
    assert "| with the verdicts of other days | " in card
    assert "No real traffic" not in card
    assert "Verdicts of analysts" not in model_card(week.before.file, week.before.validation)


NO_ROW = (None,) * len(FEATURES)
SAID = LabelledRow(NO_ROW, False, "north", "a", "+12125550100", NOON * 1_000_000_000, None, "asha")


def verdicts(
    count: int, *, b_number: str | None = None, trunk: str | None = None, analyst: str | None = None
) -> list[LabelledRow]:
    """That many, each a day after the other. What is named differs from one to the next and begins like that."""
    return [
        replace(
            SAID,
            opened_at=SAID.opened_at + n * 86_400_000_000_000,
            b_number=f"{b_number}{n}" if b_number else SAID.b_number,
            trunk=f"{trunk}{n}" if trunk else SAID.trunk,
            analyst=f"{analyst}{n}" if analyst else SAID.analyst,
        )
        for n in range(count)
    ]


def test_a_verdict_counts_as_one_simulated_attack() -> None:
    apart = verdicts(3, b_number="+1212555010", trunk="t", analyst="a")
    assert shares(apart, 1_000) == pytest.approx([0.001] * 3)


def test_verdicts_on_one_number_or_one_campaign_count_less() -> None:
    number = verdicts(4, trunk="t", analyst="a")
    campaign = [
        replace(said, opened_at=SAID.opened_at, trunk="north")
        for said in verdicts(4, b_number="+1212555010", analyst="a")
    ]
    assert shares(number, 100_000) == pytest.approx([0.000_005] * 4)
    assert shares(campaign, 100_000) == pytest.approx([0.000_005] * 4)
    other = replace(number[3], masking=True)
    assert shares([*number[:3], other], 100_000)[3] == pytest.approx(0.000_01)


def test_a_hundred_verdicts_of_one_trunk_or_one_analyst_cannot_turn_the_model_over() -> None:
    trunk = verdicts(100, b_number="+1212555010", analyst="a")
    analyst = verdicts(100, b_number="+1212555010", trunk="t")
    everybody = verdicts(100, b_number="+1212555010", trunk="t", analyst="a")
    masking = [replace(said, masking=True) for said in everybody]
    assert shares(trunk, 1_000).sum() == pytest.approx(ONE_TRUNK)
    assert shares(analyst, 1_000).sum() == pytest.approx(ONE_ANALYST)
    assert shares(everybody, 1_000).sum() == pytest.approx(ALL)
    assert shares([*everybody, *masking], 1_000).sum() == pytest.approx(2 * ALL)


def test_a_fold_has_no_day_in_common_with_another_where_there_are_enough() -> None:
    days = [*verdicts(5), *verdicts(5)]
    parted_by, parts = folds(days)
    assert parted_by == "day"
    assert sorted(place for part in parts for place in part) == list(range(10))
    held = [{days[place].opened_at for place in part} for part in parts]
    assert sum(map(len, held)) == 5


def test_a_day_of_verdicts_is_parted_by_called_number_and_one_number_not_at_all() -> None:
    numbers = [replace(said, opened_at=SAID.opened_at) for said in verdicts(6, b_number="+1212555010")]
    assert folds(numbers)[0] == "called number"
    assert [len(part) for part in folds(numbers)[1]] == [2, 2, 2]
    assert folds([SAID] * 6) == (None, [])


def told_of(**changed: Any) -> dict[str, Any]:
    point = {"threshold": SUSPECT, "recall": 0.9, "false_cuts_per_million": 40.0}
    return {
        "data": {"labels": {"verdicts": changed.pop("verdicts", 30)}},
        "metrics": {
            "labels": {"learnt": changed.pop("learnt", {}), "validation_without": point},
            "operating_points": [point | changed],
        },
    }


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, []),
        ({"recall": 0.885, "false_cuts_per_million": 49.0}, []),
        ({"verdicts": 29}, ["29 verdicts, under 30, are few"]),
        ({"learnt": None}, ["it can't be told how right"]),
        ({"recall": 0.87}, ["90.0% without the verdicts, 87.0% with them"]),
        ({"false_cuts_per_million": 51.0}, ["per million 40.0 and 51.0"]),
    ],
)
def test_what_to_think_about_first_is_warned_of(changed: dict[str, Any], words: list[str]) -> None:
    told = list(warnings(told_of(**changed)))
    assert len(told) == len(words)
    assert all(part in line for part, line in zip(words, told, strict=True))
