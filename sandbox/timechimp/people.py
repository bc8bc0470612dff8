"""What people do in TimeChimp itself, for tests and for the control calls.

Fields are those of API v1 and values are JSON's: `edit("customers", 501234, name="Nieuwe naam")`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

from sandbox.timechimp import invoicing, statuses
from sandbox.timechimp.answers import Json
from sandbox.timechimp.company import Company
from sandbox.timechimp.database import day_text
from sandbox.timechimp.invoicing import Items
from sandbox.timechimp.schema import ENTITIES
from sandbox.timechimp.views import shown
from sandbox.wire import Refused


class CannotDo(ValueError):
    """The person names something that is not there, or TimeChimp would not let them; the text says what."""


class People:
    """The hands of the account's own people. Raises `CannotDo`."""

    def __init__(self, company: Company) -> None:
        self._company = company

    def create(self, entity: str, /, **fields: object) -> Json:
        """A new row of the kind."""
        with _asked():
            return self._company.create(self._known(entity), fields)

    def edit(self, entity: str, row_id: int, /, **fields: object) -> Json:
        """The row with these values and no others changed."""
        with _asked():
            return self._company.edit(self._known(entity), row_id, fields)

    def delete(self, entity: str, row_id: int, /) -> None:
        """Takes the row away."""
        with _asked():
            self._company.delete(self._known(entity), row_id)

    def set_article(self, task_id: int, guid: str | None) -> Json:
        """Links the activity to an article of the ERP by its GUID, under Activities, Edit."""
        with _asked():
            row = self._company.database.get("tasks", task_id)
        return self._company.database.change(row, {"_article": guid})

    def log_hours(self, project_id: int, hours: str = "7.5", *, status: int = statuses.OPEN, **fields: object) -> Json:
        """Hours of today on the project's first activity, unless the fields say otherwise."""
        tasks = self._company.database.where("projecttasks", "projectId", project_id)
        task = {"projectTaskId": tasks[0]["id"]} if tasks and not {"projectTaskId", "taskId"} & set(fields) else {}
        return self._logged("time", status, {"projectId": project_id, "hours": Decimal(hours), **task, **fields})

    def log_expense(self, project_id: int, rate: str, *, status: int = statuses.OPEN, **fields: object) -> Json:
        """An expense of today at 21% VAT, in the first category."""
        category = self._company.database.rows("categories")[0]["id"]
        dull = {"projectId": project_id, "categoryId": category, "tax": Decimal(21)}
        return self._logged("expenses", status, {**dull, "rate": Decimal(rate), **fields})

    def log_trip(self, project_id: int, distance: str, *, status: int = statuses.OPEN, **fields: object) -> Json:
        """A business trip of today."""
        return self._logged("mileage", status, {"projectId": project_id, "distance": Decimal(distance), **fields})

    def set_status(self, entity: str, *ids: int, status: int, extern: bool = False, message: str | None = None) -> None:
        """Approves, rejects, writes off, or takes it back."""
        which = statuses.EXTERN if extern else statuses.INTERN
        with _asked():
            self._company.set_statuses(self._known(entity), ids, which, status, message=message)

    def approve(self, entity: str, *ids: int) -> None:
        """Approves the entries for the house."""
        self.set_status(entity, *ids, status=statuses.APPROVED)

    def uninvoiced(self) -> list[Json]:
        """What Finance, Uninvoiced lists."""
        return invoicing.uninvoiced(self._company.database)

    def make_invoice(
        self,
        *,
        time: Sequence[int] = (),
        expenses: Sequence[int] = (),
        mileage: Sequence[int] = (),
        projects: Sequence[int] = (),
        on: date | None = None,
        **header: object,
    ) -> Json:
        """A concept of these items; projects are those with a fixed price or a subscription."""
        with _asked():
            return invoicing.draft(self._company, Items(time, expenses, mileage, projects), on, **header)

    def edit_invoice(self, invoice_id: int, lines: Sequence[Json] | None = None, **header: object) -> Json:
        """The invoice with other lines or another header, sent or not."""
        with _asked():
            row = self._company.database.get("invoices", invoice_id)
            self._company.database.change(row, invoicing.checked(header))
            return invoicing.put_lines(self._company.database, row, row["invoiceRows"] if lines is None else lines)

    def send_invoice(self, invoice_id: int) -> Json:
        """Sends the concept to the customer, which gives it its number."""
        with _asked():
            return invoicing.send(self._company.database, self._company.database.get("invoices", invoice_id))

    def pay_invoice(self, invoice_id: int, *, paid: bool = True) -> Json:
        """Marks the invoice as paid, or as open again."""
        with _asked():
            row = self._company.database.get("invoices", invoice_id)
            return invoicing.pay(self._company.database, row, paid=paid)

    def credit_invoice(self, invoice_id: int) -> Json:
        """A concept of a credit note of the whole invoice."""
        with _asked():
            return invoicing.credit(self._company.database, self._company.database.get("invoices", invoice_id))

    def delete_invoice(self, invoice_id: int) -> None:
        """Throws the concept away; its items are unbilled again."""
        with _asked():
            invoicing.remove(self._company, self._company.database.get("invoices", invoice_id))

    def rows(self, entity: str) -> list[Json]:
        """All rows of the kind, as they are kept, oldest first."""
        return self._company.database.rows(self._known(entity))

    def named(self, entity: str, name: str) -> Json:
        """The first row of the kind that is called so."""
        field = "displayName" if entity == "users" else "name"
        found = [row for row in self.rows(entity) if row[field] == name]
        if not found:
            raise CannotDo(f"nothing called {name} in {entity}")
        return found[0]

    def shown(self, entity: str, row: Json) -> Json:
        """The row as v1 answers it."""
        return shown(self._company, self._known(entity), row)

    def _logged(self, entity: str, status: int, fields: Json) -> Json:
        row = self.create(entity, **{"date": day_text(self._company.database.today()), **fields})
        if status != statuses.OPEN:
            self.set_status(entity, row["id"], status=status)
        return row

    @staticmethod
    def _known(entity: str) -> str:
        if entity not in ENTITIES:
            raise CannotDo(f"no {entity}; there are {', '.join(ENTITIES)}")
        return entity


@contextmanager
def _asked() -> Iterator[None]:
    try:
        yield
    except Refused as refused:
        body = refused.answer.body
        said = body if isinstance(body, dict) else {}
        fields = "; ".join(f"{name}: {' '.join(texts)}" for name, texts in said.get("modelState", {}).items())
        raise CannotDo(f"{said.get('message')} {fields}".strip()) from refused
