"""Both ways: people change either side at any time and workers die anywhere; the sides end the same, nothing is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handoff.domain.capabilities import Side
from handoff.domain.pairs import Master
from tests.properties.pipeline.mirror.stories import FIELDS, Story, broken_promises

sides = st.sampled_from(list(Side))
places = st.integers(0, 5)
steps: st.SearchStrategy[Callable[[Story], None]] = st.one_of(
    st.builds(lambda side: lambda story: story.make(side), sides),
    st.builds(lambda side, place, name: lambda story: story.edit(side, place, name), sides, places, st.sampled_from(FIELDS)),
    st.builds(
        lambda side, place, mark: lambda story: story.toggle(side, place, mark),
        sides, places, st.sampled_from(["blocked", "excluded"]),
    ),
    st.builds(
        lambda deaths, lost, whole: lambda story: story.a_pass(deaths, lost, whole=whole),
        st.lists(st.sampled_from(["", "", "die_before", "die_between", "die_after"]), max_size=6),
        st.lists(st.sampled_from(["", "lost_before", "lost_after"]), max_size=4),
        st.booleans(),
    ),
)  # fmt: skip


@pytest.mark.parametrize("master", Master)
@settings(max_examples=400)
@given(story=st.lists(steps, max_size=24))
def test_both_sides_end_the_same_and_nothing_of_a_persons_is_lost(
    master: Master, story: list[Callable[[Story], None]]
) -> None:
    told = Story(master)
    for step in story:
        step(told)
        told.world.wait(1)
    told.peace()

    assert broken_promises(told) == []
