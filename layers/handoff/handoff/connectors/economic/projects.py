"""Projects in e-conomic, by the number that the time tool gave them.

Writes carry the version that was read (e-conomic, OpenAPI conventions: objectVersion); one that is too old answers 409
and is read and written again once. A write's answer holds no project, so it is read after it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from handoff.connectors.economic.assumed import PROJECT_NAME_MAX, PROJECTS
from handoff.connectors.economic.client import CONFLICT, LOOK_AGAIN, EconomicClient, decoded, from_cache, unsure
from handoff.connectors.economic.filters import at_least, equal
from handoff.connectors.economic.formats import Json, body_of, digest, fitting, object_in, writable
from handoff.connectors.economic.models import EconomicProject
from handoff.connectors.http import NOT_FOUND, Written
from handoff.domain.errors import DeliveryUnknown, Rejected, Unreachable
from handoff.domain.master_data import ErpObject, WantedProject

WHAT = "projects"
# Source: e-conomic, Project in the OpenAPI document: read-only.
READ_ONLY = frozenset({"costPrice", "invoicedTotal", "isClosed", "lastUpdated", "salesPrice", "self"})
OURS = ("name", "projectGroupNumber", "customerNumber")


class Projects:
    """The projects of one agreement: implements `MirrorChannel`. Without the project module all raise Rejected."""

    def __init__(self, client: EconomicClient) -> None:
        self._client = client
        self._path = f"/{client.services.projects}{PROJECTS}"

    def find(self, number: int) -> ErpObject | None:
        """The project with that number; None when there is none. Raises Rejected `module_missing` too."""
        body = self._client.apis.read_one(f"{self._path}/{number}", what=WHAT)
        return None if body is None else project_from(body)

    def alike(self, wanted: WantedProject) -> Sequence[ErpObject]:
        """Projects with exactly the same name, whatever customer they are of."""
        name = fitting(wanted.name, PROJECT_NAME_MAX)
        rows = self._client.open_rows(self._path, EconomicProject, what=WHAT, filtered=equal("name", name))
        return [one for _, raw in rows if (one := project_from(raw)).name.strip().casefold() == name.casefold()]

    def create(self, wanted: WantedProject, *, key: str) -> ErpObject:
        """Makes it; raises Rejected `number_taken` when another project has the number."""
        content = {"number": wanted.number, **fields_of(wanted)}
        answer = self._client.write(self._client.apis, self._path, content, what=WHAT, key=key)
        found = self._read_back(wanted.number)
        if found is None and from_cache(answer):  # made some time ago with the same content, and deleted since
            self._client.write(self._client.apis, self._path, content, what=WHAT, key=key, fresh=True)
            found = self._read_back(wanted.number)
        return _there(found, wanted.number)

    def update(self, wanted: WantedProject, known: bytes, *, key: str) -> ErpObject | None:
        """Writes our fields over the project as last seen, or over the newest one; None when it is gone."""
        answer = self._put(wanted, known, key)
        if answer.status == CONFLICT:
            newest = self.find(wanted.number)
            if newest is None:
                return None
            answer = self._put(wanted, newest.form, key)
        if answer.status == CONFLICT:
            text = f"project {wanted.number} kept changing in e-conomic while it was written"
            raise Unreachable(text, code="kept_changing")  # nothing was written: the next pass may try again
        return None if answer.status == NOT_FOUND else _there(self._read_back(wanted.number), wanted.number)

    def changed_since(self, since: datetime | None) -> Iterator[ErpObject]:
        """All that changed at or after an instant; None for every project."""
        filtered = "" if since is None else at_least("lastUpdated", since)
        rows = self._client.open_rows(self._path, EconomicProject, what=WHAT, filtered=filtered)
        return (project_from(raw) for _, raw in rows)

    def _put(self, wanted: WantedProject, known: bytes, key: str) -> Written:
        content = overlaid(known, wanted)
        return self._client.write(
            self._client.apis, self._path, content, what=WHAT, key=key, method="PUT", answers=(CONFLICT, NOT_FOUND)
        )

    def _read_back(self, number: int) -> ErpObject | None:
        try:
            return self.find(number)
        except (*LOOK_AGAIN, Rejected) as error:
            raise unsure(error, f"project {number}") from error


def fields_of(wanted: WantedProject) -> Json:
    """Our fields as e-conomic takes them; no status, and no customer where none is wanted."""
    content: Json = {"name": fitting(wanted.name, PROJECT_NAME_MAX), "projectGroupNumber": wanted.group}
    if wanted.customer is not None:
        content["customerNumber"] = wanted.customer
    return content


def overlaid(known: bytes, wanted: WantedProject) -> Json:
    """The project as last seen, with our fields as wanted; its version and everything else as it was."""
    kept = {name: value for name, value in object_in(known).items() if name not in OURS}
    return {**kept, "number": wanted.number, **fields_of(wanted)}


def project_from(body: bytes) -> ErpObject:
    """The project as read; whether it is barred or closed is in its fingerprint, so that a change of it is seen."""
    row = decoded(body, EconomicProject, WHAT)
    whole = {name: value for name, value in object_in(body).items() if name not in READ_ONLY}
    seen = (row.name, row.project_group_number, row.customer_number, row.is_barred, row.is_closed)
    return ErpObject(number=row.number, name=row.name, fingerprint=digest(*seen), form=body_of(writable(whole)))


def _there(found: ErpObject | None, number: int) -> ErpObject:
    if found is None:
        raise DeliveryUnknown(f"e-conomic took project {number}, but does not have it yet")
    return found
