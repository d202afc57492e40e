"""What people say to a question, by what it means; read from `lexicon/`, a file a language.

A speaker of another language adds a file. Its lines, in lower or upper case, with or without apostrophes:

    ! hi *-in            languages of calls in which these words are heard (BCP 47, `*` stands for anything)
    ~ nahi: nahin नहीं    a word, and its other spellings in any script; phrases use the first
    @ who: he / the man  a list, used in phrases as <who>
    = denied             begins the phrases of a meaning (`Meaning`)
    = did at step0       the same, at some steps alone; at others the phrase is a matter that was not asked about
    = did only at step0  the same; at others it is as if the phrase were not there
    <who> told me        a phrase: words one after another
    not/never me         one or the other word
    i did it?            with or without the word; <who>? as well
    this is _            any word that no phrase knows, such as a name
    told me * to say     any word at all
    // a remark
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from itertools import product

from ringfence.model.verification import Step
from ringfence.verification.spelling import words_of

_FOLDER = files(__package__) / "lexicon"
_NAME = "_"
_ANY = "*"


class Meaning(StrEnum):
    """What a phrase says. Some hold as long as nothing else is said: see `answers`."""

    YES = "yes"
    DID = "did"
    """A yes in a sentence of its own: I did, that was me."""
    HERE = "here"
    """It is I who speaks: an answer to the first question alone."""
    NAMED = "named"
    """Says a name, which nothing here can compare."""
    WAITS = "waits"
    """A yes that may only invite to go on: hello yes. It counts beside a sentence of one's own."""
    NO = "no"
    DENIED = "denied"
    """A no in a sentence of its own: I didn't, not mine."""
    DENIES = "denies"
    """The same if the sentence ends there: "I didn't", and not "I didn't receive"."""
    TWISTED = "twisted"
    """Yes and no in one, or a denial denied."""
    UNSURE = "unsure"
    MAYBE = "maybe"
    """Takes back what stands beside it: I think, probably."""
    HESITATES = "hesitates"
    WRONG_PERSON = "wrong person"
    COACHED = "coached"
    UNCOACHED = "uncoached"
    """Sounds like the one before and is not: nobody told me."""
    SORRY = "sorry"
    """Asks for the question again if it is all that is said."""
    REPEAT = "repeat"
    PERSON = "person"
    MACHINE = "machine"
    """A voicemail box, an operator's announcement, an assistant that takes the call."""
    PHYSICAL = "physical"
    VIRTUAL = "virtual"
    NOT = "not"
    """Denies the kind of card that follows."""
    FIRST = "first"
    """The first choice by its key's name; it counts alone."""
    SECOND = "second"
    OPEN = "open"
    """The sentence goes on to something else: but, wait, you."""
    SOMEBODY = "somebody"
    """So it does with who did something: he, who called me."""
    RECIPIENT = "recipient"
    """To whom something was told."""
    GIVEN = "given"
    """An unknown word that makes an answer to the question of what stands beside it: yes, he has my code, I sent it."""
    AGAINST = "against"
    """An unknown word that takes back what stands beside it: refused, hardly."""
    OTHER = "other"
    """A matter that was not asked about, or an "if"."""
    THINGS = "things"
    """What a yes may be about that answers another question: yes, my card."""
    PLACE = "place"
    """Where something was done: a yes that says it was done may say where."""
    PLAIN = "plain"
    """Words that change nothing."""
    UNKNOWN = "unknown"


@dataclass(slots=True)
class _Node:
    """Phrases that begin alike, by what comes next: a word or a sign, or a member of a list. `meanings`: of a phrase
    that ends here, by step; None is any. `other`: where it has none, it is a matter that was not asked about."""

    after: dict[str, "_Node"] = field(default_factory=dict)
    after_lists: dict[str, "_Node"] = field(default_factory=dict)
    meanings: dict[Step | None, Meaning] = field(default_factory=dict)
    other: bool = False

    def meaning(self, step: Step) -> Meaning | None:
        return self.meanings.get(step) or self.meanings.get(None)

    def reach(self, words: Sequence[str]) -> "_Node":
        node = self
        for word in words:
            node = node.after.setdefault(word, _Node())
        return node


