"""Cut down: a history that breaks a promise, without what has no part in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeVar

from tests.histories.story import Action, History

Story = TypeVar("Story")


def cut_down(story: Story, shorter: Callable[[Story], Iterator[Story]], breaks: Callable[[Story], bool]) -> Story:
    """A story that still breaks what this one does, and none of whose `shorter` ones does."""
    while True:
        part = next((part for part in shorter(story) if breaks(part)), None)
        if part is None:
            return story
        story = part


def smallest(history: History, breaks: Callable[[History], bool]) -> History:
    """A history that still breaks what this one does, and none of whose parts can be left out."""
    return cut_down(history, _shorter, breaks)


def _shorter(history: History) -> Iterator[History]:
    actions = history.actions
    for place in range(len(actions)):
        yield replace(history, actions=actions[:place] + actions[place + 1 :])
    for place, action in enumerate(actions):
        for part in _less_of(action):
            yield replace(history, actions=(*actions[:place], part, *actions[place + 1 :]))
    plain = History(())
    for name in ("post_as", "absence_seconds", "next_open", "findable", "reversible"):
        if getattr(history, name) != getattr(plain, name):
            yield replace(history, **{name: getattr(plain, name)})


def _less_of(action: Action) -> Iterator[Action]:
    faults, meanwhile, turns = action.faults, action.meanwhile, action.turns
    for n in range(len(faults)):
        yield replace(action, faults=faults[:n] + faults[n + 1 :])
    for n in range(len(meanwhile)):
        yield replace(action, meanwhile=meanwhile[:n] + meanwhile[n + 1 :])
    if turns:
        yield replace(action, turns=turns[: len(turns) // 2])
        yield replace(action, turns=turns[:-1])
    for n, turn in enumerate(turns):
        if turn:
            yield replace(action, turns=(*turns[:n], False, *turns[n + 1 :]))
