"""Costs of suppliers on Severa's projects: fees, or other expenses of a user's. Implements `DocumentChannel`.

Source: Severa REST API, Project fees and Project travel expenses: a fee needs a project only, and making one answers a
list; an expense needs also a phase, a user and a type. Neither has a field for a reference of ours, so the key stands
at the end of the description, and a cost is found by looking through its project's. Nothing of either is ever changed:
what was made may be on an invoice by now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from handoff.connectors.document_text import key_in, with_key
from handoff.connectors.feed import Feed
from handoff.connectors.http import NOT_FOUND, VendorClient
from handoff.connectors.severa.assumed import (
    DESCRIPTION_MAX,
    FEE_ABSENCE_DELAY,
    FEE_NAME_MAX,
    FEE_TYPE,
)
from handoff.connectors.severa.client import answered
from handoff.connectors.severa.config import TITLE
from handoff.connectors.severa.fee_places import Places
from handoff.connectors.severa.lists import BY_TOKEN, a_list, every_page
from handoff.connectors.severa.models import Reference, SeveraMoney
from handoff.connectors.severa.writing import one_line
from handoff.domain.errors import BrokenContract, DeliveryUnknown, ReconnectNeeded, Unreachable
from handoff.domain.periods import Period, period_of
from handoff.domain.posting import ZERO, DocumentKind, Posting, Receipt
from handoff.domain.purchases import ProjectFee
from handoff.ports import LedgerDocument, LedgerLine

FEES, EXPENSES = "projectfees", "projecttravelexpenses"
WHAT = {FEES: "fees", EXPENSES: "other expenses"}
ONE = 1
_AS_SENT = msgspec.json.Encoder(decimal_format="number")
"""Decimals are JSON numbers there, with the digits that they have here."""
Fields = Mapping[str, object]


class SeveraCost(msgspec.Struct, gc=False, kw_only=True, rename="camel"):
    """A fee or an expense, as far as it is read."""

    guid: str
    description: str | None = None
    event_date: date | None = None
    unit_cost: SeveraMoney | None = None
    quantity: Decimal | None = None
    invoice_row_guid: str | None = None
    project: Reference | None = None


class ProjectCosts:
    """The costs of one organisation's projects. Phases, users, types and products are looked up once."""

    def __init__(self, client: VendorClient, now: Callable[[], datetime]) -> None:
        self._client = client
        self._now = now
        self._places = Places(client)

    @property
    def findable(self) -> bool:
        """The key stands in the description."""
        return True

    @property
    def reversible(self) -> bool:
        """What corrects a cost is a row of the ERP's ledger, and becomes a cost of its own."""
        return False

    @property
    def absence_delay(self) -> timedelta:
        """How long after sending Severa may still write."""
        return FEE_ABSENCE_DELAY

    def send(self, posting: Posting) -> Receipt:
        """Makes the cost: one call, and one for each phase, user, type or product that is needed for the first time.

        Raises also Rejected `no_such_product`, `no_such_user`, `no_such_type`, `no_phase` before anything is written.
        """
        fee = _fee_of(posting)
        try:
            fields = self._fields(fee)
        except BrokenContract as error:  # what was looked up can't be read, and nothing was sent
            raise Unreachable(error.message, code=error.code, field=error.field) from error
        path = _list_of(fee)
        answer = self._client.write(f"/v1/{path}", _AS_SENT.encode(fields), what=WHAT[path])
        made = answered(answer.body, SeveraCost | list[SeveraCost], WHAT[path])
        rows: list[SeveraCost] = made if isinstance(made, list) else [made]
        if len(rows) != ONE:
            raise DeliveryUnknown(f"{TITLE} took {WHAT[path]}, and answered with {len(rows)} of them")
        return self._receipt(rows[0])

    def find(self, posting: Posting) -> Receipt | None:
        """The project's cost with the posting's key in its description; 100 of the project's costs a call.

        A project that is gone has none. Raises as reads do.
        """
        fee = _fee_of(posting)
        path = _list_of(fee)
        try:
            for row in self._every(f"/v1/projects/{fee.project_id}/{path}", WHAT[path]):
                if key_in(row.description) == posting.key:
                    return self._receipt(row)
        except ReconnectNeeded as error:
            # A 404 for a list is no absence, unless it is the project that is gone.
            if error.status != NOT_FOUND or self._places.has_project(fee.project_id):
                raise
        return None

    def documents_of(self, period: Period) -> Iterator[LedgerDocument]:
        """Every fee and expense with a key of ours and a day of the period; 100 of all there are a call."""
        for path, what in WHAT.items():
            for row in self._every(f"/v1/{path}", what):
                key = key_in(row.description)
                if key is None or row.event_date is None or period_of(row.event_date) != period:
                    continue
                yield LedgerDocument(
                    key=key,
                    number=row.guid,
                    kind=DocumentKind.PROJECT_FEE,
                    period=period,
                    status="billed" if row.invoice_row_guid else "",
                    lines=[LedgerLine("", ZERO, _worth(row))],
                )

    def _every(self, path: str, what: str) -> Iterator[SeveraCost]:
        """All rows of a list; raises BrokenContract where one can't be read: it might be the one."""
        costs: Feed[Any, SeveraCost] = a_list(what, path, SeveraCost, lambda row: row, BY_TOKEN)
        for rows in every_page(costs, self._client):
            for broken in rows.broken:
                text = f"{TITLE} {what} {broken.external_id}, field {broken.field}: {broken.fault}"
                raise BrokenContract(text, field=what)
            yield from rows.rows

    def _fields(self, fee: ProjectFee) -> Fields:
        shared: dict[str, object] = {
            "project": {"guid": fee.project_id},
            "description": with_key(fee.text, fee.key, length_max=DESCRIPTION_MAX),
            "eventDate": fee.spent_on.isoformat(),
            "quantity": ONE,
            "unitCost": {"amount": fee.cost, "currencyCode": fee.currency},
            "unitPrice": {"amount": fee.price, "currencyCode": fee.currency},
            "isBillable": fee.billable,
        }
        if fee.expense is not None:
            return {**shared, **self._places.of_expense(fee.project_id, fee.expense)}
        product = self._places.product(fee.product) if fee.product else {"productType": FEE_TYPE}
        return {**shared, "name": one_line(fee.name)[:FEE_NAME_MAX], **product}

    def _receipt(self, row: SeveraCost) -> Receipt:
        """Costs have no number that people see; what names one is its guid."""
        return Receipt(number=row.guid, url="", at=self._now())


def _fee_of(posting: Posting) -> ProjectFee:
    if posting.fee is None:
        raise TypeError(f"posting {posting.key} is a {posting.kind} and no cost")
    return posting.fee


def _list_of(fee: ProjectFee) -> str:
    return FEES if fee.expense is None else EXPENSES


def _worth(row: SeveraCost) -> Decimal:
    amount = row.unit_cost.amount if row.unit_cost is not None else None
    return (amount or ZERO) * (row.quantity if row.quantity is not None else ONE)
