"""Severa ↔ Visma Business, two ways.

Departments, employees, products, customers and projects are the same on both sides. One side is master of projects and
products; of customers and employees nobody is, and what changes on either side goes to the other. Visma Business gives
the customer numbers. From Severa travel only projects that are won, and customers with one; from Visma Business only
employees with an e-mail address. What is blocked by a group field in Visma Business travels neither way.

Approved hours become rows of a free information table, which revenue is recognised by. Invoices in a chosen status
become orders; their hours get the order's number, and the invoices become sent and paid when the orders do.

What suppliers have cost a project in Visma Business becomes costs of the project in Severa, once it is posted: fees, or
other expenses of a user's. Whether customers are charged, and which accounts and voucher types go over, are settings.
"""

from __future__ import annotations

from handoff.domain.capabilities import Capability, Side
from handoff.domain.posting import DocumentKind
from handoff.integrations.billing_settings import BillingSettings
from handoff.integrations.flow import BothWays, IntegrationKind, Post, Trigger

ON_EVERY_PASS = frozenset({Trigger.HOURLY, Trigger.NIGHTLY, Trigger.BY_HAND})


def _kept(name: str, what: str, *, master: str = "", wanted_by: str = "", unwanted: str = "") -> BothWays:
    return BothWays(
        name,
        what,
        keeps=Capability.KEEPS_MASTER_DATA,
        triggers=ON_EVERY_PASS,
        master=master,
        gives_numbers=name == "customers",
        wanted_by=wanted_by,
        unwanted=unwanted,
    )


SEVERA_BUSINESS = IntegrationKind(
    name="severa-business",
    title="Severa ↔ Visma Business",
    time_tool="severa",
    erp="business_nxt",
    flows=(
        _kept("business_units", "business unit", master="master"),
        _kept("employees", "employee"),
        _kept("product_categories", "product category", master="product_master"),
        _kept("products", "product", master="product_master"),
        _kept("projects", "project", master="case_master"),
        _kept("customers", "customer", wanted_by="projects", unwanted="none of its projects is won"),
        Post(
            "hours",
            reads=Capability.READS_TIME_ENTRIES,
            to={DocumentKind.HOUR_ROWS: Capability.KEEPS_HOUR_REGISTER},
            triggers=ON_EVERY_PASS,
        ),
        Post(
            "invoices",
            reads=Capability.HANDS_OUT_INVOICES,
            to={DocumentKind.SALES_ORDER: Capability.TAKES_ORDERS},
            triggers=ON_EVERY_PASS | {Trigger.WEBHOOK},
        ),
        Post(
            "costs",
            source=Side.ERP,
            reads=Capability.HANDS_OUT_PURCHASES,
            to={DocumentKind.PROJECT_FEE: Capability.TAKES_FEES},
            triggers=ON_EVERY_PASS,
        ),
    ),
    settings=BillingSettings,
    hooks={"business_nxt": ("table_change",)},
    asks=(
        "master",
        "case_master",
        "product_master",
        "department_unit",
        "project_unit",
        "currency",
        "hours.on",
        "hours.table",
        "invoices.on",
        "invoices.ready_status",
        "costs.on",
        "costs.starts_on",
        "business_units.blocked_group",
        "employees.blocked_group",
        "products.blocked_group",
        "customers.blocked_group",
        "projects.blocked_group",
        "notices.email",
    ),
)
