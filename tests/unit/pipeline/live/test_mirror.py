"""Customers and projects stand in the ERP as the time tool has them, with as few calls as can be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handoff.domain.errors import DeliveryUnknown, Unreachable
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.staged import State
from handoff.integrations.live_settings import LiveSettings
from handoff.pipeline.live.desk import CUSTOMERS, PROJECTS
from handoff.pipeline.live.mirror import mirror
from handoff.pipeline.live.stage import stage_gone
from tests.unit.pipeline.live.erps import Crash, Fault
from tests.unit.pipeline.live.living import a_customer, a_project
from tests.unit.pipeline.live.mirroring import a_linked_customer, a_mirror


def test_a_new_customer_stands_in_the_erp_at_once() -> None:
    """M2.1: a new customer is transferred at once."""
    world = a_mirror()
    record = world.see(a_customer())
    assert record.state is State.POSTED
    assert world.customers.wanted(1001) == world.wanted(a_customer())
    assert world.calls() == ["find 1001", "alike 1001", "create 1001"]
    assert world.inbox() == []


def test_any_change_of_a_customer_is_one_call() -> None:
    """M2.2: any change transfers again."""
    world = a_linked_customer()
    for changed in (a_customer(city="Skagen"), a_customer(city="Skagen", email="ny@strandbykaffe.example")):
        assert world.see(changed).state is State.POSTED
        assert world.calls() == ["update 1001"]
        assert world.customers.wanted(1001) == world.wanted(changed)


def test_what_did_not_change_makes_no_call_and_no_write() -> None:
    """M2.2: unchanged content is not transferred again."""
    world = a_linked_customer()
    before, link = world.record(CUSTOMERS, "c1"), world.desk.links.get(CUSTOMERS, "c1")
    world.see(a_customer())
    assert world.calls() == []
    assert world.record(CUSTOMERS, "c1") == before
    assert world.desk.links.get(CUSTOMERS, "c1") == link


def test_a_change_that_the_erp_does_not_see_makes_no_call() -> None:
    """M2.2: what is wanted of the ERP is the same."""
    world = a_linked_customer()
    assert world.see(a_customer(name="Strandby  Kaffe ApS")).state is State.POSTED
    assert world.calls() == []


def test_content_that_comes_back_is_written_again_under_another_key() -> None:
    """M2.2: there and back again is two changes."""
    world = a_linked_customer()
    for city in ("Skagen", "Strandby", "Skagen"):
        world.see(a_customer(city=city))
        assert world.customers.wanted(1001).city == city
    assert len(set(world.customers.keys)) == len(world.customers.keys) == 4


def test_fields_that_people_write_in_the_erp_stay() -> None:
    """M2.2: a change transfers our fields and no others."""
    world = a_linked_customer()
    world.customers.edited(1001, notes="calls before noon")
    world.see(a_customer(city="Skagen"))
    assert world.customers.notes(1001) == "calls before noon"
    assert world.customers.wanted(1001).city == "Skagen"


def test_a_new_project_stands_in_the_erp_with_its_customer() -> None:
    """M3.1: a new project is transferred at once; M3.4: with its customer's number."""
    world = a_mirror()
    world.tool.has(a_customer())
    record = world.see(a_project())
    assert record.state is State.POSTED
    project = world.erp.told_projects.wanted(501)
    assert (project.number, project.name, project.customer, project.group) == (501, "Ny webshop", 1001, 1)
    assert world.customers.wanted(1001) == world.wanted(a_customer())


def test_a_project_of_a_known_customer_asks_nothing_about_it() -> None:
    """M3.1: the customer is there already."""
    world = a_linked_customer()
    asked = world.tool.calls
    world.see(a_project())
    assert world.calls() == ["find 501", "alike 501", "create 501"]
    assert world.tool.calls == asked


def test_any_change_of_a_project_is_one_call() -> None:
    """M3.2: any change transfers again."""
    world = a_linked_customer()
    world.see(a_project())
    world.calls()
    assert world.see(a_project(name="Ny webshop 2")).state is State.POSTED
    assert world.calls() == ["update 501"]
    assert world.erp.told_projects.wanted(501).name == "Ny webshop 2"


def test_a_project_without_a_customer_goes_without_one() -> None:
    """M3.4: internal projects have none."""
    world = a_mirror()
    world.see(a_project(customer_id="", customer_number=""))
    assert world.erp.told_projects.wanted(501).customer is None


def test_a_project_with_letters_in_its_number_waits_with_words() -> None:
    """M3.3: the project number must be numeric."""
    world = a_mirror()
    record = world.see(a_project(number="WEB-1", customer_id=""))
    assert record.state is State.FAILED
    assert world.calls() == []
    assert [code for code, _ in world.inbox()] == [ProblemCode.NUMBER_NOT_NUMERIC]
    assert world.see(a_project(number="501", customer_id="")).state is State.POSTED
    assert world.inbox() == []


def test_a_project_waits_for_its_customer_and_goes_by_itself() -> None:
    """M3.4: the customer's own problem is the one to mend."""
    world = a_mirror()
    world.tool.has(a_customer(number="K-1"))
    record = world.see(a_project())
    assert [problem.code for problem in record.problems] == [ProblemCode.CUSTOMER_NOT_THERE]
    assert {code for code, _ in world.inbox()} == {ProblemCode.CUSTOMER_NOT_THERE, ProblemCode.NUMBER_NOT_NUMERIC}
    world.see(a_customer())
    world.a_pass(PROJECTS)
    assert world.record(PROJECTS, "p1").state is State.POSTED
    assert world.inbox() == []


