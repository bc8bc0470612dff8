"""What a tenant sets about master data that people keep on both sides."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from handoff.domain.pairs import Master
from handoff.integrations.kind_settings import IntegrationSettings, Section

OwnMaster = Annotated[Master | None, BeforeValidator(lambda value: value or None)]
"""A master of its own; none is also what a form sends that was left blank."""
Group = Annotated[
    Annotated[int, Field(ge=1, le=12)] | None, BeforeValidator(lambda value: None if value == "" else value)
]
"""A group field of the ERP; none as above."""
Unit = Annotated[int, Field(ge=1, le=12)]


class MirrorSettings(Section):
    """One kind of master data."""

    on: bool = Field(True, title="Transfer", description="Whether the two sides are kept the same.", examples=[True])
    blocked_group: Group = Field(
        None, title="Blocking group", examples=[3],
        description="Number of the group field in the ERP that says what is not transferred; empty: nothing says so.",
    )  # fmt: skip
    blocked_value: Annotated[int, Field(ge=1, le=999_999)] = Field(
        1, title="Blocking value", description="What stands in that field then.", examples=[1]
    )


class CategorySettings(MirrorSettings):
    """Product categories."""

    on: bool = Field(
        False, title="Transfer product categories", description="Whether product categories are transferred.",
        examples=[True],
    )  # fmt: skip


class ProductSettings(MirrorSettings):
    """Products and kinds of travel expense."""

    new_are: str = Field(
        "Materials", title="New products are", pattern="^(FixedFees|Materials|Subcontracting)$", examples=["Materials"],
        description="What a product becomes in the time tool that is made in the ERP.",
    )  # fmt: skip


class ProjectMirrorSettings(MirrorSettings):
    """Projects."""

    new_customer: str = Field(
        "", title="Customer of new projects", max_length=40, examples=["10001"],
        description="Number of the customer that a project gets which is made in the ERP; empty: none is made.",
    )  # fmt: skip
    new_owner: str = Field(
        "", title="Owner of new projects", max_length=254, examples=["aamu@lumipolku.example"],
        description="E-mail address of the user who owns it there.",
    )  # fmt: skip


def _section(title: str, description: str) -> MirrorSettings:
    found: MirrorSettings = Field(
        default_factory=MirrorSettings, title=title, description=description, examples=[{"on": True}]
    )
    return found


class BothWaysSettings(IntegrationSettings):
    """Everything a tenant sets about what both sides keep."""

    report_only: bool = Field(
        True, title="Report only", examples=[False],
        description="Whether passes look at both sides and write nothing: until the report was read.",
    )  # fmt: skip
    master: Master = Field(
        Master.ERP, title="Master", examples=["erp"],
        description="Whose word counts for what both sides have; the other side may only add to it.",
    )  # fmt: skip
    case_master: OwnMaster = Field(
        None,
        title="Master of projects",
        description="The same for projects; empty: as the master.",
        examples=["time_tool"],
    )
    product_master: OwnMaster = Field(
        None, title="Master of products", description="The same for products; empty: as the master.", examples=["erp"]
    )
    department_unit: Unit = Field(
        1, title="Unit of departments", examples=[1],
        description="Number of the ERP's organisational unit that stands for business units.",
    )  # fmt: skip
    project_unit: Unit = Field(
        2,
        title="Unit of projects",
        description="Number of the organisational unit that stands for projects.",
        examples=[2],
    )
    business_units: MirrorSettings = _section("Business units", "Business units and departments.")
    employees: MirrorSettings = _section("Employees", "Users and employees.")
    product_categories: CategorySettings = Field(
        default_factory=CategorySettings, title="Product categories",
        description="Groups that products are counted in.", examples=[{"on": True}],
    )  # fmt: skip
    products: ProductSettings = Field(
        default_factory=ProductSettings, title="Products", description="Products and kinds of travel expense.",
        examples=[{"on": True, "new_are": "Materials"}],
    )  # fmt: skip
    customers: MirrorSettings = _section("Customers", "Customers with their addresses and contacts.")
    projects: ProjectMirrorSettings = Field(
        default_factory=ProjectMirrorSettings, title="Projects", description="Projects that are won.",
        examples=[{"on": True, "new_customer": "10001", "new_owner": "aamu@lumipolku.example"}],
    )  # fmt: skip

    def flows_on(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Those that are switched on."""
        return tuple(name for name in names if getattr(self, name).on)

    def master_by(self, setting: str) -> Master:
        """Whose word counts by one of the three settings, which fall back to the first; nobody's by none."""
        return (getattr(self, setting) or self.master) if setting else Master.NONE
