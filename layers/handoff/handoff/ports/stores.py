"""What the pipeline needs of the store: `storage` implements it.

A store is built for one tenant, and where it says so for one integration: there is no call that can
forget the tenant.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from handoff.domain.periods import Period
from handoff.domain.posting import Posting
from handoff.domain.problems import Problem
from handoff.domain.reconciliation import KeptReconciliation, ReconciliationSummary
from handoff.domain.reference import ReferenceData, ReferenceObject
from handoff.domain.runs import Run, RunState
from handoff.domain.staged import StagedRecord, State
from handoff.domain.tenancy import Integration


@dataclass(frozen=True, slots=True)
class RecordPage:
    """Some records, and the mark of the next page (None at the end)."""

    records: Sequence[StagedRecord]
    cursor: str | None


class ReadsRecords(Protocol):
    """Staged records as a plan reads them."""

    def every(
        self, flow: str, *, period: Period | None, states: Collection[State], archived: bool = False
    ) -> Iterator[StagedRecord]:
        """All such records, read consistently; `archived` adds older versions."""
        ...


class StagedStore(ReadsRecords, Protocol):
    """The staged records of one integration of one tenant."""

    def get(self, flow: str, external_id: str) -> StagedRecord | None:
        """The newest version, or None."""
        ...

    def get_many(self, flow: str, external_ids: Sequence[str]) -> Mapping[str, StagedRecord]:
        """The newest versions of those that are known, by external id."""
        ...

    def versions(self, flow: str, external_id: str) -> Sequence[StagedRecord]:
        """All versions, oldest first, the newest last."""
        ...

    def add(self, records: Sequence[StagedRecord]) -> Collection[str]:
        """Stores first versions; returns the ids that somebody else had stored before."""
        ...

    def save(self, records: Sequence[StagedRecord]) -> Collection[str]:
        """Writes each record on the revision it was read with; returns the ids that were stale."""
        ...

    def replace(self, old: StagedRecord, new: StagedRecord) -> None:
        """Archives the old version and puts the new one in its place; raises Stale."""
        ...

    def page(
        self,
        flow: str,
        *,
        period: Period | None,
        states: Collection[State],
        limit: int,
        cursor: str | None,
    ) -> RecordPage:
        """Newest versions by period (newest first) and id; no states means all of them."""
        ...

    def ids_of(self, flow: str, period: Period) -> Iterator[str]:
        """The ids of the records whose newest version lies in the period; the records are not read."""
        ...


class PostingStore(Protocol):
    """The postings of one integration: the intent log."""

    def claim(self, posting: Posting) -> Posting:
        """Stores a new posting, or returns the stored one with that key when there is one."""
        ...

    def save(self, posting: Posting) -> Posting:
        """Writes it on the revision read and returns it with the new one; raises Stale."""
        ...

    def get(self, key: str) -> Posting | None:
        """The posting with its lines, or None."""
        ...

    def open(self) -> Sequence[Posting]:
        """Postings that are claimed, unsure or accepted: a pass takes them up first."""
        ...

    def of_period(self, period: Period) -> Iterator[Posting]:
        """All postings with that accounting period, with their lines."""
        ...

    def page(self, *, limit: int, cursor: str | None) -> tuple[Sequence[Posting], str | None]:
        """Postings, newest period first, with the mark of the next page."""
        ...


@dataclass(frozen=True, slots=True)
class OpenProblem:
    """A problem of the inbox with the records behind it; `since` is when it was first met."""

    problem: Problem
    flow: str
    external_ids: frozenset[str]
    since: datetime


class ProblemStore(Protocol):
    """The inbox of one integration, by cause."""

    def report(self, problem: Problem, *, flow: str, external_ids: Collection[str], at: datetime) -> None:
        """Adds records to a cause (opening it when it is new)."""
        ...

    def clear(self, problem: Problem, external_ids: Collection[str]) -> None:
        """Takes records off a cause; a cause without records is closed."""
        ...

    def close(self, problem_id: str) -> None:
        """Closes a cause whatever stands behind it."""
        ...

    def get(self, problem_id: str) -> OpenProblem | None:
        """One open cause, or None."""
        ...

    def open(self) -> Sequence[OpenProblem]:
        """All open causes, oldest first."""
        ...


class ReferenceStore(Protocol):
    """Reference data of one integration."""

    def load(self) -> ReferenceData:
        """Everything, from both sides."""
        ...

    def keys(self, kind: str) -> Collection[str]:
        """The keys of all that is known of a kind."""
        ...

    def put(self, kind: str, objects: Sequence[ReferenceObject]) -> int:
        """Stores what is new or changed; returns how many that were."""
        ...

    def replace(self, kind: str, objects: Sequence[ReferenceObject]) -> int:
        """As put, and removes what is not among them; returns how many changed or went."""
        ...

    def keep_only(self, kind: str, keys: Collection[str]) -> int:
        """Removes what has another key than these; returns how many that were."""
        ...


@dataclass(frozen=True, slots=True)
class FeedCursor:
    """Where a feed stands: `since` is proven; the rest describes a walk that is under way.

    `next_page` is where the walk goes on, `high_water` the latest change it has seen, `total` the
    count its first page gave (a later page with another count shows that rows moved under the walk:
    `moved`), `walks` how often it was walked for that reason, `broken` how many rows could not be
    read, `hold` the earliest change of a row that has to be met again, `walked` whether its end was ever
    reached, `began` when this walk asked for its first page. `troubled` says that the inbox may have a problem of
    this feed, which the first walk that reads everything closes. `pages` and `seen` count the pages of the walk and
    their rows, `most` is the highest count that the vendor gave, `last` a short name of the last page's rows: a
    list without an end is found by them. `keys` are those of the walk's
    earlier pages, where what a list does not have is gone.
    """

    since: datetime | None = None
    next_page: str | None = None
    high_water: datetime | None = None
    total: int | None = None
    moved: bool = False
    walks: int = 0
    broken: int = 0
    hold: datetime | None = None
    walked: bool = False
    troubled: bool = False
    pages: int = 0
    seen: int = 0
    most: int | None = None
    last: str = ""
    keys: tuple[str, ...] = ()
    began: datetime | None = None


@dataclass(frozen=True, slots=True)
class PassState:
    """What an integration remembers between passes, in one item: read once, written once.

    `needs_posting` is set by whatever may have made a record ready (new rows, reference data,
    settings, approvals) and cleared by the post step that looked. `gated_with` is the version of the
    settings that the gate last judged all records with. `uncounted` is set by whatever stored entries, and
    cleared by the census of the present month that has compared them. `serials` are cursors on an ERP's own rising
    numbers, for lists that have no stamps.
    """

    cursors: Mapping[str, FeedCursor] = field(default_factory=dict)
    needs_posting: bool = False
    gated_with: int = 0
    uncounted: bool = False
    revision: int = 0
    serials: Mapping[str, int] = field(default_factory=dict)


class PassStore(Protocol):
    """The pass state of one integration."""

    def load(self) -> PassState:
        """The state; empty before the first pass."""
        ...

    def save(self, state: PassState) -> PassState:
        """Writes it on the revision read; raises Stale."""
        ...


@dataclass(frozen=True, slots=True)
class CensusPage:
    """What a period's entries were when the time tool was last asked for all of them.

    `buckets` are digests over the rows whose ids fall into the same bucket; an empty one is not proven and has
    to be compared again. `days` are the entries by day of the month. `problems` are the ids of those that the
    census has raised of this period and that it closes when they are over.
    """

    buckets: tuple[str, ...] = ()
    days: tuple[int, ...] = ()
    problems: tuple[str, ...] = ()


class CensusStore(Protocol):
    """What one integration remembers of its censuses, and what people have said about their findings."""

    def load(self, flow: str) -> Mapping[Period, CensusPage]:
        """The newest periods' pages, as many as a census looks at; one request for all."""
        ...

    def save(self, flow: str, period: Period, page: CensusPage) -> None:
        """Writes a period's page over what was there: one connection's steps are worked one after the other."""
        ...

    def believe(self, flow: str, problem_id: str) -> None:
        """Notes a person's word that what this problem says is as it should be."""
        ...

    def believed(self, flow: str) -> Collection[str]:
        """The ids of all problems that were believed."""
        ...

    def use_belief(self, flow: str, problem_id: str) -> bool:
        """Whether the problem was believed; from then on it is not any more."""
        ...


