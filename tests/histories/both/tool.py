"""The time tool of both sides' histories: hours that people log, invoices that they draft, both as its ports say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec

from handoff.domain.errors import Rejected
from handoff.domain.sales import FetchedInvoice, LineKind, Milestone, SalesInvoice, SalesLine, StatusChoices
from handoff.domain.time import FetchedEntry, TimeEntry
from handoff.ports import FeedInfo, FeedPage
from handoff.ports.mirror import MirrorChoices
from handoff.ports.sales import DraftedInvoices, InvoiceHead, InvoicePage
from tests.histories.both.keeper import Keeper
from tests.histories.both.trouble import Shaken, Trouble

PAGE = 2
ENTRIES, GONE = "entries", "gone_entries"
DRAFT, READY, SENT, PAID = "draft", "ready", "sent", "paid"
RANK: Mapping[str, int] = {DRAFT: 0, READY: 1, SENT: 2, PAID: 3}
WORK = "w1"


@dataclass(slots=True)
class Timesheet:
    """Hours: implements `ReadsTimeEntries` and `NamesWork`, with a list of what was deleted."""

    trouble: Trouble
    units: Callable[[], Mapping[str, str]]
    rows: dict[str, FetchedEntry] = field(default_factory=dict)
    gone: dict[str, datetime] = field(default_factory=dict)
    calls: int = 0

    @property
    def feeds(self) -> Sequence[FeedInfo]:
        return (FeedInfo(ENTRIES, ENTRIES, incremental=True), FeedInfo(GONE, GONE, incremental=True))

    def read(self, feed: str, *, since: datetime | None, page: str | None) -> FeedPage:
        if feed == ENTRIES:
            listed = [(row.changed_at, name) for name, row in self.rows.items()]
        else:
            listed = [(at, name) for name, at in self.gone.items()]
        found = sorted((at, name) for at, name in listed if since is None or at >= since)
        left = [one for one in found if page is None or one[1] > page]
        left.sort(key=lambda one: one[1])
        some = left[:PAGE]
        names = [name for _, name in some]
        return FeedPage(
            entries=[self.rows[name] for name in names] if feed == ENTRIES else (),
            objects=(),
            broken=(),
            next_page=self.next_page(names) if len(left) > PAGE else None,
            total=None,
            latest_change=max((at for at, _ in some), default=None),
            gone=names if feed == GONE else (),
        )

    def next_page(self, names: Sequence[str]) -> str | None:
        """Where the list goes on after these."""
        return names[-1]

    def entries_between(self, first: date, last: date) -> Iterator[FeedPage]:
        inside = [row for _, row in sorted(self.rows.items()) if first <= row.entry.spent_on <= last]
        return iter([FeedPage(inside, (), (), None, None, None)])

    def entry(self, external_id: str) -> FetchedEntry | None:
        return self.rows.get(external_id)

    def units_of(self, project_ids: Sequence[str]) -> Mapping[str, str]:
        units = self.units()
        return {name: units[name] for name in project_ids if name in units}

    def work_types(self) -> Mapping[str, tuple[str, str]]:
        return {WORK: ("KONS", "Konsultointi")}

    # ---- what people do ----------------------------------------------------------------------------

    def log(self, entry: TimeEntry, *, approved: bool) -> None:
        """Logs hours, or edits them."""
        self.rows[entry.external_id] = FetchedEntry(entry, approved, self.trouble.time)

    def delete(self, external_id: str) -> None:
        """Deletes hours."""
        del self.rows[external_id]
        self.gone[external_id] = self.trouble.time


@dataclass(frozen=True, slots=True)
class Drafted:
    """An invoice as people see it."""

    invoice: SalesInvoice
    status: str
    changed_at: datetime


@dataclass(slots=True)
class Drafts:
    """Invoices: implements `DraftedInvoices`. `told` has what we told of them, in order, and what that changed."""

    trouble: Trouble
    rows: dict[str, Drafted] = field(default_factory=dict)
    told: list[tuple[str, Milestone, bool]] = field(default_factory=list)

    def changed(self, *, since: datetime | None, page: str | None) -> InvoicePage:
        found = [(one.changed_at, name) for name, one in self.rows.items() if since is None or one.changed_at >= since]
        left = sorted(one for one in found if page is None or _mark(one) > page)
        some = left[:PAGE]
        heads = [InvoiceHead(name, self.rows[name].status == READY, at) for at, name in some]
        more = _mark(some[-1]) if len(left) > PAGE else None
        return InvoicePage(heads, (), more, max((at for at, _ in some), default=None))

    def read(self, external_id: str) -> FetchedInvoice | None:
        one = self.rows.get(external_id)
        if one is None:
            return None
        return FetchedInvoice(one.invoice, one.status == READY, one.changed_at)

    def report(self, external_id: str, milestone: Milestone, *, on: date) -> None:
        one = self.rows.get(external_id)
        if one is None:
            raise Rejected("Visma Severa has the invoice no more", code="invoice_gone")
        status = SENT if milestone is Milestone.SENT else PAID
        changes = RANK[status] > RANK[one.status]
        self.told.append((external_id, milestone, changes))
        if changes:
            self.rows[external_id] = replace(one, status=status, changed_at=self.trouble.time)

    # ---- what people do ----------------------------------------------------------------------------

    def put(self, invoice: SalesInvoice, status: str) -> None:
        """Drafts an invoice, or edits it."""
        self.rows[invoice.external_id] = Drafted(invoice, status, self.trouble.time)

    def edit(self, external_id: str, **changes: Any) -> None:
        """Writes something else into it."""
        one = self.rows[external_id]
        self.put(msgspec.structs.replace(one.invoice, **changes), one.status)


@dataclass(slots=True)
class Tool:
    """The whole time tool, as the wiring is given it: each part meets trouble."""

    kept: Mapping[str, Keeper[Any]]
    hours: Any
    drafts: Any
    calls: int = 0

    def master_data(self, choices: MirrorChoices) -> Mapping[str, Keeper[Any]]:
        for keeper in self.kept.values():
            keeper.choices = choices
        return self.kept

    def drafted_invoices(self, choices: StatusChoices) -> DraftedInvoices:
        drafts: DraftedInvoices = self.drafts
        return drafts

    def __getattr__(self, name: str) -> Any:
        return getattr(self.hours, name)


def tool_of(kept: Mapping[str, Keeper[Any]], hours: Timesheet, drafts: Drafts, trouble: Trouble) -> Tool:
    """The time tool of these parts, each of whose calls may meet trouble."""
    return Tool(kept, Shaken(hours, "hours", trouble, "tool"), Shaken(drafts, "drafts", trouble, "tool"))


def _mark(one: tuple[datetime, str]) -> str:
    return f"{one[0]:%Y-%m-%dT%H:%M:%S.%f} {one[1]}"


def net_of(invoice: SalesInvoice) -> Decimal:
    """What an invoice is worth without VAT."""
    return sum((line.quantity * line.unit_price for line in invoice.lines), Decimal(0))


def a_line(number: str, quantity: str, price: str, project: str) -> SalesLine:
    """A line of an invoice."""
    return SalesLine(
        id=number, kind=LineKind.HOURS, text="Työ", quantity=Decimal(quantity), unit_price=Decimal(price), item="KONS",
        name="Konsultointi", project=project,
    )  # fmt: skip
