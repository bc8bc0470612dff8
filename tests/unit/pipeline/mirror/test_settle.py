"""The mirror: what is on one side comes to the other, what changes goes over once, and nothing is lost unseen."""

from __future__ import annotations

import pytest

from handoff.domain.capabilities import Side
from handoff.domain.pairs import Address, Master, NoteKind
from tests.unit.pipeline.mirror.both_sides import BothSides, a_customer, paired


def test_what_one_side_lacks_is_made_there_and_gets_its_number_back() -> None:
    """S1.3, S5.7."""
    world = BothSides()
    world.tool.has(a_customer("", "Bekk Rådgivning"))
    world.erp.has(a_customer("10500", "Myr Mekaniske"))

    world.a_pass()

    assert world.erp.named("Bekk Rådgivning").number == "10001"
    assert world.tool.named("Bekk Rådgivning").number == "10001"
    assert world.tool.named("Myr Mekaniske").number == "10500"


def test_a_pass_without_changes_asks_each_side_once_and_writes_nothing() -> None:
    world = BothSides()
    world.tool.has(a_customer("", "Bekk Rådgivning"))
    world.erp.has(a_customer("10500", "Myr Mekaniske"))
    for _ in range(2):
        world.a_pass()
    world.calls()

    counts = world.a_pass()

    assert world.calls() == {"time_tool listed": 1, "erp listed": 1}
    assert not {"created", "updated", "changed"} & {name for name, number in counts.items() if number}


def test_the_same_number_and_name_on_both_sides_is_one_customer() -> None:
    """S2.5, S3.4, S5.9, S6.6."""
    world = BothSides()
    ours, theirs = world.tool.has(a_customer()), world.erp.has(a_customer(name="FJELL OG  FJÆRE AS"))

    world.a_pass()

    assert world.sighting(Side.TIME_TOOL, ours).partner == theirs
    assert len(world.tool.rows) == len(world.erp.rows) == 1


@pytest.mark.parametrize(
    ("number", "name"),
    [("10024", "Fjell og Fjære AS"), ("10023", "Helt Andre AS")],
    ids=["another number", "another name"],
)
def test_number_and_name_that_disagree_are_a_question_and_nothing_is_written(number: str, name: str) -> None:
    world = BothSides()
    world.tool.has(a_customer())
    world.erp.has(a_customer(number, name))
    world.a_pass()
    world.calls()

    world.a_pass()

    assert world.calls() == {"time_tool listed": 1, "erp listed": 1}
    assert len(world.tool.rows) == len(world.erp.rows) == 1
    (sentence,) = world.inbox()
    assert sentence.startswith("Customer 'Fjell og Fjære AS' (10023) in the time tool, ")


def test_a_question_is_over_once_a_person_has_put_it_right() -> None:
    world = BothSides()
    ours, theirs = world.tool.has(a_customer()), world.erp.has(a_customer("10024"))
    world.a_pass()

    world.erp.edits(theirs, number="10023")
    world.a_pass()

    assert world.inbox() == []
    assert world.sighting(Side.TIME_TOOL, ours).partner == theirs


def test_two_with_one_number_are_not_made_twice() -> None:
    world = BothSides()
    world.erp.has(a_customer())
    world.tool.has(a_customer())
    world.a_pass()
    world.tool.has(a_customer(name="Nytt Navn AS"))

    world.a_pass()

    assert [row.says.name for row in world.erp.rows.values()] == ["Fjell og Fjære AS"]
    (sentence,) = world.inbox()
    assert (
        "'Nytt Navn AS' (10023) in the time tool has the number of 'Fjell og Fjære AS' (10023) in the ERP" in sentence
    )


# ---- changes -----------------------------------------------------------------------------------


@pytest.mark.parametrize("side", Side)
def test_without_a_master_a_change_on_either_side_goes_over_once_and_does_not_come_back(side: Side) -> None:
    """S1.6, S2.3, S3.5, S5.5."""
    world, ours, theirs = paired()
    where = {Side.TIME_TOOL: (world.tool, ours), Side.ERP: (world.erp, theirs)}
    keeper, id_ = where[side]
    keeper.edits(id_, email="ny@fjell.example")

    for _ in range(3):
        world.a_pass()

    assert world.tool.rows[ours].says.email == world.erp.rows[theirs].says.email == "ny@fjell.example"
    assert {name: number for name, number in world.calls().items() if "update" in name} == {
        f"{'erp' if side is Side.TIME_TOOL else 'time_tool'} update": 1
    }


def test_changes_of_different_fields_on_both_sides_both_go_over() -> None:
    world, ours, theirs = paired()
    world.tool.edits(ours, email="ny@fjell.example")
    world.erp.edits(theirs, billing=Address("Kaia 2"))

    world.a_pass()

    for says in (world.tool.rows[ours].says, world.erp.rows[theirs].says):
        assert (says.email, says.billing.line) == ("ny@fjell.example", "Kaia 2")


def test_the_later_change_of_one_field_counts_and_the_other_is_remembered() -> None:
    world, ours, theirs = paired()
    world.erp.edits(theirs, email="regnskap@fjell.example")
    world.wait()
    world.tool.edits(ours, email="faktura@fjell.example")

    world.a_pass()

    assert world.erp.rows[theirs].says.email == "faktura@fjell.example"
    (note,) = world.sighting(Side.ERP, theirs).notes
    assert (note.kind, note.field, note.value, note.other) == (
        NoteKind.OVERWRITTEN, "email", "regnskap@fjell.example", "faktura@fjell.example",
    )  # fmt: skip


