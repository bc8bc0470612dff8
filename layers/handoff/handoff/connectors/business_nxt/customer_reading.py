"""How customers are read: by their keys, by what changed in any of three tables, with all that belongs to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

import msgspec

from handoff.connectors.business_nxt.answers import ROWS, Answer
from handoff.connectors.business_nxt.assumed import COUNTRIES_MAX, PAGE_SIZE
from handoff.connectors.business_nxt.client import NxtClient
from handoff.connectors.business_nxt.config import TITLE
from handoff.connectors.business_nxt.customer_rows import (
    CONTACTS,
    COUNTRIES,
    CUSTOMERS,
    DELIVERIES,
    WHAT,
    ContactRow,
    Countries,
    CustomerRow,
    CustomerRows,
    DeliveryRow,
)
from handoff.connectors.business_nxt.documents import customers, filled
from handoff.connectors.business_nxt.rows import Kind, Text, changed_at, column_of, stamped
from handoff.connectors.business_nxt.server_time import server_text
from handoff.connectors.business_nxt.values import Filter, Value
from handoff.domain.errors import BrokenContract
from handoff.ports import BrokenRow

R = TypeVar("R", CustomerRow, DeliveryRow, ContactRow)
PAGES_MAX = 1000
OWN, DELIVERED, SPOKEN_TO, WHERE = "own", "deliveries", "contacts", "countries"
CHANGING: Mapping[str, str] = {OWN: "associateNo", DELIVERED: "associateNo", SPOKEN_TO: "liaisonAssociateNo"}
"""The tables whose changes are a customer's, and the column of the customer in each."""


class _TouchedRow(msgspec.Struct, rename="camel"):
    """A changed row of any of the three tables."""

    changed_timestamp: Text = None


@dataclass(slots=True)
class Touched:
    """Customers of which anything changed; `after` are the last keys of the tables that have more."""

    ids: dict[int, None] = field(default_factory=dict)
    stamps: list[datetime | None] = field(default_factory=list)
    broken: list[BrokenRow] = field(default_factory=list)
    after: dict[str, Value] = field(default_factory=dict)


@dataclass(slots=True)
class _Belonging:
    """What belongs to customers, by customer; customers with a part that can't be read are in `spoilt`."""

    own: dict[int, CustomerRow] = field(default_factory=dict)
    deliveries: dict[int, list[DeliveryRow]] = field(default_factory=lambda: defaultdict(list))
    contacts: dict[int, list[ContactRow]] = field(default_factory=lambda: defaultdict(list))
    broken: list[BrokenRow] = field(default_factory=list)
    spoilt: set[object] = field(default_factory=set)


