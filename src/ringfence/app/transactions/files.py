"""Rows out of a file of transactions: the older system's list in JSON, or CSV with a header of the same names."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ringfence.app.transactions.rows import OPTIONAL, REQUIRED
from ringfence.errors import BadInput, TooLarge

MOST_BYTES = 8 << 20
MOST_ROWS = 10_000
_LONGEST_CELL = 10_000
_GUARDED = ("'=", "'+", "'-", "'@", "'\t", "'\r", "'＝", "'＋", "'－", "'＠")


@dataclass(frozen=True, slots=True)
class FileRow:
    """`line` is that of the file, or of a JSON list the place in it, from 1. `fault` says what is wrong with the whole
    row, where something is."""

    line: int
    values: dict[str, Any]
    fault: str = ""


def read_file(body: bytes) -> list[FileRow]:
    """Told by content. Raises TooLarge, and BadInput where it can't be read as a whole."""
    if len(body) > MOST_BYTES:
        raise TooLarge(
            f"A file of transactions has up to {MOST_BYTES >> 20} MiB: split it", code="file_too_large"
        )
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput("The file is not in UTF-8: save it as UTF-8", code="encoding_invalid") from None
    if not text.strip():
        raise BadInput("The file is empty", code="file_empty")
    rows: list[FileRow] = []
    for row in _json_rows(text) if text.lstrip()[0] in "[{" else _csv_rows(text):
        rows.append(row)
        if len(rows) > MOST_ROWS:
            raise TooLarge(f"A file has up to {MOST_ROWS:,} transactions: split it", code="file_too_long")
    return rows


def unguarded(cell: str) -> str:
    """Of a cell that our own export made safe for spreadsheets."""
    return cell[1:] if cell.startswith(_GUARDED) else cell


def _json_rows(text: str) -> Iterator[FileRow]:
    try:
        told = json.loads(text, parse_float=_decimal, parse_int=_whole, parse_constant=_constant)
    except (ValueError, RecursionError) as error:
        where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise BadInput(f"The file is no JSON{where}: write a list of objects", code="json_invalid") from None
    if not isinstance(told, list):
        raise BadInput(
            "The JSON is no list: write the transactions as a list of objects", code="json_invalid"
        )
    for place, row in enumerate(told, 1):
        if isinstance(row, dict):
            yield FileRow(place, row)
        else:
            yield FileRow(place, {}, "It is no JSON object")


def _decimal(text: str) -> object:
    from decimal import Decimal

    return Decimal(text) if len(text) <= 40 else text


def _whole(text: str) -> object:
    return int(text) if len(text) <= 40 else text


def _constant(text: str) -> object:
    return text


def _csv_rows(text: str) -> Iterator[FileRow]:
    header_line = text.lstrip().partition("\n")[0]
    delimiter = max(",;\t", key=header_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines = _lines(reader)
    header = [name.strip().lower() for name in next(lines, (1, [""]))[1]]
    missing = [name for name in REQUIRED if name not in header]
    if missing:
        raise BadInput(
            f"The header lacks {', '.join(missing)}; it names {', '.join((*REQUIRED, *OPTIONAL))}, of which the last"
            f" {len(OPTIONAL)} may be left out",
            code="header_invalid",
        )
    if any(header.count(name) > 1 for name in (*REQUIRED, *OPTIONAL)):
        raise BadInput("The header names a column twice: rename one of them", code="header_invalid")
    for line, cells in lines:
        if len(cells) > len(header):
            yield FileRow(line, {}, "It has more cells than the header: quote cells that hold a separator")
        else:
            yield FileRow(line, dict(zip(header, map(unguarded, cells), strict=False)))


def _lines(reader: Any) -> Iterator[tuple[int, list[str]]]:
    """Each line that isn't empty, with the number at which it begins."""
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise BadInput(
                f"The CSV cannot be read from line {line} on: {error}", code="csv_invalid"
            ) from None
        if any(cell.strip() for cell in cells):
            if max(map(len, cells)) > _LONGEST_CELL:
                raise BadInput(
                    f"Line {line} has a cell of over {_LONGEST_CELL:,} characters", code="csv_invalid"
                )
            yield line, cells
