"""The API over an integration whose records move one by one, with both vendors in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from handoff.console.reconciliation import reconciliation_json
from handoff.domain.invoices import CustomerInvoice
from handoff.domain.periods import Period
from handoff.domain.tenancy import Integration
from handoff.integrations.moment_economic import MOMENT_ECONOMIC
from handoff.pipeline.live.account import account_of
from handoff.pipeline.live.desk import INVOICES, LiveDesk
from handoff.pipeline.live.look import look_at
from tests.builders import TENANT
from tests.contract.api.api_world import Answer, World
from tests.unit.pipeline.live.booking import PDF
from tests.unit.pipeline.live.erps import FakeErp
from tests.unit.pipeline.live.journal import FakeJournal
from tests.unit.pipeline.live.living import ECONOMIC, MOMENT, a_customer, a_desk, a_project, an_invoice
from tests.unit.pipeline.live.tools import FakeTimeTool

LIVE = "invoices-1"
AT = f"/api/integrations/{LIVE}"


class LiveWorld(World):
    """A tenant with an integration of hours and a live one; `tool` and `erp` are the live one's vendors."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.tenants.add(Integration(LIVE, MOMENT_ECONOMIC.name, "Invoices", MOMENT, ECONOMIC), {})
        self.live = self.stores_of(LIVE)
        self.tool = FakeTimeTool(lambda: self.now)
        self.journal = FakeJournal()
        self.erp = FakeErp(told_invoices=self.journal)
        self.tool.has(a_customer(), a_project())

    def desk(self) -> LiveDesk:
        """What a worker has that shares this API's stores."""
        stores = self.live
        version, content = self.tenants.settings(LIVE)
        return replace(
            a_desk(memory=self.memory, time_tool=self.tool, erp=self.erp, settings=content, settings_version=version),
            tenant_id=TENANT,
            integration=self.tenants.integration(LIVE),
            staged=stores.staged,
            postings=stores.postings,
            problems=stores.problems,
            passes=stores.passes,
            tenants=self.tenants,
        )

    def finalizes(self, invoice: CustomerInvoice | None = None, *, pdf: bool = True) -> None:
        """An invoice is finalized, and a webhook tells of it."""
        invoice = invoice or an_invoice()
        self.tool.has(invoice)
        if pdf:
            self.tool.pdfs[invoice.external_id] = PDF
        self.sees(INVOICES, invoice.external_id)

    def sees(self, flow: str, external_id: str) -> None:
        """A webhook tells of an object."""
        look_at(self.desk(), flow, external_id)

    def reconcile(self, integration_id: str, flow: str, period: Period) -> Mapping[str, object]:
        """As the function that holds the grants does it."""
        if integration_id != LIVE:
            return super().reconcile(integration_id, flow, period)
        return reconciliation_json(account_of(self.desk(), flow, period))

    def story(self, flow: str, external_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.ask("GET", f"/records/{flow}/{external_id}").json
        return found

    def problem(self) -> dict[str, Any]:
        """The only open problem."""
        (found,) = self.ask("GET", "/problems").json["problems"]
        return dict(found)

    def ask(self, method: str, path: str, body: Any = None, **query: str) -> Answer:
        """A call below the live integration."""
        return self.call(method, f"{AT}{path}", query=query, body=body)
