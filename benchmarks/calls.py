"""Calls: what a first load, the posting of 2,400 entries and an hour without news cost at the vendors."""

from __future__ import annotations

import json
import math
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.table import Table

from benchmarks.both_sides import FLOW, BothSides
from benchmarks.process import PYTHONPATH, measure, must
from benchmarks.report import Figure, Section, at_most, number, plain_table
from benchmarks.vendor import PER_PAGE
from handoff.domain.periods import Period, period_of
from handoff.domain.posting import BOOKED_KINDS, DocumentKind, PostingState
from handoff.domain.runs import Run
from handoff.domain.staged import State
from handoff.domain.time import entry_from
from sandbox.world import PERIODS

APPROVED = 2_400
ENTRIES_A_CALL = 50
OTHER_SIZE = 500
"""Entries of a second, smaller first load: what is not for entries must cost the same there."""
STORE_ENTRIES = 3_000
STORE_REQUESTS, STORE_UNITS = 3, 3
NEWS = {"new", "changed", "reference", "documents", "posted", "failed", "broken"}
"""Counts that a pass without news does not have."""
LISTED = "GET /v2/time_entries"
TITLES = {DocumentKind.PROJECT_TRANSACTIONS: "project transactions", DocumentKind.JOURNAL: "journals"}


def run(*, entries: int, runs: int) -> Section:
    """All counts; they come out the same however often they are taken."""
    first = BothSides(entries=entries)
    constant = _load(first, entries)
    must(constant == _load(BothSides(entries=OTHER_SIZE), OTHER_SIZE), "what is constant grows with the entries")
    pages = first.harvest.calls()[LISTED]
    counted = _counted(first)
    idle = _idle(first)
    chosen = _posted(first)[:APPROVED]
    store = _store()
    return Section(
        "3  Calls",
        "Both stand-ins and the stores in memory of one process, every step of scheduled runs as the queues deliver "
        "them; calls are counted at the stand-ins, those for tokens left out. What was posted is read back from "
        "Visma.net: every entry once and with all its hours, every journal with its value. Requests to DynamoDB are "
        f"those of the functions' own wiring against the local AWS with {number(STORE_ENTRIES)} entries, "
        f"{number(store['load']['counts']['posted'])} of which get posted.",
        figures=[
            _count(
                f"first load of {number(entries)} entries: calls for entries",
                pages - counted,
                math.ceil(entries / PER_PAGE),
            ),
            Figure("census of the present month", [counted], "calls", counted=True),
            Figure("first load: all other calls (the constant)", [constant], "calls", counted=True),
            *(_posting(entries, chosen, kind) for kind in BOOKED_KINDS),
            _count(
                "a pass that finds nothing: Harvest, with the census",
                idle.calls["harvest"],
                len(first.time_tool().feeds) + counted,
            ),
            _count("a pass that finds nothing: Visma.net", idle.calls["visma_net"], len(first.erp().feeds)),
            *_store_figures(store),
        ],
        tables=[_requests_table(store["idle"]["requests"])],
    )


def _load(both: BothSides, entries: int) -> int:
    """The first pass; how many calls it made that were neither for entries nor wrote documents."""
    counts = both.work("load").counts
    must(counts["new"] == counts["fetched"] == entries, f"{counts['new']} of {entries} entries were staged")
    states = Counter(record.state for record in both.stores.staged.every(FLOW, period=None, states=()))
    must(states.total() == entries, f"{states.total()} of {entries} entries are in the store")
    must(not states.keys() & {State.READY, State.POSTING, State.UNSURE}, f"left on the way: {dict(states)}")
    at_harvest = both.harvest.calls()
    at_erp = {name: count for name, count in both.visma_net.calls().items() if name.startswith("GET")}
    return sum(at_harvest.values()) - at_harvest[LISTED] + sum(at_erp.values())


def _counted(both: BothSides) -> int:
    """The calls of a census: as many as the present month's entries have pages."""
    present = period_of(datetime.now(UTC).date())
    return max(1, math.ceil(len(list(both.stores.staged.ids_of(FLOW, present))) / PER_PAGE))


def _idle(both: BothSides) -> Run:
    """A pass an hour later; nobody did anything at either vendor."""
    done = both.work("idle")
    news = NEWS & done.counts.keys()
    must(not news, f"a pass that should find nothing found {', '.join(sorted(news))}")
    return done


