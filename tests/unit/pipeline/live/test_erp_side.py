"""What people change in the ERP by hand is seen, noted and reported, never copied."""

from __future__ import annotations

from collections import Counter

import pytest

from handoff.domain.errors import DeliveryUnknown, Rejected
from handoff.domain.hints import Hint, HintKind
from handoff.domain.master_data import ErpObject, WantedProject
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.staged import State
from handoff.pipeline.live.changes import look_since
from handoff.pipeline.live.desk import CUSTOMERS, PROJECTS
from handoff.pipeline.live.erp_side import ASKED_MAX, Seen, compare_numbers, look_at_erp, renumbered
from handoff.pipeline.live.look import look
from handoff.pipeline.live.stage import stage_gone
from tests.unit.pipeline.live.erps import FakeMirrorChannel, Fault
from tests.unit.pipeline.live.living import a_customer, a_project
from tests.unit.pipeline.live.mirroring import Mirrored, a_linked_customer, a_mirror


def last_words(world: Mirrored) -> str:
    return world.record(CUSTOMERS, "c1").history[-1].why


def test_our_own_write_is_no_change() -> None:
    """M5.1: what we wrote does not come back."""
    world = a_linked_customer()
    world.see(a_customer(city="Skagen"))
    before = world.record(CUSTOMERS, "c1")
    assert look_at_erp(world.desk, CUSTOMERS, None) == Seen(linked=1)
    assert world.record(CUSTOMERS, "c1") == before


def test_a_field_of_ours_edited_by_hand_is_noted_as_ignored_once() -> None:
    """M5.1: the time tool is master."""
    world = a_linked_customer()
    world.customers.edited(1001, name="Kaffehuset")
    assert look_at_erp(world.desk, CUSTOMERS, None).edited == 1
    assert last_words(world) == (
        "changed in the ERP by hand: the name is 'Kaffehuset' there; ignored, the time tool is master"
    )
    assert world.record(CUSTOMERS, "c1").state is State.POSTED
    assert world.customers.wanted(1001).name == "Kaffehuset"
    assert look_at_erp(world.desk, CUSTOMERS, None).edited == 0
    world.calls()
    world.see(a_customer(city="Skagen"))
    assert world.calls() == ["update 1001"]
    assert world.customers.wanted(1001) == world.wanted(a_customer(city="Skagen"))


def test_an_edit_whose_field_can_not_be_read_is_noted_as_well() -> None:
    """M5.1: e-mail and address are ours, too."""
    world = a_linked_customer()
    world.customers.edited(1001, email="other@strandbykaffe.example", organisation_number="99")
    look_at_erp(world.desk, CUSTOMERS, None)
    assert "the organisation number is '99' there" in last_words(world)
    world.customers.edited(1001, email="third@strandbykaffe.example", organisation_number="12345674")
    look_at_erp(world.desk, CUSTOMERS, None)
    assert "other fields of customer 1001" in last_words(world)


def test_fields_that_are_not_ours_are_remembered_so_that_one_call_is_enough() -> None:
    """M2.2: one call for a change, whoever wrote the note."""
    world = a_linked_customer()
    world.customers.edited(1001, notes="calls before noon")
    before = world.record(CUSTOMERS, "c1")
    assert look_at_erp(world.desk, CUSTOMERS, None) == Seen(linked=1)
    assert world.record(CUSTOMERS, "c1") == before
    world.calls()
    world.see(a_customer(city="Skagen"))
    assert world.calls() == ["update 1001"]
    assert world.customers.notes(1001) == "calls before noon"


def test_a_write_whose_answer_was_lost_is_not_taken_for_a_hand() -> None:
    world = a_linked_customer()
    world.customers.faults = [Fault.LOST_AFTER]
    with pytest.raises(DeliveryUnknown):
        world.see(a_customer(city="Skagen"))
    assert look_at_erp(world.desk, CUSTOMERS, None) == Seen(linked=1)
    assert "by hand" not in last_words(world)


