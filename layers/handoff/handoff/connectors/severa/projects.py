"""Projects. Whether one is won is a property of the type of its sales status, which the organisation names itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from handoff.connectors.feed import Feed
from handoff.connectors.http import VendorClient
from handoff.connectors.severa.config import TITLE
from handoff.connectors.severa.lists import BY_ROW, BY_TOKEN, a_list, every_row
from handoff.connectors.severa.models import SeveraCustomer, SeveraProject, SeveraStatusType, SeveraUser
from handoff.connectors.severa.objects import Objects
from handoff.connectors.severa.writing import Fields, differing, one_line, whole_number
from handoff.domain.errors import Rejected
from handoff.domain.pairs import Project
from handoff.ports.mirror import Change, Listed, MirrorChoices

WHAT = "projects"
NOT_WON = "its sales status is not Won"
INTERNAL = "it is internal"
_STATUSES: Feed[SeveraStatusType, SeveraStatusType] = a_list(
    "sales_statuses", "/v1/salesstatustypes", SeveraStatusType, lambda row: row, BY_ROW, params={"salesState": "Won"}
)
_CUSTOMERS: Feed[SeveraCustomer, SeveraCustomer] = a_list(
    "customers", "/v1/customers", SeveraCustomer, lambda row: row, BY_TOKEN
)
_USERS: Feed[SeveraUser, SeveraUser] = a_list("employees", "/v1/users", SeveraUser, lambda row: row, BY_TOKEN)


class WonTypes:
    """The types of sales status that mean Won, read when the first one is asked for."""

    def __init__(self, client: VendorClient) -> None:
        self._client = client
        self._known: list[SeveraStatusType] | None = None

    def all(self) -> list[SeveraStatusType]:
        """All of them, in Severa's order."""
        if self._known is None:
            self._known = every_row(_STATUSES, self._client)
        return self._known

    def has(self, row: SeveraProject) -> bool:
        """Whether the project is won."""
        guid = row.sales_status.sales_status_type_guid if row.sales_status else None
        return guid is not None and any(one.guid == guid for one in self.all())


def projects(client: VendorClient, now: Callable[[], datetime], choices: MirrorChoices) -> Objects[Project]:
    """The projects of the organisation; those that are not won, or internal, are there with the reason."""
    won = WonTypes(client)

    def project_of(row: SeveraProject) -> Listed[Project]:
        excluded = INTERNAL if row.is_internal else "" if won.has(row) else NOT_WON
        says = Project("" if row.number is None else str(row.number), one_line(row.name))
        refers = row.customer.guid if row.customer else ""
        return Listed(row.guid, says, row.changed_at, excluded, refers=refers)

    def new(says: Project) -> Fields:
        customer, owner = _customer(client, choices.project_customer), _owner(client, choices.project_owner)
        active = [one.guid for one in won.all() if one.is_active]
        status = {"salesStatus": {"salesStatusTypeGuid": active[0]}} if active else {}
        number = {"number": whole_number(says.number, "projects")} if says.number else {}
        return {"name": one_line(says.name), **number, "customer": customer, "projectOwner": owner, **status}

    feed = a_list(WHAT, "/v1/projects", SeveraProject, project_of, BY_TOKEN, changed_at=lambda row: row.changed_at)
    return Objects(client, now, feed, new, _changed)


def _changed(one: Change[Project]) -> Fields:
    values = differing(one.before, one.after)
    fields: dict[str, object] = {}
    if "number" in values:
        fields["number"] = whole_number(one.after.number, "projects") if one.after.number else None
    if "name" in values:
        fields["name"] = one_line(one.after.name)
    return fields


def _customer(client: VendorClient, number: str) -> Fields:
    """The customer that the settings name for projects made in the ERP; raises Rejected where nobody can tell."""
    found: list[SeveraCustomer] = []
    if number:
        wanted = whole_number(number, "customers")
        rows = every_row(_CUSTOMERS, client, {"numbers": str(wanted)})
        found = [row for row in rows if row.number == wanted]
    if len(found) != 1:
        raise _not_to_be_known("customer", "customer_missing")
    return {"guid": found[0].guid}


def _owner(client: VendorClient, email: str) -> Fields:
    found: list[SeveraUser] = []
    if email:
        rows = every_row(_USERS, client, {"email": email})
        found = [row for row in rows if (row.email or "").casefold() == email.casefold()]
    if len(found) != 1:
        raise _not_to_be_known("owner", "owner_missing")
    return {"guid": found[0].guid}


def _not_to_be_known(what: str, code: str) -> Rejected:
    return Rejected(
        f"a project in {TITLE} needs a customer and an owner, and the ERP's project does not say its {what}",
        code=code,
        field=what,
        cure=f"Make the project in {TITLE} under the same number and name: the two are then the same.",
    )
