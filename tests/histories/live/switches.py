"""Switches that each take one guard of the live flows away, in the harness: with any of them, a history must fail."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from handoff.domain.invoices import ErpInvoice, InvoiceDocument
from handoff.domain.master_data import ErpObject, Link
from handoff.domain.problems import Problem
from handoff.domain.staged import StagedRecord
from handoff.ports import FeedCursor
from handoff.ports.live import Card, ChangedPage
from tests.fakes import FakeLinkStore, FakeProblemStore, FakeStagedStore
from tests.histories.live.ledger import Journal, Registry
from tests.histories.live.tool import Tool
from tests.histories.live.world import MOMENT, LiveParts


class NeverLooks(Journal):
    """Finds no voucher under any key or number."""

    def find(self, document: InvoiceDocument) -> ErpInvoice | None:
        return None


class FindsOnlyOurs(Journal):
    """Finds a voucher by its key, and no other one with the same number."""

    def find(self, document: InvoiceDocument) -> ErpInvoice | None:
        found = super().find(document)
        return found if found is not None and found.ours else None


class BooksTheJournal(Journal):
    """Books whatever is in the journal together with what it is asked for."""

    def book(self, invoice: ErpInvoice) -> ErpInvoice:
        others = [entry for one in self.drafts() if one.journal == invoice.journal for entry in one.entries]
        return super().book(invoice if invoice.booked else replace(invoice, entries=(*invoice.entries, *others)))


class NoDelay(Journal):
    """What is not found at once is taken for absent."""

    @property
    def absence_delay(self) -> timedelta:
        return timedelta(0)

    @absence_delay.setter
    def absence_delay(self, delay: timedelta) -> None:
        pass


class CursorFirst(Tool):
    """The cursor passes a list's last page before its rows are stored."""

    def changed_objects(self, kind: str, *, since: datetime | None, page: str | None) -> ChangedPage:
        answer = super().changed_objects(kind, since=since, page=page)
        if answer.next_page is None and answer.latest_change is not None:
            state = self.passes.load()
            cursor = FeedCursor(since=answer.latest_change, walked=True)
            self.passes.save(replace(state, cursors={**state.cursors, f"{MOMENT.id}:{kind}": cursor}))
        return answer


class TrustsHints(Tool):
    """What a webhook says is taken for what is."""

    def read_object(self, kind: str, external_id: str) -> Card | None:
        card = super().read_object(kind, external_id)
        hook = self.claimed
        return hook.card if hook is not None and hook.card is not None and hook.subject == external_id else card


class FirstPageOnly(Tool):
    """The next page is dropped."""

    def next_page(self, rows: Sequence[tuple[datetime, Card]]) -> str | None:
        return None


class NeverFindsExpenses(Tool):
    """Finds no expense under any key."""

    def find_expense(self, key: str) -> str | None:
        return None


class ForgetsDocuments(Tool):
    """Says of no expense that it has documents."""

    def attachments_of(self, expense_id: str) -> Sequence[str]:
        return ()


class NoIntent(FakeLinkStore):
    """A write is noted when it is done, and not before."""

    def save(self, link: Link) -> Link:
        return link if link.wanted.startswith("?") else super().save(link)


class KeepsOldForms(FakeLinkStore):
    """What the ERP had when it was linked is believed to stand there still."""

    def save(self, link: Link) -> Link:
        known = self.get(link.flow, link.external_id)
        same = known is not None and bool(known.form) and bool(link.form)
        return super().save(replace(link, form=known.form) if same and known is not None else link)


class SilentLedger(Registry):
    """Its list of what changed has nothing in it."""

    def changed_since(self, since: datetime | None) -> Iterator[ErpObject]:
        return super().changed_since(since) if since is None else iter(())


class SeesNoNumber(Registry):
    """Takes whatever stands under a number for what is looked for."""

    def find(self, number: int) -> ErpObject | None:
        return None


class ForgetsTheBooks(FakeStagedStore):
    """What the books have of a record is forgotten with its version."""

    def replace(self, old: StagedRecord, new: StagedRecord) -> None:
        super().replace(old, replace(new, covered={}))


class ForgetsProblems(FakeProblemStore):
    """A problem is told once, and not again after it was cleared in between."""

    def report(self, problem: Problem, *, flow: str, external_ids: Collection[str], at: datetime) -> None:
        known = self.get(problem.id)
        super().report(problem, flow=flow, external_ids=known.external_ids if known else external_ids, at=at)


@dataclass(frozen=True, slots=True)
class LiveSwitch:
    """A guard, and the world without it."""

    guard: str
    parts: LiveParts


LIVE_SWITCHES: Mapping[str, LiveSwitch] = {
    "live_look_up": LiveSwitch(
        "The ERP is asked for the key before a voucher is written", LiveParts(journal=NeverLooks)
    ),
    "live_number": LiveSwitch(
        "An invoice number that is in the ERP already is not written again", LiveParts(journal=FindsOnlyOurs)
    ),
    "live_entries": LiveSwitch("A voucher's own entries are booked, and no others", LiveParts(journal=BooksTheJournal)),
    "live_delay": LiveSwitch("Absent is believed only after the ERP's delay", LiveParts(journal=NoDelay)),
    "live_cursor": LiveSwitch("A cursor is saved after its rows", LiveParts(tool=CursorFirst)),
    "live_hint": LiveSwitch("What a webhook tells of is read again", LiveParts(tool=TrustsHints)),
    "live_page": LiveSwitch("A list's next page is asked for", LiveParts(tool=FirstPageOnly)),
    "live_expense": LiveSwitch(
        "The time tool is asked for the key before an expense is sent again", LiveParts(tool=NeverFindsExpenses)
    ),
    "live_documents": LiveSwitch(
        "Documents that are on an expense are not added again", LiveParts(tool=ForgetsDocuments)
    ),
    "live_intent": LiveSwitch("A write is noted in the link before it is sent", LiveParts(links=NoIntent)),
    "live_form": LiveSwitch("The ERP's form is remembered anew whenever it is seen", LiveParts(links=KeepsOldForms)),
    "live_edits": LiveSwitch("What people edit in the ERP is looked at", LiveParts(registry=SilentLedger)),
    "live_find": LiveSwitch(
        "A customer is looked for by its number before it is made", LiveParts(registry=SeesNoNumber)
    ),
    "live_covered": LiveSwitch("What covers a record stays with its next version", LiveParts(staged=ForgetsTheBooks)),
    "live_inbox": LiveSwitch("A problem that gets another record is told of it", LiveParts(problems=ForgetsProblems)),
}
