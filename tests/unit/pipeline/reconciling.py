"""Both systems' own answers and our stores, for a month that is to be reconciled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from handoff.domain.periods import Period
from handoff.domain.posting import DocumentKind, Posting, Receipt
from handoff.domain.problems import Problem, ProblemCode
from handoff.domain.reconciliation import Reconciliation
from handoff.domain.staged import StagedRecord, State
from handoff.domain.time import TimeEntry
from handoff.pipeline.reconcile import ReconcileTools, reconcile
from handoff.ports import BrokenRow, FeedInfo, FeedPage, LedgerDocument, LedgerLine
from tests.builders import (
    HOURS,
    NOW,
    OCTOBER,
    a_fetched_entry,
    a_record,
    a_time_entry,
    reference_data,
)
from tests.fakes import FakePostingStore
from tests.unit.pipeline.planning import PROJECT
from tests.unit.pipeline.posting import PostDesk

CHANGED = Problem(ProblemCode.CHANGED_AFTER_POSTING, "Entry 1")


@dataclass(slots=True)
class Ledger:
    """The books as the ERP gives them back."""

    documents: list[LedgerDocument] = field(default_factory=list)
    absence_delay: timedelta = timedelta(0)

    def send(self, posting: Posting) -> Receipt:
        raise AssertionError("a reconciliation writes nothing")

    def find(self, posting: Posting) -> Receipt | None:
        raise AssertionError("a reconciliation asks for no single document")

    def documents_of(self, period: Period) -> Iterator[LedgerDocument]:
        return (document for document in self.documents if document.period == period)


@dataclass(slots=True)
class Month:
    """The time tool's own answer for a span of days."""

    entries: list[TimeEntry] = field(default_factory=list)
    broken: list[BrokenRow] = field(default_factory=list)
    feeds: Sequence[FeedInfo] = ()
    calls: int = 0

    def read(self, feed: str, *, since: object, page: str | None) -> FeedPage:
        raise AssertionError("a reconciliation reads days, not changes")

    def entries_between(self, first: date, last: date) -> Iterator[FeedPage]:
        for entry in self.entries:
            if first <= entry.spent_on <= last:
                yield FeedPage([a_fetched_entry(entry=entry)], (), (), None, None, None)
        yield FeedPage((), (), self.broken, None, None, None)


class Account:
    """Both systems and our stores; `post` posts what is ready and gives it to the ledger."""

    def __init__(self, *kinds: DocumentKind, **settings: object) -> None:
        self.desk = PostDesk(*(kinds or (PROJECT,)), **settings)
        self.month = Month()
        self.ledgers = {kind: Ledger() for kind in self.desk.kinds}
        self.others: list[FakePostingStore] = []
        self.reference = reference_data()

    def logged(self, *entries: TimeEntry, state: State = State.READY, **fields: object) -> None:
        """Entries in the time tool, staged as they are."""
        self.month.entries += entries
        self.desk.staged.inner.add([a_record(entry=entry, state=state) for entry in entries])

    def post(self) -> None:
        self.desk.reference = self.reference
        self.desk.post()
        for kind, channel in self.desk.channels.items():
            self.ledgers[kind].documents = [as_read(posting) for posting in channel.written]

    @property
    def ledger(self) -> Ledger:
        return self.ledgers[self.desk.kinds[0]]

    def edited(self, external_id: str, **changes: str) -> StagedRecord:
        """The entry edited in the time tool after it was posted, and fetched."""
        old = self.desk.record(external_id)
        entry = an_entry(external_id, **changes)
        new = a_record(entry=entry, state=State.FAILED, version=old.version + 1, problems=(CHANGED,))
        self.desk.staged.inner.replace(old, replace(new, revision=old.revision))
        self.month.entries = [one for one in self.month.entries if one.external_id != external_id] + [entry]
        return self.desk.record(external_id)

    def reconciled(self, period: Period = OCTOBER) -> Reconciliation:
        tools = ReconcileTools(
            time_tool=self.month, channels=self.ledgers, staged=self.desk.staged.inner,
            postings=self.desk.postings.inner, others=self.others, reference=self.reference, currency="NOK",
            clock=lambda: NOW,
        )  # fmt: skip
        return reconcile(tools, flow=HOURS, period=period)

    def differences(self, period: Period = OCTOBER) -> list[tuple[str, str, str, str]]:
        found = self.reconciled(period).differences
        return [(one.code, one.subject, one.expected, one.found) for one in found]


def as_read(posting: Posting) -> LedgerDocument:
    """A document as the ERP gives it back."""
    lines = [LedgerLine(line.external_id, line.hours, line.amount) for line in posting.project_lines]
    lines += [LedgerLine("", Decimal(0), line.debit) for line in posting.journal_lines]
    return LedgerDocument(posting.key, "PT000001", posting.kind, posting.period, "Released", lines)


def an_entry(
    external_id: str, *, hours: str = "7.5", spent_on: str = "2026-10-05", client_id: str = "301", rate: str = "1250.00"
) -> TimeEntry:
    return a_time_entry(external_id=external_id, hours=hours, spent_on=spent_on, client_id=client_id, rate=rate)
