"""Preview: what a run would write now, reversals first, made with the same plan and written nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import chain

from handoff.domain.gate import GatePolicy
from handoff.domain.periods import Period
from handoff.domain.posting import DocumentKind, Posting
from handoff.domain.problems import Problem
from handoff.domain.staged import StagedRecord, State
from handoff.pipeline.correct import for_a_person, is_to_be_corrected, replaceable, to_be_corrected
from handoff.pipeline.deliver import originals_of
from handoff.pipeline.plan import Planner
from handoff.pipeline.post import chunks_of, unfinished
from handoff.pipeline.stage import place_of
from handoff.ports import PostingStore, ReadsRecords


@dataclass(frozen=True, slots=True)
class PreviewTools:
    """What a preview reads; `staged` gives records as a run would find them."""

    staged: ReadsRecords
    postings: PostingStore
    plan: Planner
    kinds: Sequence[DocumentKind]
    policy: GatePolicy


@dataclass(frozen=True, slots=True)
class Preview:
    """What a run would write now: the documents, what would fail, and a digest of the documents."""

    documents: Sequence[Posting]
    problems: Sequence[tuple[StagedRecord, tuple[Problem, ...]]]
    digest: str


def preview(tools: PreviewTools, *, flow: str, period: Period | None) -> Preview:
    """Plans as a run would, and writes nothing.

    Whether the ERP still has what is to be reversed is seen in the run only: a preview calls no vendor.
    """
    documents: list[Posting] = []
    problems: dict[str, tuple[StagedRecord, tuple[Problem, ...]]] = {}
    free: dict[str, StagedRecord] = {}
    tried = [record for record in to_be_corrected(tools.staged, flow, period) if not for_a_person(record)]
    for kind in DocumentKind:
        of_kind = [record for record in tried if is_to_be_corrected(record, kind)]
        willing, kept = replaceable(of_kind, tools.plan, tools.policy, tools.kinds[0])
        planned = tools.plan.reversals(willing, kind, originals_of(tools.postings, willing, kind))
        documents += planned.postings
        problems.update({record.external_id: (record, found) for record, found in (*kept, *planned.problems)})
        free.update({record.external_id: record for record in willing})
    following = _following(tools, [record for name, record in free.items() if name not in problems])
    for kind in tools.kinds:
        for chunk in chunks_of(chain(unfinished(tools.staged, flow, period, kind, tools.kinds), following)):
            planned = tools.plan([record for record in chunk if not for_a_person(record)], kind)
            documents += planned.postings
            problems.update({record.external_id: (record, found) for record, found in planned.problems})
    return Preview(documents, list(problems.values()), digest_of(documents))


def digest_of(documents: Iterable[Posting]) -> str:
    """A digest over keys, totals and every line: the same documents give the same digest."""
    digest = blake2b(digest_size=16)
    for posting in documents:
        content = (posting.key, posting.posted_on, posting.currency, posting.project_lines, posting.journal_lines)
        digest.update(repr(content).encode())
    return digest.hexdigest()


def _following(tools: PreviewTools, free: Iterable[StagedRecord]) -> list[StagedRecord]:
    """The records as they will be once they are reversed, as far as something of them is posted then."""
    staying = (record for record in free if place_of(record, tools.policy).state is State.READY)
    return [replace(record, standing=()) for record in staying]
