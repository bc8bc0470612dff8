"""What a vendor can do for us: integrations name what they need, the connectors' registry says who has it."""

from __future__ import annotations

from enum import StrEnum


class Capability(StrEnum):
    """One protocol of `ports` that a vendor may implement."""

    READS_TIME_ENTRIES = "reads_time_entries"
    READS_LEDGER_LISTS = "reads_ledger_lists"
    WRITES_PROJECT_TRANSACTIONS = "writes_project_transactions"
    WRITES_JOURNALS = "writes_journals"

    @property
    def words(self) -> str:
        """What it completes: "Visma.net ERP can't …"."""
        return _WORDS[self]


_WORDS = {
    Capability.READS_TIME_ENTRIES: "hand out time entries",
    Capability.READS_LEDGER_LISTS: "hand out projects, employees, items, accounts and periods",
    Capability.WRITES_PROJECT_TRANSACTIONS: "take project transactions",
    Capability.WRITES_JOURNALS: "take journal transactions",
}
