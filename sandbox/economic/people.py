"""What people at e-conomic do while nobody calls the API: book, pay, leave drafts, renumber, edit, delete, close."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sandbox.economic.agreement import Agreement
from sandbox.economic.files import a_pdf
from sandbox.economic.formats import Json, day_time
from sandbox.economic.records import CUSTOMER_PAYMENT, FINANCE_VOUCHER, SUPPLIER_INVOICE, Draft, Line
from sandbox.economic.seed import add_draft

BANK, SOME_SUPPLIER, SOME_ACCOUNT, JOURNAL = 5820, 501, 2210, 2


class CannotDo(ValueError):
    """The person names something that is not there; the text says what."""


class People:
    """The hands of the agreement's own people."""

    def __init__(self, agreement: Agreement) -> None:
        self._agreement = agreement

    def book_supplier_invoice(
        self,
        *,
        amount: Decimal | str = "1250.00",
        account: int = SOME_ACCOUNT,
        project: int | None = None,
        cost_type: int | None = None,
        on: date | None = None,
        text: str = "Leverandørfaktura",
        supplier: int = SOME_SUPPLIER,
        invoice_number: str = "L-1",
        vat_code: str | None = "I25",
        attachment: bytes | bool = False,
    ) -> list[Line]:
        """Books a bill of this amount with VAT, with a file when one is given; the lines it became.

        A negative amount is a credit note. `attachment=True` makes a small PDF.
        """
        self._there("account", account, account in self._agreement.accounts)
        self._there("supplier", supplier, supplier in self._agreement.suppliers)
        self._there("project", project, project is None or project in self._agreement.projects)
        values: Json = {
            "amount": -Decimal(amount),
            "supplier": supplier,
            "supplier_invoice": invoice_number,
            "contra": account,
            "contra_vat_code": vat_code,
            "project": project,
            "cost_type": cost_type,
            "text": text,
        }
        draft = self._drafted(JOURNAL, SUPPLIER_INVOICE, on, values)
        if attachment:
            content = attachment if isinstance(attachment, bytes) else a_pdf([f"{text} {invoice_number}"])
            self._agreement.ledger.attach(draft.year, draft.voucher, [content], None)
        return self._booked(draft)

    def pay(self, invoice_number: int, amount: Decimal | str, on: date | None = None) -> Decimal:
        """Registers a customer's payment against an invoice; what is still open on it."""
        lines = self._agreement.ledger.lines
        line = next(
            (one for one in lines if one.customer_invoice == invoice_number and one.kind != CUSTOMER_PAYMENT), None
        )
        if line is None:
            raise CannotDo(f"no booked invoice {invoice_number}")
        values: Json = {
            "amount": -Decimal(amount),
            "customer": line.customer,
            "customer_invoice": invoice_number,
            "contra": BANK,
            "text": f"Indbetaling {invoice_number}",
        }
        self._booked(self._drafted(JOURNAL, CUSTOMER_PAYMENT, on, values))
        return line.remainder or Decimal(0)

    def leave_draft(
        self, journal: int = 1, *, amount: Decimal | str = "100.00", text: str = "Kladde", on: date | None = None
    ) -> Draft:
        """Puts a draft of their own into a journal."""
        self._there("journal", journal, journal in self._agreement.ledger.journals)
        values: Json = {"amount": Decimal(amount), "account": SOME_ACCOUNT, "contra": BANK, "text": text}
        return self._drafted(journal, FINANCE_VOUCHER, on, values)

    def move_draft(self, entry: int, journal: int) -> Draft:
        """Moves a draft to another journal, where it gets another voucher number; its text stays."""
        ledger = self._agreement.ledger
        self._there("draft entry", entry, entry in ledger.drafts)
        self._there("journal", journal, journal in ledger.journals)
        draft = ledger.drafts[entry]
        number = ledger.next_voucher(ledger.journals[journal], draft.year)
        for document in ledger.documents_of(draft.year, draft.voucher):
            document.voucher = number
        draft.journal, draft.voucher, draft.version = journal, number, draft.version + 1
        return draft

    def delete_draft(self, entry: int) -> None:
        """Deletes a draft, whoever made it."""
        self._there("draft entry", entry, entry in self._agreement.ledger.drafts)
        self._agreement.ledger.remove(self._agreement.ledger.drafts[entry])

    def edit_journal(self, journal: int, lowest: int, highest: int, restricted_to: str | None = None) -> None:
        """Sets the journal's range of voucher numbers and the one entry type that it takes, None for any."""
        self._there("journal", journal, journal in self._agreement.ledger.journals)
        kept = self._agreement.ledger.journals[journal]
        kept.lowest, kept.highest, kept.restricted_to = lowest, highest, restricted_to

    def book_journal(self, journal: int) -> list[Json]:
        """Books all of a journal, ours and theirs. Raises `CannotBook`."""
        self._there("journal", journal, journal in self._agreement.ledger.journals)
        return self._agreement.book(journal, None)

    def edit_customer(self, number: int, **changes: object) -> None:
        """Changes properties of a customer, `barred=True` among them; None clears."""
        self._there("customer", number, number in self._agreement.customers)
        row = {**self._agreement.customers[number], **changes}
        kept = {name: value for name, value in row.items() if value is not None}
        self._agreement.stamp_customer(number, kept, number)

    def renumber_customer(self, number: int, to: int) -> None:
        """Gives a customer another number, in everything that names it."""
        self._there("customer", number, number in self._agreement.customers)
        if to in self._agreement.customers:
            raise CannotDo(f"customer {to} exists")
        ledger = self._agreement.ledger
        entries: list[Draft | Line] = [*ledger.drafts.values(), *ledger.lines]
        for one in entries:
            one.customer = to if one.customer == number else one.customer
        for project in self._agreement.projects.values():
            if project.get("customerNumber") == number:
                project["customerNumber"] = to
        self._agreement.stamp_customer(to, self._agreement.customers.pop(number), number)

    def delete_customer(self, number: int) -> None:
        """Deletes a customer that nothing is booked on."""
        self._there("customer", number, number in self._agreement.customers)
        if self._agreement.is_used("customer", number):
            raise CannotDo(f"customer {number} has entries")
        self._agreement.drop_customer(number)

    def edit_project(self, number: int, **changes: object) -> None:
        """Changes properties of a project, `isBarred=True` or `isClosed=True` among them."""
        self._there("project", number, number in self._agreement.projects)
        if "isClosed" in changes:
            changes["closedDate"] = day_time(self._agreement.clock().date()) if changes["isClosed"] else None
        self._agreement.stamp_flat("projects", {**self._agreement.projects[number], **changes})
        self._agreement.tell("PROJECT_UPDATED", {"OLDNUMBER": number, "NEWNUMBER": number})

    def close(self, year: str, period: int | None = None, *, closed: bool = True) -> None:
        """Closes an accounting year or one of its periods, or opens it again."""
        there = self._agreement.ledger.years.get(year)
        if there is None:
            raise CannotDo(f"no accounting year {year}")
        if period is None:
            there.closed = closed
            return
        self._there("period", period, 1 <= period <= len(there.periods))
        there.periods[period - 1].closed = closed

    def _booked(self, draft: Draft) -> list[Line]:
        first = len(self._agreement.ledger.lines)
        self._agreement.book(draft.journal, [draft.entry])
        return self._agreement.ledger.lines[first:]

    def _drafted(self, journal: int, kind: int, on: date | None, values: Json) -> Draft:
        day = on or self._agreement.clock().date()
        self._there("accounting year with", day, any(one.holds(day) for one in self._agreement.ledger.years.values()))
        return add_draft(self._agreement, journal, kind, day, values)

    def _there(self, what: str, value: object, there: object) -> None:
        if not there:
            raise CannotDo(f"no {what} {value}")
