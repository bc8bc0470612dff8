"""The inbox and the records belong together, whatever a crash kept from following."""

from __future__ import annotations

from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.staged import State
from handoff.pipeline.live.answers import AnswerTools, retry_live
from handoff.pipeline.live.desk import CUSTOMERS, INVOICES
from handoff.pipeline.live.inbox import tidy_inbox
from handoff.pipeline.live.record_moves import fell
from tests.builders import NOW
from tests.unit.pipeline.live.booking import BookDesk
from tests.unit.pipeline.live.living import a_customer
from tests.unit.pipeline.live.mirroring import a_mirror

REFUSED = Problem(ProblemCode.REFUSED_BY_ERP, "the agreement is locked")


def test_a_record_that_does_not_have_a_problem_any_more_is_taken_off_it() -> None:
    world = BookDesk()
    world.ready()
    world.desk.problems.report(REFUSED, flow=INVOICES, external_ids={"i1", "i9"}, at=NOW)
    tidy_inbox(world.desk)
    assert world.desk.problems.open() == []


def test_a_record_that_failed_unseen_is_shown() -> None:
    world = BookDesk()
    failed = fell(world.desk, world.ready(), REFUSED)
    world.desk.problems.close(REFUSED.id)
    tidy_inbox(world.desk)
    assert failed.state is State.FAILED
    assert [(one.problem, one.flow, one.external_ids) for one in world.desk.problems.open()] == [
        (REFUSED, INVOICES, frozenset({"i1"}))
    ]


def test_what_concerns_no_record_is_left_alone() -> None:
    world = BookDesk()
    bare = Problem(ProblemCode.UNUSUAL_ANSWER, "The ERP's list of customers lacks very many that were there")
    world.desk.problems.report(bare, flow=CUSTOMERS, external_ids=(), at=NOW)
    tidy_inbox(world.desk)
    assert [one.problem for one in world.desk.problems.open()] == [bare]


def test_a_person_s_retry_frees_records_of_every_flow_that_share_a_cause() -> None:
    """The ERP may say the same of a customer and of an invoice."""
    world = BookDesk()
    fell(world.desk, world.ready(), REFUSED)
    mirror = a_mirror(memory=world.memory)
    customer = mirror.look(a_customer())
    fell(mirror.desk, customer, REFUSED)
    (known,) = world.desk.problems.open()
    assert known.external_ids == {"i1", "c1"}
    tidy_inbox(world.desk)
    assert world.desk.problems.open() == [known]
    desk = world.desk
    retry_live(AnswerTools(desk.staged, desk.problems, desk.passes, desk.clock), REFUSED.id, by="anna")
    assert {world.record("i1").state, mirror.record(CUSTOMERS, "c1").state} == {State.READY}
    assert desk.problems.open() == []
