"""Telephone numbers read by the numbering plans of the regions, with phonenumbers.

phonenumbers takes 0.1 s to import and 50 µs and more a number, so it is imported at the first number, and
answers are kept.
"""

from functools import lru_cache


@lru_cache(maxsize=8192)
def international(digits: str) -> tuple[str, bool]:
    """E.164 and validity of a number with its country code, without the +."""
    import phonenumbers

    try:
        number = phonenumbers.parse("+" + digits, None)
    except phonenumbers.NumberParseException:
        return "+" + digits, False
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return written, phonenumbers.is_valid_number(number)


@lru_cache(maxsize=1024)
def possible(digits: str, region: str) -> str | None:
    """E.164 of what has the length of a region's numbers, in use or not; films and test messages have such ones."""
    import phonenumbers

    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


@lru_cache(maxsize=8192)
def national(digits: str, regions: tuple[str, ...]) -> str | None:
    """E.164 of a number as dialled inside of one of the regions, the first in which it is valid; None where none is."""
    import phonenumbers

    for region in regions:
        try:
            number = phonenumbers.parse(digits, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    return None
