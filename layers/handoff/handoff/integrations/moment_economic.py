"""Moment → Visma e-conomic, in real time.

A customer or project that is saved in Moment stands in e-conomic at once, under Moment's number. An invoice that is
finalized becomes a voucher in the journal and is booked by itself, with its PDF. Costs booked on a project come back
as the project's expenses, and so does what customers have paid.
"""

from __future__ import annotations

from handoff.domain.capabilities import Capability, Side
from handoff.domain.posting import DocumentKind
from handoff.integrations.flow import Follow, IntegrationKind, Mirror, Post, Trigger
from handoff.integrations.live_settings import LiveSettings

AT_ONCE = frozenset({Trigger.WEBHOOK, Trigger.HOURLY, Trigger.NIGHTLY, Trigger.BY_HAND})
DAILY = frozenset({Trigger.NIGHTLY, Trigger.BY_HAND})

MOMENT_ECONOMIC = IntegrationKind(
    name="moment-economic",
    title="Moment → Visma e-conomic",
    time_tool="moment",
    erp="economic",
    flows=(
        Mirror(
            "customers",
            master=Side.TIME_TOOL,
            reads=Capability.HANDS_OUT_OBJECTS,
            writes=Capability.KEEPS_CUSTOMERS,
            triggers=AT_ONCE,
        ),
        Mirror(
            "projects",
            master=Side.TIME_TOOL,
            reads=Capability.HANDS_OUT_OBJECTS,
            writes=Capability.KEEPS_PROJECTS,
            triggers=AT_ONCE,
        ),
        Post(
            "invoices",
            reads=Capability.HANDS_OUT_OBJECTS,
            to={DocumentKind.CUSTOMER_INVOICE: Capability.BOOKS_INVOICES},
            triggers=AT_ONCE,
        ),
        Post(
            "expenses",
            source=Side.ERP,
            reads=Capability.HANDS_OUT_COSTS,
            to={DocumentKind.PROJECT_EXPENSE: Capability.TAKES_EXPENSES},
            triggers=DAILY | {Trigger.WEBHOOK},
        ),
        Follow(
            "payments",
            reads=Capability.BOOKS_INVOICES,
            writes=Capability.TAKES_PAYMENTS,
            triggers=DAILY | {Trigger.WEBHOOK},
        ),
    ),
    settings=LiveSettings,
    hooks={
        "moment": ("customers", "projects", "invoices"),
        "economic": ("day_book_booked", "customer_updated", "project_updated"),
    },
    asks=(
        "starts_on",
        "notices.email",
        "invoices.journal",
        "invoices.pdf",
        "customers.group",
        "customers.payment_terms",
        "projects.group",
        "expenses.on",
        "expenses.accounts",
        "expenses.cost_types",
        "expenses.activity",
        "expenses.billable",
    ),
)