@dataclass(frozen=True, slots=True)
class _Heading:
    """What the phrases below it mean, at which steps, and whether they are another matter elsewhere."""

    meaning: Meaning = Meaning.PLAIN
    steps: tuple[Step | None, ...] = (None,)
    other: bool = True

    @classmethod
    def read(cls, text: str) -> "_Heading":
        what, only, where = text.partition(" only at ")
        if not only:
            what, _, where = text.partition(" at ")
        return cls(Meaning(what.strip()), tuple(Step(name) for name in where.split()) or (None,), not only)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of what was said, and how many words it has."""

    meaning: Meaning
    words: int


@dataclass(frozen=True, slots=True)
class Reading:
    """`parts` from left to right, the longest phrase first at each place; `coached` where such a phrase begins at any
    word, inside of another phrase, too."""

    parts: tuple[Part, ...]
    coached: bool


class Lexicon:
    def __init__(self) -> None:
        self._root = _Node()
        self._lists: dict[str, _Node] = {}
        """Of each list its members, which all end in a node that has a meaning."""
        self._spellings: dict[str, str] = {}
        self._known: set[str] = set()

    def add(self, name: str, text: str) -> None:
        """The phrases of a file; what is wrong in it is a ValueError that names the line."""
        heading = _Heading()
        for number, line in enumerate(text.splitlines(), 1):
            rest = line[1:].strip()
            try:
                match line[:1]:
                    case "" | "/" | "!":
                        pass
                    case "~":
                        self._spell(rest)
                    case "@":
                        self._list(name, rest)
                    case "=":
                        heading = _Heading.read(rest)
                    case _:
                        self._phrase(name, line.split(), heading)
            except ValueError as error:
                raise ValueError(f"{name}, line {number}: {line!r}: {error}") from None

    def read(self, said: Sequence[str], step: Step) -> Reading:
        """Linear in the words."""
        words = [self._spellings.get(word, word) for word in said]
        begins = [self._longest(words, at, step) for at in range(len(words))]
        parts: list[Part] = []
        at = 0
        while at < len(words):
            parts.append(begins[at])
            at += begins[at].words
        return Reading(tuple(parts), _coached(begins))

    def _longest(self, words: Sequence[str], start: int, step: Step) -> Part:
        """Of phrases of one length the one that says most by its own words: then a list's, a name, any word."""
        best = Part(Meaning.UNKNOWN, 1)
        if len(words[start]) > 1 and words[start].isdigit():
            best = Part(Meaning.PLAIN, 1)
        reached: dict[int, list[tuple[int, _Node]]] = {start: [(0, self._root)]}
        while reached:
            at = min(reached)
            states = sorted(reached.pop(at), key=lambda state: state[0])
            meanings = (node.meaning(step) for _, node in states)
            if (meaning := next(filter(None, meanings), None)) is not None:
                best = Part(meaning, at - start)
            elif any(node.other for _, node in states):
                best = Part(Meaning.OTHER, at - start)
            if at == len(words):
                break
            for loose, node in states:
                for length, more, following in self._following(node, words, at):
                    reached.setdefault(at + length, []).append((loose + more, following))
        return best

    def _following(self, node: _Node, words: Sequence[str], at: int) -> Iterator[tuple[int, int, _Node]]:
        """How many words on, how much looser, and where in the phrases."""
        word = words[at]
        if word in node.after:
            yield 1, 0, node.after[word]
        for name, following in node.after_lists.items():
            member: _Node | None = self._lists[name]
            end = at
            while member is not None and end < len(words):
                member = member.after.get(words[end])
                end += 1
                if member is not None and member.meanings:
                    yield end - at, 1, following
        if _NAME in node.after and word not in self._known:
            yield 1, 100, node.after[_NAME]
        if _ANY in node.after:
            yield 1, 101, node.after[_ANY]

    def _spell(self, rest: str) -> None:
        word, _, others = rest.partition(":")
        (usual,) = words_of(word)[0]
        for other in others.split():
            (spelt,) = words_of(other)[0]
            if spelt != usual:
                self._spellings[spelt] = usual

    def _list(self, file: str, rest: str) -> None:
        name, _, members = rest.partition(":")
        root = self._lists.setdefault(f"{file} {name.strip()}", _Node())
        for member in members.split("/"):
            root.reach(self._words(member)).meanings[None] = Meaning.PLAIN

    def _words(self, text: str) -> list[str]:
        words = [self._spellings.get(word, word) for word in words_of(text)[0]]
        self._known.update(words)
        return words

    def _phrase(self, file: str, signs: Sequence[str], heading: _Heading) -> None:
        nodes = [self._root]
        for sign in signs:
            reached = nodes if sign.endswith("?") else []
            nodes = [
                *reached,
                *(one for node in nodes for one in self._ways(file, node, sign.removesuffix("?"))),
            ]
        for node, step in product(nodes, heading.steps):
            if node is self._root:
                raise ValueError("a phrase needs a word that can't be left out")
            if node.meanings.setdefault(step, heading.meaning) is not heading.meaning:
                raise ValueError(f"means {node.meanings[step]} already")
            node.other |= heading.other

    def _ways(self, file: str, node: _Node, sign: str) -> Iterator[_Node]:
        if sign in (_NAME, _ANY):
            yield node.reach([sign])
        elif sign.startswith("<"):
            name = f"{file} {sign[1:-1]}"
            if name not in self._lists:
                raise ValueError(f"no list has the name {sign}")
            yield node.after_lists.setdefault(name, _Node())
        else:
            for word in sign.split("/"):
                yield node.reach(self._words(word))


def _coached(begins: Sequence[Part]) -> bool:
    free = 0
    for at, part in enumerate(begins):
        if part.meaning is Meaning.UNCOACHED:
            free = max(free, at + part.words)
        elif part.meaning is Meaning.COACHED and at >= free:
            return True
    return False


def lexicon(language: str) -> Lexicon:
    """All that is heard in calls of a language (BCP 47), its mixtures too. English is heard in all."""
    return _of_files(tuple(name for name, text in _texts().items() if _heard_in(text, language)))


@cache
def _of_files(names: tuple[str, ...]) -> Lexicon:
    made = Lexicon()
    for name in names:
        made.add(name, _texts()[name])
    return made


@cache
def _texts() -> dict[str, str]:
    found = sorted(
        (file for file in _FOLDER.iterdir() if file.name.endswith(".txt")), key=lambda file: file.name
    )
    return {file.name: file.read_text(encoding="utf-8") for file in found}


def _heard_in(text: str, language: str) -> bool:
    tag = language.replace("_", "-").lower()
    return any(fnmatchcase(tag, pattern) for pattern in text.partition("\n")[0].lstrip("! ").split())
