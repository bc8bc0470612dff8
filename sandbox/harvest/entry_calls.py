"""`/v2/time_entries`: reading and writing hours, and what a manager does with them in the web interface.

Harvest API v2, Time entries. There is no API to submit, approve or withdraw: `POST /_sandbox/submit`,
`/_sandbox/approve` and `/_sandbox/withdraw` stand for the manager's clicks. Where nobody wrote down what Harvest
answers, this is ASSUMED:

- a change to an approved or archived entry gets 422 (`admin_edits_locked` lets the administrator through);
- moving an entry to a project or task that it may not go to is dropped without a word, as seen with real accounts;
- an administrator may delete approved entries, nobody those of an archived project or task;
- approving and withdrawing stamp `updated_at` (`approval_touches` turns that off).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.harvest.account import Account
from sandbox.harvest.answers import Json, not_found, read_day, refuse, stamp, whole_id
from sandbox.harvest.fields import body_fields, external_reference, need, number, text, whole
from sandbox.harvest.lists import Listing, list_answer
from sandbox.harvest.reference import Reference
from sandbox.harvest.rights import is_admin
from sandbox.harvest.timesheet import TimeEntry, Timesheet
from sandbox.wire import JSON_TYPE, Answer, Call, Route
from sandbox.world import Approval


class EntryCalls:
    """The handlers of time entries. `user_of` gives the row of the person whose token the call carries."""

    def __init__(self, account: Account, user_of: Callable[[Call], Json]) -> None:
        self._account = account
        self._user_of = user_of

    @property
    def _sheet(self) -> Timesheet:
        return self._account.timesheet

    @property
    def _books(self) -> Reference:
        return self._account.reference

    def routes(self) -> list[Route]:
        """The vendor's paths, and what people do in the web interface."""
        return [
            Route("GET", "/v2/time_entries", self.list),
            Route("POST", "/v2/time_entries", self.create),
            Route("GET", "/v2/time_entries/{id}", self.one),
            Route("PATCH", "/v2/time_entries/{id}", self.patch),
            Route("DELETE", "/v2/time_entries/{id}", self.delete),
            Route("PATCH", "/v2/time_entries/{id}/stop", self.stop),
            Route("PATCH", "/v2/time_entries/{id}/restart", self.restart),
            Route("DELETE", "/v2/time_entries/{id}/external_reference", self.drop_reference),
            Route("POST", "/_sandbox/submit", lambda call: self._decide(call, Approval.SUBMITTED)),
            Route("POST", "/_sandbox/approve", lambda call: self._decide(call, Approval.APPROVED)),
            Route("POST", "/_sandbox/withdraw", lambda call: self._decide(call, Approval.UNSUBMITTED)),
        ]

    def list(self, call: Call) -> Answer:
        """Latest day first, in page style; a member sees only his own."""
        user = self._user_of(call)
        found = self._sheet.find(call.query, None if is_admin(user) else user["id"])
        return list_answer(call, Listing("time_entries", found, lambda one: one.id, self._sheet.write, by_cursor=False))

    def one(self, call: Call) -> Answer:
        """One entry; somebody else's is not there for a member."""
        return self._written(self._entry(call))

    def create(self, call: Call) -> Answer:
        """Logs hours; without `hours` a timer starts."""
        fields, user = body_fields(call), self._user_of(call)
        need(fields, "project_id", "task_id", "spent_date")
        user_id = whole(fields, "user_id") if fields.get("user_id") is not None else user["id"]
        if user_id != user["id"] and not is_admin(user):
            refuse("You may not log hours for somebody else", 403)
        project_id, task_id = whole(fields, "project_id"), whole(fields, "task_id")
        if (problem := self._misplaced(user_id, project_id, task_id)) is not None:
            refuse(problem)
        timed = fields.get("hours") is None
        now = self._sheet.clock()
        hours = number(fields, "hours") if not timed else number({"hours": 0}, "hours")
        spent_date = read_day(fields["spent_date"], "spent_date")
        notes, link = text(fields, "notes"), external_reference(fields.get("external_reference"))
        entry = self._sheet.add(
            lambda entry_id: TimeEntry(
                id=entry_id,
                spent_date=spent_date,
                user_id=user_id,
                project_id=project_id,
                task_id=task_id,
                hours=hours,
                notes=notes,
                approval=Approval.UNSUBMITTED,
                is_billed=False,
                timer_started_at=now if timed else None,
                created_at=stamp(now),
                updated_at=stamp(now),
                external_reference=link,
            )
        )
        return self._written(entry, 201)

    def patch(self, call: Call) -> Answer:
        """Changes what may be changed; fields that may not are dropped without a word."""
        entry, fields = self._entry(call), body_fields(call)
        changes = self._changes(entry, fields)
        locked = self._sheet.lock_reason(entry)
        if locked is not None and not (self._account.options.admin_edits_locked and is_admin(self._user_of(call))):
            changes = {name: value for name, value in changes.items() if name not in ("project_id", "task_id")}
            if changes:
                refuse(locked)
        if changes:
            if "hours" in changes and entry.is_running:
                entry.timer_started_at = self._sheet.clock()  # the sent hours are those up to now
            self._apply(entry, changes)
        return self._written(entry)

    def stop(self, call: Call) -> Answer:
        """Stops the timer; only a running one can be stopped."""
        entry = self._entry(call)
        if not entry.is_running:
            refuse("The time entry is not running")
        self._apply(entry, {"hours": self._sheet.hours_of(entry), "timer_started_at": None})
        return self._written(entry)

    def restart(self, call: Call) -> Answer:
        """Starts the timer again; only a stopped and unlocked one can be started."""
        entry = self._entry(call)
        if entry.is_running:
            refuse("The time entry is already running")
        if (locked := self._sheet.lock_reason(entry)) is not None:
            refuse(locked)
        self._apply(entry, {"timer_started_at": self._sheet.clock()})
        return self._written(entry)

    def delete(self, call: Call) -> Answer:
        """The entry is gone; 200 with an empty body."""
        entry = self._entry(call)
        books = self._books
        if not (books.projects.get(entry.project_id)["is_active"] and books.tasks.get(entry.task_id)["is_active"]):
            refuse("The project or task of this time entry is archived")
        if entry.approval is Approval.APPROVED and not is_admin(self._user_of(call)):
            refuse("The time entry is closed")
        self._sheet.remove(entry)
        return Answer(200)

    def drop_reference(self, call: Call) -> Answer:
        """Takes the link to another system off."""
        entry = self._entry(call)
        if entry.external_reference is not None:
            self._apply(entry, {"external_reference": None})
        return Answer(200)

    def _decide(self, call: Call, approval: Approval) -> Answer:
        """Moves the entries of `ids`, or those within from, to, user_id and project_id; never a running one."""
        fields = call.json()
        known = {"ids", "from", "to", "user_id", "project_id"}
        if not isinstance(fields, dict) or not fields or set(fields) - known:
            refuse(f"the body must have one or more of {', '.join(sorted(known))}, and nothing else", 400)
        moved = [
            entry
            for entry in list(self._sheet.newest_first())
            if _chosen(entry, fields) and not entry.is_running and entry.approval is not approval
        ]
        for entry in moved:
            entry.approval = approval
            if self._account.options.approval_touches:
                entry.updated_at = stamp(self._sheet.clock())
            self._sheet.changed(entry)
        return Answer(200, {"changed": len(moved), "ids": [entry.id for entry in moved]})

    def _entry(self, call: Call) -> TimeEntry:
        entry, user = self._sheet.get(whole_id(call, "id")), self._user_of(call)
        return entry if is_admin(user) or entry.user_id == user["id"] else not_found()

    def _written(self, entry: TimeEntry, status: int = 200) -> Answer:
        return Answer(status, self._sheet.write(entry), {"Content-Type": JSON_TYPE})

    def _apply(self, entry: TimeEntry, changes: dict[str, Any]) -> None:
        for name, value in changes.items():
            setattr(entry, name, value)
        entry.updated_at = stamp(self._sheet.clock())
        self._sheet.changed(entry)

    def _changes(self, entry: TimeEntry, fields: Json) -> dict[str, Any]:
        """The fields that would get another value, apart from a move to where the entry may not go."""
        wanted: dict[str, Any] = {}
        if fields.get("spent_date") is not None:
            wanted["spent_date"] = read_day(fields["spent_date"], "spent_date")
        if fields.get("hours") is not None:
            wanted["hours"] = number(fields, "hours")
        if "notes" in fields:
            wanted["notes"] = text(fields, "notes")
        if "external_reference" in fields:
            wanted["external_reference"] = external_reference(fields["external_reference"])
        ids = {name: whole(fields, name) for name in ("project_id", "task_id") if fields.get(name) is not None}
        place = (ids.get("project_id", entry.project_id), ids.get("task_id", entry.task_id))
        if self._misplaced(entry.user_id, *place) is None:
            wanted.update(ids)
        return {name: value for name, value in wanted.items() if getattr(entry, name) != value}

    def _misplaced(self, user_id: int, project_id: int, task_id: int) -> str | None:
        """Why hours of this person cannot be logged there, None when they can."""
        books = self._books
        user, project, task = (
            books.users.rows.get(user_id),
            books.projects.rows.get(project_id),
            books.tasks.rows.get(task_id),
        )
        if user is None or not user["is_active"]:
            return "User is unknown or archived"
        if project is None or not project["is_active"] or not books.client_of(project_id)["is_active"]:
            return "Project is unknown or archived"
        if task is None or not task["is_active"]:
            return "Task is unknown or archived"
        by_task, by_user = books.task_assignment(project_id, task_id), books.user_assignment(project_id, user_id)
        if by_task is None or not by_task["is_active"]:
            return "Task is not assigned to this project"
        if by_user is None or not by_user["is_active"]:
            return "User is not assigned to this project"
        return None


def _chosen(entry: TimeEntry, fields: Json) -> bool:
    if "ids" in fields and entry.id not in fields["ids"]:
        return False
    if "from" in fields and entry.spent_date < read_day(fields["from"], "from"):
        return False
    if "to" in fields and entry.spent_date > read_day(fields["to"], "to"):
        return False
    if "user_id" in fields and entry.user_id != fields["user_id"]:
        return False
    return "project_id" not in fields or entry.project_id == fields["project_id"]
