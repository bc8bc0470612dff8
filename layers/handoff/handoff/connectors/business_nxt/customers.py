"""Customers, with one billing address, delivery addresses and contacts; implements `KeepsObjects`.

A customer is made in one call and what belongs to it in a second one, since it needs the customer's key. Where the
second one fails the customer is there all the same, and says what it has.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from handoff.connectors.business_nxt.answers import ROWS
from handoff.connectors.business_nxt.assumed import BATCH_MAX
from handoff.connectors.business_nxt.client import NxtClient, Operation
from handoff.connectors.business_nxt.customer_edits import (
    Edits,
    edits_of,
    new_contacts,
    new_customer,
    new_deliveries,
)
from handoff.connectors.business_nxt.customer_reading import CHANGING, CustomerReader
from handoff.connectors.business_nxt.customer_rows import CUSTOMERS, WHAT, Countries, CustomerRows
from handoff.connectors.business_nxt.customer_writing import Batch, Outcome
from handoff.connectors.business_nxt.documents import customers, filled
from handoff.connectors.business_nxt.one_table import as_sent, in_one_call
from handoff.connectors.business_nxt.rows import after_create, latest, read_back, stale, stamped
from handoff.connectors.business_nxt.tables import block_column
from handoff.connectors.business_nxt.values import Columns, Filter, Unfit, both, either, one_line, whole_number
from handoff.connectors.business_nxt.walks import Walk, walk_at
from handoff.domain.errors import HandoffError, ReconnectNeeded
from handoff.domain.pairs import Customer
from handoff.ports.mirror import Blocked, Change, Listed, ListedPage, Written

IS_CUSTOMER: Filter = {"customerNo": {"_gt": 0}}


@dataclass(frozen=True, slots=True)
class _New:
    """A customer to be made, and its own columns."""

    says: Customer
    columns: Columns


@dataclass(frozen=True, slots=True)
class _Due:
    """A customer to be changed: its key, its rows as they are, and what is written of them."""

    id: str
    rows: CustomerRows
    edits: Edits


class Customers:
    """The customers of one company."""

    batch_max = BATCH_MAX

    def __init__(self, client: NxtClient, blocked: Blocked | None, now: Callable[[], datetime]) -> None:
        self._client = client
        self._blocked = blocked
        self._now = now
        block = block_column(blocked)
        self._reader = CustomerReader(client, block)
        self._create, self._update = filled(customers.CREATE, block=block), filled(customers.UPDATE, block=block)

    def listed(self, *, since: datetime | None, page: str | None) -> ListedPage[Customer]:
        """A page by key; raises Unreachable, RateLimited, ReconnectNeeded, BrokenContract."""
        return self._whole(page) if since is None else self._changed(since, page)

    def alike(self, says: Customer) -> Sequence[Listed[Customer]]:
        """Those with that number, or with that name as it would be written; raises as `listed` does."""
        like: list[Filter] = [{"name": {"_eq": one_line(says.name)}}] if says.name.strip() else []
        with suppress(Unfit):  # there can be none with that number, but one with that name
            like += [{"customerNo": {"_eq": whole_number(says.number, WHAT)}}] if says.number else []
        return [self._told(one) for one in self._reader.page(both(IS_CUSTOMER, either(*like)))[0]] if like else []

    def create(self, wanted: Sequence[Customer]) -> Sequence[Written[Customer]]:
        """Makes them in one call, and what belongs to them in a second one; raises ReconnectNeeded."""
        countries = self._countries_for(wanted)
        if isinstance(countries, HandoffError):
            return [countries] * len(wanted)

        def prepare(says: Customer) -> _New | Listed[Customer]:
            new_deliveries(says, 0, countries)  # a country that is not there is found out before anything is written
            return _New(says, new_customer(says, countries))

        return in_one_call(wanted, prepare, lambda new: self._make(new, countries))

    def update(self, changes: Sequence[Change[Customer]]) -> Sequence[Written[Customer]]:
        """Looks at them in one call and writes what differs in a second one; raises ReconnectNeeded."""
        try:
            found, _ = self._reader.by_key([int(one.id) for one in changes])
            countries = self._reader.countries
        except ReconnectNeeded:
            raise
        except HandoffError as error:
            return [error] * len(changes)
        rows = {str(one.own.associate_no): one for one in found}

        def prepare(change: Change[Customer]) -> _Due | Listed[Customer]:
            if change.id not in rows:
                raise stale(WHAT)
            now = rows[change.id]
            listed = self._told(now)
            edits = edits_of(now, listed.says, change.before, change.after, countries)
            return _Due(change.id, now, edits) if edits.any else listed

        return in_one_call(changes, prepare, self._write)

    def _whole(self, page: str | None) -> ListedPage[Customer]:
        walk = walk_at(page, self._now(), ROWS)
        after = walk.after.get(ROWS)
        found, broken, last = self._reader.page(
            both(IS_CUSTOMER, {"associateNo": {"_gt": after}} if after is not None else None)
        )
        mark = None if last is None else Walk(walk.began, {ROWS: last}).mark
        seen = latest((at for one in found for at in one.stamps), began=walk.began, whole=True)
        return ListedPage([self._told(one) for one in found], broken, mark, seen)

    def _changed(self, since: datetime, page: str | None) -> ListedPage[Customer]:
        walk = walk_at(page, self._now(), *CHANGING)
        touched = self._reader.touched(since, walk.after)
        found, broken = self._reader.by_key(list(touched.ids))
        mark = Walk(walk.began, touched.after).mark if touched.after else None
        seen = latest(touched.stamps, began=walk.began, whole=False)
        return ListedPage([self._told(one) for one in found], [*touched.broken, *broken], mark, seen)

    def _countries_for(self, wanted: Sequence[Customer]) -> Countries | HandoffError:
        """The table of countries, where one is named."""
        if not any(address.country for one in wanted for address in (one.billing, *one.deliveries)):
            return Countries({})
        try:
            return self._reader.countries
        except ReconnectNeeded:
            raise
        except HandoffError as error:
            return error

    def _make(self, new: Sequence[_New], countries: Countries) -> list[Written[Customer]]:
        (answer,) = self._client.change([Operation(self._create, {"values": [one.columns for one in new]})], what=WHAT)
        made: dict[int, CustomerRows] = {}
        results: list[Written[Customer]] = []
        for place, raw in enumerate(after_create(answer, ROWS, len(new), WHAT)):
            row = read_back(raw, CUSTOMERS, lambda one: CustomerRows(stamped(one)))
            told = row if isinstance(row, HandoffError) else self._written(row)
            results.append(as_sent(told, new[place].says.name, WHAT))
            if isinstance(row, CustomerRows) and isinstance(results[place], Listed):
                made[place] = row
        for place, rows in self._completed(made, new, countries).items():
            results[place] = self._written(rows)
        return results

    def _completed(
        self, made: dict[int, CustomerRows], new: Sequence[_New], countries: Countries
    ) -> dict[int, CustomerRows]:
        """The new customers with as much of what belongs to them as is seen to be there."""
        outcomes = {str(place): Outcome(rows) for place, rows in made.items()}
        batch = Batch(self._client, self._update, outcomes)
        batch.add({str(place): _belonging(new[place].says, rows, countries) for place, rows in made.items()})
        with suppress(ReconnectNeeded):  # the customers are there; whoever calls next is told
            batch.send()
        return {place: outcomes[str(place)].rows for place in made}

    def _write(self, due: Sequence[_Due]) -> list[Written[Customer]]:
        outcomes = {one.id: Outcome(one.rows) for one in due}
        batch = Batch(self._client, self._update, outcomes)
        batch.add({one.id: one.edits for one in due})
        batch.send()
        return [outcomes[one.id].fault or self._written(outcomes[one.id].rows) for one in due]

    def _written(self, rows: CustomerRows) -> Listed[Customer]:
        """A customer after a write: it is there, whether or not its country can be looked up now."""
        try:
            return self._told(rows)
        except HandoffError:
            return rows.listed(Countries({}), self._blocked)

    def _told(self, rows: CustomerRows) -> Listed[Customer]:
        known = rows.own.country_no or any(row.country_no for row in rows.deliveries)
        return rows.listed(self._reader.countries if known else Countries({}), self._blocked)


def _belonging(says: Customer, rows: CustomerRows, countries: Countries) -> Edits:
    """What is written besides of a customer that was just made."""
    key = rows.own.associate_no
    return Edits(new_deliveries=new_deliveries(says, key, countries), new_contacts=new_contacts(says, key))