def _posted(both: BothSides) -> Sequence[str]:
    """Entries that got into the books, by id: these can be posted."""
    done = [record.external_id for record in both.stores.staged.every(FLOW, period=None, states=(State.POSTED,))]
    must(len(done) >= APPROVED, f"only {len(done)} entries can be posted, {APPROVED} are needed: ask for more entries")
    return sorted(done)


def _posting(entries: int, chosen: Sequence[str], kind: DocumentKind) -> Figure:
    """Another customer, where exactly these entries are approved."""
    both = BothSides(entries=entries, post_as=kind)
    both.manager_clicks("withdraw", {"from": "2000-01-01"})
    approved = both.manager_clicks("approve", {"ids": [int(external_id) for external_id in chosen]})
    counts = both.work("post").counts
    must(approved == counts["posted"] == len(chosen), f"{approved} entries approved, {counts['posted']} posted")
    calls = sum(count for name, count in both.visma_net.calls().items() if name.startswith("POST /v"))
    _check_books(both, kind, chosen)
    name = f"{number(len(chosen))} approved entries posted as {TITLES[kind]}"
    return _count(name, calls, len(chosen) // ENTRIES_A_CALL)


def _check_books(both: BothSides, kind: DocumentKind, chosen: Sequence[str]) -> None:
    """Raises Wrong unless the ERP has every document, and with lines by entry every entry with its hours."""
    channel = both.channels(both.erp())[kind]
    periods = [Period(f"{period.year}-{period.month:02}") for period in PERIODS]
    found = [document for period in periods for document in channel.documents_of(period)]
    ours = {posting.key: posting for period in periods for posting in both.stores.postings.of_period(period)}
    must(sorted(document.key for document in found) == sorted(ours), "the ERP has other documents than we sent")
    must({posting.state for posting in ours.values()} == {PostingState.SETTLED}, "a posting is not settled")
    covered = Counter(ref.external_id for posting in ours.values() for ref in posting.records)
    must(covered == Counter(chosen), "some entry is in no document or in two")
    hours: dict[str, Decimal] = {}
    for document in found:
        value = sum(line.amount for line in document.lines)
        must(value == ours[document.key].amount, f"{document.number} has {value}, not {ours[document.key].amount}")
        for line in document.lines:
            hours[line.external_id] = hours.get(line.external_id, Decimal(0)) + line.hours
    if kind is DocumentKind.PROJECT_TRANSACTIONS:
        known = both.stores.staged.get_many(FLOW, chosen)
        must(hours == {name: entry_from(known[name].body).hours for name in chosen}, "hours differ in the ERP")


def _store() -> Mapping[str, Any]:
    """What the passes of `children.store` took; raises Wrong unless the second one found nothing."""
    with TemporaryDirectory(prefix="handoff-bench-") as name:
        command = [sys.executable, "-m", "benchmarks.children.store", str(STORE_ENTRIES), name]
        used = measure(command, folder=Path(name), marker=b"{", settings=PYTHONPATH).succeeded()
        told: Mapping[str, Any] = json.loads(used.output.read_bytes())
    load, idle = told["load"], told["idle"]
    must(load["done"] and idle["done"], "a run against the local AWS was not done")
    must(load["counts"]["new"] == STORE_ENTRIES, f"{load['counts']['new']} of {STORE_ENTRIES} entries were stored")
    must(not NEWS & idle["counts"].keys(), "a pass against the local AWS should have found nothing")
    return told


def _store_figures(store: Mapping[str, Any]) -> Sequence[Figure]:
    load, idle = store["load"], store["idle"]
    staging = load["written"]["fetch"] / load["counts"]["new"]
    posting = load["written"]["post"] / load["counts"]["posted"]
    return (
        _count("a pass that finds nothing: requests to DynamoDB", sum(idle["requests"].values()), STORE_REQUESTS),
        Figure("a pass that finds nothing: write units", [sum(idle["written"].values())], "units", counted=True),
        Figure("write units a new entry", [staging], "units", 2, counted=True),
        Figure("further write units until it is posted", [posting], "units", 2, at_most(STORE_UNITS), counted=True),
    )


def _count(name: str, calls: int, most: int) -> Figure:
    return Figure(name, [calls], "calls", 0, at_most(most), counted=True)


def _requests_table(requests: Mapping[str, int]) -> Table:
    table = plain_table("requests to DynamoDB in a pass that finds nothing", "times")
    for name, times in sorted(requests.items(), key=lambda item: (-item[1], item[0])):
        table.add_row(name, number(times))
    return table
