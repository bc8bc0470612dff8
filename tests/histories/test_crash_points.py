"""Every call is a crash point: canonical histories, with the process dying at each of their calls in turn."""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor

from tests.histories.crash_points import CANONICAL, after_the_crash, broken_points, histories, left_out, points
from tests.histories.running import broken_promises, lived
from tests.histories.snapshot import snapshot
from tests.histories.story import History
from tests.histories.world import World

POINTS_MIN = 6_000
COMPARED_MIN = 200
ALIKE_MIN = 150


def test_no_single_crash_loses_or_doubles_anything() -> None:
    names = list(dict.fromkeys(name for name, _ in histories()))

    with ProcessPoolExecutor(os.cpu_count(), mp_context=multiprocessing.get_context("fork")) as pool:
        found = list(pool.map(broken_points, names))

    assert [fault for _, faults in found for fault in faults] == []
    assert sum(tried for tried, _ in found) >= POINTS_MIN


def test_the_histories_themselves_keep_every_promise() -> None:
    assert {name for name, _ in histories()} > set(CANONICAL)
    assert [faults for _, history in histories() if (faults := broken_promises(history))] == []


def test_what_is_left_out_at_a_call_comes_to_what_is_tried_there() -> None:
    compared = 0
    for name in ("posted", "edited after it was posted"):
        for out, tried in left_out(History(CANONICAL[name], next_open=True)):
            compared += 1
            assert _outcome(lived(out)) == _outcome(lived(tried)), out

    assert compared >= COMPARED_MIN


def test_worlds_that_are_alike_after_a_crash_end_alike() -> None:
    ends: dict[tuple[int, str], str] = {}
    tried = 0
    for place, point in points(History(CANONICAL["edited after it was posted"], next_open=True)):
        tried += 1
        left, end = snapshot(after_the_crash(point, place)), snapshot(lived(point))
        assert ends.setdefault((place, left), end) == end, point

    assert tried - len(ends) >= ALIKE_MIN


def _outcome(world: World) -> str:
    """The books, and how much time and how many calls it took to get there."""
    documents = {place: books.documents for place, books in world.books.items()}
    return f"{world.mischief.time} {len(world.mischief.harms)} {documents}"
