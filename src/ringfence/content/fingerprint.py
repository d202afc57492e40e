"""From the phrases in a message to the strategy behind it."""

from collections import Counter
from collections.abc import Sequence

from ringfence.content.lexicon import Hit
from ringfence.content.likeness import VERSION, vector
from ringfence.content.reading import Reading
from ringfence.model.fingerprint import Authority, Fingerprint, Tactic

_URGENCY_OF_A_PHRASE = 0.4
_MOST_PHRASES = 10
ADVICE = "advice"
_ADVISED_AGAINST = ("credential", "remote", "payment", "secrecy")
_REACH = 60
"""Characters after a piece of advice in which a demand is what it advises against."""

_TACTICS: dict[tuple[str, str], Tactic] = {
    ("urgency", ""): Tactic.URGENCY,
    ("fear", "block"): Tactic.FEAR,
    ("fear", "legal"): Tactic.FEAR,
    ("fear", "harm"): Tactic.FEAR,
    ("reward", "prize"): Tactic.REWARD,
    ("reward", "money"): Tactic.REWARD,
    ("reward", "job"): Tactic.REWARD,
    ("secrecy", "secrecy"): Tactic.SECRECY,
    ("secrecy", "isolation"): Tactic.ISOLATION,
    ("payment", "transfer"): Tactic.PAYMENT_DEMAND,
    ("payment", "upi"): Tactic.PAYMENT_DEMAND,
    ("payment", "voucher"): Tactic.PAYMENT_DEMAND,
    ("payment", "coin"): Tactic.PAYMENT_DEMAND,
    ("payment", "fee"): Tactic.ADVANCE_FEE,
    ("remote", "tool"): Tactic.REMOTE_ACCESS,
    ("remote", "app"): Tactic.REMOTE_ACCESS,
    ("remote", "link"): Tactic.LINK_BAIT,
    ("rapport", "affection"): Tactic.AFFECTION,
    ("rapport", "sympathy"): Tactic.SYMPATHY,
    ("rapport", "assurance"): Tactic.ASSURANCE,
    ("rapport", "stranger"): Tactic.ACQUAINTANCE,
}
_OF_A_FILE = {
    "authority": Tactic.AUTHORITY,
    "channel": Tactic.CHANNEL_SWITCH,
    "credential": Tactic.CREDENTIAL_HARVESTING,
}
_NAMES = {
    "otp": "a one-time code",
    "pin": "a PIN",
    "card": "card details",
    "login": "account details",
    "identity": "identity papers",
}
_DRAWN = {"call": "wants to be called", "text": "wants to be texted"}
_CHANNELS = {"whatsapp": "WhatsApp", "telegram": "Telegram", "email": "e-mail", "video": "a video call"}
_CLAIMS = {
    Authority.BANK: "a bank",
    Authority.POLICE: "the police",
    Authority.RBI: "the central bank",
    Authority.CUSTOMS: "customs",
    Authority.TELECOM: "a telephone company",
    Authority.TAX: "the tax office",
    Authority.TECHNOLOGY: "a technology company",
    Authority.COURT: "a court or a lawyer",
    Authority.FAMILY: "a relative",
    Authority.GOVERNMENT: "an authority",
    Authority.EMPLOYER: "an employer",
    Authority.COURIER: "a courier",
}
_TOPICS = {
    "bank": "a bank account",
    "card": "a card",
    "kyc": "the customer's papers",
    "code": "a one-time code",
    "upi": "a payment by phone",
    "parcel": "a parcel",
    "customs": "customs",
    "power": "the electricity supply",
    "tax": "taxes",
    "refund": "a refund",
    "insurance": "an insurance",
    "loan": "a loan",
    "lottery": "a prize",
    "job": "a job",
    "crypto": "crypto currency",
    "stocks": "an investment",
    "scheme": "a scheme or a fine of the authorities",
    "arrest": "a criminal case",
    "family": "the family",
    "romance": "love",
    "device": "a device",
    "login": "an account with a company",
    "sales": "an offer over the telephone",
}
_DEEDS = {
    Tactic.URGENCY: "presses for time",
    Tactic.FEAR: "frightens",
    Tactic.REWARD: "promises a gain",
    Tactic.SECRECY: "asks for secrecy",
    Tactic.ISOLATION: "keeps the victim on the line",
    Tactic.PAYMENT_DEMAND: "demands money",
    Tactic.ADVANCE_FEE: "asks for a fee",
    Tactic.REMOTE_ACCESS: "wants an app installed or the screen shared",
    Tactic.LINK_BAIT: "leads to a link",
    Tactic.AFFECTION: "flatters",
    Tactic.SYMPATHY: "asks for pity",
    Tactic.ASSURANCE: "reassures",
    Tactic.ACQUAINTANCE: "opens a talk with a stranger",
}


