"""Who asks, whether they may, and how often."""

import re
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from math import ceil
from secrets import token_hex
from typing import Any

from ringfence.app.keyring import KeyRing
from ringfence.errors import NotAllowed, NotAuthenticated, TooMany
from ringfence.model.key import ApiKey, Role

_SANE_ID = re.compile(r"[A-Za-z0-9._-]{1,128}\Z")
_PROCESS = token_hex(6)
_MINUTE = 60.0
_numbers = count(1)

Headers = Iterable[tuple[bytes, bytes]]


def request_id(headers: Headers) -> str:
    """The caller's own X-Request-ID where it is sane, else a new one."""
    for name, value in headers:
        if name == b"x-request-id":
            given = value.decode("latin-1")
            if _SANE_ID.match(given):
                return given
    return f"{_PROCESS}-{next(_numbers):x}"


def secret_of(headers: Headers) -> bytes | None:
    """The key as it travels: X-API-KEY, or Authorization: Bearer. An empty X-API-KEY is none."""
    bearer = None
    for name, value in headers:
        if name == b"x-api-key" and (key := value.strip()):
            return key
        if name == b"authorization" and value[:7].lower() == b"bearer ":
            bearer = value[7:].strip()
    return bearer


def caller(key: ApiKey, client: Sequence[Any] | None) -> str:
    """Whose messages are counted together: a key's from one address. `client` is a host and a port."""
    return f"{key.name} {client[0] if client else ''}"


class RateLimit:
    """A token bucket a key; it holds what `burst` seconds fill. `clock` gives seconds, of any origin."""

    def __init__(
        self, per_second: float | None, burst: float = 2.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate = per_second
        self._size = max((per_second or 0.0) * burst, 1.0)
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}

    def spend(self, name: str, tokens: float = 1.0) -> None:
        """Raises TooMany where the bucket holds less than one token."""
        if self._rate is None:
            return
        now = self._clock()
        level, then = self._buckets.get(name, (self._size, now))
        level = min(level + (now - then) * self._rate, self._size)
        if level < 1.0:
            self._buckets[name] = (level, now)
            wait = max(1, ceil((1.0 - level) / self._rate))
            raise TooMany(f"Too many requests: wait {wait} s", retry_after=wait)
        self._buckets[name] = (level - tokens, now)

    def charge(self, name: str, tokens: float) -> None:
        """Takes tokens for what was done already; the bucket may end in debt."""
        if self._rate is not None and name in self._buckets:
            level, then = self._buckets[name]
            self._buckets[name] = (level - tokens, then)


class PerMinute:
    """Counts by name within minutes that begin with a first use; `most` in each. What is over goes into the next.

    A bucket that fills all the time would let more through in the first minute than its name says. `clock` gives
    seconds, of any origin. Names are bounded, too: the one that was not used for longest gives way.
    """

    def __init__(self, most: int, names: int = 65_536, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._names = names
        self._clock = clock
        self._used: OrderedDict[str, tuple[float, int]] = OrderedDict()
        """When a name's minute began, and its count."""

    def spend(self, name: str, count: int = 1) -> None:
        """Raises TooMany where the minute is used up. A `count` of 0 only asks."""
        began, used = self._minute(name)
        if used >= self._most:
            wait = max(1, ceil(began + _MINUTE * (used // self._most) - self._clock()))
            raise TooMany(f"Too many messages: wait {wait} s", retry_after=wait)
        self._keep(name, began, used + count)

    def charge(self, name: str, count: int) -> None:
        """Counts what is done already."""
        began, used = self._minute(name)
        self._keep(name, began, used + count)

    def _minute(self, name: str) -> tuple[float, int]:
        now = self._clock()
        began, used = self._used.get(name, (now, 0))
        over = int((now - began) // _MINUTE)
        left = max(used - over * self._most, 0)
        return (began + over * _MINUTE, left) if left else (now if over else began, left)

    def _keep(self, name: str, began: float, used: int) -> None:
        self._used[name] = (began, used)
        self._used.move_to_end(name)
        if len(self._used) > self._names:
            self._used.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Rates:
    """All that is not an event: requests a second and analyses a minute."""

    requests: RateLimit
    analyses: PerMinute


def authorise(keys: KeyRing, headers: Headers, needed: Role) -> ApiKey:
    """The key behind a request. Raises NotAuthenticated or NotAllowed."""
    secret = secret_of(headers)
    if not secret:
        raise NotAuthenticated("Send a key in the header X-API-KEY, or as Authorization: Bearer")
    key = keys.check(secret)
    if key is None:
        raise NotAuthenticated("The key is not known or no longer valid")
    if not key.role.may(needed):
        raise NotAllowed(f"The role {key.role} may not do this; it takes {needed}")
    return key
