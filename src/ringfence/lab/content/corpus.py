"""Messages with their truth, to learn from and to measure with: tables beside the project, and our own scripts."""

import csv
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from ringfence.content.features import features
from ringfence.content.reading import read
from ringfence.errors import BadInput
from ringfence.lab.messages.generator import messages
from ringfence.lab.messages.script import families
from ringfence.model.scam import Label, ScamType

RESEARCH = frozenset({"nus", "smishtank", "spamhunter"})
"""Research corpora without a stated licence for software; the card has the figures of the model without them."""
MADE_UP = "made up"
_AT_A_TIME = 200


@dataclass(frozen=True, slots=True)
class Example:
    """`source` is where it comes from; `family` the script of a made-up one, else empty. `type` is None where it isn't
    known; `language` is known of made-up ones alone, `country` and what an honest one is `about` of some others."""

    text: str
    label: Label
    type: ScamType | None
    channel: str
    source: str
    family: str = ""
    language: str = "en"
    country: str = ""
    about: str = ""

    @property
    def group(self) -> str:
        """What it must be held out with: its source; of a made-up one its plot, which several languages share."""
        if not self.family:
            return self.source
        file, _, own = self.family.partition("/")
        return f"{file.split('.')[0]}/{own}"


def tables() -> Path:
    """The folder that the tables lie in, beside the project."""
    return Path(os.environ.get("RINGFENCE_SHARED_DATA", "../shared/data")) / "content"


def table(file: Path) -> list[Example]:
    """A CSV with the columns text, label, channel, src and, where known, kind. Raises `BadInput` naming the file."""
    try:
        with file.open(encoding="utf-8", newline="") as opened:
            return [_row(row) for row in csv.DictReader(opened)]
    except OSError as error:
        raise BadInput(f"cannot read {file}: {error.strerror}") from error
    except (KeyError, ValueError) as error:
        raise BadInput(f"{file} has not the columns text, label, channel and src: {error}") from error


def made_up(count: int, seed: int, wanted: Sequence[str] = ()) -> Iterator[Example]:
    """So many of each family of the project's own scripts."""
    for family in families(wanted):
        scam = family.label == "scam"
        for message in messages(family, count, seed):
            yield Example(
                message.text,
                Label(message.label),
                ScamType(message.type) if scam else None,
                message.channel,
                MADE_UP,
                message.family,
                message.language,
            )


def seen(examples: Sequence[Example], done: Callable[[int], None] = lambda _count: None) -> list[list[str]]:
    """The features of each, made in a process a processor; `done` is told how many there are so far."""
    documents: list[list[str]] = []
    with get_context("forkserver").Pool(os.cpu_count()) as pool:
        for document in pool.imap(_features, [example.text for example in examples], _AT_A_TIME):
            documents.append(document)
            done(len(documents))
    return documents


def _features(text: str) -> list[str]:
    return features(read(text))


def _row(row: dict[str, str]) -> Example:
    label = Label(row["label"])
    kind = row.get("kind", "")
    scam = label is Label.SCAM
    return Example(
        row["text"],
        label,
        ScamType(kind) if scam and kind else None,
        row["channel"],
        row["src"],
        country=row.get("country", ""),
        about="" if scam else kind,
    )
