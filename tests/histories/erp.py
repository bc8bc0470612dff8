"""An ERP in memory that fails on demand: books of one kind each, periods that close, people who edit by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol

from handoff.domain.errors import DeliveryUnknown, Rejected
from handoff.domain.periods import FinancialPeriod, Period
from handoff.domain.posting import DocumentKind, Posting, Receipt
from handoff.ports import FeedInfo, FeedPage, LedgerDocument, LedgerLine
from tests.histories.faults import UNREAD, UNSENT, error_of
from tests.histories.mischief import CLOCK_MARGIN, Crash, Mischief

PERIODS = {"2026-09": False, "2026-10": True, "2026-11": True}
ZERO = Decimal(0)
AN_HOUR = Decimal(1)
"""How much a person who edits a document by hand takes off an entry."""


@dataclass(slots=True)
class Document:
    """A document in the ERP's books; lists have it from `visible_at` on.

    `removed` by hand as a whole, or the parts of some entries `taken` out of it, or `edited`.
    """

    posting: Posting
    number: str
    visible_at: datetime
    removed: bool = False
    taken: set[str] = field(default_factory=set)
    edited: set[str] = field(default_factory=set)

    @property
    def touched(self) -> bool:
        """Whether a person's hand was in it."""
        return self.removed or bool(self.taken or self.edited)

    def hours_of(self, external_id: str) -> Decimal:
        """An entry's hours in it, as it is now."""
        if self.removed or external_id in self.taken:
            return ZERO
        hours = sum((share.hours for share in self.posting.shares if share.external_id == external_id), ZERO)
        return hours - AN_HOUR if external_id in self.edited else hours

    def lines(self) -> list[LedgerLine]:
        """Its lines as the ERP shows them."""
        posting = self.posting
        if posting.kind is DocumentKind.JOURNAL:
            off = sum((share.amount for share in posting.shares if share.external_id in self.taken), ZERO)
            debit = sum((line.debit for line in posting.journal_lines), ZERO) - abs(off) - len(self.edited)
            return [LedgerLine("", ZERO, debit)]
        return [
            LedgerLine(name, line.hours - (AN_HOUR if name in self.edited else ZERO), line.amount)
            for line in posting.project_lines
            if (name := line.external_id) not in self.taken
        ]


class Watcher(Protocol):
    """Who looks on when something is sent and written."""

    def sending(self, posting: Posting) -> None: ...
    def written(self, books: Erp, document: Document) -> None: ...


@dataclass(slots=True)
class ErpState:
    """What all books of one ERP share: its periods, what it says no to, whether it is closed to us.

    `refuses` are the entries it says no to; a helpful one names the project.
    """

    mischief: Mischief
    watcher: Watcher
    clock_jumps: bool = False
    refuses: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    periods: dict[str, bool] = field(default_factory=lambda: dict(PERIODS))
    closed_to: set[str] = field(default_factory=set)
    down: bool = False
    calls: int = 0

    @property
    def feeds(self) -> Sequence[FeedInfo]:
        return [FeedInfo("financial_periods", "financial_periods", incremental=False)]

    def read(self, feed: str, *, since: datetime | None, page: str | None) -> FeedPage:
        """The ERP's periods."""
        self.calls += 1
        return self.mischief.call("erp.read", self._read, (feed,))  # type: ignore[no-any-return]

    def _read(self, feed: str) -> FeedPage:
        fault = "reconnect" if self.down else self.mischief.fault("read")
        if fault in UNREAD:
            raise error_of(fault, "the ERP", feed)
        periods = [FinancialPeriod(Period(name), is_open) for name, is_open in sorted(self.periods.items())]
        return FeedPage((), periods, (), None, None, None)


