"""Cutting a body into lines, checked against splitting it whole."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ringfence.api.body import LineCutter

LIMIT = 20
lines = st.lists(st.binary(max_size=60).map(lambda raw: raw.replace(b"\n", b" ")), max_size=30)
cuts = st.lists(st.integers(0, 800), max_size=20)


@given(lines, cuts, st.integers(1, 100), st.booleans())
def test_however_it_arrives_the_same_lines_come_out(
    told: list[bytes], at: list[int], size: int, newline: bool
) -> None:
    body = b"\n".join(told) + (b"\n" if newline else b"")
    edges = [0, *sorted(at), len(body)]
    cutter = LineCutter(LIMIT, size)
    out: list[tuple[int, bytes]] = []
    too_long: list[int] = []
    for begin, end in pairwise(edges):
        out += cutter.feed(body[begin:end])
    out += cutter.rest()
    too_long += cutter.too_long

    found = {}
    for first, piece in out:
        assert len(piece) <= max(LIMIT + 1, size + LIMIT)
        for offset, line in enumerate(piece.removesuffix(b"\n").split(b"\n")):
            found[first + offset] = line
    whole = dict(enumerate(body.removesuffix(b"\n").split(b"\n"), 1))
    assert too_long == [number for number, line in whole.items() if len(line) > LIMIT]
    kept = {number: line for number, line in whole.items() if len(line) <= LIMIT}
    assert {number: line for number, line in found.items() if line} == {
        n: line for n, line in kept.items() if line
    }
