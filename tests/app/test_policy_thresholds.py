"""Policies with thresholds of their own over one stream: each acts from its own call on, and none wavers."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ringfence_engine import AlertChange, Engine, Model

from ringfence.model.action import Action
from ringfence.model.policy import Deed, Policy
from ringfence.signalling import MaskingDetector, PolicyBook

NOON = 1_768_478_400
SECOND = 1_000_000_000
BANK = "+12125550100"
OPENING = "AAAAA"
THRESHOLDS = (0.5, 0.7, 0.9)
WriteModel = Callable[..., Path]


def call(n: int, attestation: str) -> bytes:
    """Call `n` of a platform that rotates subscribers' numbers."""
    event = {
        "event_type": "INVITE", "timestamp": NOON + n * 0.4, "call_id": f"{n:03}@gw", "trunk": "north",
        "a_number": f"+1212{200 + 7 * n}{1100 + 177 * n % 8000}", "b_number": BANK, "attestation": attestation,
    }  # fmt: skip
    return json.dumps(event).encode() + b"\n"


def engine(model: Path, thresholds: Iterable[float] = THRESHOLDS) -> Engine:
    made = Engine(region="US")
    made.set_model(Model(model.read_bytes()))
    made.set_thresholds(list(thresholds))
    return made


def told(to: Engine, attestations: str, calls_a_batch: int) -> list[AlertChange]:
    lines = [call(n, attestation) for n, attestation in enumerate(attestations)]
    batches = [b"".join(lines[n : n + calls_a_batch]) for n in range(0, len(lines), calls_a_batch)]
    return [change for batch in batches for change in to.ingest(batch, (NOON + 60) * SECOND).changes]


def decided(changes: Iterable[AlertChange], deed: Deed, threshold: float) -> list[Action]:
    masking = MaskingDetector(PolicyBook([Policy(deed=deed, threshold=threshold, sure_threshold=threshold)]))
    actions = [action for change in changes for action, _ in masking.on_change(change).actions]
    return sorted(actions, key=lambda action: (action.decided_at, action.call_id or ""))


def less_and_less_attested(write_model: WriteModel) -> Path:
    """A model for which a group is the more suspect the fewer of its calls are attested."""
    return write_model({"attested": -6.0}, intercept=4.5)


RISING = OPENING + "C" * 15


def test_each_policy_blocks_from_the_call_that_reaches_its_threshold(write_model: WriteModel) -> None:
    changes = told(engine(less_and_less_attested(write_model)), RISING, 1)
    firsts = []
    for threshold in THRESHOLDS:
        actions = decided(changes, Deed.BLOCK, threshold)
        deciding = next(change.calls[-1] for change in changes if change.probability >= threshold)
        assert actions[0].decided_at == deciding.begun_at
        firsts.append(int(deciding.call_id.removesuffix("@gw")))
        blocked = [f"{n:03}@gw" for n in range(firsts[-1], len(RISING))]
        assert [action.call_id for action in actions] == blocked
    assert len(OPENING) < firsts[0] < firsts[1] < firsts[2]


def test_each_policy_ends_the_calls_of_the_window_as_the_group_reaches_its_threshold(
    write_model: WriteModel,
) -> None:
    changes = told(engine(less_and_less_attested(write_model)), RISING, 1)
    for threshold in THRESHOLDS:
        first, *_ = blocked = decided(changes, Deed.BLOCK, threshold)
        actions = decided(changes, Deed.DISCONNECT, threshold)
        at_once = [action for action in actions if action.decided_at <= first.decided_at + 1]
        assert len(actions) > len(blocked)
        assert len(at_once) >= 5, "those that ring and talk at that instant, and the one that decides"


def test_a_replay_decides_the_same_whatever_the_size_of_its_batches(write_model: WriteModel) -> None:
    model = less_and_less_attested(write_model)
    wavering = RISING + "AAAACCCCCCCAAAAAACCCCCCC"
    streams = [told(engine(model), wavering, size) for size in (1, 3, 7, len(wavering))]
    for threshold in (*THRESHOLDS, 0.83):
        for deed in (Deed.BLOCK, Deed.DISCONNECT):
            first, *others = (decided(changes, deed, threshold) for changes in streams)
            assert first
            assert all(other == first for other in others), (threshold, deed)


def test_a_call_of_an_attack_that_wavers_is_cut_until_it_has_calmed_down(write_model: WriteModel) -> None:
    changes = told(engine(less_and_less_attested(write_model)), RISING + "A" * 12, 1)
    cut = {action.call_id for action in decided(changes, Deed.BLOCK, 0.9)}
    own = {told.call_id: told.score for change in changes for told in change.calls[-1:]}
    wavering = [call_id for call_id, score in own.items() if 0.8 <= score < 0.9 and call_id > "019"]
    calm = [call_id for call_id, score in own.items() if score < 0.8 and call_id > "019"]
    assert wavering
    assert calm
    assert cut.issuperset(wavering)
    assert cut.isdisjoint(calm)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text("AC", min_size=1, max_size=40))
def test_a_clusters_calls_are_suspect_until_it_falls_a_tenth_below_the_threshold(
    write_model: WriteModel, attestations: str
) -> None:
    # From 0.61 where all calls are attested to 0.99 where none is.
    model = write_model({"attested": -4.15}, intercept=4.6)
    thresholds = (0.75, 0.8, 0.9, 0.95)
    watched = {t: MaskingDetector(PolicyBook([Policy(threshold=t)])) for t in thresholds}
    stands = dict.fromkeys(thresholds, False)
    one = engine(model, thresholds)
    for n, attestation in enumerate(OPENING + attestations):
        for change in one.ingest(call(n, attestation), (NOON + 60) * SECOND).changes:
            alerts = {t: detector.on_change(change).alert for t, detector in watched.items()}
            score = next(told.score for told in change.calls if told.call_id == f"{n:03}@gw")
            for threshold, alert in alerts.items():
                stands[threshold] = score >= threshold or (stands[threshold] and score + 0.1 >= threshold)
                suspect = next(told.suspect for told in alert.calls if told.call_id == f"{n:03}@gw")
                assert suspect == stands[threshold], (n, score, threshold)


def test_who_is_in_another_group_of_the_alert_is_judged_by_the_full_threshold(
    write_model: WriteModel,
) -> None:
    model = write_model({"attested": -4.15}, intercept=4.6)
    one = engine(model, [0.9])
    masking = MaskingDetector(PolicyBook([Policy(threshold=0.9)]))
    for n in range(60):
        # Two honest callers to each of the attack's; before its group is known, these are all attested.
        honest = "C" if n >= 20 and (2 * (n // 3) + n % 3) % 4 == 3 else "A"
        line = call(n, "C") if n % 3 == 2 else call(n, honest).replace(b"north", b"south")
        for change in one.ingest(line, (NOON + 60) * SECOND).changes:
            alert = masking.on_change(change).alert
    assert {told.trunk for told in alert.calls if told.suspect} == {"north"}
    spared = [told.score for told in alert.calls if told.trunk == "south"]
    assert max(spared) >= 0.8, "near enough for a call of the attack's own group"
