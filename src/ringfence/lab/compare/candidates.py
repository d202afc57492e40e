"""What `--policy` may say: `current`, a settings file, or words such as `decide=score,threshold=0.8`."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from ringfence.app.scoring import BUILTIN, OFF
from ringfence.errors import BadInput
from ringfence.model.policy import PolicyScope
from ringfence.settings import PolicySettings, Settings, SignallingSettings, laid_over

CURRENT = "current"
_NAMED = re.compile(r"([^:=/\\]+):(.+)", re.DOTALL)
_Section = TypeVar("_Section", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Settings to judge the traffic by, under the name that they are compared by; `file` is what they came from."""

    name: str
    settings: Settings
    file: Path | None = None

    @property
    def files(self) -> tuple[Path, ...]:
        """What it is read from, its model's file among them."""
        model = self.settings.signalling.model
        return tuple(
            path for path in (self.file, None if model in (BUILTIN, OFF) else Path(model)) if path is not None
        )


@dataclass(frozen=True, slots=True)
class _Word:
    """A setting that can be changed in a word; `of` is where it belongs."""

    of: type[BaseModel]
    field: str
    takes: str


_WORDS: Mapping[str, _Word] = {
    "decide": _Word(PolicySettings, "decide", "rule or score"),
    "policy": _Word(PolicySettings, "policy", "monitor, flag, block or disconnect"),
    "threshold": _Word(
        SignallingSettings,
        "probability_threshold",
        "a masking probability from 0 to 1 (the distinct callers that open an alert are callers=…)",
    ),
    "model": _Word(
        SignallingSettings, "model", "builtin, off, or the path of a model file without a comma in it"
    ),
    "false_cuts_per_million": _Word(
        PolicySettings,
        "false_cuts_per_million",
        "how many of a million true callers' calls may be cut, more than 0",
    ),
    "sure_threshold": _Word(
        SignallingSettings,
        "sure_threshold",
        "a masking probability from 0 to 1, from which every suspect is cut",
    ),
    "window": _Word(SignallingSettings, "window_seconds", "seconds from 1 to 300"),
    "callers": _Word(SignallingSettings, "threshold", "the distinct callers that open an alert, 2 to 1000"),
}


def read_candidates(texts: Iterable[str], site: Settings) -> tuple[Candidate, ...]:
    """One for each `--policy`, `site` being the settings in force. Raises BadInput that names what is wrong."""
    candidates: list[Candidate] = []
    for text in texts:
        candidate = _read(text, site)
        if any(other.name == candidate.name for other in candidates):
            raise _fault(
                text, f"another policy is called {candidate.name} too: put a name before one, as other:{text}"
            )
        candidates.append(candidate)
    if len(candidates) < 2:
        raise BadInput(
            "There is nothing to compare with: give --policy twice or more, "
            f"as --policy {CURRENT} --policy threshold=0.8",
            code="policy_missing",
        )
    return tuple(candidates)


def _read(text: str, site: Settings) -> Candidate:
    named = None if Path(text).is_file() else _NAMED.fullmatch(text)
    name, source = (named[1].strip(), named[2]) if named else ("", text)
    if source == CURRENT:
        return Candidate(name or CURRENT, site)
    path = Path(source)
    if path.is_file():
        return Candidate(name or path.name, _from_file(text, path, site), path)
    if "=" in source and not source.endswith(".toml"):
        return Candidate(name or source, _with_words(text, source, site))
    raise _fault(
        text,
        f"there is no file {source}; write a settings file's name, {CURRENT}, or words such as "
        "decide=score,threshold=0.8",
    )


def _from_file(text: str, path: Path, site: Settings) -> Settings:
    try:
        return laid_over(site, path)
    except BadInput as error:
        raise _fault(text, error.detail) from None


def _with_words(text: str, source: str, site: Settings) -> Settings:
    given: dict[str, str] = {}
    for part in source.split(","):
        word, _, value = (piece.strip() for piece in part.partition("="))
        if word not in _WORDS:
            raise _fault(text, _unknown(word))
        if word in given:
            raise _fault(text, f"{word} stands there twice")
        given[word] = value
    policy = _default(site)
    measures = given.keys() & {"threshold", "false_cuts_per_million"}
    if len(measures) > 1:
        raise _fault(text, "give threshold or false_cuts_per_million, not both")
    if measures:
        # Else a measure of its own would make the one that was asked for do nothing.
        policy = policy.model_copy(update={"threshold": None, "false_cuts_per_million": None})
    if "sure_threshold" in given:
        policy = policy.model_copy(update={"sure_threshold": None})
    policy = _changed(text, policy, given)
    return site.model_copy(
        update={
            "signalling": _changed(text, site.signalling, given),
            "policies": [policy, *(p for p in site.policies if p.scope is not PolicyScope.DEFAULT)],
        }
    )


def _default(site: Settings) -> PolicySettings:
    """The words change the default policy: what a site has set for a number or a trunk was set for a reason."""
    defaults = (policy for policy in site.policies if policy.scope is PolicyScope.DEFAULT)
    return next(defaults, PolicySettings())


def _changed(text: str, section: _Section, given: Mapping[str, str]) -> _Section:
    """The section with those of the words that belong to it."""
    ours = {
        _WORDS[word].field: (word, value) for word, value in given.items() if _WORDS[word].of is type(section)
    }
    changed = section.model_dump() | {field: _typed(value) for field, (_, value) in ours.items()}
    try:
        return type(section).model_validate(changed)
    except ValidationError as error:
        word, value = ours[str(error.errors()[0]["loc"][0])]
        raise _fault(text, f"{word} is {_WORDS[word].takes}, not {value or 'empty'}") from None


def _typed(value: str) -> str | float:
    try:
        return float(value)
    except ValueError:
        return value


def _unknown(word: str) -> str:
    known = ", ".join(_WORDS)
    near = get_close_matches(word, _WORDS, 1)
    meant = f" (did you mean {near[0]}?)" if near else ""
    return f"there is no word {word or '(empty)'}{meant}; the words are {known}, each with = and a value"


def _fault(text: str, what: str) -> BadInput:
    return BadInput(f"--policy {text}: {what}", code="policy_invalid")
