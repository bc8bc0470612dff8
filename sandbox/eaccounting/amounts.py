"""What rows of an invoice add up to, exact to the hundredth, with prices that hold VAT and prices that don't.

Visma eAccounting API v2: a row is (quantity times unit price) less its discount, which is a fraction; `IncludesVat`
says whether unit prices hold VAT; with `DomesticCurrencyRounding` 1 a total is rounded to whole units, half away from
zero, and the difference is `TotalRoundings`. ASSUMED: rows are rounded to two decimals, half away from zero; VAT is
rounded once for each rate, on what its rows add up to (`vat_by_row` rounds it in every row); with prices that hold VAT
it is taken out of that sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT, WHOLE, HUNDRED = Decimal("0.01"), Decimal(1), Decimal(100)


@dataclass(frozen=True)
class Line:
    """One row as far as it is money; `percent` is the VAT rate."""

    quantity: Decimal
    unit_price: Decimal
    discount: Decimal
    percent: Decimal


@dataclass(frozen=True)
class Sum:
    """An amount without VAT and its VAT."""

    net: Decimal
    vat: Decimal

    @property
    def gross(self) -> Decimal:
        """With VAT."""
        return self.net + self.vat


@dataclass(frozen=True)
class Totals:
    """Rows in their order, sums by rate, and the whole; `total` holds the VAT and the rounding."""

    rows: tuple[Sum, ...]
    rates: dict[Decimal, Sum]
    vat: Decimal
    rounding: Decimal
    total: Decimal


def cents(amount: Decimal) -> Decimal:
    """Two decimals, half away from zero."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def totals(lines: Sequence[Line], *, includes_vat: bool, by_row: bool, whole_units: bool, credit: bool) -> Totals:
    """What the rows add up to; a credit is negative."""
    sign = Decimal(-1 if credit else 1)
    prices = [sign * cents(one.quantity * one.unit_price * (1 - one.discount)) for one in lines]
    rows = tuple(_split(price, one.percent, includes_vat) for price, one in zip(prices, lines, strict=True))
    rates: dict[Decimal, Sum] = {}
    for percent in dict.fromkeys(one.percent for one in lines):
        mine = [at for at, one in enumerate(lines) if one.percent == percent]
        if by_row:
            rates[percent] = Sum(
                sum((rows[at].net for at in mine), Decimal(0)), sum((rows[at].vat for at in mine), Decimal(0))
            )
        else:
            rates[percent] = _split(sum((prices[at] for at in mine), Decimal(0)), percent, includes_vat)
    exact = sum((one.gross for one in rates.values()), Decimal(0))
    total = exact.quantize(WHOLE, ROUND_HALF_UP) if whole_units else exact
    vat = sum((one.vat for one in rates.values()), Decimal(0))
    return Totals(rows, rates, vat, total - exact, total)


def net_of(gross: Decimal, percent: Decimal) -> Decimal:
    """What is left of an amount when its VAT is taken out."""
    return cents(gross * HUNDRED / (HUNDRED + percent))


def _split(price: Decimal, percent: Decimal, includes_vat: bool) -> Sum:
    if includes_vat:
        net = net_of(price, percent)
        return Sum(net, price - net)
    return Sum(price, cents(price * percent / HUNDRED))
