"""The time tool of live histories: objects with their stamps, expenses, what it was told of payments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from handoff.domain.costs import ProjectExpense
from handoff.domain.errors import Rejected
from handoff.domain.invoices import CustomerInvoice, InvoicePayment
from handoff.domain.master_data import ProjectCard
from handoff.ports.live import NOTHING_MORE, Card, ChangedPage, Finding, ToolNeeds
from tests.histories.live.trouble import Trouble

PAGE = 2
PDF = b"%PDF-1.7 an invented invoice"


@dataclass(slots=True)
class Tool:
    """What people and we have put into it; `read` is what it last told us of each object.

    `passes` and `claimed`, what the webhook at work says, are there for tools that do wrong with them.
    """

    trouble: Trouble
    objects: dict[tuple[str, str], tuple[Card, datetime]] = field(default_factory=dict)
    read: dict[tuple[str, str], Card | None] = field(default_factory=dict)
    no_pdf: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    activities: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    expenses: list[ProjectExpense] = field(default_factory=list)
    attachments: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    paid: dict[str, InvoicePayment] = field(default_factory=dict)
    calls: int = 0
    passes: Any = None
    claimed: Any = None

    def put(self, kind: str, card: Card) -> None:
        """Somebody saves an object."""
        self.objects[kind, card.external_id] = (card, self.trouble.time)

    def card(self, kind: str, external_id: str) -> Card | None:
        """What people see of it."""
        found = self.objects.get((kind, external_id))
        return found[0] if found else None

    # ---- the port ------------------------------------------------------------------------------

    def read_object(self, kind: str, external_id: str) -> Card | None:
        card = self.card(kind, external_id)
        self.read[kind, external_id] = card
        return card

    def changed_objects(self, kind: str, *, since: datetime | None, page: str | None) -> ChangedPage:
        rows = [(at, card) for (name, _), (card, at) in self.objects.items() if name == kind]
        rows = sorted((row for row in rows if since is None or row[0] >= since), key=_place)
        rows = [row for row in rows if page is None or _mark(row) > page]
        shown = rows[:PAGE]
        for _, card in shown:
            self.read[kind, card.external_id] = card
        latest = max((at for at, _ in shown), default=None)
        return ChangedPage([card for _, card in shown], (), self.next_page(rows), latest)

    def next_page(self, rows: Sequence[tuple[datetime, Card]]) -> str | None:
        """The mark that the page after the first of these rows begins behind."""
        return _mark(rows[PAGE - 1]) if len(rows) > PAGE else None

    def invoice_pdf(self, external_id: str) -> bytes | None:
        return None if external_id in self.no_pdf else PDF

    def project_numbered(self, number: int) -> ProjectCard | None:
        cards = [card for card, _ in self.objects.values() if isinstance(card, ProjectCard)]
        return next((card for card in cards if card.number == str(number)), None)

    def activity(self, project_id: str, name: str) -> str:
        known = self.activities[project_id, name]
        if not known:
            known.append(f"{project_id}-{len(known) + 1}")
        return known[0]

    def find_expense(self, key: str) -> str | None:
        return next((f"e{place}" for place, one in enumerate(self.expenses) if one.key == key), None)

    def add_expense(self, expense: ProjectExpense) -> str:
        if ("projects", expense.project_id) not in self.objects:
            raise Rejected("there is no such project")
        self.expenses.append(expense)
        return f"e{len(self.expenses) - 1}"

    def attachments_of(self, expense_id: str) -> Sequence[str]:
        return tuple(self.attachments[expense_id])

    def attach_to_expense(self, expense_id: str, file_name: str, pdf: bytes) -> None:
        self.attachments[expense_id].append(file_name)

    def report_payment(self, invoice_id: str, payment: InvoicePayment, *, on: date) -> None:
        if ("invoices", invoice_id) not in self.objects:
            raise Rejected("there is no such invoice")
        self.paid[invoice_id] = payment

    def health(self, *, today: date, needs: ToolNeeds = NOTHING_MORE) -> Sequence[Finding]:
        assert needs == NOTHING_MORE
        """Nothing is wrong with the key."""
        return ()


def _mark(row: tuple[datetime, Card]) -> str:
    return f"{row[0]:%Y-%m-%dT%H:%M:%S.%f} {row[1].external_id}"


def _place(row: tuple[datetime, Card]) -> tuple[datetime, str]:
    return row[0], row[1].external_id


def is_wanted(card: Card | None, starts_on: date | None = None) -> bool:
    """Whether the books are to have it: a finalized invoice that nobody marked as one that stays out."""
    if not isinstance(card, CustomerInvoice) or not card.finalized or card.accounting != "to_transfer":
        return False
    return starts_on is None or card.invoiced_on is None or card.invoiced_on >= starts_on
