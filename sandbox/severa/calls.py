"""What can be done with every resource alike: list, read, create, patch, delete."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.severa.access import Access
from sandbox.severa.answers import API_VERSION, PATH, body_of, missing, object_of, refuse
from sandbox.severa.assumed import ERRORS, SUCCEEDED
from sandbox.severa.company import Company
from sandbox.severa.fields import Row
from sandbox.severa.filters import chosen
from sandbox.severa.listing import page, query_of
from sandbox.severa.reading import new_values, patched_values, pointers_of
from sandbox.severa.resources import DELETE, GET, HOUR_FILTERS_UNSURE, PATCH, POST, RESOURCES, Resource
from sandbox.severa.views import shown
from sandbox.wire import Answer, Call, Handler, Refused, Route

BASE = "/rest-api/{version}"
VERSIONS = ("v1", "v1.0")  # aliases: both are in use
VERB = {GET: "read", POST: "write", PATCH: "write", DELETE: "delete"}


class Calls:
    """The handlers of all resources. `guarded` gives others' handlers the same door."""

    def __init__(self, company: Company, access: Access) -> None:
        self._company = company
        self._access = access

    def routes(self) -> list[Route]:
        """Lists and rows of all resources; creating invoices is `sandbox.severa.invoice_calls`."""
        return [route for resource in RESOURCES for route in self._routes_of(resource)]

    def guarded(self, method: str, path: str, handler: Handler, *scopes: str) -> Route:
        """A route under the API's address that needs one of the scopes."""

        def answer(call: Call) -> Answer:
            if call.ids["version"].lower() not in VERSIONS:
                refuse(f"There is no version {call.ids['version']}.", "version", kind=API_VERSION, place=PATH)
            self._access.check_scope(call, *scopes)
            return handler(call)

        return Route(method, f"{BASE}/{path}", answer)

    def listed(self, call: Call, resource: Resource, rows: list[Row]) -> Answer:
        """The page of these rows of the resource that the call asks for. Ends the call with 400."""
        return page(call, resource.paging, rows, self._company.options.rows_max, self._show)

    def _show(self, row: Row) -> object:
        return shown(self._company.database, row)

    def _routes_of(self, resource: Resource) -> list[Route]:
        one = f"{resource.path}/{{guid}}"
        handlers: list[tuple[str, str, Callable[[Call, Resource], Answer]]] = []
        if GET in resource.verbs:
            handlers += [(GET, resource.path, self._list), (GET, one, self._read)]
        if POST in resource.verbs and resource.path != "invoices":
            handlers.append((POST, resource.path, self._create))
        if PATCH in resource.verbs:
            handlers.append((PATCH, one, self._patch))
        if DELETE in resource.verbs:
            handlers.append((DELETE, one, self._delete))
        return [
            self.guarded(method, path, self._of(resource, handler), f"{resource.area}:{VERB[method]}")
            for method, path, handler in handlers
        ]

    @staticmethod
    def _of(resource: Resource, handler: Callable[[Call, Resource], Answer]) -> Handler:
        return lambda call: handler(call, resource)

    def _list(self, call: Call, resource: Resource) -> Answer:
        filters = dict(resource.filters)
        if resource.path == "workhours" and self._company.options.filters_approved:
            filters |= HOUR_FILTERS_UNSURE
        database = self._company.database
        rows = chosen(database, query_of(call), filters, database.tables[resource.path].all())
        return self.listed(call, resource, rows)

    def _read(self, call: Call, resource: Resource) -> Answer:
        return Answer(200, self._show(self._row(call, resource)))

    def _create(self, call: Call, resource: Resource) -> Answer:
        database = self._company.database
        record = database.tables[resource.path].record
        row = self._company.create(record, new_values(database, record, object_of(call)))
        return Answer(201, [self._show(row)] if resource.answers_list else self._show(row))

    def _patch(self, call: Call, resource: Resource) -> Answer:
        operations = body_of(call)
        if resource.path == "workhours" and "," in call.ids["guid"]:
            return self._patch_many(call.ids["guid"].split(","), resource, operations)
        row = self._patched(self._row(call, resource), resource, operations)
        return Answer(200, row if resource.patch_answers_one else [row])

    def _patched(self, row: Row, resource: Resource, operations: object) -> object:
        if resource.path == "invoices":
            self._check_status_pointer(operations)
        values = patched_values(self._company.database, row, operations)
        return self._show(self._company.change(row, values))

    def _patch_many(self, guids: list[str], resource: Resource, operations: object) -> Answer:
        """Documented only as a model with the successes and the errors."""
        succeeded: list[object] = []
        errors: list[object] = []
        for guid in (guid.strip() for guid in guids):
            row = self._company.database.tables[resource.path].find(guid)
            try:
                succeeded.append(self._patched(row or missing(), resource, operations))
            except Refused as refused:
                body = refused.answer.body
                errors.append({"guid": guid, "error": body["error"] if isinstance(body, dict) else None})
        return Answer(200, {SUCCEEDED: succeeded, ERRORS: errors})

    def _check_status_pointer(self, operations: object) -> None:
        """Which pointers the vendor takes for an invoice's status is not documented; the options say."""
        allowed = self._company.options.status_pointers
        for pointer in pointers_of(operations):
            if pointer.startswith("/status") and pointer not in allowed:
                refuse(f"The target location specified by path '{pointer}' was not found.", pointer)

    def _delete(self, call: Call, resource: Resource) -> Answer:
        row, query = self._row(call, resource), query_of(call)
        to = self._company.database.tables[resource.path].find(query.get("moveusagestoguid", [""])[-1])
        non_billable = query.get("setasnonbillable", [""])[-1].lower() == "true"
        self._company.delete(row, non_billable=non_billable, usages_to=to)
        return Answer(204)

    def _row(self, call: Call, resource: Resource) -> Row:
        row: Row | None = self._company.database.tables[resource.path].find(call.ids["guid"].lower())
        return row or missing()
