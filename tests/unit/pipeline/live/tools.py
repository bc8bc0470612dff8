"""A time tool in memory: its objects are set by the test, what it is asked and told is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from handoff.domain.costs import ProjectExpense
from handoff.domain.invoices import CustomerInvoice, InvoicePayment
from handoff.domain.master_data import CustomerCard, ProjectCard
from handoff.ports.live import NOTHING_MORE, Card, ChangedPage, Finding, ToolNeeds
from handoff.ports.vendors import BrokenRow

PAGE = 2


def kind_of(card: Card) -> str:
    """The flow that a card belongs to."""
    if isinstance(card, CustomerCard):
        return "customers"
    return "invoices" if isinstance(card, CustomerInvoice) else "projects"


@dataclass(slots=True)
class FakeTimeTool:
    """Answers from `objects`; each of `faults` meets the next call, None lets it through.

    A fault of `lost_after` is raised after a write was done, one of `faults` before.
    """

    now: Callable[[], datetime]
    objects: dict[tuple[str, str], tuple[Card, datetime]] = field(default_factory=dict)
    pdfs: dict[str, bytes] = field(default_factory=dict)
    broken: list[BrokenRow] = field(default_factory=list)
    activities: dict[tuple[str, str], str] = field(default_factory=dict)
    expenses: dict[str, ProjectExpense] = field(default_factory=dict)
    attachments: dict[str, list[tuple[str, bytes]]] = field(default_factory=dict)
    payments: list[tuple[str, InvoicePayment, date]] = field(default_factory=list)
    faults: list[BaseException | None] = field(default_factory=list)
    lost_after: list[BaseException | None] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def calls(self) -> int:
        return len(self.asked)

    def has(self, *cards: Card) -> None:
        """Sets objects, as changed now."""
        for card in cards:
            self.objects[kind_of(card), card.external_id] = (card, self.now())

    def loses(self, kind: str, external_id: str) -> None:
        """Deletes an object."""
        self.objects.pop((kind, external_id), None)

    def read_object(self, kind: str, external_id: str) -> Card | None:
        self._ask(f"read {kind} {external_id}")
        found = self.objects.get((kind, external_id))
        return found[0] if found else None

    def changed_objects(self, kind: str, *, since: datetime | None, page: str | None) -> ChangedPage:
        self._ask(f"changed {kind}")
        rows = sorted(
            ((at, card) for (name, _), (card, at) in self.objects.items() if name == kind),
            key=lambda row: (row[0], row[1].external_id),
        )
        rows = [row for row in rows if since is None or row[0] >= since]
        start = int(page or 0)
        shown = rows[start : start + PAGE]
        more = str(start + PAGE) if len(rows) > start + PAGE else None
        broken = () if page else tuple(self.broken)
        return ChangedPage([card for _, card in shown], broken, more, max((at for at, _ in shown), default=None))

    def invoice_pdf(self, external_id: str) -> bytes | None:
        self._ask(f"pdf {external_id}")
        return self.pdfs.get(external_id)

    def project_numbered(self, number: int) -> ProjectCard | None:
        self._ask(f"project {number}")
        cards: Iterable[Card] = (card for card, _ in self.objects.values())
        return next((card for card in cards if isinstance(card, ProjectCard) and card.number == str(number)), None)

    def activity(self, project_id: str, name: str) -> str:
        self._ask(f"activity {project_id} {name}")
        made = self.activities.setdefault((project_id, name), f"a{len(self.activities) + 1}")
        self._answer_lost()
        return made

    def find_expense(self, key: str) -> str | None:
        self._ask(f"find expense {key}")
        return next((name for name, expense in self.expenses.items() if expense.key == key), None)

    def add_expense(self, expense: ProjectExpense) -> str:
        self._ask(f"add expense {expense.key}")
        name = f"e{len(self.expenses) + 1}"
        self.expenses[name] = expense
        self._answer_lost()
        return name

    def attachments_of(self, expense_id: str) -> Sequence[str]:
        self._ask(f"attachments {expense_id}")
        return [name for name, _ in self.attachments.get(expense_id, [])]

    def attach_to_expense(self, expense_id: str, file_name: str, pdf: bytes) -> None:
        self._ask(f"attach {expense_id} {file_name}")
        self.attachments.setdefault(expense_id, []).append((file_name, pdf))
        self._answer_lost()

    def report_payment(self, invoice_id: str, payment: InvoicePayment, *, on: date) -> None:
        self._ask(f"payment {invoice_id}")
        self.payments.append((invoice_id, payment, on))
        self._answer_lost()

    def health(self, *, today: date, needs: ToolNeeds = NOTHING_MORE) -> Sequence[Finding]:
        assert needs == NOTHING_MORE
        self._ask(f"health {today}")
        return self.findings

    def _ask(self, what: str) -> None:
        self.asked.append(what)
        fault = self.faults.pop(0) if self.faults else None
        if fault is not None:
            raise fault

    def _answer_lost(self) -> None:
        fault = self.lost_after.pop(0) if self.lost_after else None
        if fault is not None:
            raise fault
