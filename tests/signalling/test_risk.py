"""The words an operator sorts alerts by, at their bounds."""

import pytest

from ringfence.signalling import risk_level, severity


@pytest.mark.parametrize(
    ("probability", "level", "sev"),
    [
        (0.0, "MINIMAL", "LOW"),
        (0.1999, "MINIMAL", "LOW"),
        (0.2, "LOW", "LOW"),
        (0.3999, "LOW", "LOW"),
        (0.4, "MEDIUM", "MEDIUM"),
        (0.6999, "MEDIUM", "MEDIUM"),
        (0.7, "HIGH", "HIGH"),
        (0.8999, "HIGH", "HIGH"),
        (0.9, "CRITICAL", "CRITICAL"),
        (1.0, "CRITICAL", "CRITICAL"),
    ],
)
def test_levels_at_their_bounds(probability: float, level: str, sev: str) -> None:
    assert risk_level(probability) == level
    assert severity(probability, 20) == sev


def test_more_than_twenty_callers_make_it_one_higher() -> None:
    assert [severity(p, 21) for p in (0.1, 0.3, 0.5, 0.8, 0.95)] == [
        "MEDIUM",
        "MEDIUM",
        "HIGH",
        "CRITICAL",
        "CRITICAL",
    ]
