"""Runs recorded traffic under several policies, once for each way in which the engine would judge it.

Memory is bound by the calls that are cut, a few hundred bytes for each policy that cuts one.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ringfence.app.detection import build_listed_engine, detectors, policy_book
from ringfence.app.replay import Reading, TrafficReader
from ringfence.app.scoring import Scorer, read_scorer
from ringfence.errors import BadInput
from ringfence.lab.compare.candidates import Candidate
from ringfence.lab.compare.differences import CutCall, Decisions
from ringfence.model.alert import AlertLabel
from ringfence.settings import ShadowSettings
from ringfence.signalling import HitDetector, Judgement, MaskingDetector, PolicyBook

if TYPE_CHECKING:
    from ringfence_engine import Batch


@dataclass(frozen=True, slots=True)
class Pass:
    """Candidates that one engine serves: they differ only in what follows from its judgement."""

    candidates: tuple[Candidate, ...]
    scorer: Scorer


def planned(candidates: Sequence[Candidate], now: int) -> tuple[Pass, ...]:
    """The passes over the traffic that these candidates need. Raises BadInput where one can't be run.

    A policy's own `threshold` needs no pass of its own: the engine tells of each call since when it stands at which.
    But `signalling.probability_threshold` does, since the engine takes a group of calls out of
    the others once it reaches that, which changes the scores of all; so does everything else that the engine knows.
    """
    passes: list[Pass] = []
    scorers: dict[tuple[str, bool], Scorer] = {}
    for candidate in candidates:
        scorer = _scorer_of(candidate, scorers)
        _check(candidate, scorer, now)
        for place, served in enumerate(passes):
            if _engine_of(served.candidates[0]) == _engine_of(candidate):
                passes[place] = Pass((*served.candidates, candidate), scorer)
                break
        else:
            passes.append(Pass((candidate,), scorer))
    return tuple(passes)


def decide(
    passes: Sequence[Pass],
    files: Sequence[Path],
    *,
    sort: bool,
    now: int,
    progress: Callable[[int], None] = lambda read: None,
) -> tuple[dict[str, Decisions], Reading]:
    """What each candidate decides, by its name, and what the first pass read. Raises BadInput."""
    decisions: dict[str, Decisions] = {}
    readings: list[Reading] = []
    for one in passes:
        engine = build_listed_engine(one.candidates[0].settings, now, one.scorer)
        books = [policy_book(candidate.settings, engine) for candidate in one.candidates]
        engine.set_thresholds(sorted({threshold for book in books for threshold in book.thresholds}))
        deciders = [_decider(candidate, book) for candidate, book in zip(one.candidates, books, strict=True)]
        reader = TrafficReader(engine, _Panel(deciders), sort=sort, now=now)
        for path in files:
            reader.read(path, progress)
        readings.append(reader.finish())
        decisions |= {decider.name: decider.finish() for decider in deciders}
    return decisions, readings[0]


def _scorer_of(candidate: Candidate, known: dict[tuple[str, bool], Scorer]) -> Scorer:
    """Each model is read once, whoever asks for it."""
    signalling = candidate.settings.signalling
    key = signalling.model, signalling.features
    if key not in known:
        with _naming(candidate):
            known[key] = read_scorer(signalling)
    return known[key]


def _check(candidate: Candidate, scorer: Scorer, now: int) -> None:
    with _naming(candidate):
        policy_book(candidate.settings, build_listed_engine(candidate.settings, now, scorer))


@contextmanager
def _naming(candidate: Candidate) -> Iterator[None]:
    try:
        yield
    except BadInput as error:
        raise BadInput(f"--policy {candidate.name}: {error.detail}", code=error.code) from None


def _engine_of(candidate: Candidate) -> tuple[object, ...]:
    """All that the engine is built from."""
    settings = candidate.settings
    # A shadow decides nothing, so nobody asks for it here; from when a policy is sure is no matter of the engine's.
    signalling = settings.signalling.model_copy(update={"shadow": ShadowSettings(), "sure_threshold": 0.0})
    return signalling, settings.default_region, settings.trunks, settings.lists


def _decider(candidate: Candidate, book: PolicyBook) -> "_Decider":
    # As in a replay, no cap on disconnects a minute: it would hide what the policies differ in.
    masking, hits = detectors(candidate.settings, book, None)
    return _Decider(candidate.name, masking, hits)


class _Panel:
    """Shows each batch to all who decide on it."""

    def __init__(self, deciders: Sequence["_Decider"]) -> None:
        self._deciders = deciders

    def __call__(self, batch: "Batch") -> None:
        for decider in self._deciders:
            decider.judge(batch)


class _Decider:
    """One policy's detectors, and what they decided so far."""

    def __init__(self, name: str, masking: MaskingDetector, hits: HitDetector) -> None:
        self.name = name
        self._masking = masking
        self._hits = hits
        self._labels: dict[str, AlertLabel] = {}
        self._reasons: dict[str, str] = {}
        self._actions: set[str] = set()
        self._cuts: dict[str, CutCall] = {}

    def judge(self, batch: "Batch") -> None:
        for change in batch.changes:
            told = {call.call_id: _Told(call.trunk, call.score, call.begun_at) for call in change.calls}
            for call_id, call in told.items():
                self._raise(call_id, call.score)
            self._take(self._masking.on_change(change), told)
        for hit in batch.hits:
            for judgement in self._hits.on_hit(hit):
                self._take(judgement, {hit.call_id: _Told(hit.trunk, 0.0, hit.at)})

    def finish(self) -> Decisions:
        """No more calls will come."""
        for judgement in self._hits.finish():
            self._take(judgement, {})
        labels = self._labels.values()
        return Decisions(
            name=self.name,
            alerts=len(labels),
            masking_alerts=sum(label is AlertLabel.MASKING for label in labels),
            actions=len(self._actions),
            cuts=self._cuts,
            reasons=self._reasons,
        )

    def _raise(self, call_id: str, score: float) -> None:
        cut = self._cuts.get(call_id)
        if cut is not None and cut.probability < score:
            self._cuts[call_id] = replace(cut, probability=score)

    def _take(self, judgement: Judgement, told: dict[str, "_Told"]) -> None:
        alert = judgement.alert
        self._labels[alert.alert_id] = alert.label
        self._reasons[alert.alert_id] = alert.reasons[0]
        for action, _ in judgement.actions:
            self._actions.add(action.action_id)
            if action.call_id is None or action.a_number is None:
                continue
            call, known = told[action.call_id], self._cuts.get(action.call_id)
            if known is None or action.decided_at < known.place[0]:
                self._cuts[action.call_id] = CutCall(
                    call_id=action.call_id,
                    a_number=action.a_number,
                    b_number=action.b_number,
                    trunk=call.trunk,
                    alert_id=action.alert_id,
                    begun_at=call.begun_at,
                    decided_at=action.decided_at,
                    probability=max(call.score, known.probability if known else 0.0),
                )


class _Told(NamedTuple):
    """What the engine tells of a call."""

    trunk: str
    score: float
    begun_at: int
