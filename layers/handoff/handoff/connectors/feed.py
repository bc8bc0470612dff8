"""A feed is data: where a vendor's list is, how it pages, and what a row becomes.

A page is decoded in one go. Only when that fails are its rows decoded one by one, so that one broken row
is named and the others go on; an envelope that can't be read stops the feed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any, Generic, TypeVar

import msgspec

from handoff.connectors.http import VendorClient
from handoff.connectors.paging import Envelope, HeaderToken, Paging, Params
from handoff.domain.errors import BrokenContract
from handoff.ports import BrokenRow, FeedInfo, FeedPage

Row = TypeVar("Row", bound=msgspec.Struct)
Out = TypeVar("Out")

ENTRIES = "entries"
"""The kind of a feed that brings records to be posted; every other kind brings reference data."""
GONE_ENTRIES = "gone_entries"
"""But for this one: ids of records that were deleted."""
FAULT_MAX = 200
_PLACE = re.compile(r"^(?P<fault>.*?)(?: - at `\$(?:\[\d+\]|\[\.\.\.\])?\.?(?P<place>[^`]*)`)?$", re.DOTALL)
_MISSING = re.compile(r"missing required field `(?P<name>[^`]*)`")
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What decoding raises for what is not as it should be."""


class RowFault(ValueError):
    """A row that decodes but makes no sense; raised by a feed's `convert`."""

    def __init__(self, field: str, fault: str) -> None:
        super().__init__(f"{field}: {fault}")
        self.field = field
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Rows(Generic[Out]):
    """What a page brought: converted rows, broken ones, the newest change stamp, where it goes on."""

    rows: Sequence[Out]
    broken: Sequence[BrokenRow]
    next_page: str | None
    total: int | None
    latest_change: datetime | None


@dataclass(frozen=True)
class Feed(Generic[Row, Out]):
    """One list at a vendor.

    `convert` makes a row ours, or None for a row that is not for us, and raises RowFault. `id_key` is the
    JSON name of the row's id. With `since` (an instant to query parameters) the feed is incremental, and
    `changed_at` says which change a row has seen.
    """

    name: str
    kind: str
    path: str
    row: type[Row]
    id_key: str
    paging: Paging
    convert: Callable[[Row], Out | None]
    params: Mapping[str, str] = field(default_factory=dict)
    since: Callable[[datetime], Mapping[str, str]] | None = None
    changed_at: Callable[[Row], datetime | None] | None = None

    @property
    def info(self) -> FeedInfo:
        """The feed as the pipeline knows it."""
        return FeedInfo(self.name, self.kind, self.since is not None)

    def pull(
        self,
        client: VendorClient,
        *,
        since: datetime | None = None,
        page: str | None = None,
        filters: Params | None = None,
    ) -> Rows[Out]:
        """One page; `page` is the mark that the page before gave. Raises as `VendorClient.read` does."""
        changed = self.since(since) if self.since is not None and since is not None else {}
        address, params = self.paging.request(self.path, {**self.params, **changed, **(filters or {})}, page)
        read = client.read_page(address, what=self.name, params=params)
        rows = self.decode(read.body, page)
        if isinstance(self.paging, HeaderToken):
            rows = replace(rows, next_page=self.paging.next_in(read.headers))
        if rows.next_page is not None and rows.next_page == page:
            raise BrokenContract(f"{self.name} gave a page that names itself as the next one", field=self.name)
        return rows

    def decode(self, body: bytes, page: str | None = None) -> Rows[Out]:
        """The rows of a page's body; raises BrokenContract when it is not a page at all."""
        try:
            whole: Envelope[Row] = self._whole(body, page)
            rows = [out for row in whole.rows if (out := self.convert(row)) is not None]
        except (*UNREADABLE, RowFault, ArithmeticError):
            return self._one_by_one(body, page)
        return Rows(rows, (), whole.next_page, whole.total, self._latest(whole.rows))

    def _one_by_one(self, body: bytes, page: str | None) -> Rows[Out]:
        try:
            raw = self._raw(body, page)
        except UNREADABLE as error:
            place, fault = told(error)
            text = f"{self.name} answered with something else than a list: {place or 'body'}: {fault}"
            raise BrokenContract(text, field=self.name) from error
        good: list[Row] = []
        rows: list[Out] = []
        broken: list[BrokenRow] = []
        for number, raw_row in enumerate(raw.rows, start=1):
            try:
                row = self._row.decode(raw_row)
                out = self.convert(row)
            except (*UNREADABLE, RowFault, ArithmeticError) as error:
                broken.append(BrokenRow(self._id_of(raw_row) or f"row {number}", *told(error)))
                continue
            good.append(row)
            if out is not None:
                rows.append(out)
        return Rows(rows, broken, raw.next_page, raw.total, self._latest(good))

    def _latest(self, rows: Sequence[Row]) -> datetime | None:
        if self.changed_at is None:
            return None
        return max((at for row in rows if (at := self.changed_at(row)) is not None), default=None)

    def _id_of(self, raw: msgspec.Raw) -> str:
        try:
            found = msgspec.json.decode(raw, type=dict[str, msgspec.Raw]).get(self.id_key)
            return "" if found is None else str(msgspec.json.decode(found, type=str | int))
        except UNREADABLE:
            return ""

    @cached_property
    def _whole(self) -> Callable[[bytes, str | None], Envelope[Any]]:
        return self.paging.decoder(self.row)

    @cached_property
    def _raw(self) -> Callable[[bytes, str | None], Envelope[Any]]:
        return self.paging.decoder(msgspec.Raw)

    @cached_property
    def _row(self) -> msgspec.json.Decoder[Row]:
        # Row by row also whole numbers written as 1.0 are taken; for whole pages the strict way is faster.
        return msgspec.json.Decoder(self.row, strict=False)


def feed_page(feed: Feed[Any, Any], client: VendorClient, *, since: datetime | None, page: str | None) -> FeedPage:
    """One page of a feed as the pipeline takes it."""
    return as_page(feed, feed.pull(client, since=since, page=page))


def as_page(feed: Feed[Any, Any], rows: Rows[Any]) -> FeedPage:
    """Rows as the pipeline takes them."""
    return FeedPage(
        entries=rows.rows if feed.kind == ENTRIES else (),
        objects=() if feed.kind in (ENTRIES, GONE_ENTRIES) else rows.rows,
        broken=rows.broken,
        next_page=rows.next_page,
        total=rows.total,
        latest_change=rows.latest_change,
        gone=rows.rows if feed.kind == GONE_ENTRIES else (),
    )


def told(error: Exception) -> tuple[str, str]:
    """Field path and fault of a decoding error, bounded."""
    if isinstance(error, RowFault):
        return error.field, error.fault[:FAULT_MAX]
    if isinstance(error, ArithmeticError):
        return "", "a number out of all bounds"
    if not isinstance(error, msgspec.ValidationError):
        return "", "text that can't be read"
    found = _PLACE.match(str(error))
    place, fault = (found["place"] or "", found["fault"]) if found else ("", str(error))
    if missing := _MISSING.search(fault):
        place = f"{place}.{missing['name']}" if place else missing["name"]
    return place, fault[:FAULT_MAX]


def one_of(body: bytes, row: type[Row], *, what: str) -> Row:
    """A body that is a single object; raises BrokenContract when it is anything else."""
    try:
        return msgspec.json.decode(body, type=row, strict=False)
    except UNREADABLE as error:
        place, fault = told(error)
        raise BrokenContract(f"{what} answered with something else: {place or 'body'}: {fault}", field=what) from error
