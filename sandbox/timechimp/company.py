"""The account with everything that happens in it, whether by a call or by a person in the product."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal

from sandbox.timechimp import project_parts, rules, statuses
from sandbox.timechimp.answers import INVALID, Json, missing, refuse
from sandbox.timechimp.database import Database, day_text, stamp
from sandbox.timechimp.options import Options
from sandbox.timechimp.periods import invoice_status, is_subscription, period_end
from sandbox.timechimp.reading import check_fields, new_fields, replaced_fields
from sandbox.timechimp.schema import ENTRIES

NEW_PROJECT = {"invoiceId": None, "budgetNotificationHasBeenSent": False, "_invoicedUntil": None}


class Company:
    """The state of the account. `options` are those of now."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self.start_over(Options())

    def start_over(self, options: Options) -> None:
        """An empty account under these options."""
        self.options = options
        self.database = Database(self._clock)
        self._timers: dict[int, datetime] = {}

    def create(self, entity: str, body: Json) -> Json:
        """A new row. Ends the call with 400."""
        if entity == "projects":
            return self._create_project(body)
        fields = new_fields(self.database, entity, body)
        fields = rules.completed(self.database, entity, fields, self.options)
        return self._with_status(entity, self.database.add(entity, fields), body)

    def replace(self, entity: str, row_id: object, body: Json, *, replaces: bool | None = None) -> Json:
        """The row as a PUT leaves it. Ends the call with 400 or 404."""
        replaces = self.options.put_replaces if replaces is None else replaces
        row = self.database.get(entity, row_id)
        if entity == "projects":
            return self._replace_project(row, body, replaces=replaces)
        fields = replaced_fields(self.database, entity, body, replaces=replaces)
        fields = rules.replaced(self.database, entity, row, fields, self.options)
        return self._with_status(entity, self.database.change(row, fields), body)

    def edit(self, entity: str, row_id: object, fields: Json) -> Json:
        """The row with some other values, as a person changes it in the product. Ends the call with 400 or 404."""
        row = self.database.get(entity, row_id)
        checked = check_fields(self.database, entity, fields)
        return self.database.change(row, rules.replaced(self.database, entity, row, checked, self.options))

    def delete(self, entity: str, row_id: object) -> None:
        """Takes the row away. Ends the call with 400 or 404."""
        row = self.database.get(entity, row_id)
        rules.check_removal(self.database, entity, row, self.options)
        if entity == "projects":
            project_parts.remove(self.database, row)
        self.database.remove(entity, row["id"])

    def set_statuses(
        self,
        entity: str,
        ids: Sequence[object],
        which: str,
        status: int,
        *,
        message: str | None = None,
        by: str | None = None,
    ) -> list[Json]:
        """The entries with the status. All of them or none; ends the call with 400 or 404."""
        if not ids:
            refuse(INVALID, fields={"registrationIds": ["At least one registration is required."]})
        found = [self.database.find(entity, row_id) for row_id in ids]
        unknown = [row_id for row_id, row in zip(ids, found, strict=True) if row is None]
        if unknown and not self.options.partial_status:
            missing("registration", unknown[0])
        rows = [row for row in found if row is not None]
        own = [row["id"] for row in rows if row["_invoiceId"] is not None]
        if own and which == statuses.INTERN and status != statuses.INVOICED:
            refuse(f"Registration {own[0]} is on an invoice.")
        stamped = self.options.stamps_status
        return [
            statuses.move(self.database, entity, row, which, status, message=message, by=by, stamped=stamped)
            for row in rows
        ]

    def submit(self, entity: str, ids: Sequence[object], which: str, *, message: str | None = None) -> list[Json]:
        """The entries as submitted; those that are further stay as they are. Ends the call with 400 or 404."""
        if not ids:
            refuse(INVALID, fields={"registrationIds": ["At least one registration is required."]})
        rows = [self.database.get(entity, row_id) for row_id in ids]
        waiting = [row["id"] for row in rows if row[which] in (statuses.OPEN, statuses.REJECTED)]
        if waiting:
            self.set_statuses(entity, waiting, which, statuses.PENDING, message=message)
        return rows

    def set_invoice_status(self, project: Json, status: int) -> Json:
        """The project as invoiced or not; for a subscription the period of today counts."""
        until = None
        if is_subscription(project) and status in statuses.BILLED:
            until = day_text(period_end(project, self.database.today()))
        return self.database.change(project, {"invoiceStatus": status, "_invoicedUntil": until})

    def start_timer(self, hours_id: int) -> str:
        """When the timer of the hours began. Ends the call with 404."""
        self.database.get("time", hours_id)
        at = self._timers.setdefault(hours_id, self._clock())
        return stamp(at)

    def stop_timer(self, hours_id: int) -> Decimal:
        """The hours with what the timer counted; 0 when none ran."""
        began, row = self._timers.pop(hours_id, None), self.database.find("time", hours_id)
        if began is None or row is None:
            return Decimal(0)
        ran = Decimal(int((self._clock() - began).total_seconds())) / 3600
        total = (Decimal(row["hours"] or 0) + ran).quantize(Decimal("0.01"))
        self.database.change(row, {"hours": total})
        return total

    def _create_project(self, body: Json) -> Json:
        project_parts.check(body)
        fields = new_fields(self.database, "projects", body)
        status = fields.pop("invoiceStatus", statuses.OPEN) if self.options.puts_invoice_status else statuses.OPEN
        terms = project_parts.terms_of(self.database, None, body, replaces=True)
        row = self.database.add("projects", {**fields, **NEW_PROJECT, **terms})
        project_parts.put(self.database, row, body, replaces=False)
        project_parts.prefill(self.database, row)
        return self.set_invoice_status(row, status)

    def _replace_project(self, row: Json, body: Json, *, replaces: bool) -> Json:
        project_parts.check(body)
        fields = replaced_fields(self.database, "projects", body, replaces=replaces)
        stands = invoice_status(row, self.database.today())
        status = fields.pop("invoiceStatus", stands)
        terms = project_parts.terms_of(self.database, row, body, replaces=replaces)
        self.database.change(row, {**fields, **terms})
        project_parts.put(self.database, row, body, replaces=replaces)
        if self.options.puts_invoice_status and status != stands:
            self.set_invoice_status(row, status)
        return row

    def _with_status(self, entity: str, row: Json, body: Json) -> Json:
        """Takes the status of the body, where that is how the vendor is."""
        if entity not in ENTRIES or not self.options.puts_status:
            return row
        sent = body.get(statuses.INTERN, body.get("status"))
        status = sent if isinstance(sent, int) and sent in statuses.WORDS else statuses.OPEN
        return (
            row
            if row[statuses.INTERN] == status
            else statuses.move(self.database, entity, row, statuses.INTERN, status)
        )
