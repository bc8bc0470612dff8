"""The inbox and the records, brought together again where a crash kept one from following the other."""

from __future__ import annotations

from collections.abc import Iterator

from handoff.domain.staged import StagedRecord, State
from handoff.pipeline.live.desk import CUSTOMERS, EXPENSES, INVOICES, PROJECTS, LiveDesk
from handoff.ports import OpenProblem, StagedStore

FLOWS = (CUSTOMERS, PROJECTS, INVOICES, EXPENSES)
"""Flows whose records stand in the inbox."""


def behind(staged: StagedStore, known: OpenProblem) -> Iterator[tuple[str, StagedRecord]]:
    """The records that have a problem, with their flows: records of several may share a cause in the same words."""
    for flow in FLOWS:
        for record in staged.get_many(flow, sorted(known.external_ids)).values():
            if known.problem in record.problems:
                yield flow, record


def tidy_inbox(desk: LiveDesk) -> None:
    """Takes records off causes that they do not have any more, and tells of failed ones that are not shown."""
    for known in desk.problems.open():
        if known.flow in FLOWS and known.external_ids:
            there = {record.external_id for _, record in behind(desk.staged, known)}
            if strays := known.external_ids - there:
                desk.problems.clear(known.problem, strays)
    shown = {known.problem: known.external_ids for known in desk.problems.open()}
    for flow in FLOWS:
        for record in desk.staged.every(flow, period=None, states={State.FAILED}):
            for problem in record.problems:
                if record.external_id not in shown.get(problem, ()):
                    desk.problems.report(problem, flow=flow, external_ids={record.external_id}, at=desk.clock())
