"""Keccak-256 as Ethereum uses it: the hash before NIST padded it otherwise, which hashlib does not have."""

_ROUNDS = (
    0x0000000000000001, 0x0000000000008082, 0x800000000000808A, 0x8000000080008000, 0x000000000000808B,
    0x0000000080000001, 0x8000000080008081, 0x8000000000008009, 0x000000000000008A, 0x0000000000000088,
    0x0000000080008009, 0x000000008000000A, 0x000000008000808B, 0x800000000000008B, 0x8000000000008089,
    0x8000000000008003, 0x8000000000008002, 0x8000000000000080, 0x000000000000800A, 0x800000008000000A,
    0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
)  # fmt: skip
_TURNS = (
    (0, 36, 3, 41, 18), (1, 44, 10, 45, 2), (62, 6, 43, 15, 61), (28, 55, 25, 21, 56), (27, 20, 39, 8, 14),
)  # fmt: skip
_MASK = (1 << 64) - 1
_RATE = 136
"""Bytes taken in at a time."""


def keccak256(data: bytes) -> bytes:
    """Of less than 136 bytes, which is all that an address needs."""
    if len(data) >= _RATE:
        raise ValueError("one block of at most 135 bytes")
    block = bytearray(data.ljust(_RATE, b"\0"))
    block[len(data)] ^= 0x01
    block[-1] ^= 0x80
    lanes = [[0] * 5 for _ in range(5)]
    for at in range(_RATE // 8):
        lanes[at % 5][at // 5] = int.from_bytes(block[8 * at : 8 * at + 8], "little")
    for constant in _ROUNDS:
        lanes = _round(lanes, constant)
    return b"".join(lanes[at][0].to_bytes(8, "little") for at in range(4))


def _round(a: list[list[int]], constant: int) -> list[list[int]]:
    sums = [a[x][0] ^ a[x][1] ^ a[x][2] ^ a[x][3] ^ a[x][4] for x in range(5)]
    mixed = [sums[(x - 1) % 5] ^ _turned(sums[(x + 1) % 5], 1) for x in range(5)]
    b = [[0] * 5 for _ in range(5)]
    for x in range(5):
        for y in range(5):
            b[y][(2 * x + 3 * y) % 5] = _turned(a[x][y] ^ mixed[x], _TURNS[x][y])
    done = [[b[x][y] ^ (~b[(x + 1) % 5][y] & b[(x + 2) % 5][y]) for y in range(5)] for x in range(5)]
    done[0][0] ^= constant
    return done


def _turned(lane: int, by: int) -> int:
    return ((lane << by) | (lane >> (64 - by))) & _MASK if by else lane
