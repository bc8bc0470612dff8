"""The time tool's numbers rule: what the ERP has under them, or under others, is found before anything is written."""

from __future__ import annotations

import pytest

from handoff.domain.errors import DeliveryUnknown
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.staged import State
from handoff.pipeline.live.desk import CUSTOMERS, PROJECTS
from tests.unit.pipeline.live.erps import Fault
from tests.unit.pipeline.live.living import a_customer, a_project
from tests.unit.pipeline.live.mirroring import a_linked_customer, a_mirror


def test_a_customer_that_is_there_under_its_number_and_name_is_linked_and_written_over() -> None:
    """M2.1: a customer that somebody made by hand before is the same one."""
    world = a_mirror()
    theirs = world.wanted(a_customer(name="STRANDBY KAFFE APS", organisation_number="", city="Skagen"))
    world.customers.has(theirs, notes="since 1998")
    assert world.see(a_customer()).state is State.POSTED
    assert world.calls() == ["find 1001", "update 1001"]
    assert world.customers.wanted(1001) == world.wanted(a_customer())
    assert world.customers.notes(1001) == "since 1998"


def test_a_customer_with_the_same_organisation_number_is_the_same_whatever_its_name() -> None:
    """M2.1: the organisation number tells."""
    world = a_mirror()
    world.customers.has(world.wanted(a_customer(name="Kaffe i Strandby")))
    assert world.see(a_customer()).state is State.POSTED
    assert world.customers.wanted(1001).name == "Strandby Kaffe ApS"


def test_a_number_that_another_customer_has_is_taken_and_nothing_is_written() -> None:
    """M5.1: the number is the time tool's, and no stranger is written over."""
    world = a_mirror()
    stranger = world.wanted(a_customer(name="Nordhavn Smede", organisation_number="87654321"))
    world.customers.has(stranger)
    assert world.see(a_customer()).state is State.FAILED
    assert world.customers.wanted(1001) == stranger
    code, message = world.inbox()[0]
    assert code is ProblemCode.NUMBER_TAKEN
    assert "'Nordhavn Smede'" in message
    assert "'Strandby Kaffe ApS'" in message


def test_a_taken_number_that_is_changed_in_the_time_tool_goes() -> None:
    """M5.1: the number changed in the time tool is the new one."""
    world = a_mirror()
    world.customers.has(world.wanted(a_customer(name="Nordhavn Smede", organisation_number="87654321")))
    world.see(a_customer())
    assert world.see(a_customer(number="1002")).state is State.POSTED
    assert sorted(world.customers.rows) == [1001, 1002]
    assert world.inbox() == []


def test_a_number_changed_by_hand_in_the_erp_is_reported_and_no_duplicate_is_made() -> None:
    """M5.1: numbers are not changed in the ERP; both are named."""
    world = a_linked_customer()
    world.customers.renumbered(1001, 7001)
    assert world.see(a_customer(city="Skagen")).state is State.FAILED
    assert list(world.customers.rows) == [7001]
    code, message = world.inbox()[0]
    assert code is ProblemCode.NUMBER_CHANGED
    assert "1001 in the time tool and 7001 in the ERP" in message


def test_a_number_set_back_in_the_erp_goes_when_a_person_retries() -> None:
    """M5.1: the cure is to set it back."""
    world = a_linked_customer()
    world.customers.renumbered(1001, 7001)
    world.see(a_customer(city="Skagen"))
    world.customers.renumbered(7001, 1001)
    assert world.retried(CUSTOMERS, "c1").state is State.POSTED
    assert world.customers.wanted(1001).city == "Skagen"
    assert world.inbox() == []


def test_a_number_that_is_still_wrong_after_a_retry_is_said_again() -> None:
    """M5.1: a retry makes no duplicate either."""
    world = a_linked_customer()
    world.customers.renumbered(1001, 7001)
    world.see(a_customer(city="Skagen"))
    assert world.retried(CUSTOMERS, "c1").state is State.FAILED
    assert list(world.customers.rows) == [7001]
    assert [code for code, _ in world.inbox()] == [ProblemCode.NUMBER_CHANGED]


