"""Snapshot: all that the rest of a history depends on, in words. Two worlds with the same one go on alike.

Left out is what is only counted and told, and nobody decides by: how many calls were made, and what runs have done.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields
from typing import Any

from tests.fakes import FakeQueue
from tests.histories.world import World

TOLD = {"calls", "asked", "refusals"}
"""Counters of vendors."""
PARTNERS = {"mischief", "watcher", "state", "find", "books"}
"""Fields by which the parts of a world reach each other."""


def snapshot(world: World) -> str:
    """Its stores, queues, vendors and clocks, and what its witness knows."""
    stored = {place: part for place, part in world.memory.parts.items() if place[0] != "runs"}
    mailbox, clocks = world.mailbox, (world.mischief.time, world.mischief.skew)
    queues = (mailbox.messages, mailbox.dead, _of_queue(mailbox.fetch), _of_queue(mailbox.post))
    vendors = (_of(world.time_tool), _of(world.erp), *map(_of, world.books.values()))
    return repr((stored, queues, vendors, clocks, world.standing, _of(world.witness, but=PARTNERS)))


def _of(part: Any, *, but: Collection[str] = TOLD | PARTNERS) -> list[object]:
    """What a part knows; a dictionary that makes its own defaults is shown without how it makes them."""
    known = [getattr(part, one.name) for one in fields(part) if one.name not in but]
    return [dict(one) if isinstance(one, dict) else one for one in known]


def _of_queue(queue: FakeQueue) -> dict[str, object]:
    return {name: known for name, known in vars(queue).items() if name != "_clock"}
