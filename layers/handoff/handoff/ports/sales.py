"""What the way from a drafted invoice to a paid one needs of the vendors; nothing here names a vendor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from handoff.domain.errors import HandoffError
from handoff.domain.sales import (
    FetchedInvoice,
    Milestone,
    OrderState,
    RegisterChoices,
    SalesItem,
    StatusChoices,
    UnitChoices,
)
from handoff.ports.vendors import BrokenRow, DocumentChannel


@dataclass(frozen=True, slots=True)
class InvoiceHead:
    """That an invoice changed: its id, and whether it stands in the status from which invoices are ordered.

    `closed` says that its status means sent or paid, or forbids changes.
    """

    id: str
    ready: bool
    changed_at: datetime
    closed: bool = False


@dataclass(frozen=True, slots=True)
class InvoicePage:
    """A page of invoices that changed; `latest_change` is the newest stamp among them."""

    rows: Sequence[InvoiceHead]
    broken: Sequence[BrokenRow]
    next_page: str | None
    latest_change: datetime | None


class DraftedInvoices(Protocol):
    """The invoices of one time tool. Reads raise Unreachable, RateLimited, ReconnectNeeded, BrokenContract."""

    def changed(self, *, since: datetime | None, page: str | None) -> InvoicePage:
        """A page of what changed at or after an instant, in whatever status; None for everything there is.

        Raises also InvalidInput where the time tool has no status of the name that was chosen.
        """
        ...

    def read(self, external_id: str) -> FetchedInvoice | None:
        """The invoice as it is now, with its lines; None when the time tool has none with that id."""
        ...

    def report(self, external_id: str, milestone: Milestone, *, on: date) -> None:
        """Sets the invoice's status; one that says as much already, or more, stays as it is.

        Raises as reads do, and Rejected or DeliveryUnknown; telling the same twice does no harm.
        """
        ...


class HandsOutInvoices(Protocol):
    """A time tool in which invoices are drafted."""

    @property
    def calls(self) -> int:
        """How many calls were made to the vendor through this object."""
        ...

    def drafted_invoices(self, choices: StatusChoices) -> DraftedInvoices:
        """Its invoices."""
        ...


class NamesWork(Protocol):
    """A time tool that says of hours which unit their project belongs to, and what kind of work they are.

    Neither is content of an entry: a project that moves to another unit must not void what was approved.
    """

    def units_of(self, project_ids: Sequence[str]) -> Mapping[str, str]:
        """The id of the business unit, by project, of each project that has one. Raises as reads do."""
        ...

    def work_types(self) -> Mapping[str, tuple[str, str]]:
        """Code (empty where there is none) and name of every kind of work, by its id. Raises as reads do."""
        ...


@dataclass(frozen=True, slots=True)
class OrderPage:
    """Numbers of orders that something happened to; `latest_change` is the newest stamp among what was read."""

    orders: Sequence[str]
    next_page: str | None
    latest_change: datetime | None


class OrderChannel(DocumentChannel, Protocol):
    """Sales orders of one ERP: written once, asked for by key, followed until they are paid."""

    def missing_items(self, items: Sequence[SalesItem]) -> Mapping[str, HandoffError]:
        """Makes what is not there; gives, by number, why something can't be used: `vat_differs` or a refusal."""
        ...

    def currencies(self) -> Sequence[str]:
        """The ISO codes of the currencies that the company knows. Raises as reads do."""
        ...

    def touched(self, *, since: datetime | None, page: str | None) -> OrderPage:
        """A page of orders whose invoice was made, paid or credited at or after an instant. Raises as reads do."""
        ...

    def states(self, orders: Sequence[str]) -> Mapping[str, OrderState]:
        """How far each of up to 500 orders has come; an order that is gone is not among them. Raises as reads do."""
        ...


class TakesOrders(Protocol):
    """An ERP that takes sales orders."""

    @property
    def calls(self) -> int:
        """How many calls were made to the vendor through this object."""
        ...

    def sales_orders(self, choices: UnitChoices) -> OrderChannel:
        """Its sales orders."""
        ...


class HourRegister(DocumentChannel, Protocol):
    """Rows of hours in one ERP, one for each line: what revenue is recognised by."""

    def mark_billed(self, order: str, external_ids: Sequence[str]) -> frozenset[str]:
        """Writes the order's number on all rows of these records; gives the ids that have rows. Raises as writes do."""
        ...


class KeepsHourRegister(Protocol):
    """An ERP that keeps rows of hours."""

    @property
    def calls(self) -> int:
        """How many calls were made to the vendor through this object."""
        ...

    def hour_register(self, choices: RegisterChoices) -> HourRegister:
        """The rows of one table; raises InvalidInput for a table that there is none of."""
        ...
