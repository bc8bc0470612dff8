"""Connections: `totalCount`, `pageInfo` and `items`, without edges; cursors say nothing to a client.

Documented: `first` with `after`, `last` with `before`, `skip` in both; all of them positive. ASSUMED: a cursor is a
place in the list as it is sorted now, so a row that leaves the list makes the next page skip one; the largest page.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.business_nxt.assumed import BAD_ARGUMENT
from sandbox.business_nxt.columns import Row
from sandbox.business_nxt.failures import Failed


@dataclass(frozen=True)
class Page:
    """The rows from `start` to `end` of `total`."""

    rows: Sequence[Row]
    start: int
    end: int
    total: int

    def shown(self) -> dict[str, object]:
        """The connection as its fields are read."""
        empty = self.start == self.end
        info = {
            "hasNextPage": self.end < self.total,
            "hasPreviousPage": self.start > 0 and not empty,
            "startCursor": None if empty else _cursor(self.start),
            "endCursor": None if empty else _cursor(self.end - 1),
        }
        return {"totalCount": self.total, "pageInfo": info, "items": self.rows}


def page_of(rows: Sequence[Row], asked: Mapping[str, Any], page_max: int) -> Page:
    """The page that the arguments ask for. Raises `Failed`."""
    for name in ("first", "last", "skip"):
        if asked.get(name) is not None and asked[name] <= 0:
            raise Failed(f"{name} must be a positive number.", BAD_ARGUMENT)
    total, skip = len(rows), asked.get("skip") or 0
    if asked.get("last") is not None:
        end = max(min(total, _place(asked.get("before"), total)) - skip, 0)
        start = max(end - min(asked["last"], page_max), 0)
    else:
        start = min(_place(asked.get("after"), -1) + 1 + skip, total)
        end = min(start + min(asked.get("first") or page_max, page_max), total)
    return Page(rows[start:end], start, end, total)


def _cursor(place: int) -> str:
    return base64.b64encode(f"place:{place}".encode()).decode()


def _place(cursor: str | None, without: int) -> int:
    if cursor is None:
        return without
    try:
        word, _, place = base64.b64decode(cursor, validate=True).decode().partition(":")
        if word == "place":
            return int(place)
    except (binascii.Error, UnicodeDecodeError, ValueError):
        pass
    raise Failed("The cursor is not valid.", BAD_ARGUMENT)
