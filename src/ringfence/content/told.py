"""A verdict in one or two sentences, for somebody who reads nothing else: what it is, what it wants, what to do."""

from ringfence.model.fingerprint import Fingerprint, Tactic
from ringfence.model.scam import Label, ScamType
from ringfence.model.verdict import Verdict

_IN_DOUBT = 0.25
"""Probability of a scam from which an honest message is called so with a warning."""
_NAMES = {
    ScamType.BANK_IMPERSONATION: "somebody poses as a bank",
    ScamType.UPI_FRAUD: "fraud with UPI payments",
    ScamType.PHISHING_LINK: "a link that steals data",
    ScamType.KYC: "a pretended KYC update",
    ScamType.OTP_THEFT: "theft of one-time codes",
    ScamType.JOB: "a pretended job",
    ScamType.LOTTERY: "a prize that nobody won",
    ScamType.ELECTRICITY_BILL: "a pretended electricity bill",
    ScamType.GOVERNMENT_SCHEME: "a pretended government scheme",
    ScamType.CRYPTO_INVESTMENT: "a pretended investment in crypto currency",
    ScamType.CUSTOMS_PARCEL: "a parcel that customs are said to hold",
    ScamType.DELIVERY: "a pretended delivery",
    ScamType.TECH_SUPPORT: "pretended technical support",
    ScamType.LOAN: "a pretended loan",
    ScamType.INCOME_TAX: "a pretended tax matter",
    ScamType.REFUND: "a pretended refund",
    ScamType.INSURANCE: "a pretended insurance",
    ScamType.ROMANCE: "pretended love",
    ScamType.INVESTMENT: "a pretended investment",
    ScamType.DIGITAL_ARREST: "a pretended arrest",
    ScamType.FAMILY_EMERGENCY: "somebody poses as a relative in need",
    ScamType.WRONG_NUMBER_OPENING: "a wrong number as an opening",
    ScamType.ROBOCALL_SALES: "a recorded sales call",
    ScamType.OTHER: "of no known type",
}
_DOUBTFUL = "No clear sign of a scam, but some of it reads like one: before you act, ask the sender by a way you know."


def told(verdict: Verdict) -> str:
    """For instance: Scam, a pretended KYC update. The sender claims to be a bank and presses for time. Do not pay."""
    if verdict.label is Label.SCAM:
        kind = "" if verdict.scam_type is None else f", {_NAMES[verdict.scam_type]}"
        wants = verdict.fingerprint.summary if verdict.fingerprint.tactics else ""
        return " ".join(filter(None, (f"Scam{kind}.", wants, _advice(verdict.fingerprint))))
    if verdict.scam_probability >= _IN_DOUBT:
        return _DOUBTFUL
    if verdict.label is Label.PROMO:
        return "Advertising of a known sender; no sign of a scam."
    return "No sign of a scam."


def _advice(of: Fingerprint) -> str:
    """What not to do, the costliest first."""
    never = [deed for meant, deed in _deeds(of) if meant] or ["answer"]
    listed = never[0] if len(never) == 1 else f"{', '.join(never[:-1])} or {never[-1]}"
    return f"Do not {listed}; who is truly meant can be asked at the number they publish."


def _deeds(of: Fingerprint) -> tuple[tuple[bool, str], ...]:
    tactics = frozenset(of.tactics)
    return (
        (bool(tactics & {Tactic.PAYMENT_DEMAND, Tactic.ADVANCE_FEE}) or of.payment_escalation, "pay"),
        (bool(of.credentials), "give away codes or data"),
        (Tactic.REMOTE_ACCESS in tactics, "install anything"),
        (Tactic.LINK_BAIT in tactics, "open the link"),
        (of.channel_switch is not None, "call or write where it leads"),
    )
