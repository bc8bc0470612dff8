"""Every save is a crash point: stories with everything in them, the worker dying at each of their saves in turn."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from handoff.domain.capabilities import Side
from handoff.domain.pairs import Master
from tests.properties.pipeline.mirror.stories import Story, broken_promises

SAVES_MAX = 40
TOOL, ERP = Side.TIME_TOOL, Side.ERP


def first_contact(told: Story) -> None:
    """Both sides have something the other lacks, with and without numbers, and something that is the same."""
    for side in (TOOL, TOOL, ERP):
        told.make(side, "5")
        told.make(side)
    told.same("10023", "Felles AS")


def settled(told: Story) -> None:
    first_contact(told)
    for _ in range(2):
        told.a_pass((), (), whole=False)


def both_changed(told: Story) -> None:
    """One field on both sides, the later change on either, and another field across."""
    settled(told)
    for place, sides in enumerate([(TOOL, ERP), (ERP, TOOL)]):
        for side in sides:
            told.edit_named(side, f"Kunde {place + 1}", "email")
            told.world.wait(1)
    told.edit_named(TOOL, "Kunde 3", "email")
    told.edit_named(ERP, "Kunde 3", "organisation_number")


def kept_out(told: Story) -> None:
    """New ones on both sides that are the same, one of each pair kept from being a source."""
    settled(told)
    told.same("10024", "Uten Epost AS", excluded="it has no e-mail address")


STORIES: Mapping[str, Callable[[Story], None]] = {
    "first contact": first_contact,
    "both changed": both_changed,
    "kept out": kept_out,
}


@pytest.mark.parametrize("master", Master)
@pytest.mark.parametrize("death", ["die_before", "die_between", "die_after"])
@pytest.mark.parametrize("name", STORIES)
def test_a_worker_that_dies_at_any_save_loses_and_doubles_nothing(name: str, death: str, master: Master) -> None:
    reached = 0
    for place in range(SAVES_MAX):
        told = Story(master)
        STORIES[name](told)
        told.world.wait(5)
        told.a_pass([""] * place + [death], (), whole=False)
        reached += not told.dying_left
        told.peace()
        assert broken_promises(told) == [], f"{death} at save {place}"
    assert 3 < reached < SAVES_MAX
