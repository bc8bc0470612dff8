"""What an accountant or a consultant does in the ERP's windows, where the API has no operation for it.

    POST /_sandbox/periods            {"period": "202609", "closed": true}
    POST /_sandbox/projects/{id}      {"status": "Completed"}
    POST /_sandbox/employees          {"number": "140", "firstName": "…", "lastName": "…", "email": "…"}
    POST /_sandbox/release/{refNbr}   releases a project transaction, or a batch of the ledger

Bodies are plain JSON: these are not calls of the vendor's.
"""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.visma_net import document_shapes, journals, master_data, project_transactions, shapes
from sandbox.visma_net.house import House, found, path_id
from sandbox.visma_net.project_data import PROJECT_STATUSES
from sandbox.visma_net.writing import bad
from sandbox.wire import Answer, Call, Route


class Screens:
    """The control calls of this stand-in."""

    def __init__(self, house: House) -> None:
        self.house = house

    def routes(self) -> list[Route]:
        """All of them."""
        return [
            Route("POST", "/_sandbox/periods", self.close_period),
            Route("POST", "/_sandbox/projects/{id}", self.set_project_status),
            Route("POST", "/_sandbox/employees", self.add_employee),
            Route("POST", "/_sandbox/release/{refNbr}", self.release),
        ]

    def close_period(self, call: Call) -> Answer:
        """Closes a period in all ledgers, or opens it again."""
        sent = _object(call)
        closed = sent.get("closed", True)
        if not isinstance(closed, bool):
            raise bad("closed must be true or false.")
        period = str(sent.get("period", ""))
        row = found(self.house.company.periods.get(period), "Financial period", period)
        row.closed = closed
        self.house.company.touch(row)
        return Answer(200, shapes.period(self.house.company, row))

    def set_project_status(self, call: Call) -> Answer:
        """Sets a project's status."""
        status, project_id = _object(call).get("status"), path_id(call, "id")
        row = found(self.house.company.projects.get(project_id), "Project", project_id)
        if not isinstance(status, str) or status not in PROJECT_STATUSES:
            raise bad(f"status must be one of: {', '.join(PROJECT_STATUSES)}.")
        row.status = status
        self.house.company.touch(row)
        return Answer(200, shapes.project(self.house.company, row))

    def add_employee(self, call: Call) -> Answer:
        """Makes an employee; without a number the next one of the series."""
        sent, company = _object(call), self.house.company
        number = sent.get("number") or str(900 + company.next_number("employee number"))
        contact = {name: {"value": sent[name]} for name in ("firstName", "lastName", "email") if name in sent}
        row = master_data.create_employee(company, {"employeeCd": {"value": number}, "contact": contact})
        return Answer(201, shapes.employee(company, row))

    def release(self, call: Call) -> Answer:
        """Releases a project transaction or a batch, and shows it as it is then."""
        company, number = self.house.company, path_id(call, "refNbr")
        document, batch = company.project_transactions.get(number), company.batches.get(number)
        if document is not None:
            project_transactions.release(company, document)
            return Answer(200, document_shapes.project_transaction(company, document))
        batch = found(batch, "Document", number)
        if reason := journals.release(company, batch):
            raise bad(reason)
        return Answer(200, document_shapes.batch(company, batch))


def _object(call: Call) -> Mapping[str, object]:
    body = call.json()
    if not isinstance(body, Mapping):
        raise bad("The body must be a JSON object.")
    return body
