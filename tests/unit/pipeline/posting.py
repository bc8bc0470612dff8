"""An ERP that answers as told, and everything that posting works with, in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from handoff.domain.errors import Rejected
from handoff.domain.gate import GatePolicy
from handoff.domain.periods import Period
from handoff.domain.posting import DocumentKind, Posting, PostingState, Receipt
from handoff.domain.reference import ReferenceData
from handoff.domain.staged import StagedRecord, State
from handoff.pipeline.deliver import PostTools, Tally, deliver, take_up
from handoff.pipeline.plan import BoundPlan
from handoff.pipeline.post import post_slice
from handoff.ports import LedgerDocument
from tests.builders import HOURS, NOW, OCTOBER, a_record, a_time_entry, as_read, plan_rules, reference_data
from tests.fakes import FakePostingStore, FakeProblemStore, FakeStagedStore
from tests.unit.pipeline.fetching import Watched
from tests.unit.pipeline.planning import PROJECT, bound

ABSENCE = timedelta(minutes=15)


@dataclass(slots=True)
class ToldChannel:
    """One kind of document: `answers` (`finds`, `lists`) are met by the next calls, and all after them are
    answered well.

    `refused` maps a record to the sentence with which every document that has it is refused. Keys that are
    `taken_out`, `rewritten` or `edited` stand for documents that somebody removed, or whose text or lines somebody
    changed by hand.
    """

    now: Callable[[], datetime]
    absence_delay: timedelta = ABSENCE
    answers: list[BaseException | tuple[BaseException, str]] = field(default_factory=list)
    finds: list[BaseException] = field(default_factory=list)
    lists: list[BaseException] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    written: list[Posting] = field(default_factory=list)
    sent: list[list[str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    read: list[Period] = field(default_factory=list)
    taken_out: set[str] = field(default_factory=set)
    rewritten: set[str] = field(default_factory=set)
    edited: dict[str, Posting] = field(default_factory=dict)
    findable: bool = True
    reversible: bool = True
    before_send: list[Callable[[], object]] = field(default_factory=list)
    before_find: list[Callable[[], object]] = field(default_factory=list)
    before_list: list[Callable[[], object]] = field(default_factory=list)

    def send(self, posting: Posting) -> Receipt:
        if self.before_send:
            self.before_send.pop(0)()
        self.sent.append([ref.external_id for ref in posting.records])
        for ref in posting.records:
            if ref.external_id in self.refused:
                raise Rejected(self.refused[ref.external_id])
        if self.answers:
            answer = self.answers.pop(0)
            if isinstance(answer, tuple):
                self.written.append(posting)
                raise answer[0]
            raise answer
        self.written.append(posting)
        return self._receipt(posting)

    def find(self, posting: Posting) -> Receipt | None:
        if self.before_find:
            self.before_find.pop(0)()
        self.asked.append(posting.key)
        if self.finds:
            raise self.finds.pop(0)
        there = (one for one in self.written if one.key == posting.key and one.key not in self.taken_out)
        return next(map(self._receipt, there), None)

    def documents_of(self, period: Period) -> Iterator[LedgerDocument]:
        if self.before_list:
            self.before_list.pop(0)()
        self.read.append(period)
        if self.lists:
            raise self.lists.pop(0)
        return (document for document in self.documents() if document.period == period)

    def documents(self) -> Iterator[LedgerDocument]:
        """All that the ERP has, of all periods."""
        for posting in self.written:
            if posting.key not in self.taken_out | self.rewritten:
                yield as_read(self.edited.get(posting.key, posting), self._receipt(posting).number)

    def _receipt(self, posting: Posting) -> Receipt:
        number = f"PT{self.written.index(posting) + 1:06d}"
        return Receipt(number, f"https://erp.example/{number}", self.now())


class PostDesk:
    """One integration's records and postings, and its ERP."""

    def __init__(self, *kinds: DocumentKind, **settings: object) -> None:
        self.now = NOW
        self.kinds = kinds or (PROJECT,)
        self.settings = settings
        self.reference: ReferenceData = reference_data()
        self.staged: Any = Watched(FakeStagedStore())
        self.postings: Any = Watched(FakePostingStore())
        self.problems: Any = Watched(FakeProblemStore())
        self.channels = {kind: ToldChannel(lambda: self.now) for kind in self.kinds}
        self.policy = GatePolicy()
        self.tally = Tally()
        self.passes = 0
        self.time_left: Callable[[], bool] = lambda: True

    @property
    def erp(self) -> ToldChannel:
        return self.channels[self.kinds[0]]

    @property
    def plan(self) -> BoundPlan:
        """The plan as settings and lists have it now."""
        return bound(rules=plan_rules(post_as=list(self.kinds), **self.settings), reference=self.reference)

    def tools(self) -> PostTools:
        return PostTools(
            staged=self.staged,
            postings=self.postings,
            problems=self.problems,
            channels=self.channels,
            kinds=self.kinds,
            plan=self.plan,
            policy=self.policy,
            calls=lambda: sum(len(channel.sent) + len(channel.asked) for channel in self.channels.values()),
            time_left=self.time_left,
            run_id=f"run-{self.passes}",
            clock=lambda: self.now,
        )

    # ---- records -----------------------------------------------------------------------------------

    def ready(self, *external_ids: str, hours: str = "7.5") -> list[StagedRecord]:
        """Records that may be posted, as the store has them."""
        new = [a_record(entry=a_time_entry(external_id=name, hours=hours)) for name in external_ids or ("1001",)]
        self.staged.inner.add(new)
        return [self.record(record.external_id) for record in new]

    def record(self, external_id: str = "1001") -> StagedRecord:
        found: StagedRecord | None = self.staged.inner.get(HOURS, external_id)
        assert found is not None
        return found

    def put(self, record: StagedRecord) -> StagedRecord:
        """Somebody else writes a record."""
        assert not self.staged.inner.save([record])
        return self.record(record.external_id)

    def states(self) -> dict[str, State]:
        return {r.external_id: r.state for r in self.staged.inner.every(HOURS, period=None, states=())}

    # ---- passes ------------------------------------------------------------------------------------

    def document(self, *records: StagedRecord, kind: DocumentKind | None = None) -> Posting:
        """The one document that is planned for them."""
        (posting,) = self.plan(records, kind or self.kinds[0]).postings
        return posting

    def deliver(self, *records: StagedRecord) -> None:
        """One pass that delivers the document for these records."""
        self._begin()
        deliver(self.tools(), self.document(*records), records, self.tally)

    def take_up(self) -> None:
        """One pass that takes up what is open."""
        self._begin()
        for posting in self.postings.inner.open():
            take_up(self.tools(), posting, self.tally)

    def post(self, period: Period | None = None) -> bool:
        """One slice as a pass does it; whether it was finished."""
        self._begin()
        return post_slice(self.tools(), flow=HOURS, period=period, tally=self.tally)

    def _begin(self) -> None:
        self.passes += 1
        self.tally = Tally()
        for store in (self.staged, self.postings, self.problems):
            store.calls.clear()

    def wait(self, delay: timedelta) -> None:
        self.now += delay

    # ---- what is seen ------------------------------------------------------------------------------

    def posting(self) -> Posting:
        """The only posting there is."""
        (posting,) = self.all_postings()
        return posting

    def all_postings(self) -> list[Posting]:
        return list(self.postings.inner.of_period(OCTOBER))

    def posting_states(self) -> Counter[PostingState]:
        return Counter(posting.state for posting in self.all_postings())

    def keep(self, posting: Posting, **changes: Any) -> Posting:
        """Puts a posting into the store as an earlier pass left it."""
        claimed: Posting = self.postings.inner.claim(replace(posting, run_id="earlier", claimed_at=self.now))
        kept: Posting = self.postings.inner.save(replace(claimed, **changes))
        return kept

    def inbox(self) -> list[tuple[str, str, list[str]]]:
        known = self.problems.inner.open()
        return [(one.problem.code, one.problem.subject, sorted(one.external_ids)) for one in known]

    @property
    def counts(self) -> dict[str, int]:
        """What the last pass did."""
        return dict(+self.tally.counts)

    def in_the_books(self) -> list[str]:
        """Every record of every document of every kind, as often as it is there."""
        return sorted(ref.external_id for erp in self.channels.values() for p in erp.written for ref in p.records)
