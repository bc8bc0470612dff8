"""Reading Harvest's master data and papers: every list with its filters and style of paging, and single rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sandbox.harvest.account import Account
from sandbox.harvest.answers import Json, whole_id
from sandbox.harvest.lists import filtered, id_filter, row_list
from sandbox.harvest.reference import Shelf
from sandbox.wire import Answer, Call, Handler, Route

_ACTIVE = ("is_active", "updated_since")
_PAPER = ("client_id", "updated_since", "from", "to", "state")
_EXPENSE = ("user_id", "client_id", "project_id", "is_billed", "approval_status", "updated_since", "from", "to")


class ReferenceCalls:
    """The GET handlers. `user_of` gives the row of the person whose token the call carries."""

    def __init__(self, account: Account, user_of: Callable[[Call], Json]) -> None:
        self._account = account
        self._user_of = user_of

    def routes(self) -> list[Route]:
        """The paths that are read."""
        return [*self._account_routes(), *self._project_routes(), *self._person_routes(), *self._paper_routes()]

    def _account_routes(self) -> list[Route]:
        books = self._account
        return [
            _get("/v2/company", lambda _: Answer(200, books.reference.company)),
            *self._pair("clients", lambda: books.reference.clients, _ACTIVE),
            *self._pair("projects", lambda: books.reference.projects, (*_ACTIVE, "client_id")),
            *self._pair("tasks", lambda: books.reference.tasks, _ACTIVE),
            *self._pair("users", lambda: books.reference.users, _ACTIVE),
            *self._pair("roles", lambda: books.reference.roles, ()),
            self._list("task_assignments", lambda: books.reference.task_assignments, _ACTIVE),
            self._list("user_assignments", lambda: books.reference.user_assignments, (*_ACTIVE, "user_id")),
        ]

    def _project_routes(self) -> list[Route]:
        books, of_project = self._account, "/v2/projects/{id}"
        shelves: dict[str, tuple[Callable[[], Shelf], tuple[str, ...]]] = {
            "task_assignments": (lambda: books.reference.task_assignments, _ACTIVE),
            "user_assignments": (lambda: books.reference.user_assignments, (*_ACTIVE, "user_id")),
        }
        return [
            route
            for key, (shelf, filters) in shelves.items()
            for route in (
                _get(f"{of_project}/{key}", self._of_project(key, shelf, filters)),
                _get(f"{of_project}/{key}/{{row}}", self._one_of_project(shelf)),
            )
        ]

    def _person_routes(self) -> list[Route]:
        books = self._account
        return [
            _get("/v2/users/me", lambda call: Answer(200, self._user_of(call))),
            _get("/v2/users/me/project_assignments", lambda call: self._projects_of(call, self._user_of(call))),
            _get("/v2/users/{id}/project_assignments", self._projects_of_user),
            _get(
                "/v2/users/{id}/billable_rates", self._rates("billable_rates", lambda: books.reference.billable_rates)
            ),
            _get("/v2/users/{id}/cost_rates", self._rates("cost_rates", lambda: books.reference.cost_rates)),
            _get("/v2/users/{id}/billable_rates/{row}", self._rate(lambda: books.reference.billable_rates)),
            _get("/v2/users/{id}/cost_rates/{row}", self._rate(lambda: books.reference.cost_rates)),
        ]

    def _paper_routes(self) -> list[Route]:
        books = self._account
        return [
            *self._pair("contacts", lambda: books.papers.contacts, ("client_id", "updated_since")),
            *self._pair("expense_categories", lambda: books.papers.expense_categories, _ACTIVE),
            *self._pair("expenses", lambda: books.papers.expenses, _EXPENSE, by="spent_date"),
            *self._pair("estimates", lambda: books.papers.estimates, _PAPER, by="issue_date"),
            *self._pair("invoices", lambda: books.papers.invoices, _PAPER, by="issue_date"),
            *self._pair("invoice_item_categories", lambda: books.papers.invoice_item_categories, ("updated_since",)),
            *self._pair("estimate_item_categories", lambda: books.papers.estimate_item_categories, ("updated_since",)),
            _get("/v2/invoices/{id}/messages", self._notes("invoice_messages", lambda: books.papers.invoices)),
            _get("/v2/estimates/{id}/messages", self._notes("estimate_messages", lambda: books.papers.estimates)),
            _get("/v2/invoices/{id}/payments", self._payments),
        ]

    def _pair(self, key: str, shelf: Callable[[], Shelf], filters: Sequence[str], by: str | None = None) -> list[Route]:
        """The list and the single rows of a resource."""
        return [
            self._list(key, shelf, filters, by),
            _get(f"/v2/{key}/{{id}}", lambda call: Answer(200, self._show(shelf().get(whole_id(call, "id"))))),
        ]

    def _list(self, key: str, shelf: Callable[[], Shelf], filters: Sequence[str], by: str | None = None) -> Route:
        """Newest first by cursor; or by the day named `by`, latest first, in page style."""

        def answer(call: Call) -> Answer:
            rows = [self._show(row) for row in shelf().newest_first()]
            if by is not None:
                rows.sort(key=lambda row: str(row[by]), reverse=True)
            if key == "invoices" and (project := id_filter(call.query, "project_id")) is not None:
                rows = [row for row in rows if any(line["project"]["id"] == project for line in row["line_items"])]
            return row_list(call, key, filtered(call.query, rows, filters, by or ""), by_cursor=by is None)

        return _get(f"/v2/{key}", answer)

    def _of_project(self, key: str, shelf: Callable[[], Shelf], filters: Sequence[str]) -> Handler:
        def answer(call: Call) -> Answer:
            project = self._account.reference.projects.get(whole_id(call, "id"))
            rows = [self._show(row) for row in shelf().newest_first() if row["_project"] == project["id"]]
            return row_list(call, key, filtered(call.query, rows, filters), by_cursor=False)

        return answer

    def _one_of_project(self, shelf: Callable[[], Shelf]) -> Handler:
        return lambda call: Answer(200, self._show(in_project(call, shelf())))

    def _projects_of_user(self, call: Call) -> Answer:
        user = self._account.reference.users.get(whole_id(call, "id"))
        rows = self._account.reference.project_assignments(user["id"])
        return row_list(call, "project_assignments", filtered(call.query, rows, ("updated_since",)))

    def _projects_of(self, call: Call, user: Json) -> Answer:
        rows = self._account.reference.project_assignments(user["id"])
        return row_list(call, "project_assignments", rows, by_cursor=False)

    def _rates(self, key: str, rates: Callable[[], dict[int, Shelf]]) -> Handler:
        """Oldest start first, as the only lists of that order."""

        def answer(call: Call) -> Answer:
            user = self._account.reference.users.get(whole_id(call, "id"))
            return row_list(call, key, rates()[user["id"]].newest_first()[::-1])

        return answer

    def _rate(self, rates: Callable[[], dict[int, Shelf]]) -> Handler:
        def answer(call: Call) -> Answer:
            user = self._account.reference.users.get(whole_id(call, "id"))
            return Answer(200, rates()[user["id"]].get(whole_id(call, "row")))

        return answer

    def _notes(self, key: str, papers: Callable[[], Shelf]) -> Handler:
        def answer(call: Call) -> Answer:
            paper = papers().get(whole_id(call, "id"))
            rows = self._account.papers.messages[paper["id"]].newest_first()
            return row_list(call, key, filtered(call.query, rows, ("updated_since",)))

        return answer

    def _payments(self, call: Call) -> Answer:
        invoice = self._account.papers.invoices.get(whole_id(call, "id"))
        rows = self._account.papers.payments[invoice["id"]].newest_first()
        return row_list(call, "invoice_payments", filtered(call.query, rows, ("updated_since",)))

    def _show(self, row: Json) -> Json:
        return self._account.reference.show(row)


def in_project(call: Call, shelf: Shelf) -> Json:
    """The assignment named in the path, if it belongs to the project named there. Ends the call with 404."""
    row = shelf.get(whole_id(call, "row"))
    return row if row["_project"] == whole_id(call, "id") else shelf.get(0)


def _get(template: str, handler: Handler) -> Route:
    return Route("GET", template, handler)
