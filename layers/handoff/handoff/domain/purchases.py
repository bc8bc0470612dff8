"""Purchases: what suppliers have cost a project in the ERP's books, on its way into the time tool."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import msgspec

from handoff.domain.time import content_hash


class Purchase(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, kw_only=True):
    """A posted row of the ledger that a supplier stands behind, on a project.

    `external_id` is the row's own key in the ERP, `project` and `supplier` are numbers there. `amount` is without VAT,
    in the currency of the books, negative in a credit note or a correction. `booked_on` is the voucher's date, which
    may lie long before it was posted. `supplier_name` is what the supplier is called; it is no content.
    """

    external_id: str
    account: int
    voucher: int
    voucher_type: int
    project: str
    supplier: str
    amount: Decimal
    booked_on: date
    text: str = ""
    supplier_invoice: str = ""
    supplier_name: str = ""


@dataclass(frozen=True, slots=True)
class ExpenseOf:
    """Whose expense a cost becomes, by e-mail address, and of which kind, by its code in the time tool."""

    user: str
    kind: str


@dataclass(frozen=True, slots=True)
class ProjectFee:
    """A cost as the time tool is to have it on a project: a fee, or an expense of somebody's.

    `key` is what it can be asked for by; `project_id` is the time tool's id. `cost` and `price` are without VAT, in
    minor units of `currency`; the price is 0 where it is not billable. `product` is a code there, or empty.
    """

    key: str
    project_id: str
    name: str
    text: str
    spent_on: date
    cost: Decimal
    price: Decimal
    currency: str
    billable: bool
    product: str = ""
    expense: ExpenseOf | None = None


_ENCODER = msgspec.json.Encoder(decimal_format="string")
_DECODER = msgspec.json.Decoder(Purchase)


def purchase_body(purchase: Purchase) -> bytes:
    """The purchase's canonical bytes, as a record keeps them."""
    return _ENCODER.encode(purchase)


def purchase_from(body: bytes) -> Purchase:
    """The purchase that `purchase_body` wrote."""
    return _DECODER.decode(body)


def purchase_hash(purchase: Purchase) -> str:
    """The content hash: a supplier who is renamed does not change what was posted."""
    return content_hash(_ENCODER.encode(msgspec.structs.replace(purchase, supplier_name="")))
