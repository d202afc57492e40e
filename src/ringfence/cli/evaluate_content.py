"""`ringfence evaluate content`: how good the model of messages is on messages whose truth is known."""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ringfence.cli.learning import AsJson
from ringfence.cli.progress import counted
from ringfence.cli.train import need
from ringfence.errors import BadInput

if TYPE_CHECKING:
    from ringfence.lab.content.corpus import Example
    from ringfence.lab.content.validation import Measured

_HEAD = ("source", "scams", "others", "recall", "others flagged", "advertising flagged", "AUC")


def content(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE…",
            help="Messages with their truth: CSV with the columns text, label, channel and src, or NDJSON as "
            "`ringfence simulate content` writes it (message, label).",
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Judge labelled messages by the model in force, and say by source what is found and what is flagged.

    Needs the packages of the extra `train`.
    """
    need("numpy", "sklearn")
    import numpy as np

    from ringfence.app.content_model import open_analyser
    from ringfence.lab.content.validation import by_source, measure
    from ringfence.settings import load_settings

    examples = [example for file in files for example in _examples(file)]
    if not examples:
        raise BadInput("there is no message in what was given")
    analyser = open_analyser(load_settings())
    scores = []
    with counted("Judging", len(examples)) as done:
        for example in examples:
            scores.append(analyser.analyse(example.text).verdict.scam_probability)
            done(1)
    probability = np.array(scores)
    found = [*by_source(examples, probability), measure("all", examples, probability)]
    if as_json:
        sys.stdout.write(json.dumps({"sources": [one.told() for one in found]}) + "\n")
    else:
        _show(found)


def _examples(file: Path) -> "Iterator[Example]":
    from ringfence.lab.content.corpus import table

    if file.suffix != ".csv":
        yield from _lines(file)
        return
    for row in table(file):
        yield replace(row, source=row.source or file.stem)


def _lines(file: Path) -> "Iterator[Example]":
    from ringfence.lab.content.corpus import Example
    from ringfence.model.scam import Label

    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"cannot read {file}: {error}") from error
    for number, line in enumerate(lines, 1):
        try:
            told = json.loads(line)
            source = str(told.get("family", file.stem)).split(".")[0]
            yield Example(
                str(told["message"]), Label(told["label"]), None, str(told.get("channel", "sms")), source
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadInput(f"{file}, line {number} is not a message with its label: {error}") from error


def _show(found: "list[Measured]") -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from ringfence.lab.content.card import percent

    table = Table(*_HEAD)
    for one in found:
        shares = map(percent, (one.recall, one.flagged, one.promo_flagged))
        auc = "" if one.auc is None else f"{one.auc:.3f}"
        table.add_row(*map(Text, (one.source, f"{one.scams:,}", f"{one.others:,}", *shares, auc)))
    Console().print(table)
