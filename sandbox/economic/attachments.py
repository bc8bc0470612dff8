"""Files on vouchers, through REST (one attachment a voucher) and through the Documents service (documents by number).

Both see the same files, before and after booking (expected, and shown by nobody: ASSUMED). ASSUMED: plan Plus refuses
writing with 403 and `E00550` in both families.
"""

from __future__ import annotations

from collections.abc import Callable

from sandbox.economic import errors
from sandbox.economic.agreement import Agreement
from sandbox.economic.files import MAX_BYTES, as_pdf, kind_of, pages_of, pdf_answer, upload
from sandbox.economic.filters import LISTED, Field, Fields
from sandbox.economic.flat_lists import FlatList, gone, path_number
from sandbox.economic.formats import Json, in_address, instant, lean
from sandbox.economic.records import Document
from sandbox.economic.vouchers import journal_of, voucher_key
from sandbox.wire import Answer, Call, Refused, Route

DOCUMENTS = "/documentsapi/{version}/AttachedDocuments"
DOCUMENT_FIELDS: Fields = {
    "number": Field("number", LISTED),
    "voucherNumber": Field("number", LISTED),
    "accountingYear": Field("text", ("eq", "ne", "in", "nin")),
}
REST_KINDS, DOCUMENT_KINDS = ("pdf", "jpg", "png", "gif"), ("pdf", "jpg", "png")
PLAN_TEXT = "Attachments are not part of the agreement's plan."


class Attachments:
    """What is attached to the vouchers of one agreement."""

    def __init__(self, agreement: Agreement) -> None:
        self._agreement = agreement

    def routes(self) -> list[Route]:
        """The REST attachment under both names of journals, and the documents."""
        routes = []
        for top in ("/journals", "/journals-experimental"):
            path = f"{top}/{{journal}}/vouchers/{{voucher}}/attachment"
            routes += [
                Route("GET", path, self._read),
                Route("GET", f"{path}/file", self._file),
                Route("POST", f"{path}/file", self._post),
                Route("PATCH", f"{path}/file", self._patch),
                Route("DELETE", f"{path}/file", self._delete),
            ]
        documents = FlatList(self._agreement, self._documents, DOCUMENT_FIELDS)
        return [
            *routes,
            *documents.routes(DOCUMENTS),
            Route("GET", f"{DOCUMENTS}/{{number}}/pdf", self._pdf),
            Route("POST", DOCUMENTS, self._attach),
            Route("DELETE", f"{DOCUMENTS}/{{number}}", self._remove),
        ]

    # REST

    def _read(self, call: Call) -> Answer:
        document, (year, number) = self._one(call), voucher_key(call)
        here = f"{call.base_url}/journals/{call.ids['journal']}/vouchers/{in_address(year)}-{number}/attachment"
        body = {
            "createdAt": instant(document.created_at),
            "description": document.note,
            "file": f"{here}/file",
            "pages": pages_of(document),
            "self": here,
        }
        return Answer(200, lean(body))

    def _file(self, call: Call) -> Answer:
        return pdf_answer(as_pdf(self._one(call)))

    def _post(self, call: Call) -> Answer:
        year, number = self._voucher(call)
        content = self._content(call, errors.refuse)
        if self._agreement.ledger.documents_of(year, number):
            raise errors.refuse(400, "Voucher already has attachment", "Use PATCH to add pages.")
        self._agreement.ledger.attach(year, number, [content], None)
        return Answer(201, None, {"Location": f"{call.base_url}{call.path}"})

    def _patch(self, call: Call) -> Answer:
        year, number = self._voucher(call)
        content = self._content(call, errors.refuse)
        if existing := self._agreement.ledger.documents_of(year, number):
            existing[0].parts.append(content)
            return Answer(200)
        self._agreement.ledger.attach(year, number, [content], None)
        return Answer(201)

    def _delete(self, call: Call) -> Answer:
        del self._agreement.ledger.documents[self._one(call).number]
        return Answer(204)

    def _voucher(self, call: Call) -> tuple[str, int]:
        journal, (year, number) = journal_of(self._agreement, call), voucher_key(call)
        if not self._agreement.ledger.voucher(year, number, journal.number):
            raise errors.refuse(404, "The requested resource was not found.", f"No voucher {year}-{number}.")
        return year, number

    def _one(self, call: Call) -> Document:
        documents = self._agreement.ledger.documents_of(*self._voucher(call))
        if not documents:
            raise errors.refuse(404, "The requested resource was not found.", "The voucher has no attachment.")
        return documents[0]

    # Documents service

    def _documents(self) -> list[Json]:
        return [
            {
                "number": one.number,
                "voucherNumber": one.voucher,
                "accountingYear": one.year,
                "note": one.note,
                "pageCount": pages_of(one),
            }
            for one in self._agreement.ledger.documents.values()
        ]

    def _pdf(self, call: Call) -> Answer:
        return pdf_answer(as_pdf(self._document(call)))

    def _remove(self, call: Call) -> Answer:
        del self._agreement.ledger.documents[self._document(call).number]
        return Answer(204)

    def _document(self, call: Call) -> Document:
        document = self._agreement.ledger.documents.get(path_number(call))
        if document is None:
            raise gone(call.ids["number"])
        return document

    def _attach(self, call: Call) -> Answer:
        content = self._content(call, errors.decline, DOCUMENT_KINDS)
        form = upload(call)
        texts = form.texts if form is not None else {}
        year, number = texts.get("accountingYear"), texts.get("voucherNumber", "")
        if not year or not number.isdecimal():
            raise errors.decline(400, "voucherNumber and accountingYear are required.", None, "voucherNumber")
        ledger = self._agreement.ledger
        if not ledger.voucher(year, int(number)) and not ledger.is_booked(year, int(number)):
            raise errors.decline(400, f"There is no voucher {number} in {year}.", "VoucherNotFound", "voucherNumber")
        document = ledger.attach(year, int(number), [content], texts.get("note"))
        return Answer(200, {"number": document.number})

    def _content(self, call: Call, refusing: Callable[..., Refused], kinds: tuple[str, ...] = REST_KINDS) -> bytes:
        """The file of the form. Raises `Refused`."""
        if self._agreement.options.plan == "plus":
            raise errors.refuse(403, PLAN_TEXT, errorCode=errors.PLAN)
        form = upload(call)
        if form is None:
            raise refusing(415, "Unsupported media type. Send multipart/form-data.")
        if len(call.content) > MAX_BYTES:
            raise refusing(400, "The request is larger than 9.0 MB.")
        if form.file is None:
            raise refusing(400, "The form has no file.")
        if kind_of(form.file) not in kinds:
            raise refusing(400, f"Only files of these kinds are taken: {', '.join(kinds)}.")
        return form.file
