"""What an invoice shows beyond its own fields: sums of its rows, names, addresses.

ASSUMED: a row counts for quantity × price and its tax, each rounded to cents, half up; an invoice is the sum of those.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from sandbox.severa.answers import Json
from sandbox.severa.database import Database
from sandbox.severa.fields import Money
from sandbox.severa.formats import plain, reference
from sandbox.severa.invoice_records import CATEGORIES, Invoice, InvoiceRow
from sandbox.severa.project_records import NUMBERED

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Sums:
    """What rows come to, without and with tax."""

    net: Decimal
    tax: Decimal


def sums(rows: Iterable[InvoiceRow]) -> Sums:
    """The sums of the rows, each rounded by itself."""
    net = tax = Decimal(0)
    for row in rows:
        amount = net_of(row)
        net += amount
        tax += _cents(amount * (row.vat_rate or Decimal(0)) / 100)
    return Sums(net, tax)


def net_of(row: InvoiceRow) -> Decimal:
    """What the row comes to without tax."""
    price = row.unit_price.amount if row.unit_price and row.unit_price.amount is not None else Decimal(0)
    return _cents(row.quantity * price)


def invoice_extras(database: Database, row: Invoice) -> Json:
    """Sums, projects, addresses, and what this stand-in never fills."""
    rows, status = database.invoice_rows.by("invoice_guid", row.guid), database.invoice_statuses.find(row.status)
    currency = database.currencies.find(row.currency)
    code = currency.code if currency else "EUR"
    total = sums(rows)

    def money(amount: Decimal) -> object:
        return plain(Money(amount, code))

    def net(*types: str) -> object:
        return money(sums(one for one in rows if one.row_type in types).net)

    return {
        "projects": [reference(database.projects.find(guid), NUMBERED) for guid in row.projects],
        "canBeDeleted": row.number is None and not (status is not None and status.is_read_only),
        "totalExcludingTax": money(total.net),
        "totalTax": money(total.tax),
        "totalIncludingTax": money(total.net + total.tax),
        "workHoursQuantity": sum((one.quantity for one in rows if one.row_type == "Hours"), Decimal(0)),
        "workHoursTotalExcludingTax": net("Hours"),
        "projectFeesTotalExcludingTax": net("ProjectFees"),
        "projectTravelExpensesTotalExcludingTax": net("TravelExpenses"),
        "flatRatesTotalExcludingTax": net("FlatRate"),
        "receiverAddress": _receiver(database, row),
        "senderAddress": {"addressline": "Tunturitie 1", "postalCode": "93600", "city": "Kuusamo", "country": "Finland"}
        | {"state": None},
        **dict.fromkeys(("culture", "language", "invoiceTemplate", "freeText1", "freeText2", "senderVatNumber")),
        **dict.fromkeys(("senderContactGuid", "senderContactName", "senderKvkNumber", "workHourValueAddedTax")),
    }


def row_extras(database: Database, row: InvoiceRow) -> Json:
    """Category and accounts of a row."""
    centre, account = database.cost_centres.find(row.cost_centre), database.sales_accounts.find(row.account)
    return {
        "category": CATEGORIES[row.row_type],
        "hasInvoiceComment": False,
        "costCenter": {"name": centre.name, "number": centre.identifier} if centre else None,
        "salesAccount": reference(account, ("name", "number")),
        **dict.fromkeys(("recurringSalesAccount", "salesReceivableAccount", "vatAccount")),
    }


def _receiver(database: Database, row: Invoice) -> Json | None:
    addresses = database.addresses.by("customer", row.billing_customer)
    chosen = next((one for one in addresses if one.is_billing_address), addresses[0] if addresses else None)
    if chosen is None:
        return None
    country = database.countries.find(chosen.country)
    place = reference(chosen, ("addressline", "postalCode", "city")) or {}
    return {**place, "country": country.name if country else None, "state": None}


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)
