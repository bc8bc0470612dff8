"""Which side of an integration a vendor stands on, and what it can do for us there.

Integrations name what they need, the connectors' registry says who has it.
"""

from __future__ import annotations

from enum import StrEnum


class Side(StrEnum):
    """One of the two that an integration joins: where a record comes from, and where it goes."""

    TIME_TOOL = "time_tool"
    ERP = "erp"

    @property
    def words(self) -> str:
        """What completes "Harvest is …"."""
        return "a time tool" if self is Side.TIME_TOOL else "an ERP"

    @property
    def noun(self) -> str:
        """What it is called in a sentence: "the ERP's list"."""
        return "time tool" if self is Side.TIME_TOOL else "ERP"


class Capability(StrEnum):
    """One protocol of `ports` that a vendor may implement."""

    READS_TIME_ENTRIES = "reads_time_entries"
    HANDS_OUT_OBJECTS = "hands_out_objects"
    TAKES_EXPENSES = "takes_expenses"
    TAKES_PAYMENTS = "takes_payments"
    READS_LEDGER_LISTS = "reads_ledger_lists"
    WRITES_PROJECT_TRANSACTIONS = "writes_project_transactions"
    WRITES_JOURNALS = "writes_journals"
    KEEPS_CUSTOMERS = "keeps_customers"
    KEEPS_PROJECTS = "keeps_projects"
    BOOKS_INVOICES = "books_invoices"
    HANDS_OUT_COSTS = "hands_out_costs"
    KEEPS_MASTER_DATA = "keeps_master_data"
    KEEPS_HOUR_REGISTER = "keeps_hour_register"
    HANDS_OUT_INVOICES = "hands_out_invoices"
    TAKES_ORDERS = "takes_orders"
    HANDS_OUT_PURCHASES = "hands_out_purchases"
    TAKES_FEES = "takes_fees"

    @property
    def words(self) -> str:
        """What it completes: "Visma.net ERP can't …"."""
        return _WORDS[self]


_WORDS = {
    Capability.READS_TIME_ENTRIES: "hand out time entries",
    Capability.HANDS_OUT_OBJECTS: "hand out customers, projects and invoices one by one",
    Capability.TAKES_EXPENSES: "take expenses on projects",
    Capability.TAKES_PAYMENTS: "be told what was paid of an invoice",
    Capability.READS_LEDGER_LISTS: "hand out projects, employees, items, accounts and periods",
    Capability.WRITES_PROJECT_TRANSACTIONS: "take project transactions",
    Capability.WRITES_JOURNALS: "take journal transactions",
    Capability.KEEPS_CUSTOMERS: "take customers",
    Capability.KEEPS_PROJECTS: "take projects",
    Capability.BOOKS_INVOICES: "take invoices and say what is left of them",
    Capability.HANDS_OUT_COSTS: "hand out booked costs",
    Capability.KEEPS_MASTER_DATA: "keep customers, projects, products, employees and units the same",
    Capability.KEEPS_HOUR_REGISTER: "keep rows of hours that revenue is recognised by",
    Capability.HANDS_OUT_INVOICES: "hand out drafted invoices and be told that they are sent and paid",
    Capability.TAKES_ORDERS: "take sales orders and say when they are invoiced and paid",
    Capability.HANDS_OUT_PURCHASES: "hand out what suppliers have cost projects",
    Capability.TAKES_FEES: "take costs of suppliers on projects",
}
