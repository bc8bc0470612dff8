"""What belongs to customers, as Severa keeps it: addresses and contact persons, in lists of their own.

Read whole, both lists are walked once and sorted by customer. What cannot be read is held against the customer that
it belongs to: without it the customer would seem to have lost an address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from handoff.connectors.feed import Feed, RowFault
from handoff.connectors.http import VendorClient
from handoff.connectors.paging import Unpaged
from handoff.connectors.severa.client import decoded
from handoff.connectors.severa.config import TITLE
from handoff.connectors.severa.lists import BY_ROW, a_list, every_page, every_row
from handoff.connectors.severa.models import (
    Owned,
    SeveraAddress,
    SeveraChannel,
    SeveraContact,
    SeveraCountry,
    Stamped,
)
from handoff.connectors.severa.persons import Person, full_name
from handoff.connectors.severa.places import Place, fitted
from handoff.domain.errors import BrokenContract, Rejected
from handoff.domain.pairs import Address, Contact

ADDRESSES, CONTACTS, CHANNELS = "addresses", "contact_persons", "contact_communications"
_COUNTRIES: Feed[SeveraCountry, SeveraCountry] = a_list(
    "countries", "/v1/localization/countries", SeveraCountry, lambda row: row, Unpaged()
)


class Countries:
    """Severa's countries, read when the first one is asked for."""

    def __init__(self, client: VendorClient) -> None:
        self._client = client
        self._codes: Mapping[str, str] | None = None

    def code_of(self, guid: str) -> str:
        """The ISO code of two letters; empty for a country that has none."""
        return self._known().get(guid, "")

    def reference(self, code: str) -> Mapping[str, str] | None:
        """The country as a write names it; raises Rejected for one that Severa does not know."""
        if not code:
            return None
        found = [guid for guid, known in self._known().items() if known == code.upper()]
        if not found:
            raise Rejected(f"{TITLE} knows no country '{code}'", code="country_unknown", field="country")
        return {"guid": found[0]}

    def _known(self) -> Mapping[str, str]:
        if self._codes is None:
            rows = every_row(_COUNTRIES, self._client)
            self._codes = {row.guid: (row.code2 or "").strip().upper() for row in rows}
        return self._codes


@dataclass(slots=True)
class Belongings:
    """What belongs to one customer; `fault` is a field and what is wrong with it, where something can't be read."""

    places: list[Place] = field(default_factory=list)
    persons: list[Person] = field(default_factory=list)
    changed_at: datetime | None = None
    fault: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of one of the lists and whose it is; None for a row that can't be read."""

    owner: str
    row: Any
    fault: str = ""


def _list(name: str, path: str, row: Any) -> Feed[Any, _Row]:
    owners: msgspec.json.Decoder[Owned] = msgspec.json.Decoder(Owned)
    decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(row, strict=False)

    def owned(raw: msgspec.Raw) -> _Row:
        try:
            owner = owners.decode(raw).customer.guid
        except msgspec.DecodeError as error:
            raise RowFault("customer", "it does not say whose it is") from error
        try:
            return _Row(owner, decoder.decode(raw))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            return _Row(owner, None, str(error))

    return a_list(name, path, msgspec.Raw, owned, BY_ROW)


