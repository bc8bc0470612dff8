"""`projectsapi`: projects, groups, statuses, cost types, activities and who may use which.

Codes are the vendor's published ones; their common beginning is `ProjectCannotBeCreatedUpdated`. ASSUMED: the code of a
name that is missing or too long; a project is closed while it has a closing date.
"""

from __future__ import annotations

from collections.abc import Callable

from sandbox.economic import errors
from sandbox.economic.agreement import Agreement
from sandbox.economic.filters import LISTED, RANGE, SAME, Field, Fields
from sandbox.economic.flat_lists import FlatList, check_version, flat_body, gone, number_of, path_number, text_of
from sandbox.economic.formats import Json, lean
from sandbox.wire import Answer, Call, Route

CODE = "ProjectCannotBeCreatedUpdated"
INTERNAL = 1
PREFIXES = ("/projectsapi/{version}", "/api/{version}")

_NUMBER, _NAME = Field("number", LISTED), Field("text", (*LISTED, "like"), sortable=False)
_FLAG, _MOMENT = Field("flag", RANGE, sortable=False), Field("moment", RANGE, sortable=False)
_TYPE = Field("number", SAME, sortable=False)
_UNSORTED = Field("number", LISTED, sortable=False)
REFERENCES = (
    "contactPersonId",
    "deliveryLocationNumber",
    "departmentNumber",
    "otherResponsibleEmployeeNumber",
    "responsibleEmployeeNumber",
    "status",
)
PROJECT_FIELDS: Fields = {
    "number": _NUMBER,
    "name": _NAME,
    **dict.fromkeys(("customerNumber", "mainProjectNumber", "projectGroupNumber", *REFERENCES), _UNSORTED),
    **dict.fromkeys(("costPrice", "fixedPrice", "invoicedTotal", "mileage", "salesPrice"), _UNSORTED),
    **dict.fromkeys(("isBarred", "isClosed", "isMainProject", "isMileageInvoiced"), _FLAG),
    **dict.fromkeys(("closedDate", "deliveryDate", "lastUpdated"), _MOMENT),
}
LISTS: dict[str, Fields] = {
    "projectgroups": {"number": _NUMBER, "name": _NAME, "type": _TYPE},
    "projectstatuses": {"number": _NUMBER, "name": _NAME, "priority": _UNSORTED, "type": _TYPE},
    "costtypes": {"number": _NUMBER, "name": _NAME, "isBarred": _FLAG, "lastUpdated": _MOMENT},
    "costtypegroups": {"number": _NUMBER, "name": _NAME},
    "activities": {"number": _NUMBER, "name": _NAME, "groupNumber": _UNSORTED, "isAccessible": _FLAG},
    "activitygroups": {"number": _NUMBER, "name": _NAME, "type": _TYPE},
    "project-activities": {"number": _NUMBER, "projectNumber": _UNSORTED, "activityNumber": _UNSORTED},
}
Handler = Callable[[Call], Answer]


