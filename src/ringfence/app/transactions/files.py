"""Rows out of a file of transactions: the older system's list in JSON, or CSV with a header of the same names."""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ringfence.app.transactions.rows import OPTIONAL, REQUIRED
from ringfence.errors import BadInput, TooLarge

MOST_BYTES = 8 << 20
MOST_ROWS = 10_000
_LONGEST_ROW = 1 << 16
"""Characters. A row is read by one call, which holds up all other threads until it ends."""
_LONGEST_CELL = 10_000
_SPACE = re.compile(r"[ \t\n\r]+")
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
    """Value by value, so that no call of the decoder takes long and what is too much is not read at all."""
    sign, at = _sign(text, 0)
    if sign == "{":
        raise BadInput(
            "The JSON is no list: write the transactions as a list of objects", code="json_invalid"
        )
    if sign != "[":
        raise _no_json(text, at)
    decoder = json.JSONDecoder(parse_float=_decimal, parse_int=_whole, parse_constant=_constant)
    place = 0
    if _sign(text, at)[0] == "]":
        sign, at = _sign(text, at)
    while sign != "]":
        place += 1
        value, at = _json_value(decoder, text, _after_space(text, at), place)
        yield FileRow(place, value) if isinstance(value, dict) else FileRow(place, {}, "It is no JSON object")
        sign, at = _sign(text, at)
        if sign not in (",", "]"):
            raise _no_json(text, at)
    if _sign(text, at)[0]:
        raise _no_json(text, _after_space(text, at))


def _json_value(decoder: json.JSONDecoder, text: str, at: int, place: int) -> tuple[Any, int]:
    """One, and where it ends."""
    piece = text[at : at + _LONGEST_ROW]
    try:
        value, length = decoder.raw_decode(piece)
    except json.JSONDecodeError as error:
        is_cut = len(piece) == _LONGEST_ROW
        if is_cut and (error.pos > len(piece) - 10 or error.msg.startswith("Unterminated")):
            raise BadInput(
                f"Row {place} of the JSON has over {_LONGEST_ROW:,} characters: leave out what is not read",
                code="json_invalid",
            ) from None
        raise _no_json(text, at + error.pos) from None
    except (ValueError, RecursionError):
        raise _no_json(text, at) from None
    return value, at + length


def _sign(text: str, at: int) -> tuple[str, int]:
    """The next one that is no space, empty at the end, and the place behind it."""
    at = _after_space(text, at)
    return text[at : at + 1], at + 1


def _after_space(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return at if space is None else space.end()


def _no_json(text: str, at: int) -> BadInput:
    line = text.count("\n", 0, at) + 1
    return BadInput(f"The file is no JSON (line {line}): write a list of objects", code="json_invalid")


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
    lines = _lines(text, delimiter)
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


def _lines(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each row that isn't empty, with the number of the line at which it begins."""
    row = _Row(text)
    reader = csv.reader(row, delimiter=delimiter, strict=True)
    while True:
        line = row.begin(reader.line_num + 1)
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


class _Row:
    """The lines of one row at a time, of which quoted cells may have several."""

    def __init__(self, text: str) -> None:
        self._lines = io.StringIO(text, newline="")
        self._begun = 1
        self._left = _LONGEST_ROW

    def begin(self, line: int) -> int:
        self._begun, self._left = line, _LONGEST_ROW
        return line

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self._left -= len(line)
        if self._left < 0:
            raise BadInput(
                f"The row that begins in line {self._begun} has over {_LONGEST_ROW:,} characters: close its quotes, or"
                " leave out what is not read",
                code="csv_invalid",
            )
        return line
