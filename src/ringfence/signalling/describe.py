"""What clients of the older systems read of an alert; compat.md's names for what Alert already holds."""

from ringfence.model.alert import Alert, AlertCall, AlertLabel
from ringfence.model.policy import Deed

_HEADLINES = {
    AlertLabel.MASKING: "Call masking",
    AlertLabel.FAN_IN: "Fan-in burst",
    AlertLabel.DENIED_CALLER: "Denied caller",
    AlertLabel.WATCHED_CALLER: "Watched caller",
    AlertLabel.LOCAL_CLI: "International call with a local number",
    AlertLabel.LOCAL_MOBILE_CLI: "International call with a local mobile number",
}
_ADVICE = {
    AlertLabel.MASKING: Deed.DISCONNECT,
    AlertLabel.FAN_IN: Deed.MONITOR,
    AlertLabel.DENIED_CALLER: Deed.BLOCK,
    AlertLabel.WATCHED_CALLER: Deed.FLAG,
    AlertLabel.LOCAL_CLI: Deed.BLOCK,
    AlertLabel.LOCAL_MOBILE_CLI: Deed.MONITOR,
}


def describe(alert: Alert) -> str:
    """One line: what it is taken for, and why."""
    return f"{_HEADLINES[alert.label]}: {'; '.join(alert.reasons)}"


def recommended_action(alert: Alert) -> str:
    """The policy's deed where it cuts, else what the label calls for; a word of Deed."""
    decided = Deed(alert.action)
    return (decided if decided in (Deed.BLOCK, Deed.DISCONNECT) else _ADVICE[alert.label]).value


def opening_call(alert: Alert) -> AlertCall | None:
    """The call that opened the alert: the last to begin up to that instant. None where it names no call."""
    until = [call for call in alert.calls if call.begun_at <= alert.opened_at]
    return until[-1] if until else next(iter(alert.calls), None)
