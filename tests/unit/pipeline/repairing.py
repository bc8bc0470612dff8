"""What is posted, what the time tool says of it afterwards, and a person who sets things right."""

from __future__ import annotations

from decimal import Decimal

from handoff.domain.posting import DocumentKind, Posting
from handoff.domain.staged import StagedRecord, State
from handoff.domain.time import TimeEntry
from handoff.pipeline.approve import Wish
from handoff.pipeline.stage import Intake, gone, stage
from tests.builders import HOURS, NOW, a_fetched_entry, a_time_entry
from tests.fakes import FakePassStore
from tests.unit.pipeline.posting import PostDesk


class RepairDesk(PostDesk):
    """A desk whose records are seen again after they were posted."""

    def __init__(self, *kinds: DocumentKind, **settings: object) -> None:
        super().__init__(*kinds, **settings)
        self.passes_store = FakePassStore()

    def posted(self, *external_ids: str) -> list[StagedRecord]:
        """Records in the books."""
        self.ready(*external_ids)
        self.post()
        return [self.record(name) for name in external_ids or ("1001",)]

    def seen(self, entry: TimeEntry | None = None, *, approved: bool = True) -> StagedRecord:
        """The time tool shows an entry as it is by now, and it is staged as a pass would."""
        row = a_fetched_entry(entry=entry or a_time_entry(), approved=approved)
        name = row.entry.external_id
        staged = stage([row], {name: self.record(name)}, Intake(HOURS, self.policy, NOW))
        for old, new in staged.changed:
            self.staged.inner.replace(old, new)
        assert not self.staged.inner.save([new for _, new in staged.moved])
        return self.record(name)

    def deleted(self, external_id: str = "1001") -> StagedRecord:
        """The time tool does not have it any more."""
        assert not self.staged.inner.save([gone(self.record(external_id), self.policy, NOW)])
        return self.record(external_id)

    def net(self, external_id: str = "1001", kind: DocumentKind | None = None) -> tuple[Decimal, Decimal]:
        """Hours and amount of a record over all documents of a kind."""
        written = self.channels[kind or self.kinds[0]].written
        shares = [share for posting in written for share in posting.shares if share.external_id == external_id]
        return sum((s.hours for s in shares), Decimal(0)), sum((s.amount for s in shares), Decimal(0))

    def wish(self, external_id: str = "1001") -> Wish:
        """The record as a person sees it."""
        return Wish(HOURS, external_id, self.record(external_id).hash)

    @property
    def last(self) -> Posting:
        """The document that was written last."""
        return self.erp.written[-1]


IN_THE_BOOKS = (Decimal("7.5"), Decimal("9375.00"))
NOTHING = (Decimal(0), Decimal(0))
POSTED = State.POSTED
