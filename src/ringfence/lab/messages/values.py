"""What slots of a script hold where no rule says it: numbers, links, money and dates, made up as a country writes them.

The identifiers among them are told with kind and normal form, so that what finds identifiers can be held to it. Nothing
here belongs to anybody on purpose; a number may be somebody's by chance, which is why texts are made and not kept.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from random import Random

from ringfence.errors import BadInput
from ringfence.lab.messages.grammar import Value
from ringfence.lab.messages.links import government_link, honest_link, phishing_link, short_link, slug
from ringfence.lab.messages.places import COUNTRIES, Country

TODAY = "today"
"""What `same` holds of the day a message is of."""
_FIRST_DAY = date(2023, 1, 1)
_DAYS = 1_400
_CODE = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_PSPS = (
    "okaxis okhdfcbank okicici oksbi ybl ibl axl paytm ptyes ptsbi upi apl yapl axisbank icici hdfcbank "
    "sbi kotak fbl jupiteraxis slice freecharge airtel postbank idfcbank"
).split()
_PERSONS = (
    "rahul",
    "amit",
    "priya",
    "suresh",
    "neha",
    "vikram",
    "pooja",
    "imran",
    "lakshmi",
    "karthik",
    "deepa",
)
_MAILS = ("gmail.com", "outlook.com", "yahoo.com", "hotmail.com", "proton.me", "mail.com", "rediffmail.com")
_IFSC_BANKS = "SBIN HDFC ICIC UTIB PUNB BARB KKBK YESB CNRB UBIN IDIB IOBA INDB FDRL".split()

Same = Mapping[str, Value]
Maker = Callable[[Random, Country, Same, list[str]], Value]


def maker_of(country: str) -> Callable[[str, Random, Same], Value]:
    """Makes up the values of this country. Raises `BadInput` for a slot that there is not."""
    place = COUNTRIES[country]

    def value(name: str, rng: Random, same: Same) -> Value:
        kind, *arguments = name.split()
        if kind not in MAKERS:
            raise BadInput(f"{{{name}}}: no rule and no value of that name")
        try:
            return MAKERS[kind](rng, place, same, arguments)
        except (ValueError, IndexError) as slip:
            raise BadInput(f"{{{name}}} asks for what there is not") from slip

    return value


def filled(pattern: str, rng: Random) -> str:
    """`d` is any digit, `n` one from 2 to 9."""
    return "".join(
        rng.choice("0123456789") if char == "d" else rng.choice("23456789") if char == "n" else char
        for char in pattern
    )


def _telephone(rng: Random, country: Country, patterns: tuple[str, ...]) -> Value:
    digits = filled(rng.choice(patterns), rng)
    apart = _parted(digits, country, rng)
    prefix = "" if country.trunk in ("", "1") else country.trunk
    national = [prefix + apart, prefix + digits, *([digits] * 2 if country.indian else [])]
    abroad = (f"+{country.code}{digits}", f"+{country.code} {apart}", f"+{country.code}-{digits}")
    return Value(rng.choice((*abroad, *national)), "phone", f"+{country.code}{digits}")


def _parted(digits: str, country: Country, rng: Random) -> str:
    """In groups, as the country writes them."""
    if country.code == "1":
        form = rng.choice(("({}) {}-{}", "{}-{}-{}", "{}.{}.{}", "{} {} {}"))
        return form.format(digits[:3], digits[3:6], digits[6:])
    half = 5 if country.indian else len(digits) - 6 if len(digits) > 8 else 4
    sign = rng.choice((" ", " ", "-"))
    if len(digits) - half > 5:
        return sign.join((digits[:half], digits[half : half + 3], digits[half + 3 :]))
    return sign.join((digits[:half], digits[half:]))


def _mobile(rng: Random, country: Country, _same: Same, _with: list[str]) -> Value:
    return _telephone(rng, country, country.mobile)


def _landline(rng: Random, country: Country, _same: Same, _with: list[str]) -> Value:
    return _telephone(rng, country, country.landline)


def _toll_free(rng: Random, country: Country, _same: Same, _with: list[str]) -> Value:
    digits = filled(rng.choice(country.free), rng)
    if country.code == "1":
        return Value(f"{rng.choice(('1-', '1-', '', '+1 '))}{digits[:3]}-{digits[3:6]}-{digits[6:]}")
    head = 4 if digits.startswith("1") else 3
    parted = (digits[:head], digits[head : head + 3], digits[head + 3 :])
    joined = rng.choice((" ", "-", "")).join(parted)
    return Value(joined if digits.startswith("1") else country.trunk + joined)


def _foreign(rng: Random, country: Country, _same: Same, _with: list[str]) -> Value:
    other = rng.choice([one for one in COUNTRIES.values() if one is not country])
    digits = filled(rng.choice(other.mobile), rng)
    return Value(f"+{other.code}{rng.choice(('', ' '))}{digits}", "phone", f"+{other.code}{digits}")


def _digits(rng: Random, _country: Country, _same: Same, arguments: list[str]) -> Value:
    """`{digits 4}` or `{digits 4 8}`: so many of them."""
    low, high = int(arguments[0]), int(arguments[-1])
    count = rng.randint(low, high)
    return Value(rng.choice("123456789") + filled("d" * (count - 1), rng))


def _code(rng: Random, _country: Country, _same: Same, arguments: list[str]) -> Value:
    """`{code 8}`: letters and digits."""
    return Value("".join(rng.choice(_CODE) for _ in range(int(arguments[0]))))


def _number(rng: Random, _country: Country, _same: Same, arguments: list[str]) -> Value:
    """`{number 2 9}`: from and to."""
    return Value(str(rng.randint(int(arguments[0]), int(arguments[1]))))


def _amount(rng: Random, country: Country, _same: Same, arguments: list[str]) -> Value:
    """`{amount 500 25000}`: from and to, in rupees of India wherever it is; other countries' money is of like worth."""
    low, high = float(arguments[0]), float(arguments[1])
    if not 0 < low <= high:
        raise ValueError(arguments)
    worth = low * (high / low) ** rng.random() * country.scale / 100
    return Value(rng.choice(country.money).replace("#", _plain_or_grouped(worth, country, rng)))


