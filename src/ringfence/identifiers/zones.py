"""The time zones in which whoever has a telephone number may be, by phonenumbers' table of prefixes.

A prefix of a city has one zone; a mobile number of a large country has all of its country's.
"""

from functools import lru_cache

_UNKNOWN = ("Etc/Unknown",)
_RENAMED = {
    "Africa/Asmera": "Africa/Asmara",
    "America/Buenos_Aires": "America/Argentina/Buenos_Aires",
    "America/Godthab": "America/Nuuk",
    "Asia/Calcutta": "Asia/Kolkata",
    "Asia/Choibalsan": "Asia/Ulaanbaatar",
    "Asia/Katmandu": "Asia/Kathmandu",
    "Asia/Rangoon": "Asia/Yangon",
    "Atlantic/Faeroe": "Atlantic/Faroe",
    "Pacific/Enderbury": "Pacific/Kanton",
    "Pacific/Ponape": "Pacific/Pohnpei",
    "Pacific/Truk": "Pacific/Chuuk",
}
"""Older names in phonenumbers' table, which newer systems keep in a package of their own that is seldom installed."""


def present_name(zone: str) -> str:
    return _RENAMED.get(zone, zone)


@lru_cache(maxsize=8192)
def zones_of(e164: str) -> tuple[str, ...]:
    """IANA names; none where the number's plan belongs to no place."""
    import phonenumbers
    from phonenumbers import timezone

    try:
        number = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return ()
    names = timezone.time_zones_for_number(number)
    if names == _UNKNOWN:  # numbers in no use have a place, too: some are kept for films and trials
        names = timezone.time_zones_for_geographical_number(number)
    return () if names == _UNKNOWN else tuple(dict.fromkeys(present_name(str(name)) for name in names))