class Lists:
    """The lists of addresses, contact persons and their channels; `countries` are named in addresses."""

    def __init__(self, client: VendorClient, countries: Countries) -> None:
        self._client = client
        self._countries = countries
        self._whole: Mapping[str, Belongings] | None = None

    def whole(self) -> Mapping[str, Belongings]:
        """What belongs to every customer, by the customer's guid; read once."""
        if self._whole is None:
            found: dict[str, Belongings] = {}
            for name, path, row in self._paths(""):
                self._sort_in(found, name, _list(name, path, row))
            self._whole = found
        return self._whole

    def forget(self) -> None:
        """Lets both lists be read anew."""
        self._whole = None

    def of(self, customer: str) -> Belongings:
        """What belongs to one customer now: two calls."""
        found: dict[str, Belongings] = {}
        for name, path, row in self._paths(f"/customers/{customer}"):
            self._sort_in(found, name, _list(name, path, row))
        return found.get(customer, Belongings())

    def places_of(self, customer: str) -> list[Place]:
        """The addresses of one customer now."""
        return [self.place(row) for row in every_row(_nested(customer, ADDRESSES, SeveraAddress), self._client)]

    def persons_of(self, customer: str) -> tuple[list[Person], datetime | None]:
        """The contact persons of one customer now, but for deleted ones, and when one was last changed."""
        rows = every_row(_nested(customer, CONTACTS, SeveraContact), self._client)
        stamps = [row.changed_at for row in rows if row.changed_at is not None]
        return [person(row) for row in rows if not row.is_deleted], max(stamps, default=None)

    def changed(self, since: datetime) -> tuple[set[str], datetime | None]:
        """The customers with a changed address, contact person or channel, and the newest of those stamps."""
        touched: set[str] = set()
        stamps: list[datetime | None] = []
        owners: dict[str, str] = {}
        for name, path, row in self._paths(""):
            for one in self._rows(_list(name, path, row), since):
                touched.add(one.owner)
                if one.row is not None:
                    owners[one.row.guid] = one.owner
                    stamps.append(one.row.changed_at)
        channels = a_list(CHANNELS, "/v1/contactcommunications", SeveraChannel, lambda row: row, BY_ROW)
        for rows in every_page(channels, self._client, since=since):
            for channel in rows.rows:
                stamps.append(channel.changed_at)
                if channel.contact.guid not in owners:
                    owners[channel.contact.guid] = self._owner_of(channel.contact.guid)
                touched.add(owners[channel.contact.guid])
        return touched - {""}, max((at for at in stamps if at is not None), default=None)

    def place(self, row: SeveraAddress) -> Place:
        """An address as it is compared."""
        return place(row, self._countries.code_of(row.country.guid) if row.country else "")

    @staticmethod
    def _paths(below: str) -> list[tuple[str, str, type[Stamped]]]:
        return [
            (ADDRESSES, f"/v1{below}/addresses", SeveraAddress),
            (CONTACTS, f"/v1{below}/contactpersons", SeveraContact),
        ]

    def _sort_in(self, found: dict[str, Belongings], name: str, feed: Feed[Any, _Row]) -> None:
        seen: set[str] = set()
        for one in self._rows(feed, None):
            own = found.setdefault(one.owner, Belongings())
            if one.row is None:
                own.fault = (name, one.fault)
                continue
            if one.row.guid in seen:  # the list was begun again
                continue
            seen.add(one.row.guid)
            own.changed_at = later(own.changed_at, one.row.changed_at)
            if isinstance(one.row, SeveraAddress):
                own.places.append(self.place(one.row))
            elif not one.row.is_deleted:
                own.persons.append(person(one.row))

    def _rows(self, feed: Feed[Any, _Row], since: datetime | None) -> Iterator[_Row]:
        for rows in every_page(feed, self._client, since=since):
            for broken in rows.broken:
                text = f"{TITLE} {feed.name} {broken.external_id}: {broken.fault}"
                raise BrokenContract(text, field=feed.name)
            yield from rows.rows

    def _owner_of(self, contact: str) -> str:
        """The customer of a contact person; none for one that is gone."""
        body = self._client.read_one(f"/v1/contactpersons/{contact}", what=CONTACTS)
        return "" if body is None else str(decoded(body, Owned, CONTACTS).customer.guid)


def _nested(customer: str, name: str, row: Any) -> Feed[Any, Any]:
    path = f"/v1/customers/{customer}/{'addresses' if name == ADDRESSES else 'contactpersons'}"
    keep: Callable[[Any], Any] = lambda one: one  # noqa: E731 - a name for the type's sake
    return a_list(name, path, row, keep, BY_ROW)


def place(row: SeveraAddress, country: str) -> Place:
    """An address as it is compared, in a country of that code."""
    address = fitted(Address(row.addressline or "", row.postal_code or "", row.city or "", country))
    return Place(row.guid, address, row.is_billing_address, row.is_postal_address, bool(row.contacts), row.made_at)


def person(row: SeveraContact) -> Person:
    """A contact person as it is compared: of several e-mail addresses or phone numbers the first by its text counts."""
    email, phone = (
        min((one.strip() for one in values or ()), default="") for values in (row.emails, row.phone_numbers)
    )
    return Person(row.guid, Contact(full_name(row.first_name, row.last_name), email, phone), row.is_active)


def later(one: datetime | None, other: datetime | None) -> datetime | None:
    """The later of two instants that may not be there."""
    return max((at for at in (one, other) if at is not None), default=None)
