"""API v1 but for what is registered: lists that are whole and bare, rows, writes (TimeChimp API v1).

A PUT has its id in the body, a DELETE in `?id=`, a customer's in the path. Writes are answered with 200, a DELETE with
an empty body. `/v2/projects` is on this host too and shows inactive projects, which `/v1/projects` hides.
"""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.timechimp.answers import INVALID, Json, body_of, missing, object_of, refuse, whole_id
from sandbox.timechimp.company import Company
from sandbox.timechimp.insights import insights
from sandbox.timechimp.rules import owner_of_key
from sandbox.timechimp.views import shown
from sandbox.wire import Answer, Call, Handler, Refused, Route

WRITTEN = ("contacts", "projects", "projecttasks", "projectusers", "projectnotes", "tasks", "tags", "userContracts")
BY = (  # lists of what belongs to a row, by the field that says so
    ("projects", "customer", "customerId", "customers"),
    ("projecttasks", "project", "projectId", "projects"),
    ("projecttasks", "task", "taskId", "tasks"),
    ("projectusers", "project", "projectId", "projects"),
    ("projectusers", "user", "userId", "users"),
    ("projectnotes", "project", "projectId", "projects"),
    ("userContracts", "user", "userId", "users"),
)
USER_FIELDS = ("employeeNumber", "displayName")  # all that a PUT of users changes


