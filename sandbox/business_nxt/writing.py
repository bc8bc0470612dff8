"""Inserts, updates and deletes: one table operation is one unit, and each of its rows stands for itself.

Documented: rows in `values` and pairs in `filters`/`values`; nested lines of an order; `affectedRows`; a failed row of
an update is shown with its old values; a key cannot be changed; an update without a filter touches all rows.
ASSUMED: what is written stays when another row of the same operation fails.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.business_nxt import rules
from sandbox.business_nxt.assumed import ASSIGNMENT_FAILED, NOT_SAVED
from sandbox.business_nxt.columns import Row
from sandbox.business_nxt.company import Company
from sandbox.business_nxt.failures import CannotAssign, CannotSave
from sandbox.business_nxt.tables import TABLES


@dataclass(frozen=True)
class Problem:
    """A row that failed: where in the operation's arguments, and why."""

    path: tuple[str | int, ...]
    message: str
    code: str


@dataclass
class Written:
    """What an operation did: the rows as they are now, how many it touched, and what failed."""

    items: list[Row] = field(default_factory=list)
    affected: int = 0
    problems: list[Problem] = field(default_factory=list)

    def failed(self, path: Sequence[str | int], error: CannotAssign | CannotSave) -> None:
        """Notes a failed row."""
        if isinstance(error, CannotAssign):
            self.problems.append(Problem((*path, error.column), str(error), ASSIGNMENT_FAILED))
        else:
            self.problems.append(Problem(tuple(path), str(error), NOT_SAVED))


class Writer:
    """Writes in one company under one user's name: the client id of an application, or a person's."""

    def __init__(self, company: Company, user: str) -> None:
        self._company = company
        self._user = user

    def create(self, table: str, values: Sequence[Mapping[str, Any]]) -> Written:
        """New rows, their fields entered in the order given."""
        written = Written()
        for place, fields in enumerate(values):
            try:
                row = self.add(table, fields)
            except (CannotAssign, CannotSave) as error:
                written.failed(("values", place), error)
            else:
                written.items.append(row)
                written.affected += 1
        return written

    def add(self, table: str, fields: Mapping[str, Any], head: Row | None = None) -> Row:
        """A new row with the rows nested in it. Raises `CannotAssign` or `CannotSave`, and then writes nothing, but
        for the half orders that an option asks for.
        """
        nested: list[tuple[str, Row]] = []
        failed: list[CannotAssign] = []
        draft = rules.begin(self._company, table, head)
        for name, value in fields.items():
            child = TABLES[table].children.get(name)
            if child is None:
                rules.assign(self._company, table, draft, name, value)
                continue
            for one in value or ():
                try:
                    nested.append((child, self._typed(child, one, draft)))
                except CannotAssign as error:
                    failed.append(error)
        if failed and not self._company.options.half_orders:
            raise failed[0]
        numbers = [line["lineNo"] for _, line in nested if line["lineNo"]]
        if len(numbers) != len(set(numbers)):
            raise CannotSave("Two lines have the same lineNo.")
        rules.complete(self._company, table, draft)
        row = self._company.add(table, draft, self._user)
        for child, line in nested:
            line["orderNo"] = row["orderNo"]
            rules.complete(self._company, child, line)
            self._company.add(child, line, self._user)
        self._sum_up(table, row)
        if failed:
            raise failed[0]
        return row

    def _typed(self, table: str, fields: Mapping[str, Any], head: Row) -> Row:
        draft = rules.begin(self._company, table, head)
        for name, value in fields.items():
            rules.assign(self._company, table, draft, name, value)
        return draft

    def update(self, table: str, pairs: Sequence[tuple[Mapping[str, Any] | None, Mapping[str, Any]]]) -> Written:
        """Changes of the rows that each filter means, one pair after another."""
        written, company = Written(), self._company
        for place, (expression, fields) in enumerate(pairs):
            for row in company.meant(table, expression):
                try:
                    self.change(table, row, fields)
                except (CannotAssign, CannotSave) as error:
                    written.failed(("values", place), error)
                else:
                    written.affected += 1
                written.items.append(row)
        return written

    def change(self, table: str, row: Row, fields: Mapping[str, Any]) -> Row:
        """The row with its fields entered anew. Raises `CannotAssign` or `CannotSave`, and then writes nothing."""
        draft = dict(row)
        for name, value in fields.items():
            if name in TABLES[table].key and value != row[name]:
                raise CannotAssign(name, f"{name} is a key and cannot be changed.")
            rules.assign(self._company, table, draft, name, value)
        rules.check_change(table, row, draft)
        changed = {name: value for name, value in draft.items() if name in fields or row[name] != value}
        self._company.change(table, row, changed, self._user)
        self._sum_up(table, row)
        return row

    def delete(self, table: str, expression: Mapping[str, Any] | None) -> Written:
        """Takes away the rows that the filter means."""
        written, company = Written(), self._company
        for row in company.meant(table, expression):
            try:
                self.remove(table, row)
            except CannotSave as error:
                written.failed(("filter",), error)
            else:
                written.affected += 1
        return written

    def remove(self, table: str, row: Row) -> None:
        """Takes a row away, an order with its lines. Raises `CannotSave`."""
        rules.check_removal(self._company, table, row)
        if table == "order":
            for line in self._company.rows("orderLine").where("orderNo", row["orderNo"]):
                self._company.remove("orderLine", line)
        self._company.remove(table, row)
        self._sum_up(table, row)

    def _sum_up(self, table: str, row: Row) -> None:
        if table in ("order", "orderLine"):
            rules.sum_up(self._company, row["orderNo"], self._user)
