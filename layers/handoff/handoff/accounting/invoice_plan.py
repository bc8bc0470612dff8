"""What becomes of a finalized invoice in the ERP's books: one voucher, or everything that keeps it from them.

M1.3 names what travels: invoice number, description, customer, project, date, total including VAT and the account.
All problems are told at once, so that one look into the time tool mends them all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from handoff.domain.invoices import CustomerInvoice, InvoiceDocument
from handoff.domain.money import minor_unit
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem

NUMBER_MAX = 999_999_999
TEXT_MAX = 250
"""Characters of a voucher's text, counted as the ERP's platform does: in units of UTF-16."""
DECIMALS_MAX = 2
ONE_UNIT_MAX = 0xFFFF
"""Signs above this code point count twice there."""
_CURRENCY = re.compile(r"[A-Z]{3}")
_ACCOUNT = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class InvoiceRules:
    """What the tenant has set: the journal's number, and the ERP's VAT code by the time tool's."""

    journal: int
    vat_codes: Mapping[str, str]


def plan_invoice(
    invoice: CustomerInvoice, *, key: str, customer: int, project: int | None, rules: InvoiceRules
) -> InvoiceDocument | tuple[Problem, ...]:
    """The voucher of an invoice for these numbers of the ERP, or all that is wrong with the invoice."""
    problems = shortcomings(invoice)
    if problems or invoice.number is None or invoice.invoiced_on is None:
        return problems
    return InvoiceDocument(
        key=key,
        journal=rules.journal,
        number=invoice.number,
        customer=customer,
        project=project,
        invoiced_on=invoice.invoiced_on,
        due_on=invoice.due_on,
        currency=invoice.currency,
        total=invoice.total,
        account=int(invoice.account),
        # A code without a row goes as the account has it: the bookkeeper's own default.
        vat_code=rules.vat_codes.get(invoice.vat_code, ""),
        text=voucher_text(invoice, key),
    )


def name_of(invoice: CustomerInvoice) -> str:
    """What people call it: `invoice 1042`, or by its description while it has no number."""
    kind = "credit note" if is_credit(invoice) else "invoice"
    return f"{kind} {invoice.number}" if invoice.number is not None else f"{kind} «{_plain(invoice.description)[:40]}»"


def subject_of(invoice: CustomerInvoice) -> str:
    """The same at the start of a sentence."""
    name = name_of(invoice)
    return name[0].upper() + name[1:]


def is_credit(invoice: CustomerInvoice) -> bool:
    """Whether it gives back: it names what it credits, or its total is negative."""
    return invoice.credits is not None or (invoice.total.is_finite() and invoice.total < 0)


def shortcomings(invoice: CustomerInvoice) -> tuple[Problem, ...]:
    """Everything that keeps the invoice itself out of the books."""
    found = [Problem(ProblemCode.INVOICE_INCOMPLETE, f"{subject_of(invoice)} lacks {what}") for what in _lacks(invoice)]
    if invoice.number is not None and not 1 <= invoice.number <= NUMBER_MAX:
        found.insert(0, Problem(ProblemCode.NUMBER_NOT_NUMERIC, f"an invoice has the number {invoice.number}"))
    return tuple(found)


def _lacks(invoice: CustomerInvoice) -> Iterator[str]:
    if invoice.number is None:
        yield "a number"
    if invoice.invoiced_on is None:
        yield "a date"
    if not _is_account(invoice.account):
        yield f"a numeric account (it has «{invoice.account[:40]}»)" if invoice.account.strip() else "an account"
    if not _CURRENCY.fullmatch(invoice.currency):
        yield "a currency code of three letters"
    if wrong := _wrong_total(invoice):
        yield wrong


def _wrong_total(invoice: CustomerInvoice) -> str:
    total = invoice.total
    if not total.is_finite():
        return "a total"
    # A voucher of nothing can't be booked, and left out in silence it would be a hole in the number series that
    # nobody has explained: a person says so, by marking it in the time tool as not to be transferred.
    if total == 0:
        return "a total other than 0"
    if int(total.normalize().as_tuple().exponent) < -DECIMALS_MAX:
        return f"a total of at most two decimals (it has {total})"
    if total % minor_unit(invoice.currency):  # it would be rounded on its way, and differ from then on
        return f"a total in whole {invoice.currency} (it has {total})"
    if invoice.credits is not None and total > 0:
        return f"a negative total, though it credits invoice {invoice.credits}"
    return ""


def _is_account(account: str) -> bool:
    return bool(_ACCOUNT.fullmatch(account)) and int(account) > 0


def voucher_text(invoice: CustomerInvoice, key: str) -> str:
    """What stands on the voucher: the description as far as it fits, the number, and the key at the end.

    A credit note names the invoice that it credits.
    """
    credited = f" of invoice {invoice.credits}" if invoice.credits is not None else ""
    end = f"{name_of(invoice)}{credited} {key}"
    description = _cut(_plain(invoice.description), TEXT_MAX - _units(end) - len(", "))
    return f"{description}, {end}" if description else end


def _plain(text: str) -> str:
    """The text on one line, without what no printer shows."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _cut(text: str, units_max: int) -> str:
    if _units(text) <= units_max:
        return text
    kept, left = [], units_max - len("…")
    for sign in text:
        left -= _units(sign)
        if left < 0:
            break
        kept.append(sign)
    return f"{''.join(kept).rstrip()}…"


def _units(text: str) -> int:
    return sum(2 if ord(sign) > ONE_UNIT_MAX else 1 for sign in text)
