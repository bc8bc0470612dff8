"""How vendors cut lists into pages, each way once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, Protocol, TypeVar

import msgspec

from handoff.domain.errors import Unreachable

Row = TypeVar("Row")
Params = Mapping[str, str | Sequence[str]]
"""Query parameters; one with several values is repeated."""


@dataclass(frozen=True, slots=True)
class Envelope(Generic[Row]):
    """A decoded page: its rows, the mark of the next page (None at the end), the vendor's count."""

    rows: Sequence[Row]
    next_page: str | None
    total: int | None


Decode = Callable[[bytes, str | None], Envelope[Any]]
"""Reads the body of the page with a mark (None for the first); raises msgspec's errors."""


class Paging(Protocol):
    """A way of paging."""

    def request(self, path: str, params: Params, page: str | None) -> tuple[str, Params | None]:
        """Address and parameters of a page; `page` is the mark that the page before gave."""
        ...

    def decoder(self, row: Any) -> Decode:
        """A decoder of whole pages with rows of a type; built once per feed."""
        ...


class _Links(msgspec.Struct):
    next: str | None = None


@dataclass(frozen=True, slots=True)
class NextLink:
    """Pages that name the next one in `links.next`, null at the end; the link is followed as it is."""

    items_key: str
    total_key: str
    params: Mapping[str, str]

    def request(self, path: str, params: Params, page: str | None) -> tuple[str, Params | None]:
        """The link as given, which repeats the filters, or the first page."""
        return (page, None) if page is not None else (path, {**params, **self.params})

    def decoder(self, row: Any) -> Decode:
        """Of `{items: […], links: {next}, total}`."""
        page_type = msgspec.defstruct(
            "Page",
            [("rows", list[row]), ("links", _Links), ("total", int | None, None)],
            rename={"rows": self.items_key, "total": self.total_key},
        )
        decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(page_type)

        def decode(body: bytes, _: str | None) -> Envelope[Any]:
            page = decoder.decode(body)
            return Envelope(page.rows, page.links.next, page.total)

        return decode


class _Metadata(msgspec.Struct, rename="camel"):
    total_count: int
    max_page_size: int | None = None


class _WithMetadata(msgspec.Struct):
    metadata: _Metadata | None = None


_METADATA = msgspec.json.Decoder(list[_WithMetadata], strict=False)


@dataclass(frozen=True, slots=True)
class PageNumber:
    """Bare arrays counted in pages from 1, the count repeated in each element's `metadata`.

    The server cuts down a page size beyond its own in silence, so the smaller of both decides what has
    been read. A page with rows but without a count is refused: nobody could tell where the list ends.
    """

    size: int
    page_param: str
    size_param: str

    def request(self, path: str, params: Params, page: str | None) -> tuple[str, Params | None]:
        """The page with that number; the mark is the number."""
        return path, {**params, self.page_param: page or "1", self.size_param: str(self.size)}

    def decoder(self, row: Any) -> Decode:
        """Of `[{…, metadata: {totalCount, maxPageSize}}, …]`."""
        decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(list[row])

        def decode(body: bytes, page: str | None) -> Envelope[Any]:
            rows = decoder.decode(body)
            if not rows:  # an empty list has no metadata; behind the first page it also says that rows went
                return Envelope(rows, None, 0 if page is None else None)
            found = next((row.metadata for row in _METADATA.decode(body) if row.metadata is not None), None)
            if found is None:
                raise msgspec.ValidationError("Object missing required field `metadata`")
            number = int(page or "1")
            read = number * min(self.size, found.max_page_size or self.size)
            return Envelope(rows, str(number + 1) if read < found.total_count else None, found.total_count)

        return decode


class _Totals(msgspec.Struct, rename="camel"):
    total_elements: int | None = None
    total_pages: int | None = None


