"""Lumipolku, whose suppliers' costs go over from Visma Business to Severa; its people on both sides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from handoff.domain.runs import RunState
from handoff.domain.staged import StagedRecord
from handoff.integrations.cost_settings import COSTS
from sandbox.business_nxt.access import LUMIPOLKU_COMPANY_NO
from sandbox.business_nxt.people import People
from tests.lumipolku import Lumipolku

HARBOUR, WIND_PARK = "Satamalogistiikka", "Tuulipuiston kannattavuus"
BUILDER, PRINTER = 50_001, 50_002
SUBCONTRACTED = 4300


def costs_on(**chosen: object) -> dict[str, Any]:
    """The settings of a company that has read the report and takes costs."""
    return {"report_only": False, "currency": "EUR", "costs": {"on": True, "starts_on": "2026-11-01", **chosen}}


class Contractor(Lumipolku):
    """The company once both sides' master data is the same."""

    def __init__(self, settings: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(costs_on() if settings is None else settings, **options)
        self.erp: People = self.nxt.vendor.people_of(LUMIPOLKU_COMPANY_NO)
        self.projects = {row.name: row.guid for row in self.severa.vendor.people.rows("projects")}
        self.numbers = {row.name: row.number for row in self.severa.vendor.people.rows("projects")}
        for _ in range(2):
            assert self.a_pass().state is RunState.DONE
        # What stands in Severa, and in the inbox, from the beginning.
        self._old = {row.guid for name in ("projectfees", "projecttravelexpenses") for row in self._rows(name)}
        self._told = set(self.inbox())

    def buys(
        self,
        net: str = "1250.00",
        project: str | int | None = HARBOUR,
        *,
        account: int = SUBCONTRACTED,
        invoice: str = "L-4711",
        supplier: int = BUILDER,
        on: date | None = None,
        text: str = "Laiturin kartoitus",
    ) -> str:
        """A supplier's invoice is posted on a project; the id that its cost is known by."""
        number = self.numbers[project] if isinstance(project, str) else project
        self.erp.book_supplier_invoice(
            net=net,
            supplier_no=supplier,
            account=account,
            dimensions={} if number is None else {"orgUnit2": number},
            text=text,
            invoice_no=invoice,
            on=on,
        )
        row = self.ledger()[-1]
        return f"{row['voucherJournalNo']}-{row['auditNo']}"

    def ledger(self) -> Sequence[dict[str, Any]]:
        """The rows of the ledger, oldest first."""
        return list(self.nxt.vendor.company_of(LUMIPOLKU_COMPANY_NO).rows("generalLedgerTransaction").all())

    def edits_the_ledger(self, external_id: str, **changes: object) -> None:
        """Somebody corrects a posted row, which the ERP allows of its text and dimensions."""
        company = self.nxt.vendor.company_of(LUMIPOLKU_COMPANY_NO)
        row = company.rows("generalLedgerTransaction").get(*(int(part) for part in external_id.split("-")))
        assert row is not None
        company.change("generalLedgerTransaction", row, changes, "solbjorg.heidal")

    def fees(self) -> Sequence[Any]:
        """The fees that were not there from the beginning."""
        return [row for row in self._rows("projectfees") if row.guid not in self._old]

    def expenses(self) -> Sequence[Any]:
        """The other expenses that were not there from the beginning."""
        return [row for row in self._rows("projecttravelexpenses") if row.guid not in self._old]

    def news(self) -> list[str]:
        """What the inbox says that it did not say in the beginning."""
        return [one for one in self.inbox() if one not in self._told]

    def record(self, external_id: str) -> StagedRecord:
        """What is known of a cost."""
        found = self.shop().shelf.staged.get(COSTS, external_id)
        assert found is not None
        return found

    def _rows(self, resource: str) -> Sequence[Any]:
        return self.severa.vendor.people.rows(resource)


def worth(row: Any) -> tuple[Decimal, Decimal, bool]:
    """What a fee or expense costs, what a customer pays for it, and whether he does."""
    return row.unit_cost.amount, row.unit_price.amount, row.is_billable