def _plain_or_grouped(worth: float, country: Country, rng: Random) -> str:
    whole = max(1, round(worth))
    round_ = rng.random() < 0.6
    if round_:
        step = 10 ** max(0, len(str(whole)) - 2)
        whole = max(step, round(whole / step) * step)
    text = str(whole) if rng.random() < 0.35 else _grouped(whole, country.indian)
    cents = "00" if round_ else filled("dd", rng)
    return f"{text}.{cents}" if rng.random() < 0.3 else text


def _grouped(whole: int, indian: bool) -> str:
    if not indian or whole < 100_000:
        return f"{whole:,}"
    head, tail = str(whole)[:-3], str(whole)[-3:]
    pairs = [head[max(0, end - 2) : end] for end in range(len(head), 0, -2)]
    return ",".join([*reversed(pairs), tail])


def _upi(rng: Random, _country: Country, same: Same, _with: list[str]) -> Value:
    bank = (
        [slug(same["bank"].text) + rng.choice(("kyc", ".help", "support", ".care"))] if "bank" in same else []
    )
    stem = rng.choice(
        (
            *bank,
            rng.choice(
                ("payments", "refund", "verify", "kyc.update", "customercare", "prize", "rbi.fee", "ebill")
            ),
            filled(rng.choice(("9ddddddddd", "8ddddddddd")), rng),
            rng.choice(_PERSONS) + filled("dd", rng),
        )
    )
    text = f"{stem}@{rng.choice(_PSPS)}"
    return Value(text, "upi", text.lower())


def _honest_upi(rng: Random, _country: Country, same: Same, _with: list[str]) -> Value:
    """Of a person or a shop that is who it says it is."""
    who = (
        slug(same["shop"].text)
        if "shop" in same
        else rng.choice(_PERSONS) + filled(rng.choice(("", "dd")), rng)
    )
    text = f"{rng.choice((who, who, filled('9ddddddddd', rng)))}@{rng.choice(_PSPS)}"
    return Value(text, "upi", text.lower())


def _email(rng: Random, _country: Country, same: Same, _with: list[str]) -> Value:
    who = (
        slug(same["bank"].text)
        if "bank" in same
        else rng.choice(("hr", "support", "claims", "info", "agent"))
    )
    text = f"{who}.{rng.choice(('desk', 'help', 'team', 'office', filled('ddd', rng)))}@{rng.choice(_MAILS)}"
    return Value(text, "email", text.lower())


def _account(rng: Random, country: Country, _same: Same, _with: list[str]) -> Value:
    text = filled("n" + "d" * (rng.choice(country.accounts) - 1), rng)
    return Value(text, "bank_account", text)


def _masked(rng: Random, _country: Country, _same: Same, _with: list[str]) -> Value:
    """The end of an account or a card, as alerts show it."""
    return Value(
        rng.choice(("XX", "XXXX", "xx", "XXX", "**", "*", "x", "...", "XXXXXXXX", "")) + filled("dddd", rng)
    )


def _ifsc(rng: Random, _country: Country, _same: Same, _with: list[str]) -> Value:
    text = f"{rng.choice(_IFSC_BANKS)}0{filled('dddddd', rng)}"
    return Value(text, "ifsc", text)


def today(rng: Random) -> Value:
    return Value((_FIRST_DAY + timedelta(rng.randrange(_DAYS))).isoformat())


