"""Harvest's lists as data, and what their rows become.

Source: Harvest API v2, Pagination: `links.next` is followed as given, since `next_page` is null in the
middle of cursor lists; `per_page` goes up to 2000; first-call filters are repeated in the links.
`updated_since` takes an instant in UTC (page Time Entries and others); whether the bound is inclusive is
not said, so callers overlap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from handoff.connectors.feed import ENTRIES, Feed
from handoff.connectors.harvest.models import (
    HarvestClientRow,
    HarvestProject,
    HarvestTask,
    HarvestTimeEntry,
    HarvestUser,
)
from handoff.connectors.paging import NextLink
from handoff.domain.parties import Client, Person
from handoff.domain.projects import Project, ProjectType, Task
from handoff.domain.time import FetchedEntry, TimeEntry

PER_PAGE = 2000
APPROVED = "approved"
ZERO = Decimal(0)


def _pages(items_key: str) -> NextLink:
    return NextLink(items_key=items_key, total_key="total_entries", params={"per_page": str(PER_PAGE)})


def _since(since: datetime) -> Mapping[str, str]:
    return {"updated_since": f"{since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"}


def entry_of(row: HarvestTimeEntry) -> FetchedEntry:
    """The entry with Harvest's own rounding, which is what its reports and invoices use.

    8 and 8.0 become the same content (`normalize`), 80 stays 80 and -0 becomes 0 (adding zero).
    """
    hours = row.hours if row.rounded_hours is None else row.rounded_hours
    rate = row.billable_rate
    approval = row.approval_status
    return FetchedEntry(
        TimeEntry(
            str(row.id),
            row.spent_date,
            hours.normalize() + ZERO,
            str(row.user.id),
            str(row.client.id),
            str(row.project.id),
            str(row.task.id),
            row.billable,
            rate.normalize() + ZERO if rate is not None and row.billable else None,
            row.notes or "",
            row.is_running,
        ),
        row.is_closed if approval is None else approval == APPROVED,
        row.updated_at,
    )


def client_of(row: HarvestClientRow) -> Client:
    """The client with the currency its hours are priced in."""
    return Client(id=str(row.id), name=row.name, currency=row.currency, active=row.is_active)


def person_of(row: HarvestUser) -> Person:
    """The user; the e-mail address is what other systems know them by."""
    return Person(
        id=str(row.id),
        name=f"{row.first_name or ''} {row.last_name or ''}".strip(),
        email=row.email or "",
        roles=tuple(row.roles or ()),
        active=row.is_active,
    )


def project_of(row: HarvestProject) -> Project:
    """The project; a fixed fee counts only where work is billable at all."""
    earns = ProjectType.FIXED_FEE if row.is_fixed_fee else ProjectType.TIME_AND_MATERIALS
    return Project(
        id=str(row.id),
        name=row.name,
        code=(row.code or "").strip(),
        client_id=str(row.client.id),
        type=earns if row.is_billable else ProjectType.NON_BILLABLE,
        active=row.is_active,
    )


def task_of(row: HarvestTask) -> Task:
    """The task."""
    return Task(id=str(row.id), name=row.name, active=row.is_active)


CLIENTS = Feed(
    name="clients", kind="clients", path="/v2/clients", row=HarvestClientRow, id_key="id",
    paging=_pages("clients"), convert=client_of, since=_since, changed_at=lambda row: row.updated_at,
)  # fmt: skip
PEOPLE = Feed(
    name="people", kind="people", path="/v2/users", row=HarvestUser, id_key="id",
    paging=_pages("users"), convert=person_of, since=_since, changed_at=lambda row: row.updated_at,
)  # fmt: skip
PROJECTS = Feed(
    name="projects", kind="projects", path="/v2/projects", row=HarvestProject, id_key="id",
    paging=_pages("projects"), convert=project_of, since=_since, changed_at=lambda row: row.updated_at,
)  # fmt: skip
TASKS = Feed(
    name="tasks", kind="tasks", path="/v2/tasks", row=HarvestTask, id_key="id",
    paging=_pages("tasks"), convert=task_of, since=_since, changed_at=lambda row: row.updated_at,
)  # fmt: skip
TIME_ENTRIES = Feed(
    name="entries", kind=ENTRIES, path="/v2/time_entries", row=HarvestTimeEntry, id_key="id",
    paging=_pages("time_entries"), convert=entry_of, since=_since, changed_at=lambda row: row.updated_at,
)  # fmt: skip

# Reference data first: entries name it.
_IN_ORDER: Sequence[Feed[Any, Any]] = (CLIENTS, PEOPLE, PROJECTS, TASKS, TIME_ENTRIES)
FEEDS = {feed.name: feed for feed in _IN_ORDER}
