"""The timesheet: every time entry with its approval, its timer and the row that the API writes for it.

A written row is kept until the entry or the master data changes, so that big lists cost little. A running timer's
hours grow with the clock and are written anew each time; they grow until the end of the UTC day on which the timer
was started (ASSUMED: no source says how far a forgotten timer runs).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

from sandbox.harvest.answers import Json, not_found, read_day, refuse, stamp
from sandbox.harvest.lists import flag_filter, id_filter, since_filter
from sandbox.harvest.reference import FIRST_PROJECT, FIRST_TASK, FIRST_USER, Reference, full_name
from sandbox.standin import Clock
from sandbox.wire import to_json
from sandbox.world import Approval, Bill, Budget, Entry, rounded_up

FIRST_ENTRY = 2_636_709_000  # beyond 32 bits, as the vendor's have been for years
KEPT_LISTS = 16
LINKED_EVERY = 250  # so many entries have one that was logged from another system
_WITH_POINT = Decimal("0.0")  # added to a whole number it gives 6.0, as the vendor writes it

APPROVED_AND_LOCKED = "Item Approved and Locked for this Time Period"
INVOICED_AND_LOCKED = "Item Invoiced and Approved and Locked for this Time Period"
ARCHIVED_AND_LOCKED = "Item Locked because of an archived project, client, task or person"  # ASSUMED text


@dataclass(slots=True)
class TimeEntry:
    """One entry. `hours` are those before a running timer; days and stamps are kept as the API writes them."""

    id: int
    spent_date: str
    user_id: int
    project_id: int
    task_id: int
    hours: Decimal
    notes: str | None
    approval: Approval
    is_billed: bool
    timer_started_at: datetime | None
    created_at: str
    updated_at: str
    external_reference: Json | None = None
    invoice: Json | None = None
    written: bytes | None = None

    @property
    def is_running(self) -> bool:
        """Whether its timer runs."""
        return self.timer_started_at is not None


class Timesheet:
    """All time entries of the account."""

    def __init__(self, reference: Reference, clock: Clock, entries: Iterable[Entry]) -> None:
        self.reference = reference
        self.clock = clock
        self.entries: dict[int, TimeEntry] = {}
        for entry in entries:
            taken = _taken(entry)
            self.entries[taken.id] = taken
        self._next_id = max(self.entries, default=FIRST_ENTRY) + 1
        self._sorted: list[TimeEntry] | None = None
        self._found: dict[object, list[TimeEntry]] = {}

    def get(self, entry_id: int) -> TimeEntry:
        """The entry. Ends the call with 404 when there is none."""
        return self.entries.get(entry_id) or not_found()

    def add(self, fields: Callable[[int], TimeEntry]) -> TimeEntry:
        """Takes a new entry in; `fields` makes it for the id it is given."""
        entry = fields(self._next_id)
        self._next_id += 1
        self.entries[entry.id] = entry
        self.changed(entry)
        return entry

    def remove(self, entry: TimeEntry) -> None:
        """The entry is gone without a trace."""
        del self.entries[entry.id]
        self.changed(entry)

    def changed(self, entry: TimeEntry) -> None:
        """To be called after an entry was changed: what was written or found before is stale."""
        entry.written = None
        self._sorted = None
        self._found.clear()

    def master_data_changed(self) -> None:
        """To be called after the master data changed: rows embed names, rates and archived states."""
        for entry in self.entries.values():
            entry.written = None
        self._found.clear()

    def newest_first(self) -> list[TimeEntry]:
        """All entries, latest day first."""
        if self._sorted is None:
            self._sorted = sorted(self.entries.values(), key=lambda one: (one.spent_date, one.id), reverse=True)
        return self._sorted

    def find(self, query: Mapping[str, str], only_user: int | None) -> list[TimeEntry]:
        """The entries that meet the filters of the list, latest day first. Ends the call with 422."""
        wanted = _tests(query, self.reference)
        if only_user is not None:
            wanted["only"] = lambda entry: entry.user_id == only_user
        key = (tuple(sorted((name, query.get(name)) for name in wanted)), only_user)
        if key not in self._found:
            while len(self._found) >= KEPT_LISTS:
                self._found.pop(next(iter(self._found)))
            tests = list(wanted.values())
            self._found[key] = [one for one in self.newest_first() if all(test(one) for test in tests)]
        return self._found[key]

    def write(self, entry: TimeEntry) -> bytes:
        """The entry's row as JSON."""
        if entry.is_running:
            return to_json(self.show(entry))
        if entry.written is None:
            entry.written = to_json(self.show(entry))
        return entry.written

    def hours_of(self, entry: TimeEntry) -> Decimal:
        """Its hours by now, the running timer included."""
        if entry.timer_started_at is None:
            return entry.hours
        started = entry.timer_started_at
        midnight = datetime.combine(started.date() + timedelta(days=1), time(), started.tzinfo)
        seconds = int((min(max(self.clock(), started), midnight) - started).total_seconds())
        return entry.hours + (Decimal(seconds) / 3600).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)

    def lock_reason(self, entry: TimeEntry) -> str | None:
        """Why nobody may change the entry: approved, or something it belongs to is archived."""
        if entry.approval is Approval.APPROVED:
            return INVOICED_AND_LOCKED if entry.is_billed else APPROVED_AND_LOCKED
        return ARCHIVED_AND_LOCKED if self.is_archived(entry) else None

    def is_archived(self, entry: TimeEntry) -> bool:
        """Whether its project, client, task or person is archived."""
        books = self.reference
        rows = (
            books.projects.rows[entry.project_id],
            books.client_of(entry.project_id),
            books.tasks.rows[entry.task_id],
            books.users.rows[entry.user_id],
        )
        return not all(row["is_active"] for row in rows)

    def is_billable(self, entry: TimeEntry) -> bool:
        """Whether the client is to pay for it."""
        assignment = self.reference.task_assignment(entry.project_id, entry.task_id)
        billable = self.reference.projects.rows[entry.project_id]["is_billable"]
        return bool(billable and (assignment is None or assignment["billable"]))

    def billable_rate(self, entry: TimeEntry) -> Decimal | None:
        """The rate of an hour by the project's `bill_by`; None when not billable or billed by nothing."""
        books = self.reference
        project = books.projects.rows[entry.project_id]
        if not self.is_billable(entry):
            return None
        rate: Decimal | None = None
        if project["bill_by"] == Bill.PROJECT:
            rate = project["hourly_rate"]
        elif project["bill_by"] == Bill.TASKS:
            by_task = books.task_assignment(entry.project_id, entry.task_id)
            rate = by_task["hourly_rate"] if by_task else None
        elif project["bill_by"] == Bill.PEOPLE:
            by_person = books.user_assignment(entry.project_id, entry.user_id)
            user = books.users.rows[entry.user_id]
            rate = books.rate_of(by_person) if by_person else user["default_hourly_rate"]
        return rate

    def show(self, entry: TimeEntry) -> Json:
        """The entry's row, field by field as Harvest API v2, Time entries."""
        books, hours, locked = self.reference, self.hours_of(entry), self.lock_reason(entry)
        project, client = books.projects.rows[entry.project_id], books.client_of(entry.project_id)
        user = books.users.rows[entry.user_id]
        by_person = books.user_assignment(entry.project_id, entry.user_id)
        by_task = books.task_assignment(entry.project_id, entry.task_id)
        return {
            "id": entry.id,
            "spent_date": entry.spent_date,
            "hours": hours + _WITH_POINT,
            "hours_without_timer": entry.hours + _WITH_POINT,
            "rounded_hours": rounded_up(hours) + _WITH_POINT,
            "notes": entry.notes,
            "is_locked": locked is not None,
            "locked_reason": locked,
            "approval_status": entry.approval.value,
            "is_closed": entry.approval is Approval.APPROVED,
            "is_billed": entry.is_billed,
            "timer_started_at": stamp(entry.timer_started_at) if entry.timer_started_at else None,
            "started_time": None,
            "ended_time": None,
            "is_running": entry.is_running,
            "billable": self.is_billable(entry),
            "budgeted": project["budget_by"] != Budget.NONE,
            "billable_rate": self.billable_rate(entry),
            "cost_rate": user["cost_rate"],
            "created_at": entry.created_at,
            "updated_at": entry.updated_at,
            "user": {"id": entry.user_id, "name": full_name(user)},
            "client": {"id": client["id"], "name": client["name"], "currency": client["currency"]},
            "project": {"id": entry.project_id, "name": project["name"], "code": project["code"]},
            "task": {"id": entry.task_id, "name": books.tasks.rows[entry.task_id]["name"]},
            "user_assignment": _bare(by_person, books.rate_of(by_person)) if by_person else None,
            "task_assignment": _bare(by_task, by_task["hourly_rate"]) if by_task else None,
            "invoice": entry.invoice,
            "external_reference": entry.external_reference,
        }


