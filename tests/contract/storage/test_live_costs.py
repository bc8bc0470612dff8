"""Booked costs on their way through the stores: real stores and fakes behave the same."""

from __future__ import annotations

from typing import Any

from handoff.domain.staged import State
from handoff.pipeline.live.expenses import look_again
from tests.contract.storage.worlds import World
from tests.unit.pipeline.live.costing import PDF, CostDesk, a_cost, always


def a_desk(world: World) -> CostDesk:
    desk: Any = CostDesk()
    desk.staged, desk.postings = world.staged(), world.postings()
    desk.problems, desk.passes = world.problems(), world.passes()
    found: CostDesk = desk
    return found


def test_a_cost_is_found_once_posted_once_and_kept_with_its_posting(world: World) -> None:
    """M4.1, M4.2: from the books to the time tool."""
    desk = a_desk(world)
    desk.erp.book(a_cost(serial=101), a_cost(serial=102, project=13))
    desk.erp.papers["2026", 4001] = [PDF]
    for _ in range(2):
        desk.look()
        desk.post()

    assert [expense.description for expense in desk.tool.expenses.values()] == ["Train to Aarhus"]
    assert (desk.state(101), desk.state(102), desk.serial()) == (State.POSTED, State.EXCLUDED, 102)
    posting = world.postings().get(desk.record(101).covered["project_expense"])
    assert posting is not None
    assert posting.expense == desk.tool.expenses["e-1"]


def test_a_lost_answer_is_adopted_and_a_new_project_frees_its_costs(world: World) -> None:
    """M4.7: the project comes into being."""
    desk = a_desk(world)
    desk.erp.book(a_cost(serial=101), a_cost(serial=102, project=13, text="Hotel"))
    desk.look()
    desk.tool.lost["add_expense"] = ["no answer"]
    desk.post()
    desk.tool.projects[13] = desk.tool.projects[12]
    look_again(desk.desk(), time_left=always)
    desk.post()

    assert [expense.description for expense in desk.tool.expenses.values()] == ["Train to Aarhus", "Hotel"]
    assert (desk.state(101), desk.state(102)) == (State.POSTED, State.POSTED)
    assert list(world.postings().open()) == []
