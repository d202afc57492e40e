"""What is a host by itself in a text, and what is only the end of one sentence glued to the begin of the next."""

import re
from collections.abc import Iterator

from ringfence.identifiers.reading import Reading
from ringfence.identifiers.suffixes import registered_domain

_BARE = re.compile(
    r"(?<![\w@./\-])((?:[^\W_](?:[\w\-]{0,61}[^\W_])?\.){1,8}(?:[A-Za-z]{2,18}|xn--[\w\-]{2,40}|भारत)|\d{1,3}(?:\.\d{1,3}){3}(?=[:/]))"
    r"(?![\w@])(?P<port>:\d{2,5}(?!\d))?(?P<path>[/?#][^\s<>\"'`|\\^{}।]*)?"
)
_WORD = re.compile(r"\S+")
_FILES = frozenset("zip mov py sh rs md ps apk pdf".split())
_LONE_SUFFIXES = frozenset(
    """
    com in org net co info biz io ai app xyz top online site shop store club live link click vip icu cc tk ml ga
    cf gq pw dev tech website space fun work win loan bid buzz rest cam monster cyou sbs bond cfd quest uk us ng
    ke sg de eu ru cn ly gl me tv id my ph pk bd lk np ae au ca nz za gov edu int mil name mobi pro asia bank
    finance money support help center services solutions digital agency world today news chat life care email
    group company network systems cloud host page web press works zone plus market trade exchange capital fund
    credit cash games bet casino ooo one lol wtf beauty hair skin makeup autos boats homes motorcycles yachts
    sbi su ws st la to gy cx
    """.split()
)
"""What may end a host that stands by itself; with a scheme, `www` or a path behind it any public suffix may."""
_WORDS_TOO = frozenset(
    "in me us to so is it at be my no do as am or id by an one co pro live today help care name"
    " support work world one"
    " life plus page news group zone market money to".split()
)
"""Suffixes that are words, too: `blocked.in case` is no host."""
_SENTENCE_WORDS = frozenset(
    """
    account blocked today now kyc number bank office suspended deactivated here there immediately urgently
    please sir madam link message otp card money rupees hours tomorrow tonight time call ok okay hai ho raha
    karo kare kiya diya do back me you it this that him her them later home work day night see come go well good
    done gone yes no thanks love lol soon details request team service balance minutes days update verify
    pending issued received payment
    """.split()
)
_LITTLE_WORDS = frozenset("is it so to at no be do as am or me us my by an".split())
_INNER = re.compile(r"[^\s.]\.[^\s.]")
_GOES_ON = re.compile(r"\s{1,4}[a-z\d]")
_OPENED = frozenset(
    "visit click website site link login log open at goto www url page portal on via here download".split()
)


def dotted_words(text: str) -> Iterator[re.Match[str]]:
    """What may be a host, in the words that have a full stop inside."""
    if not _INNER.search(text):
        return
    for word in _WORD.finditer(text):
        if "." in word.group().strip("."):
            yield from _BARE.finditer(text, word.start(), word.end())


def is_host(reading: Reading, match: re.Match[str], host: str, more: bool) -> bool:
    suffix = host.rpartition(".")[2].lower()
    if suffix.isdigit():
        return all(int(part) < 256 for part in host.split("."))
    if suffix in _FILES and not host.lower().startswith("www."):
        return False
    if not more and not host.lower().startswith("www."):
        if suffix not in _LONE_SUFFIXES and not suffix.startswith("xn--") and suffix != "भारत":
            return False
        if not _is_lone_host(reading, match, host, suffix):
            return False
    return len(host) < 254 and bool(registered_domain(in_ascii(host.lower())))


def _is_lone_host(reading: Reading, match: re.Match[str], host: str, suffix: str) -> bool:
    """Whether a host by itself is one, and no end of a sentence with the next glued to it."""
    first, last = host.split(".", 1)[0], host.rpartition(".")[2]
    if last != last.lower() and host != host.upper() and not (first != first.lower() and host.count(".") > 1):
        return False
    if first.isdigit() or (len(first) < 2 and host.count(".") == 1 and suffix not in ("co", "me")):
        return False
    if suffix not in _WORDS_TOO or "-" in host or host.count(".") > 1:
        return True
    if any(word in _OPENED for word in reading.words.preceding(match.start(), 2)):
        return True
    if first.lower() in _SENTENCE_WORDS or not first.isascii():
        return False
    goes_on = _GOES_ON.match(reading.linked.text, match.end()) is not None
    return not goes_on or suffix not in _LITTLE_WORDS or any(map(str.isdigit, first))


def in_ascii(host: str) -> str:
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
