"""Kinds of scams in today's spelling and in that of older systems."""

import pytest

from ringfence.model.scam import ScamType


def test_both_spellings_are_read() -> None:
    assert ScamType.read("banking_scam") is ScamType.read("bank_impersonation") is ScamType.BANK_IMPERSONATION
    assert ScamType.read("crypto_scam") is ScamType.CRYPTO_INVESTMENT
    assert all(ScamType.read(one.value) is one for one in ScamType)


def test_anything_else_is_refused() -> None:
    with pytest.raises(ValueError, match="fraud_scam"):
        ScamType.read("fraud_scam")
