"""Webhooks on their way out of a stand-in: one queue, one thread, and what goes wrong on the way, on demand.

    deliveries = Deliveries(send_to_loopback)
    deliveries.queue("http://127.0.0.1:8080/hooks/…", "application/json", b"{}")
    deliveries.wait_until_idle(5)

A vendor adds `deliveries.routes()` to its own, and calls `start_over` when it is reset:

    POST   /_sandbox/deliveries   options, see `DeliveryOptions`, and {"hold": true} or {"hold": false}
    GET    /_sandbox/deliveries   options, how many wait, and every sending with its status
    DELETE /_sandbox/deliveries   forgets the record of what was sent

Each delivery is decided on when it is queued: dropped, else repeated, else put out of order. The thread starts with
the first delivery; it holds no lock while it sends, so a receiver may call the stand-in back.
"""

from __future__ import annotations

import heapq
import random
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

import httpx

from sandbox.delivery_options import BadDeliveryOption, DeliveryOptions
from sandbox.wire import Answer, Call, Route

__all__ = ["BadDeliveryOption", "Deliveries", "Delivery", "DeliveryOptions", "Sending", "send_to_loopback"]

LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "::1")
SEND_SECONDS = 30
NO_ANSWER = 0  # the status of a sending that got no answer


@dataclass(frozen=True)
class Delivery:
    """One POST to one address. `number` counts what a stand-in wanted to tell; a repetition keeps it."""

    number: int
    url: str
    content_type: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    attempt: int = 1


@dataclass(frozen=True)
class Sending:
    """What became of one attempt: `status` of the receiver, 0 without an answer, None when it was dropped."""

    delivery: Delivery
    status: int | None
    error: str | None = None

    @property
    def arrived(self) -> bool:
        """Whether the receiver took it."""
        return self.status is not None and 200 <= self.status <= 299

    def shown(self) -> dict[str, object]:
        """The sending as `GET /_sandbox/deliveries` lists it."""
        return {
            "number": self.delivery.number,
            "attempt": self.delivery.attempt,
            "url": self.delivery.url,
            "status": self.status,
            "error": self.error,
            "body": self.delivery.body.decode("utf-8", "replace"),
        }


Send = Callable[[Delivery], int]


def send_to_loopback(delivery: Delivery) -> int:
    """The receiver's status. Raises ValueError for an address that is not on this machine, and httpx errors."""
    if urlsplit(delivery.url).hostname not in LOOPBACK_HOSTS:
        raise ValueError("a stand-in sends to loopback addresses only")
    headers = {**delivery.headers, "Content-Type": delivery.content_type}
    no_tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # loading certificates would cost more than all the rest
    with httpx.Client(trust_env=False, timeout=SEND_SECONDS, verify=no_tls) as client:
        return client.post(delivery.url, content=delivery.body, headers=headers).status_code


