"""One company's tables, with the stamps that every change leaves and the changes that are told of.

Documented: stamps are the server's local time without a zone; rows not touched since October 2024 have empty
`createdTimestamp` and `changedTimestamp`; `changedByUser` is the client id of an application.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.business_nxt import filters
from sandbox.business_nxt.assumed import SERVER_ZONE
from sandbox.business_nxt.columns import Row
from sandbox.business_nxt.options import Options
from sandbox.business_nxt.rows import Rows
from sandbox.business_nxt.tables import TABLES
from sandbox.standin import Clock

Tell = Callable[["Company", str, str, Row], None]
ZONE = ZoneInfo(SERVER_ZONE)
TIMESTAMPS_SINCE = datetime(2024, 10, 9)  # noqa: DTZ001 - the server's time has no zone
INSERT, UPDATE, DELETE = "INSERT", "UPDATE", "DELETE"


@dataclass(frozen=True)
class CompanyId:
    """Which company, whose, under which names. `no` is the Visma.net company id."""

    no: int
    customer_no: int
    name: str
    organisation_number: str


def day_number(day: date) -> int:
    """The day as the tables have it, `yyyymmdd`."""
    return day.year * 10_000 + day.month * 100 + day.day


def day_of(number: int) -> date | None:
    """The day that a number of the tables means; None for 0 and for one that is no day."""
    try:
        return date(number // 10_000, number // 100 % 100, number % 100)
    except ValueError:
        return None


class Company:
    """The state of one company. Whoever changes rows does it here."""

    def __init__(self, who: CompanyId, options: Options, clock: Clock, tell: Tell) -> None:
        self.who = who
        self.options = options
        self.tables: Mapping[str, Rows] = {name: Rows(table) for name, table in TABLES.items()}
        self._clock = clock
        self._tell = tell

    def rows(self, table: str) -> Rows:
        """The rows of a table."""
        return self.tables[table]

    def meant(self, table: str, expression: Mapping[str, Any] | None) -> list[Row]:
        """The rows of a table that the filter means, by primary key; without a filter all."""
        rows = self.rows(table)
        return filters.kept(_candidates(rows, expression or {}), expression, ignores_case=self.options.ignores_case)

    def now(self) -> datetime:
        """The server's local time, without a zone."""
        return self._clock().astimezone(ZONE).replace(tzinfo=None)

    def today(self) -> int:
        """The server's day as the tables have it."""
        return day_number(self.now().date())

    def add(self, table: str, values: Mapping[str, Any], user: str) -> Row:
        """A new row with the values, blank elsewhere, stamped and told of."""
        stamps = self._stamps("created", user, self.now()) | self._stamps("changed", user, self.now())
        rows = self.rows(table)
        row = rows.add({**rows.table.blank(), **values, **stamps})
        self._tell(self, INSERT, table, row)
        return row

    def add_old(self, table: str, values: Mapping[str, Any], user: str, at: datetime) -> Row:
        """A row of the past, told to nobody. `at` is local time; before the release it leaves no timestamps."""
        rows = self.rows(table)
        stamps = self._stamps("created", user, at) | self._stamps("changed", user, at)
        return rows.add({**rows.table.blank(), **values, **stamps})

    def change(self, table: str, row: Row, values: Mapping[str, Any], user: str) -> Row:
        """The row with the values, stamped and told of, whether or not anything differs."""
        changed = self.rows(table).change(row, {**values, **self._stamps("changed", user, self.now())})
        self._tell(self, UPDATE, table, changed)
        return changed

    def remove(self, table: str, row: Row) -> None:
        """Takes the row away and tells of it."""
        self.rows(table).remove(row)
        self._tell(self, DELETE, table, row)

    @staticmethod
    def _stamps(kind: str, user: str, at: datetime) -> Row:
        return {
            f"{kind}Date": day_number(at.date()),
            f"{kind}Time": at.hour * 100 + at.minute,
            f"{kind}ByUser": user,
            f"{kind}DateTime": at,
            f"{kind}Timestamp": at if at >= TIMESTAMPS_SINCE else None,
        }


def _candidates(rows: Rows, expression: Mapping[str, Any]) -> list[Row]:
    """Rows among which are all that the filter means; the few of an index where it asks for numbers by equality."""
    for name, condition in expression.items():
        column = rows.table.columns.get(name)
        if column is None or column.type not in ("Int", "Short") or not condition:
            continue
        if condition.get("_eq") is not None:
            return rows.where(name, condition["_eq"])
        if condition.get("_in") is not None:
            return rows.by_key(row for value in set(condition["_in"]) for row in rows.where(name, value))
    return rows.all()
