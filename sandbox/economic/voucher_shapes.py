"""Draft entries and vouchers as REST shows them."""

from __future__ import annotations

from sandbox.economic.formats import Json, in_address, shown
from sandbox.economic.records import ARRAYS, DRAFT_NAMES, Draft


def entry_shape(draft: Draft) -> Json:
    """A draft entry, its references without addresses."""
    row: Json = {
        "journalEntryNumber": draft.entry,
        "entryType": DRAFT_NAMES[draft.kind],
        "journal": {"journalNumber": draft.journal},
        "voucher": {"voucherNumber": draft.voucher},
        "text": draft.text,
        "amount": draft.amount,
        "amountDefaultCurrency": draft.amount,
        "date": draft.on,
        "dueDate": draft.due_on,
        "currency": {"code": draft.currency},
        "exchangeRate": draft.rate,
        "customerInvoiceNumber": draft.customer_invoice,
        "supplierInvoiceNumber": draft.supplier_invoice,
    }
    references = (
        ("account", "accountNumber", draft.account),
        ("contraAccount", "accountNumber", draft.contra),
        ("vatAccount", "vatCode", draft.vat_code),
        ("contraVatAccount", "vatCode", draft.contra_vat_code),
        ("customer", "customerNumber", draft.customer),
        ("supplier", "supplierNumber", draft.supplier),
        ("project", "projectNumber", draft.project),
        ("costType", "costTypeNumber", draft.cost_type),
    )
    for name, key, value in references:
        if value is not None:
            row[name] = {key: value}
    return row


def voucher_shape(base: str, journal: int, year: str, number: int, drafts: list[Draft]) -> Json:
    """A voucher with its entries by type."""
    here = f"{base}/journals/{journal}/vouchers/{in_address(year)}-{number}"
    entries: Json = {}
    for name, kind in ARRAYS.items():
        if mine := [entry_shape(draft) for draft in drafts if draft.kind == kind]:
            entries[name] = mine
    row = {
        "accountingYear": {"year": year},
        "journal": {"journalNumber": journal},
        "voucherNumber": number,
        "attachment": f"{here}/attachment",
        "entries": entries,
        "self": here,
    }
    return shown(row, base)
