"""What of a customer's rows is written for a change: columns of its own, its delivery addresses, its contacts.

Whatever is written names the values that it replaces. An address that is gone is taken away; a person who is gone stays
an associate, and is no contact of the customer any more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from handoff.accounting.mirror_rules import folded
from handoff.connectors.business_nxt.customer_rows import (
    WHAT,
    AddressRow,
    ContactRow,
    Countries,
    CustomerRow,
    CustomerRows,
    DeliveryRow,
    address_of,
    columns_of,
    contact_of,
)
from handoff.connectors.business_nxt.one_table import Edit
from handoff.connectors.business_nxt.rows import stale
from handoff.connectors.business_nxt.values import (
    Columns,
    Filter,
    address_line,
    address_lines,
    one_line,
    only,
    whole_number,
)
from handoff.domain.pairs import Address, Contact, Customer

COLUMNS = {"name": "name", "organisation_number": "companyNo", "email": "emailAddress"}
LIAISON, PARENT = "liaisonAssociateNo", "associateNo"


@dataclass(slots=True)
class Edits:
    """What is written of one customer; `gone` are filters of delivery addresses by key."""

    own: Edit | None = None
    deliveries: list[Edit] = field(default_factory=list)
    new_deliveries: list[Columns] = field(default_factory=list)
    gone: dict[int, Filter] = field(default_factory=dict)
    contacts: list[Edit] = field(default_factory=list)
    new_contacts: list[Columns] = field(default_factory=list)

    @property
    def any(self) -> bool:
        """Whether there is anything to write."""
        own = self.own is not None
        return own or any((self.deliveries, self.new_deliveries, self.gone, self.contacts, self.new_contacts))


def edits_of(now: CustomerRows, said: Customer, before: Customer, after: Customer, countries: Countries) -> Edits:
    """What is to be written so that the customer says what it shall, where it differs from what was expected.

    `said` is what its rows say now. Raises Unfit, and Stale where a field that is to be written was changed since.
    """
    differs = [name for name in Customer.__struct_fields__ if getattr(before, name) != getattr(after, name)]
    due = [name for name in differs if getattr(said, name) != getattr(after, name)]
    if any(getattr(said, name) != getattr(before, name) for name in due):
        raise stale(WHAT)
    edits = Edits()
    values = dict(_own(now.own, due, after, countries))
    if values:
        edits.own = _edit(now.own.associate_no, PARENT, now.own, values)
    if "deliveries" in due:
        _deliveries(edits, now, after, countries)
    if "contacts" in due:
        _contacts(edits, now, after)
    return edits


def new_customer(says: Customer, countries: Countries) -> Columns:
    """The columns of a new customer, in the order in which they are entered; raises Unfit."""
    own = {column: one_line(getattr(says, name)) for name, column in COLUMNS.items()}
    address = _address(says.billing, countries)
    filled_in = {name: value for name, value in {**own, **address}.items() if value}
    return {"customerNo": whole_number(says.number, WHAT) if says.number else None, **filled_in}


def new_deliveries(says: Customer, parent: int, countries: Countries) -> list[Columns]:
    """The columns of all delivery addresses of a new customer; raises Unfit."""
    return [_new_delivery(one, parent, says.name, countries) for one in _kept(says.deliveries)]


def new_contacts(says: Customer, parent: int) -> list[Columns]:
    """The columns of all contacts of a new customer."""
    return [_new_contact(one, parent) for one in _people(says.contacts)]


def _own(
    row: CustomerRow, due: Sequence[str], after: Customer, countries: Countries
) -> Iterator[tuple[str, str | int]]:
    for name, column in COLUMNS.items():
        if name in due:
            yield column, one_line(getattr(after, name))
    if "number" in due and after.number:
        yield "customerNo", whole_number(after.number, WHAT)
    if "billing" in due:
        yield from _moved(row, after.billing, countries)


def _moved(row: AddressRow, to: Address, countries: Countries) -> Iterator[tuple[str, str | int]]:
    """The columns of an address that change; the lines stay as they are broken unless their text changes."""
    there = address_of(row, countries)
    texts = _address(to, countries)
    parts = {"line": ("addressLine1", "addressLine2", "addressLine3"), "postcode": ("postCode",)}
    for part, columns in {**parts, "city": ("postalArea",), "country": ("countryNo",)}.items():
        if getattr(there, part) != getattr(to, part):
            now = columns_of(row)
            yield from ((name, texts[name]) for name in columns if texts[name] != now[name])


def _deliveries(edits: Edits, now: CustomerRows, after: Customer, countries: Countries) -> None:
    there: dict[Address, list[DeliveryRow]] = {}
    for row in now.deliveries:
        there.setdefault(address_of(row, countries), []).append(row)
    wanted = _kept(after.deliveries)
    gone = [one for one in there if one not in wanted and one != Address()]
    fresh = [one for one in wanted if one not in there]
    for old, new in zip(gone, fresh, strict=False):
        for row in there[old]:
            if values := dict(_moved(row, new, countries)):
                edits.deliveries.append(_edit(row.delivery_address_no, "deliveryAddressNo", row, values))
    for old in gone[len(fresh) :]:
        edits.gone |= {row.delivery_address_no: _whole(row) for row in there[old]}
    edits.new_deliveries = [
        _new_delivery(one, now.own.associate_no, after.name, countries) for one in fresh[len(gone) :]
    ]


def _contacts(edits: Edits, now: CustomerRows, after: Customer) -> None:
    there: dict[Contact, list[ContactRow]] = {}
    for row in now.contacts:
        there.setdefault(contact_of(row), []).append(row)
    wanted = _people(after.contacts)
    gone = [one for one in there if one not in wanted]
    for new in (one for one in wanted if one not in there):
        old = next((one for one in gone if _same_person(one, new)), None)
        if old is None:
            edits.new_contacts.append(_new_contact(new, now.own.associate_no))
            continue
        gone.remove(old)
        for row in there[old]:
            if values := _retold(row, new):
                edits.contacts.append(_edit(row.associate_no, PARENT, row, values))
    for old in gone:
        edits.contacts += [_edit(row.associate_no, PARENT, row, {LIAISON: 0}) for row in there[old]]


def _same_person(one: Contact, other: Contact) -> bool:
    same_name = folded(one.name) == folded(other.name)
    return same_name or bool(one.email and folded(one.email) == folded(other.email))


def _retold(row: ContactRow, new: Contact) -> dict[str, str | int]:
    values: dict[str, str | int] = {"name": new.name, "emailAddress": new.email, "phone": new.phone}
    if not new.phone:
        values["mobilePhone"] = ""
    now = columns_of(row)
    changed = {name: value for name, value in values.items() if value != (now[name] or "")}
    if contact_of(row).phone == new.phone:
        changed.pop("phone", None)
    return changed


def _edit(key: int, column: str, row: AddressRow | ContactRow, values: Columns) -> Edit:
    now = columns_of(row)
    return Edit(key, only({column: key}, {name: now[name] for name in values}), values)


def _whole(row: DeliveryRow) -> Filter:
    """A filter for a delivery address as it stands now."""
    now = columns_of(row)
    key = {"deliveryAddressNo": row.delivery_address_no}
    return only(key, {name: value for name, value in now.items() if name != "changedTimestamp"})


def _address(address: Address, countries: Countries) -> dict[str, str | int]:
    first, second, third = address_lines(address.line)
    return {
        "addressLine1": first,
        "addressLine2": second,
        "addressLine3": third,
        "postCode": one_line(address.postcode),
        "postalArea": one_line(address.city),
        "countryNo": countries.number(address.country),
    }


def _kept(addresses: Sequence[Address]) -> list[Address]:
    """The addresses as they can be kept, each once."""
    kept = [
        Address(address_line(address_lines(one.line)), one_line(one.postcode), one_line(one.city), one.country.upper())
        for one in addresses
    ]
    return [one for one in dict.fromkeys(kept) if one != Address()]


def _people(contacts: Sequence[Contact]) -> list[Contact]:
    """The people as they can be kept, each once."""
    return list(
        dict.fromkeys(Contact(one_line(one.name), one_line(one.email), one_line(one.phone)) for one in contacts)
    )


def _new_delivery(address: Address, parent: int, name: str, countries: Countries) -> Columns:
    filled_in = {column: value for column, value in _address(address, countries).items() if value}
    return {PARENT: parent, "name": one_line(name), **filled_in}


def _new_contact(contact: Contact, parent: int) -> Columns:
    columns = {"name": contact.name, "emailAddress": contact.email, "phone": contact.phone}
    return {LIAISON: parent, **{name: value for name, value in columns.items() if value}}
