"""Invoices that waited for a customer or project to be in the ERP, and go once it is."""

from __future__ import annotations

from collections.abc import Iterator

from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.staged import IN_FLIGHT, StagedRecord, State
from handoff.pipeline.deliver import clear_problems
from handoff.pipeline.live.book import book
from handoff.pipeline.live.cards import invoice_from
from handoff.pipeline.live.desk import CUSTOMERS, INVOICES, PROJECTS, LiveDesk
from handoff.pipeline.live.invoice_moves import moved

WAITED_WITH = {CUSTOMERS: ProblemCode.CUSTOMER_NOT_THERE, PROJECTS: ProblemCode.PROJECT_NOT_THERE}


def waiting_for(desk: LiveDesk, flow: str, external_id: str) -> tuple[StagedRecord, ...]:
    """Books all invoices that failed since this customer or project was not in the ERP, and gives them back.

    All of them are made ready before the first is booked: where that is interrupted, the next pass finds the others.
    """
    if not desk.settings.invoices.on:
        return ()
    waiting = [record for record in _waiting(desk, flow) if _party(record, flow) == external_id]
    freed = [_freed(desk, record, flow) for record in waiting]
    return tuple(book(desk, record) for record in freed)


def _waiting(desk: LiveDesk, flow: str) -> Iterator[StagedRecord]:
    for known in desk.problems.open():
        if known.problem.code is not WAITED_WITH[flow] or known.flow != INVOICES:
            continue
        records = desk.staged.get_many(INVOICES, sorted(known.external_ids))
        for name in sorted(known.external_ids):
            record = records.get(name)
            if record is not None and _stands_behind(known.problem, record):
                yield record
            else:
                _forget(desk, known.problem, name, record)


def _stands_behind(problem: Problem, record: StagedRecord) -> bool:
    return record.state is State.FAILED and problem in record.problems


def _forget(desk: LiveDesk, problem: Problem, name: str, record: StagedRecord | None) -> None:
    """Clears what an interrupted step left in the inbox; what is on its way may be failing at this very moment."""
    if record is None or record.state not in {State.READY, *IN_FLIGHT}:
        desk.problems.clear(problem, {name})


def _party(record: StagedRecord, flow: str) -> str:
    invoice = invoice_from(record.body)
    return invoice.customer_id if flow == CUSTOMERS else invoice.project_id


def _freed(desk: LiveDesk, record: StagedRecord, flow: str) -> StagedRecord:
    ready = moved(desk, record, State.READY, why=f"retried: {WAITED_WITH[flow]}")
    clear_problems(desk.problems, record)
    return ready
