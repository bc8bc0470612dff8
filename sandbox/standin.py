"""The frame that every vendor's stand-in lives in.

A vendor brings its routes and rules (`Vendor`); `StandIn` adds what all of them share: reaching it in process
or on a port, one lock around the state, faults on demand, and the counting of calls. Control calls, which no
vendor has:

    POST   /_sandbox/faults    ask for a fault (see `sandbox.faults`); GET lists them, DELETE clears them
    POST   /_sandbox/reset     starts the data over; the body holds options, such as entries and seed
    GET    /_sandbox/calls     vendor calls since the last DELETE, by route and by status

Control calls need no token, are not counted and never meet a fault.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from typing import Generic, Protocol, TypeVar

import httpx

from sandbox.faults import BadFault, Fault, Faults, Kind
from sandbox.serving import Dropped, InProcess, PortTaken, Served
from sandbox.wire import Answer, Call, NotJson, Refused, Route, Router

__all__ = [
    "BadOption",
    "Clock",
    "PortTaken",
    "Served",
    "StandIn",
    "Vendor",
    "only_options",
    "utc_now",
    "whole_option",
]

Clock = Callable[[], datetime]
Around = Callable[[Call], AbstractContextManager[object]]


def utc_now() -> datetime:
    """The time of this machine, in UTC."""
    return datetime.now(UTC)


class BadOption(ValueError):
    """A reset option is unknown or out of range; the text says which and what it may be."""


class Vendor(Protocol):
    """What a vendor brings along. Every method is called under the stand-in's lock."""

    name: str
    clock: Clock

    def routes(self) -> Sequence[Route]:
        """The vendor's paths, and its own `/_sandbox/…` control calls if it has any."""

    def reset(self, options: Mapping[str, object]) -> None:
        """Starts the data over. Raises `BadOption`."""

    def gate(self, call: Call) -> None:
        """Raises `Refused` for a call that does not get as far as its handler: headers, token, rate limit."""

    def finish(self, call: Call, answer: Answer) -> Answer:
        """The answer as it leaves the house, with the headers that this vendor puts on every one."""

    def expire_tokens(self) -> None:
        """All access tokens given out so far stop working; refreshing still works."""

    def unauthorised(self) -> Answer:
        """The vendor's answer to a token it does not take."""

    def not_found(self, call: Call) -> Answer:
        """The vendor's answer to a path it does not have."""


V = TypeVar("V", bound=Vendor)


def _nothing(_: Call) -> AbstractContextManager[object]:
    return nullcontext()


