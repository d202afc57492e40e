"""`ringfence analyze`: messages judged here and now, without a server; nothing is kept."""

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ringfence.errors import BadInput

if TYPE_CHECKING:
    from ringfence.app.turns import Turns

_MOST_BYTES = 1 << 20
_FILE_ENDINGS = (".txt", ".ndjson", ".json", ".csv", ".eml", ".md")


def analyze(
    what: Annotated[
        str | None,
        typer.Argument(
            metavar="TEXT|FILE|FOLDER|-",
            help="A message, a file that holds one, a folder of such files, or - for standard input.",
        ),
    ] = None,
    ndjson: Annotated[
        str | None,
        typer.Option(metavar="IN", help="Messages in bulk, one JSON object a line; - is standard input."),
    ] = None,
    out: Annotated[
        str | None, typer.Option(metavar="OUT", help="With --ndjson: the answers; - is standard output.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say whether a message is a scam, of which kind, by which strategy, and whom it names."""
    if (what is None) == (ndjson is None):
        raise BadInput("give a text, a file, a folder or -, or messages in bulk with --ndjson IN --out OUT")
    if ndjson is not None:
        from ringfence.cli.bulk import bulk

        bulk(ndjson, out, as_json=as_json)
        return
    if out is not None:
        raise BadInput("--out goes with --ndjson; --json prints one answer on standard output")
    assert what is not None  # noqa: S101
    if _is(what, Path.is_dir):
        _folder(Path(what), as_json=as_json)
    else:
        _one(_message(what), as_json=as_json)


def _message(what: str) -> str:
    if what == "-":
        return _text("standard input", sys.stdin.buffer.read(_MOST_BYTES + 1))
    if _is(what, Path.is_file):
        return _text(what, _bytes(Path(what)))
    if what.lower().endswith(_FILE_ENDINGS) and "//" not in what and not any(map(str.isspace, what)):
        raise BadInput(f"there is no file {what}")
    return what


def _is(what: str, kind: Any) -> bool:
    try:
        return bool(kind(Path(what)))
    except (OSError, ValueError):  # a message may be longer than a name can be, or hold a zero byte
        return False


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise BadInput(f"cannot read {path}: {error.strerror}") from None


def _text(name: str, data: bytes) -> str:
    from ringfence.identifiers import LONGEST

    text = _decoded(data)
    if text is None:
        raise BadInput(f"{name} is no text in UTF-8")
    if not text.strip():
        raise BadInput(f"{name} is empty")
    if len(text) > LONGEST:
        raise BadInput(f"{name} has over {LONGEST} characters: messages in bulk are read with --ndjson")
    return text


def _decoded(data: bytes) -> str | None:
    """None where it is no text."""
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def _turns() -> "Turns":
    from ringfence.app.content_model import open_analyser
    from ringfence.app.turns import Turns
    from ringfence.settings import load_settings

    return Turns(open_analyser(load_settings()))


def _answer(turns: "Turns", text: str) -> dict[str, Any]:
    from secrets import token_hex

    from ringfence.app.answer import answer
    from ringfence.app.turns import Turn

    turn, now = Turn(text), time.time_ns()
    done = turns.conclude(turn, turns.judge(turn, now), None, now)
    return answer(done, request_id=token_hex(8), mode="shield")


def _one(text: str, *, as_json: bool) -> None:
    if not text.strip():
        raise BadInput("the message is empty")
    view = _answer(_turns(), text)
    if as_json:
        sys.stdout.write(json.dumps(view, ensure_ascii=False) + "\n")
        return
    from ringfence.cli.verdicts import show

    show(view)


def _folder(folder: Path, *, as_json: bool) -> None:
    from ringfence.cli.progress import counted

    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    turns = _turns()
    found: list[dict[str, Any]] = []
    with counted("Analysing", len(files)) as progress:
        for name, text in _texts(folder, files):
            if text is not None:
                found.append({"file": name, **_answer(turns, text)})
            progress(1)
    if not found:
        raise BadInput(f"{folder} holds no text")
    skipped = len(files) - len(found)
    if as_json:
        scams = sum(view["is_scam"] for view in found)
        told = {"files": len(found), "skipped": skipped, "scams": scams, "results": found}
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
        return
    from ringfence.cli.verdicts import show_many

    show_many(found, skipped)


def _texts(folder: Path, files: list[Path]) -> Iterator[tuple[str, str | None]]:
    """Names within the folder; None for a file that is no text of a message."""
    from ringfence.identifiers import LONGEST

    for path in files:
        text = _decoded(_bytes(path))
        fits = text is not None and text.strip() and len(text) <= LONGEST
        yield str(path.relative_to(folder)), text if fits else None


def add_to(app: typer.Typer) -> None:
    app.command()(analyze)
