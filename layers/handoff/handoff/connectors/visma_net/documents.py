"""Documents in Visma.net ERP: written once, asked for by key, read back.

Project transactions have no reference field and there is no idempotency key anywhere (Visma.net ERP API,
Project transaction; Journal transaction), so the posting's key travels in the document's description. A
look-up reads a narrow list and compares in code, since unknown filters are ignored in silence. Its None
means "not there": a list that moved while it was read page by page is read again before it is believed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Generic, TypeVar

import msgspec

from handoff.connectors.document_text import key_in, record_id_in
from handoff.connectors.feed import Feed
from handoff.connectors.http import VendorClient
from handoff.connectors.visma_net.assumed import GENERAL_LEDGER, document_page
from handoff.connectors.visma_net.config import TITLE
from handoff.connectors.visma_net.feeds import PAGES
from handoff.connectors.visma_net.formats import Json, body_of, instant_text, number_in, period_code, period_from
from handoff.connectors.visma_net.from_domain import journal_transaction, project_transaction, reference_of
from handoff.connectors.visma_net.models import (
    VismaJournal,
    VismaProjectTransaction,
    VismaTransactionLine,
)
from handoff.domain.errors import BrokenContract, DeliveryUnknown, Unreachable
from handoff.domain.periods import Period
from handoff.domain.posting import DocumentKind, Posting, Receipt
from handoff.ports import LedgerDocument, LedgerLine

Document = TypeVar("Document", bound=msgspec.Struct)

CREATED = 201
WALKS_MAX = 3
"""How often a list may move while it is read before we ask again another time."""
PAGES_MAX = 10_000
DOCUMENTS_A_PAGE = 50
"""A document carries all its lines, so that a page of many would not fit into a small function's memory."""
LOOK_BACK = timedelta(days=1)
"""Covers the unknown zone of time filters and clocks that differ."""
ZERO = Decimal(0)

