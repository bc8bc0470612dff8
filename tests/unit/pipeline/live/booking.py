"""Everything a test of booking needs: a desk whose customer and project are in the ERP, and one ready invoice."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from handoff.domain.errors import NotKnownYet
from handoff.domain.invoices import CustomerInvoice
from handoff.domain.master_data import Link
from handoff.domain.periods import Period
from handoff.domain.posting import Posting, PostingState, Receipt
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.staged import Move, StagedRecord, State
from handoff.domain.time import content_hash
from handoff.pipeline.deliver import LEASE
from handoff.pipeline.live.book import book, take_up
from handoff.pipeline.live.cards import card_body
from handoff.pipeline.live.desk import CUSTOMERS, INVOICES, PROJECTS, LiveDesk
from tests.builders import NOW
from tests.fakes import Memory
from tests.unit.pipeline.live.erps import FakeErp
from tests.unit.pipeline.live.journal import ABSENCE, FakeJournal, Voucher
from tests.unit.pipeline.live.living import Watch, a_desk, an_invoice
from tests.unit.pipeline.live.tools import FakeTimeTool

PDF = b"%PDF-1.7 an invoice"
SECOND = timedelta(seconds=1)


def a_ready_record(invoice: CustomerInvoice, *, version: int = 1, revision: int = 0) -> StagedRecord:
    """The invoice as it waits to be booked."""
    body = card_body(invoice)
    return StagedRecord(
        flow=INVOICES, external_id=invoice.external_id, version=version, hash=content_hash(body), body=body,
        period=Period("2026-10"), state=State.READY, source_approved=True, changed_at=NOW, revision=revision,
        history=(Move(State.READY, NOW, "time_tool", "finalized"),),
    )  # fmt: skip


@dataclass(slots=True)
class BookDesk:
    """A desk, its clock, and the ERP behind it."""

    settings: dict[str, object] = field(default_factory=dict)
    linked: bool = True
    memory: Memory = field(default_factory=Memory)
    clock: Watch = field(default_factory=Watch)
    journal: FakeJournal = field(default_factory=FakeJournal)
    tool: FakeTimeTool = field(init=False)
    erp: FakeErp = field(init=False)
    desk: LiveDesk = field(init=False)

    def __post_init__(self) -> None:
        self.tool = FakeTimeTool(self.clock)
        self.erp = FakeErp(told_invoices=self.journal)
        self.desk = a_desk(
            memory=self.memory, time_tool=self.tool, erp=self.erp, settings=self.settings,
            clock=self.clock, settings_version=3,
        )  # fmt: skip
        if self.linked:
            self.link(CUSTOMERS, "c1", 1001)
            self.link(PROJECTS, "p1", 501)

    def link(self, flow: str, external_id: str, number: int) -> None:
        """The object is in the ERP."""
        self.desk.links.save(Link(flow, external_id, number, "w", "f", b"{}"))

    def ready(self, invoice: CustomerInvoice | None = None, *, pdf: bytes | None = PDF) -> StagedRecord:
        """A staged invoice."""
        invoice = invoice or an_invoice()
        if pdf is not None:
            self.tool.pdfs[invoice.external_id] = pdf
        self.desk.staged.add([a_ready_record(invoice)])
        return self.record(invoice.external_id)

    def book(self, external_id: str = "i1") -> StagedRecord:
        """Books it as it is stored."""
        return book(self.desk, self.record(external_id))

    def later(self, by: timedelta = LEASE + ABSENCE + SECOND) -> None:
        """Time passes: by default, more than anything is waited for."""
        self.clock.later(by)

    def quiet(self, rounds: int = 6) -> None:
        """Passes until all has come to rest, each after everything that may be waited for."""
        for _ in range(rounds):
            self.later()
            for posting in self.desk.postings.open():
                with suppress(NotKnownYet):
                    take_up(self.desk, posting)
            for record in list(self.desk.staged.every(INVOICES, period=None, states=())):
                with suppress(NotKnownYet):
                    book(self.desk, record)

    def retried(self, external_id: str = "i1") -> None:
        """A person says that the problem is mended."""
        record = self.record(external_id)
        assert not self.desk.staged.save([record.move(State.READY, by="ann", at=self.clock(), why="retried")])
        for problem in record.problems:
            self.desk.problems.clear(problem, {external_id})

    def record(self, external_id: str = "i1") -> StagedRecord:
        record = self.desk.staged.get(INVOICES, external_id)
        assert record is not None
        return record

    def posting(self) -> Posting:
        """The only posting."""
        (posting, *more), _ = self.desk.postings.page(limit=9, cursor=None)
        assert not more
        return posting

    def receipt(self) -> Receipt:
        """The receipt of the only posting."""
        receipt = self.posting().receipt
        assert receipt is not None
        return receipt

    def voucher(self) -> Voucher:
        """The only voucher with our text."""
        (voucher,) = [v for v in self.journal.vouchers if v.text != "typed in by hand"]
        return voucher

    def inbox(self) -> list[tuple[ProblemCode, frozenset[str]]]:
        return [(known.problem.code, known.external_ids) for known in self.desk.problems.open()]


def booked_once(desk: BookDesk) -> bool:
    """One voucher of ours, booked once, with its PDF, and its record knows."""
    voucher = desk.voucher()
    settled = (desk.record().state, desk.posting().state) == (State.POSTED, PostingState.SETTLED)
    return settled and (voucher.booked, voucher.pdfs) == (1, [PDF])
