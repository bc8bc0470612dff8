"""Virtual time, and what goes wrong in it: every call of a store or a vendor may be its process's last."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from handoff.domain.errors import Stale
from tests.builders import NOW
from tests.histories.baton import Baton
from tests.histories.story import ALWAYS, Action

CALL = timedelta(milliseconds=5)
SLOW = timedelta(seconds=40)
"""How long a slow call takes."""
CLOCK_MARGIN = timedelta(seconds=40)
"""How far our clock may be wrong while something is on its way: leases and delays have room for it."""

CRASHES = ("crash_before", "crash_after")
"""What can befall every call."""
SEVERAL = frozenset({"staged.save", "staged.add"})
"""Writes of several records, of which a process can die having made half."""
CONDITIONAL = SEVERAL | {"staged.replace", "postings.save", "passes.save"}
"""Conditional writes: of one whose answer was lost, the client's second try meets the first."""

_DEADLINE: ContextVar[datetime | None] = ContextVar("deadline", default=None)


class Crash(BaseException):
    """The process dies here: nothing of ours may catch it."""


@dataclass(slots=True)
class Mischief:
    """The true time of a history, our own clock, and the faults that the present action has planned."""

    meanwhile: Callable[[Action], None]
    time: datetime = NOW
    skew: timedelta = timedelta(0)
    harms: list[tuple[str, ...]] = field(default_factory=list)
    baton: Baton | None = None
    _faults: dict[tuple[str, int], str] = field(default_factory=dict)
    _met: Counter[str] = field(default_factory=Counter)
    _waiting: deque[Action] = field(default_factory=deque)

    def now(self) -> datetime:
        """What our own clock says."""
        return self.time + self.skew

    def true_now(self) -> datetime:
        """What the vendors' clocks say."""
        return self.time

    def plan(self, action: Action | None) -> None:
        """From now on calls meet what this action says; None: all is peace."""
        self._met.clear()
        self._faults = {(name, number): fault for name, number, fault in action.faults} if action else {}
        self._waiting = deque(action.meanwhile if action and action.kind != "together" else ())

    @contextmanager
    def lifetime(self, seconds: int) -> Iterator[None]:
        """A process that is killed after so long."""
        token = _DEADLINE.set(self.time + timedelta(seconds=seconds))
        try:
            yield
        finally:
            _DEADLINE.reset(token)

    def fault(self, name: str) -> str:
        """What is planned for this call; what takes time or is done by others in between has been."""
        if not self._faults:
            return ""
        number = self._met[name]
        self._met[name] += 1
        fault = self._faults.pop((name, number), "") or self._faults.get((name, ALWAYS), "")
        if fault.startswith("slow_"):
            self.time += SLOW
            self._killed_by_now()
        elif fault == "meanwhile" and self._waiting:
            planned, self._faults = self._faults, {}
            self.meanwhile(self._waiting.popleft())
            self._faults = planned
        return fault.removeprefix("slow_")

    def tardy(self, fault: str) -> None:
        """An answer that was true when it was given, and takes its time on the way."""
        if fault == "tardy":
            self.time += SLOW

    def call(
        self, name: str, do: Callable[..., Any], args: tuple[Any, ...] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        """A call that leaves the process: it takes a moment, may meet a fault, and others may be faster."""
        self.time += CALL
        self.harms.append(_harms(name, args))
        if self.baton is not None:
            self.baton.turn()
        fault = self.fault("any") if self._faults else ""
        self._killed_by_now()
        if fault == "half" and name in SEVERAL:
            do(args[0][: len(args[0]) // 2])
            raise Crash
        if fault in ("crash_before", "half"):
            raise Crash
        done = do(*args, **(kwargs or {}))
        if fault == "crash_after":
            raise Crash
        self.tardy(fault)
        return _told_stale(name, done, args) if fault == "told_stale" else done

    def _killed_by_now(self) -> None:
        deadline = _DEADLINE.get()
        if deadline is not None and self.time > deadline:
            raise Crash


def _harms(name: str, args: tuple[Any, ...]) -> tuple[str, ...]:
    """What can befall this call, each with an outcome of its own: half of one record is none, as before the call."""
    if name not in CONDITIONAL:
        return CRASHES
    half = ("half",) if name in SEVERAL and len(args[0]) > 1 else ()
    return (*CRASHES, *half, "told_stale")


def _told_stale(name: str, done: Any, args: tuple[Any, ...]) -> Any:
    """The write was made, its answer lost, and the client's second try met the first: seen as stale."""
    if name in SEVERAL:
        return {record.external_id for record in args[0]}
    if name in CONDITIONAL:
        raise Stale("somebody else has changed it since it was read")
    return done


class Shaky:
    """A store, all of whose calls may meet a fault."""

    def __init__(self, inner: object, name: str, mischief: Mischief) -> None:
        self._inner = inner
        self._name = name
        self._call = mischief.call

    def __getattr__(self, method: str) -> Callable[..., Any]:
        call, name, do = self._call, f"{self._name}.{method}", getattr(self._inner, method)

        def shaky(*args: Any, **kwargs: Any) -> Any:
            return call(name, do, args, kwargs)

        self.__dict__[method] = shaky  # made once: it is asked for at every call of a history
        return shaky
