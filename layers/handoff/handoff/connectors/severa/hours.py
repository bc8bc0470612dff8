"""Severa's hours as data, what their rows become, and what else hours are told apart by.

Source: Severa REST API, Work hours: `GET /v1/workhours` and `/v1/deletedworkhours`, by token, 100 rows a page;
`changedSince`, `deletedSince`, `eventDateStart` and `eventDateEnd` count their bound in. Hours are decimal hours, sent
as JSON numbers: they are read digit by digit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from handoff.connectors.feed import ENTRIES, GONE_ENTRIES, Feed, RowFault
from handoff.connectors.http import VendorClient
from handoff.connectors.severa.assumed import BILLABLE, PROJECTS_A_CALL
from handoff.connectors.severa.lists import BY_ROW, BY_TOKEN, a_list, every_row, instant_text, since_text
from handoff.connectors.severa.models import SeveraDeleted, SeveraMoney, SeveraProject, SeveraWorkHour, SeveraWorkType
from handoff.domain.time import FetchedEntry, TimeEntry

ZERO = Decimal(0)
GUID = re.compile(r"[0-9A-Za-z-]{1,64}", re.ASCII)
"""What may stand in an address as the id of a row."""


def entry_of(row: SeveraWorkHour) -> FetchedEntry:
    """The entry; one without a quantity is still being worked on, whether or not its start and end are told.

    8 and 8.0 become the same content (`normalize`), 80 stays 80 and -0 becomes 0 (adding zero).
    """
    if row.changed_at is None:
        raise RowFault("lastUpdatedDateTime", "neither made nor changed at any time")
    rate, currency = _price(row.unit_price)
    return FetchedEntry(
        TimeEntry(
            external_id=row.guid,
            spent_on=row.event_date,
            hours=_plain(row.quantity) if row.quantity is not None else ZERO,
            person_id=row.user.guid,
            client_id=row.customer.guid,
            project_id=row.project.guid,
            task_id=row.work_type.guid,
            billable=row.is_billable is True and row.billable_status == BILLABLE,
            rate=rate,
            notes=row.description or "",
            running=row.quantity is None,
            currency=currency,
        ),
        row.is_approved is True,
        row.changed_at,
    )


def _price(price: SeveraMoney | None) -> tuple[Decimal | None, str]:
    """The rate and its currency; none where there is no amount, since a currency alone says nothing."""
    if price is None or price.amount is None:
        return None, ""
    return _plain(price.amount), price.currency_code or ""


def _plain(number: Decimal) -> Decimal:
    return number.normalize() + ZERO


def _deleted_since(at: datetime) -> Mapping[str, str]:
    return {"deletedSince": instant_text(at)}


HOURS: Feed[SeveraWorkHour, FetchedEntry] = Feed(
    name="entries", kind=ENTRIES, path="/v1/workhours", row=SeveraWorkHour, id_key="guid",
    paging=BY_TOKEN, convert=entry_of, since=since_text, changed_at=lambda row: row.changed_at,
)  # fmt: skip
GONE: Feed[SeveraDeleted, str] = Feed(
    name="gone_entries", kind=GONE_ENTRIES, path="/v1/deletedworkhours", row=SeveraDeleted, id_key="guid",
    paging=BY_TOKEN, convert=lambda row: row.guid, since=_deleted_since, changed_at=lambda row: row.deleted_at,
)  # fmt: skip
FEEDS: Mapping[str, Feed[SeveraWorkHour, FetchedEntry] | Feed[SeveraDeleted, str]] = {
    feed.name: feed for feed in (HOURS, GONE)
}
_PROJECTS: Feed[SeveraProject, SeveraProject] = a_list(
    "projects", "/v1/projects", SeveraProject, lambda row: row, BY_TOKEN
)
_WORK_TYPES: Feed[SeveraWorkType, SeveraWorkType] = a_list(
    "work_types", "/v1/worktypes", SeveraWorkType, lambda row: row, BY_ROW
)


def days(first: date, last: date) -> Mapping[str, str]:
    """The filter for work on a day from `first` to `last`, both included."""
    return {"eventDateStart": first.isoformat(), "eventDateEnd": last.isoformat()}


def units_of(client: VendorClient, project_ids: Sequence[str]) -> Mapping[str, str]:
    """The business unit of each project that has one; one call for 50 projects. Raises as reads do."""
    wanted = list(dict.fromkeys(project_ids))
    found: dict[str, str] = {}
    for some in _in_parts(wanted):
        for row in every_row(_PROJECTS, client, {"projectGuids": some}):
            if row.business_unit is not None:
                found[row.guid] = row.business_unit.guid
    return found


def work_types(client: VendorClient) -> Mapping[str, tuple[str, str]]:
    """Code and name of every kind of work, those that are not active too. Raises as reads do."""
    return {row.guid: ((row.code or "").strip(), row.name) for row in every_row(_WORK_TYPES, client)}


def _in_parts(wanted: Sequence[str]) -> Iterator[tuple[str, ...]]:
    # An address may not grow without bounds: 50 ids are 2,500 characters.
    for start in range(0, len(wanted), PROJECTS_A_CALL):
        yield tuple(wanted[start : start + PROJECTS_A_CALL])
