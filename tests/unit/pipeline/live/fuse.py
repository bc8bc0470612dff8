"""A fuse in every call to a store or a vendor: the process dies before or after the one that is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from handoff.pipeline.live.desk import LiveDesk
from tests.unit.pipeline.live.erps import FakeErp


@dataclass(slots=True)
class Fuse:
    """`blows` are (how many calls pass until then, whether the call is done first, what is raised), one after the other.

    `calls` has every call that was made, in order.
    """

    blows: list[tuple[int, bool, BaseException]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    passed: int = 0

    def call(self, name: str, work: Any, args: Sequence[Any], named: dict[str, Any]) -> Any:
        self.calls.append(name)
        if not self.blows or self.passed < self.blows[0][0]:
            self.passed += 1
            return work(*args, **named)
        _, done_first, fault = self.blows.pop(0)
        self.passed = 0
        if done_first:
            work(*args, **named)
        raise fault

    def around(self, name: str, held: object) -> Any:
        return _Fused(name, held, self)


class _Fused:
    """Whatever it holds, with the fuse in each of its calls."""

    def __init__(self, name: str, held: object, fuse: Fuse) -> None:
        self._name, self._held, self._fuse = name, held, fuse

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._held, name)
        if not callable(found):
            return found
        return lambda *args, **named: self._fuse.call(f"{self._name}.{name}", found, args, named)


def fused(desk: LiveDesk, fuse: Fuse) -> LiveDesk:
    """The desk with a fuse in all its stores and both vendors."""
    return replace(
        desk,
        staged=fuse.around("staged", desk.staged),
        postings=fuse.around("postings", desk.postings),
        problems=fuse.around("problems", desk.problems),
        links=fuse.around("links", desk.links),
        time_tool=fuse.around("time_tool", desk.time_tool),
        erp=FakeErp(told_invoices=fuse.around("invoices", desk.erp.invoices)),
    )
