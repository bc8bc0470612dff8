"""The report before the first write: what is the same, what would be made, what would be written over, what is asked."""

from __future__ import annotations

from collections import Counter

import pytest

from handoff.accounting.merging import MirrorRule
from handoff.domain.capabilities import Side
from handoff.domain.errors import InvalidInput, NotFound
from handoff.domain.pairs import Customer, Master
from handoff.pipeline.mirror.look import look
from handoff.pipeline.mirror.report import MirrorReport, WouldWrite, accept, report
from tests.unit.pipeline.mirror.both_sides import FLOW, BothSides, a_customer


def looked(world: BothSides) -> MirrorReport[Customer]:
    """The report after a look at both sides."""
    for side in Side:
        look(world.desk, world.flow, side, whole=True, time_left=lambda: True, counts=Counter())
    return read(world)


def read(world: BothSides) -> MirrorReport[Customer]:
    return report(world.sightings, FLOW, MirrorRule(world.master, Side.ERP), clock=world.clock)


def test_the_report_counts_what_is_the_same_and_what_would_be_made() -> None:
    """S10.1."""
    world = BothSides()
    world.tool.has(a_customer())
    world.erp.has(a_customer())
    world.tool.has(a_customer("", "Bekk Rådgivning"))
    world.erp.has(a_customer("10500", "Myr Mekaniske"))
    world.erp.has(a_customer("10600", "Uten Epost"), excluded="it has no e-mail address")

    found = looked(world)

    assert (found.seen, found.pairs, found.would_pair) == ({Side.TIME_TOOL: 2, Side.ERP: 3}, 0, 1)
    assert [one.says.name for one in found.to_make[Side.ERP]] == ["Bekk Rådgivning"]
    assert [one.says.name for one in found.to_make[Side.TIME_TOOL]] == ["Myr Mekaniske"]
    assert found.excluded == {(Side.ERP, "it has no e-mail address"): 1}
    assert world.calls().keys() == {"time_tool listed", "erp listed"}


def test_it_shows_exactly_what_would_be_written_over() -> None:
    world = BothSides(Master.ERP)
    world.tool.has(a_customer(email="gammel@fjell.example"))
    world.erp.has(a_customer(email="post@fjell.example", organisation_number="912345678"))

    found = looked(world)

    assert found.overwrites == [
        WouldWrite(Side.TIME_TOOL, "Fjell og Fjære AS", "10023", "email", "gammel@fjell.example", "post@fjell.example")
    ]


def test_a_question_that_a_person_says_yes_to_is_a_pair_and_the_next_pass_settles_it() -> None:
    world = BothSides()
    ours, theirs = world.tool.has(a_customer("10024")), world.erp.has(a_customer())
    (question,) = looked(world).questions
    assert (question.about.id, [one.id for one in question.may_be]) == (ours, [theirs])

    accept(world.sightings, FLOW, ours, theirs)
    world.a_pass()

    assert world.tool.rows[ours].says.number == "10023"
    assert world.inbox() == []
    assert read(world).pairs == 1


def test_a_yes_to_what_is_not_there_or_belongs_to_another_one_is_refused() -> None:
    world = BothSides()
    ours, theirs = world.tool.has(a_customer()), world.erp.has(a_customer())
    other = world.tool.has(a_customer("10024", "Annen Kunde"))
    world.a_pass()

    with pytest.raises(NotFound):
        accept(world.sightings, FLOW, "t99", theirs)
    with pytest.raises(InvalidInput, match="belongs to another one already"):
        accept(world.sightings, FLOW, other, theirs)
    assert accept(world.sightings, FLOW, ours, theirs)[0].partner == theirs
