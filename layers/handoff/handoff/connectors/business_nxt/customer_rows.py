"""What a customer is in Business NXT: an associate, its delivery addresses, and the associates spoken to there.

Source: Business NXT, associate: customers, employees and contacts are one table; DeliveryAddress is a table of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from handoff.connectors.business_nxt.config import TITLE
from handoff.connectors.business_nxt.rows import Kind, Text, changed_at
from handoff.connectors.business_nxt.tables import marks
from handoff.connectors.business_nxt.values import Columns, Unfit, address_line
from handoff.domain.pairs import Address, Contact, Customer
from handoff.ports.mirror import Blocked, Listed

WHAT = "customers"
LETTERS = 2


class AddressRow(msgspec.Struct, rename="camel"):
    """The columns that an address has in any table."""

    address_line1: Text = None
    address_line2: Text = None
    address_line3: Text = None
    post_code: Text = None
    postal_area: Text = None
    country_no: int | None = None
    changed_timestamp: Text = None


class CustomerRow(AddressRow, kw_only=True, rename="camel"):
    """An associate as a customer."""

    associate_no: int
    customer_no: int
    name: Text = None
    company_no: Text = None
    email_address: Text = None
    block: int | None = None


class DeliveryRow(AddressRow, kw_only=True, rename="camel"):
    """A delivery address of an associate."""

    delivery_address_no: int
    associate_no: int


class ContactRow(msgspec.Struct, rename="camel"):
    """An associate as somebody who is spoken to at another one."""

    associate_no: int
    liaison_associate_no: int
    name: Text = None
    email_address: Text = None
    phone: Text = None
    mobile_phone: Text = None
    changed_timestamp: Text = None


class CountryRow(msgspec.Struct, rename="camel"):
    """A country."""

    country_no: int
    iso_code: Text = None


CUSTOMERS = Kind(WHAT, CustomerRow, "associateNo")
DELIVERIES = Kind("delivery addresses", DeliveryRow, "deliveryAddressNo")
CONTACTS = Kind("contacts", ContactRow, "associateNo")
COUNTRIES = Kind("countries", CountryRow, "countryNo")


@dataclass(frozen=True, slots=True)
class Countries:
    """The company's table of countries, by number."""

    codes: Mapping[int, str]

    @classmethod
    def of(cls, rows: Iterable[CountryRow]) -> Countries:
        """The countries that have a code of two letters."""
        found = {row.country_no: (row.iso_code or "").strip().upper() for row in rows}
        return cls({number: code for number, code in found.items() if len(code) == LETTERS and code.isalpha()})

    def code(self, number: int | None) -> str:
        """The code of a country; empty for none, and for one without a code."""
        return self.codes.get(number or 0, "")

    def number(self, code: str) -> int:
        """The number of a country, 0 for none; raises Unfit for one that is not in the table."""
        if not code:
            return 0
        found = next((number for number, known in self.codes.items() if known == code.upper()), None)
        if found is None:
            raise Unfit(
                f"{TITLE} has no country with the code '{code}'",
                code="country_unknown",
                field="country",
                cure="Add the country's ISO code in Business NXT's table of countries, then retry the problem.",
            )
        return found


@dataclass(frozen=True, slots=True)
class CustomerRows:
    """A customer with all that belongs to it, each by its key."""

    own: CustomerRow
    deliveries: Sequence[DeliveryRow] = ()
    contacts: Sequence[ContactRow] = ()

    @property
    def stamps(self) -> list[datetime | None]:
        """When each part was changed."""
        rows: list[CustomerRow | DeliveryRow | ContactRow] = [self.own, *self.deliveries, *self.contacts]
        return [changed_at(row.changed_timestamp) for row in rows]

    def listed(self, countries: Countries, blocked: Blocked | None) -> Listed[Customer]:
        """The customer in our words; the same address, or person, is told once."""
        own = self.own
        addresses = dict.fromkeys(address_of(row, countries) for row in self.deliveries)
        says = Customer(
            number=str(own.customer_no),
            name=own.name or "",
            organisation_number=own.company_no or "",
            email=own.email_address or "",
            billing=address_of(own, countries),
            deliveries=tuple(one for one in addresses if one != Address()),
            contacts=tuple(dict.fromkeys(contact_of(row) for row in self.contacts)),
        )
        stamp = max((at for at in self.stamps if at is not None), default=None)
        return Listed(str(own.associate_no), says, stamp, **marks(blocked, own.block))


def address_of(row: AddressRow, countries: Countries) -> Address:
    """The address in a row."""
    lines = (row.address_line1, row.address_line2, row.address_line3)
    return Address(address_line(lines), row.post_code or "", row.postal_area or "", countries.code(row.country_no))


def contact_of(row: ContactRow) -> Contact:
    """The person in a row; a mobile phone counts where there is no other."""
    return Contact(row.name or "", row.email_address or "", row.phone or row.mobile_phone or "")


def columns_of(row: msgspec.Struct) -> Columns:
    """What stands in a row now, by column."""
    return {one.encode_name: getattr(row, one.name) for one in msgspec.structs.fields(row)}
