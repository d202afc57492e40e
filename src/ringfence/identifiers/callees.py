"""A telephone number that is to be called: complete, in use by its country's plan, and nobody's source of income."""

import re
from functools import lru_cache

_WRITTEN = re.compile(r"[+\d(][\d\s().\-/\u2010-\u2014]{1,38}", re.ASCII)
_FICTION = re.compile(r"\+447700900\d{3}|\+1555\d{7}|\+1\d{3}55501\d\d", re.ASCII)
"""What Ofcom and the administrator of the North American plan keep for films and trials: nobody's telephone rings."""


@lru_cache(maxsize=8192)
def callee(written: str, region: str) -> str:
    """E.164 of a number with its country code, else as dialled inside of a region. Raises ValueError with the fix.

    Numbers that cost more than a call are refused: whoever can change a number could else earn by every call to it.
    """
    import phonenumbers
    from phonenumbers import PhoneNumberType

    text = written.strip()
    if not _WRITTEN.fullmatch(text):
        raise ValueError("is no telephone number: write it with its country code, as in +919876543210")
    text = "+" + text[2:] if text.startswith("00") else text
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        raise ValueError(
            "is no telephone number: write it with its country code, as in +919876543210"
        ) from None
    e164 = str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    if _FICTION.fullmatch(e164):
        return e164
    if not phonenumbers.is_valid_number(number):
        where = "its country" if text.startswith("+") else region
        raise ValueError(
            f"is in no use by the plan of {where}: correct it; with a country code it is like +919876543210"
        )
    services = (
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.PAGER,
        PhoneNumberType.VOICEMAIL,
    )
    satellite = phonenumbers.region_code_for_number(number) == "001"
    if satellite or phonenumbers.number_type(number) in services:
        raise ValueError("is a service that costs more than a call: give the card holder's own")
    return e164


def country_of(e164: str) -> str:
    """Its country of ISO 3166; empty where the plan belongs to none."""
    import phonenumbers

    try:
        number = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return ""
    return str(
        phonenumbers.region_code_for_number(number)
        or phonenumbers.region_code_for_country_code(number.country_code or 0)
    )
