"""E-mail addresses."""

import re
from collections.abc import Iterator

from ringfence.identifiers.reading import Match, Reading
from ringfence.identifiers.suffixes import registered_domain
from ringfence.model.identifier import IdentifierKind

_ADDRESS = re.compile(
    r"(?<![\w.@+%\-*•])(?:mailto:)?([A-Za-z0-9][\w.+%\-]{0,63}) ?@ ?"
    r"((?:[A-Za-z0-9][A-Za-z0-9\-]{0,62}\.){1,8}[A-Za-z]{2,24})(?![\w@])",
)
_MAIL_HOSTS = frozenset(
    "gmail.com yahoo.com yahoo.in yahoo.co.in hotmail.com outlook.com rediffmail.com icloud.com"
    " protonmail.com proton.me live.com"
    " aol.com zoho.com mail.com ymail.com gmx.de web.de yahoo.co.uk googlemail.com".split()
)


def find_emails(reading: Reading) -> Iterator[Match]:
    """In the text with links undone; valid as they stand under a public suffix: whether the box exists can't be
    known here. With spaces around the `@` only of hosts that are known for mail: `book @ bit.ly` is none."""
    text = reading.plain.text
    if "@" not in text:
        return
    for match in _ADDRESS.finditer(text):
        host = _host(match[2].lower())
        known = bool(registered_domain(host))
        end = match.start(2) + len(host)
        spaced = match.end(1) + 1 < match.start(2)
        if known and text[end : end + 1] != "/" and (not spaced or host in _MAIL_HOSTS):
            value = f"{match[1].lower()}@{host}"
            yield Match(reading.plain, match.start(1), end, IdentifierKind.EMAIL, value, True)


def _host(written: str) -> str:
    """Without the word that follows a full stop with no space between."""
    host = written
    while host.count(".") > 1 and not registered_domain(host):
        host = host.rpartition(".")[0]
    return host if registered_domain(host) else written
