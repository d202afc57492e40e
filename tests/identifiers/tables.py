"""What tables of single findings share."""

from ringfence.identifiers import Regions, find
from ringfence.model.identifier import Identifier, IdentifierKind


def values(text: str, kind: IdentifierKind, regions: Regions | None = None) -> list[str]:
    """The values of one kind in a text, in its order."""
    return [identifier.value for identifier in find(text, regions) if identifier.kind is kind]


def only(text: str, regions: Regions | None = None) -> Identifier:
    """The one identifier of a text."""
    (identifier,) = find(text, regions)
    return identifier
