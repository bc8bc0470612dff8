"""Spans of accounts as people write them: `4000`, or `4000-4999` with both ends counted in."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SPAN = re.compile(r"([0-9]{1,9})(?:-([0-9]{1,9}))?")


def is_span(text: str) -> bool:
    """Whether it is an account or a span of accounts that does not run backwards."""
    found = _SPAN.fullmatch(text)
    return found is not None and int(found[2] or found[1]) >= int(found[1])


def width(span: str) -> int:
    """How many accounts a span has."""
    first, _, last = span.partition("-")
    return int(last or first) - int(first) + 1


def takes(spans: Iterable[str], account: int) -> bool:
    """Whether one of the spans has the account."""
    found = (one for span in spans if (one := _SPAN.fullmatch(span)) is not None)
    return any(int(one[1]) <= account <= int(one[2] or one[1]) for one in found)
