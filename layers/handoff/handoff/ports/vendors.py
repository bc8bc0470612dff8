"""What the pipeline needs of the vendors: feeds to read, documents to write; connectors implement it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Protocol

from handoff.domain.periods import Period
from handoff.domain.posting import DocumentKind, Posting, Receipt
from handoff.domain.reference import ReferenceObject
from handoff.domain.time import FetchedEntry


@dataclass(frozen=True, slots=True)
class FeedInfo:
    """A list at a vendor: `kind` is `entries`, `gone_entries` or a name of REFERENCE_KINDS.

    An incremental feed can be asked for what changed since an instant; any other is read whole, and
    what is missing from it is gone.
    """

    name: str
    kind: str
    incremental: bool


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A row our models refuse: its id if it had one, the field and what was wrong with it."""

    external_id: str
    field: str
    fault: str


@dataclass(frozen=True, slots=True)
class FeedPage:
    """One page of a feed: rows that were read, rows that could not be, and where it goes on.

    `next_page` is the vendor's own next link (or mark), None at the end; `total` is the vendor's
    count of all rows, None where it gives none; `latest_change` is the newest change stamp among the
    rows, None where the vendor stamps none. `gone` are the ids of entries that were deleted, where the vendor keeps
    a list of those.
    """

    entries: Sequence[FetchedEntry]
    objects: Sequence[ReferenceObject]
    broken: Sequence[BrokenRow]
    next_page: str | None
    total: int | None
    latest_change: datetime | None
    gone: Sequence[str] = ()


class ReadsFeeds(Protocol):
    """A connection whose lists can be read page by page."""

    @property
    def feeds(self) -> Sequence[FeedInfo]:
        """The feeds in the order they are to be read."""
        ...

    @property
    def calls(self) -> int:
        """How many calls were made to the vendor through this object."""
        ...

    def read(self, feed: str, *, since: datetime | None, page: str | None) -> FeedPage:
        """One page; `page` as the last one's `next_page` said, None for the first.

        Raises Unreachable, RateLimited, ReconnectNeeded (401, 403 or 404: never an empty list) or
        BrokenContract when the page as a whole can't be read.
        """
        ...


class ReadsTimeEntries(ReadsFeeds, Protocol):
    """A time tool: besides its feeds it answers for a span of days, and for one entry by its id."""

    def entries_between(self, first: date, last: date) -> Iterator[FeedPage]:
        """Every entry with a day of work from `first` to `last`; raises as `read` does."""
        ...

    def entry(self, external_id: str) -> FetchedEntry | None:
        """The entry; None when the time tool says that it has none, to somebody who would be shown it.

        Raises Unreachable, RateLimited, ReconnectNeeded or BrokenContract.
        """
        ...


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A line as the ERP has it: the record it names (empty for an aggregate), hours and value."""

    external_id: str
    hours: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class LedgerDocument:
    """One of our documents as the ERP has it, found by its key; a journal's value is its debit."""

    key: str
    number: str
    kind: DocumentKind
    period: Period
    status: str
    lines: Sequence[LedgerLine]


class DocumentChannel(Protocol):
    """One kind of document at one ERP: written, asked for by key, read back."""

    @property
    def findable(self) -> bool:
        """Whether the kind carries a key that the ERP can be asked for; without one a person has to look."""
        ...

    @property
    def reversible(self) -> bool:
        """Whether a document of the kind can be taken back by another one with the signs turned."""
        ...

    @property
    def absence_delay(self) -> timedelta:
        """How long after sending the ERP may still write: only then is `absent` an answer."""
        ...

    def send(self, posting: Posting) -> Receipt:
        """Writes the document once.

        Raises Unreachable (not sent), RateLimited, Rejected (a definite no), ReconnectNeeded, or
        DeliveryUnknown when it may have been written.
        """
        ...

    def find(self, posting: Posting) -> Receipt | None:
        """Asks for the document by its key; None when the ERP has none now. Raises as reads do."""
        ...

    def documents_of(self, period: Period) -> Iterator[LedgerDocument]:
        """Every document of the accounting period that carries a key of ours. Raises as reads do."""
        ...


class WritesProjectTransactions(Protocol):
    """An ERP that keeps projects' transactions."""

    @property
    def project_transactions(self) -> DocumentChannel:
        """Documents with one line per record and cost centre."""
        ...


class WritesJournals(Protocol):
    """An ERP with a general journal."""

    @property
    def journals(self) -> DocumentChannel:
        """Documents with balanced journal lines."""
        ...


def since_with_overlap(since: datetime | None, overlap: timedelta) -> datetime | None:
    """Where to read from: a little before what is proven, since vendors stamp rows late."""
    return None if since is None else since - overlap
