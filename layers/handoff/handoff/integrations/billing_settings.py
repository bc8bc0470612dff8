"""What a tenant sets about hours that go into a register, and about invoices that become orders."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from handoff.domain.gate import Gate, GatePolicy, InvoiceGate
from handoff.domain.sales import RegisterChoices, StatusChoices, UnitChoices
from handoff.domain.staged import ApprovedVia
from handoff.integrations.both_ways_settings import BothWaysSettings
from handoff.integrations.cost_settings import COSTS, CostFlowSettings
from handoff.integrations.kind_settings import Section
from handoff.integrations.rule_settings import Currency

HOURS, INVOICES = "hours", "invoices"
"""What the flows are called that these settings are about."""
TaxGroup = Annotated[int, Field(ge=1, le=999_999)]
Percent = Annotated[Decimal, Field(ge=0, lt=100, decimal_places=2)]


class RegisterSettings(Section):
    """Approved hours as rows of a table in the ERP."""

    on: bool = Field(False, title="Transfer hours", description="Whether approved hours go over.", examples=[True])
    table: int = Field(
        1, ge=1, le=3, title="Free information table", examples=[1],
        description="Number of the ERP's table of free information that rows of hours go into.",
    )  # fmt: skip
    starts_on: date | None = Field(
        None, title="Hours from", description="Work before this day stays out; empty: everything is taken.",
        examples=["2026-11-01"],
    )  # fmt: skip
    rows_per_document: int = Field(
        250, ge=1, le=1000, title="Rows at once", description="Most rows of hours that are written in one call.",
        examples=[250],
    )  # fmt: skip

    def to_policy(self) -> GatePolicy:
        """The gate: approved in the time tool, billable or not."""
        return GatePolicy(
            counts=frozenset({ApprovedVia.TIME_TOOL}),
            starts_on=self.starts_on,
            post_non_billable=True,
            unapproved_goes=True,
        )


class InvoiceSettings(Section):
    """Invoices of the time tool as orders in the ERP."""

    on: bool = Field(False, title="Transfer invoices", description="Whether invoices become orders.", examples=[True])
    ready_status: str = Field(
        "", title="Invoices in status", max_length=100, examples=["Siirrettävä"],
        description="Name of the time tool's invoice status from which invoices become orders.",
    )  # fmt: skip
    sent_status: str = Field(
        "", title="Status of sent invoices", max_length=100, examples=["Lähetetty"],
        description="Name of the status that an invoice gets once it is sent; empty: the first that means so.",
    )  # fmt: skip
    paid_status: str = Field(
        "", title="Status of paid invoices", max_length=100, examples=["Maksettu"],
        description="Name of the status that an invoice gets once it is paid; empty: the first that means so.",
    )  # fmt: skip
    default_item: str = Field(
        "", title="Item of lines without one", max_length=40, examples=["PALVELU"],
        description="Number of the ERP's product for fixed prices and for work without a code; empty: such a line is "
        "a problem.",
    )  # fmt: skip
    starts_on: date | None = Field(
        None, title="Invoices from", description="Invoices dated before this day stay out; empty: all are taken.",
        examples=["2026-11-01"],
    )  # fmt: skip
    tax_groups: Mapping[Percent, TaxGroup] = Field(
        {}, title="VAT", examples=[{"25.5": 1, "0": 2}],
        description="The ERP's tax and accounting group by VAT rate in percent: what is made for a line gets the "
        "group of its rate, and a line on something with another group is a problem. Empty: the ERP decides alone.",
    )  # fmt: skip

    @model_validator(mode="after")
    def _status_is_named(self) -> Self:
        if self.on and not self.ready_status.strip():
            raise PydanticCustomError(
                "ready_status_missing", "Invoices are transferred from a status: name it under ready_status"
            )
        return self

    def statuses(self) -> StatusChoices:
        """What the time tool is told of the settings."""
        return StatusChoices(self.ready_status.strip(), self.sent_status.strip(), self.paid_status.strip())

    def tax_group(self, rate: Decimal | None) -> int | None:
        """The ERP's group for a VAT rate; None where the ERP decides."""
        return None if rate is None else self.tax_groups.get(rate.normalize())


class BillingSettings(BothWaysSettings):
    """Everything a tenant sets about what both sides keep, and about hours, invoices and costs that belong to it."""

    currency: Currency = Field(
        "NOK", title="Currency of the books", description="ISO 4217 code of the ERP company's currency.",
        examples=["NOK"],
    )  # fmt: skip
    hours: RegisterSettings = Field(
        default_factory=RegisterSettings, title="Hours", description="Approved hours as rows that revenue is "
        "recognised by.", examples=[{"on": True, "table": 1}],
    )  # fmt: skip
    invoices: InvoiceSettings = Field(
        default_factory=InvoiceSettings, title="Invoices", description="Invoices as orders, followed until paid.",
        examples=[{"on": True, "ready_status": "Siirrettävä"}],
    )  # fmt: skip
    costs: CostFlowSettings = Field(
        default_factory=CostFlowSettings, title="Costs", description="Suppliers' costs on projects as costs there.",
        examples=[{"on": True, "starts_on": "2026-11-01"}],
    )  # fmt: skip

    def gate_of(self, flow: str) -> Gate:
        """The gate of hours, of invoices or of costs."""
        if flow == COSTS:
            return self.costs.gate()
        return self.hours.to_policy() if flow == HOURS else InvoiceGate(self.invoices.starts_on)

    def units(self) -> UnitChoices:
        """The organisational units that lines and rows name."""
        return UnitChoices(self.department_unit, self.project_unit)

    def register(self) -> RegisterChoices:
        """Where rows of hours go."""
        return RegisterChoices(self.hours.table, self.units())
