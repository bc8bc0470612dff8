"""Every single crash: canonical histories, each run once for every call in it, with the process dying there.

Before the call, after it, and for writes of several records in the middle of them. To die after a call that only reads
is to die before the next one: where two crashes leave the same world behind, what follows is lived through once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tests.histories.checks import faults_of
from tests.histories.snapshot import snapshot
from tests.histories.story import Action, History
from tests.histories.world import World

ONE, TWO = Action("edit", "1"), Action("edit", "2")
PASS = Action("pass", approved=False, amount=20)
EDITED = Action("edit", "1", hours="8")
LATER = Action("wait", amount=400)
LOST = replace(PASS, faults=(("send", 0, "lost_after"),))

CANONICAL = {
    "posted": (ONE, TWO, PASS),
    "approved by a person": (replace(ONE, approved=False), PASS, Action("decide", "1"), PASS),
    "edited after it was posted": (ONE, TWO, PASS, EDITED, PASS, LATER, PASS),
    "edited and set back": (ONE, PASS, replace(EDITED, approved=False), PASS, LATER, ONE, PASS),
    "deleted after it was posted": (ONE, TWO, PASS, LATER, Action("delete", "1"), PASS, PASS),
    "one refused among others": (ONE, TWO, Action("edit", "3"), Action("refuse", "2"), PASS, Action("retry")),
    "an answer lost": (ONE, TWO, LOST, LATER, PASS),
    "posted anew": (ONE, PASS, Action("settings", amount=1), Action("repost", "1"), PASS, PASS),
    "taken out by hand": (ONE, TWO, PASS, Action("hand"), LATER, EDITED, PASS, Action("confirm"), PASS),
    "closed and corrected": (ONE, PASS, LATER, Action("close", amount=10), EDITED, PASS, Action("retry"), PASS),
}  # fmt: skip
"""What happens to hours in the life of a tenant."""


def histories() -> Iterator[tuple[str, History]]:
    """The canonical histories, as every kind of document."""
    for name, actions in CANONICAL.items():
        for post_as in (0, 1, 2):
            yield name, History(actions, post_as=post_as, next_open=True)
    yield (
        "an answer lost of what can't be asked for",
        History((*CANONICAL["an answer lost"], Action("answer"), PASS), findable=False),
    )


def points(history: History) -> Iterator[tuple[int, History]]:
    """The history once for every call in it and every harm that can be done there, with the place of its action."""
    for place, action in enumerate(history.actions):
        for number, harms in enumerate(_calls(history, place)):
            for harm in harms:
                yield place, _hit(history, place, action, number, harm)


def left_out(history: History) -> Iterator[tuple[History, History]]:
    """Harms that are not tried since they have no outcome of their own, each with the history that has the same."""
    for place, action in enumerate(history.actions):
        for number, harms in enumerate(_calls(history, place)):
            for harm, same in (("half", "crash_before"), ("told_stale", "nothing")):
                if harm not in harms:
                    yield _hit(history, place, action, number, harm), _hit(history, place, action, number, same)


def _hit(history: History, place: int, action: Action, number: int, harm: str) -> History:
    hit = replace(action, faults=(*action.faults, ("any", number, harm)))
    return replace(history, actions=(*history.actions[:place], hit, *history.actions[place + 1 :]))


def _calls(history: History, place: int) -> list[tuple[str, ...]]:
    """The calls that one action of the history makes, by what can befall them."""
    world = World(replace(history, actions=history.actions[: place + 1]))
    for action in world.history.actions:
        world.mischief.harms.clear()
        world.mischief.plan(action)
        world.act(action)
    return world.mischief.harms


def broken_points(wanted: str) -> tuple[int, list[str]]:
    """How many points of a canonical history were tried, and those that broke a promise."""
    tried, broken = 0, []
    for name, history in histories():
        if name == wanted:
            for point, faults in tried_points(history):
                tried += 1
                if faults:
                    broken.append("\n".join([f"{name}:", *faults, f"{point}"]))
    return tried, broken


def tried_points(history: History) -> Iterator[tuple[History, list[str]]]:
    """Every point with the promises that it breaks."""
    known: dict[tuple[int, str], list[str]] = {}
    for place, point in points(history):
        world = after_the_crash(point, place)
        left = place, snapshot(world)
        if left not in known:
            world.go_through(point.actions[place + 1 :])
            world.calm_down()
            known[left] = faults_of(world)
        yield point, known[left]


def after_the_crash(point: History, place: int) -> World:
    """The world when the action is over in which the process dies."""
    world = World(point)
    world.go_through(point.actions[: place + 1])
    return world
