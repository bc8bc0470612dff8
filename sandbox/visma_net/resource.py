"""A kind of row, such as customers, and the operations that most kinds have alike: list, show one, create, change."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from sandbox.visma_net.company import Company
from sandbox.visma_net.house import House, Operation, changed, found, get, path_id, path_number, post, put, shown
from sandbox.visma_net.listing import Json, Query, page, unsorted
from sandbox.visma_net.records import Row, Shelf
from sandbox.wire import Answer, Call

R = TypeVar("R", bound=Row)

Find = Callable[[Call], R]
Shape = Callable[[Company, R], Json]
Cut = Callable[[Query, list[R], Callable[[R], Json], int], list[Json]]


@dataclass(frozen=True)
class Resource(Generic[R]):
    """One kind of row: its name in refusals, where its rows stand, what numbers one, how it looks when read."""

    house: House
    name: str
    shelf: Callable[[Company], Shelf[R]]  # asked for at every call: a reset replaces the company
    number: Callable[[R], str]
    shape: Shape[R]
    cut: Cut[R] = page  # how much of a list one answer holds; see `listing`
    has_etag: bool = True

    # The operations; each wants its path.

    def get_all(
        self, template: str, is_wanted: Callable[[Query, R], bool] | None = None, shape: Shape[R] | None = None
    ) -> Operation:
        """Lists the rows that pass the dates' filters and `is_wanted`."""

        def handler(call: Call) -> Answer:
            query = Query(call)
            return self.listed(query, self.chosen(query, is_wanted), shape)

        return get(template, handler)

    def get_one(self, template: str, find: Find[R]) -> Operation:
        """Shows one row."""

        def handler(call: Call) -> Answer:
            row = find(call)
            return shown(self.shape(self.house.company, row), row if self.has_etag else None)

        return get(template, handler)

    def post(self, template: str, create: Callable[[Company, object], R]) -> Operation:
        """Makes a row of the body; its number ends the `Location`."""

        def handler(call: Call) -> Answer:
            row = create(self.house.company, call.json())
            return self.house.created(call, template, self.number(row), row)

        return post(template, handler)

    def put(self, template: str, find: Find[R], update: Callable[[Company, R, object], None]) -> Operation:
        """Changes one row by the body."""

        def handler(call: Call) -> Answer:
            row, body = find(call), call.json()
            return changed(call, row, lambda: update(self.house.company, row, body))

        return put(template, handler)

    # What they are made of, for lists and paths with quirks of their own.

    def by_id(self, key: str) -> Find[R]:
        """Finds the row whose number is in the path."""

        def find(call: Call) -> R:
            number = path_id(call, key)
            return found(self.shelf(self.house.company).get(number), self.name, number)

        return find

    def by_internal_id(self, key: str, internal_id: Callable[[R], int]) -> Find[R]:
        """Finds the row whose internal id, a whole number, is in the path."""

        def find(call: Call) -> R:
            wanted = path_number(call, key)
            rows = self.shelf(self.house.company)
            return found(next((row for row in rows if internal_id(row) == wanted), None), self.name, wanted)

        return find

    def chosen(self, query: Query, is_wanted: Callable[[Query, R], bool] | None = None) -> list[R]:
        """The rows that pass the dates' filters, which most lists have, and `is_wanted`."""
        rows = query.changed(self.shelf(self.house.company))
        return [row for row in rows if is_wanted is None or is_wanted(query, row)]

    def listed(self, query: Query, rows: Iterable[R], shape: Shape[R] | None = None) -> Answer:
        """The answer to a list call; the rows may be shaped in another way than one alone is."""
        company, one = self.house.company, shape or self.shape
        ordered = unsorted(rows, self.number)
        return Answer(200, self.cut(query, ordered, lambda row: one(company, row), self.house.settings.max_page_size))
