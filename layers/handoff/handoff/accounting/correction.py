"""Correction: what one record has in a document, with the signs turned.

What was posted is taken back exactly as it was posted: accounts, cost centres, rates and amounts are those of the
document, whatever the rules say by now.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import msgspec

from handoff.domain.posting import Posting, ProjectLine, RecordShare, SharePart


def turned_share(original: Posting, external_id: str) -> RecordShare | None:
    """The record's share of the posting with the signs turned; None when it has none, or can't be told apart."""
    share = next((share for share in original.shares if share.external_id == external_id), None)
    if share is None or (original.journal_lines and share.amount and not share.parts):
        return None
    parts = tuple(SharePart(p.debit_account, p.credit_account, p.cost_centre, -p.amount) for p in share.parts)
    return RecordShare(external_id, -share.hours, -share.amount, parts, original.key)


def turned_lines(original: Posting, external_id: str, posted_on: date | None, text: str) -> Iterator[ProjectLine]:
    """The record's project lines with the signs turned, the text put in front.

    `posted_on` None keeps each line's own accounting date.
    """
    for line in original.project_lines:
        if line.external_id == external_id:
            yield msgspec.structs.replace(
                line,
                hours=-line.hours,
                billable_hours=-line.billable_hours,
                amount=-line.amount,
                posted_on=posted_on or line.posted_on,
                text=f"{text} · {line.text}",
            )
