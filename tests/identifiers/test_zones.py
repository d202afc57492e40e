"""Where whoever has a number may be."""

from zoneinfo import ZoneInfo

import pytest
from phonenumbers.tzdata import TIMEZONE_DATA

from ringfence.identifiers.zones import _RENAMED, present_name, zones_of


@pytest.mark.parametrize(
    ("number", "some"),
    [
        ("+919876543210", {"Asia/Kolkata"}),
        ("+12125550123", {"America/New_York"}),
        ("+9779812345678", {"Asia/Kathmandu"}),
        ("+61412345678", {"Australia/Perth", "Australia/Sydney"}),
        ("+79161234567", {"Europe/Moscow", "Asia/Kamchatka"}),
        ("+447700900123", {"Europe/London"}),
    ],
)
def test_a_number_has_the_zones_of_its_place_or_of_its_country(number: str, some: set[str]) -> None:
    assert some <= set(zones_of(number))


def test_a_number_of_no_place_has_none() -> None:
    assert zones_of("+881612345678") == zones_of("nonsense") == ()


def test_every_zone_of_the_table_is_known_by_its_present_name() -> None:
    names = {str(name) for zones in TIMEZONE_DATA.values() for name in zones} - {"Etc/Unknown"}
    assert names >= _RENAMED.keys()
    for name in names:
        now = ZoneInfo(present_name(name))
        assert present_name(now.key) == now.key
