"""An integration whose entries are edited and deleted after they were posted, with passes in between."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from typing import Any

from handoff.domain.posting import DocumentKind, Posting
from handoff.domain.staged import StagedRecord, State
from handoff.pipeline.preview import Preview, PreviewTools, preview
from handoff.pipeline.stage import gone
from tests.builders import (
    HOURS,
    a_client,
    a_fetched_entry,
    a_ledger_project,
    a_person,
    a_project,
    a_time_entry,
    an_employee,
    reference_data,
)
from tests.unit.pipeline.fetching import FetchDesk, a_page
from tests.unit.pipeline.posting import PostDesk

Net = dict[str, tuple[Decimal, Decimal]]
"""Hours and value by record, as all documents of a kind add up."""


class CorrectDesk(PostDesk):
    """One time tool and one ERP: `says` is a fetch of one entry, `post` a pass."""

    def __init__(self, *kinds: DocumentKind, **settings: object) -> None:
        super().__init__(*kinds, **settings)
        self.reading = FetchDesk()
        self.reading.staged, self.reading.problems = self.staged, self.problems
        self.reference = reference_data(
            clients=[a_client(), a_client(id="302", currency="EUR")],
            projects=[a_project(), a_project(id="402", code="NB2")],
            people=[a_person(), a_person(id="502", email="kim@fjordlys.example")],
            ledger_projects=[a_ledger_project(), a_ledger_project(number="NB2")],
            employees=[an_employee(), an_employee(number="8", email="kim@fjordlys.example")],
        )

    def says(self, external_id: str = "1", *, approved: bool = True, **entry: Any) -> StagedRecord:
        """The time tool has the entry like this, and it is fetched."""
        self.reading.policy, self.reading.now = self.policy, self.now
        row = a_fetched_entry(
            entry=a_time_entry(external_id=external_id, **entry), approved=approved, changed_at=self.now
        )
        self.reading.tells(a_page(row))
        self.reading.read()
        return self.record(external_id)

    def deleted(self, external_id: str = "1") -> StagedRecord:
        """The time tool does not have the entry any more, and that is noticed."""
        return self.put(gone(self.record(external_id), self.policy, self.now))

    def posted(self, *external_ids: str, **entry: Any) -> None:
        """Entries that are posted; time goes by until nothing of it may still appear."""
        for external_id in external_ids or ("1",):
            self.says(external_id, **entry)
        self.post()
        assert set(self.states().values()) == {State.POSTED}
        self.wait(timedelta(days=1))

    def previewed(self) -> Preview:
        """What a run would write now."""
        tools = PreviewTools(self.staged.inner, self.postings.inner, self.plan, self.kinds, self.policy)
        return preview(tools, flow=HOURS, period=None)

    # ---- what is seen ------------------------------------------------------------------------------

    def net(self, kind: DocumentKind | None = None) -> Net:
        """What the books have of each record, once all documents are added up; nothing of what cancels out."""
        sums: dict[str, tuple[Decimal, Decimal]] = defaultdict(lambda: (Decimal(0), Decimal(0)))
        for posting in self.channels[kind or self.kinds[0]].written:
            for share in posting.shares:
                hours, amount = sums[share.external_id]
                sums[share.external_id] = hours + share.hours, amount + share.amount
        return {name: part for name, part in sorted(sums.items()) if any(part)}

    def balances(self, kind: DocumentKind) -> dict[tuple[str, str], Decimal]:
        """Debits less credits by account and cost centre, from the lines of all documents of a kind."""
        sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for posting in self.channels[kind].written:
            for line in posting.journal_lines:
                sums[line.account, line.cost_centre] += line.debit - line.credit
            for work in posting.project_lines:
                sums[work.debit_account, work.cost_centre] += work.amount
                sums[work.credit_account, work.cost_centre] -= work.amount
        return {place: amount for place, amount in sums.items() if amount}

    def documents(self, kind: DocumentKind | None = None) -> list[tuple[bool, list[str], Decimal]]:
        """Every document of a kind in the order it was written: a reversal or not, its records, its hours."""
        written = self.channels[kind or self.kinds[0]].written
        return [(p.reversal, [ref.external_id for ref in p.records], p.hours) for p in written]

    def reversals(self) -> list[Posting]:
        """Every reversal that was ever claimed, whatever became of it."""
        found, _ = self.postings.inner.page(limit=1000, cursor=None)
        return [posting for posting in found if posting.reversal]

    def reversal(self) -> Posting:
        """The only reversal there is."""
        (posting,) = self.reversals()
        return posting

    def finished(self) -> bool:
        """Whether no posting is open and no record on its way."""
        return not self.postings.inner.open() and all(
            state not in (State.POSTING, State.UNSURE, State.REVERSING) for state in self.states().values()
        )
