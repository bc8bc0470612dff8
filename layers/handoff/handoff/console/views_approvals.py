"""Answers to wishes about single records, as the API shows them."""

from __future__ import annotations

from collections.abc import Sequence

from handoff.console.errors import fault_of
from handoff.console.models_records import Accepted, Refused, WishShape
from handoff.console.words import sentence_of
from handoff.domain.errors import HandoffError
from handoff.domain.staged import StagedRecord
from handoff.pipeline.approve import Wish


def accepted(record: StagedRecord) -> Accepted:
    """A record that was decided on, as it stands now."""
    return Accepted(
        flow=record.flow,
        external_id=record.external_id,
        hash=record.hash,
        version=record.version,
        state=record.state,
        reason=record.reason,
        sentence=sentence_of(record),
    )


def refused(wish: Wish, error: HandoffError, sent: Sequence[WishShape]) -> Refused:
    """A record whose decision was not taken, and why."""
    return Refused(
        flow=wish.flow,
        external_id=wish.external_id,
        hash=wish.hash,
        error=fault_of(error, field_in(sent, wish, error)),
    )


def field_in(sent: Sequence[WishShape], wish: Wish, error: HandoffError) -> str:
    """Where in the body the refused value stands."""
    if error.field not in ("flow", "external_id", "hash"):
        return f"body.{error.field}" if error.field else "body.records"
    place = next(
        place for place, one in enumerate(sent)
        if (one.flow, one.external_id, one.hash) == (wish.flow, wish.external_id, wish.hash)
    )  # fmt: skip
    return f"body.records[{place}].{error.field}"