def test_a_missing_module_is_said_in_words_and_waits_for_a_person() -> None:
    """M3.7: without the projects module the export fails."""
    world = a_mirror()
    world.erp.told_projects.rejections[501] = ("module_missing", "Projects are not part of this agreement.")
    world.see(a_project(customer_id=""))
    code, message = world.inbox()[0]
    assert code is ProblemCode.MODULE_MISSING
    assert message == "The ERP lacks a module: Projects are not part of this agreement."
    world.calls()
    assert world.look(a_project(customer_id="")).state is State.FAILED
    world.a_pass(PROJECTS)
    assert world.calls() == []
    world.erp.told_projects.rejections.clear()
    assert world.retried(PROJECTS, "p1").state is State.POSTED
    assert world.inbox() == []


def test_one_that_is_refused_blocks_no_other() -> None:
    """M2.4: a group that is missing is refused, and said of each customer."""
    world = a_mirror()
    world.customers.rejections[1001] = ("refused", "Customer group 1 does not exist.")
    assert world.see(a_customer()).state is State.FAILED
    assert world.see(a_customer(external_id="c2", number="1002", name="Klitrose")).state is State.POSTED
    code, message = world.inbox()[0]
    assert code is ProblemCode.REFUSED_BY_ERP
    assert message == "The ERP refused it: Customer group 1 does not exist."


def test_another_group_in_the_settings_reaches_those_that_are_there_when_they_are_next_looked_at() -> None:
    """M2.3: the group is a setting."""
    world = a_linked_customer()
    desk = replace(world.desk, settings=LiveSettings.model_validate({"customers": {"group": 4}}))
    record = world.record(CUSTOMERS, "c1")
    assert mirror(desk, record) == record
    assert world.calls() == ["update 1001"]
    assert world.customers.wanted(1001).group == 4


@pytest.mark.parametrize("fault", [Fault.LOST_BEFORE, Fault.LOST_AFTER, Fault.CRASH_AFTER])
@pytest.mark.parametrize("first", [False, True])
def test_a_write_whose_answer_was_lost_is_healed_by_the_next_look(fault: Fault, first: bool) -> None:
    """M2.1: once, whatever is lost on the way."""
    world = a_mirror() if first else a_linked_customer()
    changed = a_customer(city="Skagen")
    world.customers.faults = [None, None, fault] if first else [fault]
    with pytest.raises((DeliveryUnknown, Crash)):
        world.see(changed)
    assert world.record(CUSTOMERS, "c1").state is State.READY
    assert mirror(world.desk, world.record(CUSTOMERS, "c1")).state is State.POSTED
    assert [world.customers.wanted(number) for number in world.customers.rows] == [world.wanted(changed)]


def test_a_change_taken_back_after_a_lost_answer_is_written_back() -> None:
    """M2.2: what the ERP has is what the time tool has."""
    world = a_linked_customer()
    world.customers.faults = [Fault.LOST_AFTER]
    with pytest.raises(DeliveryUnknown):
        world.see(a_customer(city="Skagen"))
    assert world.see(a_customer()).state is State.POSTED
    assert world.customers.wanted(1001).city == "Strandby"


def test_one_that_was_made_and_renamed_before_its_answer_came_is_still_ours() -> None:
    """M2.1: no duplicate, and no quarrel over its own number."""
    world = a_mirror()
    world.customers.faults = [None, None, Fault.LOST_AFTER]
    with pytest.raises(DeliveryUnknown):
        world.see(a_customer(organisation_number=""))
    assert world.see(a_customer(organisation_number="", name="Strandby Bageri ApS")).state is State.POSTED
    assert list(world.customers.rows) == [1001]
    assert world.customers.wanted(1001).name == "Strandby Bageri ApS"


def test_the_same_attempt_again_has_the_same_key() -> None:
    world = a_linked_customer()
    world.customers.faults = [Fault.LOST_BEFORE, Fault.LOST_BEFORE]
    for _ in range(2):
        with pytest.raises(DeliveryUnknown):
            world.see(a_customer(city="Skagen"))
    world.see(a_customer(city="Skagen"))
    assert len(set(world.customers.keys[-3:])) == 1


def test_an_erp_that_can_not_be_reached_leaves_the_record_as_it_is() -> None:
    world = a_mirror()
    world.customers.faults = [Fault.UNREACHABLE]
    with pytest.raises(Unreachable):
        world.see(a_customer())
    assert world.record(CUSTOMERS, "c1").state is State.READY
    assert world.inbox() == []


def test_what_is_switched_off_makes_no_call() -> None:
    """M2.1: only where customers are transferred."""
    world = a_mirror(settings={"customers": {"on": False}})
    record = world.see(a_customer())
    assert (record.state, record.reason) == (State.EXCLUDED, "switched off")
    assert world.calls() == []


def test_a_customer_gone_from_the_time_tool_stays_in_the_erp() -> None:
    """M5.1: nothing is deleted on the other side."""
    world = a_linked_customer()
    record = stage_gone(world.desk, CUSTOMERS, "c1")
    assert record is not None
    assert (record.state, record.gone_at) == (State.POSTED, world.clock())
    assert world.calls() == []
    assert list(world.customers.rows) == [1001]
    assert world.inbox() == []
