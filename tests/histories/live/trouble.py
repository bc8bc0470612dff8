"""Virtual time, and what goes wrong in it: a call of a store or a vendor may be its process's last, or be lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from handoff.domain.errors import DeliveryUnknown, HandoffError, Rejected, Stale
from tests.builders import NOW
from tests.histories.faults import UNREAD, error_of
from tests.histories.live.story import Act
from tests.histories.mischief import Crash

CALL = timedelta(milliseconds=5)
SLOW = timedelta(seconds=40)
LIFETIME = timedelta(seconds=180)
"""After how long a function is killed, as the template has it."""
WRITES = frozenset(
    {"create", "update", "attach", "book", "activity", "add_expense", "attach_to_expense", "report_payment"}
)
LATE = {"create": 100, "activity": 500, "add_expense": 500, "attach_to_expense": 500, "book": 100}
"""Writes that the vendor may carry out later, and after how many seconds at most; never customers and projects."""
TOLD_STALE = frozenset({"staged.save", "staged.add", "staged.replace", "postings.save", "passes.save", "links.save"})
"""Conditional writes: of one whose answer was lost, the client's second try meets the first."""
TITLES = {"tool": "Moment", "erp": "Visma e-conomic"}


@dataclass(slots=True)
class Trouble:
    """The time of a history, and the faults that the present act has planned."""

    meanwhile: Callable[[Act], None]
    time: datetime = NOW
    delay: timedelta = timedelta(minutes=2)
    deadline: datetime | None = None
    calls: int = 0
    later: list[tuple[datetime, Callable[[], object]]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    _faults: dict[tuple[str, int], str] = field(default_factory=dict)
    _met: Counter[str] = field(default_factory=Counter)
    _waiting: list[Act] = field(default_factory=list)

    def now(self) -> datetime:
        """What every clock says."""
        return self.time

    def plan(self, act: Act | None) -> None:
        """From now on calls meet what this act says; None: all is peace."""
        self._met.clear()
        self._faults = {(name, number): fault for name, number, fault in act.faults} if act else {}
        self._waiting = list(act.meanwhile) if act else []

    def is_planned(self, fault: str) -> bool:
        """Whether the present act plans a fault that no call meets."""
        return (fault, 0) in self._faults

    def begin(self) -> None:
        """A process begins, which is killed after its lifetime."""
        self.deadline = self.time + LIFETIME

    def wait(self, by: timedelta) -> None:
        """Time passes; what a vendor had put off is done."""
        self.time += by
        self._arrive()

    def store(self, name: str, do: Callable[..., Any], args: tuple[Any, ...], named: Mapping[str, Any]) -> Any:
        """A call of a store."""
        fault = self._reach(name)
        done = do(*args, **named)
        if fault == "crash_after":
            raise Crash
        return _told_stale(name, done, args) if fault == "told_stale" else done

    def vendor(
        self, side: str, name: str, do: Callable[..., Any], args: tuple[Any, ...], named: Mapping[str, Any]
    ) -> Any:
        """A call of a vendor."""
        short = name.rpartition(".")[2]
        dies, fault, writes = self._reach(f"{side}.{name}"), self._fault(side) or self._fault(short), short in WRITES
        if fault:
            self._before(side, name, fault, writes=writes, do=lambda: do(*args, **named))
        done = do(*args, **named)
        if dies == "crash_after":
            raise Crash
        if dies == "tardy":
            self.time += SLOW
        if fault == "lost_after" and writes:
            raise DeliveryUnknown(f"{TITLES[side]} did not answer")
        return done

    def _before(self, side: str, name: str, fault: str, *, writes: bool, do: Callable[[], object]) -> None:
        if fault in UNREAD:
            raise error_of(fault, TITLES[side], name)
        if fault == "refused" and writes:
            raise Rejected(f"{TITLES[side]} does not like it today", code="refused")
        late = LATE.get(name.rpartition(".")[2], 0) if name not in ("customers.create", "projects.create") else 0
        if fault == "late" and late:
            most = min(late, self.delay.total_seconds()) if side == "erp" else late
            self.later.append((self.time + timedelta(seconds=most * 0.8), do))
        if fault in ("lost_before", "late") and writes:
            raise DeliveryUnknown(f"{TITLES[side]} did not answer")

    def _reach(self, name: str) -> str:
        """A moment passes; the process may die of it, and others may be faster."""
        self.time += CALL
        self.calls += 1
        self.names.append(name)
        self._arrive()
        if not self._faults:
            return ""
        fault = self._fault("any")
        if fault == "meanwhile" and self._waiting:
            planned, self._faults, deadline = self._faults, {}, self.deadline
            self.meanwhile(self._waiting.pop(0))
            self._faults, self.deadline = planned, deadline
        if fault == "slow":
            self.time += SLOW
        if fault == "crash_before" or (self.deadline is not None and self.time > self.deadline):
            raise Crash
        return fault

    def _fault(self, name: str) -> str:
        if not self._faults:
            return ""
        number = self._met[name]
        self._met[name] += 1
        return self._faults.pop((name, number), "")

    def _arrive(self) -> None:
        if self.later:
            due = [do for at, do in self.later if at <= self.time]
            self.later = [(at, do) for at, do in self.later if at > self.time]
            for do in due:
                with suppress(HandoffError):
                    do()


def _told_stale(name: str, done: Any, args: tuple[Any, ...]) -> Any:
    """The write was made, its answer lost, and the client's second try met the first: seen as stale."""
    if name in ("staged.save", "staged.add"):
        return {record.external_id for record in args[0]}
    if name in TOLD_STALE:
        raise Stale("somebody else has changed it since it was read")
    return done


@dataclass(slots=True)
class Shaken:
    """A store or a vendor, all of whose calls may meet trouble; what is no call is given as it is."""

    inner: Any
    name: str
    trouble: Trouble
    side: str = ""

    def __getattr__(self, method: str) -> Any:
        do = getattr(self.inner, method)
        if not callable(do):
            return do
        if self.side:
            name = f"{self.name}.{method}" if self.name else method
            return lambda *args, **named: self.trouble.vendor(self.side, name, do, args, named)
        return lambda *args, **named: self.trouble.store(f"{self.name}.{method}", do, args, named)
