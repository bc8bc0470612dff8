"""API v2, as far as it is known: lists with query options, rows, writes, statuses of expenses and trips (a v2 client).

A list's envelope is not known, and neither is what a write answers: ASSUMED is an object with the rows under `result`
and their number under `count` (`v2_envelope` has others), the row itself for what is made or replaced, nothing
for what is deleted or given a status.
"""

from __future__ import annotations

from sandbox.timechimp import statuses
from sandbox.timechimp.answers import INVALID, Json, object_of, refusal, refuse, whole_id
from sandbox.timechimp.assumed import STATUS_ROWS_MAX, V2_CREATED, V2_DELETED
from sandbox.timechimp.company import Company
from sandbox.timechimp.insights import insights
from sandbox.timechimp.odata import expanded, wanted
from sandbox.timechimp.v2_rows import as_v1, check_expand, full, unsaid, with_references
from sandbox.timechimp.v2_shapes import PATHS, REQUIRED, REQUIRED_OF_PUT, WRITTEN
from sandbox.wire import Answer, Call, Handler, Refused, Route

ENTRY_PATHS = {"times": "times", "expenses": "expenses", "mileage": "mileages"}
"""Lists whose rows have a status, and what a call that changes it calls them."""


class V2Calls:
    """The handlers."""

    def __init__(self, company: Company) -> None:
        self._company = company

    def routes(self) -> list[Route]:
        """All of them."""
        return [
            *(route for path in PATHS for route in self._read(path)),
            *(route for path in WRITTEN for route in self._written(path)),
            *(route for path in ENTRY_PATHS for route in self._statuses(path)),
            Route("POST", "/users", self._creating("users")),
            Route("PUT", "/users/{id}", self._replacing("users")),
            Route("GET", "/projects/{id}/insights", self._insights),
        ]

    def _read(self, path: str) -> list[Route]:
        entity = PATHS[path]

        def listing(call: Call) -> Answer:
            asked, database = wanted(call), self._company.database
            check_expand(entity, asked.expand)
            rows = sorted(database.rows(entity), key=lambda row: int(row["id"]))
            found = asked.chosen([full(database, entity, row, asked.expand) for row in rows])
            page = found[asked.skip : asked.skip + asked.top]
            shown = [self._styled(entity, view, asked.expand) for view in page]
            return Answer(200, self._enveloped(shown, len(found) if asked.count else None))

        def reading(call: Call) -> Answer:
            expand = expanded(call)
            check_expand(entity, expand)
            row = self._company.database.get(entity, whole_id(call.ids["id"]))
            return Answer(200, self._styled(entity, full(self._company.database, entity, row, expand), expand))

        return [Route("GET", f"/{path}", listing), Route("GET", f"/{path}/{{id}}", reading)]

    def _written(self, path: str) -> list[Route]:
        entity = PATHS[path]

        def delete(call: Call) -> Answer:
            self._company.delete(entity, whole_id(call.ids["id"]))
            return Answer(V2_DELETED)

        one = f"/{path}/{{id}}"
        return [
            Route("POST", f"/{path}", self._creating(entity)),
            Route("PUT", one, self._replacing(entity)),
            Route("DELETE", one, delete),
        ]

    def _creating(self, entity: str) -> Handler:
        def create(call: Call) -> Answer:
            body = object_of(call)
            _check(body, REQUIRED.get(entity, ("userName", "displayName")))
            row = self._company.create(entity, self._defaulted(entity, as_v1(self._company.database, entity, body)))
            self._put_contracts(entity, row, body)
            return Answer(V2_CREATED, self._one(entity, row))

        return create

    def _replacing(self, entity: str) -> Handler:
        def replace(call: Call) -> Answer:
            body, database = object_of(call), self._company.database
            row = database.get(entity, whole_id(call.ids["id"]))
            _check(body, REQUIRED_OF_PUT.get(entity, ("displayName",)))
            kept = {"userName": row["userName"]} if entity == "users" else {}
            fields = {**unsaid(entity, row), **kept, **as_v1(database, entity, body)}
            if entity == "projects":
                fields["projectSubscription"] = row["projectSubscription"]
            changed = self._company.replace(entity, row["id"], fields)
            self._put_contracts(entity, changed, body)
            return Answer(200, self._one(entity, changed))

        return replace

    def _defaulted(self, entity: str, fields: Json) -> Json:
        """An expense without a VAT rate gets the highest, as v2's client says."""
        percents = [row["percentage"] for row in self._company.database.rows("vatrates")]
        return {"tax": max(percents, default=None), **fields} if entity == "expenses" else fields

    def _put_contracts(self, entity: str, user: Json, body: Json) -> None:
        database = self._company.database
        for sent in body.get("contracts", ()) if entity == "users" else ():
            fields = {**as_v1(database, "userContracts", sent), "userId": user["id"]}
            if sent.get("id"):
                self._company.replace("userContracts", sent["id"], fields)
            else:
                self._company.create("userContracts", fields)

    def _statuses(self, path: str) -> list[Route]:
        entity, rows_name = PATHS[path], ENTRY_PATHS[path]

        def setting(which: str, name: str) -> Handler:
            def put(call: Call) -> Answer:
                if entity == "time" and not self._company.options.v2_time_status:
                    raise Refused(refusal(404, "Not Found"))
                body = object_of(call)
                numbers = {word: number for number, word in statuses.WORDS.items()}
                if body.get(name) not in numbers:
                    refuse(INVALID, fields={name: [f"The value '{body.get(name)}' is not valid."]})
                ids, message = _row_ids(body, rows_name), body.get("message")
                self._company.set_statuses(entity, ids, which, numbers[body[name]], message=message)
                return Answer(200, {})

            return put

        def history(call: Call) -> Answer:
            row = self._company.database.get(entity, whole_id(call.ids["id"]))
            asked = wanted(call)
            found = asked.chosen([_past(line) for line in row["_history"]])
            return Answer(
                200, self._enveloped(found[asked.skip : asked.skip + asked.top], len(found) if asked.count else None)
            )

        return [
            Route("PUT", f"/{path}/status", setting(statuses.INTERN, "status")),
            Route("PUT", f"/{path}/clientStatus", setting(statuses.EXTERN, "clientStatus")),
            Route("GET", f"/{path}/{{id}}/statusHistory", history),
        ]

    def _insights(self, call: Call) -> Answer:
        database = self._company.database
        return Answer(200, insights(database, database.get("projects", whole_id(call.ids["id"]))))

    def _one(self, entity: str, row: Json) -> Json:
        return self._styled(entity, full(self._company.database, entity, row), frozenset())

    def _styled(self, entity: str, view: Json, expand: frozenset[str]) -> Json:
        styled = with_references(entity, view, expand, self._company.options.v2_references)
        field = self._company.options.article_field
        if entity == "tasks" and field:
            styled[field] = self._company.database.value("tasks", view["id"], "_article")
        return styled

    def _enveloped(self, rows: list[Json], count: int | None) -> object:
        style = self._company.options.v2_envelope
        if style == "bare":
            return rows
        counted = {} if count is None else {"@odata.count" if style == "value" else "count": count}
        return {**counted, style: rows}


def _check(body: Json, required: tuple[str, ...]) -> None:
    missing = [name for name in required if body.get(name) in (None, "")]
    if missing:
        refuse(INVALID, fields={name: [f"The {name} field is required."] for name in missing})


def _row_ids(body: Json, name: str) -> list[object]:
    """The ids of the rows named, a hundred at most."""
    rows = body.get(name)
    if not isinstance(rows, list) or not all(isinstance(row, dict) and "id" in row for row in rows):
        refuse(INVALID, fields={name: [f"The {name} field is required."]})
    if len(rows) > STATUS_ROWS_MAX:
        refuse(INVALID, fields={name: [f"At most {STATUS_ROWS_MAX} rows."]})
    return [row["id"] for row in rows]


def _past(line: Json) -> Json:
    return {
        "id": line["id"],
        "clientStatus" if line["extern"] else "status": statuses.WORDS[line["status"]],
        "message": line["message"],
        "modifiedOn": f"{line['modified']}Z",
    }
