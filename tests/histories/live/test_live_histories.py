"""Live histories: whatever crashes, is lost, forged or done by hand, each invoice is booked exactly once.

See docs/histories.md for what happens in them and what is checked. A seed that breaks a promise is shown with its
history cut down; it is kept in found.py once it is understood.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

import pytest

from tests.histories.live.checks import records
from tests.histories.live.crash_points import CANONICAL, broken_points
from tests.histories.live.found import FOUND
from tests.histories.live.generate import KINDS, history_of
from tests.histories.live.running import broken_promises, broken_seeds, shown
from tests.histories.live.shrink import smallest
from tests.histories.live.story import Act, LiveHistory
from tests.histories.live.switches import LIVE_SWITCHES
from tests.histories.live.world import LiveWorld

HISTORIES, SPAN, ENOUGH = 700, 50, 120
POINTS_MIN = 900


def test_every_finalized_invoice_is_booked_exactly_once_whatever_webhooks_do() -> None:
    spans = [range(start, start + SPAN) for start in range(0, HISTORIES, SPAN)]

    broken = [seed for _, seed in broken_seeds(spans) if seed is not None]

    assert [shown(seed) for seed in broken[:1]] == []


def test_no_single_crash_loses_or_doubles_anything() -> None:
    with ProcessPoolExecutor(os.cpu_count(), mp_context=multiprocessing.get_context("fork")) as pool:
        found = list(pool.map(broken_points, CANONICAL))

    assert [fault for _, faults in found for fault in faults] == []
    assert sum(tried for tried, _ in found) >= POINTS_MIN


@pytest.mark.parametrize("name", CANONICAL)
def test_the_histories_themselves_keep_every_promise(name: str) -> None:
    assert broken_promises(LiveHistory(CANONICAL[name])) == []


@pytest.mark.parametrize("name", FOUND)
def test_what_histories_have_found_stays_mended(name: str) -> None:
    assert broken_promises(FOUND[name]) == []


# ---- the simulation itself -----------------------------------------------------------------------


def lived(history: LiveHistory) -> LiveWorld:
    world = LiveWorld(history)
    world.live()
    return world


def test_a_history_always_ends_the_same() -> None:
    def ends(seed: int) -> object:
        world = lived(history_of(seed))
        return world.journal.vouchers, world.trouble.time, [records(world, flow) for flow in ("invoices", "expenses")]

    assert [ends(seed) for seed in range(20)] == [ends(seed) for seed in range(20)]


def test_a_history_is_shown_as_it_is_written_in_a_test() -> None:
    for seed in range(20):
        assert eval(str(history_of(seed)), {"LiveHistory": LiveHistory, "Act": Act}) == history_of(seed)  # noqa: S307 - what a history says of itself


def test_histories_go_everywhere() -> None:
    """A simulation that never gets into trouble would prove nothing."""
    stories = [history_of(seed) for seed in range(3 * ENOUGH)]
    assert {act.kind for story in stories for act in story.acts} == set(KINDS)
    worlds = [lived(story) for story in stories[:ENOUGH]]

    met = [
        one
        for world in worlds
        for flow in ("customers", "projects", "invoices", "expenses")
        for one in records(world, flow)
    ]
    assert {str(one.state) for one in met} >= {"held", "excluded", "failed", "posted", "settled"}
    assert {str(move.to) for one in met for move in one.history} >= {"posting", "unsure"}
    codes = Counter(problem.code for one in met for problem in one.problems)
    assert set(codes) >= {"customer_not_there", "number_changed", "invoice_changed"}
    assert (
        sum(voucher.booked and voucher.document is not None for w in worlds for voucher in w.journal.vouchers)
        > ENOUGH // 2
    )
    assert sum(len(world.tool.expenses) for world in worlds) > ENOUGH // 5


def test_a_double_booking_is_shown_with_the_few_acts_that_made_it() -> None:
    blind = LIVE_SWITCHES["live_delay"].parts
    late = Act("finalize", "i2", faults=(("create", 0, "late"), ("any", 3, "slow")))
    history = LiveHistory((Act("save", "c1"), Act("save", "p1"), late, Act("wait", amount=20), Act("pass")))

    shown = smallest(history, lambda part: any("written 2 times" in fault for fault in broken_promises(part, blind)))

    assert [act.kind for act in shown.acts] == ["save", "finalize"]
    assert shown.acts[1].faults == (("create", 0, "late"),)
    assert broken_promises(shown) == []
