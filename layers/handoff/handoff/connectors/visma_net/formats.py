"""How Visma.net ERP writes periods, days, instants and what is sent to it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from urllib.parse import unquote, urlsplit

import msgspec

from handoff.connectors.visma_net.assumed import SEGMENT_SEPARATOR
from handoff.domain.periods import Period

_YEAR_FIRST = re.compile(r"^((?:19|20)\d{2})(\d{2})$")
_MONTH_FIRST = re.compile(r"^(\d{2})-?((?:19|20)\d{2})$")
_MONTHS = 12

Json = dict[str, object]
_ENCODER = msgspec.json.Encoder(decimal_format="number")


def value(content: object) -> Json:
    """A scalar as the ERP takes it: `{"value": …}`; operations, segments and arrays stay bare."""
    return {"value": content}


def body_of(content: Json) -> bytes:
    """JSON with decimals as numbers, digit by digit."""
    return _ENCODER.encode(content)


def period_code(period: Period) -> str:
    """`2026-10` as 202610."""
    return period.replace("-", "")


def period_from(text: str) -> Period | None:
    """202610, 102026 or 10-2026 as `2026-10`; None for a 13th period, ValueError for anything else."""
    if found := _YEAR_FIRST.match(text.strip()):
        year, month = found[1], found[2]
    elif found := _MONTH_FIRST.match(text.strip()):
        year, month = found[2], found[1]
    else:
        raise ValueError(text)
    return Period(f"{year}-{month}") if 1 <= int(month) <= _MONTHS else None


def day_text(day: date) -> str:
    """A day as documents carry it: midnight without a zone."""
    return f"{day.isoformat()}T00:00:00"


def instant_text(at: datetime) -> str:
    """An instant for a date-time filter, which takes no zone."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"


def instant_of(stamp: datetime | None) -> datetime | None:
    """A time stamp as read. One without a zone counts as UTC and goes back as it came, whatever zone it is in."""
    if stamp is None or stamp.tzinfo is not None:
        return stamp
    return stamp.replace(tzinfo=UTC)


def segments_of(cost_centre: str) -> Sequence[Json]:
    """A subaccount's number in segments; they are written bare."""
    parts = cost_centre.split(SEGMENT_SEPARATOR)
    return [{"segmentId": place, "segmentValue": part} for place, part in enumerate(parts, start=1)]


def number_in(location: str) -> str:
    """The number in a Location header: its last segment; its host may be another one and is ignored."""
    return unquote(urlsplit(location).path.rstrip("/").rpartition("/")[2])
