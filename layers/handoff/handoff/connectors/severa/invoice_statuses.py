"""The statuses of invoices, which every organisation names itself: which is which, read when the first is asked for."""

from __future__ import annotations

from collections.abc import Callable

from handoff.accounting.mirror_rules import folded
from handoff.connectors.feed import Feed
from handoff.connectors.http import VendorClient
from handoff.connectors.severa.config import TITLE
from handoff.connectors.severa.invoice_models import SeveraInvoiceStatus, StatusOfInvoice
from handoff.connectors.severa.lists import BY_ROW, a_list, every_row
from handoff.domain.errors import InvalidInput
from handoff.domain.sales import Milestone, StatusChoices

STATUSES: Feed[SeveraInvoiceStatus, SeveraInvoiceStatus] = a_list(
    "invoice_statuses", "/v1/invoicestatuses", SeveraInvoiceStatus, lambda row: row, BY_ROW
)


class Statuses:
    """The statuses that were chosen. All raise as reads do, and InvalidInput `no_such_status`.

    A name counts without regard to case and to blanks around it. Several statuses may have the name that is chosen for
    ready; what is told of an invoice is the first active one, in the organisation's own order.
    """

    def __init__(self, client: VendorClient, choices: StatusChoices) -> None:
        self._client = client
        self._choices = choices
        self._known: list[SeveraInvoiceStatus] | None = None

    def is_ready(self, status: StatusOfInvoice) -> bool:
        """Whether invoices in this status are ordered."""
        return any(status.guid == one.guid for one in self._named(self._choices.ready, "ready"))

    def is_closed(self, status: StatusOfInvoice) -> bool:
        """Whether it means sent or paid, or forbids changes."""
        read_only = any(one.guid == status.guid and one.is_read_only for one in self._all())
        return status.is_sent or status.is_paid or read_only

    def check_ready(self) -> None:
        """Raises InvalidInput where there is no status of the name that says ready."""
        self._named(self._choices.ready, "ready")

    def target(self, milestone: Milestone) -> SeveraInvoiceStatus:
        """The status that tells the milestone: by its name, else the first active one that Severa marks so."""
        if milestone is Milestone.PAID:
            return self._first(self._choices.paid, "paid", lambda one: one.is_paid)
        # A paid status is marked sent as well.
        return self._first(self._choices.sent, "sent", lambda one: one.is_sent and not one.is_paid)

    def tells(self, status: StatusOfInvoice, milestone: Milestone) -> bool:
        """Whether an invoice in this status says as much as the milestone, or more."""
        if status.is_paid or (milestone is Milestone.SENT and status.is_sent):
            return True
        chosen = folded(self._choices.paid)
        if chosen and any(one.guid == status.guid and folded(one.name) == chosen for one in self._all()):
            return True
        return status.guid == self.target(milestone).guid

    def _first(self, name: str, what: str, marked: Callable[[SeveraInvoiceStatus], bool]) -> SeveraInvoiceStatus:
        found = self._named(name, what) if name else [one for one in self._all() if marked(one)]
        active = [one for one in found if one.is_active]
        if not active:
            raise self._missing(f"'{name}' that is active" if name else f"that means {what}", what)
        return active[0]

    def _named(self, name: str, what: str) -> list[SeveraInvoiceStatus]:
        found = [one for one in self._all() if name.strip() and folded(one.name) == folded(name)]
        if not found:
            raise self._missing(f"'{name}'", what)
        return found

    def _all(self) -> list[SeveraInvoiceStatus]:
        if self._known is None:
            self._known = sorted(every_row(STATUSES, self._client), key=lambda one: one.sort_order)
        return self._known

    def _missing(self, which: str, what: str) -> InvalidInput:
        names = ", ".join(one.name for one in self._all() if one.is_active)
        return InvalidInput(
            f"{TITLE} has no invoice status {which}",
            code="no_such_status",
            field=f"{what}_status",
            cure=f"Choose one of these: {names}." if names else f"Make one in {TITLE}'s settings of invoices.",
        )
