"""What a tenant sets about an integration whose records move one by one, as soon as something tells of them.

`LiveSettings` is what these flows need, whichever time tool and ERP they join.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from handoff.accounting.account_spans import is_span, takes
from handoff.integrations.kind_settings import IntegrationSettings, Section

Whole = Annotated[int, Field(ge=1, le=999_999_999)]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$")]
Country = Annotated[str, Field(pattern="^[A-Z]{2}$")]
MEMBERS = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
EU = frozenset(MEMBERS.split(" "))
"""The EU's members since 2020, by ISO code."""


def _parted(value: object) -> object:
    """A text as people write it, parted by commas, semicolons or spaces; anything else as it is."""
    return [word for word in re.split(r"[,;\s]+", value) if word] if isinstance(value, str) else value


def _span(text: str) -> str:
    if not is_span(text):
        raise PydanticCustomError(
            "no_account", "'{text}' is neither an account nor a span of accounts such as 4000-4999", {"text": text}
        )
    return text


Span = Annotated[str, AfterValidator(_span)]
Accounts = Annotated[tuple[Span, ...], BeforeValidator(_parted), Field(max_length=200)]
Numbers = Annotated[tuple[Whole, ...], BeforeValidator(_parted), Field(max_length=200)]


class CustomerSettings(Section):
    """Customers of the time tool in the ERP."""

    on: bool = Field(
        True, title="Transfer customers", description="Whether customers are transferred.", examples=[True]
    )
    group: Whole = Field(1, title="Customer group", description="Group that customers are put in.", examples=[1])
    payment_terms: Whole = Field(1, title="Payment terms", description="Terms that new customers get.", examples=[1])
    currency: Currency = Field(
        "DKK", title="Currency", description="Currency that new customers get.", examples=["DKK"]
    )
    default_country: Country = Field(
        "DK", title="Default country", description="Country of a customer that has none.", examples=["DK"]
    )
    home_zone: Whole = Field(
        1, title="VAT zone at home", description="VAT zone of customers in the default country.", examples=[1]
    )
    eu_zone: Whole = Field(
        2, title="VAT zone EU", description="VAT zone of customers elsewhere in the EU.", examples=[2]
    )
    abroad_zone: Whole = Field(3, title="VAT zone abroad", description="VAT zone of all others.", examples=[3])
    vat_zones: dict[Country, Whole] = Field(
        {}, title="VAT zones", description="VAT zone by country, where it is another one.", examples=[{"NO": 3}],
        max_length=250,
    )  # fmt: skip

    def vat_zone(self, country: str) -> int:
        """The VAT zone of a country, an ISO code; of the default country for an empty one."""
        country = country or self.default_country
        if country in self.vat_zones:
            return self.vat_zones[country]
        if country == self.default_country:
            return self.home_zone
        return self.eu_zone if country in EU else self.abroad_zone

    def zones(self) -> tuple[int, ...]:
        """All VAT zones that can be used."""
        return tuple(sorted({self.home_zone, self.eu_zone, self.abroad_zone, *self.vat_zones.values()}))


class ProjectSettings(Section):
    """Projects of the time tool in the ERP."""

    on: bool = Field(True, title="Transfer projects", description="Whether projects are transferred.", examples=[True])
    group: Whole = Field(
        1, title="Project group", description="Group that projects are put in; of type internal.", examples=[1]
    )


class InvoiceSettings(Section):
    """Finalized invoices in the ERP's books."""

    on: bool = Field(True, title="Transfer invoices", description="Whether invoices are transferred.", examples=[True])
    journal: Whole = Field(1, title="Journal", description="Journal that invoices are booked through.", examples=[1])
    pdf: bool = Field(
        True, title="Attach the PDF", description="Whether the invoice's PDF goes along; the ERP's plan must allow it.",
        examples=[True],
    )  # fmt: skip
    vat_codes: dict[Annotated[str, Field(min_length=1, max_length=20)], Annotated[str, Field(max_length=5)]] = Field(
        {}, title="VAT codes", description="The ERP's VAT code by the time tool's; others go as the account has it.",
        examples=[{"25": "U25"}], max_length=100,
    )  # fmt: skip


class ExpenseSettings(Section):
    """Costs booked in the ERP as expenses of the time tool's projects."""

    on: bool = Field(False, title="Fetch expenses", description="Whether booked costs are fetched.", examples=[True])
    accounts: Accounts = Field(
        (), title="Accounts", examples=[["4000-4999", "6820"]],
        description="Accounts that costs are fetched from, such as 4000-4999, 6820; empty: all of them.",
    )  # fmt: skip
    cost_types: Numbers = Field(
        (),
        title="Cost types",
        description="Numbers of the cost types that are fetched, such as 1, 2; empty: all of them.",
        examples=[[1, 2]],
    )
    activity: str = Field(
        "", title="Activity", max_length=100, examples=["Expenses"],
        description="Activity that expenses land on; it is made in the project when it is missing.",
    )  # fmt: skip
    billable: bool = Field(
        True, title="Billable", description="Whether all of them are billable to the customer.", examples=[True]
    )
    starts_on: date | None = Field(
        None, title="Start", examples=["2026-11-01"],
        description="Costs dated before this day stay out; empty: the last two days before the first look count.",
    )  # fmt: skip

    @model_validator(mode="after")
    def _an_activity_to_land_on(self) -> ExpenseSettings:
        if self.on and not self.activity:
            raise PydanticCustomError("activity_missing", "expenses need an activity to land on: name it")
        return self

    def takes_account(self, account: int) -> bool:
        """Whether costs of that account are fetched."""
        return not self.accounts or takes(self.accounts, account)

    def takes_cost_type(self, cost_type: int | None) -> bool:
        """Whether costs of that type are fetched."""
        return not self.cost_types or cost_type in self.cost_types


class PaymentSettings(Section):
    """What customers have paid, told to the time tool."""

    on: bool = Field(True, title="Report payments", description="Whether payments go back.", examples=[True])


class LiveSettings(IntegrationSettings):
    """Everything a tenant sets about customers, projects, invoices, expenses and payments."""

    starts_on: date | None = Field(
        None, title="Start", description="Invoices dated before this day stay out; empty: all of them go.",
        examples=["2026-11-01"],
    )  # fmt: skip
    customers: CustomerSettings = Field(
        default_factory=CustomerSettings, title="Customers", description="Customers in the ERP.",
        examples=[{"group": 1}],
    )  # fmt: skip
    projects: ProjectSettings = Field(
        default_factory=ProjectSettings, title="Projects", description="Projects in the ERP.", examples=[{"group": 1}]
    )
    invoices: InvoiceSettings = Field(
        default_factory=InvoiceSettings, title="Invoices", description="Invoices in the ERP's books.",
        examples=[{"journal": 1, "pdf": True}],
    )  # fmt: skip
    expenses: ExpenseSettings = Field(
        default_factory=ExpenseSettings, title="Expenses", description="Booked costs in the time tool.",
        examples=[{"on": True, "activity": "Expenses"}],
    )  # fmt: skip
    payments: PaymentSettings = Field(
        default_factory=PaymentSettings, title="Payments", description="Payments in the time tool.",
        examples=[{"on": True}],
    )  # fmt: skip

    def flows_on(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Those that are switched on."""
        return tuple(name for name in names if getattr(self, name).on)
