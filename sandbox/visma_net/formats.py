"""How Visma.net ERP writes dates, periods, versions and ids, and what it takes.

Vendor documentation: "ETag and If-Match", "Date-time condition operators", "Rate limits"; the developer forum on
`b64(…)` ids. Where the documentation is silent the choice is marked ASSUMED.
"""

from __future__ import annotations

import base64
import binascii
import re
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from zlib import crc32

# ASSUMED: the server's clock shows Norwegian standard time all year; the zone of its dates is not documented.
SERVER_ZONE = timezone(timedelta(hours=1))

CENT = Decimal("0.01")
_CODED_ID = re.compile(r"b64\(([A-Za-z0-9_-]*)\)", re.IGNORECASE)
_FILTER_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}:\d{2}(\.\d{1,3})?)?")
_PERIOD = re.compile(r"\d{4}(0[1-9]|1[0-2])")


def server_time(at: datetime) -> datetime:
    """The aware instant as the server's wall clock shows it, whole milliseconds, without a zone."""
    shown = at.astimezone(SERVER_ZONE).replace(tzinfo=None)
    return shown.replace(microsecond=shown.microsecond // 1000 * 1000)


def moment_text(at: datetime) -> str:
    """`2026-02-03T10:11:12.37`: server time without a zone, trailing zeros of the fraction left out."""
    shown = server_time(at)
    fraction = f".{shown.microsecond // 1000:03d}".rstrip("0").rstrip(".")
    return f"{shown:%Y-%m-%dT%H:%M:%S}{fraction}"


def offset_moment_text(at: datetime) -> str:
    """The same instant in the shape with an offset, `2026-02-03T10:11:12.37+01:00`; both shapes occur in reads."""
    return f"{moment_text(at)}+01:00"


def day_text(day: date | None) -> str | None:
    """`2026-02-03T00:00:00`, the way in which dates without a time are written."""
    return None if day is None else f"{day:%Y-%m-%d}T00:00:00"


def read_moment(text: str) -> datetime:
    """A written date-time as server time; one with a zone is moved to the server's. Raises ValueError."""
    read = datetime.fromisoformat(text)
    return read if read.tzinfo is None else server_time(read)


def read_filter_moment(text: str) -> datetime:
    """A date-time of a filter: `yyyy-MM-dd`, with ` HH:mm:ss` or `THH:mm:ss` and up to 3 decimals, no zone.

    Raises ValueError.
    """
    if not _FILTER_MOMENT.fullmatch(text):
        raise ValueError(text)
    return datetime.fromisoformat(text)


def is_period(text: str) -> bool:
    """Whether the text is a period as in `financialPeriod`: YYYYMM."""
    return _PERIOD.fullmatch(text) is not None


def period_of(day: date) -> str:
    """The calendar month of a day as YYYYMM; the company's periods are months."""
    return f"{day:%Y%m}"


def post_period_text(period: str) -> str:
    """YYYYMM turned into MMYYYY, the form of `postPeriod`."""
    return period[4:] + period[:4]


def from_post_period(text: str) -> str:
    """MMYYYY turned into YYYYMM."""
    return text[2:] + text[:2]


def row_version(number: int) -> str:
    """The value of `timeStamp`: eight bytes in base64, such as `AAAAAE0YIiI=`."""
    return base64.b64encode(number.to_bytes(8, "big")).decode()


def etag(timestamp: str) -> str:
    """The `ETag` header: the body's `timeStamp` in quotes."""
    return f'"{timestamp}"'


def plain_id(text: str) -> str:
    """The id of a path segment; `b64(<base64url, no padding>)` stands for ids with reserved characters."""
    coded = _CODED_ID.fullmatch(text)
    if coded is None:
        return text
    body = coded.group(1)
    try:
        return base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError):
        return text


def coded_id(text: str) -> str:
    """The id in its `b64(…)` form."""
    return f"b64({base64.urlsafe_b64encode(text.encode()).decode().rstrip('=')})"


def shuffled(key: str) -> tuple[int, str]:
    """A sort key that puts rows into a fixed order that nobody can mistake for a sorted one."""
    return crc32(key.encode()), key


def money(amount: Decimal) -> Decimal:
    """The amount with two decimals, half away from zero. ASSUMED: the rounding mode is not documented."""
    return amount.quantize(CENT, ROUND_HALF_UP)


EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
