"""What a line of a script stands for: text with choices, optional parts and slots, drawn anew each time.

`(a|b)` is one of them, `[a]` is there half of the time, `{name}` a rule of the script or a made-up value, and
`{$name}` the same one everywhere in a message. A backslash takes the next character as it is; `\\n` ends a line.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from ringfence.errors import BadInput

_SPECIAL = frozenset("()[]{}|\\")
_DEEPEST = 40
"""Rules within rules; a script that needs more is one that never ends."""


@dataclass(frozen=True, slots=True)
class Slot:
    name: str
    same: bool
    """Of one message all such slots hold the same."""


@dataclass(frozen=True, slots=True)
class Choice:
    options: tuple["Line", ...]


Part = str | Slot | Choice
Line = tuple[Part, ...]
_EMPTY: Line = ()


def parse(text: str) -> Line:
    """One alternative of a rule. Raises `BadInput` where brackets don't pair."""
    reader = _Reader(text)
    line = reader.line("")
    if reader.at < len(text):
        raise BadInput(f"a bracket too many at {text[reader.at :]!r}")
    return line


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self.at = 0

    def line(self, until: str) -> Line:
        """Up to one of these characters or to the end; neither is taken."""
        parts: list[Part] = []
        plain: list[str] = []
        while self.at < len(self._text) and (char := self._text[self.at]) not in until:
            if char not in _SPECIAL or (char == "|" and not until):
                plain.append(char)
                self.at += 1
            elif char == "\\":
                plain.append(self._escaped())
            else:
                if plain:
                    parts.append("".join(plain))
                    plain.clear()
                parts.append(self._bracket(char))
        if plain:
            parts.append("".join(plain))
        return tuple(parts)

    def _escaped(self) -> str:
        following = self._text[self.at + 1 : self.at + 2]
        if not following:
            raise BadInput("nothing after the last backslash")
        self.at += 2
        return "\n" if following == "n" else following

    def _bracket(self, char: str) -> Part:
        match char:
            case "(":
                return Choice(self._options(")"))
            case "[":
                return Choice((*self._options("]"), _EMPTY))
            case "{":
                end = self._text.find("}", self.at)
                if end < 0:
                    raise BadInput(f"no }} after {self._text[self.at :]!r}")
                name = self._text[self.at + 1 : end]
                self.at = end + 1
                return Slot(name.removeprefix("$"), name.startswith("$"))
            case _:
                raise BadInput(f"a bracket too many at {self._text[self.at :]!r}")

    def _options(self, end: str) -> tuple[Line, ...]:
        options: list[Line] = []
        while True:
            self.at += 1
            options.append(self.line("|" + end))
            if self.at == len(self._text):
                raise BadInput(f"no {end} after {self._text[-30:]!r}")
            if self._text[self.at] == end:
                self.at += 1
                return tuple(options)


@dataclass(frozen=True, slots=True)
class Value:
    """What fills a slot that no rule explains. `kind` is that of an identifier, whose normal form is `normal`."""

    text: str
    kind: str = ""
    normal: str = ""


@dataclass(frozen=True, slots=True)
class Planted:
    """An identifier that a message gives away, as it is written there."""

    kind: str
    normal: str
    surface: str


Rules = Callable[[str], Sequence[Line] | None]
"""The alternatives of a rule; None where there is none of that name."""
Values = Callable[[str, Random, Mapping[str, Value]], Value]
"""What fills a slot; told also what `{$name}` stands for in this message so far."""


@dataclass(slots=True)
class Telling:
    """One message as it comes about."""

    rules: Rules
    values: Values
    rng: Random
    same: dict[str, Value] = field(default_factory=dict)
    """What `{$name}` stands for in this message so far."""
    planted: list[Planted] = field(default_factory=list)
    _pieces: list[str] = field(default_factory=list)

    def text(self, rule: str) -> str:
        self._slot(Slot(rule, False), 0)
        return "".join(self._pieces)

    def _line(self, line: Line, depth: int) -> None:
        for part in line:
            match part:
                case str():
                    self._put(Value(part))
                case Choice(options):
                    self._line(self.rng.choice(options), depth)
                case Slot():
                    self._slot(part, depth + 1)

    def _slot(self, slot: Slot, depth: int) -> None:
        if depth > _DEEPEST:
            raise BadInput(f"{{{slot.name}}} lies in itself")
        if slot.same:
            if slot.name not in self.same:
                self.same[slot.name] = self._value(slot.name, depth)
            self._put(self.same[slot.name])
        elif (options := self.rules(slot.name)) is not None:
            self._line(self.rng.choice(options), depth)
        else:
            self._put(self.values(slot.name, self.rng, self.same))

    def _put(self, value: Value) -> None:
        self._pieces.append(value.text)
        if value.kind:
            self.planted.append(Planted(value.kind, value.normal, value.text))

    def _value(self, name: str, depth: int) -> Value:
        """What is to be said again. A rule that is one identifier stays one."""
        apart = Telling(self.rules, self.values, self.rng, same=self.same)
        apart._slot(Slot(name, False), depth)
        text = "".join(apart._pieces)
        match apart.planted:
            case [one] if one.surface == text:
                return Value(text, one.kind, one.normal)
        return Value(text)
