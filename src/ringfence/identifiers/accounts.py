"""Bank accounts by IBAN, and the codes that go with others; those that words tell of are sorted in `numbers`."""

import re
from collections.abc import Iterator

from ringfence.identifiers import checksums
from ringfence.identifiers.bank_codes import bank_codes
from ringfence.identifiers.reading import Match, Reading
from ringfence.model.identifier import IdentifierKind, Routing

_IBAN = re.compile(
    r"(?<![^\W_])[A-Z]{2}\d{2}(?:[A-Z0-9]{11,30}|(?: [A-Z0-9]{4}){2,7}(?: [A-Z0-9]{1,3})?)(?![^\W_])"
)
_COUNTRIES = frozenset(
    "AD AE AL AT AZ BA BE BG BH BR BY CH CR CY CZ DE DK DO EE EG ES FI FO FR GB GE GI GL GR GT HR HU"
    " IE IL IQ IS IT JO KW KZ LB LC LI LT"
    " LU LV LY MC MD ME MK MR MT MU NL NO PK PL PS PT QA RO RS RU SA SC SE SI SK SM ST SV TL TN TR UA"
    " VA VG XK".split()
)


def find_ibans(reading: Reading) -> Iterator[Match]:
    """With right check digits, or where the text says that it is one."""
    if not reading.has_digits:
        return
    if "iban" not in reading.lowered and not any(_IBAN.fullmatch(word) for _, _, word in reading.codes):
        return
    for match in _IBAN.finditer(reading.plain.text):
        value = match.group().replace(" ", "")
        if value[:2] not in _COUNTRIES:
            continue
        valid = 15 <= len(value) <= 34 and checksums.iban(value)
        if valid or "IBAN" in reading.plain.text[max(0, match.start() - 20) : match.start()].upper():
            routing = Routing(value[:2])
            yield Match(
                reading.plain, match.start(), match.end(), IdentifierKind.BANK_ACCOUNT, value, valid, routing
            )


def find_bank_codes(reading: Reading) -> Iterator[Match]:
    """Sort codes and routing numbers: they name a bank and no account, and go with the account as its facts."""
    for match in bank_codes(reading.plain.text, reading.lowered):
        yield Match(reading.plain, match.start(1), match.end(1))