@dataclass(slots=True)
class Erp:
    """The books of one kind of document, as `DocumentChannel`.

    A write whose answer is lost may be carried out later, but for our clock's margin not after `absence_delay`.
    """

    kind: DocumentKind
    state: ErpState
    absence_delay: timedelta
    findable: bool = True
    reversible: bool = True
    documents: list[Document] = field(default_factory=list)
    asked: int = 0

    def __post_init__(self) -> None:
        """A broken one promises something else than it does."""

    def send(self, posting: Posting) -> Receipt:
        """Writes the document."""
        self.state.calls += 1
        return self.state.mischief.call("erp.send", self._send, (posting,))  # type: ignore[no-any-return]

    def _send(self, posting: Posting) -> Receipt:
        state, mischief = self.state, self.state.mischief
        fault = "reconnect" if state.down else mischief.fault("send")
        state.watcher.sending(posting)
        if fault in UNSENT:
            raise error_of(fault, "the ERP", "documents")
        self._refuse(posting)
        if fault == "lost_before":
            raise DeliveryUnknown("no answer")
        late = fault in ("late", "late_crash", "unseen")
        number = self.write(posting, mischief.true_now() + (self.longest() if late else timedelta(0)))
        if fault in ("lost_after", "late"):
            raise DeliveryUnknown("no answer")
        if fault == "late_crash":
            raise Crash
        mischief.tardy(fault)
        return Receipt(number, f"https://erp.example/{number}", mischief.now())

    def _refuse(self, posting: Posting) -> None:
        state = self.state
        if not state.periods.get(posting.period, False):
            state.closed_to.update(share.external_id for share in posting.shares)
            raise Rejected(f"Period {posting.period} is closed.")
        bad = [share.external_id for share in posting.shares if share.external_id in state.refuses]
        if bad:
            state.refused.update(bad)
            raise Rejected(f"Project {'NB1' if int(bad[0]) % 2 == 0 else 'LY1'} takes no hours.")

    def longest(self) -> timedelta:
        """How late a document may be seen: hardly before the delay is over, as any clock of ours has it."""
        return longest(self.absence_delay, clock_jumps=self.state.clock_jumps)

    def find(self, posting: Posting) -> Receipt | None:
        """The document with the posting's key, as the ERP's lists have it."""
        self.state.calls += 1
        return self.state.mischief.call("erp.find", self._find, (posting,))  # type: ignore[no-any-return]

    def _find(self, posting: Posting) -> Receipt | None:
        self.asked += 1
        assert self.findable, "a kind without a key is asked for"
        mischief = self.state.mischief
        fault = "reconnect" if self.state.down else mischief.fault("find")
        if fault in UNREAD:
            raise error_of(fault, "the ERP", "documents")
        found = self.seen(posting.key)
        mischief.tardy(fault)
        return None if found is None else Receipt(found.number, "", mischief.now())

    def seen(self, key: str) -> Document | None:
        """What a person or a list shows under a key now."""
        now = self.state.mischief.true_now()
        shown = (d for d in self.documents if d.posting.key == key and not d.removed and d.visible_at <= now)
        return next(shown, None)

    def documents_of(self, period: Period) -> Iterator[LedgerDocument]:
        """All documents of a month, as the ERP's lists have them."""
        self.state.calls += 1
        return self.state.mischief.call("erp.documents_of", self._documents_of, (period,))  # type: ignore[no-any-return]

    def _documents_of(self, period: Period) -> Iterator[LedgerDocument]:
        mischief = self.state.mischief
        fault = "reconnect" if self.state.down else mischief.fault("books")
        if fault in UNREAD:
            raise error_of(fault, "the ERP", "documents")
        found = [self.shown(d) for d in self.documents if d.posting.period == period and self.in_list(d)]
        mischief.tardy(fault)
        return iter(found)

    def in_list(self, document: Document) -> bool:
        """Whether lists have the document now."""
        return not document.removed and document.visible_at <= self.state.mischief.true_now()

    def anything_unseen(self) -> bool:
        """Whether something was written that lists do not have yet."""
        return any(document.visible_at > self.state.mischief.true_now() for document in self.documents)

    def shown(self, document: Document) -> LedgerDocument:
        """A document as the ERP gives it back."""
        posting = document.posting
        return LedgerDocument(posting.key, document.number, posting.kind, posting.period, "Released", document.lines())

    def write(self, posting: Posting, visible_at: datetime) -> str:
        """Writes it into the books and says its number."""
        number = f"{self.kind[:2].upper()}{len(self.documents) + 1:05d}"
        document = Document(posting, number, visible_at)
        self.documents.append(document)
        self.state.watcher.written(self, document)
        return number

    def net(self, external_id: str) -> Decimal:
        """An entry's hours in all documents together."""
        return sum((document.hours_of(external_id) for document in self.documents), ZERO)


def longest(delay: timedelta, *, clock_jumps: bool) -> timedelta:
    """How late an ERP with that delay may write, so that no clock of ours may think it over before."""
    return max(timedelta(0), delay - (2 * CLOCK_MARGIN if clock_jumps else timedelta(0))) * 99 / 100
