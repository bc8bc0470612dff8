"""The account's rows, by kind and id, with a stamp for every change. Values are as JSON has them in v1."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime

from sandbox.timechimp.answers import Json, missing
from sandbox.timechimp.schema import ENTITIES

FIRST_ID = 501_200
STAMP = "%Y-%m-%dT%H:%M:%S"
_CLIENTS = uuid.UUID("71c40000-0000-4000-8000-000000000000")


def stamp(at: datetime) -> str:
    """As v1 shows a moment: UTC that does not say so."""
    return at.astimezone(UTC).strftime(STAMP)


def day_text(day: date) -> str:
    """As v1 shows a day: its midnight."""
    return f"{day.isoformat()}T00:00:00"


class Database:
    """All rows. Ids are unique in the account, whatever they are of."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._rows: dict[str, dict[int, Json]] = {name: {} for name in ENTITIES}
        self._last_id = FIRST_ID

    def now(self) -> datetime:
        """The time."""
        return self._clock()

    def today(self) -> date:
        """The day in UTC."""
        return self._clock().astimezone(UTC).date()

    def rows(self, entity: str) -> list[Json]:
        """All rows of the kind, oldest first."""
        return list(self._rows[entity].values())

    def where(self, entity: str, name: str, value: object) -> list[Json]:
        """The rows whose field has the value."""
        return [row for row in self._rows[entity].values() if row.get(name) == value]

    def find(self, entity: str, row_id: object) -> Json | None:
        """The row, or None."""
        return self._rows[entity].get(row_id) if isinstance(row_id, int) else None

    def get(self, entity: str, row_id: object) -> Json:
        """The row. Ends the call with 404."""
        return self.find(entity, row_id) or missing(ENTITIES[entity].one, row_id)

    def value(self, entity: str, row_id: object, name: str) -> object:
        """A value of the row that a reference leads to; None when it leads nowhere."""
        row = self.find(entity, row_id)
        return row.get(name) if row is not None else None

    def add(self, entity: str, fields: Json) -> Json:
        """A new row with the fields, and the first values of the others."""
        first = {name: field.first for name, field in ENTITIES[entity].fields.items()}
        now = self.now()
        stamps = {"created": f"{stamp(now)}.{now.microsecond // 1000:03d}", "modified": stamp(now)}
        row = {"id": self.next_id(), **first, **stamps, **fields}
        row["clientId"] = str(uuid.uuid5(_CLIENTS, str(row["id"])))
        self._rows[entity][row["id"]] = row
        return row

    def change(self, row: Json, fields: Json, *, stamped: bool = True) -> Json:
        """Puts the fields into the row and stamps it, whether or not they differ from what was there."""
        row |= {**fields, **({"modified": stamp(self.now())} if stamped else {})}
        return row

    def remove(self, entity: str, row_id: int) -> None:
        """Takes the row away; nothing is left that tells of it."""
        del self._rows[entity][row_id]

    def next_id(self) -> int:
        """An id that was never used in this account."""
        self._last_id += 1
        return self._last_id
