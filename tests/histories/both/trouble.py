"""Virtual time, and what goes wrong in it: a call of a store or a vendor may be its process's last, or be lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from handoff.domain.errors import DeliveryUnknown, HandoffError, Rejected, Stale
from tests.builders import NOW
from tests.histories.both.story import ERP, TOOL, Act
from tests.histories.faults import UNREAD, error_of
from tests.histories.mischief import Crash

T = TypeVar("T")
CALL = timedelta(milliseconds=5)
SLOW = timedelta(seconds=40)
LIFETIME = timedelta(seconds=180)
"""After how long a function is killed, as the template has it."""
WRITES = frozenset({"send", "report", "mark_billed", "missing_items"})
LATE = frozenset({"send"})
"""Writes that the ERP may carry out after their answer was lost: documents, for which it has a delay."""
SEVERAL = frozenset({"sightings.save", "staged.save", "staged.add"})
"""Writes of several items, of which a process can die having made half."""
TELLS_STALE = frozenset({"staged.save", "staged.add"})
CONDITIONAL = SEVERAL | {"staged.replace", "postings.save", "passes.save", "links.save", "trips.save"}
"""Conditional writes: of one whose answer was lost, the client's second try meets the first."""
DIES = ("crash_after",)
READS = frozenset(
    {
        "get", "get_many", "all", "every", "open", "load", "page", "versions", "ids_of", "of_period", "numbered",
        "integration", "integrations", "settings", "is_running", "believed",
    }
)  # fmt: skip
"""Calls of stores that leave nothing: to die after one is to die after the call before it."""
TITLES = {TOOL: "Visma Severa", ERP: "Visma Business NXT"}


