"""Runs, previews and problems as the API shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from handoff.console.models_runs import KindTotals, PreviewShape, PreviewTotals, ProblemShape, RunShape
from handoff.console.place import Place
from handoff.console.views_postings import documents_of, line_count
from handoff.console.views_records import entry_of
from handoff.domain.posting import DocumentKind, Posting
from handoff.domain.problem_codes import NOT_RETRIED, TO_BE_CONFIRMED
from handoff.domain.runs import Run
from handoff.ports import OpenProblem, SavedPreview, StagedStore

SAMPLE = 20
ADDED_UP_MAX = 500
"""Records whose hours a list of problems adds up at most: five reads of a hundred."""


def run_shape(run: Run, preview: PreviewShape | None = None) -> RunShape:
    """A run, with what it showed if it was a preview."""
    return RunShape(
        id=run.id,
        integration=run.integration_id,
        state=run.state,
        trigger=run.trigger,
        flows=run.flows,
        period=run.period,
        step=run.step,
        counts=dict(run.counts),
        calls=dict(run.calls),
        started_at=run.started_at,
        finished_at=run.finished_at,
        error=run.error,
        preview=preview,
    )


def preview_shape(preview: SavedPreview) -> PreviewShape:
    """What a run would have written, whenever it is asked for: nothing of it is read anew."""
    failing = {external_id for problem in preview.problems for external_id in problem.external_ids}
    kinds = dict.fromkeys(posting.kind for posting in preview.documents)
    totals = PreviewTotals(
        documents=len(preview.documents),
        by_kind=tuple(_totals(kind, [p for p in preview.documents if p.kind is kind]) for kind in kinds),
        failing_records=len(failing),
    )
    return PreviewShape(
        digest=preview.digest,
        documents=documents_of(preview.documents),
        problems=tuple(_problem_shape(problem, None) for problem in preview.problems),
        totals=totals,
    )


def problem_shapes(problems: Iterable[OpenProblem], place: Place) -> tuple[ProblemShape, ...]:
    """Problems with the hours behind them, as far as a few reads can add them up; none where records have no hours."""
    if not place.kind.is_of_hours:
        return tuple(_problem_shape(problem, None) for problem in problems)
    shapes = []
    left = ADDED_UP_MAX
    for problem in problems:
        size = len(problem.external_ids)
        hours = _hours_behind(problem, place.stores.staged) if size <= left else None
        left -= size if hours is not None else 0
        shapes.append(_problem_shape(problem, hours))
    return tuple(shapes)


def _problem_shape(known: OpenProblem, hours: Decimal | None) -> ProblemShape:
    problem = known.problem
    return ProblemShape(
        id=problem.id,
        code=problem.code,
        message=problem.message,
        field=problem.entry.field,
        cure=problem.entry.cure,
        fixed_by=problem.entry.fixed_by,
        subject=problem.subject,
        flow=known.flow,
        records=len(known.external_ids),
        external_ids=tuple(sorted(known.external_ids)[:SAMPLE]),
        hours=hours,
        since=known.since,
        retryable=problem.code not in NOT_RETRIED,
        confirmable=problem.code in TO_BE_CONFIRMED,
    )


def _hours_behind(problem: OpenProblem, staged: StagedStore) -> Decimal:
    if not problem.external_ids:
        return Decimal(0)
    records = staged.get_many(problem.flow, sorted(problem.external_ids))
    entries = (entry_of(record) for record in records.values())
    return sum((entry.hours for entry in entries if entry is not None), Decimal(0))


def _totals(kind: DocumentKind, postings: Sequence[Posting]) -> KindTotals:
    return KindTotals(
        kind=kind,
        documents=len(postings),
        lines=sum(map(line_count, postings)),
        records=sum(len(posting.records) for posting in postings),
        hours=sum((posting.hours for posting in postings), Decimal(0)),
        amount=sum((posting.amount for posting in postings), Decimal(0)),
        currency=postings[0].currency,
    )
