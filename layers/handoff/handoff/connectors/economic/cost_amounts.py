"""What a booked line on a project cost, VAT included, from the lines of its voucher.

e-conomic lifts the VAT out of a gross amount when it is entered, so a booked line is net. Where a voucher is one cost
and one supplier, the supplier's line is exactly what was paid; otherwise the VAT is put back by its code's rate.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from handoff.connectors.document_text import key_in
from handoff.connectors.economic.assumed import NO_COST_NAMES, NO_COST_TYPES
from handoff.connectors.economic.models import ZERO, EconomicBooked, EconomicLine, EconomicVat
from handoff.connectors.economic.years import day_of
from handoff.domain.costs import BookedCost
from handoff.domain.money import round_to

CENT = Decimal("0.01")
HUNDRED = Decimal(100)
Vats = Mapping[str, EconomicVat]


def may_cost(row: EconomicBooked) -> bool:
    """Whether the row can be a cost: on a project, no customer's, no supplier's own line, none that we posted."""
    return (
        row.project_number is not None
        and row.type not in NO_COST_TYPES
        and row.supplier_number is None
        and key_in(row.text) is None
    )


def cost_of(
    row: EconomicBooked,
    lines: Sequence[EconomicLine],
    vats: Vats,
    *,
    balance_sheet: Collection[int],
    year: str,
    currency: str,
) -> BookedCost | None:
    """The cost, from its row, all lines of its voucher and the VAT codes.

    None for VAT, for balances brought forward, and for a line of the balance sheet without a cost type: the bank's
    side of a voucher can be on the project too.
    """
    own = next((line for line in lines if line.entry_number == row.entry_number), None)
    if row.project_number is None or row.account_number in vat_accounts(vats):
        return None
    if own is not None and own.entry_type in NO_COST_NAMES:
        return None
    if row.account_number in balance_sheet and (own is None or own.cost_type is None):
        return None
    creditor = next((line for line in lines if line.supplier is not None), None)
    return BookedCost(
        serial=row.entry_number,
        voucher=row.voucher_number,
        year=year,
        account=row.account_number,
        project=row.project_number,
        cost_type=own.cost_type.cost_type_number if own is not None and own.cost_type is not None else None,
        text=(row.text or "").strip(),
        amount=gross(row, own, lines, vats),
        currency=currency,
        booked_on=day_of(row.date),
        supplier=str(creditor.supplier.supplier_number) if creditor is not None and creditor.supplier else "",
        supplier_invoice=row.supplier_invoice_number or (creditor.supplier_invoice_number or "" if creditor else ""),
    )


def gross(row: EconomicBooked, own: EconomicLine | None, lines: Sequence[EconomicLine], vats: Vats) -> Decimal:
    """The amount including VAT in the currency of the books."""
    creditors = [line for line in lines if line.supplier is not None]
    costs = [line for line in lines if line.supplier is None and line.account.account_number not in vat_accounts(vats)]
    if own is not None and costs == [own] and len(creditors) == 1:
        return round_to(-creditors[0].base, CENT)
    net = row.amount if row.amount_in_base_currency is None else row.amount_in_base_currency
    code = own.vat_account.vat_code if own is not None and own.vat_account is not None else ""
    return round_to(net * (HUNDRED + rate_of(vats.get(code))) / HUNDRED, CENT)


def rate_of(vat: EconomicVat | None) -> Decimal:
    """The percentage that was paid on top; none where both sides of the VAT are ours (reverse charge)."""
    return ZERO if vat is None or vat.contra_account is not None else vat.rate_percentage


def vat_accounts(vats: Vats) -> frozenset[int]:
    """The accounts that VAT lines stand on."""
    sides = (side for vat in vats.values() for side in (vat.account, vat.contra_account))
    return frozenset(side.account_number for side in sides if side is not None)
