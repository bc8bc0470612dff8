"""Keep: store what rows of the time tool mean for their records, whether a feed brought them or the census."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from handoff.domain.errors import Stale
from handoff.domain.gate import GatePolicy
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.staged import IN_FLIGHT, IN_THE_BOOKS, Move, StagedRecord, State
from handoff.domain.tenancy import Connection
from handoff.domain.time import FetchedEntry
from handoff.pipeline.stage import BY_FETCH, Intake, Staged, gone, stage
from handoff.pipeline.steps import Clock
from handoff.ports import (
    CensusStore,
    PassStore,
    ProblemStore,
    ReadsFeeds,
    ReadsTimeEntries,
    ReferenceStore,
    StagedStore,
    TenantStore,
)

AWAKE = frozenset({State.READY, State.FAILED, State.REVERSING})
"""States that the post step has work with."""


@dataclass(frozen=True, slots=True)
class CensusTools:
    """A time tool that can be asked for all entries of a month, and what was remembered of it."""

    reader: ReadsTimeEntries
    store: CensusStore


def _nobody(_: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class FetchTools:
    """What a slice works with: one connection's lists and one integration's stores; `census` at a time tool.

    `believes` says of a problem whether a person has said that it is none, and forgets that."""

    integration_id: str
    connection: Connection
    reader: ReadsFeeds
    passes: PassStore
    staged: StagedStore
    reference: ReferenceStore
    problems: ProblemStore
    tenants: TenantStore
    policy: GatePolicy
    clock: Clock
    census: CensusTools | None = None
    believes: Callable[[str], bool] = _nobody


@dataclass(slots=True)
class Kept:
    """What became of rows: whether anything was written, whether anything may be ready, what must be met again.

    `missed` is how many deleted ones could not be taken out yet; `question` is what a person has to be asked about a
    list.
    """

    stored: bool = False
    ready: bool = False
    deferred: list[FetchedEntry] = field(default_factory=list)
    refused: list[FetchedEntry] = field(default_factory=list)
    missed: int = 0
    question: Problem | None = None


def keep_rows(
    tools: FetchTools, flow: str, entries: Iterable[FetchedEntry], counts: Counter[str], *, first_load: bool = False
) -> Kept:
    """Stages rows and stores what is new of them, as often as somebody was faster."""
    rows: Mapping[str, FetchedEntry] = {row.entry.external_id: row for row in entries}
    # On the first load nothing is known, so the look-up is left out: adding tells what was there.
    known = {} if first_load else tools.staged.get_many(flow, list(rows))
    kept = Kept()
    while rows:
        # What was ready before counts as well: a pass that stored it may have died before it could say so.
        kept.ready = kept.ready or any(record.state in (State.READY, State.REVERSING) for record in known.values())
        staged = stage(rows.values(), known, Intake(flow, tools.policy, tools.clock()))
        staged.changed = [(old, _set_back(tools, new)) for old, new in staged.changed]
        stale = _store(tools, staged, counts)
        written = [record for record in _all_of(staged) if record.external_id not in stale]
        kept.stored = kept.stored or bool(written)
        kept.ready = kept.ready or any(record.state in AWAKE for record in written)
        kept.deferred += staged.deferred
        kept.refused += staged.refused
        # Somebody moved these while we looked (or they were there before a first load): look again.
        rows = {name: rows[name] for name in stale}
        known = tools.staged.get_many(flow, list(rows)) if rows else {}
    return kept


def keep_gone(tools: FetchTools, record: StagedRecord, counts: Counter[str]) -> StagedRecord | None:
    """The record, stored as gone from the time tool; None when somebody was faster."""
    missing = gone(record, tools.policy, tools.clock())
    if _store(tools, Staged(moved=[(record, missing)]), counts):
        return None
    counts["gone"] += 1
    return missing


def keep_deleted(tools: FetchTools, flow: str, names: Sequence[str], counts: Counter[str]) -> Kept:
    """Takes out what the time tool's own list of deleted entries names; one on its way is met again later."""
    kept = Kept()
    for record in tools.staged.get_many(flow, names).values():
        if record.gone_at is not None:
            # Whoever noted it may have died before he could say that there is something to post.
            kept.ready = kept.ready or record.state in AWAKE
            continue
        missing = None if record.state in IN_FLIGHT else keep_gone(tools, record, counts)
        if missing is None:
            kept.missed += 1
            continue
        kept.stored = True
        kept.ready = kept.ready or missing.state in AWAKE
    return kept


def report_too_large(tools: FetchTools, feed: str, rows: Sequence[FetchedEntry]) -> None:
    """Tells the inbox of rows that could not be kept."""
    for row in rows:
        name = row.entry.external_id
        problem = Problem(ProblemCode.RECORD_TOO_LARGE, f"{tools.connection.vendor} {feed} {name}")
        tools.problems.report(problem, flow=tools.connection.id, external_ids={name}, at=tools.clock())


def _store(tools: FetchTools, staged: Staged, counts: Counter[str]) -> set[str]:
    stale = set(tools.staged.add(staged.new)) if staged.new else set()
    if staged.moved:
        stale |= set(tools.staged.save([new for _, new in staged.moved]))
    for old, new in staged.changed:
        try:
            tools.staged.replace(old, new)
        except Stale:
            stale.add(old.external_id)
    for old, new in (*staged.moved, *staged.changed):
        if old.external_id not in stale:
            _clear(tools, old, [problem for problem in old.problems if problem not in new.problems])
    arrived = [*staged.new, *(new for _, new in staged.changed if new.state not in IN_THE_BOOKS)]
    for record in (*arrived, *(new for old, new in staged.moved if new.state is not old.state)):
        if record.external_id not in stale:
            counts[record.state.value] += 1
    counts["new"] += sum(r.external_id not in stale for r in staged.new)
    counts["changed"] += sum(o.external_id not in stale for o, _ in staged.changed)
    counts["unchanged"] += staged.unchanged
    counts["deferred"] += len(staged.deferred)
    if staged.refused:
        counts["refused"] += len(staged.refused)
    return stale


def _all_of(staged: Staged) -> list[StagedRecord]:
    return [*staged.new, *(new for _, new in (*staged.moved, *staged.changed))]


def _set_back(tools: FetchTools, new: StagedRecord) -> StagedRecord:
    """The version; posted, if it was edited and set back and the books have it as it is now."""
    if not new.covered or new.standing:
        return new
    versions = tools.staged.versions(new.flow, new.external_id)
    posted = next((v for v in reversed(versions) if v.state in IN_THE_BOOKS and v.hash == new.hash), None)
    if posted is None or posted.covered != new.covered:
        return new  # only a part of it is there: the gate has the word on the rest
    why = f"version {new.version}: as posted in version {posted.version}"
    move = Move(posted.state, tools.clock(), BY_FETCH, why)
    return replace(new, state=posted.state, reason="", posting_key=posted.posting_key, history=(move,))


def _clear(tools: FetchTools, record: StagedRecord, problems: Iterable[Problem]) -> None:
    for problem in problems:
        tools.problems.clear(problem, {record.external_id})