def test_strangers_are_left_alone() -> None:
    world = a_mirror()
    world.customers.has(world.wanted(a_customer(number="9")))
    assert look_at_erp(world.desk, CUSTOMERS, None) == Seen()
    renumbered(world.desk, CUSTOMERS, None, 9)
    renumbered(world.desk, CUSTOMERS, 9, 9)
    assert compare_numbers(world.desk, CUSTOMERS) == Seen()
    assert world.inbox() == []


def test_a_new_number_that_the_erp_tells_of_is_reported_at_once() -> None:
    """M5.1: found and reported, both numbers named."""
    world = a_linked_customer()
    world.customers.renumbered(1001, 7001)
    renumbered(world.desk, CUSTOMERS, 1001, 7001)
    assert world.record(CUSTOMERS, "c1").state is State.FAILED
    code, message = world.inbox()[0]
    assert code is ProblemCode.NUMBER_CHANGED
    assert "1001 in the time tool and 7001 in the ERP" in message


def test_a_number_set_back_ends_its_problem() -> None:
    """M5.1: as it should be again."""
    world = a_linked_customer()
    world.customers.renumbered(1001, 7001)
    renumbered(world.desk, CUSTOMERS, 1001, 7001)
    world.customers.renumbered(7001, 1001)
    renumbered(world.desk, CUSTOMERS, 7001, 1001)
    assert world.record(CUSTOMERS, "c1").state is State.POSTED
    assert world.inbox() == []


def test_a_deletion_that_the_erp_tells_of_is_reported() -> None:
    world = a_linked_customer()
    world.customers.deleted(1001)
    renumbered(world.desk, CUSTOMERS, 1001, None)
    assert [code for code, _ in world.inbox()] == [ProblemCode.GONE_IN_ERP]
    assert world.retried(CUSTOMERS, "c1").state is State.POSTED
    assert list(world.customers.rows) == [1001]


@pytest.mark.parametrize("new", [7001, None])
def test_what_a_hint_says_is_believed_only_as_far_as_the_erp_says_it(new: int | None) -> None:
    world = a_linked_customer()
    renumbered(world.desk, CUSTOMERS, 1001, new)
    assert world.record(CUSTOMERS, "c1").state is State.POSTED
    assert world.inbox() == []


def test_a_project_renumbered_in_the_erp_is_reported() -> None:
    """M5.1: project numbers as well."""
    world = a_mirror()
    world.see(a_project(customer_id=""))
    world.erp.told_projects.renumbered(501, 502)
    renumbered(world.desk, PROJECTS, 501, 502)
    assert [code for code, _ in world.inbox()] == [ProblemCode.NUMBER_CHANGED]


def test_at_night_all_numbers_are_compared() -> None:
    """M5.1: what no webhook told of is found."""
    world = a_linked_customer()
    for place in (2, 3):
        card = a_customer(external_id=f"c{place}", number=f"100{place}", name=f"Kunde {place}", organisation_number="")
        world.see(card)
    world.customers.renumbered(1001, 7001)
    world.customers.deleted(1002)
    assert compare_numbers(world.desk, CUSTOMERS) == Seen(linked=3, moved=2)
    assert {code for code, _ in world.inbox()} == {ProblemCode.NUMBER_CHANGED, ProblemCode.GONE_IN_ERP}
    world.customers.renumbered(7001, 1001)
    assert compare_numbers(world.desk, CUSTOMERS).over == 1
    assert [code for code, _ in world.inbox()] == [ProblemCode.GONE_IN_ERP]
    assert world.record(CUSTOMERS, "c1").state is State.POSTED


def test_the_same_finding_on_the_next_night_writes_nothing() -> None:
    world = a_linked_customer()
    world.customers.deleted(1001)
    compare_numbers(world.desk, CUSTOMERS)
    before = world.record(CUSTOMERS, "c1")
    compare_numbers(world.desk, CUSTOMERS)
    assert world.record(CUSTOMERS, "c1") == before


def test_one_that_looks_like_two_others_is_a_question() -> None:
    world = a_linked_customer()
    world.customers.deleted(1001)
    for number in ("44", "45"):
        world.customers.has(world.wanted(a_customer(number=number)))
    compare_numbers(world.desk, CUSTOMERS)
    assert [code for code, _ in world.inbox()] == [ProblemCode.MATCH_AMBIGUOUS]


