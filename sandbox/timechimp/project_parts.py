"""What a project carries in its own body: its activities, its people, its subscription (TimeChimp API v1, Project).

A part with an id is that part, one without is a new one, and one that is left out goes. ASSUMED: a part on which hours
were written stays as inactive; a project that is made without activities gets the common ones, and without people all
active ones, as v2 says of itself; a list that is not sent is an empty one, as PUT replaces.
"""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.timechimp.answers import INVALID, Json, missing, refuse
from sandbox.timechimp.database import Database
from sandbox.timechimp.reading import new_fields, replaced_fields
from sandbox.timechimp.schema import V2_ONLY

LISTS: Mapping[str, str] = {"projectTasks": "projecttasks", "projectUsers": "projectusers"}
_LEADS: Mapping[str, tuple[str, str]] = {"projecttasks": ("taskId", "tasks"), "projectusers": ("userId", "users")}
MONTH = 2
TERMS = ("frequency", "startDate", "endDate", "description", "code", "amount", "rate")


def prefill(database: Database, project: Json) -> None:
    """Gives a new project the common activities and the active people, where it was made without any."""
    offered = {
        "projecttasks": [row["id"] for row in database.rows("tasks") if row["common"] and row["active"]],
        "projectusers": [row["id"] for row in database.rows("users") if row["active"]],
    }
    for entity, ids in offered.items():
        if not database.where(entity, "projectId", project["id"]):
            for row_id in ids:
                part = {"projectId": project["id"], _LEADS[entity][0]: row_id}
                database.add(entity, new_fields(database, entity, part))


def put(database: Database, project: Json, body: Json, *, replaces: bool) -> None:
    """Puts the parts of the body into the project. Ends the call with 400 or 404."""
    for name, entity in LISTS.items():
        if name not in body and not replaces:
            continue
        parts = body.get(name) or []
        if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
            refuse(INVALID, fields={f"project.{name}": ["The value is not a list."]})
        _put_list(database, project, entity, parts)


def check(body: Json) -> None:
    """Ends the call with 400 when the parts are none, before anything is written."""
    for name in LISTS:
        parts = body.get(name) or []
        if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
            refuse(INVALID, fields={f"project.{name}": ["The value is not a list."]})
    terms = body.get("projectSubscription")
    if terms is not None and (not isinstance(terms, dict) or terms.get("frequency", MONTH) not in (1, 2, 3, 4)):
        refuse(INVALID, fields={"project.projectSubscription": ["The value is not valid."]})


def terms_of(database: Database, project: Json | None, body: Json, *, replaces: bool) -> Json:
    """The subscription as the body leaves it, under the field that keeps it."""
    old = project["projectSubscription"] if project is not None else None
    if "projectSubscription" not in body:
        return {"projectSubscription": None if replaces else old}
    sent = body["projectSubscription"]
    if sent is None:
        return {"projectSubscription": None}
    terms = {name: sent.get(name) for name in TERMS}
    terms["frequency"] = terms["frequency"] or MONTH
    return {"projectSubscription": {"id": old["id"] if old else database.next_id(), **terms}}


def remove(database: Database, project: Json) -> None:
    """Takes the project's parts away with it."""
    for entity in (*LISTS.values(), "projectnotes"):
        for row in database.where(entity, "projectId", project["id"]):
            database.remove(entity, row["id"])


def _put_list(database: Database, project: Json, entity: str, parts: list[Json]) -> None:
    kept = set[int]()
    for part in parts:
        body = {**part, "projectId": project["id"]}
        old = database.find(entity, part.get("id"))
        if part.get("id") and (old is None or old["projectId"] != project["id"]):
            missing(entity, part["id"])
        if old is None:
            kept.add(database.add(entity, new_fields(database, entity, body))["id"])
            continue
        unsaid = {name: old[name] for name in (*V2_ONLY[entity], "active") if name not in part}
        database.change(old, replaced_fields(database, entity, {**unsaid, **body}, replaces=True))
        kept.add(old["id"])
    for row in database.where(entity, "projectId", project["id"]):
        if row["id"] not in kept:
            _leave_out(database, entity, row)


def _leave_out(database: Database, entity: str, row: Json) -> None:
    used = database.where("time", "projectTaskId", row["id"]) if entity == "projecttasks" else ()
    if used:
        database.change(row, {"active": False})
    else:
        database.remove(entity, row["id"])
