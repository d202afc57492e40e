"""The classifier of messages as the settings want it: its file, and who judges with it."""

from collections.abc import Callable
from pathlib import Path

from ringfence.content.analysis import Analyser, packaged
from ringfence.content.model_file import LARGEST
from ringfence.errors import BadFile, BadInput
from ringfence.identifiers import Regions
from ringfence.settings import PREFIX, Settings

BUILTIN = "builtin"


def model_file(settings: Settings) -> Callable[[], bytes]:
    """Gives the file's bytes. Raises BadFile where it can't be used, that says why and how to go on."""
    source = settings.content.model
    if source == BUILTIN:
        return packaged
    data = _bytes(source)
    _check(source, data)
    return lambda: data


def regions_of(settings: Settings) -> Regions:
    return Regions.of(settings.default_region, settings.regions)


def open_analyser(settings: Settings) -> Analyser:
    """Who judges in this process. Raises BadFile."""
    source = settings.content.model
    return _check(source, packaged() if source == BUILTIN else _bytes(source), regions_of(settings))


def _bytes(source: str) -> bytes:
    try:
        with Path(source).open("rb") as file:
            return file.read(LARGEST + 1)
    except (OSError, ValueError) as error:  # a ValueError for a path that holds a zero byte
        reason = error.strerror if isinstance(error, OSError) else None
        raise _bad(source, reason or str(error), "model_unreadable") from None


def _check(source: str, data: bytes, regions: Regions | None = None) -> Analyser:
    try:
        return Analyser.of(data, regions)
    except BadInput as error:
        raise _bad(source, error.detail, "model_invalid") from None


def _bad(source: str, reason: str, code: str) -> BadFile:
    return BadFile(
        f"Cannot use the model file {source}: {reason.rstrip('.')}. Name a file that `ringfence train content` of this "
        f"version wrote in content.model, or set it to builtin ({PREFIX}CONTENT__MODEL=builtin)",
        code=code,
    )
