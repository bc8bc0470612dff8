"""What an invoice or a project names is in the ERP first, or it says what it waits for."""

from __future__ import annotations

from handoff.domain.master_data import Link
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.staged import State
from handoff.pipeline.live.desk import CUSTOMERS, PROJECTS
from handoff.pipeline.live.mirror import ensure, ensure_customer
from tests.unit.pipeline.live.living import a_customer, a_project
from tests.unit.pipeline.live.mirroring import a_linked_customer, a_mirror


def test_a_customer_that_is_linked_costs_no_call() -> None:
    """M1.3: the customer's number is known."""
    world = a_linked_customer()
    asked = world.tool.calls
    assert ensure_customer(world.desk, "c1") == 1001
    assert (world.calls(), world.tool.calls) == ([], asked)


def test_a_customer_that_is_not_there_yet_is_brought_there() -> None:
    """M2.1: whichever webhook came first."""
    world = a_mirror()
    world.tool.has(a_customer())
    assert ensure_customer(world.desk, "c1") == 1001
    assert world.record(CUSTOMERS, "c1").state is State.POSTED


def test_a_project_is_brought_there_with_its_customer() -> None:
    """M3.1: whichever webhook came first."""
    world = a_mirror()
    world.tool.has(a_customer(), a_project())
    link = ensure(world.desk, PROJECTS, "p1")
    assert isinstance(link, Link)
    assert link.number == 501
    assert world.erp.told_projects.wanted(501).customer == 1001


def test_what_the_time_tool_does_not_have_is_a_problem() -> None:
    world = a_mirror()
    problem = ensure(world.desk, PROJECTS, "p9")
    assert isinstance(problem, Problem)
    assert problem.code is ProblemCode.PROJECT_NOT_THERE


def test_what_could_not_be_written_is_a_problem_of_its_own_as_well() -> None:
    world = a_mirror()
    world.customers.rejections[1001] = ("refused", "The e-mail address is none.")
    world.tool.has(a_customer())
    problem = ensure(world.desk, CUSTOMERS, "c1")
    assert isinstance(problem, Problem)
    assert problem.message == "Customer 'Strandby Kaffe ApS' (1001) is not in the ERP."
    assert [code for code, _ in world.inbox()] == [ProblemCode.REFUSED_BY_ERP]


def test_one_that_was_renumbered_by_hand_is_not_used() -> None:
    """M5.1: nothing is booked on a number that is another one's by now."""
    world = a_linked_customer()
    world.customers.renumbered(1001, 7001)
    world.see(a_customer(city="Skagen"))
    assert isinstance(ensure(world.desk, CUSTOMERS, "c1"), Problem)


def test_customers_kept_by_hand_are_found_by_number_and_name_and_not_written() -> None:
    """M2.1: where customers are not transferred, they are looked up once."""
    world = a_mirror(settings={"customers": {"on": False}})
    theirs = world.wanted(a_customer(city="Skagen"))
    world.customers.has(theirs)
    world.tool.has(a_customer())
    assert ensure_customer(world.desk, "c1") == 1001
    assert world.calls() == ["find 1001"]
    assert ensure_customer(world.desk, "c1") == 1001
    assert world.calls() == []
    assert world.customers.wanted(1001) == theirs


def test_a_customer_kept_by_hand_that_got_another_number_is_looked_up_under_that_one() -> None:
    """M5.1: nothing is booked on a number that is another one's by now."""
    world = a_mirror(settings={"customers": {"on": False}})
    world.customers.has(world.wanted(a_customer()))
    world.tool.has(a_customer())
    assert ensure_customer(world.desk, "c1") == 1001
    world.customers.renumbered(1001, 7001)
    world.customers.has(world.wanted(a_customer(name="Nordhavn Smede", organisation_number="87654321")))
    world.tool.has(a_customer(number="7001"))
    assert ensure_customer(world.desk, "c1") == 7001


def test_customers_kept_by_hand_under_another_name_are_not_taken_for_them() -> None:
    world = a_mirror(settings={"customers": {"on": False}})
    world.customers.has(world.wanted(a_customer(name="Nordhavn Smede", organisation_number="87654321")))
    world.tool.has(a_customer())
    assert isinstance(ensure_customer(world.desk, "c1"), Problem)
    world.tool.has(a_customer(number="K1"))
    assert isinstance(ensure_customer(world.desk, "c1"), Problem)


def test_customers_kept_by_hand_that_are_missing_are_a_problem() -> None:
    world = a_mirror(settings={"customers": {"on": False}})
    world.tool.has(a_customer())
    problem = ensure_customer(world.desk, "c1")
    assert isinstance(problem, Problem)
    assert problem.code is ProblemCode.CUSTOMER_NOT_THERE


def test_what_is_kept_by_hand_in_an_erp_without_the_module_is_a_problem() -> None:
    """M3.7: said in words, whoever asks."""
    world = a_mirror(settings={"projects": {"on": False}})
    world.erp.told_projects.unreadable = "Projects are not part of this agreement."
    world.tool.has(a_project())
    problem = ensure(world.desk, PROJECTS, "p1")
    assert isinstance(problem, Problem)
    assert problem.code is ProblemCode.MODULE_MISSING
