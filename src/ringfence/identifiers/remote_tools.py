"""Programs by which others see or steer a device, where a text names them."""

from collections.abc import Iterator

from ringfence.identifiers.reading import Match, Reading
from ringfence.identifiers.tools import tool_names
from ringfence.model.identifier import IdentifierKind, Tool


def find_remote_tools(reading: Reading) -> Iterator[Match]:
    for start, end, value, name in tool_names(reading.plain.text, reading.lowered):
        yield Match(reading.plain, start, end, IdentifierKind.REMOTE_TOOL, value, None, Tool(name))
