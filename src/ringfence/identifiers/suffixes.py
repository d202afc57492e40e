"""Which part of a host is registered, by the public suffix list (https://publicsuffix.org) that comes with its package.

The list is read at the first question, which takes some 60 ms; nothing is fetched.
"""

from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList


@cache
def suffix_list() -> "PublicSuffixList":
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList(accept_unknown=False)


@lru_cache(maxsize=4096)
def registered_domain(host: str) -> str:
    """What somebody registered, `kyc.co.in` of `a.kyc.co.in`; empty where the suffix is no public one. `host` is in
    lower case and ASCII."""
    return suffix_list().privatesuffix(host) or ""


def suffix_of(domain: str) -> str:
    """The public suffix under which a registered domain stands."""
    return suffix_list().publicsuffix(domain) or ""
