"""The country that a text gives itself away to be of, where it isn't India.

Numbers without a country code are read there first, and sums without a currency are in its own."""

from collections.abc import Collection

_INDIAN = frozenset(
    "rs inr lakh lakhs lac lacs crore crores upi aadhaar aadhar kyc paytm phonepe gpay sbi hdfc icici"
    " axis rbi rupee rupees india indian mumbai"
    " delhi bangalore bengaluru chennai kolkata hyderabad pune pan ifsc trai cbi irctc jio airtel bsnl".split()
)
_INDIAN_SIGNS = ("₹", "+91", "rs.", ".in/")
_COUNTRIES = (
    (
        "GB",
        ("£", "+44", ".uk", "royal mail", "sort code", "hi mum", "hey mum"),
        frozenset("hmrc nhs dvla evri mum natwest barclays lloyds monzo santander gbp".split()),
    ),
    (
        "NG",
        ("₦", "+234"),
        frozenset("ngn naira bvn nigeria gtbank gtb opay palmpay lagos abuja zenith".split()),
    ),
    ("KE", ("+254", "m-pesa", " ksh"), frozenset("kes mpesa safaricom kenya fuliza nairobi".split())),
    ("SG", (" s$", "+65", ".sg"), frozenset("sgd singpass singapore cpf posb dbs ocbc uob".split())),
    ("DE", ("+49",), frozenset("iban sparkasse bitte ihr ihre konto dhl.de euro".split())),
    (
        "US",
        ("$", "+1 ", "+1-", "social security"),
        frozenset("usd irs ssn usps medicare zelle venmo walmart dmv ezpass".split()),
    ),
)


def country_of(lowered: str, words: Collection[str]) -> str | None:
    """The first region whose signs the text shows; None where it shows Indian ones, or none."""
    if any(sign in lowered for sign in _INDIAN_SIGNS) or not _INDIAN.isdisjoint(words):
        return None
    if not lowered.isascii() and any("\u0900" <= char <= "\u0dff" for char in lowered):
        return None
    for region, signs, named in _COUNTRIES:
        if any(sign in lowered for sign in signs) or not named.isdisjoint(words):
            return region
    return None