class RunStore(Protocol):
    """The runs of one integration."""

    def start(self, run: Run) -> bool:
        """Stores a new run; False when one with that id is there already."""
        ...

    def get(self, run_id: str) -> Run | None:
        """A run, or None."""
        ...

    def add(
        self,
        run_id: str,
        *,
        counts: Mapping[str, int] | None = None,
        calls: Mapping[str, int] | None = None,
        state: RunState | None = None,
        step: str | None = None,
        error: str | None = None,
        finished_at: datetime | None = None,
    ) -> None:
        """Adds to its counts and sets what is given; a finished run stays finished."""
        ...

    def save_preview(
        self, run_id: str, *, digest: str, documents: Sequence[Posting], problems: Sequence[OpenProblem]
    ) -> None:
        """Keeps what a preview showed."""
        ...

    def preview(self, run_id: str) -> SavedPreview | None:
        """What a preview showed, or None."""
        ...


@dataclass(frozen=True, slots=True)
class SavedPreview:
    """What a preview showed: the documents with their digest, and what would fail."""

    digest: str
    documents: Sequence[Posting]
    problems: Sequence[OpenProblem]


class ReconciliationStore(Protocol):
    """The accounts that nightly runs made of one integration: of each flow and period the newest."""

    def save(self, kept: KeptReconciliation) -> None:
        """Keeps it in place of the one before."""
        ...

    def get(self, flow: str, period: Period) -> KeptReconciliation | None:
        """The newest account of a period, or None."""
        ...

    def all(self) -> Sequence[ReconciliationSummary]:
        """A line about each, newest period first."""
        ...


class TenantStore(Protocol):
    """One tenant's integrations, with their settings in numbered versions."""

    def integrations(self) -> Sequence[Integration]:
        """All of them, by id."""
        ...

    def integration(self, integration_id: str) -> Integration:
        """One; raises NotFound."""
        ...

    def settings(self, integration_id: str, version: int | None = None) -> tuple[int, Mapping[str, object]]:
        """The version's number and its content as saved, the newest by default; raises NotFound."""
        ...

    def save_settings(
        self, integration_id: str, content: Mapping[str, object], *, expected: int, by: str, at: datetime
    ) -> int:
        """Stores the next version and returns its number; raises Stale if `expected` is not the newest."""
        ...

    def stop_connection(self, integration_id: str, connection_id: str, why: str) -> None:
        """Notes why a connection may not be used; an empty text lets it run again."""
        ...


class Queue(Protocol):
    """A FIFO queue of steps; messages of one group are worked one after the other."""

    def send(self, body: str, *, group: str, dedup: str) -> None:
        """Queues one message; the same `dedup` within five minutes is taken once."""
        ...
