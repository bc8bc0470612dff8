"""Converting a draft into a booked invoice.

Visma eAccounting API v2, `/customerinvoicedrafts/{id}/convert`: the draft's date counts when it lies in the future,
else today; with `keepOriginalDraftDate`, or the company's setting of that name, it counts always, and the day of its
making where it has none; `overrideCompanyKeepOriginalDraftDate` lets the call's word stand above the company's. What
the caller expects of the sums is compared before anything is booked; figures that are left out are not.
"""

from __future__ import annotations

from datetime import date

from sandbox.eaccounting.answers import Json, refuse
from sandbox.eaccounting.booking import Draft, book
from sandbox.eaccounting.company import Company
from sandbox.eaccounting.documents import VALIDATION, VALIDATION_ROW
from sandbox.eaccounting.fields import read
from sandbox.eaccounting.sales_heads import due_on
from sandbox.eaccounting.sales_rows import Sale, sell


def convert(company: Company, draft: Json, validation: Json, *, keep: bool | None = None) -> Json:
    """The booked invoice; the draft is gone. `keep` stands above the company's setting. Ends the call with 400."""
    on = _day_of(company, draft, keep)
    customer = company.customers.named(draft["CustomerId"], "CustomerId")
    sale = sell(company, draft, customer, draft["Rows"], on)
    _validate(sale, validation)
    kept_due = draft.get("DueDate") if draft.get("InvoiceDate") == on else None
    head = {**draft, "InvoiceDate": on, "DueDate": kept_due or due_on(company, draft, on)}
    if company.options.names_draft:
        head["CreatedFromDraftId"] = draft["Id"]
    invoice = book(company, Draft(head, sale))
    company.drafts.drop(draft["Id"])
    return invoice


def _day_of(company: Company, draft: Json, keep: bool | None) -> date:
    on: date | None = draft.get("InvoiceDate")
    keeps = company.settings.get("KeepOriginalDraftDate", False) if keep is None else keep
    today = company.today()
    if keeps:
        return on or draft["CreatedUtc"].date()
    return on if on is not None and on > today else today


def _validate(sale: Sale, expected: Json) -> None:
    have = {
        "TotalAmountInvoiceCurrency": sale.totals.total,
        "TotalVatAmountInvoiceCurrency": sale.totals.vat,
        "TotalRoundingsInvoiceCurrency": sale.totals.rounding,
    }
    wanted = read(VALIDATION, expected)
    for name, value in have.items():
        if name in wanted and wanted[name] != value:
            refuse(f"{name} is {value} and not {wanted[name]}.")
    sums = iter(sale.totals.rows)
    lines = {row["LineNumber"]: next(sums) for row, case in zip(sale.rows, sale.cases, strict=True) if case is not None}
    for one in wanted.get("Rows", []):
        row = read(VALIDATION_ROW, one)
        line = lines.get(row["LineNumber"])
        if line is None:
            refuse(f"There is no row with line number {row['LineNumber']}.")
        figures = {"TotalAmountNoVatInvoiceCurrency": line.net, "TotalAmountIncVatInvoiceCurrency": line.gross}
        for name, value in figures.items():
            if name in row and row[name] != value:
                refuse(f"{name} of row {row['LineNumber']} is {value} and not {row[name]}.")
