"""Fetch: all Harvest entries read, decoded, hashed and held against what is known."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.environments import OURS
from benchmarks.process import PYTHONPATH, Measured, measure, must
from benchmarks.report import Figure, Section, at_least, at_most, number, plain_table
from benchmarks.vendor import PER_PAGE, HarvestProcess, Known, read_all
from handoff.domain.time import HASH_BYTES, entry_from
from sandbox.harvest import CREDENTIALS

RECORDS_A_SECOND = at_least(20_000)
PEAK_MB = at_most(96)
FIRST_SECONDS = at_most(0.35)


@dataclass(frozen=True, slots=True)
class Reading:
    """One measured walk, with what it told of itself."""

    used: Measured
    told: Mapping[str, Any]

    @property
    def cpu_seconds(self) -> float:
        """All of the process, but for reading what the benchmark had kept."""
        return self.used.cpu_seconds - float(self.told["aside"])

    @property
    def work_seconds(self) -> float:
        """CPU from the first call on."""
        return float(self.told["work"])

    @property
    def first_seconds(self) -> float:
        """From the start of the process until its first page is staged."""
        must(self.used.first_seconds is not None, "no record was ever staged")
        return self.used.first_seconds or math.nan


def run(*, entries: int, runs: int) -> Section:
    """All figures of reading the entries."""
    with TemporaryDirectory(prefix="handoff-bench-") as name, HarvestProcess(entries) as harvest:
        folder = Path(name)
        known = read_all(harvest)
        kept = folder / "kept"
        check_new(read_entries(harvest, "write", kept, folder), known)  # warms our bytecode up as well
        new = [check_new(read_entries(harvest, "new", kept, folder), known) for _ in range(runs)]
        unchanged = [_check_known(read_entries(harvest, "known", kept, folder), known) for _ in range(runs)]
        rows = _row_costs(harvest, folder)
    return Section(
        f"1  Fetch: {number(entries)} Harvest entries",
        f"The Harvest stand-in in its own process, warmed up, {number(known.bytes_a_row)} bytes an entry, "
        f"{number(PER_PAGE)} a page, HTTP on loopback. A fresh process with the Lambda layer's packages reads all "
        "pages through the connector (typed decode), makes each entry's body and content hash, holds it against what "
        "is known and writes new records to a pipe, where hash and content of each are held against a reading of "
        "their own. Excluded: only the reading of what was known.",
        figures=[*_figures(new, unchanged, entries)],
        tables=[_rows_table(rows)],
    )


def read_entries(harvest: HarvestProcess, mode: str, kept: Path, folder: Path) -> Reading:
    """One walk in a process of its own; `mode` as in `children.fetch`."""
    harvest.control("DELETE", "calls")
    account = (harvest.url, str(CREDENTIALS.account_id), CREDENTIALS.personal_token)
    command = [str(OURS.python()), "-m", "benchmarks.children.fetch", *account, mode, str(kept)]
    used = measure(command, folder=folder, marker=b"FIRST", settings=PYTHONPATH).succeeded()
    told = json.loads(used.output.read_bytes().rpartition(b"DONE ")[2])
    must(told["calls"] == harvest.calls(), f"we counted {told['calls']} calls, Harvest {harvest.calls()}")
    return Reading(used, told)


def check_new(reading: Reading, known: Known) -> Reading:
    """The reading; raises Wrong unless every entry came once, with its content and its hash."""
    lines = [line for line in reading.used.output.read_bytes().split(b"\n") if line.startswith(b"hash ")]
    found = {}
    for line in lines:
        _, told, body = line.split(b" ", 2)
        must(blake2b(body, digest_size=HASH_BYTES).hexdigest().encode() == told, "a hash is not that of its body")
        entry = entry_from(body)
        found[entry.external_id] = entry
    must(len(lines) == len(found) == reading.told["new"], f"{len(lines)} records, {len(found)} ids")
    must(found.keys() == known.entries.keys(), f"{len(found)} entries, {len(known.entries)} at the vendor")
    for name, entry in known.still.items():
        must(found[name] == entry, f"entry {name} was read as {found[name]}")
    must(reading.told["other"] == reading.told["unchanged"] == 0, "some entries were taken for known or broken")
    return reading


def _check_known(reading: Reading, known: Known) -> Reading:
    running = len(known.entries) - len(known.still)
    told = reading.told
    must(told["new"] == 0 and told["other"] <= running, f"{told['new']} new, {told['other']} changed")
    must(told["unchanged"] + told["other"] == len(known.entries), f"only {told['unchanged']} entries came again")
    return reading


def _figures(new: Sequence[Reading], unchanged: Sequence[Reading], entries: int) -> Sequence[Figure]:
    return (
        *_figures_of(new, "all new", entries),
        *_figures_of(unchanged, "all known", entries),
        Figure("start-up: interpreter, imports, opening the connection",
               [(r.cpu_seconds - r.work_seconds) * 1000 for r in (*new, *unchanged)], "ms CPU"),
        Figure("time to the first record", [r.first_seconds for r in new], "s", 2, FIRST_SECONDS),
        Figure("vendor calls", [float(r.told["calls"]) for r in (*new, *unchanged)], "calls", 0,
               at_most(math.ceil(entries / PER_PAGE))),
    )  # fmt: skip


def _figures_of(readings: Sequence[Reading], case: str, entries: int) -> Sequence[Figure]:
    whole = [entries / reading.cpu_seconds for reading in readings]
    work = [entries / reading.work_seconds for reading in readings]
    return (
        Figure(f"{case}: records per CPU second, start-up included", whole, "/s", 0, RECORDS_A_SECOND),
        Figure(f"{case}: records per CPU second, from the first call on", work, "/s", 0, RECORDS_A_SECOND),
        Figure(f"{case}: peak memory", [reading.used.peak_mb for reading in readings], "MB", 0, PEAK_MB),
    )


def _row_costs(harvest: HarvestProcess, folder: Path) -> Mapping[str, float]:
    account = (harvest.url, str(CREDENTIALS.account_id), CREDENTIALS.personal_token)
    command = [str(OURS.python()), "-m", "benchmarks.children.rows", *account]
    used = measure(command, folder=folder, marker=b"{", settings=PYTHONPATH).succeeded()
    costs: Mapping[str, float] = json.loads(used.output.read_bytes())
    return costs


def _rows_table(costs: Mapping[str, float]) -> Any:
    table = plain_table("where a row's CPU goes, one page over and over", "µs a row")
    for step, cost in costs.items():
        table.add_row(step, number(cost, 1))
    return table
