"""The mark of a page: when its walk began, and behind which keys it goes on.

Keys are better marks than Business NXT's cursors where rows come and go while a list is walked through: a cursor is a
place in the list, and whatever moved over it would be missed and taken for gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from handoff.connectors.business_nxt.values import Value
from handoff.domain.errors import InvalidInput


class Walk(msgspec.Struct, frozen=True):
    """Where a walk through a list is; `after` holds the last key of each table that is not at its end."""

    began: datetime
    after: Mapping[str, Value] = {}

    @property
    def mark(self) -> str:
        """The mark to go on from."""
        return msgspec.json.encode(self).decode()


def walk_at(page: str | None, now: datetime, *tables: str) -> Walk:
    """The walk that a mark is of; a new one, before the first row of each table, where there is none."""
    if page is None:
        return Walk(now, dict.fromkeys(tables))
    try:
        return msgspec.json.decode(page, type=Walk)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidInput("this is no mark of a page", code="bad_mark", field="page") from error
