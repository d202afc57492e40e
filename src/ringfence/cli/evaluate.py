"""`ringfence evaluate`: how good a detector is, measured against known truth and the verdicts of analysts."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ringfence.cli.evaluate_content import content
from ringfence.cli.learning import AsJson, Since, drift, labels
from ringfence.errors import BadInput
from ringfence.lab.outsiders import Kind

if TYPE_CHECKING:
    from ringfence.lab.evaluate import RunOutcome, Score

evaluate_app = typer.Typer(
    no_args_is_help=True,
    help="Measure a detector: on traffic or messages whose truth is known, and by what analysts say of live alerts.",
)
FromLabels = Annotated[
    bool, typer.Option("--from-labels", help="Go by the verdicts of analysts instead, as `evaluate labels`.")
]

_MISSED_SHOWN = 20


@evaluate_app.callback(invoke_without_command=True)
def evaluate(
    context: typer.Context,
    from_labels: FromLabels = False,
    since: Since = None,
    as_json: AsJson = False,
) -> None:
    if context.invoked_subcommand is not None:
        if from_labels or since is not None or as_json:
            raise BadInput(f"write the options after {context.invoked_subcommand}")
        return
    if not from_labels:
        raise BadInput("say what to evaluate: `ringfence evaluate --help` lists it")
    labels(since, as_json)


@evaluate_app.command()
def masking(
    truth: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE", help="What was planted: the --truth file of `ringfence simulate masking`."
        ),
    ] = None,
    alerts: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="The detector's alerts on that traffic, one JSON object a line."),
    ] = None,
    actions: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="The calls it blocked or disconnected, one JSON object a line."),
    ] = None,
    from_labels: FromLabels = False,
    since: Since = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the score as one JSON object.")] = False,
) -> None:
    """Say which attacks a detector cut, how fast, and how many honest calls it cut with them.

    Any detector can write the files; ours does with `ringfence replay`.

    For several runs give the three options again; they add up to one score.

    Files may be packed by gzip. docs/formats.md explains every figure.
    """
    from ringfence.lab.evaluate import Score

    truth, alerts, actions = truth or [], alerts or [], actions or []
    if from_labels:
        if truth or alerts or actions:
            raise BadInput("--from-labels goes by the records: leave --truth, --alerts and --actions out")
        labels(since, as_json)
        return
    if since is not None:
        raise BadInput("--since goes with --from-labels")
    if not truth:
        raise BadInput("give --truth, --alerts and --actions, or --from-labels")
    if not len(truth) == len(alerts) == len(actions):
        raise BadInput(
            "each --truth needs its --alerts and its --actions, in the same order: "
            f"there are {len(truth)}, {len(alerts)} and {len(actions)}"
        )
    score = Score.of([_judged(*files) for files in zip(truth, alerts, actions, strict=True)])
    if as_json:
        sys.stdout.write(json.dumps(asdict(score)) + "\n")
    else:
        _show(score)


@evaluate_app.command()
def outsider(
    kind: Annotated[
        Kind,
        typer.Argument(
            help="refreshed-ttl: a set of callers that lives on with each call, then a cooldown. htable: a counter "
            "of Kamailio's htable. htable-fixed: the same with updateexpire=0."
        ),
    ],
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="NDJSON events in order of time; gzip or not.")
    ],
    alerts: Annotated[Path, typer.Option(help="Write its alerts here, one JSON object a line.")],
    actions: Annotated[Path, typer.Option(help="Write the calls it cuts here, one JSON object a line.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the counts as one JSON object.")] = False,
) -> None:
    """Run a detector from outside over recorded events, to hold ours against it with `evaluate masking`."""
    from ringfence.lab import outsiders
    from ringfence.lab.evaluate.reading import lines_of

    if len({path.resolve() for path in (file, alerts, actions)}) < 3:
        raise BadInput("FILE, --alerts and --actions must be three files")
    result = outsiders.judge_events(outsiders.outsider(kind), lines_of(file), str(file))
    _write(alerts, result.alert_lines())
    _write(actions, result.action_lines())
    counts = {"attempts": result.attempts, "alerts": len(result.alerts), "actions": len(result.cuts)}
    if as_json:
        sys.stdout.write(json.dumps(counts) + "\n")
    else:
        typer.echo(", ".join(f"{count:,} {name}" for name, count in counts.items()))


def _write(path: Path, lines: Iterator[str]) -> None:
    try:
        with path.open("w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)
    except OSError as error:
        raise BadInput(f"cannot write {path}: {error.strerror}", code="file_unwritable") from error


def _judged(truth: Path, alerts: Path, actions: Path) -> "RunOutcome":
    from ringfence.lab.evaluate import judge_run
    from ringfence.lab.evaluate.reading import lines_of, truth_of

    return judge_run(
        truth_of(truth),
        lines_of(alerts),
        lines_of(actions),
        alerts_name=str(alerts),
        actions_name=str(actions),
    )


def _show(score: "Score") -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from ringfence.lab.evaluate import table as words

    console = Console()
    summary = Table(show_header=False, box=None)
    for row in words.headline(score):
        summary.add_row(*row)
    console.print(summary)
    for head, rows in (
        (words.ATTACK_HEAD, words.attack_rows(score)),
        (words.BENIGN_HEAD, words.benign_rows(score)),
    ):
        table = Table(*head)
        for row in rows:
            table.add_row(*map(Text, row))
        console.print(table)
    if score.missed:
        more = len(score.missed) - _MISSED_SHOWN
        told = ", ".join(score.missed[:_MISSED_SHOWN]) + (f" and {more:,} more" if more > 0 else "")
        console.print(Text(f"Attacks without any call cut: {told}"))


evaluate_app.command()(content)
evaluate_app.command()(labels)
evaluate_app.command()(drift)


def add_to(app: typer.Typer) -> None:
    app.add_typer(evaluate_app, name="evaluate")
