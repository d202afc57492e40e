"""Answers and what they are to be taken for, as they stand in `answers/`.

`[step0 en-IN yes]` begins the answers that mean yes at that step in that language, `[step0 en-IN unclear 0.3]` those
that were heard with that confidence; without one it is not told.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ringfence.model.verification import Heard, Step, Understood

FOLDER = Path(__file__).parent / "answers"


@dataclass(frozen=True, slots=True)
class Row:
    step: Step
    language: str
    expected: Understood
    confidence: float | None
    text: str

    @property
    def heard(self) -> Heard:
        return Heard(speech=self.text, confidence=self.confidence)


def rows(name: str) -> Iterator[Row]:
    begin: tuple[Step, str, Understood, float | None] | None = None
    for line in (FOLDER / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            step, language, expected, *confidence = line.strip("[]").split()
            begin = Step(step), language, Understood(expected), float(confidence[0]) if confidence else None
        elif line and not line.startswith("//"):
            assert begin is not None
            yield Row(*begin, line)
