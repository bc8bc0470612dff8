"""The mirror in trouble: lost answers, refusals, and people who write at the same time."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from handoff.accounting.merging import MirrorRule
from handoff.domain.capabilities import Side
from handoff.domain.errors import DeliveryUnknown
from handoff.domain.pairs import Address, Contact, Master
from handoff.pipeline.mirror.settle import settle
from tests.unit.pipeline.mirror.both_sides import BothSides, a_customer, paired

KIM, BO = Contact("Kim Aas", "kim@bekk.example"), Contact("Bo Lie")


@pytest.mark.parametrize("fault", ["lost_before", "lost_after"])
def test_a_making_whose_answer_was_lost_makes_one(fault: str) -> None:
    world = BothSides()
    world.tool.has(a_customer("", "Bekk Rådgivning"))
    world.erp.faults = [fault]
    world.a_pass()
    assert [type(one) for one in world.faults] == [DeliveryUnknown]

    for _ in range(2):
        world.a_pass()

    assert [row.says.name for row in world.erp.rows.values()] == ["Bekk Rådgivning"]
    assert world.tool.named("Bekk Rådgivning").number == world.erp.named("Bekk Rådgivning").number


def test_a_making_that_came_through_is_found_although_no_list_shows_it_yet() -> None:
    world = BothSides()
    world.tool.has(a_customer("", "Bekk Rådgivning"))
    world.erp.faults, world.erp.hides = ["lost_after"], {"Bekk Rådgivning"}
    world.a_pass()

    counts = world.a_pass()
    world.erp.hides.clear()
    world.a_pass()

    assert counts["adopted"] == 1
    assert [row.says.name for row in world.erp.rows.values()] == ["Bekk Rådgivning"]
    assert world.tool.named("Bekk Rådgivning").number == "10001"
    assert world.inbox() == []


def test_a_making_that_came_through_is_known_although_it_got_another_number() -> None:
    world = BothSides()
    world.tool.has(a_customer("5001", "Bekk Rådgivning"))
    world.erp.faults = ["lost_after"]

    for _ in range(3):
        world.a_pass()

    assert [(row.says.number, row.says.name) for row in world.erp.rows.values()] == [("10001", "Bekk Rådgivning")]
    assert world.tool.named("Bekk Rådgivning").number == "10001"
    assert world.inbox() == []


def test_a_making_that_came_through_in_part_is_completed() -> None:
    world = BothSides()
    world.tool.has(a_customer("", "Bekk Rådgivning", contacts=(KIM, BO)))
    world.erp.kept_as = lambda says: msgspec.structs.replace(says, contacts=says.contacts[:1])
    world.erp.faults = ["lost_after"]
    world.a_pass()
    world.erp.kept_as = lambda says: says

    for _ in range(2):
        world.a_pass()

    assert world.erp.named("Bekk Rådgivning").contacts == (KIM, BO)


def test_what_a_making_left_blank_is_written_once_more() -> None:
    world = BothSides()
    world.tool.has(a_customer("", "Bekk Rådgivning", contacts=(KIM,)))
    world.erp.kept_as = lambda says: msgspec.structs.replace(says, contacts=())
    world.a_pass()
    world.erp.kept_as = lambda says: says

    for _ in range(2):
        world.a_pass()

    assert world.erp.named("Bekk Rådgivning").contacts == (KIM,)


def test_what_the_other_side_can_not_hold_is_tried_once_more_and_then_left() -> None:
    world = BothSides()
    world.tool.has(a_customer("", "Bekk Rådgivning", contacts=(KIM,)))
    world.erp.kept_as = lambda says: msgspec.structs.replace(says, contacts=())
    for _ in range(2):
        world.a_pass()
    world.calls()

    world.a_pass()

    assert world.calls() == {"time_tool listed": 1, "erp listed": 1}
    assert world.tool.named("Bekk Rådgivning").contacts == (KIM,)


# ---- people who are there at the same time -----------------------------------------------------


def test_what_somebody_writes_into_another_field_meanwhile_goes_over_with_the_next_pass() -> None:
    world, ours, theirs = paired()
    world.tool.edits(ours, email="ny@fjell.example")
    world.erp.meanwhile = [lambda: world.erp.edits(theirs, organisation_number="912345678")]

    for _ in range(2):
        world.a_pass()

    assert world.erp.rows[theirs].says.email == "ny@fjell.example"
    assert world.tool.rows[ours].says.organisation_number == "912345678"


def test_what_somebody_writes_into_the_same_field_meanwhile_is_not_written_over_unseen() -> None:
    world, ours, theirs = paired()
    world.tool.edits(ours, email="ny@fjell.example")
    world.erp.meanwhile = [lambda: world.erp.edits(theirs, email="regnskap@fjell.example")]

    counts = world.a_pass()
    assert counts["edited_meanwhile"] == 1
    world.a_pass()

    assert world.erp.rows[theirs].says.email == world.tool.rows[ours].says.email == "regnskap@fjell.example"
    (note,) = world.sighting(Side.TIME_TOOL, ours).notes
    assert note.value == "ny@fjell.example"


def test_two_changes_that_cross_are_both_carried_though_somebody_writes_meanwhile() -> None:
    world, ours, theirs = paired()
    world.tool.edits(ours, email="ny@fjell.example")
    world.erp.edits(theirs, billing=Address("Kaia 2"))
    world.erp.meanwhile = [lambda: world.erp.edits(theirs, organisation_number="912345678")]

    for _ in range(2):
        world.a_pass()

    assert world.tool.rows[ours].says == world.erp.rows[theirs].says
    assert world.tool.rows[ours].says.organisation_number == "912345678"


def test_a_refusal_is_told_and_not_tried_again_until_something_changes() -> None:
    world = BothSides()
    ours = world.tool.has(a_customer("", "Bekk Rådgivning"))
    world.erp.refuses["Bekk Rådgivning"] = "the number series is used up"
    world.a_pass()
    (sentence,) = world.inbox()
    assert "the number series is used up" in sentence
    world.calls()

    world.a_pass()
    assert "erp create" not in world.calls()
    assert world.inbox() == [sentence]

    world.erp.refuses.clear()
    world.tool.edits(ours, email="post@bekk.example")
    world.a_pass()
    assert world.erp.named("Bekk Rådgivning").email == "post@bekk.example"
    assert world.inbox() == []


def test_one_refusal_keeps_no_other_back() -> None:
    world = BothSides()
    for name in ("Aa AS", "Bb AS", "Cc AS"):
        world.tool.has(a_customer("", name))
    world.erp.refuses["Bb AS"] = "no"

    world.a_pass()

    assert sorted(row.says.name for row in world.erp.rows.values()) == ["Aa AS", "Cc AS"]


def test_first_contact_writes_in_batches() -> None:
    world = BothSides(erp_batch=32)
    for place in range(70):
        world.tool.has(a_customer(str(500 + place), f"Kunde {place}"))
    world.a_pass()

    assert world.calls()["erp create"] == 3


@pytest.mark.parametrize("side", list(Side))
def test_a_making_whose_answer_was_lost_is_known_by_what_it_was_made_with(side: Side) -> None:
    world = BothSides()
    ours = world.tool.has(a_customer("", "Bekk Rådgivning"))
    world.erp.faults, world.erp.hides = ["lost_after"], {"Bekk Rådgivning"}
    world.a_pass()
    world.tool.edits(ours, name="Bekk og Sønn")
    if side is Side.ERP:
        world.erp.hides = set()

    for _ in range(3):
        world.a_pass()
        world.erp.hides = set()

    assert [len(world.tool.rows), len(world.erp.rows)] == [1, 1]
    (theirs,) = world.erp.rows
    assert world.sighting(Side.TIME_TOOL, ours).partner == theirs
    assert world.inbox() == []


def test_a_number_that_was_sent_along_tells_what_was_made_whatever_it_is_called_by_now() -> None:
    world = BothSides()
    world.flow = replace(world.flow, rule=MirrorRule(Master.NONE, Side.ERP))
    world.tool.has(a_customer("5001", "Bekk Rådgivning"))
    world.erp.faults = ["lost_after"]
    world.a_pass()
    (theirs,) = world.erp.rows
    world.erp.edits(theirs, name="Bekk og Sønn")

    for _ in range(2):
        world.a_pass()

    assert [len(world.tool.rows), len(world.erp.rows)] == [1, 1]
    assert ["Bekk og Sønn" in sentence for sentence in world.inbox()] == [True]


def test_a_making_whose_answer_was_lost_is_told_from_another_one_of_that_name_by_its_number() -> None:
    world = BothSides()
    world.flow = replace(world.flow, rule=MirrorRule(Master.NONE, Side.ERP))
    world.tool.has(a_customer("5001", "Bekk Rådgivning"))
    world.erp.has(a_customer("5001", "Dal Rådgivning"))
    theirs = world.erp.has(a_customer("5002", "Bekk Rådgivning"))
    world.tool.faults = ["lost_after"]
    world.a_pass()
    assert len(world.tool.rows) == 2

    settle(world.desk, world.flow, time_left=lambda: True)  # at once, before anybody has looked again

    assert len(world.tool.rows) == 2
    (half,) = [row.id for row in world.tool.rows.values() if row.says.number == "5002"]
    assert world.sighting(Side.ERP, theirs).partner == half
