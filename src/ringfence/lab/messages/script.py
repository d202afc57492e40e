"""Reads the scripts: a file holds what one kind of message, scam or honest, is like in one language.

    label scam            # scam, legit or promo
    type kyc              # of a scam its type, of others what they are about
    language en           # as BCP 47 has it; hi-Latn is Hindi in Latin letters
    country IN

    blocked:              # a rule for the whole file: one of the indented lines
        will be (blocked|suspended)

    = app_update sms      # a family: a script of its own, and how it comes: sms, chat or voice
    text:                 # what the family says
        Dear {$bank} user, your account {blocked} today. Update KYC: {phish}

A rule that the family and the file lack is looked for in `common.LANGUAGE.txt`, `common.COUNTRY.txt` and `common.txt`;
what no rule explains, `values.py` makes up as the country has it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from ringfence.errors import BadInput
from ringfence.lab.messages.grammar import Line, parse

LABELS = ("legit", "promo", "scam")
CHANNELS = ("sms", "chat", "voice")
_SCRIPTS = files(__package__) / "scripts"
_HEAD = ("label", "type", "language", "country")
_START = "text"

RuleSet = Mapping[str, tuple[Line, ...]]


@dataclass(frozen=True, slots=True)
class Family:
    """One script; all that tells how it is written. `name` is that of its file and its own."""

    name: str
    label: str
    type: str
    language: str
    country: str
    channel: str
    sets: tuple[RuleSet, ...]
    """Where to look for a rule, the first that has it."""

    def rules(self, name: str) -> tuple[Line, ...] | None:
        return next((found for rules in self.sets if (found := rules.get(name)) is not None), None)

    @property
    def start(self) -> str:
        return _START


def families(wanted: Sequence[str] = ()) -> tuple[Family, ...]:
    """Those whose names begin with one of `wanted`, or all, in order of their names. Raises `BadInput` naming file and
    line of a slip, or names near to one that fits nothing."""
    files = [*_scripts(_SCRIPTS)]
    read = {file.name.removesuffix(".txt"): file for file in files}
    if len(read) < len(files):
        names = Counter(file.name for file in files)
        raise BadInput(f"two scripts are called {next(name for name, count in names.items() if count > 1)}")
    found = [
        family
        for name, file in sorted(read.items())
        if not wanted or any(name.startswith(one.split("/")[0]) for one in wanted)
        for family in families_of(name, file.read_text(encoding="utf-8"))
        if not wanted or family.name.startswith(tuple(wanted))
    ]
    for one in wanted:
        if not any(family.name.startswith(one) for family in found):
            near = [f"near to it: {name}; " for name in get_close_matches(one, read, 1, cutoff=0.4)]
            raise BadInput(f"no script begins with {one!r}; {''.join(near)}--scripts lists all")
    return tuple(found)


def _scripts(folder: Traversable) -> Iterator[Traversable]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _scripts(entry)
        elif not entry.name.startswith("common"):
            yield entry


@cache
def _common(name: str) -> RuleSet:
    file = _SCRIPTS / name
    if not file.is_file():
        return {}
    read = _File(name, file.read_text(encoding="utf-8"))
    if read.head or read.parts[1:]:
        raise BadInput(f"{name}: has rules alone")
    return read.parts[0][2]


def families_of(name: str, text: str) -> Iterator[Family]:
    """Those of one file. Raises `BadInput` naming file and line of a slip."""
    read = _File(name, text)
    if missing := [key for key in _HEAD if key not in read.head]:
        raise BadInput(f"{name}: lacks {', '.join(missing)} at its beginning")
    if read.head["label"] not in LABELS:
        raise BadInput(f"{name}: label is one of {', '.join(LABELS)}")
    shared = read.parts[0][2]
    common = [
        _common(f"common.{part}") for part in (f"{read.head['language']}.txt", f"{read.head['country']}.txt")
    ]
    for own, channel, rules in read.parts[1:]:
        if channel not in CHANNELS:
            raise BadInput(f"{name}: family {own} comes as one of {', '.join(CHANNELS)}")
        if _START not in rules and _START not in shared:
            raise BadInput(f"{name}: family {own} has no {_START}:")
        yield Family(
            f"{name}/{own}",
            **read.head,
            channel=channel,
            sets=(rules, shared, *common, _common("common.txt")),
        )


class _File:
    """`parts` are the name, channel and rules of each family; the first is what all of them share."""

    def __init__(self, name: str, text: str) -> None:
        self.head: dict[str, str] = {}
        self.parts: list[tuple[str, str, dict[str, tuple[Line, ...]]]] = [("", "", {})]
        self._rule = ""
        for number, line in enumerate(text.splitlines(), 1):
            try:
                self._read(line)
            except BadInput as slip:
                raise BadInput(f"{name}, line {number}: {slip}") from None

    def _read(self, line: str) -> None:
        rules = self.parts[-1][2]
        if not line.strip() or line.startswith("#"):
            return
        if line[0].isspace():
            if not self._rule:
                raise BadInput("an alternative without a rule before it")
            rules[self._rule] = (*rules[self._rule], parse(line.strip()))
        elif line.startswith("="):
            own, _, channel = line[1:].strip().partition(" ")
            if own in (part[0] for part in self.parts):
                raise BadInput(f"a second family {own!r}")
            self.parts.append((own, channel.strip(), {}))
            self._rule = ""
        elif line.rstrip().endswith(":"):
            self._rule = line.strip()[:-1]
            if self._rule in rules:
                raise BadInput(f"a second rule {self._rule!r}")
            rules[self._rule] = ()
        else:
            key, _, value = line.partition(" ")
            if key not in _HEAD:
                raise BadInput(f"neither a rule nor a family nor one of {', '.join(_HEAD)}: {line!r}")
            self.head[key] = value.strip()
