"""Everything that a batch of customers needs written, in one call, and what each of them is afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import msgspec

from handoff.connectors.business_nxt.answers import ROWS, Answer
from handoff.connectors.business_nxt.client import NxtClient, Operation
from handoff.connectors.business_nxt.customer_edits import Edits
from handoff.connectors.business_nxt.customer_rows import (
    CONTACTS,
    CUSTOMERS,
    DELIVERIES,
    WHAT,
    ContactRow,
    CustomerRow,
    CustomerRows,
    DeliveryRow,
)
from handoff.connectors.business_nxt.documents import customers
from handoff.connectors.business_nxt.one_table import Edit
from handoff.connectors.business_nxt.rows import Kind, after_create, after_delete, after_update, read_back, stamped
from handoff.connectors.business_nxt.values import Columns, either
from handoff.domain.errors import HandoffError, Rejected, Stale

R = TypeVar("R", CustomerRow, DeliveryRow, ContactRow)
Take = Callable[[CustomerRows, R], CustomerRows]
"""A customer with a row as it is now."""


@dataclass(slots=True)
class Outcome:
    """What a customer is after a call, and what of it went wrong."""

    rows: CustomerRows
    faults: list[HandoffError] = field(default_factory=list)

    @property
    def fault(self) -> HandoffError | None:
        """What is told of it: what may pass first, then what somebody else did, then a definite no."""
        return min(self.faults, key=lambda one: (isinstance(one, Rejected), isinstance(one, Stale)), default=None)


@dataclass(slots=True)
class Batch:
    """The writes of a batch, table by table: each belongs to one of the customers in `outcomes`.

    `update` is the document that changes a customer's own row.
    """

    client: NxtClient
    update: str
    outcomes: Mapping[str, Outcome]
    _operations: list[Operation] = field(default_factory=list)
    _finish: list[Callable[[Answer | HandoffError], None]] = field(default_factory=list)

    def add(self, edits: Mapping[str, Edits]) -> None:
        """Takes in what is to be written of customers."""
        own = [(name, one.own) for name, one in edits.items() if one.own is not None]
        moved = [(name, edit) for name, one in edits.items() for edit in one.deliveries]
        retold = [(name, edit) for name, one in edits.items() for edit in one.contacts]
        self._change(self.update, CUSTOMERS, own, lambda rows, row: replace(rows, own=row))
        self._change(customers.UPDATE_DELIVERIES, DELIVERIES, moved, _with_delivery)
        self._change(customers.UPDATE_CONTACTS, CONTACTS, retold, _with_contact)
        self._remove(edits)
        new = [(name, columns) for name, one in edits.items() for columns in one.new_deliveries]
        people = [(name, columns) for name, one in edits.items() for columns in one.new_contacts]
        self._create(customers.CREATE_DELIVERIES, DELIVERIES, new, _with_delivery)
        self._create(customers.CREATE_CONTACTS, CONTACTS, people, _with_contact)

    def send(self) -> None:
        """Writes all of it in one call; raises ReconnectNeeded."""
        if not self._operations:
            return
        answers = self.client.change(self._operations, what=WHAT)
        for answer, finish in zip(answers, self._finish, strict=True):
            finish(answer)

    def _change(self, document: str, kind: Kind[R], edits: Sequence[tuple[str, Edit]], take: Take[R]) -> None:
        if not edits:
            return
        keys = [edit.key for _, edit in edits]

        def finish(answer: Answer | HandoffError) -> None:
            self._told(kind, [name for name, _ in edits], after_update(answer, ROWS, keys, kind), take)

        variables = {"filters": [edit.filter for _, edit in edits], "values": [edit.values for _, edit in edits]}
        self._operations.append(Operation(document, variables))
        self._finish.append(finish)

    def _create(self, document: str, kind: Kind[R], new: Sequence[tuple[str, Columns]], take: Take[R]) -> None:
        if not new:
            return

        def finish(answer: Answer | HandoffError) -> None:
            rows = after_create(answer, ROWS, len(new), kind.what)
            self._told(kind, [name for name, _ in new], rows, take)

        self._operations.append(Operation(document, {"values": [columns for _, columns in new]}))
        self._finish.append(finish)

    def _remove(self, edits: Mapping[str, Edits]) -> None:
        filters = [one for edit in edits.values() for one in edit.gone.values()]
        if not filters:
            return

        def finish(answer: Answer | HandoffError) -> None:
            fault = after_delete(answer, ROWS, len(filters), DELIVERIES.what)
            for name, edit in edits.items():
                outcome = self.outcomes[name]
                if edit.gone and fault is not None:
                    outcome.faults.append(fault)
                elif edit.gone:
                    outcome.rows = _without(outcome.rows, edit.gone)

        self._operations.append(Operation(customers.DELETE_DELIVERIES, {"filter": either(*filters)}))
        self._finish.append(finish)

    def _told(
        self, kind: Kind[R], names: Sequence[str], rows: Sequence[msgspec.Raw | HandoffError], take: Take[R]
    ) -> None:
        for name, raw in zip(names, rows, strict=True):
            outcome = self.outcomes[name]
            row = read_back(raw, kind, stamped)
            if isinstance(row, HandoffError):
                outcome.faults.append(row)
            else:
                outcome.rows = take(outcome.rows, row)


def _with_delivery(rows: CustomerRows, row: DeliveryRow) -> CustomerRows:
    known = {one.delivery_address_no: one for one in rows.deliveries} | {row.delivery_address_no: row}
    return replace(rows, deliveries=[known[key] for key in sorted(known)])


def _with_contact(rows: CustomerRows, row: ContactRow) -> CustomerRows:
    """A person who belongs to nobody any more, or to somebody else, is no contact of this customer."""
    known = {one.associate_no: one for one in rows.contacts} | {row.associate_no: row}
    ours = [known[key] for key in sorted(known) if known[key].liaison_associate_no == rows.own.associate_no]
    return replace(rows, contacts=ours)


def _without(rows: CustomerRows, gone: Mapping[int, object]) -> CustomerRows:
    return replace(rows, deliveries=[one for one in rows.deliveries if one.delivery_address_no not in gone])
