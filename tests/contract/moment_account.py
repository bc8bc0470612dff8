"""The Moment connector on its stand-in."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from handoff.connectors.moment.config import MomentConfig
from handoff.connectors.registry import open_live_time_tool
from handoff.connectors.vendor import LiveTimeTool, Surroundings
from handoff.domain.costs import ProjectExpense
from handoff.domain.invoices import CustomerInvoice, InvoicePayment, PaymentState
from handoff.domain.tenancy import Connection
from handoff.ports.live import Card, ChangedPage
from handoff.settings import PlatformSettings
from sandbox import klitrose
from sandbox.moment import CREDENTIALS
from sandbox.wire import to_json
from tests.contract.moment_company import MomentCompany
from tests.unit.connectors.vendor_fakes import FakeGrantStore

KINDS = ("customers", "projects", "invoices")
COMPANY_PATH = f"/api/1.0/companies/{CREDENTIALS.company}"
PAID = InvoicePayment(PaymentState.PAID, Decimal("30000.00"), Decimal("0.00"))


class Account(MomentCompany):
    """The stand-in, and the connector that talks to it."""

    def __init__(
        self,
        *,
        company: str = CREDENTIALS.company,
        key: str = CREDENTIALS.api_key,
        ends: date | None = None,
        **options: object,
    ) -> None:
        super().__init__(**options)
        config = MomentConfig.model_validate({"company": company, "api_key": key, "key_expires_on": ends})
        self.grants = FakeGrantStore(config.grant())
        where = to_json({"moment": {"base_url": "https://moment.example.test"}}).decode()
        settings = PlatformSettings.from_environment({"TABLE_NAME": "t", "VENDOR_SETTINGS": where})
        around = Surroundings(settings, self.grants, lambda: self.now, self.stand_in.transport())
        self.tool: LiveTimeTool = open_live_time_tool(Connection("c1", "moment", company, "Klitrose"), around)

    def pages(self, kind: str, since: datetime | None = None) -> list[ChangedPage]:
        pages = [self.tool.changed_objects(kind, since=since, page=None)]
        while (mark := pages[-1].next_page) is not None:
            assert len(pages) < 100
            pages.append(self.tool.changed_objects(kind, since=since, page=mark))
        return pages

    def cards(self, kind: str, since: datetime | None = None) -> list[Any]:
        return list({card.external_id: card for page in self.pages(kind, since) for card in page.cards}.values())

    def paid_fields(self, invoice: CustomerInvoice) -> tuple[Any, ...]:
        row = self.get(f"invoices/{invoice.external_id}")
        return row["paymentState"], row["paidAmount"], row["remainingAmount"], row["paidDate"]

    def expense(self, key: str, amount: str = "1234.50") -> ProjectExpense:
        project = self.tool.project_numbered(8)
        assert project is not None
        activity = self.tool.activity(project.external_id, klitrose.EXPENSE_ACTIVITY)
        return ProjectExpense(
            key, project.external_id, activity, "Tog til Aarhus", Decimal(amount), "DKK", date(2026, 11, 3), True,
            "Vestbanen A/S", "V-77",
        )  # fmt: skip

    def a_fault(self, kind: str, call: str, **details: Any) -> None:
        method, _, path = call.partition(" ")
        self.stand_in.fault(kind, f"{method} {COMPANY_PATH}{path}", **details)


def numbered(cards: list[Card], number: Any) -> Any:
    return next(card for card in cards if card.number == number)
