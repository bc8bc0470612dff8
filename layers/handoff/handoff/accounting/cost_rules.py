"""What a tenant wants of purchases: which of them become costs in the time tool, and what they are worth there.

`CostGate` says which go, `CostRules` what becomes of those that do. Both are pure, and read accounts as spans.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from handoff.accounting.account_spans import takes, width
from handoff.domain.gate import Verdict
from handoff.domain.money import minor_unit, round_to
from handoff.domain.purchases import ExpenseOf, Purchase, purchase_from
from handoff.domain.staged import StagedRecord, State

BY_ERP = "erp"
"""Who says yes to a purchase: whoever may post it in the ERP has approved it."""
BEFORE_START, OTHER_ACCOUNT, OTHER_TYPE = "booked_before_start", "account_not_chosen", "voucher_type_not_chosen"
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class CostGate:
    """The gate of purchases: what is dated at or after the start, on one of the accounts, of one of the voucher types.

    No voucher types are all of them. Accounts have to be named: a supplier's debt and the VAT stand in the ledger too.
    """

    accounts: tuple[str, ...]
    voucher_types: frozenset[int] = frozenset()
    starts_on: date | None = None

    def verdict(self, record: StagedRecord) -> Verdict:
        """Ready or excluded; nothing waits for a yes, since only what is posted is read."""
        purchase = purchase_from(record.body)
        if self.starts_on is not None and purchase.booked_on < self.starts_on:
            return Verdict(State.EXCLUDED, BEFORE_START)
        if not takes(self.accounts, purchase.account):
            return Verdict(State.EXCLUDED, OTHER_ACCOUNT)
        if self.voucher_types and purchase.voucher_type not in self.voucher_types:
            return Verdict(State.EXCLUDED, OTHER_TYPE)
        return Verdict(State.READY, "posted_in_the_ledger", BY_ERP)

    def takes_back(self, record: StagedRecord) -> bool:
        """Never: the ERP corrects a cost by another row, which becomes a cost of its own."""
        del record
        return False


@dataclass(frozen=True, slots=True)
class CostRules:
    """What costs are worth and what they are in the time tool.

    `markup` is in percent, and counts only where costs are billable. `products` gives a product's code by span of
    accounts, `product` that of all others. Costs on `expense_accounts` become an expense of `expense`, others a fee.
    """

    billable: bool = False
    markup: Decimal = Decimal(0)
    product: str = ""
    products: Mapping[str, str] = field(default_factory=dict)
    expense_accounts: tuple[str, ...] = ()
    expense: ExpenseOf | None = None

    def price(self, amount: Decimal, currency: str) -> Decimal:
        """What a customer is charged for a cost, in minor units; nothing where costs are not billable."""
        if not self.billable:
            return Decimal(0)
        return round_to(amount * (HUNDRED + self.markup) / HUNDRED, minor_unit(currency))

    def product_of(self, purchase: Purchase) -> str:
        """The code of the product that a fee is of, or empty; of spans with the account the narrowest counts."""
        fitting = [span for span in self.products if takes((span,), purchase.account)]
        return self.products[min(fitting, key=lambda span: (width(span), span))] if fitting else self.product

    def expense_of(self, purchase: Purchase) -> ExpenseOf | None:
        """Whose expense the cost becomes; None for a fee."""
        return self.expense if takes(self.expense_accounts, purchase.account) else None
