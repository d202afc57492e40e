"""Check digits of cards, Aadhaar, GSTIN, IBAN, and of routing numbers of the United States.

Each is a few lines of a published rule; the packages that have them cost tens of milliseconds of import.
"""

_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)

# The dihedral group D5 and the permutation of Verhoeff's scheme (J. Verhoeff, Error Detecting
# Decimal Codes, 1969).
_PRODUCT = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9), (1, 2, 3, 4, 0, 6, 7, 8, 9, 5), (2, 3, 4, 0, 1, 7, 8, 9, 5, 6),
    (3, 4, 0, 1, 2, 8, 9, 5, 6, 7), (4, 0, 1, 2, 3, 9, 5, 6, 7, 8), (5, 9, 8, 7, 6, 0, 4, 3, 2, 1),
    (6, 5, 9, 8, 7, 1, 0, 4, 3, 2), (7, 6, 5, 9, 8, 2, 1, 0, 4, 3), (8, 7, 6, 5, 9, 3, 2, 1, 0, 4),
    (9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
)  # fmt: skip
_MOVED = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9), (1, 5, 7, 6, 2, 8, 3, 0, 9, 4), (5, 8, 0, 3, 7, 9, 6, 1, 4, 2),
    (8, 9, 1, 6, 0, 4, 3, 5, 2, 7), (9, 4, 5, 3, 1, 2, 6, 8, 7, 0), (4, 2, 8, 6, 5, 7, 3, 9, 0, 1),
    (2, 7, 9, 3, 8, 0, 6, 4, 1, 5), (7, 0, 4, 6, 9, 1, 3, 2, 5, 8),
)  # fmt: skip

_BASE36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def luhn(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        total += _DOUBLED[int(digit)] if place % 2 else int(digit)
    return total % 10 == 0


def verhoeff(digits: str) -> bool:
    check = 0
    for place, digit in enumerate(reversed(digits)):
        check = _PRODUCT[check][_MOVED[place % 8][int(digit)]]
    return check == 0


def gstin(code: str) -> bool:
    """The last of 15 characters: weights 1 and 2 in turn, in base 36."""
    total = 0
    for place, char in enumerate(code[:14]):
        product = _BASE36.index(char) * (1 + place % 2)
        total += product // 36 + product % 36
    return _BASE36[-total % 36] == code[14]


def iban(code: str) -> bool:
    """ISO 13616: the first four characters behind the rest, letters as numbers, is 1 modulo 97."""
    return int("".join(str(_BASE36.index(char)) for char in code[4:] + code[:4])) % 97 == 1


def aba_routing(digits: str) -> bool:
    """Weights 3, 7, 1 over the nine digits."""
    return sum(int(digit) * weight for digit, weight in zip(digits, (3, 7, 1) * 3, strict=True)) % 10 == 0
