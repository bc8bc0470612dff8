"""Lists: bare JSON arrays with the paging data repeated inside each element, and filters that may do nothing.

A page size above the maximum is cut in silence, an empty list is `[]` without any paging data, a query parameter
that the server does not know is ignored in silence (Visma.net ERP API, Pagination; a client's measurements). Rows
come in an order of their own: none is documented. A page of journal transactions counts lines, so one batch can
be split over pages.

ASSUMED: the page size when none is sent, and that a value which cannot be understood is answered 400.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TypeVar

from sandbox.throttle import page_slice
from sandbox.visma_net.formats import read_filter_moment, server_time, shuffled
from sandbox.visma_net.records import Batch, BatchLine, Row
from sandbox.visma_net.writing import bad
from sandbox.wire import Call

T = TypeVar("T")
R = TypeVar("R", bound=Row)
Json = dict[str, object]
Test = Callable[[datetime, datetime], bool]

DEFAULT_PAGE_SIZE = 100
_CONDITIONS: Mapping[str, Test] = {
    ">": lambda at, bound: at > bound,
    "<": lambda at, bound: at < bound,
    ">=": lambda at, bound: at >= bound,
    "<=": lambda at, bound: at <= bound,
}


class Query:
    """The query parameters of a list call; their names match in any case (ASSUMED, as paths do)."""

    def __init__(self, call: Call) -> None:
        self._values = {name.lower(): value for name, value in call.query.items()}

    def text(self, name: str) -> str | None:
        """The parameter, or None when it is not sent or empty."""
        return self._values.get(name.lower()) or None

    def flag(self, name: str) -> bool | None:
        """The parameter as true or false. Raises `Refused`."""
        value = self.text(name)
        if value is None:
            return None
        if value.lower() not in ("true", "false"):
            raise bad(f"The value '{value}' is not valid for {name}.")
        return value.lower() == "true"

    def whole(self, name: str, default: int) -> int:
        """The parameter as a whole number from 1. Raises `Refused`."""
        value = self.text(name)
        if value is None:
            return default
        if not value.isascii() or not value.isdecimal() or int(value) < 1:
            raise bad(f"The value '{value}' is not valid for {name}.")
        return int(value)

    def moment(self, name: str) -> datetime | None:
        """The parameter as server time. Raises `Refused`."""
        value = self.text(name)
        if value is None:
            return None
        try:
            return read_filter_moment(value)
        except ValueError:
            raise bad(f"The value '{value}' is not a valid date and time for {name}.") from None

    def matches(self, name: str, value: str | None) -> bool:
        """Whether the row's value equals the parameter in any case, or the parameter is not sent."""
        wanted = self.text(name)
        return wanted is None or (value or "").casefold() == wanted.casefold()

    def agrees(self, name: str, value: bool) -> bool:
        """Whether the row's check box is as the parameter wants it, or the parameter is not sent."""
        wanted = self.flag(name)
        return wanted is None or wanted == value

    def changed(self, rows: Iterable[R]) -> list[R]:
        """The rows that pass `lastModifiedDateTime` and `createdDateTime` with their conditions."""
        modified = self._dated("lastModifiedDateTime")
        created = self._dated("createdDateTime")
        return [row for row in rows if modified(row.changed_at) and created(row.created_at)]

    def _dated(self, name: str) -> Callable[[datetime], bool]:
        """The test of one date filter; the date and its condition are sent both or neither."""
        bound, condition = self.moment(name), self.text(f"{name}Condition")
        if bound is None and condition is None:
            return lambda _: True
        if bound is None or condition is None:
            raise bad(f"{name} and {name}Condition must be used together.")
        test = _CONDITIONS.get(condition.strip())
        if test is None:
            raise bad(f"The value '{condition}' is not valid for {name}Condition.")
        return lambda at: test(server_time(at), bound)


def unsorted(rows: Iterable[T], key: Callable[[T], str]) -> list[T]:
    """The rows in the order in which this server gives them: always the same one, and no sorted one."""
    return sorted(rows, key=lambda row: shuffled(key(row)))


def page(query: Query, rows: list[T], shape: Callable[[T], Json], max_page_size: int) -> list[Json]:
    """One page of rows with the paging data in each; only the rows of the page are shaped."""
    size = min(query.whole("pageSize", DEFAULT_PAGE_SIZE), max_page_size)
    cut = page_slice(len(rows), query.whole("pageNumber", 1), size)
    metadata = {"totalCount": cut.total, "maxPageSize": max_page_size}
    return [{**shape(row), "metadata": metadata} for row in rows[cut.start : cut.end]]


def bare_page(query: Query, rows: list[T], shape: Callable[[T], Json], max_page_size: int) -> list[Json]:
    """One page of a list whose rows have no place for paging data: only an empty page tells that it was the last."""
    shaped = page(query, rows, shape, max_page_size)
    return [{name: value for name, value in row.items() if name != "metadata"} for row in shaped]


def whole(_: Query, rows: list[T], shape: Callable[[T], Json], max_page_size: int) -> list[Json]:
    """All rows of a list without paging parameters; its elements carry the paging data all the same."""
    metadata = {"totalCount": len(rows), "maxPageSize": max_page_size}
    return [{**shape(row), "metadata": metadata} for row in rows]


def bare_whole(_: Query, rows: list[T], shape: Callable[[T], Json], _max_page_size: int) -> list[Json]:
    """All rows of a list that has neither paging parameters nor paging data."""
    return [shape(row) for row in rows]


def page_of_lines(
    query: Query, batches: list[Batch], shape: Callable[[Batch, list[BatchLine]], Json], max_page_size: int
) -> list[Json]:
    """One page of journal transactions: the page size and the total count lines, not batches."""
    size = min(query.whole("pageSize", DEFAULT_PAGE_SIZE), max_page_size)
    pairs: list[tuple[Batch, BatchLine | None]] = []
    for batch in batches:
        pairs += [(batch, line) for line in batch.lines] or [(batch, None)]
    cut = page_slice(len(pairs), query.whole("pageNumber", 1), size)
    on_page: dict[str, tuple[Batch, list[BatchLine]]] = {}
    for batch, line in pairs[cut.start : cut.end]:
        lines = on_page.setdefault(batch.number, (batch, []))[1]
        if line is not None:
            lines.append(line)
    metadata = {"totalCount": cut.total, "maxPageSize": max_page_size}
    return [{**shape(batch, lines), "metadata": metadata} for batch, lines in on_page.values()]
