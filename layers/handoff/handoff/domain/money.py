"""Money as a decimal amount in one currency; rounding happens here and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

# Currencies of the countries we serve have two decimals, but for the Icelandic króna and the yen,
# which meet us as clients' currencies (ISO 4217).
_MINOR_DIGITS = {"ISK": 0, "JPY": 0}
HOUR_STEP = Decimal("0.01")
"""Smallest part of an hour that a document carries."""


def minor_unit(currency: str) -> Decimal:
    """The smallest amount of the currency: 0.01 for NOK, 1 for ISK."""
    return Decimal(1).scaleb(-_MINOR_DIGITS.get(currency, 2))


def round_to(value: Decimal, step: Decimal) -> Decimal:
    """The value in whole steps, halves away from zero, as people round invoices."""
    return value.quantize(step, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency; adding two currencies is an error, not a guess."""

    amount: Decimal
    currency: str

    def __add__(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise ValueError(f"can't add {other.currency} to {self.currency}")
        return Money(self.amount + other.amount, self.currency)

    def rounded(self) -> Money:
        """The same money in whole minor units."""
        return Money(round_to(self.amount, minor_unit(self.currency)), self.currency)