class CustomerReader:
    """Reads customers of one company; `block` is the column that a document asks for besides.

    All raise Unreachable, RateLimited, ReconnectNeeded or BrokenContract.
    """

    def __init__(self, client: NxtClient, block: str) -> None:
        self._client = client
        self._page = filled(customers.PAGE, block=block)
        self._belonging = filled(customers.BELONGING, block=block)
        self._countries: Countries | None = None

    @property
    def countries(self) -> Countries:
        """The table of countries, asked for once."""
        if self._countries is None:
            self._keep(self._client.ask(customers.COUNTRIES, {"first": COUNTRIES_MAX}, what=COUNTRIES.what))
        return self._countries or Countries({})

    def page(self, filter_: Filter | None) -> tuple[list[CustomerRows], list[BrokenRow], Value]:
        """A page of customers by key, with all that belongs to them, and the last key where there are more."""
        answer = self._client.ask(self._page, {"first": PAGE_SIZE, "filter": filter_}, what=WHAT)
        table = answer.table(ROWS, WHAT)
        rows, broken = CUSTOMERS.read(table, answer.about(ROWS), stamped)
        last = CUSTOMERS.last_key(table)
        if not rows:
            return [], broken, last
        found = self._belonging_to([row.associate_no for row in rows], own=False)
        found.own = {row.associate_no: row for row in rows}
        return _together(found), [*broken, *found.broken], last

    def touched(self, since: datetime, after: Mapping[str, Value]) -> Touched:
        """Whose own row, delivery address or contact changed at or after an instant: one call."""
        variables = {"first": PAGE_SIZE, "since": server_text(since), **_places(after)}
        answer = self._client.ask(customers.TOUCHED, variables, what=WHAT)
        found = Touched()
        for name in after:
            kind = Kind(WHAT, _TouchedRow, "deliveryAddressNo" if name == DELIVERED else "associateNo")
            table = answer.table(name, WHAT)
            for raw, row in kind.each(table, answer.about(name), lambda row: changed_at(row.changed_timestamp)):
                found.ids[_customer_in(raw, CHANGING[name])] = None
                if isinstance(row, BrokenRow):
                    found.broken.append(row)
                else:
                    found.stamps.append(row)
            if (last := kind.last_key(table)) is not None:
                found.after[name] = last
        return found

    def by_key(self, keys: Sequence[int]) -> tuple[list[CustomerRows], list[BrokenRow]]:
        """The customers among associates, with all that belongs to them."""
        rows: list[CustomerRows] = []
        broken: list[BrokenRow] = []
        for start in range(0, len(keys), PAGE_SIZE):
            found = self._belonging_to(keys[start : start + PAGE_SIZE], own=True)
            rows += _together(found)
            broken += found.broken
        return rows, broken

    def _belonging_to(self, keys: Sequence[int], *, own: bool) -> _Belonging:
        found = _Belonging()
        after: dict[str, Value] = dict.fromkeys((*([OWN] if own else []), DELIVERED, SPOKEN_TO))
        for _ in range(PAGES_MAX):
            asked = {"customers": keys, "first": PAGE_SIZE, "countriesFirst": COUNTRIES_MAX}
            asked |= {**_places(after), WHERE: self._countries is None}
            answer = self._client.ask(self._belonging, asked, what=WHAT)
            if self._countries is None:
                self._keep(answer)
            after = {name: last for name in after if (last := self._take(found, answer, name)) is not None}
            if not after:
                return found
        raise BrokenContract(f"{TITLE} {WHAT} came to no end", field=WHAT)

    def _take(self, found: _Belonging, answer: Answer, name: str) -> Value:
        """Takes one table's rows in; its last key where there are more."""
        if name == OWN:
            return _each(found, answer, name, CUSTOMERS, lambda row: found.own.update({row.associate_no: row}))
        if name == DELIVERED:
            return _each(found, answer, name, DELIVERIES, lambda row: found.deliveries[row.associate_no].append(row))
        return _each(found, answer, name, CONTACTS, lambda row: found.contacts[row.liaison_associate_no].append(row))

    def _keep(self, answer: Answer) -> None:
        rows, _ = COUNTRIES.read(answer.table(WHERE, COUNTRIES.what), answer.about(WHERE), lambda row: row)
        self._countries = Countries.of(rows)


def _each(found: _Belonging, answer: Answer, name: str, kind: Kind[R], take: Callable[[R], None]) -> Value:
    """Takes a table's rows in; a customer with a row that can't be read would look as if it had lost something."""
    table = answer.table(name, WHAT)
    for raw, row in kind.each(table, answer.about(name), stamped):
        if isinstance(row, BrokenRow):
            found.broken.append(row)
            found.spoilt.add(_customer_in(raw, CHANGING[name]))
        else:
            take(row)
    return kind.last_key(table)


def _together(found: _Belonging) -> list[CustomerRows]:
    return [
        CustomerRows(row, found.deliveries.get(key, ()), found.contacts.get(key, ()))
        for key, row in sorted(found.own.items())
        if key not in found.spoilt
    ]


def _customer_in(raw: msgspec.Raw, column: str) -> int:
    """Whose row it is; raises BrokenContract where that can't be read: nobody could tell who is touched."""
    key = column_of(raw, column)
    if not isinstance(key, int):
        raise BrokenContract(f"{TITLE} {WHAT}: a row without {column}", field=column)
    return key


def _places(after: Mapping[str, Value]) -> dict[str, object]:
    """Which tables are asked for, and from where on."""
    places = {f"{name}After": after.get(name) or 0 for name in CHANGING}
    return {**{name: name in after for name in CHANGING}, **places}
