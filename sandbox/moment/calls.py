"""The API itself: lists, rows and writes of every entity, the PDF of an invoice, the attachments of an expense."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.klitrose import COMPANY
from sandbox.moment import assumed, includes
from sandbox.moment.answers import Json, body_of, path_id, refuse
from sandbox.moment.company import Company
from sandbox.moment.lists import chosen, page_of
from sandbox.moment.multipart import upload_of
from sandbox.moment.papers import PDF_TYPE, invoice_pdf
from sandbox.moment.schema import ENTITIES
from sandbox.moment.writing import read_fields
from sandbox.wire import Answer, Call, Handler, Route


class Calls:
    """The handlers. `company_of` gives the company of the call's path."""

    def __init__(self, company_of: Callable[[Call], Company]) -> None:
        self._company_of = company_of

    def routes(self) -> list[Route]:
        """All paths of all entities."""
        expense = f"{assumed.PREFIX}/{assumed.EXPENSES}/{{id}}/{assumed.ATTACHMENTS}"
        return [
            *(route for entity in ENTITIES for route in self._routes_of(entity)),
            Route("GET", f"{assumed.PREFIX}/invoices/{{id}}/{assumed.INVOICE_PDF}", self._pdf),
            Route("GET", expense, self._attachments),
            Route("POST", expense, self._attach),
        ]

    def _routes_of(self, entity: str) -> list[Route]:
        many, one, parts = f"{assumed.PREFIX}/{entity}", f"{assumed.PREFIX}/{entity}/{{id}}", "/include/{parts}"
        handlers: tuple[tuple[str, str, Handler], ...] = (
            ("GET", many, self._list(entity)),
            ("POST", many, self._create(entity)),
            ("GET", one, self._read(entity)),
            ("PUT", one, self._update(entity)),
            ("PATCH", one, self._update(entity)),
        )
        return [
            *(
                Route(method, f"{path}{tail}", handler)
                for method, path, handler in handlers
                for tail in (("", parts) if method != "PATCH" else ("",))
            ),
            Route("DELETE", one, self._delete(entity)),
        ]

    def _list(self, entity: str) -> Handler:
        def answer(call: Call) -> Answer:
            company = self._company_of(call)
            database = company.database
            includes.elements(entity, call)
            full = [database.full(entity, row) for row in database.rows(entity)]
            rows = chosen(call, entity, full, company.options)
            return page_of(call, rows, company.options, lambda row: self._shown(call, company, entity, row))

        return answer

    def _read(self, entity: str) -> Handler:
        def answer(call: Call) -> Answer:
            company = self._company_of(call)
            row = company.database.get(entity, path_id(call))
            return Answer(200, self._shown(call, company, entity, row))

        return answer

    def _create(self, entity: str) -> Handler:
        def answer(call: Call) -> Answer:
            company = self._company_of(call)
            includes.elements(entity, call)  # refused before anything is saved
            fields = read_fields(company.database, entity, body_of(call), new=True)
            row = company.create(entity, fields)
            return Answer(201, self._shown(call, company, entity, row))

        return answer

    def _update(self, entity: str) -> Handler:
        def answer(call: Call) -> Answer:
            company = self._company_of(call)
            includes.elements(entity, call)
            row_id = path_id(call)
            company.database.get(entity, row_id)
            fields = read_fields(company.database, entity, body_of(call), new=False)
            row = company.update(entity, row_id, fields)
            return Answer(200, self._shown(call, company, entity, row))

        return answer

    def _delete(self, entity: str) -> Handler:
        def answer(call: Call) -> Answer:
            self._company_of(call).delete(entity, path_id(call))
            return Answer(204)

        return answer

    def _pdf(self, call: Call) -> Answer:
        company = self._company_of(call)
        invoice = company.database.get("invoices", path_id(call))
        if invoice["invoiceState"] == "draft":
            refuse("The invoice is a draft and has no PDF.", 404)
        pdf = invoice_pdf(COMPANY, company.database.full("invoices", invoice))
        name = f'attachment; filename="{invoice["invoiceNumber"]}.pdf"'
        return Answer(200, pdf, {"Content-Type": PDF_TYPE, "Content-Disposition": name})

    def _attachments(self, call: Call) -> Answer:
        found = self._company_of(call).attachments_of(path_id(call))
        return Answer(200, [attachment.shown() for attachment in found])

    def _attach(self, call: Call) -> Answer:
        company, expense_id = self._company_of(call), path_id(call)
        company.database.get(assumed.EXPENSES, expense_id)
        upload = upload_of(call, assumed.ATTACHMENT_FIELD)
        if upload is None:
            refuse(f"The body must be multipart/form-data with a file in {assumed.ATTACHMENT_FIELD}.")
        attachment = company.attach(expense_id, upload)
        return Answer(201, {"id": attachment.id, "fileName": attachment.file_name})

    @staticmethod
    def _shown(call: Call, company: Company, entity: str, row: Json) -> Json:
        return includes.shown(company.database, entity, row, call)
