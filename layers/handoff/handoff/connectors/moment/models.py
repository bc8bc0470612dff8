"""Moment's rows, as far as they are read; fields that are not named here are skipped while decoding.

Names come from `assumed`. What decides what is posted must be there: a row without it is broken, not empty. What
could be a list's own way of saying "nothing" may be null.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

import msgspec

from handoff.connectors.moment import assumed

Instant = Annotated[datetime, msgspec.Meta(tz=True)]
"""With a zone: cursors are made of it."""
Id = Annotated[int, msgspec.Meta(gt=0)]


class MomentCustomer(msgspec.Struct, gc=False, rename=assumed.CUSTOMER):
    """A customer."""

    id: Id
    name: str
    number: str | None
    changed_at: Instant | None = None
    organisation_number: str | None = None
    email: str | None = None
    invoice_email: str | None = None
    address1: str | None = None
    address2: str | None = None
    postcode: str | None = None
    city: str | None = None
    country: str | None = None


class MomentProject(msgspec.Struct, gc=False, rename=assumed.PROJECT):
    """A project; its number may be missing or hold letters."""

    id: Id
    name: str
    number: str | None = None
    customer_id: int | None = None
    customer_number: str | None = None
    changed_at: Instant | None = None


class MomentProjectLine(msgspec.Struct, gc=False, rename=assumed.PROJECT):
    """A project as it is looked up by number: a fault in anything else would hide which numbers there are."""

    id: Id
    number: str | None
    name: str | None = None
    customer_id: int | None = None
    customer_number: str | None = None


class MomentInvoice(msgspec.Struct, gc=False, rename=assumed.INVOICE):
    """An invoice or a credit note; what was paid of it is not read, since we write it."""

    id: Id
    type: str
    state: str
    accounting: str
    currency: str
    total: Decimal
    customer_id: int
    customer_number: str | None
    number: int | None
    changed_at: Instant | None = None
    credits: int | None = None
    description: str | None = None
    project_id: int | None = None
    project_number: str | None = None
    invoiced_on: date | None = None
    due_on: date | None = None
    payment_id: str | None = None
    account: str | None = None
    vat_code: str | None = None


class MomentActivity(msgspec.Struct, gc=False, rename=assumed.ACTIVITY):
    """An activity of a project."""

    id: Id
    name: str
    project_id: int
    state: str | None = None


class MomentExpense(msgspec.Struct, gc=False, rename={"key": assumed.EXPENSE["key"]}):
    """An expense as it is looked up. The key must be named, null or not: without it nobody could tell ours."""

    id: Id
    key: str | None


class MomentAttachment(msgspec.Struct, gc=False, rename=assumed.ATTACHMENT):
    """A file on an expense."""

    id: Id
    file_name: str


class Made(msgspec.Struct):
    """What a create answers with, as far as it is read."""

    id: Id
