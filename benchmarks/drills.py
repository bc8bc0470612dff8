"""Drills: something goes wrong while entries are read; it is mended, and all read again. What is lost for good?"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from rich.table import Table

from benchmarks.both_sides import FLOW, Stores, fjordlys
from benchmarks.children.fetch import open_harvest
from benchmarks.peer_kinds import Peer
from benchmarks.process import must
from benchmarks.report import number, plain_table
from benchmarks.vendor import HarvestProcess, read_all
from handoff.domain.gate import GatePolicy
from handoff.pipeline.fetch import FetchTools, fetch_slice
from sandbox.fjordlys import INTEGRATION_ID
from sandbox.harvest import CREDENTIALS

ENTRIES = 8_000
PAGES_BEFORE = 2
DELETED = 10
SLOW_SECONDS, WAIT_SECONDS = 3, 120
LIST = "GET /v2/time_entries"

Attempt = Callable[[], tuple[str, set[str]]]
"""One reading: how it ended, and the ids that it and those before it have brought."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the disturbed reading ended, and how many living entries no reading ever brought."""

    ended: str
    lost: int

    def __str__(self) -> str:
        return f"{self.ended}, {number(self.lost)} lost"


def drills_table(harvest: HarvestProcess, peers: Sequence[Peer], folder: Path) -> Table:
    """Both drills for ours and for each peer."""
    table = plain_table(
        f"drills, {number(ENTRIES)} entries",
        f"token refused after {PAGES_BEFORE} pages",
        f"{DELETED} others deleted after {PAGES_BEFORE} pages",
    )
    contestants: list[tuple[str, Callable[[], Attempt]]] = [("Handoff", partial(_ours, harvest.url))]
    contestants += [(peer.title.split(",")[0], partial(_theirs, peer, harvest.url, folder)) for peer in peers]
    for title, start in contestants:
        table.add_row(title, str(_refused(harvest, start())), str(_drift(harvest, start())))
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
    return _after(harvest, ended, attempt)


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


def _after(harvest: HarvestProcess, ended: str, attempt: Attempt) -> Outcome:
    again, ids = attempt()
    must(again == "done", f"the undisturbed reading ended as {again}")
    return Outcome(ended, len(set(read_all(harvest).entries) - ids))


def _ours(url: str) -> Attempt:
    """Slices of the pipeline over HTTP, with the stores in memory."""
    integration = fjordlys()
    stores = Stores(integration)

    def attempt() -> tuple[str, set[str]]:
        tools = FetchTools(
            integration_id=INTEGRATION_ID,
            connection=integration.time_tool,
            reader=open_harvest(url, str(CREDENTIALS.account_id), CREDENTIALS.personal_token),
            passes=stores.passes,
            staged=stores.staged,
            reference=stores.reference,
            problems=stores.problems,
            tenants=stores.tenants,
            policy=GatePolicy(),
            clock=lambda: datetime.now(UTC),
        )
        result = fetch_slice(tools, flow=FLOW, feeds=["entries"], time_left=lambda: True)
        ids = {record.external_id for record in stores.staged.every(FLOW, period=None, states=())}
        return "stopped" if result.unread else "done", ids

    return attempt


def _theirs(peer: Peer, url: str, folder: Path) -> Attempt:
    place = folder / f"drill-{peer.environment.name}"
    peer.forget(place)
    ids: set[str] = set()

    def attempt() -> tuple[str, set[str]]:
        used = peer.run(url, place)
        peer.remember(place)
        ids.update(peer.found(place))
        return "done" if used.code == 0 else "stopped", ids

    return attempt
