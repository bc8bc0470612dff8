"""How the tests of staging give rows in, and get records out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from handoff.domain.gate import GatePolicy
from handoff.domain.staged import Approval, ApprovedVia, StagedRecord
from handoff.domain.time import FetchedEntry, TimeEntry
from handoff.pipeline.stage import Intake, Staged, rejudged, stage
from tests.builders import HOURS, NOW, a_fetched_entry

POLICY = GatePolicy()
LATER = NOW + timedelta(hours=1)


def staged(*rows: FetchedEntry, known: Sequence[StagedRecord] = (), policy: GatePolicy = POLICY) -> Staged:
    by_id = {record.external_id: record for record in known}
    return stage(rows, by_id, Intake(HOURS, policy, LATER))


def a_row(entry: TimeEntry | None = None, *, approved: bool = True) -> FetchedEntry:
    return a_fetched_entry(entry=entry, approved=approved, changed_at=NOW)


def first(row: FetchedEntry | None = None, policy: GatePolicy = POLICY) -> StagedRecord:
    (record,) = staged(row or a_row(), policy=policy).new
    return record


def next_version(known: StagedRecord, row: FetchedEntry, policy: GatePolicy = POLICY) -> StagedRecord:
    ((old, new),) = staged(row, known=[known], policy=policy).changed
    assert old is known
    return new


def moved(known: StagedRecord, *, approved: bool) -> StagedRecord:
    ((old, new),) = staged(a_row(approved=approved), known=[known]).moved
    assert old is known
    return new


def said(record: StagedRecord, *, yes: bool = True, via: ApprovedVia = ApprovedVia.PERSON) -> StagedRecord:
    approval = Approval(record.hash, yes, via, "kari", NOW)
    return rejudged(replace(record, approvals=(*record.approvals, approval)), POLICY, NOW, by="kari")
