"""Checksums of Bitcoin's addresses: Base58Check, Bech32 (BIP 173) and Bech32m (BIP 350)."""

from hashlib import sha256

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_STEPS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_BECH32_SUM, _BECH32M_SUM = 1, 0x2BC830A3


def base58check(address: str) -> bytes | None:
    """The version and the 20 bytes that the address holds; None where its checksum is wrong."""
    number = 0
    for char in address:
        place = _BASE58.find(char)
        if place < 0:
            return None
        number = number * 58 + place
    if number >> 200:
        return None
    whole = number.to_bytes(25, "big")
    body, check = whole[:21], whole[21:]
    return body if sha256(sha256(body).digest()).digest()[:4] == check else None


def segwit(address: str) -> bool:
    """Whether a lower-case address is a valid one of SegWit: checksum by its version, and the program's length."""
    prefix, _, data = address.rpartition("1")
    values = [_BECH32.find(char) for char in data]
    if not prefix or len(values) < 8 or min(values) < 0:
        return False
    check = 1
    for value in [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix] + values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, step in enumerate(_STEPS):
            if top >> bit & 1:
                check ^= step
    version, length = values[0], (len(values) - 7) * 5 // 8
    expected = _BECH32_SUM if version == 0 else _BECH32M_SUM
    return check == expected and version <= 16 and (length in (20, 32) if version == 0 else 2 <= length <= 40)
