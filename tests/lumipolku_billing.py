"""Lumipolku with hours and invoices switched on, and what its people on both sides do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from handoff.domain.runs import RunState
from handoff.pipeline.confirm import ConfirmTools, confirm
from sandbox import lumipolku as house
from sandbox.business_nxt.access import LUMIPOLKU_COMPANY_NO
from sandbox.business_nxt.people import People
from tests.lumipolku import Lumipolku

HOURS_ON: dict[str, Any] = {
    "report_only": False,
    "currency": "EUR",
    "hours": {"on": True, "table": 2, "starts_on": "2026-11-01"},
}
BILLED: dict[str, Any] = {
    **HOURS_ON,
    "invoices": {
        "on": True,
        "ready_status": house.TO_TRANSFER,
        "starts_on": "2026-11-01",
        "tax_groups": {"25.5": 1},
        "default_item": "LUM-1",
    },
}


class Company(Lumipolku):
    """Lumipolku once both sides' master data is the same; its people on both sides."""

    def __init__(self, settings: dict[str, Any], **options: Any) -> None:
        super().__init__(settings, **options)
        self.erp: People = self.nxt.vendor.people_of(LUMIPOLKU_COMPANY_NO)
        self.projects = {row.name: row.guid for row in self.severa.vendor.people.rows("projects")}
        for _ in range(2):
            assert self.a_pass().state is RunState.DONE

    def works(
        self, project: str = "Satamalogistiikka", hours: str = "7.5", *, approved: bool = True, **fields: Any
    ) -> str:
        """Somebody logs hours."""
        row = self.severa.vendor.people.log_hours(self.projects[project], hours=hours, approved=approved, **fields)
        return str(row.guid)

    def rows(self) -> Sequence[dict[str, Any]]:
        """The rows of the chosen table."""
        return list(self.nxt.vendor.company_of(LUMIPOLKU_COMPANY_NO).rows("freeInformation2").all())

    def orders(self) -> Sequence[dict[str, Any]]:
        """The company's orders."""
        return list(self.nxt.vendor.company_of(LUMIPOLKU_COMPANY_NO).rows("order").all())

    def record(self, flow: str, external_id: str) -> Any:
        """What is known of hours or of an invoice."""
        return self.shop().shelf.staged.get(flow, external_id)

    def bills(self, project: str = "Satamalogistiikka", status: str = house.TO_TRANSFER) -> str:
        """Somebody drafts an invoice of all that can be invoiced, and sets its status."""
        draft = self.severa.vendor.people.make_invoice(self.projects[project])
        self.severa.vendor.people.set_invoice_status(draft.guid, status)
        return str(draft.guid)

    def status(self, invoice: str) -> str:
        """The invoice's status in Severa."""
        shown = self.severa.vendor.people.shown(self.severa.vendor.people.row("invoices", invoice))
        return str(shown["status"]["name"])

    def confirms(self, code: str, *external_ids: str) -> None:
        """A person says that what a problem names is as it should be."""
        shop, by = self.shop(), "Aamu Pakkasniemi"
        settings: Any = shop.settings
        shelf = shop.shelf
        tools = ConfirmTools(
            shelf.staged, shelf.postings, shelf.problems, shelf.passes_of("invoices"),
            lambda problem_id: shelf.census.believe("invoices", problem_id), settings.gate_of("invoices"), self.clock,
        )  # fmt: skip
        (known,) = [one for one in shelf.problems.open() if one.problem.code == code]
        confirm(tools, known.problem.id, by=by, external_ids=external_ids)

    def employees(self) -> Sequence[dict[str, Any]]:
        """The ERP's people."""
        rows = self.nxt.vendor.company_of(LUMIPOLKU_COMPANY_NO).rows("associate").all()
        return [row for row in rows if row["employeeNo"]]

    def currency(self, code: str) -> dict[str, Any]:
        """A currency of the ERP."""
        rows = self.nxt.vendor.company_of(LUMIPOLKU_COMPANY_NO).rows("currency").all()
        return next(row for row in rows if row["isoCode"] == code)