def _bare(assignment: Json, rate: Decimal | None) -> Json:
    """An assignment inside an entry: without the project, task or person, which stand beside it."""
    bare = {name: value for name, value in assignment.items() if not name.startswith("_")}
    return {**bare, "hourly_rate": rate}


def _taken(entry: Entry) -> TimeEntry:
    return TimeEntry(
        id=FIRST_ENTRY + entry.number,
        spent_date=entry.spent_on.isoformat(),
        user_id=FIRST_USER + entry.person,
        project_id=FIRST_PROJECT + entry.project,
        task_id=FIRST_TASK + entry.task,
        hours=entry.hours,
        notes=entry.notes,
        approval=entry.approval,
        is_billed=entry.is_billed,
        timer_started_at=entry.started_at,
        created_at=stamp(entry.created_at),
        updated_at=stamp(entry.updated_at),
        external_reference=None if entry.number % LINKED_EVERY else _ticket(entry.number),
    )


def _ticket(number: int) -> Json:
    """A link to a ticket in some other system; its ids are texts."""
    ids = {"id": str(70_000 + number), "group_id": "120", "account_id": "9"}
    return {
        **ids,
        "permalink": f"https://tickets.example.test/{70_000 + number}",
        "service": "tickets.example.test",
        "service_icon_url": "https://tickets.example.test/icon.png",
    }


