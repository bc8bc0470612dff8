"""Heads of drafts and invoices: what the customer gives them, and when they are due.

Visma eAccounting API v2: addresses and the kind of person come from the customer unless they are sent; an electronic
reference is for customers that are no private persons; the day of payment follows from the terms.
"""

from __future__ import annotations

from datetime import date, timedelta

from sandbox.eaccounting.answers import Json, refuse
from sandbox.eaccounting.company import Company
from sandbox.eaccounting.documents import ADDRESSES
from sandbox.eaccounting.sales_rows import includes_vat


def head_of(company: Company, values: Json, *, private: bool | None = None) -> tuple[Json, Json]:
    """The head of a document with what the customer gives it, and the customer. Ends the call with 400."""
    customer = company.customers.named(values["CustomerId"], "CustomerId")
    if not customer["IsActive"] and not company.options.invoices_inactive:
        refuse(f"The customer {customer['CustomerNumber']} is not active.")
    if "TermsOfPaymentId" in values:
        company.terms.named(values["TermsOfPaymentId"], "TermsOfPaymentId")
    is_private = customer["IsPrivatePerson"] if private is None else private
    if is_private and values.get("ElectronicReference"):
        refuse("ElectronicReference can only be set for customers that are no private persons.")
    given = {name: customer[name] for name in ADDRESSES if customer.get(name)}
    head = {
        "InvoiceCustomerName": customer["Name"],
        "InvoiceCountryCode": company.country.code,
        **given,
        "TermsOfPaymentId": customer["TermsOfPaymentId"],
        **values,
        "CustomerIsPrivatePerson": is_private,
        "CustomerNumber": customer["CustomerNumber"],
        "CustomerName": customer["Name"],
        "InvoiceCurrencyCode": customer["CurrencyCode"],
        "IncludesVat": includes_vat(company, is_private=is_private),
    }
    return head, customer


def due_on(company: Company, head: Json, on: date) -> date:
    """When an invoice of that day is due, by its terms of payment."""
    terms = company.terms.get(head["TermsOfPaymentId"])
    if terms["TermsOfPaymentTypeId"] == 1:  # current month: the days count from its end
        on = (on.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return on + timedelta(days=terms["NumberOfDays"])
