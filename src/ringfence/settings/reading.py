"""Where settings come from, the strongest first: `RINGFENCE_SECTION__FIELD` in the environment (or an older system's
name for the same field), `.env`, the TOML file (`RINGFENCE_CONFIG`, else `./ringfence.toml`), the default.

Plain pydantic and a loader of our own: importing pydantic-settings doubles the time to start, which `replay` may not
take.
"""

import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from ringfence.errors import BadInput
from ringfence.settings.sections import Settings

PREFIX = "RINGFENCE_"
_CONFIG = PREFIX + "CONFIG"

_Part = TypeVar("_Part", bound=BaseModel)


def load_settings(environ: Mapping[str, str] | None = None, folder: Path | None = None) -> Settings:
    """Reads every source. `folder` is where `.env` and `ringfence.toml` are looked for; default: here.

    Raises BadInput that names each wrong field, never its value.
    """
    folder = folder or Path()
    sources = (os.environ if environ is None else environ, _dotenv(folder / ".env"))
    named = next((source[_CONFIG] for source in sources if source.get(_CONFIG)), None)
    data = _toml(named, folder)
    names = _from_environment(Settings, PREFIX, sources, data)
    faults = [f"{name}: there is no such setting" for name in _misspelt(sources)]
    try:
        settings = Settings.model_validate(data)
    except ValidationError as error:
        faults += _faults(error, names)
    if faults:
        raise BadInput("Settings: " + "; ".join(faults), code="settings_invalid")
    return settings


def laid_over(settings: Settings, path: Path) -> Settings:
    """What the settings would be with this TOML file's word last: each section or list that it holds.

    Of `[signalling]` and the other tables of single values it changes those fields that it names. Raises BadInput.
    """
    try:
        over = Settings.model_validate(_read_toml(path))
    except ValidationError as error:
        raise BadInput(f"{path}: {'; '.join(_faults(error, {}))}", code="settings_invalid") from None
    return _joined(settings, over)


def _joined(under: _Part, over: _Part) -> _Part:
    update = {}
    for field in over.model_fields_set:
        ours, theirs = getattr(under, field), getattr(over, field)
        update[field] = _joined(ours, theirs) if isinstance(theirs, BaseModel) else theirs
    return under.model_copy(update=update)


def _toml(named: str | None, folder: Path) -> dict[str, Any]:
    path = Path(named) if named else folder / "ringfence.toml"
    return _read_toml(path) if named or path.is_file() else {}


def _read_toml(path: Path) -> dict[str, Any]:
    with _reading(path):
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))


def _dotenv(path: Path) -> Mapping[str, str]:
    if not path.is_file():
        return {}
    from dotenv import dotenv_values

    with _reading(path):
        found = dotenv_values(path, interpolate=False)
    return {name: value for name, value in found.items() if value is not None}


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise BadInput(f"Cannot read the settings file {path}: {reason}", code="settings_invalid") from None


def _sections(of: type[BaseModel]) -> dict[str, type[BaseModel]]:
    kinds = {field: info.annotation for field, info in of.model_fields.items()}
    return {
        field: kind for field, kind in kinds.items() if isinstance(kind, type) and issubclass(kind, BaseModel)
    }


def _from_environment(
    section: type[BaseModel], prefix: str, sources: Sequence[Mapping[str, str]], data: dict[str, Any]
) -> dict[str, str]:
    """Lays the sources' values over `data`, the first source's on top; answers which variable gave what."""
    names: dict[str, str] = {}
    inner_sections = _sections(section)
    for field, info in section.model_fields.items():
        if field in inner_sections:
            inner = data.setdefault(field, {})
            if isinstance(inner, dict):
                found = _from_environment(inner_sections[field], f"{prefix}{field.upper()}__", sources, inner)
                names |= {f"{field}.{key}": name for key, name in found.items()}
            continue
        extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
        given = _given((prefix + field.upper(), extra.get("env")), sources, empty=bool(extra.get("empty")))
        if given is not None:
            names[field], data[field] = given
    return names


def _given(
    names: Iterable[object], sources: Iterable[Mapping[str, str]], *, empty: bool
) -> tuple[str, str] | None:
    """The variable that holds a field, and its value without spaces around it; an empty one is not set, unless to be
    `empty` says something of this field."""
    wanted = [name for name in names if isinstance(name, str)]
    for source in sources:
        for name in wanted:
            value = source.get(name, "").strip()
            if value or (empty and name in source):
                return name, value
    return None


def _misspelt(sources: Iterable[Mapping[str, str]]) -> list[str]:
    """Variables of our sections that name no field: a typing error must not go unheard."""
    known = {f"{PREFIX}{name}".upper() for name in _names(Settings)}
    starts = tuple(f"{PREFIX}{section}__".upper() for section in _sections(Settings))
    given = {name for source in sources for name in source if name.startswith(starts)}
    return sorted(given - known)


def _names(section: type[BaseModel]) -> Iterator[str]:
    """Of single fields, as variables spell them."""
    inner_sections = _sections(section)
    for field in section.model_fields:
        if field in inner_sections:
            yield from (f"{field}__{name}" for name in _names(inner_sections[field]))
        else:
            yield field


def _faults(error: ValidationError, names: Mapping[str, str]) -> Iterator[str]:
    for fault in error.errors(include_input=False, include_url=False):
        parts = [str(part) for part in fault["loc"]]
        field = ".".join(parts)
        # A variable can hold a list, of which one part is wrong.
        from_variable = (names.get(".".join(parts[:end])) for end in range(len(parts), 0, -1))
        field = next((name for name in from_variable if name), field)
        said = "there is no such setting" if fault["type"] == "extra_forbidden" else fault["msg"]
        said = said.removeprefix("Value error, ")
        yield f"{field}: {said}" if field else said
