"""`journalsapi` and `bookedEntriesapi`: draft entries, booking, booked entries.

ASSUMED: the schema of a draft entry as far as nobody wrote it down, which of its properties can be filtered, and the
answers and codes of booking.
"""

from __future__ import annotations

from decimal import Decimal

from sandbox.economic import errors
from sandbox.economic.agreement import Agreement
from sandbox.economic.filters import LISTED, RANGE, SAME, Field, Fields
from sandbox.economic.flat_lists import FlatList, check_version, flat_body, gone
from sandbox.economic.formats import Json, day_time, version, whole
from sandbox.economic.ledger import CannotBook
from sandbox.economic.records import Draft, Line
from sandbox.wire import Answer, Call, Route

JOURNALS, BOOKED = "/journalsapi/{version}", "/bookedEntriesapi/{version}"

_NUMBER, _AMOUNT = Field("number", LISTED), Field("number", RANGE)
_MOMENT, _TEXT = Field("moment", RANGE), Field("text", (*RANGE, "like"))
_WORD, _TYPE = Field("text", ("eq", "ne", "in", "nin")), Field("number", SAME)
DRAFT_FIELDS: Fields = {
    **dict.fromkeys(
        (
            "accountNumber",
            "contraAccountNumber",
            "customerInvoiceNumber",
            "customerNumber",
            "entryNumber",
            "entryTypeNumber",
            "journalNumber",
            "supplierNumber",
            "voucherNumber",
        ),
        _NUMBER,
    ),
    "amount": _AMOUNT,
    "date": _MOMENT,
    "text": _TEXT,
}
BOOKED_FIELDS: Fields = {
    **dict.fromkeys(
        (
            "accountNumber",
            "customerInvoiceNumber",
            "customerNumber",
            "entryNumber",
            "projectNumber",
            "remainder",
            "supplierNumber",
            "voucherNumber",
        ),
        _NUMBER,
    ),
    **dict.fromkeys(("amount", "amountInBaseCurrency"), _AMOUNT),
    **dict.fromkeys(("date", "dueDate"), _MOMENT),
    **dict.fromkeys(("currencyCode", "supplierInvoiceNumber", "vatAccountNumber"), _WORD),
    "text": _TEXT,
    "type": _TYPE,
}


class EntriesServices:
    """Draft and booked entries of one agreement, as the OpenAPI services see them."""

    def __init__(self, agreement: Agreement) -> None:
        self._agreement = agreement

    def routes(self) -> list[Route]:
        """Reading both kinds of entries, deleting drafts, booking."""
        drafts = FlatList(self._agreement, self._drafts, DRAFT_FIELDS, "entryNumber")
        booked = FlatList(self._agreement, self._lines, BOOKED_FIELDS, "entryNumber")
        journals = FlatList(self._agreement, self._journals, {"number": _NUMBER, "name": _TEXT})
        return [
            *drafts.routes(f"{JOURNALS}/draft-entries"),
            *journals.routes(f"{JOURNALS}/journals"),
            *booked.routes(f"{BOOKED}/booked-entries"),
            Route("DELETE", f"{JOURNALS}/draft-entries", self._delete),
            Route("POST", f"{JOURNALS}/journals/{{number}}/book", self._book),
            Route("POST", f"{JOURNALS}/journals/{{number}}/bookdraftentries", self._book_chosen),
        ]

    def _drafts(self) -> list[Json]:
        return [draft_shape(draft) for draft in self._agreement.ledger.drafts.values()]

    def _lines(self) -> list[Json]:
        return [line_shape(line) for line in self._agreement.ledger.lines]

    def _journals(self) -> list[Json]:
        return [
            {
                "number": journal.number,
                "name": journal.name,
                "minimumVoucherNumber": journal.lowest,
                "maximumVoucherNumber": journal.highest,
                "objectVersion": version(journal.number),
            }
            for journal in self._agreement.ledger.journals.values()
        ]

    def _delete(self, call: Call) -> Answer:
        body, drafts = flat_body(call), self._agreement.ledger.drafts
        draft = drafts.get(whole(body.get("entryNumber")) or 0)
        named = draft and {"journalNumber": draft.journal, "voucherNumber": draft.voucher}
        if draft is None or any(body.get(name) != value for name, value in (named or {}).items()):
            raise gone(body.get("entryNumber"))
        check_version(body, draft_shape(draft))
        self._agreement.ledger.remove(draft)
        return Answer(204)

    def _book(self, call: Call) -> Answer:
        return self._booked(self._journal(call), None)

    def _book_chosen(self, call: Call) -> Answer:
        journal, wanted = self._journal(call), flat_body(call).get("entryNumbers")
        if not isinstance(wanted, list) or not all(whole(one) for one in wanted):
            raise errors.decline(400, "entryNumbers must be a list of numbers.", None, "entryNumbers")
        numbers = [int(one) for one in dict.fromkeys(wanted)]
        drafts = self._agreement.ledger.drafts
        for number in numbers:
            if number not in drafts or drafts[number].journal != journal:
                text = f"Entry {number} is not in journal {journal}."
                raise errors.decline(400, text, "JournalEntryNotFound", "entryNumbers")
        return self._booked(journal, numbers)

    def _booked(self, journal: int, numbers: list[int] | None) -> Answer:
        try:
            return Answer(200, {"bookedEntries": self._agreement.book(journal, numbers)})
        except CannotBook as refusal:
            raise errors.decline(400, str(refusal), refusal.code) from refusal

    def _journal(self, call: Call) -> int:
        text = call.ids["number"]
        if not text.isdecimal() or int(text) not in self._agreement.ledger.journals:
            raise gone(text)
        return int(text)


def draft_shape(draft: Draft) -> Json:
    """A draft entry, flat."""
    return {
        "entryNumber": draft.entry,
        "entryTypeNumber": draft.kind,
        "journalNumber": draft.journal,
        "voucherNumber": draft.voucher,
        "accountNumber": draft.account,
        "contraAccountNumber": draft.contra,
        "amount": draft.amount,
        "currencyCode": draft.currency,
        "exchangeRate": draft.rate,
        "date": day_time(draft.on),
        "dueDate": day_time(draft.due_on),
        "text": draft.text,
        "vatCode": draft.vat_code,
        "contraVatCode": draft.contra_vat_code,
        "projectNumber": draft.project,
        "costTypeNumber": draft.cost_type,
        "customerNumber": draft.customer,
        "customerInvoiceNumber": draft.customer_invoice,
        "supplierNumber": draft.supplier,
        "supplierInvoiceNumber": draft.supplier_invoice,
        "objectVersion": version(draft.version),
    }


def line_shape(line: Line) -> Json:
    """A booked entry, flat: no cost type, no accounting year, no lastUpdated."""
    return {
        "entryNumber": line.entry,
        "accountNumber": line.account,
        "amount": line.amount,
        "amountInBaseCurrency": line.in_base,
        "currencyCode": line.currency,
        "customerNumber": line.customer,
        "customerInvoiceNumber": line.customer_invoice,
        "supplierNumber": line.supplier,
        "supplierInvoiceNumber": line.supplier_invoice,
        "projectNumber": line.project,
        "vatAccountNumber": line.vat_code,
        "voucherNumber": line.voucher,
        "date": day_time(line.on),
        "dueDate": day_time(line.due_on),
        "text": line.text,
        "type": line.kind,
        "remainder": line.remainder if line.remainder is not None else Decimal(0),
    }
