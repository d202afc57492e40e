"""From a probability to the words an operator sorts alerts by."""

from ringfence.model.alert import RiskLevel, Severity

_BOUNDS = (
    (0.9, RiskLevel.CRITICAL),
    (0.7, RiskLevel.HIGH),
    (0.4, RiskLevel.MEDIUM),
    (0.2, RiskLevel.LOW),
)
_SEVERITIES = tuple(Severity)
MANY_CALLERS = 20
"""More callers than this raise the severity by one."""


def risk_level(probability: float) -> RiskLevel:
    """MINIMAL under 0.2, LOW under 0.4, MEDIUM under 0.7, HIGH under 0.9, CRITICAL from there."""
    return next((level for bound, level in _BOUNDS if probability >= bound), RiskLevel.MINIMAL)


def severity(probability: float, callers: int) -> Severity:
    """The risk level without MINIMAL, one higher where more than 20 callers take part."""
    level = risk_level(probability)
    rank = 0 if level is RiskLevel.MINIMAL else _SEVERITIES.index(Severity(level.value))
    if callers > MANY_CALLERS:
        rank = min(rank + 1, len(_SEVERITIES) - 1)
    return _SEVERITIES[rank]
