"""A classifier of messages that is small enough to be known by heart: it goes by the signs of a strategy alone."""

from ringfence.content.linear import Linear, Vocabulary
from ringfence.content.model_file import ModelFile, write

_SIGNS = {
    "=urgency:": 6.0,
    "=fear:block": 6.0,
    "=fear:legal": 6.0,
    "=payment:transfer": 6.0,
    "=payment:upi": 6.0,
    "=payment:fee": 6.0,
    "=credential:login": 6.0,
    "=credential:otp": 6.0,
    "<url of an imitator>": 6.0,
    "sale": -3.0,
    "lunch": -3.0,
}
_TYPES = {"kyc": "kyc", "otp": "otp_theft", "electricity": "electricity_bill"}


def content_model() -> bytes:
    """A sign of a scam makes a message one (0.95), `sale` makes it advertising, `kyc` its type, all else is honest."""
    known = Vocabulary({name: number for number, name in enumerate(_SIGNS)}, [1.0] * len(_SIGNS))
    promo = [4.0 if name == "sale" else 0.0 for name in _SIGNS]
    words = Vocabulary({word: number for number, word in enumerate(_TYPES)}, [1.0] * len(_TYPES))
    types = {
        name: Linear(0.0, [1.0 if other == word else 0.0 for other in _TYPES])
        for word, name in _TYPES.items()
    }
    types["other"] = Linear(0.5, [0.0] * len(_TYPES))
    model = ModelFile(
        "", known, Linear(-3.0, list(_SIGNS.values())), Linear(-2.0, promo), words, types, 1.0, 0.0, {}
    )
    return write(model)
