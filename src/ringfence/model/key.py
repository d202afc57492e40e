"""Who may do what: API keys and their roles."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Each has the rights of the one before, but for `ingest`, which may only send events."""

    INGEST = "ingest"
    VIEWER = "viewer"
    ANALYST = "analyst"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"

    __hash__ = str.__hash__  # Enum's own is Python, and every request asks `may`

    def may(self, needed: "Role") -> bool:
        """Whether this role has the rights of `needed`; sending events is a right of analysts and up."""
        return needed in _RIGHTS[self]


_RIGHTS = {
    Role.INGEST: {Role.INGEST},
    Role.VIEWER: {Role.VIEWER},
    Role.ANALYST: {Role.VIEWER, Role.ANALYST, Role.INGEST},
    Role.SUPERVISOR: {Role.VIEWER, Role.ANALYST, Role.INGEST, Role.SUPERVISOR},
    Role.ADMIN: set(Role),
}


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it is kept: `digest` is the SHA-256 of the secret, which is shown once and never stored."""

    name: str
    role: Role
    digest: bytes
    created_at: int
    revoked_at: int | None = None