class StandIn(Generic[V]):
    """A vendor at the other end of a wire. Thread safe; `vendor` is its state, for tests to look at.

    `around` is entered, without the lock, for as long as a vendor's call is under way: for vendors who limit how many
    are at once.
    """

    def __init__(self, vendor: V, *, sleep: Callable[[float], None] = time.sleep, around: Around = _nothing) -> None:
        self.vendor = vendor
        self.faults = Faults()
        self._sleep = sleep
        self._around = around
        self._lock = threading.RLock()
        self._calls: Counter[str] = Counter()
        self._statuses: Counter[str] = Counter()
        self._router = Router(*vendor.routes(), *self._control_routes())

    @property
    def name(self) -> str:
        """The vendor's name, as in `visma_net`."""
        return self.vendor.name

    @property
    def clock(self) -> Clock:
        """The clock that stamps rows and counts limits; tests set their own."""
        return self.vendor.clock

    @clock.setter
    def clock(self, clock: Clock) -> None:
        self.vendor.clock = clock

    def reset(self, **options: object) -> None:
        """Starts the data over, clears faults and counters. Raises `BadOption`."""
        with self._lock:
            self.vendor.reset(options)
            self.faults.clear()
            self._calls.clear()
            self._statuses.clear()

    def fault(self, kind: str, match: str | Mapping[str, str] = "/*", **details: object) -> None:
        """Asks for a fault as `POST /_sandbox/faults` does. Raises `BadFault`."""
        with self._lock:
            self.faults.add({"kind": kind, "match": match, **details})

    def calls(self) -> dict[str, int]:
        """Vendor calls by method and path template, such as `GET /v2/time_entries/{id}`."""
        with self._lock:
            return dict(sorted(self._calls.items()))

    def transport(self) -> httpx.BaseTransport:
        """The in-process way in: `httpx.Client(transport=stand_in.transport(), base_url=…)`."""
        return InProcess(self.respond)

    def serve(self, port: int = 0) -> Served:
        """Serves on a loopback port, 0 for a free one. Raises `PortTaken`."""
        return Served(self.name, self.respond, port)

    def respond(self, call: Call) -> Answer:
        """The answer to one call. Raises `Dropped` when a fault cuts the connection."""
        if call.is_sandbox:
            with self._lock:
                return self._handled(call)
        with self._around(call):
            return self._answered(call)

    def _answered(self, call: Call) -> Answer:
        with self._lock:
            fault = self.faults.take(call)
            if fault is not None and fault.kind is Kind.RESET_BEFORE:
                self._count(call, "dropped")
                raise Dropped(hard=True)
        if fault is not None and fault.kind is Kind.SLOW:
            self._sleep(float(fault.seconds))
        with self._lock:
            answer = self._vendor_answer(call, fault)
            if fault is not None and fault.kind is Kind.LOST_AFTER_COMMIT:
                self._count(call, "dropped")
                raise Dropped(hard=False)
            self._count(call, str(answer.status))
            return answer

    def _vendor_answer(self, call: Call, fault: Fault | None) -> Answer:
        if fault is not None and fault.kind is Kind.TOKEN_EXPIRED:
            self.vendor.expire_tokens()
            return self.vendor.finish(call, self.vendor.unauthorised())
        if fault is not None and fault.kind is Kind.STATUS:
            if fault.after:
                self._gated(call)
            return fault.answer()
        return self.vendor.finish(call, self._gated(call))

    def _gated(self, call: Call) -> Answer:
        try:
            self.vendor.gate(call)
        except Refused as refused:
            return refused.answer
        return self._handled(call)

    def _handled(self, call: Call) -> Answer:
        found = self._router.find(call.method, call.path)
        if found is None:
            if methods := self._router.methods(call.path):
                return Answer(405, {"message": "Method Not Allowed"}, {"Allow": ", ".join(methods)})
            return self.vendor.not_found(call)
        route, ids = found
        try:
            return route.handler(call.with_ids(ids))
        except Refused as refused:
            return refused.answer
        except NotJson as error:
            return Answer(400, {"message": f"The body is no JSON: {error}"})

    def _count(self, call: Call, outcome: str) -> None:
        found = self._router.find(call.method, call.path)
        self._calls[found[0].name if found else f"{call.method} {call.path}"] += 1
        self._statuses[outcome] += 1

    def _control_routes(self) -> list[Route]:
        return [
            Route("POST", "/_sandbox/faults", self._post_fault),
            Route("GET", "/_sandbox/faults", lambda _: Answer(200, {"faults": self.faults.shown()})),
            Route("DELETE", "/_sandbox/faults", lambda _: Answer(200, {"cleared": self.faults.clear()})),
            Route("POST", "/_sandbox/reset", self._post_reset),
            Route("GET", "/_sandbox/calls", self._get_calls),
            Route("DELETE", "/_sandbox/calls", self._delete_calls),
        ]

    def _post_fault(self, call: Call) -> Answer:
        try:
            return Answer(201, self.faults.add(call.json()).shown())
        except BadFault as error:
            return Answer(400, {"message": str(error)})

    def _post_reset(self, call: Call) -> Answer:
        options = call.json()
        if not isinstance(options, Mapping):
            return Answer(400, {"message": "the body must be a JSON object of options, or empty"})
        try:
            self.reset(**options)
        except BadOption as error:
            return Answer(400, {"message": str(error)})
        return Answer(200, {"reset": self.name})

    def _get_calls(self, _: Call) -> Answer:
        total = sum(self._calls.values())
        return Answer(200, {"total": total, "calls": self.calls(), "statuses": dict(sorted(self._statuses.items()))})

    def _delete_calls(self, _: Call) -> Answer:
        self._calls.clear()
        self._statuses.clear()
        return Answer(200, {"total": 0})


def whole_option(options: Mapping[str, object], name: str, default: int, lowest: int, highest: int) -> int:
    """The whole number of a reset option. Raises `BadOption`."""
    value = options.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
        raise BadOption(f"{name} must be a whole number from {lowest} to {highest}, not {value!r}")
    return value


def only_options(options: Mapping[str, object], known: Sequence[str]) -> None:
    """Raises `BadOption` when an option is not one of the known ones."""
    if unknown := sorted(set(options) - set(known)):
        raise BadOption(f"unknown option {unknown[0]!r}; known are {', '.join(known)}")
