"""Moment's lists, and what their rows become."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeVar

from handoff.connectors.feed import Feed, RowFault, Rows
from handoff.connectors.http import VendorClient
from handoff.connectors.moment import assumed
from handoff.connectors.moment.config import TITLE
from handoff.connectors.moment.models import (
    MomentActivity,
    MomentAttachment,
    MomentCustomer,
    MomentExpense,
    MomentInvoice,
    MomentProject,
    MomentProjectLine,
)
from handoff.connectors.paging import PageFromZero
from handoff.domain.errors import BrokenContract
from handoff.domain.invoices import CustomerInvoice
from handoff.domain.master_data import CustomerCard, ProjectCard
from handoff.ports.live import Card

V = TypeVar("V")
Out = TypeVar("Out")

PAGES_MAX = 10_000
"""Five million rows: a walk that is longer goes in circles."""
TOTAL_MAX = Decimal(10) ** 12
SHOWN_MAX = 40
_COUNTRY_LETTERS = 2


@dataclass(frozen=True, slots=True)
class Stamped:
    """A card and when Moment last changed it."""

    card: Card
    changed_at: datetime | None


def _text(value: str | None) -> str:
    return (value or "").strip()


def _country(value: str | None) -> str:
    code = _text(value).upper()
    if code and not (len(code) == _COUNTRY_LETTERS and code.isascii() and code.isalpha()):
        raise RowFault(assumed.CUSTOMER["country"], f"'{code[:SHOWN_MAX]}' is no country code of two letters")
    return code


def _known(values: Mapping[str, V], value: str, field: str) -> V:
    if value not in values:
        raise RowFault(assumed.INVOICE[field], f"'{value[:SHOWN_MAX]}' is none of {', '.join(values)}")
    return values[value]


def customer_of(row: MomentCustomer) -> Stamped:
    """The customer; its own address for mail comes before the one for invoices."""
    card = CustomerCard(
        external_id=str(row.id),
        number=_text(row.number),
        name=row.name.strip(),
        organisation_number=_text(row.organisation_number),
        email=_text(row.email) or _text(row.invoice_email),
        address=tuple(line for line in (_text(row.address1), _text(row.address2)) if line),
        postcode=_text(row.postcode),
        city=_text(row.city),
        country=_country(row.country),
    )
    return Stamped(card, row.changed_at)


def project_of(row: MomentProject) -> Stamped:
    """The project, whatever its state."""
    return Stamped(line_of(row), row.changed_at)


def line_of(row: MomentProject | MomentProjectLine) -> ProjectCard:
    """The project's card."""
    return ProjectCard(
        external_id=str(row.id),
        number=_text(row.number),
        name=_text(row.name),
        customer_id=str(row.customer_id or ""),
        customer_number=_text(row.customer_number),
    )


def invoice_of(row: MomentInvoice) -> Stamped:
    """The invoice; raises RowFault for what could be booked wrongly."""
    finalized = _known(assumed.FINALIZED, row.state, "state")
    is_credit = _known(assumed.CREDITS, row.type, "type")
    if finalized and row.number is None:
        raise RowFault(assumed.INVOICE["number"], "a finalized invoice without a number")
    if not row.total.is_finite() or abs(row.total) >= TOTAL_MAX:
        raise RowFault(assumed.INVOICE["total"], "a number out of all bounds")
    if is_credit and row.total > 0:
        raise RowFault(assumed.INVOICE["total"], "a credit note that is not negative")
    card = CustomerInvoice(
        external_id=str(row.id),
        number=row.number,
        finalized=finalized,
        accounting=_known(assumed.ACCOUNTING, row.accounting, "accounting"),
        description=_text(row.description),
        customer_id=str(row.customer_id),
        customer_number=_text(row.customer_number),
        project_id=str(row.project_id or ""),
        project_number=_text(row.project_number),
        invoiced_on=row.invoiced_on,
        due_on=row.due_on,
        currency=row.currency.strip().upper(),
        total=row.total,
        account=_text(row.account),
        vat_code=_text(row.vat_code),
        credits=row.credits if is_credit else None,
        payment_id=_text(row.payment_id),
    )
    return Stamped(card, row.changed_at)


def instant_text(at: datetime) -> str:
    """An instant as Moment's filters take it, whole seconds, not later than it is."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _since(at: datetime) -> Mapping[str, str]:
    return {assumed.CHANGED_FROM: instant_text(at)}


def _objects(name: str, path: str, row: Any, convert: Any) -> Feed[Any, Stamped]:
    return Feed(
        name=name,
        kind=name,
        path=path,
        row=row,
        id_key="id",
        paging=PageFromZero(assumed.PAGE_SIZE),
        convert=convert,
        params={"sort": assumed.OLDEST_FIRST},
        since=_since,
        changed_at=lambda found: found.changed_at,
    )


OBJECTS: Mapping[str, Feed[Any, Stamped]] = {
    "customers": _objects("customers", assumed.CUSTOMERS, MomentCustomer, customer_of),
    "projects": _objects("projects", assumed.PROJECTS, MomentProject, project_of),
    "invoices": _objects("invoices", assumed.INVOICES, MomentInvoice, invoice_of),
}


def _as_it_is(row: Out) -> Out:
    return row


def _by_id(name: str, path: str, row: Any, convert: Any = _as_it_is) -> Feed[Any, Any]:
    paging, params = PageFromZero(assumed.PAGE_SIZE), {"sort": assumed.BY_ID}
    return Feed(name=name, kind=name, path=path, row=row, id_key="id", paging=paging, convert=convert, params=params)


PROJECT_LINES: Feed[MomentProjectLine, ProjectCard] = _by_id("projects", assumed.PROJECTS, MomentProjectLine, line_of)


ACTIVITIES: Feed[MomentActivity, MomentActivity] = _by_id("activities", assumed.ACTIVITIES, MomentActivity)
EXPENSES: Feed[MomentExpense, MomentExpense] = _by_id("expenses", assumed.EXPENSES, MomentExpense)


def attachments_of(expense_id: str) -> Feed[MomentAttachment, MomentAttachment]:
    """The list of an expense's files."""
    return _by_id("attachments", f"{assumed.EXPENSES}/{expense_id}/{assumed.ATTACHMENTS}", MomentAttachment)


def every_page(
    feed: Feed[Any, Out], client: VendorClient, filters: Mapping[str, str] | None = None
) -> Iterator[Rows[Out]]:
    """All pages of a list as it stands; raises as `Feed.pull` does."""
    page: str | None = None
    for _ in range(PAGES_MAX):
        rows = feed.pull(client, page=page, filters=filters)
        yield rows
        page = rows.next_page
        if page is None:
            return
    raise BrokenContract(f"{TITLE} {feed.name} came to no end", field=feed.name)


def checked_id(text: str, what: str) -> str:
    """An id that may stand in a path; raises BrokenContract for what can't be one."""
    if not (text.isascii() and text.isdigit()) or text.startswith("0"):
        raise BrokenContract(f"{text[:SHOWN_MAX]} can't be an id of {TITLE}'s {what}", field=what)
    return text
