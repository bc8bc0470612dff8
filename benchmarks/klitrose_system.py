"""The whole local system for the benchmarks of what goes at once: Klitrose, Moment, e-conomic, our functions."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import httpx

from benchmarks.process import Wrong, must
from sandbox.demo.customer import Customer
from sandbox.demo.office import Bookkeeper, MomentOffice
from sandbox.klitrose import TENANT_ID
from sandbox.local.queues import messages_in
from sandbox.local.system import Plan, System, running
from sandbox.local.vendors import vendors
from sandbox.seed import seed

T = TypeVar("T")

SECONDS_MAX = 600
LOOK_SECONDS = 0.005
QUIET_LOOKS = 5
MOMENT_TYPES = ("customers", "projects", "invoices")
ECONOMIC_TYPES = {
    "DAYBOOK_BOOKED": "day_book_booked", "CUSTOMER_UPDATED": "customer_updated", "PROJECT_UPDATED": "project_updated",
}  # fmt: skip


@dataclass(frozen=True)
class KlitroseSystem:
    """What runs; `moment_inside` and `economic_inside` are the stand-ins themselves, to look without a call."""

    system: System
    http: httpx.Client
    customer: Customer
    moment: MomentOffice
    books: Bookkeeper
    moment_inside: Any
    economic_inside: Any

    def address(self, hook: str) -> str:
        """One of our webhook addresses."""
        return self.system.endpoints.tenants[TENANT_ID].hooks[hook]

    def set_moment_hooks(self) -> None:
        """Moment tells us of everything."""
        for kind in MOMENT_TYPES:
            self.moment.click("webhooks", type=kind, url=self.address(f"moment.{kind}"))

    def set_economic_hooks(self) -> None:
        """So does e-conomic."""
        for kind, name in ECONOMIC_TYPES.items():
            self.books.click("webhooks", type=kind, url=self.address(f"economic.{name}"))

    def rest(self) -> None:
        """Waits until no webhook is on its way and no step is queued."""
        quiet, deadline, pause = 0, time.monotonic() + SECONDS_MAX, threading.Event()
        while quiet < QUIET_LOOKS:
            sent = self.moment.has_sent_all and self.books.has_sent_all
            quiet = quiet + 1 if sent and not self.queued("PostQueueUrl") else 0
            must(time.monotonic() < deadline, f"webhooks were not worked off in {SECONDS_MAX} s")
            pause.wait(LOOK_SECONDS)

    def queued(self, queue: str) -> int:
        """How many messages a queue has, those being worked on among them."""
        running = self.system.running
        return messages_in(running.aws, running.outputs[queue])


def until(look: Callable[[], T | None], what: str) -> T:
    """What there is to see once there is something; raises Wrong when it takes too long."""
    deadline, pause = time.monotonic() + SECONDS_MAX, threading.Event()
    while (seen := look()) is None:
        if time.monotonic() > deadline:
            raise Wrong(f"waited {SECONDS_MAX} s for {what}")
        pause.wait(LOOK_SECONDS)
    return seen


@contextmanager
def klitrose_system() -> Iterator[KlitroseSystem]:
    """The system after a first pass, with Moment's webhooks set and not yet e-conomic's."""
    parts = vendors(entries=0)
    inside: dict[str, Any] = {part.stand_in.name: part.stand_in for part in parts}
    with TemporaryDirectory(prefix="handoff-bench-") as name, httpx.Client(timeout=60, trust_env=False) as http:
        home = Path(name)
        plan = Plan(home=home, vendors=parts, seed=seed, endpoints_file=home / "endpoints.json")
        with running(plan) as system:
            at = system.endpoints.vendors
            found = KlitroseSystem(
                system, http, Customer(system.endpoints, TENANT_ID), MomentOffice(at["moment"], http),
                Bookkeeper(at["economic"], http), inside["moment"], inside["economic"],
            )  # fmt: skip
            found.set_moment_hooks()
            run = found.customer.run()
            must(run["state"] == "done", f"the first pass is {run['state']}: {run['error']}")
            found.rest()
            yield found
