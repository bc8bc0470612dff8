"""How a customer is written: its own fields, then its addresses, then its contact persons, each a row of its own.

Whatever can be refused beforehand is, so that nothing is left half written for want of a country. A change that broke
off is written again whole: what is there already is found by its content. A customer whose addresses did not come
through is unsure, so that it is looked for and completed, not made a second time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from handoff.connectors.feed import Feed
from handoff.connectors.http import FORBIDDEN, NOT_FOUND, VendorClient
from handoff.connectors.severa.assumed import DELIVERY_USE, EMAIL_KINDS, PHONE_KINDS
from handoff.connectors.severa.belongings import CHANNELS, CONTACTS, Belongings, Countries, Lists, later
from handoff.connectors.severa.client import decoded
from handoff.connectors.severa.config import TITLE
from handoff.connectors.severa.lists import BY_ROW, a_list, every_row
from handoff.connectors.severa.models import (
    Reference,
    SeveraAddress,
    SeveraChannel,
    SeveraChannelType,
    SeveraCustomer,
)
from handoff.connectors.severa.persons import Step as PersonStep
from handoff.connectors.severa.persons import contact_steps, name_parts
from handoff.connectors.severa.places import Add, Drop, Place, Put, Step, billing_steps, delivery_steps
from handoff.connectors.severa.writing import Fields, differing, made, one_line, replaced, whole_number
from handoff.domain.errors import BrokenContract, DeliveryUnknown, RateLimited, Rejected, Stale, Unreachable
from handoff.domain.pairs import Address, Contact, Customer
from handoff.ports.mirror import Change

WHAT, PLACES = "customers", "addresses"
BAD_REQUEST = 400
STAYS = (BAD_REQUEST, FORBIDDEN, NOT_FOUND)
"""What a deletion may be answered with: it is in use, our credentials may not, or it is gone. Then it is left."""
BREAKS_OFF = (RateLimited, Unreachable, DeliveryUnknown, BrokenContract, Stale)
_PLAIN: Mapping[str, str] = {"name": "name", "organisation_number": "vatNumber", "email": "email"}
_PLACE_NAMES = ("line", "postcode", "city", "country")
_TYPES: Feed[SeveraChannelType, SeveraChannelType] = a_list(
    "communication_types", "/v1/communicationtypes", SeveraChannelType, lambda row: row, BY_ROW
)


@dataclass(frozen=True, slots=True)
class After:
    """A customer after a write; addresses or contact persons are None where they were not looked at."""

    row: SeveraCustomer
    places: Sequence[Place] | None
    persons: Belongings | None
    changed_at: datetime | None


class CustomerWrites:
    """Writes to the customers of one organisation."""

    def __init__(self, client: VendorClient, lists: Lists, countries: Countries) -> None:
        self._client = client
        self._lists = lists
        self._countries = countries
        self._types: list[SeveraChannelType] | None = None

    def make(self, says: Customer) -> After:
        """Makes the customer and what belongs to it. Raises DeliveryUnknown when it is there, but not all of that."""
        places = [*billing_steps((), says.billing), *delivery_steps((), (), says.deliveries)]
        persons = contact_steps((), (), says.contacts)
        self._check(places, persons)
        number = {"number": whole_number(says.number, "customers")} if says.number else {}
        fields = {"name": one_line(says.name), **_texts(says, ("organisation_number", "email")), **number}
        row = made(self._client, "/v1/customers", {**fields, "isActive": True}, SeveraCustomer, what=WHAT)
        try:
            return self._belonging(row, [], places, persons if says.contacts else None)
        except BREAKS_OFF as error:
            text = f"{TITLE} has made the customer, but not all that belongs to it: {error.message}"
            raise DeliveryUnknown(text) from error

    def change(self, one: Change[Customer]) -> After:
        """Writes what differs. Raises Stale when the customer is gone."""
        names = set(differing(one.before, one.after))
        places: list[Place] | None = None
        steps: list[Step] = []
        if names & {"billing", "deliveries"}:
            places = self._lists.places_of(one.id)
            steps += billing_steps(places, one.after.billing) if "billing" in names else []
            if "deliveries" in names:
                steps += delivery_steps(places, one.before.deliveries, one.after.deliveries)
        persons: list[PersonStep] | None = None
        if "contacts" in names:
            there, _ = self._lists.persons_of(one.id)
            persons = contact_steps(there, one.before.contacts, one.after.contacts)
        self._check(steps, persons or ())
        return self._belonging(self._own(one, names), places, steps, persons)

    def _own(self, one: Change[Customer], names: set[str]) -> SeveraCustomer:
        """The customer's own fields as they are then; read where nothing in them is to be written."""
        path = f"/v1/customers/{one.id}"
        fields = {**_texts(one.after, sorted(names & set(_PLAIN)))}
        if "number" in names:
            fields["number"] = whole_number(one.after.number, "customers") if one.after.number else None
        if fields:
            row: SeveraCustomer = replaced(self._client, path, fields, SeveraCustomer, what=WHAT)
            return row
        body = self._client.read_one(path, what=WHAT)
        if body is None:
            raise Stale(f"{TITLE} has the customer no more")
        found: SeveraCustomer = decoded(body, SeveraCustomer, WHAT)
        return found

    def _belonging(
        self, row: SeveraCustomer, places: list[Place] | None, steps: Sequence[Step], persons: list[PersonStep] | None
    ) -> After:
        changed_at = row.changed_at
        for step in steps:
            place, stamp = self._placed(row.guid, step)
            before = None if isinstance(step, Add) else step.place
            places = [one for one in places or () if one is not before] + ([] if place is None else [place])
            changed_at = later(changed_at, stamp)
        people: Belongings | None = None
        if persons is not None:
            for one in persons:
                self._spoken_to(row.guid, one)
            there, stamp = self._lists.persons_of(row.guid)
            people, changed_at = Belongings(persons=there), later(changed_at, stamp)
        return After(row, places, people, changed_at)

    def _check(self, places: Sequence[Step], persons: Sequence[PersonStep]) -> None:
        """Raises Rejected for what can't be written, before anything is."""
        for step in places:
            if not isinstance(step, Drop):
                self._countries.reference(step.address.country)
        for one in persons:
            if one.wanted and one.wanted.email:
                self._type(EMAIL_KINDS)
            if one.wanted and one.wanted.phone:
                self._type(PHONE_KINDS)

    # ---- addresses ----

    def _placed(self, customer: str, step: Step) -> tuple[Place | None, datetime | None]:
        """The address as Severa has it after a step, and its stamp; None for one that was taken away."""
        row: SeveraAddress | None
        if isinstance(step, Put):
            fields = self._place_fields(step.address, tuple(differing(step.place.address, step.address)))
            row = replaced(self._client, f"/v1/addresses/{step.place.guid}", fields, SeveraAddress, what=PLACES)
        elif isinstance(step, Add):
            uses = {"isBillingAddress": step.billing, "isPostalAddress": False, "isVisitAddress": False}
            uses |= {} if step.billing else {DELIVERY_USE: True}
            fields = {**self._place_fields(step.address, _PLACE_NAMES), **uses}
            row = made(self._client, f"/v1/customers/{customer}/addresses", fields, SeveraAddress, what=PLACES)
        else:
            row = self._dropped(step)
        return (None, None) if row is None else (self._lists.place(row), row.changed_at)

    def _dropped(self, step: Drop) -> SeveraAddress | None:
        path = f"/v1/addresses/{step.place.guid}"
        answer = self._client.write(path, None, what=PLACES, method="DELETE", absent_ok=STAYS)
        if answer.status not in (BAD_REQUEST, FORBIDDEN):
            return None
        left: SeveraAddress = decoded(self._client.read(path, what=PLACES), SeveraAddress, PLACES)
        return left

    def _place_fields(self, address: Address, names: Sequence[str]) -> Fields:
        known = {
            "line": ("addressline", address.line or None),
            "postcode": ("postalCode", address.postcode or None),
            "city": ("city", address.city or None),
        }
        fields: dict[str, object] = dict(known[name] for name in names if name in known)
        return {**fields, "country": self._countries.reference(address.country)} if "country" in names else fields

    # ---- contact persons ----

    def _spoken_to(self, customer: str, step: PersonStep) -> None:
        if step.wanted is None:
            if step.person is not None:
                self._patch_person(step.person.guid, {"isActive": False})
            return
        if step.person is None:
            fields = {**name_parts(step.wanted.name), "customer": {"guid": customer}, "isActive": True}
            guid = made(self._client, "/v1/contactpersons", fields, Reference, what=CONTACTS).guid
            before = Contact(step.wanted.name)
        else:
            guid, before = step.person.guid, step.person.contact
            names = name_parts(step.wanted.name) if before.name != step.wanted.name else {}
            self._patch_person(guid, {**names, **({} if step.person.active else {"isActive": True})})
        for kinds, old, new in (
            (EMAIL_KINDS, before.email, step.wanted.email),
            (PHONE_KINDS, before.phone, step.wanted.phone),
        ):
            if old != new:
                self._tell(guid, kinds, old, new)

    def _patch_person(self, guid: str, fields: Fields) -> None:
        if fields:
            replaced(self._client, f"/v1/contactpersons/{guid}", fields, Reference, what=CONTACTS)

    def _tell(self, guid: str, kinds: Sequence[str], old: str, new: str) -> None:
        """Sets one e-mail address or phone number; people may use what we make, which Severa would not let them."""
        there = next(self._channels(guid, kinds, old), None) if old else None
        path = f"/v1/contactcommunications/{there.guid}" if there else ""
        if there is not None and new:
            replaced(self._client, path, {"value": new}, SeveraChannel, what=CHANNELS)
        elif there is not None:
            self._client.write(path, None, what=CHANNELS, method="DELETE", absent_ok=STAYS)
        elif new:
            reference = {"contact": {"guid": guid}, "communicationType": {"guid": self._type(kinds)}}
            fields = {"value": new, **reference, "isForbiddenToUse": False}
            made(self._client, "/v1/contactcommunications", fields, Reference, what=CHANNELS)

    def _channels(self, guid: str, kinds: Sequence[str], value: str) -> Iterator[SeveraChannel]:
        path = f"/v1/contacts/{guid}/contactcommunications"
        body = self._client.read(path, what=CHANNELS)
        rows: list[SeveraChannel] = decoded(body, list[SeveraChannel], CHANNELS)
        return (row for row in rows if row.communication_type.type in kinds and row.value.strip() == value)

    def _type(self, kinds: Sequence[str]) -> str:
        """The organisation's own name for one of the kinds, the first that is in use."""
        if self._types is None:
            self._types = every_row(_TYPES, self._client)
        active = [row for row in self._types if row.is_active]
        found = next((row.guid for kind in kinds for row in active if row.type == kind), None)
        if found is None:
            text = f"{TITLE} has no communication type of the kind {' or '.join(kinds)}"
            cure = f"Make one in {TITLE}'s settings of contact communications."
            raise Rejected(text, code="communication_type_missing", cure=cure)
        return found


def _texts(says: Customer, names: Sequence[str]) -> dict[str, object]:
    return {_PLAIN[name]: one_line(getattr(says, name)) or None for name in names}