PROJECT_TRANSACTIONS = Feed(
    name="project_transactions", kind="documents", path="/v1/projecttransaction", row=VismaProjectTransaction,
    id_key="refNbr", paging=replace(PAGES, size=DOCUMENTS_A_PAGE), convert=lambda row: row,
)  # fmt: skip
JOURNALS = Feed(
    name="journals", kind="documents", path="/v2/journaltransaction", row=VismaJournal,
    id_key="batchNumber", paging=PAGES, convert=lambda row: row,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DocumentShape(Generic[Document]):
    """What is particular to one kind of document.

    `filters` narrow a list to a period (and to changes since an instant), `carries` says whether a read
    document has a posting's key, `merged` joins what pages split, `read_back` gives it as the ledger's.
    """

    kind: DocumentKind
    feed: Feed[Document, Document]
    written: Callable[[Posting], Json]
    filters: Callable[[Period, datetime | None], Mapping[str, str]]
    number: Callable[[Document], str]
    carries: Callable[[Document, str], bool]
    merged: Callable[[Sequence[Document]], Sequence[Document]]
    read_back: Callable[[Document, Period], LedgerDocument | None]


class Channel(Generic[Document]):
    """One kind of document of one company: implements `DocumentChannel`."""

    def __init__(
        self,
        shape: DocumentShape[Document],
        client: VendorClient,
        company: str,
        *,
        now: Callable[[], datetime],
        absence_delay: timedelta,
    ) -> None:
        self._shape = shape
        self._client = client
        self._company = company
        self._now = now
        self._absence_delay = absence_delay

    @property
    def findable(self) -> bool:
        """Both kinds carry the key in a text."""
        return True

    @property
    def reversible(self) -> bool:
        """Both kinds: nothing can be deleted or changed once released, so what was posted is posted the other way."""
        return True  # ASSUMED: negative quantities are taken

    @property
    def absence_delay(self) -> timedelta:
        """How long a write whose answer was lost may still be carried out."""
        return self._absence_delay

    def send(self, posting: Posting) -> Receipt:
        """Writes the document once; the answer is empty, its number stands in the Location header."""
        path, body = self._shape.feed.path, body_of(self._shape.written(posting))
        written = self._client.write(path, body, what=self._shape.feed.name)
        number = number_in(written.location)
        if written.status != CREATED or not number:
            raise DeliveryUnknown(f"{TITLE} {self._shape.feed.name} answered {written.status} without a number")
        return self._receipt(number, adopted=False)

    def find(self, posting: Posting) -> Receipt | None:
        """Looks in the posting's period among what changed since shortly before it was claimed."""
        since = None if posting.claimed_at is None else posting.claimed_at - LOOK_BACK
        documents = self._every(posting.period, since)
        numbers = [self._shape.number(d) for d in documents if self._shape.carries(d, posting.key)]
        return self._receipt(min(numbers), adopted=True) if numbers else None

    def documents_of(self, period: Period) -> Iterator[LedgerDocument]:
        """The period's documents with a key of ours in their description."""
        for document in self._every(period, None):
            read = self._shape.read_back(document, period)
            if read is not None:
                yield read

    def _receipt(self, number: str, *, adopted: bool) -> Receipt:
        url = document_page(self._company, self._shape.kind, number)
        return Receipt(number=number, url=url, at=self._now(), adopted=adopted)

    def _every(self, period: Period, since: datetime | None) -> Sequence[Document]:
        """All documents of the period in one unmoved walk, split ones merged."""
        filters = self._shape.filters(period, since)
        for _ in range(WALKS_MAX):
            walked = self._walk(filters)
            if walked is not None:
                return self._shape.merged(walked)
        name = self._shape.feed.name
        raise Unreachable(f"the list of {name} kept changing while it was read", code="list_moved")

    def _walk(self, filters: Mapping[str, str]) -> Sequence[Document] | None:
        """The rows of all pages; None when their count changed on the way."""
        found: list[Document] = []
        page: str | None = None
        total: int | None = None
        for _ in range(PAGES_MAX):
            rows = self._shape.feed.pull(self._client, page=page, filters=filters)
            if rows.broken:
                row = rows.broken[0]
                text = f"{TITLE} {self._shape.feed.name} {row.external_id}, field {row.field}: {row.fault}"
                raise BrokenContract(text, field=self._shape.feed.name)
            if page is not None and rows.total != total:
                return None
            found += rows.rows
            page, total = rows.next_page, rows.total
            if page is None:
                return found
        raise BrokenContract(f"{TITLE} {self._shape.feed.name} came to no end", field=self._shape.feed.name)


# ---- project transactions ------------------------------------------------------------------------


def _transaction_filters(period: Period, since: datetime | None) -> Mapping[str, str]:
    span = {"fromPeriod": period_code(period), "toPeriod": period_code(period)}
    if since is None:
        return span
    return {**span, "lastModifiedDateTime": instant_text(since), "lastModifiedDateTimeCondition": ">="}


def _read_transaction(document: VismaProjectTransaction, period: Period) -> LedgerDocument | None:
    key = key_in(document.description)
    if key is None:
        return None
    lines = [line for line in document.lines or () if _period_of_line(line, document.ref_nbr) == period]
    if document.lines and not lines:
        return None
    return LedgerDocument(
        key=key,
        number=document.ref_nbr,
        kind=DocumentKind.PROJECT_TRANSACTIONS,
        period=period,
        status=document.status or "",
        lines=[
            LedgerLine(
                external_id=record_id_in(line.description),
                hours=_number(line.quantity, "quantity", document.ref_nbr),
                amount=_number(line.amount, "amount", document.ref_nbr),
            )
            for line in lines
        ],
    )


def _period_of_line(line: VismaTransactionLine, number: str) -> Period | None:
    return _period(line.financial_period, line.date, PROJECT_TRANSACTIONS.name, number)


TRANSACTIONS_SHAPE = DocumentShape(
    kind=DocumentKind.PROJECT_TRANSACTIONS,
    feed=PROJECT_TRANSACTIONS,
    written=project_transaction,
    filters=_transaction_filters,
    number=lambda document: document.ref_nbr,
    carries=lambda document, key: key_in(document.description) == key,
    merged=lambda documents: documents,
    read_back=_read_transaction,
)


# ---- journal transactions ------------------------------------------------------------------------


def _journal_filters(period: Period, _: datetime | None) -> Mapping[str, str]:
    # The list takes a period or a time stamp, not both.
    return {"periodId": period_code(period), "module": GENERAL_LEDGER}


def _carries(journal: VismaJournal, key: str) -> bool:
    """The description can be rewritten by a person before posting; the lines' references stay."""
    references = {line.reference_number for line in journal.journal_transaction_lines or ()}
    return key_in(journal.description) == key or reference_of(key) in references


def merged(journals: Sequence[VismaJournal]) -> Sequence[VismaJournal]:
    """Batches whole again: pages count lines, so one batch can stand on several."""
    whole: dict[str, VismaJournal] = {}
    for part in journals:
        first = whole.setdefault(part.batch_number, part)
        if first is not part:
            lines = [*(first.journal_transaction_lines or ()), *(part.journal_transaction_lines or ())]
            whole[part.batch_number] = msgspec.structs.replace(first, journal_transaction_lines=lines)
    return list(whole.values())


def _read_journal(journal: VismaJournal, period: Period) -> LedgerDocument | None:
    key = key_in(journal.description)
    code = journal.financial_period or journal.post_period
    if key is None or _period(code, journal.transaction_date, JOURNALS.name, journal.batch_number) != period:
        return None
    return LedgerDocument(
        key=key,
        number=journal.batch_number,
        kind=DocumentKind.JOURNAL,
        period=period,
        status=journal.status or "",
        lines=[
            LedgerLine(
                external_id="",
                hours=line.quantity or ZERO,
                amount=line.debit_amount_in_currency or line.debit_amount or ZERO,
            )
            for line in journal.journal_transaction_lines or ()
        ],
    )


JOURNALS_SHAPE = DocumentShape(
    kind=DocumentKind.JOURNAL,
    feed=JOURNALS,
    written=journal_transaction,
    filters=_journal_filters,
    number=lambda journal: journal.batch_number,
    carries=_carries,
    merged=merged,
    read_back=_read_journal,
)


# ---- both ----------------------------------------------------------------------------------------


def _period(code: str | None, day: str | None, feed: str, number: str) -> Period | None:
    """The period by its code, else by the day; what filters promised is checked with it."""
    text = code or (day or "")[:7].replace("-", "")
    try:
        return period_from(text)
    except ValueError:
        raise BrokenContract(f"{TITLE} {feed} {number} has no readable period", field=feed) from None


def _number(value: Decimal | None, name: str, number: str) -> Decimal:
    if value is None:
        feed = PROJECT_TRANSACTIONS.name
        raise BrokenContract(f"{TITLE} {feed} {number} has a line without {name}", field=feed)
    return value
