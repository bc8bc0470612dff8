"""Every call is a crash point: canonical histories, with the process dying at each of their calls in turn."""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor

from tests.histories.crash_points import CANONICAL, broken_points, histories
from tests.histories.running import broken_promises

POINTS_MIN = 6_000


def test_no_single_crash_loses_or_doubles_anything() -> None:
    names = list(dict.fromkeys(name for name, _ in histories()))

    with ProcessPoolExecutor(os.cpu_count(), mp_context=multiprocessing.get_context("fork")) as pool:
        found = list(pool.map(broken_points, names))

    assert [fault for _, faults in found for fault in faults] == []
    assert sum(tried for tried, _ in found) >= POINTS_MIN


def test_the_histories_themselves_keep_every_promise() -> None:
    assert {name for name, _ in histories()} > set(CANONICAL)
    assert [faults for _, history in histories() if (faults := broken_promises(history))] == []
