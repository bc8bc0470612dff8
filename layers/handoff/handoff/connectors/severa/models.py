"""Severa's rows, as far as they are read; fields that are not named here are skipped while decoding."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import msgspec

from handoff.connectors.severa.assumed import ZONE


class Stamped(msgspec.Struct, gc=False, kw_only=True, rename="camel"):
    """What every row has."""

    guid: str
    created_date_time: datetime | None = None
    last_updated_date_time: datetime | None = None

    @property
    def made_at(self) -> datetime | None:
        """When it was made."""
        return _zoned(self.created_date_time)

    @property
    def changed_at(self) -> datetime | None:
        """When it was made or last changed."""
        return _zoned(self.last_updated_date_time or self.created_date_time)


def _zoned(at: datetime | None) -> datetime | None:
    return at if at is None or at.tzinfo is not None else at.replace(tzinfo=ZONE)


class Reference(msgspec.Struct, gc=False):
    """Another row."""

    guid: str


class SeveraUnit(Stamped, gc=False, kw_only=True, rename="camel"):
    """A business unit."""

    name: str
    code: str | None = None
    is_active: bool = True
    parent_guid: str | None = None
    company_name: str | None = None


class SeveraUser(Stamped, gc=False, kw_only=True, rename="camel"):
    """A user."""

    first_name: str
    last_name: str
    email: str | None = None
    code: str | None = None


class SeveraCategory(Stamped, gc=False, kw_only=True, rename="camel"):
    """A product category."""

    name: str
    code: str | None = None
    is_active: bool = True


class SeveraProduct(Stamped, gc=False, kw_only=True, rename="camel"):
    """A product, or a type of travel expense: what is read of both is the same."""

    name: str
    code: str | None = None
    is_active: bool | None = True
    product_category: Reference | None = None


class SalesStatus(msgspec.Struct, gc=False, kw_only=True, rename="camel"):
    """A project's sales status; whether it is Won is a property of its type."""

    sales_status_type_guid: str | None = None


class SeveraProject(Stamped, gc=False, kw_only=True, rename="camel"):
    """A project, in whatever sales status."""

    name: str
    number: int | None = None
    customer: Reference | None = None
    sales_status: SalesStatus | None = None
    business_unit: Reference | None = None
    is_internal: bool = False


class SeveraStatusType(Stamped, gc=False, kw_only=True, rename="camel"):
    """A type of sales status."""

    is_active: bool = True


class SeveraCustomer(Stamped, gc=False, kw_only=True, rename="camel"):
    """A customer, without its addresses and contact persons."""

    name: str
    number: int | None = None
    is_active: bool = True
    is_internal: bool = False
    email: str | None = None
    vat_number: str | None = None


class SeveraAddress(Stamped, gc=False, kw_only=True, rename="camel"):
    """One address of a customer."""

    addressline: str | None = None
    postal_code: str | None = None
    city: str | None = None
    country: Reference | None = None
    is_billing_address: bool = False
    is_postal_address: bool = False
    contacts: list[Reference] | None = None


class SeveraContact(Stamped, gc=False, kw_only=True, rename="camel"):
    """A contact person of a customer."""

    first_name: str
    last_name: str
    is_active: bool = True
    is_deleted: bool = False
    emails: list[str] | None = None
    phone_numbers: list[str] | None = None


class Owned(msgspec.Struct, gc=False):
    """Whose a row is."""

    customer: Reference


class ChannelType(msgspec.Struct, gc=False):
    """What kind of contact communication one is."""

    guid: str
    type: str = ""


class SeveraChannel(Stamped, gc=False, kw_only=True, rename="camel"):
    """One e-mail address or phone number of a contact person."""

    value: str
    communication_type: ChannelType
    contact: Reference


class SeveraChannelType(Stamped, gc=False, kw_only=True, rename="camel"):
    """A kind of e-mail addresses or phone numbers, as the organisation named it."""

    type: str = ""
    is_active: bool = True


class SeveraCountry(msgspec.Struct, gc=False):
    """A country of Severa's own list."""

    guid: str
    code2: str | None = None


class SeveraMoney(msgspec.Struct, gc=False, rename="camel"):
    """An amount; what it is in other currencies besides is not read."""

    amount: Decimal | None = None
    currency_code: str | None = None


class SeveraWorkHour(Stamped, gc=False, kw_only=True, rename="camel"):
    """Hours of a user on a project; what their row says of names and codes is not read, nor the invoice they are on.

    All but the day may be missing by the OpenAPI description. What hours can't be posted without is asked for here, so
    that a row without it is named as broken.
    """

    event_date: date
    user: Reference
    customer: Reference
    project: Reference
    work_type: Reference
    quantity: Decimal | None = None
    description: str | None = None
    unit_price: SeveraMoney | None = None
    is_billable: bool | None = None
    billable_status: str = ""
    is_approved: bool | None = None


class SeveraDeleted(msgspec.Struct, gc=False, rename="camel"):
    """What is left of hours that were deleted."""

    guid: str
    deleted_date_time: datetime

    @property
    def deleted_at(self) -> datetime:
        """When they were deleted."""
        return self.deleted_date_time if self.deleted_date_time.tzinfo else self.deleted_date_time.replace(tzinfo=ZONE)


class SeveraWorkType(Stamped, gc=False, kw_only=True, rename="camel"):
    """A kind of work."""

    name: str
    code: str | None = None
