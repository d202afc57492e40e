"""UPI ids, `name@handle`: told from e-mail addresses by the handle, which has no suffix behind it."""

import re
from collections.abc import Iterator

from ringfence.identifiers.reading import Match, Reading
from ringfence.identifiers.suffixes import registered_domain
from ringfence.identifiers.vocabulary import Cue
from ringfence.model.identifier import IdentifierKind

HANDLES = frozenset(
    """
    upi okaxis okhdfcbank okicici oksbi paytm ptaxis pthdfc ptsbi ptyes ybl ibl axl apl yapl rapl waicici waaxis
    wahdfcbank wasbi yesg yespop yespay yesbank yescred yesfam goaxb goaxis freecharge ikwik mbk mobikwik airtel
    jio jiopay pingpay postbank axisb axisbank axisgo axis axp hdfcbank hdfcbankjd hdfc icici imobile pockets
    eazypay ezeepay icicibank sbi sbin kotak kotak811 kmbl kbl kvb kvbank kaypay barodampay baroda bob boi mahb
    centralbank cbin cnrb canara pnb psb uboi unionbank unionbankofindia united uco ucobank indianbank indbank
    indus induspay indusind federal fbl fbpe idfc idfcbank idfcfirst idfcnetc idbi rbl rblbank dbs dcb dcbbank
    dlb csbpay csbcash cboi citi citigold hsbc sc scb scbl scbmobile sib sibl tjsb tmb utbi utkarshbank ujjivan
    equitas esaf jsb jsbp jkb karb karurvysyabank finobank fino jupiteraxis fam famgp superyes slice sliceaxis
    sliceic timecosmos tapicici rmhdfcbank shriramhdfcbank niyoicici naviaxis abfspay abcdicici amazonpay
    apay ratn rajgovhdfcbank allbank andb vijb vjb obc syndicate synd cmsidfc lvb lime dhanlaxmi nsdl nsdlpay
    payzapp pinb zoicici zomato swiggy oneyes mairtel myicici hdfcbankltd bpunity bandhan aubank au payu
    razorpay razor bharatpe fbpay bhim gpay phonepe yapay ombk cred credpay oxymoney pz mvhdfc dhani nyes kpay
    pthdfcbank okbizaxis okbizicici
    """.split()
)
"""Handles that payment apps and banks use or used."""

_MAIL_HOSTS = frozenset(
    "gmail yahoo hotmail outlook rediffmail rediff icloud protonmail proton live aol zoho mail ymail"
    " email gmai".split()
)
_ID = re.compile(
    r"(?<![\w.@+\-/])([A-Za-z0-9][\w.\-]{1,63})(?: ?@ ?)"
    r"([A-Za-z][A-Za-z0-9]{1,31})(?![A-Za-z0-9_@])(?P<more>(?:\.[A-Za-z]{2,12})?)"
)
_SUFFIXES = frozenset("com in co org net info biz gov edu io uk bank me us ng ke sg de xyz".split())
_COMPANIES = frozenset(
    "hdfc icici sbi kotak zomato swiggy paytm phonepe gpay axis citi idfc jio airtel hdfcbank"
    " icicibank axisbank yesbank pnb".split()
)
"""Handles that stand behind an `@` in advertising, too."""
_SHOUTED = frozenset(
    "off cashback extra sale upto flat gst emi discount offer free order book only just".split()
)
_LIKELY = re.compile(r"^ok[a-z]{2,}|bank|pay|upi|axis|hdfc|icici|sbi|yes", re.IGNORECASE)


def find_upi(reading: Reading) -> Iterator[Match]:
    text = reading.plain.text
    if "@" not in text:
        return
    for match in _ID.finditer(text):
        name, handle = match[1].lower(), match[2].lower()
        known = handle in HANDLES
        if match["more"] and _is_mail_host(handle, match["more"].lower(), known):
            continue
        spaced = match.end(1) + 1 < match.start(2)
        if spaced and handle in _COMPANIES and not any(map(str.isdigit, name)) and "." not in name:
            continue
        if (not known and text[match.end(2) : match.end(2) + 1] == "-") or name in _SHOUTED:
            continue
        if known or (not spaced and _is_meant(reading, match.start(), name, handle)):
            yield Match(
                reading.plain,
                match.start(),
                match.end(2),
                IdentifierKind.UPI,
                f"{name}@{handle}",
                known or None,
            )


def _is_mail_host(handle: str, more: str, known: bool) -> bool:
    """Whether what follows is a suffix, and no word of the next sentence."""
    if known:
        return more[1:] in _SUFFIXES
    return bool(registered_domain(handle + more))


def _is_meant(reading: Reading, start: int, name: str, handle: str) -> bool:
    """Whether a handle that we don't know is one nevertheless."""
    if handle in _MAIL_HOSTS:
        return False
    hint = reading.words.before(start)
    if (
        hint is not None
        and hint.cue in (Cue.UPI, Cue.PAY)
        and hint.tight
        and hint.word not in ("get", "win", "earn")
    ):
        return True
    return bool(_LIKELY.search(handle)) or (name.isdigit() and len(name) == 10)
