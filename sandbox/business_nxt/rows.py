"""The rows of one table of one company: kept by primary key, found by the columns that relations go through."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.business_nxt.columns import Key, Row, Table


class Rows:
    """All rows of a table. Other columns than the key are indexed once somebody asked by them."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._rows: dict[Key, Row] = {}
        self._indexes: dict[str, dict[Any, dict[Key, Row]]] = {}
        self._highest: dict[str, int] = {}
        self._in_order = True

    def __len__(self) -> int:
        return len(self._rows)

    def all(self) -> list[Row]:
        """Every row by primary key."""
        if not self._in_order:
            self._rows = dict(sorted(self._rows.items()))
            self._in_order = True
        return list(self._rows.values())

    def get(self, *key: int | str) -> Row | None:
        """The row under the key, or None."""
        return self._rows.get(key)

    def where(self, column: str, value: object) -> list[Row]:
        """The rows that have the value in the column, by primary key."""
        if column not in self._indexes:
            index = self._indexes[column] = {}
            for key, row in self._rows.items():
                index.setdefault(row[column], {})[key] = row
        return [row for _, row in sorted(self._indexes[column].get(value, {}).items())]

    def by_key(self, rows: Iterable[Row]) -> list[Row]:
        """These rows by primary key."""
        return sorted(rows, key=self.table.key_of)

    def add(self, row: Row) -> Row:
        """Takes the row in; its key is new."""
        key = self.table.key_of(row)
        self._in_order = self._in_order and (not self._rows or key > next(reversed(self._rows)))
        self._rows[key] = row
        for column, index in self._indexes.items():
            index.setdefault(row[column], {})[key] = row
        for name in self._highest:
            self._highest[name] = max(self._highest[name], row[name])
        return row

    def change(self, row: Row, values: Mapping[str, Any]) -> Row:
        """Puts the values into the row, which keeps its key."""
        key = self.table.key_of(row)
        for column, index in self._indexes.items():
            if column in values and values[column] != row[column]:
                index[row[column]].pop(key)
                index.setdefault(values[column], {})[key] = row
        row |= values
        for name in self._highest:
            self._highest[name] = max(self._highest[name], row[name])
        return row

    def remove(self, row: Row) -> None:
        """Takes the row away."""
        key = self.table.key_of(row)
        del self._rows[key]
        for column, index in self._indexes.items():
            index[row[column]].pop(key)

    def next_number(self, column: str, first: int, among: Iterable[Row] | None = None) -> int:
        """One above the highest that was ever in the column, or in it among these rows; at least `first`."""
        if among is not None:
            return max([first, *(int(row[column]) + 1 for row in among)])
        if column not in self._highest:
            self._highest[column] = max((row[column] for row in self._rows.values()), default=0)
        self._highest[column] = max(self._highest[column], first - 1)
        return int(self._highest[column]) + 1
