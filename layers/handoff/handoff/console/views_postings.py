"""Postings as the API shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from handoff.console.models_postings import (
    CoveredRecord,
    Document,
    JournalLineShape,
    PostingHeader,
    PostingShape,
    ProjectLineShape,
    ReceiptShape,
    RecordPosting,
    Totals,
)
from handoff.console.views_invoices import invoice_shape, order_shape, posting_problems
from handoff.domain.posting import OPEN_POSTINGS, JournalLine, Posting, ProjectLine, Receipt
from handoff.domain.problems import Problem

LINES_MAX = 4000
"""Lines in one answer: some 3 MB of text, where a Lambda function may answer with 6 MB."""


def line_count(posting: Posting) -> int:
    """How many lines a document has, with the records it names."""
    return len(posting.project_lines) + len(posting.journal_lines)


def documents_of(postings: Sequence[Posting]) -> tuple[Document, ...]:
    """The documents with their lines, as far as an answer can hold them."""
    shown = []
    left = LINES_MAX
    for posting in postings:
        size = max(line_count(posting), len(posting.records))
        shown.append(document_of(posting, with_lines=size <= left))
        left -= size
    return tuple(shown)


def document_of(posting: Posting, *, with_lines: bool = True) -> Document:
    """One document as it would be written."""
    lines = _lines(posting) if with_lines else {"project_lines": (), "journal_lines": (), "records": ()}
    return Document(**_header(posting), **lines, lines_omitted=0 if with_lines else line_count(posting))


def posting_header(posting: Posting, now: datetime) -> PostingHeader:
    """A posting without its lines."""
    return PostingHeader(**_header(posting), **_progress(posting, now))


def posting_shape(posting: Posting, now: datetime, problems: Iterable[Problem] = ()) -> PostingShape:
    """A posting with its lines, and with the problems of the one record it covers."""
    parts = {**_header(posting), **_progress(posting, now), **_lines(posting)}
    return PostingShape(**parts, problems=posting_problems(problems))


def record_posting(posting: Posting, external_id: str, now: datetime) -> RecordPosting:
    """A posting as it concerns one record."""
    share = next((share for share in posting.shares if share.external_id == external_id), None)
    version = next((ref.version for ref in posting.records if ref.external_id == external_id), 0)
    own = [line for line in posting.project_lines if line.external_id == external_id]
    return RecordPosting(
        **_header(posting),
        **_progress(posting, now),
        version=version,
        hours=share.hours if share else Decimal(0),
        amount=share.amount if share else Decimal(0),
        lines=_project_lines(own),
        journal_lines=_journal_lines(posting.journal_lines),
    )


def _header(posting: Posting) -> dict[str, object]:
    return {
        "key": posting.key,
        "kind": posting.kind,
        "entity": posting.entity,
        "flow": posting.flow,
        "period": posting.period,
        "posted_on": posting.posted_on,
        "text": posting.text,
        "settings_version": posting.settings_version,
        "reversal": posting.reversal,
        "totals": Totals(
            records=len(posting.records), hours=posting.hours, amount=posting.amount, currency=posting.currency
        ),
        "invoice": invoice_shape(posting),
        "order": order_shape(posting),
    }


def _progress(posting: Posting, now: datetime) -> dict[str, object]:
    still_open = posting.state in OPEN_POSTINGS and posting.claimed_at is not None
    age = int((now - posting.claimed_at).total_seconds()) if still_open and posting.claimed_at else None
    return {
        "state": posting.state,
        "receipt": _receipt(posting.receipt),
        "refusal": posting.refusal,
        "run": posting.run_id,
        "claimed_at": posting.claimed_at,
        "sent_at": posting.sent_at,
        "age_seconds": age,
    }


def _receipt(receipt: Receipt | None) -> ReceiptShape | None:
    if receipt is None:
        return None
    return ReceiptShape(number=receipt.number, url=receipt.url, at=receipt.at, adopted=receipt.adopted)


def _lines(posting: Posting) -> dict[str, object]:
    shares = {share.external_id: share for share in posting.shares}
    return {
        "project_lines": _project_lines(posting.project_lines),
        "journal_lines": _journal_lines(posting.journal_lines),
        "records": tuple(
            CoveredRecord(
                external_id=ref.external_id,
                version=ref.version,
                hash=ref.hash,
                hours=shares[ref.external_id].hours if ref.external_id in shares else Decimal(0),
                amount=shares[ref.external_id].amount if ref.external_id in shares else Decimal(0),
                reverses=shares[ref.external_id].reverses if ref.external_id in shares else "",
                taken_out=not posting.is_left(ref.external_id),
            )
            for ref in posting.records
        ),
    }


def _project_lines(lines: Iterable[ProjectLine]) -> tuple[ProjectLineShape, ...]:
    return tuple(ProjectLineShape.model_validate(line, from_attributes=True) for line in lines)


def _journal_lines(lines: Iterable[JournalLine]) -> tuple[JournalLineShape, ...]:
    return tuple(JournalLineShape.model_validate(line, from_attributes=True) for line in lines)
