"""Wallets of Bitcoin and Ethereum."""

import re
from collections.abc import Iterator
from functools import lru_cache

from ringfence.identifiers.bech32 import base58check, segwit
from ringfence.identifiers.keccak import keccak256
from ringfence.identifiers.reading import Match, Reading
from ringfence.model.identifier import IdentifierKind

_ETH = re.compile(r"0[xX][0-9a-fA-F]{40}")
_SEGWIT = re.compile(r"bc1[02-9ac-hj-np-z]{11,71}|BC1[02-9AC-HJ-NP-Z]{11,71}")
_BASE58 = re.compile(r"[13][1-9A-HJ-NP-Za-km-z]{25,34}")
_OTHER_CHAIN = re.compile(r"T[1-9A-HJ-NP-Za-km-z]{33}|(?:ltc1|addr1)[0-9a-z]{20,100}")
"""Of Tron and others: there is no kind for them, and nothing in them is anything else."""
_LONG = re.compile("[A-Za-z0-9]{14,110}")


def find_wallets(reading: Reading) -> Iterator[Match]:
    """In the text as written but for its characters: an O for a 0 would be another wallet."""
    where, text = reading.linked, reading.linked.text
    for match in _LONG.finditer(text):
        word, (start, end) = match.group(), match.span()
        if text[start - 1 : start].isalnum() or text[end : end + 1].isalnum() or word.isdigit():
            continue
        if _ETH.fullmatch(word):
            yield Match(where, start, end, IdentifierKind.ETH, *_ethereum(word))
        elif _SEGWIT.fullmatch(word):
            yield Match(where, start, end, IdentifierKind.BTC, word.lower(), segwit(word.lower()))
        elif _BASE58.fullmatch(word) and _mixed(word):
            yield Match(where, start, end, IdentifierKind.BTC, word, _bitcoin(word))
        elif _OTHER_CHAIN.fullmatch(word):
            yield Match(where, start, end)


def _mixed(found: str) -> bool:
    """Capitals, small letters and digits: long words and long numbers lack one of them."""
    return any(map(str.isupper, found)) and any(map(str.islower, found)) and sum(map(str.isdigit, found)) > 1


def _bitcoin(address: str) -> bool:
    body = base58check(address)
    return body is not None and body[0] in (0x00, 0x05)


@lru_cache(maxsize=1024)
def _ethereum(written: str) -> tuple[str, bool | None]:
    """EIP-55: capitals are a checksum. The normal form has them; what is in one case has none to check, and where they
    are wrong the address stays as written."""
    digits = written[2:]
    small = digits.lower()
    nibbles = keccak256(small.encode()).hex()
    right = "0x" + "".join(
        c.upper() if int(n, 16) > 7 else c for c, n in zip(small, nibbles[:40], strict=True)
    )
    if digits in (small, digits.upper()):
        return right, None
    return (right, True) if right[2:] == digits else ("0x" + digits, False)
