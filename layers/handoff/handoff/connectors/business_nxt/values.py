"""Values as Business NXT takes them: whole numbers, texts on one line, filters that name what they mean."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from handoff.connectors.business_nxt.assumed import ADDRESS_LINE_MAX, ADDRESS_LINES
from handoff.connectors.business_nxt.config import TITLE
from handoff.domain.errors import Rejected

Value = str | int | None
Columns = Mapping[str, Value]
Filter = Mapping[str, object]
INT_MAX = 2**31 - 1
_WHOLE = re.compile(r"[0-9]{1,10}", re.ASCII)
PARTS = ", "


class Unfit(Rejected):
    """A value that Business NXT has no place for; nothing was sent."""


def whole_number(text: str, what: str) -> int:
    """The number that a text means; raises Unfit for one that a column of whole numbers doesn't take."""
    number = int(text) if _WHOLE.fullmatch(text) else 0
    if 0 < number <= INT_MAX:
        return number
    raise Unfit(
        f"{TITLE} takes whole numbers as the number of {what}, not '{text}'",
        code="number_unfit",
        field="number",
        cure="Give it a number of digits only.",
    )


def short_text(text: str, most: int, what: str) -> str:
    """A number that is a text; raises Unfit for one that is too long."""
    if len(text) <= most:
        return text
    raise Unfit(
        f"{TITLE} takes at most {most} characters as the number of {what}, not '{text}'",
        code="number_unfit",
        field="number",
        cure="Give it a shorter number.",
    )


def one_line(text: str) -> str:
    """The text without line breaks."""
    return " ".join(text.split())


def shortened(text: str, most: int) -> str:
    """The text on one line, cut where it has more than so many characters."""
    line = one_line(text)
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def address_lines(line: str) -> tuple[str, ...]:
    """A line of an address over the columns that there are, broken where it has commas; what is too much is cut."""
    lines: list[str] = []
    for part in one_line(line).split(PARTS):
        if lines and len(lines[-1]) + len(PARTS) + len(part) <= ADDRESS_LINE_MAX:
            lines[-1] += PARTS + part
        else:
            lines.append(part[:ADDRESS_LINE_MAX].strip())
    return tuple([*lines, *[""] * ADDRESS_LINES][:ADDRESS_LINES])


def address_line(lines: Sequence[str | None]) -> str:
    """The columns of an address as one line."""
    return PARTS.join(line.strip() for line in lines if line and line.strip())


def only(key: Columns, old: Columns) -> Filter:
    """A filter for one row by its key, as long as it has these values; refuses one that would mean other rows too.

    Business NXT, Updates: without a filter all rows are touched.
    """
    if not key or not all(key.values()):
        raise ValueError("a filter without a key means all rows")
    return {"_and": [{name: {"_eq": value}} for name, value in {**old, **key}.items() if value is not None]}


def both(*filters: Filter | None) -> Filter | None:
    """A filter for what all of them mean; None where there is none of them."""
    given = [one for one in filters if one]
    return {"_and": given} if given else None


def either(*filters: Filter) -> Filter:
    """A filter for what one of them means."""
    return {"_or": list(filters)}
