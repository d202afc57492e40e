"""What keeps questions to a language model few: answers used again, and limits on asking. Time is an argument."""

from collections import OrderedDict, deque
from dataclasses import dataclass, field, replace

from ringfence.model.opinion import SecondOpinion

_SECOND = 1_000_000_000
_MINUTE = 60 * _SECOND
_DAY = 86_400 * _SECOND


@dataclass(slots=True)
class AnswerCache:
    """At most `entries` answers, each for `seconds`; the one that was used longest ago gives way."""

    seconds: float
    entries: int
    _kept: "OrderedDict[bytes, tuple[int, SecondOpinion]]" = field(default_factory=OrderedDict)

    def get(self, key: bytes, now: int) -> SecondOpinion | None:
        at, answer = self._kept.get(key, (0, None))
        if answer is None:
            return None
        if not 0 <= now - at < self.seconds * _SECOND:
            del self._kept[key]
            return None
        self._kept.move_to_end(key)
        return replace(answer, cached=True)

    def put(self, key: bytes, answer: SecondOpinion, now: int) -> None:
        self._kept[key] = (now, answer)
        self._kept.move_to_end(key)
        while len(self._kept) > self.entries:
            self._kept.popitem(last=False)

    def __len__(self) -> int:
        return len(self._kept)


@dataclass(slots=True)
class AskingLimits:
    """Requests in any minute and in a day (UTC), and not before a provider's pause is over."""

    per_minute: int
    per_day: int
    _times: deque[int] = field(default_factory=deque)
    _day: int = -1
    _today: int = 0
    _paused_until: int = 0

    def take(self, now: int) -> str | None:
        """Takes one request; why not, where there is none to take."""
        if now < self._paused_until:
            seconds = -(-(self._paused_until - now) // _SECOND)
            return f"The provider wanted fewer requests; it is asked again in {seconds} s."
        self._pass(now)
        if self._today >= self.per_day:
            return f"The {self.per_day} requests of the day are used up."
        if len(self._times) >= self.per_minute:
            return f"The {self.per_minute} requests of the minute are used up."
        self._times.append(now)
        self._today += 1
        return None

    def pause(self, now: int, seconds: int) -> None:
        self._paused_until = max(self._paused_until, now + seconds * _SECOND)

    def _pass(self, now: int) -> None:
        while self._times and now - self._times[0] >= _MINUTE:
            self._times.popleft()
        if now // _DAY > self._day:  # a clock that was set back gives no new day
            self._day, self._today = now // _DAY, 0
