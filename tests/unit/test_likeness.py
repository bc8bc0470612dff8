"""Proposals: which two may be the same, what speaks for it and against it, and which many can be accepted at once."""

from __future__ import annotations

import pytest

from handoff.accounting.likeness import Alike, Likeness, Proposal, proposals
from handoff.accounting.nearness import Nearness
from handoff.accounting.pairing import paired
from handoff.domain.capabilities import Side
from handoff.domain.pairs import Customer, Employee, Project, S, Sighting


def seen(side: Side, *says: S, excluded: str = "") -> list[Sighting[S]]:
    return [Sighting("f", side, f"{side.value[0]}{place}", one, excluded=excluded) for place, one in enumerate(says)]


def proposed(ours: list[S], theirs: list[S], *, excluded: str = "") -> list[Proposal[S]]:
    return proposals(paired(seen(Side.TIME_TOOL, *ours, excluded=excluded), seen(Side.ERP, *theirs)))


def test_number_alike_and_a_near_name_fit_by_their_number() -> None:
    """S5.7, S5.9."""
    (one,) = proposed([Customer("0017", "Revontuli Oy")], [Customer("17", "Revontuli")])
    assert (one.number, one.name, one.fits, one.asked) == (Likeness.SAME, Nearness.LEGAL_FORM, Alike.NUMBER, True)


def test_name_alike_and_another_number_fit_by_their_name() -> None:
    """S5.7, S5.9."""
    (one,) = proposed([Customer("1004", "Revontuli")], [Customer("1005", "revontuli ")])
    assert (one.number, one.name, one.fits, one.asked) == (Likeness.OTHER, Nearness.SAME, Alike.NAME, True)


def test_a_number_alike_with_another_name_is_for_a_person_to_look_at() -> None:
    (one,) = proposed([Project("3", "Verkkokaupan uudistus")], [Project("3", "Verkkokauppa")])
    assert (one.fits, one.why_not) == (None, "the numbers are alike, the names are not")


def test_one_organisation_number_makes_up_for_another_name() -> None:
    ours = Customer("1004", "Björkskata Såg AB", "SE556000999101")
    (one,) = proposed([ours], [Customer("1004", "Björkskata Sågverk AB", "556000-9991")])
    assert (one.mark, one.fits) == (Likeness.SAME, Alike.NUMBER)


@pytest.mark.parametrize(
    ("ours", "theirs", "why"),
    [
        (
            Customer("17", "Revontuli", "FI11112221"),
            Customer("17", "Revontuli Oy", "FI22223332"),
            "their organisation numbers differ",
        ),
        (
            Employee("104", "Onni Kelopuu", "onni@a.example"),
            Employee("140", "Onni Kelopuu", "onni@b.example"),
            "their e-mail addresses differ",
        ),
    ],
)
def test_what_speaks_against_it_keeps_it_from_being_accepted_with_others(ours: S, theirs: S, why: str) -> None:
    (one,) = proposed([ours], [theirs])
    assert (one.fits, one.why_not) == (None, why)


def test_what_may_be_several_is_never_accepted_with_others() -> None:
    found = proposed([Project("7", "Tuuli")], [Project("8", "Tuuli"), Project("9", "Tuuli")])
    assert [(one.fits, one.why_not) for one in found] == [(None, "one of the two may be another one as well")] * 2


def test_what_will_be_paired_with_another_one_is_never_accepted_with_others() -> None:
    (one,) = proposed([Project("7", "Tuuli"), Project("8", "Tuuli")], [Project("7", "Tuuli")])
    assert (one.time_tool.says.number, one.rivals, one.fits) == ("8", True, None)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (Customer("1003", "Kallioranta Satama Ab"), Customer("2003", "Kallioranta Satama")),
        (Customer("1003", "Kallioranta", "FI11112223"), Customer("2003", "Rannikon Satama", "1111222-3")),
        (Employee("", "Aamu Pakkasniemi"), Employee("101", "Pakkasniemi Aamu")),
        (Project("", "Tuulipuiston kannattavuus"), Project("44", "Tuulipuistn kannattavuus")),
    ],
)
def test_what_is_nearly_alike_is_shown_before_each_is_made_on_the_other_side(ours: S, theirs: S) -> None:
    """S10.1: neither number nor name pairs them, and both would be there twice."""
    (one,) = proposed([ours], [theirs])
    assert (one.asked, one.fits) == (False, None)
    assert one.why_not == "only nearly alike, and the numbers are not"


def test_nearly_alike_is_nothing_to_ask_where_neither_would_be_made() -> None:
    ours, theirs = Customer("1003", "Kallioranta Satama Ab"), Customer("2003", "Kallioranta Satama")
    shut = Sighting("f", Side.ERP, "e0", theirs, excluded="it is blocked in group 3", blocked=True)
    assert proposals(paired(seen(Side.TIME_TOOL, ours), [shut])) == []
    unwanted = [Sighting("f", Side.ERP, "e0", theirs, excluded="it has no e-mail address")]
    assert proposals(paired(seen(Side.TIME_TOOL, ours, excluded="it is internal"), unwanted)) == []
    assert len(proposed([ours], [theirs], excluded="none of its projects is won")) == 1


def test_numbered_series_are_not_nearly_alike() -> None:
    ours = [Project(f"{n}", f"Vaihe {n}") for n in range(1, 40)]
    theirs = [Project(f"{n}", f"Vaihe {n}") for n in range(40, 80)]
    assert proposed(ours, theirs) == []
