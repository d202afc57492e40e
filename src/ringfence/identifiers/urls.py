"""Links: with a scheme, with `www`, or as a bare host with or without a path; and those of Telegram and WhatsApp."""

import re
from collections.abc import Iterator
from functools import lru_cache

from ringfence.identifiers.chat_links import chat_link
from ringfence.identifiers.hosts import dotted_words, in_ascii, is_host
from ringfence.identifiers.lookalikes import imitated_brand, is_official
from ringfence.identifiers.reading import Match, Reading
from ringfence.identifiers.suffixes import registered_domain
from ringfence.model.identifier import IdentifierKind, Link

SHORTENERS = frozenset(
    """
    bit.ly tinyurl.com goo.gl t.co is.gd v.gd ow.ly buff.ly cutt.ly rb.gy shorturl.at rebrand.ly tiny.cc t.ly
    bl.ink lnkd.in s.id soo.gd x.co urlz.fr surl.li qr.ae adf.ly shorte.st clck.ru vk.cc gg.gg u.to tiny.one
    short.io bitly.ws dub.sh dub.co linktr.ee n9.cl shrtco.de 1pt.co ulvis.net kutt.it tny.im bom.so rotf.lol
    wa.link da.gd urlzs.com ouo.io zpr.io snip.ly hyperurl.co page.link smarturl.it chilp.it tr.im 2.gp lc.chat
    """.split()
)

_WITH_SCHEME = re.compile(r"(?<![A-Za-z])(?:https?|ftp|tg|whatsapp)://[^\s<>\"'`|\\^{}।]+", re.IGNORECASE)
_TRAILING = ".,;:!?)]}*~…'\""
_NAMED = frozenset("domain domains".split())


def find_schemed_urls(reading: Reading) -> Iterator[Match]:
    """Whatever begins with a scheme."""
    text = reading.linked.text
    if "://" not in text:
        return
    for match in _WITH_SCHEME.finditer(text):
        written = _trimmed(match.group())
        host = _host(written)
        if host or written.lower().startswith(("tg:", "whatsapp:")):
            yield _match(reading, match.start(), written, host)


def find_pathed_urls(reading: Reading) -> Iterator[Match]:
    """Hosts without a scheme that have a path; an `@` may stand in it."""
    return (match for match, more in _bare(reading) if more)


def find_lone_hosts(reading: Reading) -> Iterator[Match]:
    """Hosts by themselves."""
    return (match for match, more in _bare(reading) if not more)


def _bare(reading: Reading) -> Iterator[tuple[Match, bool]]:
    text = reading.linked.text
    if "." not in text:
        return
    for match in dotted_words(text):
        host = match[1]
        more = bool(match["path"] or match["port"])
        if is_host(reading, match, host, more):
            written = _trimmed(match.group())
            named = not more and any(word in _NAMED for word in reading.words.preceding(match.start(), 3))
            kind = IdentifierKind.DOMAIN if named else None
            yield _match(reading, match.start(), written, host.lower(), kind), more


def _match(
    reading: Reading, start: int, written: str, host: str, kind: IdentifierKind | None = None
) -> Match:
    end = start + len(written)
    chat = chat_link(written)
    if chat is not None:
        return Match(reading.linked, start, end, *chat)
    link = link_of(host)
    return Match(
        reading.linked, start, end, kind or IdentifierKind.URL, _normal(written), bool(link.domain), link
    )


def _trimmed(written: str) -> str:
    """Without the punctuation of the sentence that it stands in."""
    while written and written[-1] in _TRAILING:
        if written[-1] == ")" and written.count("(") >= written.count(")"):
            break
        written = written[:-1]
    return written


def _host(url: str) -> str:
    """The host in lower case, without user and port; empty where there is none."""
    rest = re.split(r"[/?#]", url.partition("://")[2], maxsplit=1)[0]
    host = rest.rpartition("@")[2].partition(":")[0].rstrip(".").lower()
    return host if "." in host or host == "localhost" else ""


def _normal(url: str) -> str:
    """Scheme and host in lower case; no scheme is made up, and the path stays as written."""
    scheme, mark, rest = url.rpartition("://") if url.count("://") == 1 else url.partition("://")
    if not mark:
        scheme, rest = "", url
    place = re.search(r"[/?#]", rest)
    host, path = (rest[: place.start()], rest[place.start() :]) if place else (rest, "")
    return f"{scheme.lower()}{mark}{host.lower()}{path}"


@lru_cache(maxsize=4096)
def link_of(host: str) -> Link:
    """What is known of a host in lower case."""
    plain = in_ascii(host)
    if re.fullmatch(r"\d{1,3}(?:\.\d{1,3}){3}", plain):
        return Link(plain, plain)
    domain = registered_domain(plain)
    shortener = domain in SHORTENERS or plain in SHORTENERS
    read = _read(host)
    return Link(plain, domain, shortener, imitated_brand(read, domain), is_official(read, domain))


def _read(host: str) -> str:
    """As a reader sees it: punycode undone."""
    if "xn--" not in host:
        return host
    try:
        return host.encode("ascii").decode("idna")
    except UnicodeError:
        return host
