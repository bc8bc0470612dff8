"""A desk on fakes, and builders of what the time tool hands out.

The world they agree on: one customer with one project and one finalized invoice, all dated October 2026, books in DKK.
All companies are invented.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from handoff.domain.invoices import AccountingState, CustomerInvoice
from handoff.domain.master_data import CustomerCard, ProjectCard
from handoff.domain.tenancy import Connection, Integration
from handoff.integrations.live_settings import LiveSettings
from handoff.pipeline.live.desk import LiveDesk, TimeToolDesk
from handoff.ports.live import LedgerOfObjects
from tests.builders import NOW
from tests.fakes import (
    FakeLinkStore,
    FakePassStore,
    FakePostingStore,
    FakeProblemStore,
    FakeStagedStore,
    FakeTenantStore,
    Memory,
)
from tests.unit.pipeline.live.erps import FakeErp
from tests.unit.pipeline.live.tools import FakeTimeTool

TENANT = "klitrose"
MOMENT = Connection(id="moment-1", vendor="moment", account="klitrose", name="Klitrose Moment")
ECONOMIC = Connection(id="economic-1", vendor="economic", account="123456", name="Klitrose ApS")
INTEGRATION = Integration(id="live-dk", kind="moment-economic", name="Live", time_tool=MOMENT, erp=ECONOMIC)


@dataclass(slots=True)
class Watch:
    """A clock that a test moves."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at

    def later(self, by: timedelta) -> None:
        self.at += by


def a_desk(
    *,
    memory: Memory | None = None,
    time_tool: TimeToolDesk | None = None,
    erp: LedgerOfObjects | None = None,
    settings: LiveSettings | Mapping[str, object] | None = None,
    settings_version: int = 1,
    clock: Watch | None = None,
    run_id: str = "",
) -> LiveDesk:
    """A desk whose stores share `memory`; `settings` as they are, or as a tenant saves them."""
    memory = memory or Memory()
    clock = clock or Watch()
    content = settings.model_dump(mode="json") if isinstance(settings, LiveSettings) else dict(settings or {})
    tenants = FakeTenantStore(memory, TENANT)
    tenants.add(INTEGRATION, content)
    return LiveDesk(
        tenant_id=TENANT,
        integration=INTEGRATION,
        time_tool=time_tool or FakeTimeTool(clock),
        erp=erp or FakeErp(),
        staged=FakeStagedStore(memory, TENANT, INTEGRATION.id),
        postings=FakePostingStore(memory, TENANT, INTEGRATION.id),
        problems=FakeProblemStore(memory, TENANT, INTEGRATION.id),
        links=FakeLinkStore(memory, TENANT, INTEGRATION.id),
        passes=FakePassStore(memory, TENANT, INTEGRATION.id),
        tenants=tenants,
        settings=LiveSettings.model_validate(content),
        settings_version=settings_version,
        clock=clock,
        run_id=run_id,
    )


def a_customer(
    *,
    external_id: str = "c1",
    number: str = "1001",
    name: str = "Strandby Kaffe ApS",
    organisation_number: str = "12345674",
    email: str = "regning@strandbykaffe.example",
    address: tuple[str, ...] = ("Havnegade 3",),
    postcode: str = "9970",
    city: str = "Strandby",
    country: str = "DK",
) -> CustomerCard:
    return CustomerCard(external_id, number, name, organisation_number, email, address, postcode, city, country)


def a_project(
    *,
    external_id: str = "p1",
    number: str = "501",
    name: str = "Ny webshop",
    customer_id: str = "c1",
    customer_number: str = "1001",
) -> ProjectCard:
    return ProjectCard(external_id, number, name, customer_id, customer_number)


def an_invoice(
    *,
    external_id: str = "i1",
    number: int | None = 20001,
    finalized: bool = True,
    accounting: AccountingState = AccountingState.TO_TRANSFER,
    description: str = "Konsulentbistand oktober",
    customer_id: str = "c1",
    customer_number: str = "1001",
    project_id: str = "p1",
    project_number: str = "501",
    invoiced_on: str | None = "2026-10-15",
    due_on: str | None = "2026-10-29",
    currency: str = "DKK",
    total: str = "12500.00",
    account: str = "1010",
    vat_code: str = "25",
    credits: int | None = None,
    payment_id: str = "",
) -> CustomerInvoice:
    return CustomerInvoice(
        external_id=external_id,
        number=number,
        finalized=finalized,
        accounting=accounting,
        description=description,
        customer_id=customer_id,
        customer_number=customer_number,
        project_id=project_id,
        project_number=project_number,
        invoiced_on=None if invoiced_on is None else date.fromisoformat(invoiced_on),
        due_on=None if due_on is None else date.fromisoformat(due_on),
        currency=currency,
        total=Decimal(total),
        account=account,
        vat_code=vat_code,
        credits=credits,
        payment_id=payment_id,
    )
