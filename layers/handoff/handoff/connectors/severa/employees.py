"""Users of Severa, as employees: all of them, active or not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from handoff.connectors.feed import Feed
from handoff.connectors.http import VendorClient
from handoff.connectors.severa.assumed import NAME_PART_MAX
from handoff.connectors.severa.config import TITLE
from handoff.connectors.severa.lists import BY_TOKEN, a_list
from handoff.connectors.severa.models import SeveraUser
from handoff.connectors.severa.objects import Objects
from handoff.connectors.severa.writing import Fields, differing, one_line, some_number, split_name
from handoff.domain.errors import Rejected
from handoff.domain.pairs import Employee
from handoff.ports.mirror import Change, Listed

WHAT = "employees"


def employee_of(row: SeveraUser) -> Listed[Employee]:
    """The user; the code is the number."""
    name = one_line(f"{row.first_name} {row.last_name}")
    return Listed(row.guid, Employee((row.code or "").strip(), name, (row.email or "").strip()), row.changed_at)


USERS: Feed[SeveraUser, Listed[Employee]] = a_list(
    WHAT, "/v1/users", SeveraUser, employee_of, BY_TOKEN, changed_at=lambda row: row.changed_at
)


def employees(client: VendorClient, now: Callable[[], datetime]) -> Objects[Employee]:
    """The users of the organisation."""
    return Objects(client, now, USERS, _new, _changed)


def _new(says: Employee) -> Fields:
    code = some_number(says.number, "employees")
    return {**_names(says.name), "code": code, "email": says.email.strip() or None, "isActive": True}


def _changed(one: Change[Employee]) -> Fields:
    values = differing(one.before, one.after)
    fields: dict[str, object] = dict(_names(one.after.name)) if "name" in values else {}
    if "number" in values:
        fields["code"] = one.after.number.strip() or None
    if "email" in values:
        fields["email"] = one.after.email.strip() or None
    return fields


def _names(name: str) -> Fields:
    """First and last name, both of which Severa requires (Severa, users: at most 100 characters each)."""
    first, last = split_name(name)
    if not last:
        raise Rejected(
            f"{TITLE} needs a first and a last name, and '{first}' is one word",
            code="name_incomplete",
            field="name",
            cure="Write both names of the employee in the ERP.",
        )
    return {"firstName": first[:NAME_PART_MAX].rstrip(), "lastName": last[:NAME_PART_MAX]}
