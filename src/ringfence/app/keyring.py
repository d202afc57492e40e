"""API keys: made, checked, revoked. A secret is shown once and kept as its SHA-256."""

import hmac
import re
import secrets
from collections.abc import Callable, Iterable
from hashlib import sha256
from itertools import count

from ringfence.errors import BadInput
from ringfence.model.key import ApiKey, Role
from ringfence.ports import KeyRecords

SYSTEM = "system"
"""Who the audit trail names where nobody gave the order."""
_NOT_OURS = re.compile(rf"{SYSTEM}|command line.*|RINGFENCE_ADMIN_KEY|API_AUTH_KEY", re.IGNORECASE)
"""Names that the audit trail gives to others than the keys that are made."""
_SECOND = 1_000_000_000
_LOOK_EVERY = _SECOND // 2


class KeyRing:
    """Checks keys in memory and looks, at most every half second, whether any process changed them.

    `clock` gives nanoseconds since 1970 UTC, `token` a new secret. The digest of a random 256-bit secret
    needs no salt: there is nothing to guess.
    """

    def __init__(
        self,
        records: KeyRecords,
        clock: Callable[[], int],
        token: Callable[[], str] = lambda: "rf_" + secrets.token_urlsafe(32),
    ) -> None:
        self._records = records
        self._clock = clock
        self._token = token
        self._fixed: dict[bytes, ApiKey] = {}
        self._valid: dict[bytes, ApiKey] = {}
        self._version = -1
        self._looked = 0
        self._load()

    def fix(self, name: str, role: Role, secret: str) -> None:
        """A key that the settings hold: valid while this process runs, never stored.

        Raises BadInput where another of them has the same secret: it could not tell who comes with it.
        """
        key = ApiKey(name, role, _digest(secret), self._clock())
        there = self._fixed.setdefault(key.digest[:8], key)
        if there is not key:
            raise BadInput(
                f"Settings: {there.name} and {name} hold the same key: give them two", code="settings_invalid"
            )

    def create(self, name: str, role: Role, who: str) -> str:
        """The new secret, which cannot be had again. Raises Conflict where the name is taken."""
        if not name or len(name) > 64 or not name.isprintable():
            raise BadInput("A key's name has 1 to 64 printable characters", code="key_name_invalid")
        if _NOT_OURS.fullmatch(name.strip()):
            raise BadInput(
                f"{name} is what the audit trail calls somebody else: choose another name",
                code="key_name_invalid",
            )
        secret = self._token()
        self._records.add_key(ApiKey(name, role, _digest(secret), self._clock()), who)
        self._load()
        return secret

    def first_admin(self) -> str | None:
        """Makes the first admin key, if nobody can act as admin yet."""
        holders: Iterable[ApiKey] = (*self._fixed.values(), *self._valid.values())
        if any(key.role is Role.ADMIN for key in holders):
            return None
        taken = {key.name for key in self._valid.values()}
        names = ("admin" if number == 1 else f"admin-{number}" for number in count(1))
        return self.create(next(name for name in names if name not in taken), Role.ADMIN, SYSTEM)

    def all(self) -> tuple[ApiKey, ...]:
        return self._records.api_keys()

    def revoke(self, name: str, who: str) -> None:
        """Raises NotFound."""
        self._records.revoke_key(name, who, self._clock())
        self._load()

    def check(self, secret: str | bytes) -> ApiKey | None:
        """The key that this is the secret of, or None."""
        now = self._clock()
        if not 0 <= now - self._looked < _LOOK_EVERY:
            self._looked = now
            if self._records.version() != self._version:
                self._load()
        digest = _digest(secret)
        for keys in (self._fixed, self._valid):
            key = keys.get(digest[:8])
            if key is not None and hmac.compare_digest(key.digest, digest):
                return key
        return None

    def _load(self) -> None:
        self._version = self._records.version()
        self._valid = {key.digest[:8]: key for key in self._records.api_keys() if key.revoked_at is None}


def _digest(secret: str | bytes) -> bytes:
    return sha256(secret.encode() if isinstance(secret, str) else secret).digest()
