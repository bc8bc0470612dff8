"""Records as the API shows them, with the names that the time tool's lists have for their ids."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from handoff.console.models_records import (
    ApprovalShape,
    ApprovalSummary,
    Content,
    Decision,
    JudgedApproval,
    MoveShape,
    Named,
    NamedProject,
    ObjectContent,
    ProblemOfRecord,
    Rate,
    RecordShape,
    StandingShape,
    VersionShape,
)
from handoff.console.words import sentence_of
from handoff.domain.parties import Client, Person
from handoff.domain.problems import Problem
from handoff.domain.projects import Task
from handoff.domain.reference import ReferenceData
from handoff.domain.staged import Approval, ApprovedVia, StagedRecord
from handoff.domain.time import TimeEntry, entry_from
from handoff.pipeline.live.desk import LIVE_FLOWS

_POSTING_KEY = re.compile(r"HO[A-Z2-7]{16}")


def record_shape(record: StagedRecord, reference: ReferenceData) -> RecordShape:
    """The newest version of a record."""
    last = record.approvals[-1] if record.approvals else None
    return RecordShape(
        flow=record.flow,
        external_id=record.external_id,
        version=record.version,
        hash=record.hash,
        state=record.state,
        reason=record.reason,
        sentence=sentence_of(record),
        period=record.period,
        content=content_of(record, reference),
        approved_in_time_tool=record.source_approved,
        approvals=ApprovalSummary(count=len(record.approvals), last=ApprovalShape(**_approval(last)) if last else None),
        problems=problems_of(record.problems),
        posting_key=record.posting_key,
        covered=dict(record.covered),
        standing=tuple(StandingShape(kind=one.kind, key=one.key, version=one.version) for one in record.standing),
        reversals=dict(record.reversals),
        gone_at=record.gone_at,
        changed_at=record.changed_at,
    )


def version_shape(
    version: StagedRecord, newest: StagedRecord, reference: ReferenceData, counts: frozenset[ApprovedVia]
) -> VersionShape:
    """One content of a record, with the decisions on it."""
    return VersionShape(
        version=version.version,
        hash=version.hash,
        current=version.version == newest.version,
        state=version.state,
        reason=version.reason,
        sentence=sentence_of(version),
        period=version.period,
        content=content_of(version, reference),
        approved_in_time_tool=version.source_approved,
        approvals=tuple(
            JudgedApproval(**_approval(approval), **_standing(approval, newest, counts))
            for approval in version.approvals
            if approval.hash == version.hash
        ),
        problems=problems_of(version.problems),
        history=tuple(MoveShape(to=move.to, at=move.at, by=move.by, why=move.why) for move in version.history),
        changed_at=version.changed_at,
    )


def problems_of(problems: Iterable[Problem]) -> tuple[ProblemOfRecord, ...]:
    """The causes that keep a record back."""
    return tuple(
        ProblemOfRecord(
            id=problem.id,
            code=problem.code,
            message=problem.message,
            field=problem.entry.field,
            cure=problem.entry.cure,
            fixed_by=problem.entry.fixed_by,
        )
        for problem in problems
    )


def entry_of(record: StagedRecord) -> TimeEntry | None:
    """What the record says was worked; None for a content that can't be read."""
    try:
        return entry_from(record.body)
    except msgspec.DecodeError:
        return None


def content_of(record: StagedRecord, reference: ReferenceData) -> Content | ObjectContent | None:
    """What was worked, with names, or what an object is; None for a content that can't be read."""
    entry = entry_of(record)
    if entry is None:
        return _object_in(record)
    client = reference.clients.get(entry.client_id)
    project = reference.projects.get(entry.project_id)
    return Content(
        spent_on=entry.spent_on,
        hours=entry.hours,
        billable=entry.billable,
        rate=None
        if entry.rate is None
        else Rate(amount=entry.rate, currency=entry.currency or (client.currency if client else None)),
        notes=entry.notes,
        running=entry.running,
        person=_named(entry.person_id, reference.people),
        client=_named(entry.client_id, reference.clients),
        project=NamedProject(
            id=entry.project_id, name=project.name if project else None, code=project.code if project else None
        ),
        task=_named(entry.task_id, reference.tasks),
    )


def _object_in(record: StagedRecord) -> ObjectContent | None:
    if record.flow not in LIVE_FLOWS:
        return None
    try:
        return ObjectContent(object=msgspec.json.decode(record.body, type=dict[str, Any]))
    except msgspec.DecodeError:
        return None


def posting_keys(versions: Sequence[StagedRecord]) -> tuple[str, ...]:
    """The keys of all postings that cover or covered a record, the newest last."""
    keys: dict[str, None] = {}
    for version in versions:
        for move in version.history:
            keys.update(dict.fromkeys(_POSTING_KEY.findall(move.why)))
        keys.update(dict.fromkeys(version.covered.values()))
        if version.posting_key is not None:
            keys[version.posting_key] = None
        keys.update(dict.fromkeys(key for key in version.reversals.values() if _POSTING_KEY.fullmatch(key)))
    return tuple(keys)


def _named(id: str, known: Mapping[str, Person] | Mapping[str, Client] | Mapping[str, Task]) -> Named:
    found = known.get(id)
    return Named(id=id, name=found.name if found else None)


def _approval(approval: Approval) -> dict[str, object]:
    return {
        "hash": approval.hash,
        "decision": Decision.APPROVE if approval.approved else Decision.REJECT,
        "via": approval.via,
        "by": approval.by,
        "at": approval.at,
        "note": approval.note,
    }


def _standing(approval: Approval, newest: StagedRecord, counts: frozenset[ApprovedVia]) -> dict[str, object]:
    """Whether a decision still decides where the record goes, and if not, why."""
    if approval.hash != newest.hash:
        why_not = f"it was to another content: the record is now version {newest.version}"
    elif approval is not newest.approval():
        why_not = "a later decision took its place"
    elif approval.via not in counts:
        why_not = f"decisions by {approval.via} do not count in the settings"
    else:
        return {"counts": True, "why_not": None}
    return {"counts": False, "why_not": why_not}