class Projects:
    """The project module of one agreement."""

    def __init__(self, agreement: Agreement) -> None:
        self._agreement = agreement

    def routes(self) -> list[Route]:
        """All resources under the newer and the older base."""
        writes: tuple[tuple[str, str, Handler], ...] = (
            ("POST", "projects", self._create),
            ("PUT", "projects", self._update),
            ("GET", "projects/allowed", self._allowed),
            ("DELETE", "projects/{number}", self._delete),
            ("POST", "projectgroups", self._adding("projectgroups", self._group)),
            ("POST", "activities", self._adding("activities", self._activity)),
            ("PUT", "activities", self._changing("activities", self._activity)),
            ("POST", "project-activities", self._adding("project-activities", self._use)),
            ("PUT", "project-activities", self._changing("project-activities", self._use)),
        )
        routes = []
        for prefix in PREFIXES:
            routes += FlatList(self._agreement, self._rows("projects"), PROJECT_FIELDS).routes(f"{prefix}/projects")
            for name, fields in LISTS.items():
                routes += FlatList(self._agreement, self._rows(name), fields).routes(f"{prefix}/{name}")
            routes += [Route(method, f"{prefix}/{path}", handler) for method, path, handler in writes]
        return routes

    def _rows(self, name: str) -> Callable[[], list[Json]]:
        return lambda: [row for _, row in sorted(self._agreement.flat[name].items())]

    def _allowed(self, _: Call) -> Answer:
        rows = self._rows("projects")()
        return Answer(200, {"items": [lean(row) for row in rows if not row.get("isBarred") and not row["isClosed"]]})

    def _create(self, call: Call) -> Answer:
        body = flat_body(call)
        number = number_of(body, "number", 0, f"{CODE}NumberIsInvalid")
        if number is None:
            number = max(self._agreement.projects, default=0) + 1
        elif number in self._agreement.projects:
            raise errors.decline(400, "The project number is taken.", f"{CODE}NumberAlreadyExists", "number")
        if body.get("isClosed") or body.get("closedDate"):
            raise errors.decline(400, "A project begins open.", "ProjectCannotBeCreatedAsClosed", "isClosed")
        self._keep({**self._checked(body), "number": number})
        self._agreement.tell("PROJECT_UPDATED", {"OLDNUMBER": None, "NEWNUMBER": number})
        return Answer(201, {"number": number}, {"Location": f"{call.base_url}{call.path.rstrip('/')}/{number}"})

    def _update(self, call: Call) -> Answer:
        body = flat_body(call)
        number = number_of(body, "number", 0, f"{CODE}NumberIsInvalid")
        row = self._agreement.projects.get(-1 if number is None else number)
        if row is None:
            raise gone(number)
        check_version(body, row)
        self._keep({**self._checked(body), "number": row["number"]})
        self._agreement.tell("PROJECT_UPDATED", {"OLDNUMBER": number, "NEWNUMBER": number})
        return Answer(204)

    def _delete(self, call: Call) -> Answer:
        number = path_number(call)
        if number not in self._agreement.projects:
            raise gone(number)
        ledger, code = self._agreement.ledger, "ProjectCannotBeDeletedHas"
        if any(draft.project == number for draft in ledger.drafts.values()):
            raise errors.decline(400, "The project has draft entries.", f"{code}DraftEntries")
        if any(line.project == number for line in ledger.lines):
            raise errors.decline(400, "The project has booked entries.", f"{code}BookedEntries")
        if any(row.get("mainProjectNumber") == number for row in self._agreement.projects.values()):
            raise errors.decline(400, "The project has sub projects.", f"{code}SubProjects")
        del self._agreement.projects[number]
        self._agreement.tell("PROJECT_UPDATED", {"OLDNUMBER": number, "NEWNUMBER": None})
        return Answer(204)

    def _keep(self, row: Json) -> None:
        self._agreement.stamp_flat("projects", row)

    def _checked(self, body: Json) -> Json:
        row: Json = {
            "name": text_of(body, "name", 100, required=True),
            "description": text_of(body, "description", 2500),
            "otherReference": text_of(body, "otherReference", 250),
            "projectGroupNumber": number_of(body, "projectGroupNumber", 0, f"{CODE}GroupNumberIsInvalid"),
            "customerNumber": number_of(body, "customerNumber", 1, f"{CODE}InvalidCustomerNumber"),
            "mainProjectNumber": number_of(body, "mainProjectNumber"),
        }
        row |= {name: number_of(body, name) for name in REFERENCES}
        row |= {name: body.get(name) for name in ("closedDate", "deliveryDate", "fixedPrice", "mileage")}
        row["isClosed"] = row["closedDate"] is not None
        row |= {name: bool(body.get(name, False)) for name in ("isMainProject", "isBarred", "isMileageInvoiced")}
        self._check_references(row)
        return row

    def _check_references(self, row: Json) -> None:
        if row["projectGroupNumber"] is None:
            raise errors.decline(
                400, "projectGroupNumber is required.", f"{CODE}GroupNumberIsInvalid", "projectGroupNumber"
            )
        group = self._agreement.flat["projectgroups"].get(row["projectGroupNumber"])
        if group is None:
            text = "The project group does not exist."
            raise errors.decline(400, text, f"{CODE}GroupDoesNotExist", "projectGroupNumber")
        customer = row["customerNumber"]
        if customer is None and group["type"] != INTERNAL:
            text = "Projects of this group need a customer."
            raise errors.decline(400, text, f"{CODE}CustomerNumberRequired", "customerNumber")
        if customer is not None and customer not in self._agreement.customers:
            raise errors.decline(400, "The customer does not exist.", f"{CODE}CustomerNotFound", "customerNumber")
        main = row["mainProjectNumber"]
        if main is None:
            return
        if row["isMainProject"]:
            text = "A main project has no main project."
            raise errors.decline(400, text, f"{CODE}MainProjectNumberCannotBeSet", "mainProjectNumber")
        if not self._agreement.projects.get(main, {}).get("isMainProject"):
            text = "There is no such main project."
            raise errors.decline(400, text, f"{CODE}MainProjectNumberDoesNotExistOrInvalid", "mainProjectNumber")

    def _adding(self, name: str, read: Callable[[Json], Json]) -> Handler:
        def answer(call: Call) -> Answer:
            body, shelf = flat_body(call), self._agreement.flat[name]
            number = number_of(body, "number", 1)
            if number is None:
                number = max(shelf, default=0) + 1
            elif number in shelf:
                raise errors.decline(400, "The number is taken.", "NumberAlreadyExists", "number")
            self._agreement.stamp_flat(name, {**read(body), "number": number})
            return Answer(201, {"number": number})

        return answer

    def _changing(self, name: str, read: Callable[[Json], Json]) -> Handler:
        def answer(call: Call) -> Answer:
            body, shelf = flat_body(call), self._agreement.flat[name]
            row = shelf.get(number_of(body, "number", 1) or 0)
            if row is None:
                raise gone(body.get("number"))
            check_version(body, row)
            self._agreement.stamp_flat(name, {**read(body), "number": row["number"]})
            return Answer(204)

        return answer

    def _group(self, body: Json) -> Json:
        kind = number_of(body, "type", 1)
        if kind not in (1, 2, 3):
            raise errors.decline(400, "type must be 1, 2 or 3.", None, "type")
        return {"name": text_of(body, "name", 100, required=True), "type": kind}

    def _activity(self, body: Json) -> Json:
        group = number_of(body, "groupNumber")
        if group not in self._agreement.flat["activitygroups"]:
            raise errors.decline(400, "The activity group does not exist.", "ActivityGroupDoesNotExist", "groupNumber")
        name = text_of(body, "name", 100, required=True)
        return {"name": name, "groupNumber": group, "isAccessible": bool(body.get("isAccessible", False))}

    def _use(self, body: Json) -> Json:
        project, activity = number_of(body, "projectNumber"), number_of(body, "activityNumber")
        if project not in self._agreement.projects or activity not in self._agreement.flat["activities"]:
            raise errors.decline(400, "The project or activity does not exist.", "NotFound", "projectNumber")
        dates = {name: body.get(name) for name in ("startDate", "endDate")}
        return {
            "projectNumber": project,
            "activityNumber": activity,
            **dates,
            "completed": bool(body.get("completed", False)),
        }
