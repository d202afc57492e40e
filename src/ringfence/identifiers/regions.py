"""The countries in which numbers without a country code are read."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Regions:
    """`default` is tried first, then `others` in order; each a country code of ISO 3166."""

    default: str = "IN"
    others: tuple[str, ...] = ("IN", "US", "GB", "NG", "KE", "SG", "DE")

    @classmethod
    def of(cls, default: str, others: Sequence[str]) -> "Regions":
        """As the settings `default_region` and `regions` hold them."""
        return cls(default, tuple(others))

    @property
    def order(self) -> tuple[str, ...]:
        return (self.default, *(region for region in self.others if region != self.default))


CURRENCIES = {"IN": "INR", "US": "USD", "GB": "GBP", "NG": "NGN", "KE": "KES", "SG": "SGD", "DE": "EUR"}
"""What a sum without a currency is in."""
