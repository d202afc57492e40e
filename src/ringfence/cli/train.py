"""`ringfence train masking|content`: makes a model anew, from simulated operators or from messages."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ringfence.cli.learning import Since, kept_records, since_instant
from ringfence.errors import BadInput, Unavailable

if TYPE_CHECKING:
    from ringfence.app.learning import LabelledRows
    from ringfence.lab.training.labels import InForce
    from ringfence.lab.training.train import Progress, Trained

train_app = typer.Typer(no_args_is_help=True, help="Make a model anew.")


@train_app.command()
def masking(
    out: Annotated[Path, typer.Option(metavar="FILE", help="The model file to write (JSON).")],
    card: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The model card to write beside it (Markdown).")
    ] = None,
    kind: Annotated[
        str, typer.Option(help="xgboost, or logistic: the plain baseline on the same features.")
    ] = "xgboost",
    operators: Annotated[
        int, typer.Option(min=1, max=10_000, help="Simulated operators to learn from.")
    ] = 3_200,
    validation: Annotated[int, typer.Option(min=1, max=10_000, help="Others to calibrate on.")] = 160,
    rounds: Annotated[
        int,
        typer.Option(
            min=1,
            max=5,
            help="How often groups are gathered, each time as the last model finds them; all but the last time from a "
            "quarter of the operators, and at most 800 of them.",
        ),
    ] = 2,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same bytes.")] = 1,
    workers: Annotated[
        int, typer.Option(min=0, help="Processes to simulate in; 0: one for each processor. Changes no byte.")
    ] = 0,
    with_labels: Annotated[
        bool,
        typer.Option("--with-labels", help="Learn from analysts' verdicts in the records of this site, too."),
    ] = False,
    since: Since = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print what came out as one JSON object.")] = False,
) -> None:
    """Learn to tell one origin that rotates numbers from a burst of true callers.

    Needs the packages of the extra `train`. Takes about 40 minutes and 8 GB with its defaults on two processors,
    with labels about twice as long.
    """
    if kind not in ("xgboost", "logistic"):
        raise BadInput(f"--kind is xgboost or logistic, not {kind}")
    need("xgboost", "sklearn", "numpy")
    if since is not None and not with_labels:
        raise BadInput("--since goes with --with-labels")
    _writable(out, card)
    from ringfence.lab.training.card import model_card
    from ringfence.lab.training.train import Plan, train

    labels, in_force = _labels(since) if with_labels else (None, None)
    plan = Plan(seed=seed, operators=operators, validation=validation, rounds=rounds)
    with _progress() as progress:
        trained = train(
            plan,
            kind="xgboost" if kind == "xgboost" else "logistic",
            labels=labels,
            progress=progress,
            workers=workers or os.cpu_count() or 1,
        )
    out.write_bytes(trained.file)
    if card is not None:
        card.write_text(model_card(trained.file, trained.validation, in_force))
    _show(trained, in_force, out, as_json=as_json)


@train_app.command()
def content(
    out: Annotated[Path, typer.Option(metavar="FILE", help="The model file to write (zipped JSON).")],
    data: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="Where train.csv and train_more.csv lie. Default: ../shared/data/content."
        ),
    ] = None,
    card: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The model card to write beside it (Markdown).")
    ] = None,
    count: Annotated[int, typer.Option(min=1, max=1_000, help="Messages made up of each family.")] = 30,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same bytes.")] = 1,
    without_research: Annotated[
        bool,
        typer.Option("--without-research", help="Leave out corpora that state no licence for software."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print what came out as one JSON object.")] = False,
) -> None:
    """Learn to tell scams from honest messages, from tables of messages and from the project's own scripts.

    Needs the packages of the extra `train`. Takes some minutes and 4 GB; with --card twice as long, since the card
    tells what comes out without the research corpora, too.
    """
    need("sklearn", "scipy", "numpy")
    _writable(out, card)
    from ringfence.content.model_file import read
    from ringfence.lab.content.card import model_card
    from ringfence.lab.content.corpus import tables
    from ringfence.lab.content.train import Plan, train

    plan = Plan(data or tables(), count, seed, research=not without_research)
    with _progress() as progress:
        file = train(plan, progress)
        other = train(replace(plan, research=False), progress) if card is not None and plan.research else None
    out.write_bytes(file)
    if card is not None:
        card.write_text(model_card(file, other), encoding="utf-8")
    model = read(file)
    if as_json:
        sys.stdout.write(json.dumps({"out": str(out), "version": model.version, **model.about}) + "\n")
    else:
        told = ", ".join(f"AUC {auc} {name}" for name, auc in model.about["held_out_auc"].items())
        sys.stdout.write(f"{model.version} written to {out}; held out: {told}\n")


def need(*packages: str) -> None:
    """Raises Unavailable, with the fix, where one of them is not installed."""
    for name in packages:
        if find_spec(name) is None:
            raise Unavailable("training needs more packages: pip install 'ringfence[train]'")


def _writable(*paths: Path | None) -> None:
    for path in filter(None, paths):
        if not path.resolve().parent.is_dir():
            raise BadInput(f"cannot write {path}: there is no folder {path.parent}")


def _labels(since: str | None) -> "tuple[LabelledRows, InForce | None]":
    """What can be learnt from, and how right the model in force is about it; None where there is none."""
    from ringfence_engine import FEATURES

    from ringfence.app.learning import labelled_rows
    from ringfence.app.scoring import read_scorer
    from ringfence.lab.training.label_table import left_out
    from ringfence.lab.training.labels import InForce
    from ringfence.lab.training.train import SUSPECT
    from ringfence.settings import load_settings

    with kept_records() as (records, place):
        labels = labelled_rows(records, FEATURES, since_instant(since))
    if not labels.rows:
        told = (
            f"There is no verdict to learn from in {place}.",
            left_out(labels.without_row, labels.other_features),
        )
        raise BadInput(" ".join((*filter(None, told), "`ringfence evaluate labels` says how to give one")))
    model = read_scorer(load_settings().signalling).model
    return labels, None if model is None else InForce.of(model, labels.rows, SUSPECT)


@contextmanager
def _progress() -> Iterator["Progress"]:
    """A bar for each step where a person watches, else a line when a step begins."""
    if not sys.stderr.isatty():
        steps: set[str] = set()

        def say(step: str, _done: int, _of: int) -> None:
            if step not in steps:
                steps.add(step)
                sys.stderr.write(f"{step}\n")

        yield say
        return
    from rich.console import Console
    from rich.progress import Progress as Bars

    with Bars(console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, int] = {}

        def draw(step: str, done: int, of: int) -> None:
            task = tasks.setdefault(step, -1)
            if task < 0:
                task = tasks[step] = bars.add_task(step, total=of)
            bars.update(task, completed=done)  # type: ignore[arg-type]

        yield draw


def _show(trained: "Trained", in_force: "InForce | None", out: Path, *, as_json: bool) -> None:
    from ringfence.lab.training import label_table

    about = trained.about
    warnings = list(label_table.warnings(about)) if "labels" in about["data"] else []
    for warning in warnings:
        typer.echo(f"Warning: {warning}", err=True)
    if as_json:
        told = {name: about[name] for name in ("version", "data", "thresholds")}
        if "labels" in about["data"]:
            told |= {"labels": _judged(about, in_force), "warnings": warnings}
        sys.stdout.write(json.dumps({"out": str(out), **told}) + "\n")
        return
    sys.stdout.write(f"{about['version']} written to {out}\n")
    for step in about["thresholds"]:
        cost = step["false_cuts_per_million"]
        sys.stdout.write(f"at most {cost:g} honest calls cut per million: threshold {step['threshold']}\n")
    if "labels" in about["data"]:
        _show_labels(about, in_force)


def _judged(about: dict[str, Any], in_force: "InForce | None") -> dict[str, Any]:
    """How right the models are about the verdicts, before and after."""
    before = None if in_force is None else {"version": in_force.version, **in_force.judged}
    return {"in_force": before, **about["metrics"]["labels"]}


def _show_labels(about: dict[str, Any], in_force: "InForce | None") -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from ringfence.lab.training import label_table

    typer.echo(f"Learnt from {label_table.learnt(about)}")
    table = Table(*label_table.HEAD)
    for row in label_table.rows(about, in_force):
        table.add_row(*map(Text, row))
    Console().print(table)
    typer.echo(label_table.validation(about))


def add_to(app: typer.Typer) -> None:
    app.add_typer(train_app, name="train")
