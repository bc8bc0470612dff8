"""Histories of two sides: whatever crashes, is lost or done by hand, both say the same, and each fact is there once.

See docs/histories.md for what happens in them and what is checked. A seed that breaks a promise is shown with its
history cut down; it is kept in found.py once it is understood.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

import pytest

from handoff.domain.sales import Milestone
from tests.histories.both.checks import POSTS, records
from tests.histories.both.crash_points import CANONICAL, broken_points
from tests.histories.both.found import FOUND
from tests.histories.both.generate import KINDS, history_of
from tests.histories.both.running import broken_promises, broken_seeds, shown
from tests.histories.both.shrink import smallest
from tests.histories.both.story import Act, BothHistory
from tests.histories.both.switches import BOTH_SWITCHES
from tests.histories.both.world import FLOWS, BothWorld

HISTORIES, SPAN, ENOUGH = 1000, 50, 150
POINTS_MIN = 500


def test_both_sides_end_the_same_and_every_fact_is_there_once_whatever_happens() -> None:
    """S1.1, S1.2, S1.6, S5.5, S7.1, S8.1, S8.3, S8.4."""
    spans = [range(start, start + SPAN) for start in range(0, HISTORIES, SPAN)]

    broken = [seed for _, seed in broken_seeds(spans) if seed is not None]

    assert [shown(seed) for seed in broken[:1]] == []


def test_no_single_crash_loses_or_doubles_anything_on_either_side() -> None:
    with ProcessPoolExecutor(os.cpu_count(), mp_context=multiprocessing.get_context("fork")) as pool:
        found = list(pool.map(broken_points, CANONICAL))

    assert [fault for _, faults in found for fault in faults] == []
    assert sum(tried for tried, _ in found) >= POINTS_MIN


@pytest.mark.parametrize("name", CANONICAL)
def test_the_histories_themselves_keep_every_promise(name: str) -> None:
    assert broken_promises(CANONICAL[name]) == []


@pytest.mark.parametrize("name", FOUND)
def test_what_histories_have_found_stays_mended(name: str) -> None:
    assert broken_promises(FOUND[name]) == []


# ---- the simulation itself -----------------------------------------------------------------------


def lived(history: BothHistory) -> BothWorld:
    world = BothWorld(history)
    world.live()
    return world


def test_a_history_always_ends_the_same() -> None:
    def ends(seed: int) -> object:
        world = lived(history_of(seed))
        return world.register.rows, world.orders.all, world.trouble.time, [world.seen(flow) for flow in FLOWS]

    assert [ends(seed) for seed in range(12)] == [ends(seed) for seed in range(12)]


def test_a_history_is_shown_as_it_is_written_in_a_test() -> None:
    for seed in range(20):
        assert eval(str(history_of(seed)), {"BothHistory": BothHistory, "Act": Act}) == history_of(seed)  # noqa: S307 - what a history says of itself


def test_histories_go_everywhere() -> None:
    """A simulation that never gets into trouble would prove nothing."""
    stories = [history_of(seed) for seed in range(3 * ENOUGH)]
    assert {act.kind for story in stories for act in story.acts} == set(KINDS)
    worlds = [lived(story) for story in stories[:ENOUGH]]

    met = [one for world in worlds for flow in POSTS for one in records(world, flow)]
    assert {str(move.to) for one in met for move in one.history} >= {
        "held", "ready", "posting", "posted", "settled", "failed", "reversing", "excluded",
    }  # fmt: skip
    shown_ = Counter(known.problem.code.value for world in worlds for known in world.problems.open())
    assert set(shown_) >= {"match_doubtful", "employee_not_paired", "project_not_paired", "never_paid", "irreversible"}
    told = Counter(milestone for world in worlds for _, milestone, _ in world.drafts.told)
    assert told[Milestone.SENT] > ENOUGH // 10
    assert told[Milestone.PAID] > ENOUGH // 50
    notes = Counter(note.kind.value for w in worlds for flow in FLOWS for one in w.seen(flow) for note in one.notes)
    assert set(notes) == {"ignored", "overwritten", "differs"}
    assert sum(row.by_us for world in worlds for kept in world.kept.values() for keeper in kept.values() for row in keeper.rows.values()) > ENOUGH  # fmt: skip


def test_an_order_that_is_written_twice_is_shown_with_the_few_acts_that_made_it() -> None:
    blind = BOTH_SWITCHES["both_look_up"].parts
    lost = Act("pass", faults=(("send", 0, "lost_after"), ("any", 5, "slow")))
    history = BothHistory((Act("save", "c1"), Act("save", "e1"), Act("save", "p1"), Act("draft", "i1"), lost))

    found = smallest(history, lambda part: any("twice" in fault for fault in broken_promises(part, blind)))

    assert [act.kind for act in found.acts] == ["save", "save", "draft", "pass"]
    assert found.acts[-1].faults == (("send", 0, "lost_after"),)
    assert broken_promises(found) == []
