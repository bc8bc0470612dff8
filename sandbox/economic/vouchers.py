"""REST journals: the journals, and vouchers of draft entries put into them.

A voucher is checked as a whole and answered as an array. Entries of the type manual customer invoice carry no project.
DELETE of a voucher does not exist (405); one of an entry does. ASSUMED: codes of closed years and periods and of
voucher numbers; several vouchers in one call are taken all or none; a property that a type does not have is ignored.
"""

from __future__ import annotations

from sandbox.economic import errors
from sandbox.economic.agreement import Agreement
from sandbox.economic.errors import Path, Problems
from sandbox.economic.filters import AMOUNT, MOMENT, NUMBER, WORDS
from sandbox.economic.formats import Json, from_address, in_address, shown
from sandbox.economic.listing import collection
from sandbox.economic.records import Draft, Journal
from sandbox.economic.voucher_reading import VoucherReader
from sandbox.economic.voucher_shapes import entry_shape, voucher_shape
from sandbox.wire import Answer, Call, Route

JOURNAL_FIELDS = {"journalNumber": NUMBER, "name": WORDS}
ENTRY_FIELDS = {
    **dict.fromkeys(
        (
            "account.accountNumber",
            "contraAccount.accountNumber",
            "customer.customerNumber",
            "supplier.supplierNumber",
            "journalEntryNumber",
            "voucher.voucherNumber",
        ),
        NUMBER,
    ),
    **dict.fromkeys(("amount", "exchangeRate"), AMOUNT),
    **dict.fromkeys(("currency.code", "entryType", "text"), WORDS),
    "date": MOMENT,
}


class Vouchers:
    """The journals of one agreement, as REST sees them."""

    def __init__(self, agreement: Agreement) -> None:
        self._agreement = agreement

    def routes(self) -> list[Route]:
        """Journals, vouchers and entries, under the older name of the path too."""
        return [
            route
            for top in ("/journals", "/journals-experimental")
            for route in (
                Route("GET", top, self._journals),
                Route("GET", f"{top}/{{journal}}", self._read_journal),
                Route("GET", f"{top}/{{journal}}/vouchers", self._list),
                Route("POST", f"{top}/{{journal}}/vouchers", self._create),
                Route("GET", f"{top}/{{journal}}/vouchers/{{voucher}}", self._read),
                Route("GET", f"{top}/{{journal}}/entries", self._entries),
                Route("DELETE", f"{top}/{{journal}}/entries/{{entry}}", self._delete_entry),
            )
        ]

    def _journals(self, call: Call) -> Answer:
        rows = [_journal(call, one) for _, one in sorted(self._agreement.ledger.journals.items())]
        return collection(call, rows, JOURNAL_FIELDS)

    def _read_journal(self, call: Call) -> Answer:
        return Answer(200, _journal(call, journal_of(self._agreement, call)))

    def _list(self, call: Call) -> Answer:
        journal = journal_of(self._agreement, call)
        mine = [draft for draft in self._agreement.ledger.drafts.values() if draft.journal == journal.number]
        keys = dict.fromkeys((draft.year, draft.voucher) for draft in mine)
        rows = [self._shown(call, journal.number, *key) for key in keys]
        return collection(call, rows, {"voucherNumber": NUMBER})

    def _read(self, call: Call) -> Answer:
        journal = journal_of(self._agreement, call)
        year, number = voucher_key(call)
        if not self._agreement.ledger.voucher(year, number, journal.number):
            raise errors.refuse(404, "The requested resource was not found.", f"No voucher {year}-{number}.")
        return Answer(200, self._shown(call, journal.number, year, number))

    def _entries(self, call: Call) -> Answer:
        journal = journal_of(self._agreement, call)
        mine = [draft for draft in self._agreement.ledger.drafts.values() if draft.journal == journal.number]
        return collection(call, [shown(entry_shape(draft), call.base_url) for draft in mine], ENTRY_FIELDS)

    def _delete_entry(self, call: Call) -> Answer:
        journal, drafts = journal_of(self._agreement, call), self._agreement.ledger.drafts
        draft = drafts.get(int(call.ids["entry"]) if call.ids["entry"].isdecimal() else 0)
        if draft is None or draft.journal != journal.number:
            raise errors.refuse(404, "The requested resource was not found.", f"No entry {call.ids['entry']}.")
        self._agreement.ledger.remove(draft)
        return Answer(204)

    def _create(self, call: Call) -> Answer:
        journal = journal_of(self._agreement, call)
        if "json" not in (call.header("content-type") or "").lower():
            raise errors.refuse(415, "Unsupported media type.", "Send Content-Type: application/json.")
        body = call.json()
        bodies = body if isinstance(body, list) else [body]
        if not bodies or not all(isinstance(one, dict) for one in bodies):
            raise errors.refuse(400, "The body must be a voucher or an array of vouchers.")
        problems, made = Problems(), list[list[Draft]]()
        for index, one in enumerate(bodies):
            path: Path = ("", index) if isinstance(body, list) else ()
            reader = VoucherReader(self._agreement, journal, problems, [draft for drafts in made for draft in drafts])
            made.append(reader.voucher(one, path))
        problems.refuse()
        for draft in (draft for drafts in made for draft in drafts):
            draft.entry = self._agreement.ledger.next_draft()
            self._agreement.ledger.drafts[draft.entry] = draft
        keys = [(drafts[0].year, drafts[0].voucher) for drafts in made]
        rows = [self._shown(call, journal.number, *key) for key in keys]
        return Answer(201, rows, {"Location": str(rows[0]["self"])})

    def _shown(self, call: Call, journal: int, year: str, number: int) -> Json:
        return voucher_shape(
            call.base_url, journal, year, number, self._agreement.ledger.voucher(year, number, journal)
        )


def journal_of(agreement: Agreement, call: Call) -> Journal:
    """The journal in the path. Raises `Refused` with 404."""
    text = call.ids["journal"]
    journal = agreement.ledger.journals.get(int(text)) if text.isascii() and text.isdecimal() else None
    if journal is None:
        raise errors.refuse(404, "The requested resource was not found.", f"No journal with number {text}.")
    return journal


def voucher_key(call: Call) -> tuple[str, int]:
    """The year and number of `2025_6_2026-50012`. Raises `Refused` with 404."""
    year, _, number = call.ids["voucher"].rpartition("-")
    if not year or not number.isdecimal():
        raise errors.refuse(404, "The requested resource was not found.", "Write {year}-{voucherNumber}.")
    return from_address(year), int(number)


def _journal(call: Call, journal: Journal) -> Json:
    here = f"{call.base_url}/journals/{in_address(journal.number)}"
    settings = {
        "voucherNumbers": {"minimumVoucherNumber": journal.lowest, "maximumVoucherNumber": journal.highest},
        "entryTypeRestrictedTo": journal.restricted_to,
        "contraAccounts": {"customerPayments": {"accountNumber": 5820}, "financeVouchers": {"accountNumber": 5820}},
    }
    row = {
        "journalNumber": journal.number,
        "name": journal.name,
        "settings": settings,
        "vouchers": f"{here}/vouchers",
        "entries": f"{here}/entries",
        "templates": {"self": f"{here}/templates"},
        "self": here,
    }
    return shown(row, call.base_url)
