"""Harvest's rows, as far as they are read; fields that are not named here are skipped while decoding.

Source: Harvest API v2, pages Time Entries, Clients, Users, Projects, Tasks. Numbers are decimals, never
floats. Fields that some accounts do not have, or hide by rights, have a default.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

import msgspec

Instant = Annotated[datetime, msgspec.Meta(tz=True)]
"""UTC with a `Z`; a stamp without a zone is refused, since cursors are made of it."""


class HarvestRef(msgspec.Struct, gc=False):
    """A row named inside another one; its name is left out, see `domain.time`."""

    id: int


class HarvestTimeEntry(msgspec.Struct, gc=False):
    """A time entry. Assignments, invoice and external reference are not read: they may be null and decide nothing.

    The assignments' hourly rates are no fallback for a missing `billable_rate`: which of them counts is
    the project's `bill_by`, and an entry does not carry it.
    """

    id: int
    spent_date: date
    hours: Decimal
    user: HarvestRef
    client: HarvestRef
    project: HarvestRef
    task: HarvestRef
    billable: bool
    updated_at: Instant
    is_running: bool = False
    is_closed: bool = False
    rounded_hours: Decimal | None = None
    notes: str | None = None
    approval_status: str | None = None
    billable_rate: Decimal | None = None


class HarvestClientRow(msgspec.Struct, gc=False):
    """A client."""

    id: int
    name: str
    updated_at: Instant
    currency: str
    is_active: bool = True


class HarvestUser(msgspec.Struct, gc=False):
    """A user; `roles` are departments or skills, `access_roles` rights."""

    id: int
    updated_at: Instant
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    roles: list[str] | None = None
    access_roles: list[str] | None = None
    is_active: bool = True


class HarvestProject(msgspec.Struct, gc=False):
    """A project."""

    id: int
    name: str
    client: HarvestRef
    updated_at: Instant
    code: str | None = None
    is_active: bool = True
    is_billable: bool = True
    is_fixed_fee: bool = False


class HarvestTask(msgspec.Struct, gc=False):
    """A task."""

    id: int
    name: str
    updated_at: Instant
    is_active: bool = True


class HarvestCompany(msgspec.Struct):
    """The account's own settings."""

    name: str
