"""Customers with their addresses and contact persons: implements `KeepsObjects`.

A walk through everything reads three lists in bulk and joins them; its mark says when it began, so another process can
go on. What changed since an instant is asked of each list, and customers that something was changed at are read again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import msgspec

from handoff.connectors.feed import Feed
from handoff.connectors.http import VendorClient
from handoff.connectors.severa.belongings import Belongings, Countries, Lists, later
from handoff.connectors.severa.client import decoded
from handoff.connectors.severa.config import TITLE
from handoff.connectors.severa.customer_writes import After, CustomerWrites
from handoff.connectors.severa.lists import BY_TOKEN, a_list, every_row, mark_of
from handoff.connectors.severa.models import SeveraCustomer
from handoff.connectors.severa.objects import is_alike
from handoff.connectors.severa.persons import contacts_of
from handoff.connectors.severa.places import billing_of, deliveries_of
from handoff.connectors.severa.units import INACTIVE
from handoff.connectors.severa.writing import attempted, one_line
from handoff.domain.errors import BrokenContract
from handoff.domain.pairs import Customer
from handoff.ports import BrokenRow
from handoff.ports.mirror import Change, Listed, ListedPage, Written

WHAT = "customers"
INTERNAL = "it is internal"
ONE_BY_ONE_MAX = 40
"""Up to so many changed customers are read one by one, two calls each; for more the lists are walked."""
CUSTOMERS: Feed[SeveraCustomer, SeveraCustomer] = a_list(
    WHAT, "/v1/customers", SeveraCustomer, lambda row: row, BY_TOKEN, changed_at=lambda row: row.changed_at
)


class Customers:
    """The customers of one organisation."""

    batch_max = 1

    def __init__(self, client: VendorClient, now: Callable[[], datetime]) -> None:
        self._client = client
        self._now = now
        countries = Countries(client)
        self._lists = Lists(client, countries)
        self._writes = CustomerWrites(client, self._lists, countries)

    def listed(self, *, since: datetime | None, page: str | None) -> ListedPage[Customer]:
        """A page of a hundred; behind the last but one call for each list nothing is read where nothing changed."""
        mark = mark_of(page, self._now())
        if page is None:
            self._lists.forget()
        if since is None:
            self._lists.whole()  # before the customers: whatever changes meanwhile is newer than the mark
        rows = CUSTOMERS.pull(self._client, since=since, page=mark.inner)
        found, broken, latest = list(rows.rows), list(rows.broken), rows.latest_change
        if since is not None and page is None:
            more, changed_at = self._touched(since, {row.guid for row in found})
            found, latest = found + more, later(latest, changed_at)
        belongings = self._lists.whole() if since is None else self._belongings([row.guid for row in found])
        listed: list[Listed[Customer]] = []
        for row in found:
            own = belongings.get(row.guid, Belongings())
            if own.fault is not None:
                broken.append(BrokenRow(row.guid, *own.fault))
                continue
            listed.append(joined(row, own))
            latest = later(latest, listed[-1].changed_at)
        return ListedPage(listed, broken, mark.onward(rows.next_page), mark.seen(latest))

    def alike(self, says: Customer) -> Sequence[Listed[Customer]]:
        """Those with the number or the name: by two filters, and what belongs to those that are found."""
        filters = [{"customerNames": one_line(says.name)}] if says.name.strip() else []
        if says.number.strip().isascii() and says.number.strip().isdigit():
            filters.append({"numbers": says.number.strip()})
        rows = {row.guid: row for asked in filters for row in every_row(CUSTOMERS, self._client, asked)}
        found = [joined(row, self._read_belongings(row.guid)) for row in rows.values()]
        return [one for one in found if is_alike(one.says, says)]

    def create(self, wanted: Sequence[Customer]) -> Sequence[Written[Customer]]:
        """Makes the customer, then what belongs to it."""
        return [attempted(lambda says=says: self._made(says)) for says in wanted]  # type: ignore[misc]

    def update(self, changes: Sequence[Change[Customer]]) -> Sequence[Written[Customer]]:
        """Writes the fields that differ, then addresses and contact persons where those differ."""
        return [attempted(lambda one=one: self._changed(one)) for one in changes]  # type: ignore[misc]

    def _made(self, says: Customer) -> Listed[Customer]:
        return written(self._writes.make(says), says=Customer(says.number, says.name))

    def _changed(self, one: Change[Customer]) -> Listed[Customer]:
        return written(self._writes.change(one), says=one.before)

    def _touched(self, since: datetime, known: set[str]) -> tuple[list[SeveraCustomer], datetime | None]:
        """Customers that stand on their list as before, but not what belongs to them."""
        touched, changed_at = self._lists.changed(since)
        rows = []
        for guid in sorted(touched - known):
            body = self._client.read_one(f"{CUSTOMERS.path}/{guid}", what=WHAT)
            if body is not None:
                rows.append(decoded(body, SeveraCustomer, WHAT))
        return rows, changed_at

    def _belongings(self, guids: Sequence[str]) -> Mapping[str, Belongings]:
        if len(guids) > ONE_BY_ONE_MAX:
            return self._lists.whole()
        return {guid: self._lists.of(guid) for guid in guids}

    def _read_belongings(self, guid: str) -> Belongings:
        own = self._lists.of(guid)
        if own.fault is not None:
            raise BrokenContract(f"{TITLE} {own.fault[0]} of {guid}: {own.fault[1]}", field=own.fault[0])
        return own


def joined(row: SeveraCustomer, own: Belongings) -> Listed[Customer]:
    """The customer with what belongs to it."""
    says = Customer(
        number="" if row.number is None else str(row.number),
        name=one_line(row.name),
        organisation_number=(row.vat_number or "").strip(),
        email=(row.email or "").strip(),
        billing=billing_of(own.places),
        deliveries=deliveries_of(own.places),
        contacts=contacts_of(own.persons),
    )
    excluded = INTERNAL if row.is_internal else "" if row.is_active else INACTIVE
    return Listed(row.guid, says, later(row.changed_at, own.changed_at), excluded)


def written(after: After, *, says: Customer) -> Listed[Customer]:
    """The customer after a write; what wasn't looked at then is as it was last said."""
    people = after.persons.persons if after.persons is not None else ()
    now = joined(after.row, Belongings(list(after.places or ()), list(people), after.changed_at))
    unread = [] if after.places is not None else ["billing", "deliveries"]
    unread += [] if after.persons is not None else ["contacts"]
    kept = {name: getattr(says, name) for name in unread}
    return replace(now, says=msgspec.structs.replace(now.says, **kept))
