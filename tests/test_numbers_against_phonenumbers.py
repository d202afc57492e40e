"""The engine's numbers against Python's phonenumbers of the metadata version that the engine's crate carries.

The table holds every region's example numbers of every type, in every form a trunk may send them, broken in
every simple way, and random digits: some 80,000 rows.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache

import phonenumbers
import pytest
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType, ValidationResult
from ringfence_engine import Engine

METADATA = "9.0.42"  # of rlibphonenumber 2.2.15
REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
FORMATS = [
    PhoneNumberFormat.E164,
    PhoneNumberFormat.INTERNATIONAL,
    PhoneNumberFormat.NATIONAL,
    PhoneNumberFormat.RFC3966,
]
TYPES = [kind for kind in PhoneNumberType.values() if kind != PhoneNumberType.UNKNOWN]


def examples(region: str) -> list[PhoneNumber]:
    found = (phonenumbers.example_number_for_type(region, kind) for kind in TYPES)
    return [number for number in found if number is not None]


def mutated(digits: str, dice: random.Random) -> Iterator[str]:
    at = dice.randrange(len(digits))
    yield digits[:at] + dice.choice("0123456789") + digits[at + 1 :]
    yield digits[:at] + digits[at + 1 :]
    yield digits[:at] + dice.choice("0123456789") + digits[at:]
    yield digits + "".join(dice.choices("0123456789", k=dice.randint(1, 4)))


def forms(number: PhoneNumber, region: str, dice: random.Random) -> Iterator[str]:
    """As dialled, printed and sent inside the region."""
    digits = phonenumbers.format_number(number, PhoneNumberFormat.E164)[1:]
    yield from (phonenumbers.format_number(number, form) for form in FORMATS)
    yield phonenumbers.format_out_of_country_calling_number(number, region)
    yield phonenumbers.national_significant_number(number)
    yield digits
    yield "00" + digits
    yield "+" + digits[: len(str(number.country_code))] + "0" + digits[len(str(number.country_code)) :]
    for broken in mutated(digits, dice):
        yield from ("+" + broken, broken, "00" + broken)


@cache
def table() -> list[tuple[str, str]]:
    """(region, number as sent), seeded."""
    dice = random.Random(20_260_115)
    rows = []
    for region in REGIONS:
        for number in examples(region):
            for trunk in (region, dice.choice(REGIONS)):
                rows += [(trunk, form) for form in forms(number, trunk, dice)]
        for _ in range(100):
            digits = "".join(dice.choices("0123456789", k=dice.randint(3, 20)))
            rows.append((region, dice.choice(["", "+", "00", "0"]) + digits))
    return rows


def parsed(text: str, region: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None


def read(number: str, region: str) -> PhoneNumber | None:
    """As formats.md orders the readings; nothing where it is no number."""
    as_sent = parsed(number, region)
    plus = number.removeprefix("tel:").startswith("+")
    digits = "".join(filter(str.isdigit, number))
    abroad = None if plus else parsed("+" + digits.removeprefix("00"), region)
    readings = [] if plus else [(as_sent, True), (abroad, True)]
    readings.append((as_sent, False))
    if digits.startswith("00"):
        readings.append((abroad, False))
    for reading, must_be_valid in readings:
        holds = phonenumbers.is_valid_number if must_be_valid else phonenumbers.is_possible_number
        if reading is not None and holds(reading):
            # E.164 ends at 15 digits; libphonenumber goes on to 20.
            return reading if len(e164(reading)) <= 16 else None
    return None


def e164(number: PhoneNumber) -> str:
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def expected(number: str, region: str) -> tuple[str, str]:
    """(normal form, validity)"""
    reading = read(number, region)
    if reading is not None:
        if phonenumbers.is_valid_number(reading):
            return e164(reading), "valid"
        reason = phonenumbers.is_possible_number_with_reason(reading)
        return e164(reading), "unallocated" if reason == ValidationResult.IS_POSSIBLE else "invalid"
    digits = "".join(filter(str.isdigit, number))
    codes = {str(code) for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE}
    known = any(digits[:length] in codes for length in (1, 2, 3))
    plus = number.removeprefix("tel:").startswith("+")
    return number.removeprefix("tel:"), "unallocated" if plus and not known else "invalid"


@pytest.fixture(scope="module")
def engine() -> Engine:
    trunks: dict[str, tuple[str | None, bool, list[str], bool]] = {
        region.lower(): (region, False, [], False) for region in REGIONS
    }
    return Engine(region="IN", trunks=trunks, max_keys=1_024, max_calls=1_024)


def test_phonenumbers_carries_the_metadata_of_the_crate() -> None:
    assert phonenumbers.__version__ == METADATA


def test_every_form_of_every_number_is_read_as_phonenumbers_reads_it(engine: Engine) -> None:
    rows = table()
    assert len(rows) >= 50_000
    wrong = []
    for region, number in rows:
        trunk = region.lower()
        found = engine.normalise(number, trunk), engine.number_validity(number, trunk)
        if found != (want := expected(number, region)):
            wrong.append((region, number, found, want))
    assert not wrong, f"{len(wrong)} of {len(rows)}: {wrong[:20]}"


@pytest.mark.parametrize(
    ("number", "normal"),
    [
        ("९८७६५ ४३२१०", "+919876543210"),
        ("０９８７６５４３２１０", "+919876543210"),
        ("sip:+442079460123;npdi;rn=+447700900000@198.51.100.7;user=phone", "+442079460123"),
        ('"A <b" <sip:%2B442079460123@example.com>;tag=1', "+442079460123"),
        ("tel:2079460123;phone-context=+44", "+442079460123"),
        ("<sip:Anonymous@Anonymous.invalid>", "anonymous"),
        ("", "anonymous"),
        ("sip:Desk@example.com", "sip:desk@example.com"),
        ("9" * 200, "9" * 64),
    ],
)
def test_forms_of_the_wire(engine: Engine, number: str, normal: str) -> None:
    assert engine.normalise(number) == normal