@dataclass(slots=True)
class Trouble:
    """The time of a history, and the faults that the present act has planned.

    While it is `recording`, `harms` lists what may befall each call. `broken` are promises that a call broke, in words. `disturbed` says that some call went wrong.
    """

    meanwhile: Callable[[Act], None]
    time: datetime = NOW
    delay: timedelta = timedelta(minutes=2)
    deadline: datetime | None = None
    recording: bool = False
    harms: list[tuple[str, ...]] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    disturbed: bool = False
    later: list[tuple[datetime, Callable[[], object]]] = field(default_factory=list)
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

    def begin(self) -> None:
        """A process begins, which is killed after its lifetime."""
        self.deadline = self.time + LIFETIME

    def wait(self, by: timedelta) -> None:
        """Time passes; what a vendor had put off is done."""
        self.time += by
        self._arrive()

    def fault(self, name: str) -> str:
        """What is planned for this one of its kind."""
        if not self._faults:
            return ""
        number = self._met[name]
        self._met[name] += 1
        return self._faults.pop((name, number), "")

    # ---- calls -------------------------------------------------------------------------------------

    def store(self, name: str, do: Callable[..., Any], args: tuple[Any, ...], named: Mapping[str, Any]) -> Any:
        """A call of a store."""
        fault = self._reach(_harms(name, args) if self.recording else ())
        if fault == "half" and name in SEVERAL:
            with suppress(Stale):
                do(args[0][: len(args[0]) // 2])
            raise Crash
        if fault == "half":
            raise Crash
        done = do(*args, **named)
        if fault == "crash_after":
            raise Crash
        return _told_stale(name, done, args) if fault == "told_stale" else done

    def read(self, side: str, name: str, do: Callable[[], T], what: str = "") -> T:
        """A call that asks a vendor, for `what`."""
        dies, fault = self._reach(()), self._aimed(side, name)
        if fault in UNREAD:
            self.disturbed = True
            raise error_of(fault, TITLES[side], what or name)
        done = do()
        if dies == "tardy":
            self.time += SLOW
        return self._ended(dies, done)

    def write(self, side: str, name: str, do: Callable[[], T], half: Callable[[], object] | None = None) -> T:
        """A call that writes one document at a vendor, or tells it one thing; `half` of it where it is of parts."""
        dies, fault = self._reach(DIES), self._aimed(side, name)
        self.disturbed = self.disturbed or bool(fault)
        if fault in UNREAD:
            raise error_of("unreachable" if fault == "broken" else fault, TITLES[side], name)
        if fault == "refused":
            raise Rejected(f"{TITLES[side]} does not like it today", code="refused")
        if fault == "late" and name in LATE:
            self.later.append((self.time + self.delay * 0.8, do))
        if fault == "half" and half is not None:
            half()
        if fault in ("lost_before", "half") or (fault == "late" and name in LATE):
            raise DeliveryUnknown(f"{TITLES[side]} did not answer")
        done = self._ended(dies, do())
        if fault in ("lost_after", "late"):
            raise DeliveryUnknown(f"{TITLES[side]} did not answer")
        return done

    def batch(self, side: str, name: str, ones: Sequence[Callable[[], T | HandoffError]]) -> list[T | HandoffError]:
        """A call that writes several objects at a vendor: one answer for each."""
        dies, fault = self._reach(DIES), self._aimed(side, name)
        self.disturbed = self.disturbed or bool(fault)
        lost = DeliveryUnknown(f"{TITLES[side]} did not answer")
        if fault == "reconnect":
            raise error_of(fault, TITLES[side], name)
        if fault in ("unreachable", "rate_limited"):
            return [error_of(fault, TITLES[side], name) for _ in ones]
        if fault in ("lost_before", "late"):
            return [lost for _ in ones]
        done = len(ones) // 2 if fault == "half" else len(ones)
        answers: list[T | HandoffError] = [do() for do in ones[int(fault == "refused") : done]]
        if fault == "refused":
            answers.insert(0, Rejected(f"{TITLES[side]} does not like it today", code="refused"))
        answers += [lost] * (len(ones) - done)
        return self._ended(dies, [lost for _ in ones] if fault == "lost_after" else answers)

    def _aimed(self, side: str, name: str) -> str:
        """What is planned for this call of a vendor; what others do just before it is done."""
        fault = self.fault(side) or self.fault(name)
        if fault == "meanwhile":
            self._beside()
            return ""
        return fault

    def _beside(self) -> None:
        if self._waiting:
            planned, self._faults, deadline = self._faults, {}, self.deadline
            self.meanwhile(self._waiting.pop(0))
            self._faults, self.deadline = planned, deadline

    def _ended(self, dies: str, done: T) -> T:
        if dies == "crash_after":
            raise Crash
        return done

    def _reach(self, harms: tuple[str, ...]) -> str:
        """A moment passes; the process may die of it, and others may be faster."""
        self.time += CALL
        if self.recording:
            self.harms.append(harms)
        if self.later:
            self._arrive()
        if not self._faults:
            return ""
        fault = self.fault("any")
        self.disturbed = self.disturbed or bool(fault)
        if fault == "meanwhile":
            self._beside()
        if fault == "slow":
            self.time += SLOW
        if fault == "crash_before" or (self.deadline is not None and self.time > self.deadline):
            raise Crash
        return fault

    def _arrive(self) -> None:
        due = [do for at, do in self.later if at <= self.time]
        self.later = [(at, do) for at, do in self.later if at > self.time]
        for do in due:
            with suppress(HandoffError):
                do()


def _harms(name: str, args: tuple[Any, ...]) -> tuple[str, ...]:
    """What can befall this call of a store, each with an outcome of its own."""
    if name.rpartition(".")[2] in READS:
        return ()
    half = ("half",) if name in SEVERAL and len(args[0]) > 1 else ()
    return (*DIES, *half, "told_stale") if name in CONDITIONAL else DIES


def _told_stale(name: str, done: Any, args: tuple[Any, ...]) -> Any:
    """The write was made, its answer lost, and the client's second try met the first: seen as stale."""
    if name in TELLS_STALE:
        return {record.external_id for record in args[0]}
    if name in CONDITIONAL:
        raise Stale("somebody else has changed it since it was read")
    return done


@dataclass
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
        # Found at once from now on: of all that a history costs, looking for calls was much.
        call = self.__dict__[method] = self._call(method, do)
        return call

    def _call(self, method: str, do: Callable[..., Any]) -> Callable[..., Any]:
        trouble, name, side = self.trouble, f"{self.name}.{method}", self.side
        if not side:
            return lambda *args, **named: trouble.store(name, do, args, named)
        if method not in WRITES:
            lists = name == "hours.read"  # of several lists, the one that is asked for
            return lambda *args, **named: trouble.read(
                side, method, lambda: do(*args, **named), args[0] if lists else ""
            )
        half = getattr(self.inner, f"half_{method}", None)
        return lambda *args, **named: trouble.write(
            side, method, lambda: do(*args, **named), None if half is None else lambda: half(*args, **named)
        )
