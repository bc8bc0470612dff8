"""Preview: what a run would write now, reversals first, made with the same plan and written nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import chain

from handoff.domain.gate import Gate
from handoff.domain.periods import Period
from handoff.domain.posting import PLANNED_KINDS, DocumentKind, Posting
from handoff.domain.staged import StagedRecord, State
from handoff.pipeline import correct
from handoff.pipeline.deliver import originals_of
from handoff.pipeline.failing import Failing
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
    policy: Gate


@dataclass(frozen=True, slots=True)
class Preview:
    """What a run would write now: the documents, what would fail, and a digest of the documents."""

    documents: Sequence[Posting]
    problems: Sequence[Failing]
    digest: str


def preview(tools: PreviewTools, *, flow: str, period: Period | None) -> Preview:
    """Plans as a run would, and writes nothing.

    Whether the ERP still has what is to be reversed is seen in the run only: a preview calls no vendor.
    """
    documents: list[Posting] = []
    problems: dict[str, Failing] = {}
    following: list[StagedRecord] = []
    for some in correct.chunks_of(correct.to_be_corrected(tools.staged, flow, period)):
        tried = [record for record in some if not correct.for_a_person(record)]
        originals = originals_of(tools.postings, tried)
        willing, unplanned = correct.replaceable(tried, tools.plan, tools.policy, tools.kinds)
        free, irreversible = correct.reversible(willing, tools.plan, originals)
        for kind in PLANNED_KINDS:
            documents += tools.plan.reversals(free, kind, originals).postings
        problems.update({record.external_id: (record, found) for record, found in (*unplanned, *irreversible)})
        following += _following(tools, free)
    for kind in tools.kinds:
        for chunk in chunks_of(chain(unfinished(tools.staged, flow, period, kind, tools.kinds), following)):
            planned = tools.plan([record for record in chunk if not correct.for_a_person(record)], kind)
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
