"""What a tenant sets about suppliers' costs on projects that become costs in the time tool."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from handoff.accounting.cost_rules import CostGate, CostRules
from handoff.domain.purchases import ExpenseOf
from handoff.integrations.kind_settings import Section
from handoff.integrations.live_settings import Accounts, Numbers, Span

COSTS = "costs"
"""What the flow is called that these settings are about."""
Code = Annotated[str, Field(min_length=1, max_length=40)]
Markup = Annotated[Decimal, Field(ge=0, le=1000, decimal_places=2)]
OPERATING_COSTS = ("4000-7999",)
"""Where the Nordic charts of accounts have what is bought, employed and spent: no debts, no VAT, no revenue."""


class CostFlowSettings(Section):
    """Costs that suppliers have invoiced, on projects of the time tool."""

    on: bool = Field(
        False, title="Transfer costs", description="Whether suppliers' costs on projects go over.", examples=[True]
    )
    starts_on: date | None = Field(
        None, title="Costs from", examples=["2026-11-01"],
        description="Costs dated before this day stay out; needed, since the ledger holds years of them.",
    )  # fmt: skip
    accounts: Annotated[Accounts, Field(min_length=1)] = Field(
        OPERATING_COSTS, title="Accounts", examples=[["4000-4999", "6700"]],
        description="Accounts of the ledger whose costs go over, such as 4000-4999, 6700. Not those of debts or VAT.",
    )  # fmt: skip
    voucher_types: Numbers = Field(
        (), title="Voucher types", examples=[[2]],
        description="Numbers of the ERP's voucher types that go over, such as 2, 5; empty: all of them.",
    )  # fmt: skip
    billable: bool = Field(
        False, title="Billable", examples=[True],
        description="Whether customers are charged; if not, they are only costs of the project.",
    )  # fmt: skip
    markup: Markup = Field(
        Decimal(0), title="Markup", description="What customers are charged beyond the cost, in percent.", examples=[10]
    )
    product: str = Field(
        "", title="Product", max_length=40, examples=["ALI-1"],
        description="Code of the time tool's product that costs are of; empty: of none.",
    )  # fmt: skip
    products: Mapping[Span, Code] = Field(
        {}, title="Products by account", examples=[{"4300-4399": "ALI-1"}], max_length=100,
        description="The same by account or span of accounts, where it is another one; the narrowest that fits counts.",
    )  # fmt: skip
    expense_accounts: Accounts = Field(
        (), title="Accounts of other expenses", examples=[["7100-7199"]],
        description="Accounts whose costs become other expenses of somebody's, not fees; empty: all become fees.",
    )  # fmt: skip
    expense_user: str = Field(
        "", title="User of other expenses", max_length=254, examples=["aamu@lumipolku.example"],
        description="E-mail address of the time tool's user whose expenses they are.",
    )  # fmt: skip
    expense_type: str = Field(
        "", title="Type of other expenses", max_length=40, examples=["HOT"],
        description="Code of the time tool's type of travel expense that they are of.",
    )  # fmt: skip

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.on and self.starts_on is None:
            raise PydanticCustomError("starts_on_missing", "Costs are transferred from a day: name it under starts_on")
        if self.expense_accounts and not (self.expense_user and self.expense_type):
            raise PydanticCustomError(
                "expense_user_missing", "Other expenses are somebody's: name expense_user and expense_type"
            )
        return self

    def gate(self) -> CostGate:
        """Which costs go over."""
        return CostGate(self.accounts, frozenset(self.voucher_types), self.starts_on)

    def rules(self) -> CostRules:
        """What becomes of them."""
        whose = ExpenseOf(self.expense_user, self.expense_type) if self.expense_accounts else None
        return CostRules(self.billable, self.markup, self.product, dict(self.products), self.expense_accounts, whose)