def test_a_list_that_lacks_very_many_is_not_believed() -> None:
    world = a_mirror()
    for place in range(ASKED_MAX + 1):
        world.see(
            a_customer(external_id=f"c{place}", number=str(2000 + place), name=f"K{place}", organisation_number="")
        )
    rows, world.customers.rows = world.customers.rows, {}
    compare_numbers(world.desk, CUSTOMERS)
    assert [code for code, _ in world.inbox()] == [ProblemCode.UNUSUAL_ANSWER]
    assert world.record(CUSTOMERS, "c0").state is State.POSTED
    world.customers.rows = rows
    compare_numbers(world.desk, CUSTOMERS)
    assert world.inbox() == []


def test_very_many_that_were_really_deleted_are_told_in_the_nights_that_follow_and_the_doubt_ends() -> None:
    """M5.1: one clean-up in the ERP does not end the watch over numbers."""
    world = a_mirror()
    for place in range(ASKED_MAX + 5):
        world.see(
            a_customer(external_id=f"c{place}", number=str(2000 + place), name=f"K{place}", organisation_number="")
        )
    world.customers.rows = {}
    for _ in range(3):
        compare_numbers(world.desk, CUSTOMERS)
    codes = Counter(code for code, _ in world.inbox())
    assert codes == {ProblemCode.GONE_IN_ERP: ASKED_MAX + 5}


def test_what_is_gone_from_the_time_tool_may_go_in_the_erp() -> None:
    world = a_linked_customer()
    stage_gone(world.desk, CUSTOMERS, "c1")
    world.customers.deleted(1001)
    assert compare_numbers(world.desk, CUSTOMERS).moved == 0
    assert world.inbox() == []


def test_one_gone_in_the_erp_is_settled_when_it_is_deleted_in_the_time_tool_as_well() -> None:
    world = a_linked_customer()
    world.customers.deleted(1001)
    compare_numbers(world.desk, CUSTOMERS)
    record = stage_gone(world.desk, CUSTOMERS, "c1")
    assert record is not None
    assert (record.state, record.reason) == (State.EXCLUDED, "gone")
    assert world.inbox() == []


def test_an_erp_without_the_module_keeps_nothing_else_from_going_on() -> None:
    """M3.7: without the projects module the export fails, and says so of each project."""
    world = a_linked_customer()
    world.see(a_project())
    world.erp.told_projects.unreadable = "Projects are not part of this agreement."
    assert look_at_erp(world.desk, PROJECTS, None) == Seen()
    assert compare_numbers(world.desk, PROJECTS) == Seen()
    renumbered(world.desk, PROJECTS, 501, 502)
    assert world.record(PROJECTS, "p1").state is State.POSTED
    assert world.see(a_project(external_id="p2", number="502", name="Drift")).state is State.FAILED
    assert world.see(a_project(name="Ny webshop 2")).state is State.FAILED
    assert {code for code, _ in world.inbox()} == {ProblemCode.MODULE_MISSING}


def test_the_first_look_sees_what_was_edited_since_a_hint_was_faster() -> None:
    """M5.1: fields that are not ours stay as they are."""
    world = a_linked_customer()
    world.customers.edited(1001, notes="pays late")
    look_since(world.desk, CUSTOMERS)
    world.see(a_customer(city="Skagen"))
    assert world.customers.notes(1001) == "pays late"


def test_the_first_look_asks_nothing_where_nothing_is_linked() -> None:
    world = a_mirror()
    assert look_since(world.desk, CUSTOMERS) == Seen()
    assert world.calls() == []


def test_a_hint_of_a_module_that_is_off_is_left_to_its_records() -> None:
    """M3.7: the project module."""
    world = a_mirror()
    world.see(a_customer())
    world.see(a_project())
    world.erp.told_projects = Off(WantedProject)
    look(world.desk, Hint(HintKind.ERP_PROJECT, "501>"))
    assert world.record(PROJECTS, "p1").state is State.POSTED


class Off(FakeMirrorChannel[WantedProject]):
    def find(self, number: int) -> ErpObject | None:
        raise Rejected("the module Project is not active", code="module_missing")
