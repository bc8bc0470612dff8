"""Reverse: the documents that take back what the books have of records and should not.

Pure, like the plan. A reversal lies in the period of the document that it takes back while that is open, else where
the tenant's rule for closed periods puts it, with the first day in the text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import msgspec

from handoff.accounting.calendar import AccountingDay, Calendar
from handoff.accounting.correction import turned_lines, turned_share
from handoff.domain.periods import Period
from handoff.domain.posting import (
    ZERO,
    DocumentKind,
    Posting,
    ProjectLine,
    RecordShare,
    check_balance,
    posting_key,
)
from handoff.domain.problem_codes import ProblemCode
from handoff.domain.problems import Problem
from handoff.domain.staged import RecordRef, StagedRecord, Standing
from handoff.pipeline.documents import TEXT_MAX, Sender, journal_lines
from handoff.pipeline.failing import Failing


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large documents may be."""

    lines_per_document: int
    records_per_journal: int


@dataclass(frozen=True, slots=True)
class TakenBack:
    """One record's part of one document, turned, and the day it is taken back on."""

    record: StagedRecord
    standing: Standing
    original: Posting
    day: AccountingDay
    share: RecordShare
    lines: tuple[ProjectLine, ...]


def standing_of(record: StagedRecord, kind: DocumentKind) -> Standing | None:
    """What the books have of the record in documents of a kind and should not, if anything."""
    return next((standing for standing in record.standing if standing.kind == kind), None)


def document_name(posting: Posting) -> str:
    """A document as people and the inbox name it: its number, and its key, which tells it from all others."""
    return f"Document {posting.receipt.number if posting.receipt else '–'} ({posting.key})"


def reversals(
    records: Sequence[StagedRecord],
    kind: DocumentKind,
    originals: Mapping[str, Posting],
    *,
    calendar: Calendar,
    sender: Sender,
    sizes: Sizes,
) -> tuple[tuple[Posting, ...], tuple[Failing, ...]]:
    """Documents that take back the records' parts of the originals (by key), and what keeps others from it."""
    parts: list[TakenBack] = []
    problems: list[Failing] = []
    for record in sorted(records, key=lambda record: record.external_id):
        standing = standing_of(record, kind)
        if standing is None:
            continue
        found = _taken_back(record, standing, originals.get(standing.key), calendar)
        if isinstance(found, Problem):
            problems.append((record, (found,)))
        else:
            parts.append(found)
    size = sizes.records_per_journal if kind is DocumentKind.JOURNAL else sizes.lines_per_document
    documents = (_document(some, period, kind, sender) for period, some in _grouped(parts, size))
    return tuple(documents), tuple(problems)


def _taken_back(
    record: StagedRecord, standing: Standing, original: Posting | None, calendar: Calendar
) -> TakenBack | Problem:
    if original is None:
        return Problem(ProblemCode.IRREVERSIBLE, f"Posting {standing.key}")
    day = calendar.day(original.posted_on)
    if day.problem is not None:
        return day.problem
    share = turned_share(original, record.external_id)
    if share is None:
        return Problem(ProblemCode.IRREVERSIBLE, document_name(original))
    number = original.receipt.number if original.receipt else original.key
    text = f"Reversal of {number}"
    if day.moved:
        text = f"{original.posted_on} · {text}"
    # A document lies in one period: each line keeps its day there, and all of them move together.
    lines = tuple(turned_lines(original, record.external_id, day.posted_on if day.moved else None, text))
    return TakenBack(record, standing, original, day, share, tuple(map(_cut, lines)))


def _cut(line: ProjectLine) -> ProjectLine:
    if len(line.text) <= TEXT_MAX:
        return line
    return msgspec.structs.replace(line, text=f"{line.text[: TEXT_MAX - 1].rstrip()}…")


def _grouped(parts: Sequence[TakenBack], size: int) -> Iterator[tuple[Period, list[TakenBack]]]:
    """Parts by period and currency, and no more together than a document holds; a record's lines are never parted."""
    together: dict[tuple[Period, str], list[TakenBack]] = defaultdict(list)
    for part in parts:  # the settings may name another currency by now than they did for some of them
        together[part.day.period, part.original.currency].append(part)
    for period, currency in sorted(together):
        some: list[TakenBack] = []
        filled = 0
        for part in together[period, currency]:
            weight = len(part.lines) or 1
            if some and filled + weight > size:
                yield period, some
                some, filled = [], 0
            some.append(part)
            filled += weight
        yield period, some


def _document(parts: Sequence[TakenBack], period: Period, kind: DocumentKind, sender: Sender) -> Posting:
    """The document; raises Unbalanced rather than hand on one whose sums differ."""
    refs = tuple(RecordRef(part.record.external_id, part.standing.version, part.standing.hash) for part in parts)
    shares = tuple(part.share for part in parts)
    text = _header_text(parts, period, sender.flow)
    lines = (part for share in shares for part in share.parts)
    posting = Posting(
        key=posting_key(sender.tenant_id, sender.entity, sender.flow, kind, refs, reversal=True),
        kind=kind,
        entity=sender.entity,
        flow=sender.flow,
        period=period,
        posted_on=max(part.day.posted_on for part in parts),
        currency=parts[0].original.currency,
        text=text,
        records=refs,
        hours=sum((share.hours for share in shares), ZERO),
        amount=sum((share.amount for share in shares), ZERO),
        project_lines=tuple(line for part in parts for line in part.lines),
        journal_lines=journal_lines(lines, f"{sender.flow} {period}, reversed") if kind is DocumentKind.JOURNAL else (),
        shares=shares,
        settings_version=sender.settings_version,
        reversal=True,
    )
    check_balance(posting)
    return posting


def _header_text(parts: Sequence[TakenBack], period: Period, flow: str) -> str:
    numbers = sorted({part.original.receipt.number for part in parts if part.original.receipt})
    of = numbers[0] if len(numbers) == 1 else f"parts of {len(numbers)} documents"
    text = f"Reversal of {of}, {flow} {period}"
    moved: list[date] = [part.original.posted_on for part in parts if part.day.moved]
    return f"{text}, of {min(moved)} to {max(moved)}" if moved else text
