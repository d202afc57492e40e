"""How instants and numbers stand in answers; light to import, since commands that start fast show them, too."""

import re
from datetime import UTC, datetime

from ringfence.model.key import Role

_SECOND = 1_000_000_000
_SHOWN = 4
NUMBER_IN_TEXT = re.compile(r"\+?\d{7,}")


def rfc3339(instant: int) -> str:
    """Microseconds, `Z`. What no calendar holds is shown at the nearest end of it."""
    seconds, rest = divmod(instant, _SECOND)
    seconds = min(max(seconds, -62_135_596_800), 253_402_300_799)
    moment = datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest // 1000)
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def shown_number(number: str, role: Role) -> str:
    """Analysts and up see it whole, viewers its last four."""
    if role is not Role.VIEWER or number == "anonymous":
        return number
    return "***" + number[-_SHOWN:] if len(number) > _SHOWN else "***"


def shown_text(text: str, role: Role) -> str:
    if role is not Role.VIEWER:
        return text
    return NUMBER_IN_TEXT.sub(lambda found: shown_number(found.group(), role), text)
