"""Drills: something goes wrong while entries are read; it is mended, and all read again.

What is lost for good? Which deleted entries are still believed in? Is a vendor that asks to wait waited for?
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import monotonic

from rich.table import Table

from benchmarks.both_sides import FLOW, fjordlys
from benchmarks.children.fetch import open_harvest
from benchmarks.peer_kinds import Peer
from benchmarks.process import must
from benchmarks.report import number, plain_table
from benchmarks.vendor import PER_PAGE, HarvestProcess, read_all
from handoff.domain.errors import RateLimited
from handoff.domain.gate import GatePolicy
from handoff.domain.periods import Period
from handoff.pipeline.census import name_of_census
from handoff.pipeline.fetch import FetchResult, fetch_slice
from handoff.pipeline.keep import CensusTools, FetchTools
from sandbox.fjordlys import INTEGRATION_ID, SETTINGS, TENANT_ID
from sandbox.harvest import CREDENTIALS
from sandbox.world import PERIODS
from tests.fakes import FakeTenantStore, Memory, fake_shelf

ENTRIES = 8_000
PAGES_BEFORE = 2
DELETED = 10
SLOW_SECONDS, WAIT_SECONDS = 3, 120
LIMIT, LIMIT_SECONDS = 2, 15
"""Calls that Harvest takes in so many seconds, for the last drill: four pages need a wait."""
MONTHS = tuple(Period(f"{month.year}-{month.month:02}") for month in PERIODS)
LIST = "GET /v2/time_entries"

Attempt = Callable[[], tuple[str, set[str]]]
"""One reading: how it ended, and the ids that it and those before it have brought."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the disturbed reading ended, and what the readings came to in the end.

    `lost` living entries no reading ever brought; `believed` entries are deleted, and still taken for living ones.
    """

    ended: str
    lost: int
    believed: int

    def __str__(self) -> str:
        return f"{self.ended}, {number(self.lost)} lost"


def drills_table(harvest: HarvestProcess, peers: Sequence[Peer], folder: Path) -> Table:
    """All drills for ours and for each peer."""
    table = plain_table(
        f"drills, {number(ENTRIES)} entries",
        f"401 after {PAGES_BEFORE} pages",
        f"{DELETED} deleted after {PAGES_BEFORE} pages",
        "deleted, still believed",
        f"{LIMIT} calls in {LIMIT_SECONDS} s",
    )
    contestants: list[tuple[str, Callable[..., Attempt]]] = [("Handoff", partial(_ours, harvest.url))]
    contestants += [(peer.title.split(",")[0], partial(_theirs, peer, harvest.url, folder)) for peer in peers]
    for title, start in contestants:
        drift = _drift(harvest, start())
        believed = f"{drift.believed} of {DELETED}"
        refused, limited = str(_refused(harvest, start())), _limited(harvest, start(count=False))
        table.add_row(title, refused, str(drift), believed, limited)
    return table


def _refused(harvest: HarvestProcess, attempt: Attempt) -> Outcome:
    """The token stops working in the middle; later it works again."""
    harvest.control("POST", "reset", {"entries": ENTRIES})
    refusal = {"kind": "status", "status": 401, "match": LIST, "skip": PAGES_BEFORE, "times": None}
    harvest.control("POST", "faults", refusal)
    ended, _ = attempt()
    harvest.control("DELETE", "faults")
    return _after(harvest, ended, attempt)


def _drift(harvest: HarvestProcess, attempt: Attempt) -> Outcome:
    """Entries of a page that was read are deleted before the next pages are."""
    harvest.control("POST", "reset", {"entries": ENTRIES})
    newest = read_all(harvest).removable[:DELETED]
    pause = {"kind": "slow", "seconds": SLOW_SECONDS, "match": LIST, "skip": PAGES_BEFORE}
    harvest.control("POST", "faults", pause)
    over = threading.Event()
    deleted: list[str] = []
    somebody = threading.Thread(target=_delete, args=(harvest, newest, over, deleted))
    somebody.start()
    ended, _ = attempt()
    over.set()
    somebody.join()
    must(len(deleted) == DELETED, f"{len(deleted)} entries were deleted while they were read")
    return _after(harvest, ended, attempt, deleted)


def _limited(harvest: HarvestProcess, attempt: Attempt) -> str:
    """Harvest takes few calls, and says how long to wait: how it ended, after how long, with how many calls refused."""
    harvest.control("POST", "reset", {"entries": ENTRIES})
    known = set(read_all(harvest).entries)
    harvest.control("POST", "reset", {"entries": ENTRIES, "limit": LIMIT})
    harvest.control("DELETE", "calls")
    began = monotonic()
    ended, ids = attempt()
    seconds = monotonic() - began
    refused = harvest.calls() - ENTRIES // PER_PAGE
    harvest.control("POST", "reset", {"entries": ENTRIES, "limit": 0})
    return f"{ended} in {seconds:.0f} s, {len(known - ids)} lost, {refused} refused"


def _delete(harvest: HarvestProcess, newest: Sequence[str], over: threading.Event, deleted: list[str]) -> None:
    """Waits until a page is held up, and deletes behind the reader's back."""
    for _ in range(WAIT_SECONDS * 20):
        if not harvest.control("GET", "faults")["faults"]:
            break
        if over.wait(0.05):
            return
    for external_id in newest:
        harvest.delete(external_id)
        deleted.append(external_id)


