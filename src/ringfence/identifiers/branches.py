"""The banks and branches that have an IFSC, by a table that `make build` takes from the npm package `ifsc`.

The file is text: a line for each bank, `HDFC|HDFC Bank|1-240,245,CAACOB,…`, ranges of numbers first, then
branches with
letters. Reading it costs a few milliseconds and is done at the first question; a bank's branches are taken
apart
when first asked for. Of a branch the table knows that it exists, not its name. Without the file nothing is
known.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

FILE = "branches.txt"


@cache
def _lines() -> dict[str, str]:
    """Bank code to its line; empty without the file."""
    file = Path(__file__).with_name(FILE)
    if not file.is_file():
        return {}
    return {line[:4]: line for line in file.read_text(encoding="utf-8").splitlines()}


def bank_name(bank: str) -> str:
    """Of a bank's four letters; empty where it is unknown."""
    return _lines().get(bank, "||").split("|", 2)[1]


def is_known_bank(bank: str) -> bool:
    return bank in _lines()


def is_branch(code: str) -> bool | None:
    """Whether an IFSC in capitals names a branch; None without the table."""
    if not _lines():
        return None
    branch = code[5:]
    starts, ends, others = _branches(code[:4])
    if not branch.isdigit():
        return branch in others
    at = bisect_right(starts, int(branch)) - 1
    return at >= 0 and int(branch) <= ends[at]


@cache
def _branches(bank: str) -> tuple[list[int], list[int], frozenset[str]]:
    starts: list[int] = []
    ends: list[int] = []
    others: list[str] = []
    for part in filter(None, _lines().get(bank, "||").split("|", 2)[2].split(",")):
        first, _, last = part.partition("-")
        if len(first) == 6 and not first.isdigit():
            others.append(first)
        else:
            starts.append(int(first))
            ends.append(int(last or first))
    return starts, ends, frozenset(others)


def packed(codes: Mapping[str, Iterable[int | str]], names: Mapping[str, str]) -> str:
    """The file's text, from each bank's branches and the banks' names."""
    lines = []
    for bank in sorted(codes):
        numbers = sorted({code for code in codes[bank] if isinstance(code, int)})
        letters = sorted({code for code in codes[bank] if isinstance(code, str)})
        told = [*_ranges(numbers), *letters]
        lines.append(f"{bank}|{names.get(bank, bank).replace('|', ' ')}|{','.join(told)}\n")
    return "".join(lines)


def _ranges(numbers: list[int]) -> Iterable[str]:
    begin = 0
    for at, number in enumerate(numbers):
        if at + 1 == len(numbers) or numbers[at + 1] != number + 1:
            first = numbers[begin]
            yield str(first) if first == number else f"{first}-{number}"
            begin = at + 1
