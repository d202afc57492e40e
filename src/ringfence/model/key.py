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

    def may(self, needed: "Role") -> bool:
        """Whether this role has the rights of `needed`; sending events is a right of analysts and up."""
        if needed is Role.INGEST:
            return self is Role.INGEST or _RANK[self] >= _RANK[Role.ANALYST]
        return self is not Role.INGEST and _RANK[self] >= _RANK[needed]


_RANK = {role: rank for rank, role in enumerate(Role)}


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it is kept: `digest` is the SHA-256 of the secret, which is shown once and never stored."""

    name: str
    role: Role
    digest: bytes
    created_at: int
    revoked_at: int | None = None