def _after(harvest: HarvestProcess, ended: str, attempt: Attempt, deleted: Sequence[str] = ()) -> Outcome:
    again, ids = attempt()
    must(again == "done", f"the undisturbed reading ended as {again}")
    return Outcome(ended, len(set(read_all(harvest).entries) - ids), len(ids & set(deleted)))


def _ours(url: str, *, count: bool = True) -> Attempt:
    """Slices of the pipeline over HTTP, with the stores in memory; with `count` the months' censuses follow the feed.

    A vendor that asks to wait is waited for as the queue does it, to the second.
    """
    integration = fjordlys()
    memory = Memory()
    FakeTenantStore(memory, TENANT_ID).add(integration, SETTINGS)
    stores = fake_shelf(memory, TENANT_ID, INTEGRATION_ID)

    def attempt() -> tuple[str, set[str]]:
        reader = open_harvest(url, str(CREDENTIALS.account_id), CREDENTIALS.personal_token)
        tools = FetchTools(
            integration_id=INTEGRATION_ID,
            connection=integration.time_tool,
            reader=reader,
            passes=stores.passes,
            staged=stores.staged,
            reference=stores.reference,
            problems=stores.problems,
            tenants=stores.tenants,
            policy=GatePolicy(),
            clock=lambda: datetime.now(UTC),
            census=CensusTools(reader, stores.census),
        )
        feeds = ["entries", *(map(name_of_census, MONTHS) if count else ())]
        result = _patient(lambda: fetch_slice(tools, flow=FLOW, feeds=feeds, time_left=lambda: True))
        records = stores.staged.every(FLOW, period=None, states=())
        return "stopped" if result.unread else "done", {r.external_id for r in records if r.gone_at is None}

    return attempt


def _patient(slice_of: Callable[[], FetchResult]) -> FetchResult:
    for _ in range(ENTRIES // PER_PAGE):
        try:
            return slice_of()
        except RateLimited as told:
            threading.Event().wait(told.retry_after)
    return slice_of()


def _theirs(peer: Peer, url: str, folder: Path, *, count: bool = True) -> Attempt:
    """A peer; there is nothing that it could count."""
    del count
    place = folder / f"drill-{peer.environment.name}"
    peer.forget(place)
    ids: set[str] = set()

    def attempt() -> tuple[str, set[str]]:
        used = peer.run(url, place)
        peer.remember(place)
        ids.update(peer.found(place))
        return "done" if used.code == 0 else "stopped", ids

    return attempt