def _date(rng: Random, country: Country, same: Same, _with: list[str]) -> Value:
    """Not far from the day of the message, where it has one."""
    about = same[TODAY] if TODAY in same else today(rng)
    day = date.fromisoformat(about.text) + timedelta(rng.choice((0, 0, 1, 2, 3, 5, 7, 12)))
    order = (
        ("%m/%d/%Y", "%b %d", "%b %d, %Y", "%m/%d")
        if country.code == "1"
        else ("%d/%m/%Y", "%d-%m-%y", "%d/%m")
    )
    return Value(day.strftime(rng.choice((*order, "%d-%b-%y", "%d %b %Y", "%d-%m-%Y", "%d %b"))))


def _time(rng: Random, _country: Country, _same: Same, _with: list[str]) -> Value:
    hour, minute = (
        rng.choice((rng.randrange(8, 21), rng.randrange(24))),
        rng.choice((0, 30, rng.randrange(60))),
    )
    half = "AM" if hour < 12 else "PM"
    return Value(
        rng.choice(
            (
                f"{hour:02}:{minute:02}",
                f"{hour % 12 or 12}:{minute:02} {half}",
                f"{hour % 12 or 12} {half}",
                f"{hour % 12 or 12}{half.lower()}",
                f"{hour:02}:{minute:02}:{rng.randrange(60):02}",
            )
        )
    )


def _reference(rng: Random, _country: Country, _same: Same, _with: list[str]) -> Value:
    """A number of a case, an order, a parcel or a bill."""
    text = rng.choice(
        (
            filled("d" * rng.randint(6, 12), rng),
            "".join(rng.choice(_CODE[10:]) for _ in range(rng.randint(2, 3)))
            + filled("d" * rng.randint(6, 9), rng),
            f"{rng.choice(('CR', 'REF', 'SR', 'TKT', 'CASE', 'FIR'))}-{filled('dddddd', rng)}",
            f"{rng.randint(10, 999)}/{rng.randint(2023, 2026)}",
        )
    )
    return Value(text, "reference", text)


def _phishing(rng: Random, country: Country, same: Same, _with: list[str]) -> Value:
    return phishing_link(rng, country.code, [value.text for name, value in same.items() if name in _BRANDS])


def _honest(rng: Random, country: Country, same: Same, _with: list[str]) -> Value:
    return honest_link(rng, country.code, [value.text for name, value in same.items() if name in _BRANDS])


_BRANDS = (
    "bank",
    "courier",
    "shop",
    "telecom",
    "agency",
    "utility",
    "brand",
    "wallet",
    "insurer",
    "exchange",
    "company",
    "lender",
    "broker",
    "airline",
)


def _government(rng: Random, country: Country, _same: Same, _with: list[str]) -> Value:
    return government_link(rng, country.code)


def _short(rng: Random, _country: Country, _same: Same, _with: list[str]) -> Value:
    return short_link(rng)


def _whatsapp(rng: Random, country: Country, _same: Same, _with: list[str]) -> Value:
    number = country.code + filled(rng.choice(country.mobile), rng)
    text = rng.choice(("wa.me/", "https://wa.me/", "http://wa.me/", "https://api.whatsapp.com/send?phone="))
    return Value(text + number, "whatsapp", f"+{number}")


def _telegram(rng: Random, _country: Country, _same: Same, _with: list[str]) -> Value:
    name = rng.choice(("trade", "vip", "crypto", "task", "earn", "job", "invest", "support", "hr", "signals"))
    name += rng.choice(("_", "", "")) + rng.choice(("desk", "group", "india", "official", "pro", "manager"))
    name += filled("d" * rng.randint(0, 3), rng)
    text = rng.choice(("t.me/", "https://t.me/", "@", "@"))
    return Value(text + name, "telegram", f"@{name.lower()}")


def _bitcoin(rng: Random, _country: Country, _same: Same, _with: list[str]) -> Value:
    """Of the right shape; its check digits are not."""
    return Value(rng.choice(("1", "3")) + "".join(rng.choice(_BASE58) for _ in range(33)))


def _ethereum(rng: Random, _country: Country, _same: Same, _with: list[str]) -> Value:
    text = "0x" + "".join(rng.choice("0123456789abcdef") for _ in range(40))
    return Value(text, "eth", text)


MAKERS: dict[str, Maker] = {
    "mobile": _mobile,
    "landline": _landline,
    "tollfree": _toll_free,
    "foreign": _foreign,
    "digits": _digits,
    "code": _code,
    "number": _number,
    "amount": _amount,
    "upi": _upi,
    "vpa": _honest_upi,
    "email": _email,
    "account": _account,
    "masked": _masked,
    "ifsc": _ifsc,
    "date": _date,
    "time": _time,
    "ref": _reference,
    "phish": _phishing,
    "site": _honest,
    "short": _short,
    "gov": _government,
    "whatsapp": _whatsapp,
    "telegram": _telegram,
    "btc": _bitcoin,
    "eth": _ethereum,
}