@dataclass(frozen=True, slots=True)
class PageFromZero:
    """Pages counted from 0: rows under `content` with the number of pages under `page`, or a bare array.

    Without a number of pages a page that is not full is the last one. An empty page always is: rows went meanwhile.
    """

    size: int

    def request(self, path: str, params: Params, page: str | None) -> tuple[str, Params | None]:
        """The page with that number; the mark is the number."""
        return path, {**params, "page": page or "0", "size": str(self.size)}

    def decoder(self, row: Any) -> Decode:
        """Of `{content: […], page: {totalPages, totalElements}}` or `[…]`."""
        page_type = msgspec.defstruct("Page", [("content", list[row]), ("page", _Totals | None, None)])
        pages: msgspec.json.Decoder[Any] = msgspec.json.Decoder(page_type)
        arrays: msgspec.json.Decoder[Any] = msgspec.json.Decoder(list[row])

        def decode(body: bytes, page: str | None) -> Envelope[Any]:
            if body.lstrip()[:1] == b"[":
                rows, totals = arrays.decode(body), _Totals()
            else:
                found = pages.decode(body)
                rows, totals = found.content, found.page or _Totals()
            number = int(page or "0")
            more = len(rows) >= self.size if totals.total_pages is None else number + 1 < totals.total_pages
            return Envelope(rows, str(number + 1) if more and rows else None, totals.total_elements)

        return decode


@dataclass(frozen=True, slots=True)
class Unpaged:
    """A bare array with everything in it."""

    def request(
        self,
        path: str,
        params: Params,
        page: str | None,  # noqa: ARG002 - asked as all of them are
    ) -> tuple[str, Params | None]:
        """The list itself."""
        return path, params

    def decoder(self, row: Any) -> Decode:
        """Of `[…]`."""
        decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(list[row])

        def decode(body: bytes, _: str | None) -> Envelope[Any]:
            rows = decoder.decode(body)
            return Envelope(rows, None, len(rows))

        return decode


@dataclass(frozen=True, slots=True)
class HeaderToken:
    """Bare arrays; a header names the token of the next page, and is not there at the end."""

    size: int
    token_param: str
    size_param: str
    header: str

    def request(self, path: str, params: Params, page: str | None) -> tuple[str, Params | None]:
        """The page behind the token, with the filters of the first one."""
        token = {self.token_param: page} if page is not None else {}
        return path, {**params, self.size_param: str(self.size), **token}

    def decoder(self, row: Any) -> Decode:
        """Of `[…]`; where the list goes on is not in the body, nor how many rows there are."""
        whole = Unpaged().decoder(row)
        return lambda body, page: replace(whole(body, page), total=None)

    def next_in(self, headers: Mapping[str, str]) -> str | None:
        """The mark of the next page."""
        return headers.get(self.header) or None


class _Place(msgspec.Struct, frozen=True):
    """Where a list counted by rows goes on: from the last row that is known, which was `last`."""

    first: int = 0
    last: str = ""
    begun_again: int = 0


BEGUN_AGAIN_MAX = 3
_ROUND = 10


@dataclass(frozen=True, slots=True)
class FirstRow:
    """Bare arrays counted by rows, without a word on whether more follow.

    A page begins with the last row of the page before: where another one stands there, rows came or went meanwhile,
    one may have been jumped over, and the list is read from its beginning again. A page that is not full is the last
    one, unless its rows are a round number: the server may have cut it to a limit of its own.
    """

    size: int
    first_param: str
    size_param: str
    id_key: str

    def request(self, path: str, params: Params, page: str | None) -> tuple[str, Params | None]:
        """The rows from the mark on."""
        return path, {**params, self.first_param: str(_place(page).first), self.size_param: str(self.size)}

    def decoder(self, row: Any) -> Decode:
        """Of `[…]`; raises Unreachable for a list that will not keep still."""
        decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(list[row])
        names: msgspec.json.Decoder[Any] = msgspec.json.Decoder(list[dict[str, msgspec.Raw]])

        def decode(body: bytes, page: str | None) -> Envelope[Any]:
            rows, place = decoder.decode(body), _place(page)
            ids = [bytes(one.get(self.id_key, b"")).decode().strip('"') for one in names.decode(body)]
            if place.last and ids[:1] != [place.last]:
                return Envelope(rows, self._again(place), None)
            following = _Place(place.first + len(rows) - 1, ids[-1], place.begun_again) if ids else None
            fresh = rows[1:] if place.last else rows
            full = len(rows) >= self.size or len(rows) % _ROUND == 0
            return Envelope(fresh, _marked(following) if following and fresh and full else None, None)

        return decode

    @staticmethod
    def _again(place: _Place) -> str:
        if place.begun_again >= BEGUN_AGAIN_MAX:
            raise Unreachable("a list keeps changing while it is read")
        return _marked(_Place(begun_again=place.begun_again + 1))


def _place(mark: str | None) -> _Place:
    return _Place() if mark is None else msgspec.json.decode(mark, type=_Place)


def _marked(place: _Place) -> str:
    return msgspec.json.encode(place).decode()