class Calls:
    """The handlers of the lists that people look after, and what all of v1 shares."""

    def __init__(self, company: Company) -> None:
        self.company = company

    def routes(self) -> list[Route]:
        """Their paths."""
        return [
            *self._customers(),
            *(route for entity in WRITTEN for route in self.whole(entity)),
            *(self._owned(*one) for one in BY),
            Route("GET", "/v2/projects", self.listing("projects")),
            Route("GET", "/v1/projects/insights/{id}", self._insights),
            Route("GET", "/v1/invoices", self.listing("invoices")),
            Route("GET", "/v1/invoices/{id}", self.reading("invoices")),
            Route("GET", "/v1/invoices/project/{id}", self._invoices_of_project),
            Route("GET", "/v1/users", self.listing("users")),
            Route("GET", "/v1/users/me", self._me),
            Route("GET", "/v1/users/{id}", self.reading("users")),
            Route("POST", "/v1/users", self.creating("users")),
            Route("PUT", "/v1/users", self._put_users),
        ]

    def whole(self, entity: str) -> list[Route]:
        """List, row and writes of the kind."""
        many = f"/v1/{entity}"
        return [
            Route("GET", many, self.listing(entity, hides=entity == "projects")),
            Route("GET", f"{many}/{{id}}", self.reading(entity)),
            Route("POST", many, self.creating(entity)),
            Route("PUT", many, self.replacing(entity)),
            Route("DELETE", many, self.deleting(entity)),
        ]

    def answer(self, entity: str, rows: Iterable[Json]) -> Answer:
        """The list of these rows."""
        return Answer(200, [shown(self.company, entity, row) for row in rows])

    def listing(self, entity: str, *, hides: bool = False) -> Handler:
        """All rows, or those changed since `?modified=`; with `hides`, active ones."""

        def answer(call: Call) -> Answer:
            rows = self.company.database.rows(entity)
            if hides:
                rows = [row for row in rows if row["active"]]
            return self.answer(entity, self.changed(call, entity, rows))

        return answer

    def changed(self, call: Call, entity: str, rows: list[Json]) -> list[Json]:
        """The rows since `?modified=`, where the list knows that word; elsewhere it is passed over."""
        since = call.query.get("modified", "")
        if not since or entity not in self.company.options.modified_lists:
            return rows
        return [row for row in rows if row["modified"] >= since.removesuffix("Z")]

    def reading(self, entity: str) -> Handler:
        """The row of the path."""

        def answer(call: Call) -> Answer:
            row = self.company.database.get(entity, whole_id(call.ids["id"]))
            return Answer(200, shown(self.company, entity, row))

        return answer

    def creating(self, entity: str) -> Handler:
        """The row made of the body."""
        return self._writing(lambda call: self._row(entity, self.company.create(entity, object_of(call))))

    def replacing(self, entity: str) -> Handler:
        """The row that the body names, as the body has it."""

        def write(call: Call) -> Answer:
            body = object_of(call)
            return self._row(entity, self.company.replace(entity, self._named(body), body))

        return self._writing(write)

    def deleting(self, entity: str) -> Handler:
        """Nothing, once the row of `?id=` is gone."""

        def write(call: Call) -> Answer:
            self.company.delete(entity, whole_id(call.query.get("id", "")))
            return Answer(200)

        return self._writing(write)

    def _customers(self) -> list[Route]:
        many = "/v1/customers"

        def delete(call: Call) -> Answer:
            self.company.delete("customers", whole_id(call.ids["id"]))
            return Answer(200)

        return [
            Route("GET", many, self.listing("customers")),
            Route("GET", f"{many}/{{id}}", self.reading("customers")),
            Route("GET", f"{many}/relationid/{{text}}", self._customers_numbered),
            Route("GET", f"{many}/name/{{text}}", self._customer_named),
            Route("POST", many, self.creating("customers")),
            Route("PUT", many, self.replacing("customers")),
            Route("DELETE", f"{many}/{{id}}", self._writing(delete)),
        ]

    def _customers_numbered(self, call: Call) -> Answer:
        return self.answer("customers", self.company.database.where("customers", "relationId", call.ids["text"]))

    def _customer_named(self, call: Call) -> Answer:
        name = call.ids["text"]
        rows = self.company.database.where("customers", "name", name)
        return self._row("customers", rows[0]) if rows else missing("customer", name)

    def _owned(self, entity: str, word: str, name: str, owner: str) -> Route:
        def answer(call: Call) -> Answer:
            row = self.company.database.get(owner, whole_id(call.ids["id"]))
            rows = self.company.database.where(entity, name, row["id"])
            return self.answer(entity, [one for one in rows if entity != "projects" or one["active"]])

        return Route("GET", f"/v1/{entity}/{word}/{{id}}", answer)

    def _invoices_of_project(self, call: Call) -> Answer:
        project = self.company.database.get("projects", whole_id(call.ids["id"]))
        return self.answer("invoices", self.company.database.where("invoices", "_projectId", project["id"]))

    def _insights(self, call: Call) -> Answer:
        database = self.company.database
        return Answer(200, insights(database, database.get("projects", whole_id(call.ids["id"]))))

    def _me(self, _: Call) -> Answer:
        database = self.company.database
        return self._row("users", database.get("users", owner_of_key(database)))

    def _put_users(self, call: Call) -> Answer:
        body = body_of(call)
        users: list[Json] = [user for user in (body if isinstance(body, list) else [body]) if isinstance(user, dict)]
        if not users:
            refuse(INVALID)
        rows = [self.company.database.get("users", self._named(user)) for user in users]
        for user, row in zip(users, rows, strict=True):
            self.company.edit("users", row["id"], {name: user[name] for name in USER_FIELDS if name in user})
        return self.answer("users", rows) if isinstance(body, list) else self._row("users", rows[0])

    def _row(self, entity: str, row: Json) -> Answer:
        return Answer(200, shown(self.company, entity, row))

    @staticmethod
    def _named(body: Json) -> int:
        return whole_id(str(body.get("id", "")))

    def _writing(self, write: Handler) -> Handler:
        """The write; where the vendor says so, its refusal comes as a 200 with a message."""

        def answer(call: Call) -> Answer:
            try:
                return write(call)
            except Refused as refused:
                if self.company.options.refuses_with_200 and refused.answer.status in (400, 404):
                    raise Refused(Answer(200, refused.answer.body)) from refused
                raise

        return answer
