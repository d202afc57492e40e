"""How figures and foreign text stand in a sentence: always the same way for the same value."""

_LONGEST_NAME = 40


def plural(count: int, one: str, many: str | None = None) -> str:
    """`1 caller`, `7 callers`."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def within(nanoseconds: int) -> str:
    """`in 3.1 s`; calls with one and the same timestamp come `at the same instant`."""
    if nanoseconds <= 0:
        return "at the same instant"
    return f"in {nanoseconds / 1e9:.1f} s" if nanoseconds >= 50_000_000 else "in under 0.1 s"


def percent(value: float) -> str:
    """A whole percentage; what is not quite none or all is not called so."""
    if 0 < value < 1:
        return "under 1 %"
    if 99 < value < 100:
        return "over 99 %"
    return f"{value:.0f} %"


def under(probability: float, threshold: float) -> str:
    """`0.31, under 0.7`; what would be rounded up to the threshold is `just under 0.7`."""
    shown = f"{probability:.2f}"
    return f"just under {threshold:g}" if float(shown) >= threshold else f"{shown}, under {threshold:g}"


def duration(seconds_: float) -> str:
    """`5 minutes`, `90 seconds`."""
    if seconds_ >= 60 and seconds_ % 60 == 0:
        return plural(int(seconds_ // 60), "minute")
    return f"{seconds_:g} seconds"


def listed(parts: list[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def name(text: str) -> str:
    """Text that a caller can choose, fit for a line: printable, at most 40 characters."""
    shown = "".join(char if char.isprintable() else "?" for char in text)
    return shown if len(shown) <= _LONGEST_NAME else shown[: _LONGEST_NAME - 1] + "…"
