"""`make evaluate`: detectors of call masking on simulated operators that no training has seen.

Writes benchmarks/masking.md; `--quick` only shows, in a minute, that it runs. Each run is simulated, judged by every
detector and deleted before the next, so that the disk holds one at a time.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import masking_page, strangers
from benchmarks.ablation import blinded
from benchmarks.masking_page import Section
from ringfence.app.scoring import read_scorer
from ringfence.lab.evaluate import RunOutcome, judge_run
from ringfence.lab.evaluate.reading import lines_of
from ringfence.lab.simulate import Operator, Truth, operators
from ringfence.lab.simulate.run import simulate_to_file
from ringfence.lab.simulate.writers import TrafficFormat
from ringfence.lab.training.columns import GROUPS as FEATURE_GROUPS
from ringfence.settings import SignallingSettings

TARGET = Path(__file__).with_name("masking.md")
LOGISTIC = Path(__file__).with_name("masking-logistic.json")
"""Written by `ringfence train masking --kind logistic --rounds 1 --operators 400`."""
ENOUGH = 3_000_000
"""Honest calls outside mixed bursts that a full run has at least."""

SEED = 0
_QUICK, _MOST = 3, 10_000
_FEW_STRANGERS, _STRANGERS = 20, 1_000
_ABLATED = 24
_PROCESSES = 2
_OUR_SETTINGS = ("RINGFENCE_", "DETECTION_", "MASKING_")


@dataclass(frozen=True, slots=True)
class Detector:
    """`words` are those of the `ringfence` command that judges a file, paths among them absolute; `without` are event
    fields that it isn't told; `settings` are names and values for its environment."""

    name: str
    words: tuple[str, ...]
    without: tuple[str, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Detectors that are compared with each other, in one table; they judge the first `runs`."""

    title: str
    text: str
    detectors: tuple[Detector, ...]
    runs: int = sys.maxsize


RULE = Detector("rule alone", ("replay", "--decide", "rule"))
SCORE = Detector("rule and score", ("replay", "--decide", "score"))
HEADERS = ("user_agent", "sdp_origin", "p_asserted_identity")
TRUNK = ("trunk", "source_ip")


def scored_by(name: str, model: str) -> Detector:
    """Ours with another model: a path, or `off` for the scorecard."""
    return Detector(name, SCORE.words, settings=(("RINGFENCE_SIGNALLING__MODEL", model),))


GROUPS = (
    Group(
        "Detectors",
        "Ours by the rule alone, with the trained model's score, with a logistic regression on the same features and "
        "with the scorecard's, and the detectors from outside of `src/ringfence/lab/outsiders.py`.",
        (
            RULE,
            SCORE,
            scored_by("rule and logistic regression", str(LOGISTIC)),
            scored_by("rule and scorecard", "off"),
            Detector("refreshed time-to-live", ("evaluate", "outsider", "refreshed-ttl")),
            Detector("htable counter", ("evaluate", "outsider", "htable")),
            Detector("htable counter, updateexpire=0", ("evaluate", "outsider", "htable-fixed")),
        ),
    ),
    Group(
        "Fields missing",
        "Rule and score on the same traffic without some of the events' fields. It should get worse, not turn over.",
        (
            Detector("no headers", SCORE.words, HEADERS),
            Detector("no trunk identity", SCORE.words, TRUNK),
            Detector("no attestation", SCORE.words, ("attestation",)),
            Detector("numbers and times only", SCORE.words, (*HEADERS, *TRUNK, "attestation")),
        ),
    ),
)


def ablation(model: bytes, folder: Path) -> Group:
    """The packaged model with each group of features kept from it."""
    detectors = []
    for number, (group, features) in enumerate(FEATURE_GROUPS.items()):
        file = folder / f"{number}.json"
        file.write_bytes(blinded(model, features))
        detectors.append(scored_by(f"without {group}", str(file)))
    return Group(
        "Features missing",
        "Rule and score, the same model, with one group of features after the other kept from it: what each is worth. "
        f"The groups are those of `src/ringfence/lab/training/columns.py`; these are the first {_ABLATED} runs.",
        tuple(detectors),
        _ABLATED,
    )


@dataclass(slots=True)
class Results:
    """What each detector did in each run."""

    outcomes: dict[str, list[RunOutcome]] = field(default_factory=dict)

    def of(self, group: Group) -> list[tuple[str, list[RunOutcome]]]:
        """By detector; where it judged a part of the runs, with what all features make of these first."""
        found = [(detector.name, self.outcomes[detector.name]) for detector in group.detectors]
        whole = self.outcomes.get(SCORE.name, [])
        part = found and len(found[0][1]) < len(whole)
        return [(SCORE.name, whole[: len(found[0][1])]), *found] if part else found

    @property
    def benign_calls(self) -> int:
        return sum(one.run.benign_calls for one in next(iter(self.outcomes.values()), []))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.masking")
    parser.add_argument("--quick", action="store_true", help="few small runs, shown and not written")
    quick = parser.parse_args().quick
    model = read_scorer(SignallingSettings()).file
    with tempfile.TemporaryDirectory() as folder:
        groups = (*GROUPS, ablation(model, Path(folder)))
        results = run(
            operators("test", _QUICK if quick else _MOST, SEED), groups, enough=None if quick else ENOUGH
        )
    sections = [Section(group.title, group.text, results.of(group)) for group in groups]
    others = strangers.section(model, _FEW_STRANGERS if quick else _STRANGERS)
    page = masking_page.write(
        "make evaluate QUICK=1" if quick else "make evaluate", sections, SCORE.name, others
    )
    if quick:
        print(page)
    elif results.benign_calls < ENOUGH:
        sys.exit(f"only {results.benign_calls:,} honest calls, {ENOUGH:,} are needed: nothing written")
    else:
        TARGET.write_text(page)
        print(f"Written to {TARGET.relative_to(Path.cwd())}")


def run(simulated: Iterable[Operator], groups: Sequence[Group], *, enough: int | None = None) -> Results:
    """Every detector over every operator, or until there are `enough` honest calls."""
    results = Results({detector.name: [] for group in groups for detector in group.detectors})
    for number, operator in enumerate(simulated, 1):
        detectors = [detector for group in groups if number <= group.runs for detector in group.detectors]
        with tempfile.TemporaryDirectory() as folder:
            for name, outcome in _judged(operator, Path(folder), detectors):
                results.outcomes[name].append(outcome)
        _progress(f"run {number}: {results.benign_calls:,} honest calls so far")
        if enough is not None and results.benign_calls >= enough:
            break
    return results


def _judged(
    operator: Operator, folder: Path, detectors: Sequence[Detector]
) -> Iterator[tuple[str, RunOutcome]]:
    events = folder / "events.ndjson"
    summary = simulate_to_file(operator, str(events), kind=TrafficFormat.NDJSON, truth_file=None)
    truth = operator.truth()
    _progress(
        f"{truth.run.profile}, {operator.hours:.1f} h: {summary.calls:,} calls, {summary.attacks} attacks"
    )
    told = {without: stripped(events, without) for without in {detector.without for detector in detectors}}
    files = [told[detector.without] for detector in detectors]
    folders = [folder / str(number) for number in range(len(detectors))]
    with ThreadPoolExecutor(_PROCESSES) as pool:
        regions = [operator.profile.plan.region] * len(detectors)
        detections = pool.map(_detect, detectors, files, folders, regions)
        for detector, done in zip(detectors, detections, strict=True):
            yield detector.name, _outcome(truth, done)


def _detect(detector: Detector, events: Path, folder: Path, region: str) -> Path:
    """In a process of its own, and away from the settings of this place but for the operator's country."""
    folder.mkdir()
    written = ("--alerts", str(folder / "alerts"), "--actions", str(folder / "actions"))
    command = [sys.executable, "-m", "ringfence", *detector.words, str(events), *written]
    environ = {name: value for name, value in os.environ.items() if not name.startswith(_OUR_SETTINGS)}
    environ |= {"RINGFENCE_DEFAULT_REGION": region, **dict(detector.settings)}
    environ["PYTHONPATH"] = os.pathsep.join(sys.path)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder, env=environ)
    return folder


def _outcome(truth: Truth, folder: Path) -> RunOutcome:
    outcome = judge_run(truth, lines_of(folder / "alerts"), lines_of(folder / "actions"))
    for file in folder.iterdir():
        file.unlink()
    return outcome


def stripped(events: Path, without: tuple[str, ...]) -> Path:
    """The events without these fields. They stand behind the numbers in every line of the simulator."""
    if not without:
        return events
    member = re.compile(rf',"(?:{"|".join(without)})":"(?:[^"\\]|\\.)*"'.encode())
    target = events.with_name("-".join(without))
    with events.open("rb") as full, target.open("wb") as bare:
        bare.writelines(member.sub(b"", line) for line in full)
    return target


def _progress(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
