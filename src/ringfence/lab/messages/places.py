"""How countries write what `values.py` makes up: telephone numbers, money, time."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Country:
    """In patterns `d` is any digit and `n` one from 2 to 9. `trunk` is dialled before a national number."""

    code: str
    trunk: str
    mobile: tuple[str, ...]
    landline: tuple[str, ...]
    free: tuple[str, ...]
    money: tuple[str, ...]
    """Forms of an amount: `#` is the number."""
    scale: float
    """Money of this country for a hundred rupees, roughly, so that scripts may speak of amounts in rupees."""
    accounts: tuple[int, ...]
    """Digits that a bank account has."""
    indian: bool = False
    """Groups digits by lakh and crore."""


COUNTRIES = {
    "IN": Country(
        "91",
        "0",
        ("9ddddddddd", "8ddddddddd", "7ddddddddd", "6ddddddddd"),
        ("11nddddddd", "22nddddddd", "80nddddddd", "120ndddddd", "33nddddddd"),
        ("1800dddddd", "1800ddddddd", "1860ddddddd"),
        ("Rs.#", "Rs #", "Rs. #", "INR #", "₹#", "₹ #", "Rs #/-", "Rs.#/-", "₹#/-"),
        100.0,
        (11, 12, 14, 15, 16),
        True,
    ),
    "US": Country(
        "1",
        "1",
        ("212ndddddd", "305ndddddd", "415ndddddd", "702ndddddd", "312ndddddd", "404ndddddd", "713ndddddd"),
        ("202ndddddd", "617ndddddd", "503ndddddd"),
        ("800ndddddd", "888ndddddd", "877ndddddd", "866ndddddd", "855ndddddd"),
        ("$#", "$#", "USD #", "$# USD"),
        1.5,
        (9, 10, 12),
    ),
    "GB": Country(
        "44",
        "0",
        ("74dddddddd", "75dddddddd", "77dddddddd", "78dddddddd", "79dddddddd"),
        ("20nddddddd", "161ndddddd", "121ndddddd", "131ndddddd"),
        ("800ddddddd", "808ddddddd", "333ddddddd"),
        ("£#", "£#", "GBP #"),
        1.2,
        (8,),
    ),
    "NG": Country(
        "234",
        "0",
        ("803ddddddd", "806ddddddd", "813ddddddd", "703ddddddd", "905ddddddd", "816ddddddd"),
        ("1ndddddd",),
        ("800ddddddd",),
        ("N#", "NGN #", "₦#", "NGN#"),
        1500.0,
        (10,),
    ),
    "KE": Country(
        "254",
        "0",
        ("71ddddddd", "72ddddddd", "79ddddddd", "11ddddddd", "70ddddddd"),
        ("20ndddddd",),
        ("800dddddd",),
        ("Ksh#", "Ksh #", "KES #", "Kshs #", "Ksh. #"),
        150.0,
        (10, 12, 13),
    ),
    "SG": Country(
        "65",
        "",
        ("8ddddddd", "9ddddddd"),
        ("6ddddddd",),
        ("1800ddddddd",),
        ("$#", "S$#", "SGD #"),
        1.6,
        (9, 10, 12),
    ),
    "PH": Country(
        "63",
        "0",
        ("917ddddddd", "905ddddddd", "918ddddddd", "927ddddddd", "956ddddddd"),
        ("28ddddddd",),
        ("1800ddddddd",),
        ("P#", "PHP #", "₱#", "Php#"),
        70.0,
        (10, 12),
    ),
    "AU": Country(
        "61",
        "0",
        ("4dddddddd",),
        ("2nddddddd", "3nddddddd"),
        ("1300dddddd", "1800dddddd"),
        ("$#", "$#", "AUD #"),
        2.0,
        (9,),
    ),
    "DE": Country(
        "49",
        "0",
        ("151dddddddd", "160ddddddd", "171ddddddd", "176dddddddd"),
        ("30ndddddd", "89ndddddd"),
        ("800ddddddd",),
        ("# €", "#€", "EUR #", "# EUR"),
        1.4,
        (10,),
    ),
}
