"""Made-up links: those of scams, and those that honest senders use."""

from random import Random

from ringfence.identifiers.brands import BRANDS
from ringfence.lab.messages.grammar import Value

_SHORTENERS = (
    "bit.ly tinyurl.com cutt.ly is.gd t.ly rb.gy shorturl.at ow.ly rebrand.ly tiny.cc s.id"
).split()
_HONEST_SHORT = "bit.ly l.ead.me nxt.to amzn.to g.co smsg.io m.onelink.me 1kx.in".split()
_ENDINGS = (
    "com com com net org info online site top xyz shop club live vip icu cc app link click store "
    "website space buzz cyou sbs bond cfd in co"
).split()
_OWN = {
    "91": ("in", "co.in", "in"),
    "44": ("co.uk", "co.uk", "uk"),
    "61": ("com.au",),
    "65": ("com.sg", "sg"),
}
"""Where honest senders of a country have their domains."""
_NATIONAL = {
    "91": "in",
    "44": "co.uk",
    "1": "us",
    "234": "com.ng",
    "254": "co.ke",
    "65": "sg",
    "63": "ph",
    "61": "com.au",
}
_GOVERNMENT = {
    "91": "incometax.gov.in uidai.gov.in cybercrime.gov.in epfindia.gov.in passportindia.gov.in parivahan.gov.in "
    "digilocker.gov.in gst.gov.in nvsp.in sancharsaathi.gov.in pmkisan.gov.in mygov.in eportal.incometax.gov.in",
    "1": "irs.gov usps.com ssa.gov cdc.gov dmv.ca.gov fema.gov ftc.gov studentaid.gov medicare.gov vote.org",
    "44": "gov.uk nhs.uk gov.uk/vehicle-tax tax.service.gov.uk nhs.uk/book-a-vaccine environment-agency.gov.uk",
    "254": "ecitizen.go.ke itax.kra.go.ke kplc.co.ke ntsa.go.ke sha.go.ke",
    "234": "nimc.gov.ng firs.gov.ng jamb.gov.ng inec.gov.ng",
    "65": "singpass.gov.sg iras.gov.sg scamshield.gov.sg go.gov.sg/vaccine healthhub.sg",
    "63": "gov.ph sss.gov.ph philhealth.gov.ph bir.gov.ph lto.gov.ph",
    "61": "my.gov.au ato.gov.au servicesaustralia.gov.au vicroads.vic.gov.au scamwatch.gov.au",
}
_WORDS = (
    "kyc update verify secure login help support refund claim reward bonus alert account card care "
    "service pay track redelivery customs fee toll bill reactivate unlock netbanking confirm portal gov "
    "id info offer gift"
).split()
_SMALL = (
    "city green park north river oak sun lake hill west main royal blue star prime family happy bright smart kings my",
    "dental clinic school salon garage motors gym church books foods pets homes care labs hotel tickets college",
)
"""Small firms and clubs have names of two words."""
_PATHS = (
    "",
    "",
    "/login",
    "/verify",
    "/kyc",
    "/r/{}",
    "/{}",
    "/?id={}",
    "/pay",
    "/claim/{}",
    "/app.apk",
    "/track/{}",
)
_HOSTS = (
    "weebly.com web.app firebaseapp.com vercel.app netlify.app blogspot.com wixsite.com github.io pages.dev"
).split()
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


def _of_brands() -> dict[str, tuple[str, ...]]:
    """By the names under which brands stand in scripts, the domains that are theirs."""
    owned = {slug(brand.name): brand.domains for brand in BRANDS}
    return owned | {token: brand.domains for brand in BRANDS for token in brand.tokens}


def slug(name: str) -> str:
    """A brand as it stands in a domain."""
    return "".join(char for char in name.lower() if char.isalnum() and char.isascii())[:14] or "service"


def _tail(rng: Random, count: int) -> str:
    return "".join(rng.choice(_LETTERS + "ABCDEFGHJKMNPQRSTUVWXYZ") for _ in range(count))


def short_link(rng: Random) -> Value:
    return _link(rng, f"{rng.choice(_SHORTENERS)}/{_tail(rng, rng.randint(5, 8))}")


def phishing_link(rng: Random, code: str, brands: list[str]) -> Value:
    """A domain that looks like one of `brands`, where there are any."""
    if rng.random() < 0.15:
        return short_link(rng)
    if rng.random() < 0.03:
        return _link(
            rng, ".".join(str(rng.randint(2, 250)) for _ in range(4)) + rng.choice(_PATHS).format("a")
        )
    words = rng.sample(_WORDS, rng.choice((1, 1, 2)))
    if brands and rng.random() < 0.85:
        words.insert(rng.randrange(len(words) + 1), _misspelt(rng, slug(rng.choice(brands))))
    elif rng.random() < 0.4:
        words = [_tail(rng, rng.randint(5, 9)).lower()]
    host = rng.choice(("-", "-", "")).join(words)
    if rng.random() < 0.1:
        domain = f"{host}.{rng.choice(_HOSTS)}"
    else:
        ending = _NATIONAL.get(code, "com") if rng.random() < 0.12 else rng.choice(_ENDINGS)
        domain = f"{host}.{ending}"
    return _link(rng, domain + rng.choice(_PATHS).format(_tail(rng, rng.randint(4, 7))))


def _misspelt(rng: Random, brand: str) -> str:
    if rng.random() < 0.75 or len(brand) < 4:
        return brand
    at = rng.randrange(1, len(brand))
    return rng.choice(
        (
            brand.replace("o", "0", 1),
            brand.replace("i", "1", 1),
            brand.replace("l", "1", 1),
            brand[:at] + brand[at - 1] + brand[at:],
            brand[:at] + brand[at + 1 :],
        )
    )


def honest_link(rng: Random, code: str, brands: list[str]) -> Value:
    """As a known sender writes it: its own domain, or a shortener that it uses."""
    if rng.random() < 0.25:
        return _link(rng, f"{rng.choice(_HONEST_SHORT)}/{_tail(rng, rng.randint(5, 7))}")
    brand = slug(rng.choice(brands)) if brands else "".join(rng.choice(words.split()) for words in _SMALL)
    if domains := _OWNED.get(brand):
        return _link(rng, rng.choice(("", "", "www.", "m.")) + rng.choice(domains) + _path(rng))
    ending = rng.choice(("com", "com", "co", *_OWN.get(code, ("com", "org"))))
    return _link(rng, f"{rng.choice(('', '', 'www.', 'm.'))}{brand}.{ending}{_path(rng)}")


def _path(rng: Random) -> str:
    return rng.choice(("", "", "/app", "/help", "/bill", f"/{_tail(rng, 5)}", "/offers", "/t", "/myaccount"))


def government_link(rng: Random, code: str) -> Value:
    """Of an authority of the country."""
    return _link(rng, rng.choice(_GOVERNMENT.get(code, _GOVERNMENT["1"]).split()))


def _link(rng: Random, bare: str) -> Value:
    text = rng.choice(("http://", "https://", "https://", "", "")) + bare
    return Value(text, "url", text)


_OWNED = _of_brands()
