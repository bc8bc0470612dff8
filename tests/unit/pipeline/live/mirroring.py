"""A time tool and an ERP whose customers and projects are kept the same, and short words for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from handoff.accounting.mirror_rules import wanted_customer
from handoff.domain.master_data import CustomerCard, ProjectCard, WantedCustomer
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.staged import StagedRecord, State
from handoff.integrations.live_settings import LiveSettings
from handoff.pipeline.live.desk import BY_LIVE, CUSTOMERS, LiveDesk
from handoff.pipeline.live.look import TO_BE_MIRRORED, move_on
from handoff.pipeline.live.mirror import mirror, rules_of
from handoff.pipeline.live.stage import stage_card
from tests.fakes import Memory
from tests.unit.pipeline.live.erps import FakeErp, FakeMirrorChannel
from tests.unit.pipeline.live.living import Watch, a_customer, a_desk
from tests.unit.pipeline.live.tools import FakeTimeTool, kind_of


@dataclass(slots=True)
class Mirrored:
    """One tenant: what the time tool has, what the ERP has, and the desk between them."""

    desk: LiveDesk
    tool: FakeTimeTool
    erp: FakeErp
    clock: Watch

    @property
    def customers(self) -> FakeMirrorChannel[WantedCustomer]:
        return self.erp.told_customers

    def see(self, card: CustomerCard | ProjectCard, *, by: str = BY_LIVE) -> StagedRecord:
        """It was saved in the time tool, and a webhook told of it."""
        self.tool.has(card)
        return self.look(card, by=by)

    def look(self, card: CustomerCard | ProjectCard, *, by: str = BY_LIVE) -> StagedRecord:
        """It is staged and mirrored as it is."""
        record = stage_card(self.desk, kind_of(card), card, by=by)
        assert record is not None
        return mirror(self.desk, record)

    def a_pass(self, flow: str) -> None:
        """Everything of a flow that a pass takes up is looked at, as it does it."""
        for record in list(self.desk.staged.every(flow, period=None, states=TO_BE_MIRRORED)):
            move_on(self.desk, record)

    def retried(self, flow: str, external_id: str) -> StagedRecord:
        """A person says that what it failed for is mended, and it goes again."""
        record = self.record(flow, external_id)
        for problem in record.problems:
            self.desk.problems.clear(problem, {external_id})
        ready = record.move(State.READY, by="anna", at=self.clock(), why="retried")
        assert self.desk.staged.save([ready]) == set()
        return mirror(self.desk, self.record(flow, external_id))

    def record(self, flow: str, external_id: str) -> StagedRecord:
        record = self.desk.staged.get(flow, external_id)
        assert record is not None
        return record

    def inbox(self) -> list[tuple[ProblemCode, str]]:
        """Codes and sentences of all that is open."""
        return [(known.problem.code, known.problem.message) for known in self.desk.problems.open()]

    def calls(self) -> list[str]:
        """The calls to the ERP since they were last asked for."""
        asked = [*self.customers.asked, *self.erp.told_projects.asked]
        self.customers.asked.clear()
        self.erp.told_projects.asked.clear()
        return asked

    def wanted(self, card: CustomerCard) -> WantedCustomer:
        """The customer as the ERP should have it."""
        wanted = wanted_customer(card, rules_of(self.desk))
        assert isinstance(wanted, WantedCustomer)
        return wanted


def a_mirror(*, settings: LiveSettings | Mapping[str, object] | None = None, memory: Memory | None = None) -> Mirrored:
    clock = Watch()
    tool, erp = FakeTimeTool(clock), FakeErp()
    return Mirrored(a_desk(memory=memory, time_tool=tool, erp=erp, settings=settings, clock=clock), tool, erp, clock)


def a_linked_customer(card: CustomerCard | None = None, **settings: object) -> Mirrored:
    """One customer that is in the ERP, with all calls so far forgotten."""
    world = a_mirror(settings=settings)
    world.see(card or a_customer())
    world.calls()
    assert world.desk.links.get(CUSTOMERS, (card or a_customer()).external_id) is not None
    return world