def test_a_customer_made_by_hand_under_another_number_is_reported_before_it_is_made_twice() -> None:
    """M5.1: it seems to be there already."""
    world = a_mirror()
    world.customers.has(world.wanted(a_customer(number="44")))
    assert world.see(a_customer()).state is State.FAILED
    assert list(world.customers.rows) == [44]
    assert [code for code, _ in world.inbox()] == [ProblemCode.NUMBER_CHANGED]


def test_several_that_look_alike_are_a_question() -> None:
    """M5.1: nothing is guessed."""
    world = a_mirror()
    for number in ("44", "45"):
        world.customers.has(world.wanted(a_customer(number=number)))
    assert world.see(a_customer()).state is State.FAILED
    code, message = world.inbox()[0]
    assert code is ProblemCode.MATCH_AMBIGUOUS
    assert "(44, 45)" in message


def test_two_customers_of_one_name_are_two_customers() -> None:
    """M2.1: what belongs to another customer of the time tool is no match."""
    world = a_linked_customer(a_customer(organisation_number=""))
    second = a_customer(external_id="c2", number="1002", organisation_number="")
    assert world.see(second).state is State.POSTED
    assert sorted(world.customers.rows) == [1001, 1002]


def test_two_customers_of_one_number_are_no_one_customer() -> None:
    """M5.1: one number, one customer."""
    world = a_linked_customer()
    second = a_customer(external_id="c2", city="Skagen")
    assert world.see(second).state is State.FAILED
    assert world.customers.wanted(1001).city == "Strandby"
    assert [code for code, _ in world.inbox()] == [ProblemCode.NUMBER_TAKEN]


def test_a_number_changed_in_the_time_tool_is_said_in_words() -> None:
    """M5.1: the ERP's number can't be changed from here, and no second customer is made."""
    world = a_linked_customer()
    assert world.see(a_customer(number="1002")).state is State.FAILED
    assert list(world.customers.rows) == [1001]
    code, message = world.inbox()[0]
    assert code is ProblemCode.NUMBER_CHANGED
    assert "1002 in the time tool and 1001 in the ERP, where a number can't be changed from here" in message


def test_a_number_changed_on_both_sides_is_linked_anew() -> None:
    """M5.1: the time tool's number is the ERP's again."""
    world = a_linked_customer()
    world.see(a_customer(number="1002"))
    world.customers.renumbered(1001, 1002)
    assert world.retried(CUSTOMERS, "c1").state is State.POSTED
    link = world.desk.links.numbered(CUSTOMERS, 1002)
    assert link is not None
    assert link.external_id == "c1"
    assert world.desk.links.numbered(CUSTOMERS, 1001) is None
    world.calls()
    assert world.see(a_customer(number="1002", city="Skagen")).state is State.POSTED
    assert world.calls() == ["update 1002"]


def test_one_that_was_never_made_takes_no_number_of_another_along() -> None:
    """M5.1: the number stays whose it is."""
    world = a_linked_customer()
    second = a_customer(external_id="c2", number="1002", name="Nordhavn Smede", organisation_number="87654321")
    world.customers.rejections[1002] = ("refused", "The e-mail address is none.")
    world.see(second)
    world.see(a_customer(external_id="c2", number="1001", city="Skagen"))
    owner = world.desk.links.numbered(CUSTOMERS, 1001)
    assert owner is not None
    assert owner.external_id == "c1"
    assert world.record(CUSTOMERS, "c2").state is State.FAILED
    assert world.customers.wanted(1001).city == "Strandby"


def test_a_number_changed_before_anything_was_made_is_simply_the_number() -> None:
    """M5.1: a refused customer was never there."""
    world = a_mirror()
    world.customers.rejections[1001] = ("refused", "The e-mail address is none.")
    world.see(a_customer())
    assert world.see(a_customer(number="1002")).state is State.POSTED
    assert list(world.customers.rows) == [1002]


