"""Lists of addresses and contacts: merged one by one, whatever order each side keeps them in."""

from __future__ import annotations

import pytest

from handoff.domain.capabilities import Side
from handoff.domain.pairs import Contact, Master, NoteKind
from tests.unit.pipeline.mirror.both_sides import BothSides, a_customer

KIM, BO, UMA, EVA = (Contact(name) for name in ("Kim Aas", "Bo Lie", "Uma Vik", "Eva Nes"))


def contacts(world: BothSides) -> tuple[set[Contact], set[Contact]]:
    """Those in the time tool and those in the ERP, of the one customer."""
    (ours,), (theirs,) = world.tool.rows.values(), world.erp.rows.values()
    return set(ours.says.contacts), set(theirs.says.contacts)


def paired(ours: tuple[Contact, ...], theirs: tuple[Contact, ...], master: Master = Master.NONE) -> BothSides:
    world = BothSides(master)
    world.tool.has(a_customer(contacts=ours))
    world.erp.has(a_customer(contacts=theirs))
    world.a_pass()
    return world


def test_the_same_in_another_order_is_the_same() -> None:
    world = paired((KIM, BO), (BO, KIM))
    world.calls()

    world.a_pass()

    assert set(world.calls()) == {"time_tool listed", "erp listed"}
    assert world.sighting(Side.TIME_TOOL, "t1").notes == ()


def test_whoever_lists_more_on_first_contact_fills_up_the_other() -> None:
    assert contacts(paired((KIM, BO), (KIM,))) == ({KIM, BO}, {KIM, BO})


def test_lists_that_differ_from_the_beginning_keep_what_only_one_has_whatever_is_added() -> None:
    world = paired((KIM, BO), (KIM, UMA))
    assert contacts(world) == ({KIM, BO}, {KIM, UMA})

    world.tool.edits("t1", contacts=(KIM, BO, EVA))
    world.a_pass()

    assert contacts(world) == ({KIM, BO, EVA}, {KIM, UMA, EVA})


def test_what_both_add_both_get() -> None:
    world = paired((KIM,), (KIM,))
    world.tool.edits("t1", contacts=(KIM, BO))
    world.erp.edits("e1", contacts=(UMA, KIM))

    world.a_pass()

    assert contacts(world) == ({KIM, BO, UMA}, {KIM, BO, UMA})


@pytest.mark.parametrize("side", Side)
def test_what_one_removes_goes_on_the_other_if_both_had_it(side: Side) -> None:
    world = paired((KIM, BO), (KIM, BO))
    (world.tool if side is Side.TIME_TOOL else world.erp).edits(
        "t1" if side is Side.TIME_TOOL else "e1", contacts=(BO,)
    )

    for _ in range(2):
        world.a_pass()

    assert contacts(world) == ({BO}, {BO})


def test_what_the_masters_other_side_adds_stays_there_and_is_noted() -> None:
    world = paired((KIM,), (KIM,), Master.TIME_TOOL)
    world.erp.edits("e1", contacts=(KIM, BO))

    world.a_pass()
    world.tool.edits("t1", contacts=(KIM, UMA))
    world.a_pass()

    assert contacts(world) == ({KIM, UMA}, {KIM, BO, UMA})
    assert [note.kind for note in world.sighting(Side.ERP, "e1").notes] == [NoteKind.IGNORED]


def test_one_entry_that_changes_on_one_side_is_changed_on_the_other() -> None:
    world = paired((KIM, BO), (BO, KIM))
    world.tool.edits("t1", contacts=(Contact("Kim Aas", "kim@fjell.example"), BO))

    world.a_pass()

    assert contacts(world)[1] == {Contact("Kim Aas", "kim@fjell.example"), BO}


def test_one_entry_that_both_change_keeps_what_each_has_said_of_it() -> None:
    world = paired((KIM,), (KIM,))
    world.tool.edits("t1", contacts=(Contact("Kim Aas", "kim@fjell.example"),))
    world.erp.edits("e1", contacts=(Contact("Kim Aas", "", "77"),))

    world.a_pass()

    assert contacts(world) == ({Contact("Kim Aas", "kim@fjell.example", "77")},) * 2


def test_one_that_is_changed_here_and_removed_there_stays() -> None:
    world = paired((KIM, BO), (KIM, BO))
    world.tool.edits("t1", contacts=(Contact("Kim Aas", "kim@fjell.example"), BO))
    world.erp.edits("e1", contacts=(BO,))

    for _ in range(2):
        world.a_pass()

    assert contacts(world) == ({Contact("Kim Aas", "kim@fjell.example"), BO},) * 2


def test_an_entry_that_both_change_is_remembered_as_the_one_had_it_whose_word_did_not_count() -> None:
    world = paired((KIM,), (KIM,))
    world.tool.edits("t1", contacts=(Contact("Kim Aas", "kim@bekk.example"),))
    world.wait()
    world.erp.edits("e1", contacts=(Contact("Kim Aas", "aas@bekk.example"),))

    world.a_pass()

    assert contacts(world) == ({Contact("Kim Aas", "aas@bekk.example")}, {Contact("Kim Aas", "aas@bekk.example")})
    (note,) = world.sighting(Side.TIME_TOOL, "t1").notes
    assert (note.kind, note.field, note.value) == (NoteKind.OVERWRITTEN, "contacts", "Kim Aas, kim@bekk.example")


def test_an_entry_that_both_add_something_to_loses_nothing_and_nothing_is_noted() -> None:
    world = paired((KIM,), (KIM,))
    world.tool.edits("t1", contacts=(Contact("Kim Aas", "kim@bekk.example"),))
    world.erp.edits("e1", contacts=(Contact("Kim Aas", phone="22 33 44 55"),))

    world.a_pass()

    assert contacts(world)[0] == contacts(world)[1] == {Contact("Kim Aas", "kim@bekk.example", "22 33 44 55")}
    assert world.sighting(Side.TIME_TOOL, "t1").notes == ()


@pytest.mark.parametrize("removed", [(), (BO,)])
def test_what_one_side_did_not_take_of_a_list_that_goes_both_ways_goes_with_the_next_pass(
    removed: tuple[Contact, ...],
) -> None:
    world = paired((KIM, BO), (KIM, BO))
    world.tool.edits("t1", contacts=(KIM, UMA) if removed else (KIM, BO, UMA))
    world.erp.edits("e1", contacts=(KIM, BO, EVA))
    world.erp.faults = ["lost_before"]
    world.a_pass()

    world.a_pass()

    wanted = {KIM, BO, UMA, EVA} - set(removed)
    assert contacts(world) == (wanted, wanted)