class Deliveries:
    """The queue of one stand-in. Thread safe."""

    def __init__(self, send: Send = send_to_loopback, options: DeliveryOptions | None = None) -> None:
        self._send = send
        self._first_options = options or DeliveryOptions()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closing = False
        self._begin()

    def _begin(self) -> None:
        self._options = self._first_options
        self._chance = random.Random(self._options.seed)  # noqa: S311 - repeatable mischief, no secret
        self._waiting: list[tuple[float, int, Delivery]] = []  # a heap by the moment at which it may go
        self._aside: list[Delivery] = []  # gathered, to go out in reverse
        self._aside_until = 0.0
        self._held = False
        self._sending = False
        self._numbers = 0
        self._places = 0
        self._era = getattr(self, "_era", 0) + 1
        self._record: list[Sending] = []

    @property
    def options(self) -> DeliveryOptions:
        """What goes wrong from here on; exact counts are those still left."""
        with self._changed:
            return self._options

    @property
    def sendings(self) -> tuple[Sending, ...]:
        """What was sent or dropped so far, oldest first."""
        with self._changed:
            return tuple(self._record)

    def queue(self, url: str, content_type: str, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        """Sends the body soon, in the background."""
        with self._changed:
            self._numbers += 1
            delivery = Delivery(self._numbers, url, content_type, body, dict(headers or {}))
            if self._met("drop"):
                self._record.append(Sending(delivery, None))
                return
            twice = self._met("repeat")
            if not self._gathered(delivery):
                self._put(delivery)
            if twice:
                self._put(delivery)
            self._start()
            self._changed.notify_all()

    def change(self, wanted: object) -> None:
        """Sets options from a control call's body, `hold` among them. Raises `BadDeliveryOption`."""
        if not isinstance(wanted, Mapping):
            raise BadDeliveryOption("the body must be a JSON object of options")
        options = {name: value for name, value in wanted.items() if name != "hold"}
        hold = wanted.get("hold")
        if hold is not None and not isinstance(hold, bool):
            raise BadDeliveryOption("hold must be true or false")
        with self._changed:
            self._options = self._options.changed(options)
        if hold is not None:
            self.hold() if hold else self.release()

    def hold(self) -> None:
        """Sends nothing until `release`; deliveries pile up."""
        with self._changed:
            self._held = True

    def release(self) -> None:
        """Sends what was held, and what was gathered to be put out of order."""
        with self._changed:
            self._held = False
            self._flush()
            self._changed.notify_all()

    def wait_until_idle(self, timeout: float) -> bool:
        """Whether everything was sent within so many seconds."""
        with self._changed:
            return self._changed.wait_for(self._is_idle, timeout)

    def start_over(self) -> None:
        """Forgets what waits, what was sent and what should go wrong."""
        with self._changed:
            self._begin()
            self._changed.notify_all()

    def close(self) -> None:
        """Ends the thread; what still waits is not sent. Harmless when called twice."""
        with self._changed:
            self._closing, thread = True, self._thread
            self._changed.notify_all()
        if thread is not None:
            thread.join(SEND_SECONDS)
        with self._changed:
            self._closing, self._thread = False, None

    def routes(self) -> list[Route]:
        """The control calls."""
        return [
            Route("POST", "/_sandbox/deliveries", self._post),
            Route("GET", "/_sandbox/deliveries", self._get),
            Route("DELETE", "/_sandbox/deliveries", self._delete),
        ]

    # Everything below that does not take the lock is called with it held.

    def _met(self, mishap: str) -> bool:
        """Whether this mishap meets the delivery at hand; an exact count is used up by one."""
        self._options, met = self._options.met(mishap, self._chance.random())
        return met

    def _gathered(self, delivery: Delivery) -> bool:
        """Keeps the delivery aside when order shall be broken: until enough others are there, or patience ends."""
        counted = self._options.reorder_next > 0
        if not self._aside and not self._met("reorder"):
            return False
        if self._aside and counted:
            self._met("reorder")
        self._aside.append(delivery)
        self._aside_until = time.monotonic() + self._options.reorder_seconds
        enough = len(self._aside) > 1 if not counted else self._options.reorder_next == 0
        if enough:
            self._flush()
        return True

    def _flush(self) -> None:
        for delivery in reversed(self._aside):
            self._put(delivery)
        self._aside.clear()

    def _put(self, delivery: Delivery, pause: float | None = None) -> None:
        self._places += 1
        due = time.monotonic() + (self._options.delay_seconds if pause is None else pause)
        heapq.heappush(self._waiting, (due, self._places, delivery))

    def _is_idle(self) -> bool:
        return not self._waiting and not self._aside and not self._sending

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="deliveries", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while (taken := self._take()) is not None:
            delivery, era = taken
            sending = self._tried(delivery)
            with self._changed:
                if era == self._era:  # else it was of before a reset
                    self._note(sending)
                self._changed.notify_all()

    def _take(self) -> tuple[Delivery, int] | None:
        """Waits for the next delivery that may go; None when the thread shall end."""
        with self._changed:
            while not self._closing:
                now = time.monotonic()
                if self._aside and self._aside_until <= now:
                    self._flush()
                if not self._held and self._waiting and self._waiting[0][0] <= now:
                    self._sending = True
                    return heapq.heappop(self._waiting)[2], self._era
                self._changed.wait(self._pause(now))
            return None

    def _pause(self, now: float) -> float | None:
        moments = [self._aside_until] if self._aside else []
        if self._waiting and not self._held:
            moments.append(self._waiting[0][0])
        return max(min(moments) - now, 0) if moments else None

    def _tried(self, delivery: Delivery) -> Sending:
        try:
            return Sending(delivery, self._send(delivery))
        except Exception as error:  # outermost frame of the thread: whatever it is, the next delivery must go
            return Sending(delivery, NO_ANSWER, f"{type(error).__name__}: {error}")

    def _note(self, sending: Sending) -> None:
        self._sending = False
        self._record.append(sending)
        if not sending.arrived and sending.delivery.attempt <= self._options.retries:
            again = replace(sending.delivery, attempt=sending.delivery.attempt + 1)
            self._put(again, self._options.retry_seconds)

    def _post(self, call: Call) -> Answer:
        try:
            self.change(call.json())
        except BadDeliveryOption as error:
            return Answer(400, {"message": str(error)})
        return self._get(call)

    def _get(self, _: Call) -> Answer:
        with self._changed:
            waiting = len(self._waiting) + len(self._aside) + self._sending
            sendings = [sending.shown() for sending in self._record]
            return Answer(
                200,
                {"options": self._options.shown(), "hold": self._held, "waiting": waiting, "deliveries": sendings},
            )

    def _delete(self, _: Call) -> Answer:
        with self._changed:
            count = len(self._record)
            self._record.clear()
            return Answer(200, {"forgotten": count})