def test_one_deleted_in_the_erp_is_reported_and_made_anew_when_a_person_says_so() -> None:
    """M2.2: a change of what is not there is no creation by stealth."""
    world = a_linked_customer()
    world.customers.deleted(1001)
    assert world.see(a_customer(city="Skagen")).state is State.FAILED
    assert world.calls() == ["update 1001", "alike 1001"]
    assert [code for code, _ in world.inbox()] == [ProblemCode.GONE_IN_ERP]
    world.a_pass(CUSTOMERS)
    assert world.calls() == []
    assert world.retried(CUSTOMERS, "c1").state is State.POSTED
    assert world.customers.wanted(1001).city == "Skagen"
    assert world.inbox() == []


def test_a_number_that_was_taken_at_this_very_moment_is_looked_at() -> None:
    """M2.1: whoever was faster, there is one."""
    world = a_mirror()
    world.customers.rejections[1001] = ("number_taken", "The number is in use.")
    record = world.see(a_customer())
    assert record.state is State.FAILED
    assert world.calls() == ["find 1001", "alike 1001", "create 1001", "find 1001"]


def test_one_that_could_not_be_written_is_tried_as_soon_as_it_changes() -> None:
    """M2.2: a person mends it in the time tool, and it goes."""
    world = a_mirror()
    world.customers.faults = [None, None, Fault.REJECTED]
    assert world.see(a_customer(email="none")).state is State.FAILED
    assert world.see(a_customer()).state is State.POSTED
    assert world.inbox() == []


def test_a_project_renumbered_in_the_erp_is_found_by_its_name() -> None:
    """M5.1: projects as well."""
    world = a_mirror()
    world.see(a_project(customer_id=""))
    world.erp.told_projects.renumbered(501, 502)
    assert world.see(a_project(customer_id="", customer_number="9")).state is State.POSTED  # nothing that goes over
    assert world.see(a_project(customer_id="", name="Ny webshop 2")).state is State.FAILED
    assert [code for code, _ in world.inbox()] == [ProblemCode.GONE_IN_ERP]
    world.see(a_project(customer_id="", name="Ny webshop"))
    assert [code for code, _ in world.inbox()] == [ProblemCode.NUMBER_CHANGED]
    assert world.record(PROJECTS, "p1").state is State.FAILED


def test_a_stranger_made_under_a_number_that_was_being_tried_is_no_customer_of_ours() -> None:
    """M5.1: only what has the name that was tried is ours."""
    world = a_mirror()
    world.customers.faults = [None, None, Fault.LOST_BEFORE]
    with pytest.raises(DeliveryUnknown):
        world.see(a_customer())
    stranger = world.wanted(a_customer(name="Nordhavn Smede", organisation_number="87654321"))
    world.customers.has(stranger)
    assert world.look(a_customer()).state is State.FAILED
    assert world.customers.wanted(1001) == stranger
    assert [code for code, _ in world.inbox()] == [ProblemCode.NUMBER_TAKEN]


def test_a_number_changed_after_a_lost_answer_is_found_where_it_was_made() -> None:
    """M5.1: what may have been made under the old number is looked for first."""
    for fault, numbers in ((Fault.LOST_AFTER, [1001]), (Fault.LOST_BEFORE, [1002])):
        world = a_mirror()
        world.customers.faults = [None, None, fault]
        with pytest.raises(DeliveryUnknown):
            world.see(a_customer())
        record = world.see(a_customer(number="1002"))
        assert list(world.customers.rows) == numbers
        assert record.state is (State.FAILED if numbers == [1001] else State.POSTED)


def test_a_number_given_to_what_another_has_by_now_is_taken() -> None:
    """M5.1: one number, one customer, on both sides."""
    world = a_linked_customer()
    world.see(a_customer(external_id="c2", number="1002"))
    world.customers.deleted(1001)
    assert world.see(a_customer(number="1002")).state is State.FAILED
    assert [code for code, _ in world.inbox()] == [ProblemCode.NUMBER_TAKEN]
