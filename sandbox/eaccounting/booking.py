"""Booking an invoice: its number, its voucher, and what it leaves open at the customer.

Visma eAccounting API v2: creating an invoice books it at once; numbers are whole and without gaps; amounts and what
remains are negative on a credit. The voucher has the receivable, the revenue by account and dimension, the VAT by rate,
and the rounding. ASSUMED: hundredths by which rows and the VAT of their rate differ go to the last revenue of the rate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sandbox.eaccounting.amounts import Sum, cents
from sandbox.eaccounting.answers import Json, refuse
from sandbox.eaccounting.company import Company
from sandbox.eaccounting.countries import rate_between
from sandbox.eaccounting.documents import COST_CENTRES, INVOICE
from sandbox.eaccounting.sales_rows import Sale, percent_shown
from sandbox.eaccounting.vouchers import INVOICE_CREDIT, INVOICE_DEBIT, enter, side


@dataclass(frozen=True)
class Draft:
    """What is to be booked: a head with its dates, and what it sells."""

    head: Json
    sale: Sale


@dataclass(frozen=True)
class _Place:
    percent: Decimal
    account: int
    project: str | None
    centres: tuple[str | None, ...]


def book(company: Company, draft: Draft) -> Json:
    """The invoice, kept under the next number. Ends the call with 400 and leaves nothing behind."""
    head, sale = draft.head, draft.sale
    if not sale.rows:
        refuse("The Rows field is required.")
    customer = company.customers.named(head["CustomerId"], "CustomerId")
    rate = _rate(company, head, customer)
    number = company.numbers["invoices"] + 1
    invoice_id = company.new_id()
    rows = _voucher_rows(company, sale, rate)
    text = f"Invoice {customer['Name']}, {number}"
    kind = INVOICE_CREDIT if head.get("IsCreditInvoice") else INVOICE_DEBIT
    voucher = enter(company, head["InvoiceDate"], text, rows, kind=kind, source=invoice_id)
    company.numbers["invoices"] = number
    now, added = company.now(), sale.totals
    invoice: Json = {name: head[name] for name in INVOICE.fields if name in head and name != "PaymentDate"}
    invoice |= {
        "Id": invoice_id,
        "InvoiceNumber": number,
        "CurrencyCode": customer["CurrencyCode"],
        "CurrencyRate": rate,
        "CustomerEmail": customer.get("EmailAddress"),
        "TotalAmount": cents(added.total * rate),
        "TotalVatAmount": cents(added.vat * rate),
        "TotalRoundings": cents(added.rounding * rate),
        "TotalAmountInvoiceCurrency": added.total,
        "TotalVatAmountInvoiceCurrency": added.vat,
        "RemainingAmount": cents(added.total * rate),
        "RemainingAmountInvoiceCurrency": added.total,
        "VatSpecification": _specification(company, added.rates),
        "Rows": _invoice_rows(company, sale),
        "VoucherId": voucher["Id"],
        "VoucherNumber": voucher["NumberAndNumberSeries"],
        "CreatedByUserId": next(iter(company.users.all()))["Id"],
        "PaymentReferenceNumber": f"{number}0" if company.settings.get("UsesPaymentReferenceNumber") else "",
        "CreatedUtc": now,
        "ModifiedUtc": now,
        "CreditedBy": [],
        "FactoringInvoiceStatus": 0,
        "PaymentRemindersCount": 0,
        "SetOffAmountInvoiceCurrency": Decimal(0),
        "SendType": head.get("SendType", 0),
    }
    note_open(company, customer["Id"], invoice["RemainingAmount"])
    customer = company.customers.get(customer["Id"])
    company.customers.put({**customer, "LastInvoiceDate": head["InvoiceDate"]})
    return company.invoices.put(invoice)


def note_open(company: Company, customer_id: str, change: Decimal) -> None:
    """What the customer owes has changed; that is no change of the customer."""
    customer = company.customers.find(customer_id)
    if customer is not None:
        open_amount = customer.get("UnpaidInvoicesAmount", Decimal(0)) + change
        company.customers.put({**customer, "UnpaidInvoicesAmount": open_amount})


def _rate(company: Company, head: Json, customer: Json) -> Decimal:
    sent: Decimal | None = head.get("CurrencyRate")
    rate = sent or rate_between(customer["CurrencyCode"], company.currency)
    return rate if rate is not None else refuse(f"There is no rate for {customer['CurrencyCode']}.")


def _voucher_rows(company: Company, sale: Sale, rate: Decimal) -> list[Json]:
    revenue: dict[_Place, Decimal] = {}
    sums = iter(sale.totals.rows)
    for row, case in zip(sale.rows, sale.cases, strict=True):
        if case is not None:
            place = _Place(
                case.percent, case.account, row.get("ProjectId"), tuple(row.get(name) for name in COST_CENTRES)
            )
            revenue[place] = revenue.get(place, Decimal(0)) + next(sums).net
    for percent, whole in sale.totals.rates.items():
        mine = [place for place in revenue if place.percent == percent]
        revenue[mine[-1]] += whole.net - sum((revenue[place] for place in mine), Decimal(0))
    country = company.country
    rows = [side(company, country.receivables, cents(sale.totals.total * rate))]
    for place, net in revenue.items():
        more = {"ProjectId": place.project, **dict(zip(COST_CENTRES, place.centres, strict=True))}
        rows.append(side(company, place.account, -cents(net * rate), **more))
    vat_accounts = {case.percent: case.vat_account for case in sale.cases if case is not None and case.vat_account}
    for percent, whole in sale.totals.rates.items():
        if whole.vat and (account := vat_accounts.get(percent)) is not None:
            rows.append(side(company, account, -cents(whole.vat * rate)))
    left = sum((row["CreditAmount"] - row["DebitAmount"] for row in rows), Decimal(0))
    if left:
        rows.append(side(company, country.rounding, left))
    return rows


def _specification(company: Company, rates: Mapping[Decimal, Sum]) -> list[Json]:
    return [
        {
            "AmountInvoiceCurrency": whole.net,
            "VatAmountInvoiceCurrency": whole.vat,
            "VatPercent": percent_shown(company, percent),
        }
        for percent, whole in rates.items()
    ]


def _invoice_rows(company: Company, sale: Sale) -> list[Json]:
    sums, rows = iter(sale.totals.rows), []
    for row, case in zip(sale.rows, sale.cases, strict=True):
        kept = dict(row)
        if case is not None:
            kept |= {"AmountNoVat": next(sums).net, "PercentVat": percent_shown(company, case.percent)}
        rows.append(kept)
    return rows
