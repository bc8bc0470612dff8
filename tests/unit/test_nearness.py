"""How near names are: what people write in several ways, and what is another name after all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.accounting.nearness import Nearness, near_keys, nearness

NAMES = st.text("aåbøoy1 ./-&A", max_size=12)


@pytest.mark.parametrize(
    ("one", "another", "how"),
    [
        ("Fjell og Fjære AS", " fjell og  FJÆRE as", Nearness.SAME),
        ("Björkskata Såg AB", "Bjorkskata Sag AB", Nearness.SPELLING),
        ("Nord-Lys A/S", "Nordlys AS", Nearness.SPELLING),
        ("Smørrebrød", "Smorrebrod", Nearness.SPELLING),
        ("Revontuli Energia Oy", "Revontuli Energia", Nearness.LEGAL_FORM),
        ("Oy Kallioranta Ab", "Kallioranta Oy", Nearness.LEGAL_FORM),
        ("Pakkasniemi, Aamu", "Aamu Pakkasniemi", Nearness.WORD_ORDER),
        ("Suopursu Puutarhat Oy", "Suopursu Putarhat Oy", Nearness.ONE_LETTER),
        ("Konsultointi", "Konsutlointi", Nearness.ONE_LETTER),
        ("Hillasuo", "Hillisuo", Nearness.ONE_LETTER),
    ],
)
def test_names_that_people_write_in_several_ways_are_near(one: str, another: str, how: Nearness) -> None:
    """S10.1."""
    assert nearness(one, another) is how
    assert nearness(another, one) is how


@pytest.mark.parametrize(
    ("one", "another"),
    [
        ("Vaihe 1", "Vaihe 2"),
        ("Lisenssi 2025", "Lisenssi 2026"),
        ("Vaihe 1", "Vaihe 11"),
        ("Vaihe 12", "Vaihe 21"),
        ("KM", "KL"),
        ("Abo", "Abe"),
        ("Alihankinta", "Alihankintatyö"),
        ("", ""),
        ("...", "..."),
        ("Oy", "Ab"),
    ],
)
def test_another_digit_and_a_short_name_with_another_letter_are_other_names(one: str, another: str) -> None:
    assert nearness(one, another) is Nearness.FAR


@given(NAMES, NAMES)
def test_whatever_is_near_has_a_key_in_common_and_nearness_has_no_direction(one: str, another: str) -> None:
    assert nearness(one, another) is nearness(another, one)
    if nearness(one, another) is not Nearness.FAR:
        assert near_keys(one) & near_keys(another)
