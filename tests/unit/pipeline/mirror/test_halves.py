"""Halves of pairs: kept out and let in again, gone and made anew, taken apart, and never somebody else's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from handoff.domain.capabilities import Side
from handoff.domain.errors import NotFound
from handoff.domain.pairs import Customer, Master, NoteKind, Sighting
from handoff.pipeline.mirror.report import accept, part
from tests.unit.pipeline.mirror.both_sides import FLOW, BothSides, a_customer, paired


def test_what_changed_while_it_was_kept_out_goes_over_once_it_is_let_in() -> None:
    world, ours, theirs = paired(Master.TIME_TOOL)
    world.tool.marks(ours, excluded="its sales status is not Won")
    world.tool.edits(ours, name="Fjell og Fjære Eiendom AS")
    for _ in range(2):
        world.a_pass()
    assert world.erp.rows[theirs].says.name == "Fjell og Fjære AS"

    world.tool.marks(ours, excluded="")
    world.a_pass()

    assert world.erp.rows[theirs].says.name == "Fjell og Fjære Eiendom AS"


def test_what_is_kept_out_on_first_contact_is_not_written_over_where_nobody_is_master() -> None:
    world = BothSides()
    world.tool.has(a_customer(email="post@fjell.example"), excluded="none of its projects is won")
    world.erp.has(a_customer(email="erp@fjell.example", organisation_number="912345678"))

    world.a_pass()

    says = world.tool.named("Fjell og Fjære AS")
    assert (says.email, says.organisation_number) == ("post@fjell.example", "912345678")
    assert world.erp.named("Fjell og Fjære AS").email == "erp@fjell.example"


def test_what_was_deleted_and_made_anew_finds_its_other_half_again() -> None:
    world, ours, theirs = paired()
    world.tool.deletes(ours)
    world.a_pass(whole=True)

    again = world.tool.has(a_customer())
    world.a_pass()

    assert world.sighting(Side.ERP, theirs).partner == again
    assert len(world.erp.rows) == 1
    assert world.inbox() == []


def test_what_was_deleted_on_one_side_is_not_made_there_anew() -> None:
    world, _, theirs = paired()
    world.erp.deletes(theirs)

    for _ in range(2):
        world.a_pass(whole=True)

    assert world.erp.rows == {}


def test_a_yes_that_was_wrong_can_be_taken_back() -> None:
    world = BothSides()
    ours, theirs = world.tool.has(a_customer("10024", "Annen AS")), world.erp.has(a_customer("10024"))
    world.a_pass()
    accept(world.sightings, FLOW, ours, theirs)

    part(world.sightings, FLOW, ours)
    world.a_pass()

    assert world.sighting(Side.TIME_TOOL, ours).partner == ""
    assert len(world.inbox()) == 1
    with pytest.raises(NotFound):
        part(world.sightings, FLOW, ours)


def test_half_a_pair_with_somebody_elses_half_is_undone_and_touches_nobody() -> None:
    world, ours, theirs = paired()
    stranger = world.tool.has(a_customer("10500", "Bekk Rådgivning", email="post@bekk.example"))
    world.a_pass()
    known: Mapping[str, Sighting[Customer]] = world.sightings.get(FLOW, Side.TIME_TOOL, [stranger])
    world.sightings.save([replace(known[stranger], partner=theirs, agreed=None)])

    for _ in range(2):
        world.a_pass()

    assert world.erp.rows[theirs].says.email == "post@fjell.example"
    assert world.sighting(Side.TIME_TOOL, ours).partner == theirs
    assert world.sighting(Side.TIME_TOOL, stranger).partner != theirs


def test_a_number_that_the_erp_replaces_is_noted() -> None:
    world = BothSides()
    ours = world.tool.has(a_customer("1003", "Bekk Rådgivning"))

    world.a_pass()

    (note,) = world.sighting(Side.TIME_TOOL, ours).notes
    assert (note.kind, note.field, note.value, note.other) == (NoteKind.OVERWRITTEN, "number", "1003", "10001")


def test_what_differed_all_along_is_noted_when_it_is_written_over() -> None:
    world = BothSides()
    ours = world.tool.has(a_customer(email="post@fjell.example"))
    theirs = world.erp.has(a_customer(email="erp@fjell.example"))
    world.a_pass()

    world.tool.edits(ours, email="ny@fjell.example")
    world.a_pass()

    assert world.erp.rows[theirs].says.email == "ny@fjell.example"
    (note,) = world.sighting(Side.ERP, theirs).notes
    assert (note.kind, note.value) == (NoteKind.OVERWRITTEN, "erp@fjell.example")


def test_what_is_kept_out_by_the_list_alone_still_goes_over_when_something_was_written_to_it_meanwhile() -> None:
    world = BothSides()
    world.flow = replace(world.flow, wanted_by="projects", unwanted="none of its projects is won")
    ours = world.tool.has(a_customer("", email="post@fjell.example"))
    theirs = world.erp.has(a_customer())
    world.a_pass()
    assert world.tool.rows[ours].says.number == "10023"

    for _ in range(2):
        world.a_pass(whole=True)

    assert world.erp.rows[theirs].says.email == "post@fjell.example"


def test_a_number_that_is_emptied_while_the_other_half_is_kept_out_comes_back_once_that_is_let_in() -> None:
    world, ours, theirs = paired()
    world.erp.marks(theirs, excluded="it has no e-mail address")
    world.tool.edits(ours, number="", email="ny@fjell.example")
    world.a_pass()
    assert world.tool.rows[ours].says.number == ""

    world.erp.marks(theirs, excluded="")
    world.a_pass()

    assert world.tool.rows[ours].says.number == "10023"