def demands(hits: Sequence[Hit]) -> list[Hit]:
    """Without what stands in a warning ("never share your OTP") and the warnings themselves."""
    warned = [(hit.start, hit.end + _REACH) for hit in hits if hit.phrase.tactic == ADVICE]
    return [
        hit
        for hit in hits
        if hit.phrase.tactic != ADVICE
        and not (
            hit.phrase.tactic in _ADVISED_AGAINST and any(start <= hit.start < end for start, end in warned)
        )
    ]


def fingerprint(reading: Reading, *, escalates: bool = False) -> Fingerprint:
    """`escalates` is what the session's turns say."""
    meant = demands(reading.hits)
    counted = Counter((hit.phrase.tactic, hit.phrase.kind) for hit in meant)
    hurried = tuple(dict.fromkeys(reading.surface(hit) for hit in meant if hit.phrase.tactic == "urgency"))
    authorities = tuple(one for one in Authority if counted[("authority", one.value)])
    tactics = _tactics(counted)
    channel = next((hit.phrase.kind for hit in meant if hit.phrase.tactic == "channel"), None)
    credentials = tuple(kind for kind in _NAMES if counted[("credential", kind)])
    return Fingerprint(
        version=VERSION,
        urgency=round(1 - (1 - _URGENCY_OF_A_PHRASE) ** len(hurried), 2),
        urgency_phrases=hurried[:_MOST_PHRASES],
        authorities=authorities,
        tactics=tactics,
        payment_escalation=escalates,
        channel_switch=channel,
        credentials=credentials,
        vector=vector(reading, meant),
        summary=_summary(authorities, tactics, credentials, channel),
    )


def deed(tactic: str, kind: str) -> str:
    """What a phrase of the lexicon does, as the end of a sentence about the sender."""
    match tactic:
        case "authority":
            return f"claims to be {_CLAIMS[Authority(kind)]}"
        case "credential":
            return f"asks for {_NAMES[kind]}"
        case "channel":
            return _drawn(kind)
        case "topic":
            return f"speaks of {_TOPICS[kind]}"
    return _DEEDS[_TACTICS[tactic, kind]]


def _drawn(channel: str) -> str:
    return _DRAWN.get(channel) or f"draws to {_CHANNELS[channel]}"


def _tactics(counted: Counter[tuple[str, str]]) -> tuple[Tactic, ...]:
    found = {_OF_A_FILE.get(tactic) or _TACTICS.get((tactic, kind)) for tactic, kind in counted}
    return tuple(tactic for tactic in Tactic if tactic in found)


def _summary(
    authorities: Sequence[Authority],
    tactics: Sequence[Tactic],
    credentials: Sequence[str],
    channel: str | None,
) -> str:
    deeds = [_DEEDS[tactic] for tactic in tactics if tactic in _DEEDS]
    if credentials:
        deeds.append("asks for " + _listed([_NAMES[kind] for kind in credentials]))
    if channel:
        deeds.append(_drawn(channel))
    if authorities:
        deeds.insert(0, "claims to be " + _listed([_CLAIMS[one] for one in authorities[:3]], "or"))
    return f"The sender {_listed(deeds)}." if deeds else "No strategy of a scam is seen."


def _listed(parts: Sequence[str], last: str = "and") -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {last} {parts[-1]}"