_Test = Callable[[TimeEntry], bool]


def _tests(query: Mapping[str, str], reference: Reference) -> dict[str, _Test]:
    """One test per filter that the call asks for, by the filter's name."""
    return dict(_all_tests(query, reference))


def _all_tests(query: Mapping[str, str], reference: Reference) -> Iterator[tuple[str, _Test]]:
    if (user := id_filter(query, "user_id")) is not None:
        yield "user_id", lambda one: one.user_id == user
    if (client := id_filter(query, "client_id")) is not None:
        yield "client_id", lambda one: reference.projects.rows[one.project_id]["_client"] == client
    if (project := id_filter(query, "project_id")) is not None:
        yield "project_id", lambda one: one.project_id == project
    if (task := id_filter(query, "task_id")) is not None:
        yield "task_id", lambda one: one.task_id == task
    if (since := since_filter(query)) is not None:
        yield "updated_since", lambda one: one.updated_at >= since
    yield from _state_tests(query)
    yield from _day_tests(query)


def _state_tests(query: Mapping[str, str]) -> Iterator[tuple[str, _Test]]:
    if (billed := flag_filter(query, "is_billed")) is not None:
        yield "is_billed", lambda one: one.is_billed is billed
    if (running := flag_filter(query, "is_running")) is not None:
        yield "is_running", lambda one: one.is_running is running
    if (status := query.get("approval_status")) is not None:
        if status not in tuple(Approval):
            refuse("approval_status must be unsubmitted, submitted or approved")
        yield "approval_status", lambda one: one.approval == status
    if (reference_id := query.get("external_reference_id")) is not None:
        yield "external_reference_id", lambda one: (one.external_reference or {}).get("id") == reference_id


def _day_tests(query: Mapping[str, str]) -> Iterator[tuple[str, _Test]]:
    if "from" in query:
        first = read_day(query["from"], "from")
        yield "from", lambda one: one.spent_date >= first
    if "to" in query:
        last = read_day(query["to"], "to")
        yield "to", lambda one: one.spent_date <= last
