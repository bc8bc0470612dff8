"""Customers in e-conomic, by the number that the time tool gave them.

PUT replaces the whole object (e-conomic, REST conventions), so what is written is the customer as last seen with our
fields over it: one call. It answers with the customer as it is then, so nothing has to be read again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from handoff.connectors.economic.assumed import NAME_MAX
from handoff.connectors.economic.client import LOOK_AGAIN, EconomicClient, decoded, from_cache, unsure
from handoff.connectors.economic.filters import at_least, either, equal
from handoff.connectors.economic.formats import (
    Json,
    body_of,
    digest,
    fitting,
    lines_fitting,
    object_in,
    writable,
)  # fmt: skip
from handoff.connectors.economic.models import EconomicCustomer
from handoff.connectors.http import NOT_FOUND
from handoff.domain.errors import BrokenContract, Rejected
from handoff.domain.master_data import ErpObject, WantedCustomer

WHAT = "customers"
PATH = "/customers"
ADDRESS_MAX, ZIP_MAX, PLACE_MAX, NUMBER_TEXT_MAX = 510, 30, 50, 40
# Source: e-conomic, customers.put schema: read-only, or links; the last can only be written by PATCH.
READ_ONLY = frozenset(
    {
        "balance",
        "contacts",
        "deliveryLocations",
        "dueAmount",
        "eInvoicingDisabledByDefault",
        "invoices",
        "lastUpdated",
        "metaData",
        "self",
        "templates",
        "totals",
    }
)


class Customers:
    """The customers of one agreement: implements `MirrorChannel`."""

    def __init__(self, client: EconomicClient) -> None:
        self._client = client

    def find(self, number: int) -> ErpObject | None:
        """The customer with that number; None when there is none."""
        body = self._client.rest.read_one(f"{PATH}/{number}", what=WHAT)
        return None if body is None else customer_from(body)

    def alike(self, wanted: WantedCustomer) -> Sequence[ErpObject]:
        """Customers with the same organisation number, or where that finds none, with exactly the same name."""
        name = fitting(wanted.name, NAME_MAX)
        by_name, filters = equal("name", name), []
        if wanted.organisation_number:
            filters = [equal("corporateIdentificationNumber", wanted.organisation_number)]
        rows = self._client.rest_rows(PATH, EconomicCustomer, what=WHAT, filtered=either(*filters, by_name))
        found = [customer_from(raw) for _, raw in rows]
        same_number = [
            one for one in found if wanted.organisation_number and one.organisation_number == wanted.organisation_number
        ]
        return same_number or [one for one in found if _plain(one.name) == _plain(name)]

    def create(self, wanted: WantedCustomer, *, key: str) -> ErpObject:
        """Makes it; raises Rejected `number_taken` when another customer has the number."""
        content = {"customerNumber": wanted.number, **fields_of(wanted)}
        try:
            answer = self._client.write(self._client.rest, PATH, content, what=WHAT, key=key)
            if not from_cache(answer):
                return customer_from_answer(answer.body)
            # Made some time ago with the same content: it may have been deleted since.
            if (found := self._seen_again(wanted.number)) is not None:
                return found
            answer = self._client.write(self._client.rest, PATH, content, what=WHAT, key=key, fresh=True)
        except Rejected as refusal:
            raise self._taken(wanted.number) or refusal from None
        return customer_from_answer(answer.body)

    def update(self, wanted: WantedCustomer, known: bytes, *, key: str) -> ErpObject | None:
        """Replaces the customer as last seen by the same with our fields as wanted; None when the number is gone."""
        path, content = f"{PATH}/{wanted.number}", overlaid(known, wanted)
        rest, answers = self._client.rest, (NOT_FOUND,)
        answer = self._client.write(rest, path, content, what=WHAT, key=key, method="PUT", answers=answers)
        if from_cache(answer):
            # The same was written some time ago and something else in between: only a new key is carried out.
            answer = self._client.write(
                rest, path, content, what=WHAT, key=key, method="PUT", answers=answers, fresh=True
            )
        return None if answer.status == NOT_FOUND else customer_from_answer(answer.body)

    def changed_since(self, since: datetime | None) -> Iterator[ErpObject]:
        """All that changed at or after an instant, by number; None for every customer."""
        filtered = "" if since is None else at_least("lastUpdated", since)
        rows = self._client.rest_rows(PATH, EconomicCustomer, what=WHAT, filtered=filtered, sort="customerNumber")
        return (customer_from(raw) for _, raw in rows)

    def _seen_again(self, number: int) -> ErpObject | None:
        try:
            return self.find(number)
        except LOOK_AGAIN as error:
            raise unsure(error, f"customer {number}") from error

    def _taken(self, number: int) -> Rejected | None:
        """No published code says that a number is taken, so a refusal is followed by a look."""
        try:
            other = self.find(number)
        except LOOK_AGAIN:
            return None  # the first refusal says more than the failed look
        if other is None:
            return None
        return Rejected(
            f"customer number {number} already belongs to {other.name} in e-conomic",
            code="number_taken",
            field="number",
            cure="Link the two, or give the customer another number in the time tool.",
        )


def fields_of(wanted: WantedCustomer) -> Json:
    """Our fields as e-conomic takes them; empty ones are left out, which clears them."""
    texts = {
        "name": fitting(wanted.name, NAME_MAX),
        "corporateIdentificationNumber": fitting(wanted.organisation_number, NUMBER_TEXT_MAX),
        "email": fitting(wanted.email, NAME_MAX),
        "address": lines_fitting(wanted.address, ADDRESS_MAX),
        "zip": fitting(wanted.postcode, ZIP_MAX),
        "city": fitting(wanted.city, PLACE_MAX),
        "country": fitting(wanted.country, PLACE_MAX),
        "currency": wanted.currency,
    }
    references: Json = {
        "customerGroup": {"customerGroupNumber": wanted.group},
        "paymentTerms": {"paymentTermsNumber": wanted.payment_terms},
        "vatZone": {"vatZoneNumber": wanted.vat_zone},
    }
    return {**{name: text for name, text in texts.items() if text}, **references}


OURS = (
    "name", "corporateIdentificationNumber", "email", "address", "zip", "city", "country", "customerGroup", "vatZone",
)  # fmt: skip
OF_A_NEW_ONE = ("currency", "paymentTerms")
"""What a customer gets when it is made, and what people may change then."""


def overlaid(known: bytes, wanted: WantedCustomer) -> Json:
    """The customer as last seen, with our fields as wanted and everything else as it was."""
    kept = {name: value for name, value in object_in(known).items() if name not in OURS}
    chosen = {name: kept[name] for name in OF_A_NEW_ONE if name in kept}
    return {**kept, "customerNumber": wanted.number, **fields_of(wanted), **chosen}


def customer_from(body: bytes) -> ErpObject:
    """The customer as read: its fingerprint is over our fields, its form is what a write would hand back."""
    row = decoded(body, EconomicCustomer, WHAT)
    seen = (
        row.name, row.corporate_identification_number, row.email, row.address, row.zip, row.city, row.country,
        row.customer_group.customer_group_number, row.vat_zone.vat_zone_number,
    )  # fmt: skip
    whole = {name: value for name, value in object_in(body).items() if name not in READ_ONLY}
    return ErpObject(
        number=row.customer_number,
        name=row.name,
        fingerprint=digest(*seen),
        form=body_of(writable(whole)),
        organisation_number=row.corporate_identification_number.strip(),
    )


def customer_from_answer(body: bytes) -> ErpObject:
    """The customer in the answer to a write, which happened whether it can be read or not."""
    try:
        return customer_from(body)
    except BrokenContract as error:
        raise unsure(error, "a customer") from error


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()
