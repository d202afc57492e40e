"""What a detector noticed: one Alert per attack, updated while the attack lasts."""

from dataclasses import dataclass, replace
from enum import StrEnum


class AlertLabel(StrEnum):
    """What the detector takes the calls for."""

    MASKING = "masking"
    """One origin rotates its A-numbers."""
    FAN_IN = "fan_in"
    """Many callers at once, with no sign of one origin behind them."""
    DENIED_CALLER = "denied_caller"
    """A number on the deny list called."""
    WATCHED_CALLER = "watched_caller"
    """A number on the watch list called."""
    LOCAL_CLI = "local_cli"
    """An international call presented a fixed-line number of the home country."""
    LOCAL_MOBILE_CLI = "local_mobile_cli"
    """An international call presented a number of the home country whose owner may be a roamer."""

    @property
    def of_window(self) -> bool:
        """The masking detector's, which weighs one against the other; the rest are of single calls."""
        return self in (AlertLabel.MASKING, AlertLabel.FAN_IN)


class Severity(StrEnum):
    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    CRITICAL = "CRITICAL"


class RiskLevel(StrEnum):
    MINIMAL = "MINIMAL"
    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    CRITICAL = "CRITICAL"


class AlertStatus(StrEnum):
    """How far an analyst has come with it."""

    NEW = "new"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


class AlertVerdict(StrEnum):
    """What an analyst says it was."""

    MASKING = "masking"
    FAN_IN = "fan_in"
    FALSE_ALARM = "false_alarm"


@dataclass(frozen=True, slots=True)
class Annotation:
    """What analysts say of an alert."""

    status: AlertStatus = AlertStatus.NEW
    verdict: AlertVerdict | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class CallShadow:
    """A call as a second model or threshold sees it beside the live one; nothing follows from it. `score` is the
    highest threshold for which it would be a suspect."""

    score: float
    suspect: bool


@dataclass(frozen=True, slots=True)
class AlertCall:
    """A call that an alert names.

    `score` is the highest masking probability that any origin cluster with this call in it has reached;
    `ended_at` is None while the call is up. `shadow` is None where there is no shadow, and of calls that a list
    exempts: neither judge would have them cut.
    """

    call_id: str
    a_number: str
    begun_at: int
    trunk: str = ""
    score: float = 0.0
    suspect: bool = False
    ended_at: int | None = None
    shadow: CallShadow | None = None


@dataclass(frozen=True, slots=True)
class AlertShadow:
    """An alert as a second model or threshold judges it beside the live one; nothing follows from it."""

    method: str
    label: AlertLabel
    probability: float


@dataclass(frozen=True, slots=True)
class FeatureRow:
    """An origin cluster as the score was given it: a value for each name, None where a fact was missing.

    `leading` is the fact that spoke most for masking, empty where none did.
    """

    names: tuple[str, ...]
    values: tuple[float | None, ...]
    leading: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """One attack on one B-number, as it stands now.

    `distinct_callers` is the peak of the window. `calls` and `a_numbers` are whole up to the cap of the
    detector; `more_calls` and `more_a_numbers` count what is beyond. `action` is the strongest deed decided
    so far (`monitor`, `flag`, `block`, `disconnect`). `status`, `verdict` and `note` are what analysts say.
    `features` is the row of its most suspect cluster, as it was at its worst; `method` scored it.
    """

    alert_id: str
    b_number: str
    label: AlertLabel
    severity: Severity
    risk_level: RiskLevel
    opened_at: int
    last_seen_at: int
    closed_at: int | None
    distinct_callers: int
    a_numbers: tuple[str, ...]
    calls: tuple[AlertCall, ...]
    trunks: tuple[str, ...]
    masking_probability: float
    method: str
    reasons: tuple[str, ...]
    action: str
    more_a_numbers: int = 0
    more_calls: int = 0
    status: AlertStatus = AlertStatus.NEW
    verdict: AlertVerdict | None = None
    note: str = ""
    features: FeatureRow | None = None
    shadow: AlertShadow | None = None

    @property
    def annotation(self) -> Annotation:
        return Annotation(self.status, self.verdict, self.note)

    def annotated(self, said: Annotation) -> "Alert":
        """The same alert with what analysts say of it now."""
        return replace(self, status=said.status, verdict=said.verdict, note=said.note)
