"""The plain baseline: a list of words, as the older systems judged by. Frozen before anything was measured with it."""

import re

_WORDS = tuple(
    """urgent|immediately|blocked|suspended|expired|verify|update|kyc|otp|pin|cvv|password|account|bank|upi|click|link|
    http|www|bit.ly|refund|lottery|prize|won|winner|congratulations|claim|reward|cashback|offer|free|gift|loan|approved|
    credit card|debit card|police|arrest|warrant|cbi|customs|court|legal action|fir|electricity|disconnect|bill|unpaid|
    job|earn|work from home|salary|task|investment|profit|bitcoin|crypto|trading|return|double|send money|anydesk|
    teamviewer|remote|install|download|apk|whatsapp|telegram|call now|pay now|transfer|processing fee|registration fee|
    aadhaar|pan card|income tax|rbi|last chance|limited time|today only|act now""".replace("\n", "").split(
        "|"
    )
)
_FOUND = re.compile(r"\b(?:" + "|".join(re.escape(word.strip()) for word in _WORDS) + r")\b", re.IGNORECASE)
ENOUGH = 3
"""Different words of the list from which on a message is taken for a scam."""


def score(text: str) -> float:
    """0 to 1; from 0.5 on a scam."""
    found = len({found[0].lower() for found in _FOUND.finditer(text)})
    return min(1.0, found / (2 * ENOUGH))
