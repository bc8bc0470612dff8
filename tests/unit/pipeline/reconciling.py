"""Both systems' own answers and our stores, for a month that is to be reconciled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from handoff.domain.gate import GatePolicy
from handoff.domain.periods import Period
from handoff.domain.posting import DocumentKind, Posting, Receipt
from handoff.domain.reconciliation import Reconciliation
from handoff.domain.staged import StagedRecord, State
from handoff.domain.time import FetchedEntry, TimeEntry
from handoff.pipeline.reconcile import ReconcileTools, reconcile
from handoff.pipeline.stage import Intake, gone, stage
from handoff.ports import BrokenRow, FeedInfo, FeedPage, LedgerDocument, PostingStore
from tests.builders import (
    ENTITY,
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


@dataclass(slots=True)
class Ledger:
    """The books as the ERP gives them back."""

    documents: list[LedgerDocument] = field(default_factory=list)
    absence_delay: timedelta = timedelta(0)
    findable: bool = True
    reversible: bool = True

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
    pages: Iterable[FeedPage] = ()
    feeds: Sequence[FeedInfo] = ()
    calls: int = 0

    def read(self, feed: str, *, since: object, page: str | None) -> FeedPage:
        raise AssertionError("a reconciliation reads days, not changes")

    def entries_between(self, first: date, last: date) -> Iterator[FeedPage]:
        yield from self.pages
        for entry in self.entries:
            if first <= entry.spent_on <= last:
                yield FeedPage([a_fetched_entry(entry=entry)], (), (), None, None, None)
        yield FeedPage((), (), self.broken, None, None, None)

    def entry(self, external_id: str) -> FetchedEntry | None:
        raise AssertionError("a reconciliation asks for no single entry")


class Account:
    """Both systems and our stores; `post` posts what is ready and gives it to the ledger."""

    def __init__(self, *kinds: DocumentKind, **settings: object) -> None:
        self.desk = PostDesk(*(kinds or (PROJECT,)), **settings)
        self.month = Month()
        self.ledgers = {kind: Ledger() for kind in self.desk.kinds}
        self.others: list[FakePostingStore] = []
        self.reference = reference_data()
        self.since: datetime | None = None

    def logged(self, *entries: TimeEntry, state: State = State.READY, **fields: object) -> None:
        """Entries in the time tool, staged as they are."""
        self.month.entries += entries
        self.desk.staged.inner.add([a_record(entry=entry, state=state) for entry in entries])

    def post(self) -> None:
        self.desk.reference = self.reference
        self.desk.post()
        for kind, channel in self.desk.channels.items():
            self.ledgers[kind].documents = list(channel.documents())

    @property
    def ledger(self) -> Ledger:
        return self.ledgers[self.desk.kinds[0]]

    def edited(self, external_id: str, *, approved: bool = False, **changes: str) -> StagedRecord:
        """The entry edited in the time tool after it was posted, and fetched."""
        old = self.desk.record(external_id)
        entry = an_entry(external_id, **changes)
        row = a_fetched_entry(entry=entry, approved=approved)
        ((_, new),) = stage([row], {external_id: old}, Intake(HOURS, GatePolicy(), NOW)).changed
        self.desk.staged.inner.replace(old, new)
        self.month.entries = [one for one in self.month.entries if one.external_id != external_id] + [entry]
        return self.desk.record(external_id)

    def gone(self, external_id: str) -> StagedRecord:
        """The entry deleted in the time tool, and missed."""
        record = self.desk.put(gone(self.desk.record(external_id), GatePolicy(), NOW))
        self.month.entries = [one for one in self.month.entries if one.external_id != external_id]
        return record

    def reconciled(self, period: Period = OCTOBER, postings: PostingStore | None = None) -> Reconciliation:
        tools = ReconcileTools(
            time_tool=self.month, channels=self.ledgers, staged=self.desk.staged.inner,
            postings=postings or self.desk.postings.inner, others=self.others, reference=self.reference, entity=ENTITY,
            currency="NOK", clock=lambda: NOW, since=self.since,
        )  # fmt: skip
        return reconcile(tools, flow=HOURS, period=period)

    def differences(self, period: Period = OCTOBER) -> list[tuple[str, str, str, str]]:
        found = self.reconciled(period).differences
        return [(one.code, one.subject, one.expected, one.found) for one in found]


def an_entry(
    external_id: str, *, hours: str = "7.5", spent_on: str = "2026-10-05", client_id: str = "301", rate: str = "1250.00"
) -> TimeEntry:
    return a_time_entry(external_id=external_id, hours=hours, spent_on=spent_on, client_id=client_id, rate=rate)