def test_what_the_masters_other_side_changes_is_ignored_and_remembered_as_ignored() -> None:
    """S1.2, S4.3, S6.4."""
    world, ours, theirs = paired(Master.TIME_TOOL)
    world.erp.edits(theirs, email="regnskap@fjell.example")

    world.a_pass()

    assert world.tool.rows[ours].says.email == "post@fjell.example"
    assert world.erp.rows[theirs].says.email == "regnskap@fjell.example"
    (note,) = world.sighting(Side.ERP, theirs).notes
    assert (note.kind, note.value) == (NoteKind.IGNORED, "regnskap@fjell.example")

    world.tool.edits(ours, email="ny@fjell.example")
    world.a_pass()
    assert world.erp.rows[theirs].says.email == "ny@fjell.example"


def test_where_both_changed_the_masters_word_counts_and_the_losers_is_kept() -> None:
    """S1.1, S4.2."""
    world, ours, theirs = paired(Master.ERP)
    world.erp.edits(theirs, email="regnskap@fjell.example")
    world.wait()
    world.tool.edits(ours, email="faktura@fjell.example")

    world.a_pass()

    assert world.tool.rows[ours].says.email == "regnskap@fjell.example"
    (note,) = world.sighting(Side.TIME_TOOL, ours).notes
    assert (note.kind, note.value) == (NoteKind.OVERWRITTEN, "faktura@fjell.example")


@pytest.mark.parametrize("master", [Master.TIME_TOOL, Master.ERP])
def test_the_other_side_may_create_whoever_is_master(master: Master) -> None:
    """S1.3, S4.3, S6.4."""
    world = BothSides(master)
    world.tool.has(a_customer("", "Bekk Rådgivning"))
    world.erp.has(a_customer("10500", "Myr Mekaniske"))

    world.a_pass()

    assert {row.says.name for row in world.tool.rows.values()} == {row.says.name for row in world.erp.rows.values()}


def test_on_first_contact_blanks_are_filled_and_what_differs_is_left_and_shown() -> None:
    world = BothSides()
    ours = world.tool.has(a_customer(email="post@fjell.example"))
    theirs = world.erp.has(a_customer(email="regnskap@fjell.example", organisation_number="912345678"))

    world.a_pass()

    assert world.tool.rows[ours].says.organisation_number == "912345678"
    assert world.tool.rows[ours].says.email == "post@fjell.example"
    assert world.erp.rows[theirs].says.email == "regnskap@fjell.example"
    (note,) = world.sighting(Side.TIME_TOOL, ours).notes
    assert (note.kind, note.field) == (NoteKind.DIFFERS, "email")


def test_a_side_that_keeps_a_value_in_its_own_way_does_not_send_it_back() -> None:
    world, ours, theirs = paired()
    world.erp.kept_as = lambda says: a_customer(says.number, says.name[:10], email=says.email, billing=says.billing)
    world.tool.edits(ours, name="Fjell og Fjære Eiendom AS")

    for _ in range(3):
        world.a_pass()

    assert world.erp.rows[theirs].says.name == "Fjell og F"
    assert world.tool.rows[ours].says.name == "Fjell og Fjære Eiendom AS"


# ---- what stays out ----------------------------------------------------------------------------


def test_what_is_blocked_goes_neither_way() -> None:
    """S2.4, S4.7, S5.8, S6.5."""
    world, ours, theirs = paired()
    world.erp.marks(theirs, blocked=True, excluded="blocked by group 3")
    world.tool.edits(ours, email="ny@fjell.example")
    world.a_pass()
    assert world.erp.rows[theirs].says.email == "post@fjell.example"

    world.erp.marks(theirs, blocked=False, excluded="")
    world.a_pass()
    assert world.erp.rows[theirs].says.email == "ny@fjell.example"


def test_a_blocked_one_is_not_made_on_the_other_side_and_not_doubled_by_it() -> None:
    world = BothSides()
    world.erp.has(a_customer(), blocked=True, excluded="blocked by group 3")
    world.tool.has(a_customer())

    world.a_pass()

    assert len(world.tool.rows) == len(world.erp.rows) == 1


def test_an_excluded_one_is_not_made_but_takes_changes_once_it_has_its_other_half() -> None:
    """S3.3, S3.5."""
    world = BothSides()
    theirs = world.erp.has(a_customer(), excluded="no e-mail address")
    world.a_pass()
    assert world.tool.rows == {}

    ours = world.tool.has(a_customer())
    world.a_pass()
    world.tool.edits(ours, email="post@fjell.example")
    world.a_pass()
    assert world.erp.rows[theirs].says.email == "post@fjell.example"


def test_what_is_excluded_on_one_side_stays_there_and_takes_what_the_other_says() -> None:
    world, ours, theirs = paired()
    world.erp.marks(theirs, excluded="it has no e-mail address")
    world.erp.edits(theirs, email="regnskap@fjell.example")
    world.tool.edits(ours, billing=Address("Kaia 9"))

    world.a_pass()

    assert world.tool.rows[ours].says.email == "post@fjell.example"
    assert world.erp.rows[theirs].says.billing.line == "Kaia 9"


def test_what_is_deleted_on_one_side_is_never_deleted_on_the_other() -> None:
    world, ours, theirs = paired()
    world.erp.deletes(theirs)

    counts = world.a_pass(whole=True)

    assert counts["gone"] == 1
    assert world.sighting(Side.ERP, theirs).gone
    assert ours in world.tool.rows
