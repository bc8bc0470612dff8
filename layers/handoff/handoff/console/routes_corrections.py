"""Corrections: what would change under other rules, and posting records anew because a person wants it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Annotated

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.content_types import APPLICATION_JSON
from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.event_handler.request import Request

from handoff.console.cursors import seal, unseal
from handoff.console.errors import fault_of, settings_faults, status_of
from handoff.console.models_corrections import (
    CandidateRequest,
    ChangePage,
    ChangeShape,
    DocumentPartShape,
    RepostAnswer,
    RepostRequest,
)
from handoff.console.place import (
    INTEGRATION,
    CursorQuery,
    FlowQuery,
    IntegrationId,
    LimitQuery,
    PeriodQuery,
    Place,
    check_query,
    period_or_none,
    place_of,
)
from handoff.console.views_approvals import accepted, field_in, refused
from handoff.console.views_records import problems_of
from handoff.domain.periods import Period
from handoff.domain.posting import DocumentKind
from handoff.domain.staged import IN_THE_BOOKS
from handoff.integrations.kind_settings import SettingsRefused
from handoff.integrations.settings import HoursSettings, read_settings
from handoff.pipeline.approve import Wish
from handoff.pipeline.documents import Sender
from handoff.pipeline.plan import BoundPlan, Planner
from handoff.pipeline.repost import RepostTools, repost
from handoff.pipeline.would_change import DocumentPart, WouldChange, whatever_is_closed, would_change

ZERO = Decimal(0)
_CANDIDATE = {
    "candidate": {
        "summary": "A new default account",
        "value": {
            "settings": {
                "currency": "NOK",
                "rate_card": [{"id": "default", "account": "3010"}],
                "allocations": [{"id": "oslo", "shares": {"10": "1"}}],
                "accounts": {"accrued_revenue": "1530"},
                "item": "TIMER",
            }
        },
    }
}
_REPOST = {
    "repost": {
        "summary": "Post one record anew",
        "value": {
            "records": [{"flow": "hours", "external_id": "636718192", "hash": "9f2c01d4e8a7b6c5d4e3f201"}],
            "note": "agreed with the client",
        },
    }
}


def add_to(api: APIGatewayRestResolver) -> None:
    """Adds these routes."""
    api.get(
        f"{INTEGRATION}/what-would-change",
        summary="See what would change",
        description="Posted records that the newest settings and lists would post otherwise, with both sides. Nothing "
        "that is posted moves by itself: post records anew, or leave them.",
        operation_id="whatWouldChange",
        tags=["Corrections"],
    )(what_would_change)
    api.post(
        f"{INTEGRATION}/what-would-change",
        summary="See what would change before saving settings",
        description="The same for settings that are not saved: which posted records they would have posted otherwise.",
        operation_id="whatSettingsWouldChange",
        tags=["Corrections"],
    )(what_settings_would_change)
    api.post(
        f"{INTEGRATION}/repostings",
        summary="Post records anew",
        description="Takes posted records back and posts them by the rules as they are now: a person's decision, with "
        "a note. Each record is decided on by itself, as with approvals. The next pass writes the reversals and the "
        "new documents.",
        operation_id="repost",
        tags=["Corrections"],
    )(post_anew)


def what_would_change(
    request: Request,
    *,
    integration_id: IntegrationId,
    flow: FlowQuery = None,
    period: PeriodQuery = None,
    cursor: CursorQuery = None,
    limit: LimitQuery = 100,
) -> ChangePage:
    """A page of comparisons by the newest settings."""
    check_query(request, "flow", "period", "cursor", "limit")
    place = place_of(request, integration_id)
    place.check_hours()
    flow = place.flow(flow)
    settings = place.hours()
    asked = _Asked(flow, period_or_none(period), cursor, limit)
    return _page(place, asked, settings)


def what_settings_would_change(
    request: Request,
    *,
    integration_id: IntegrationId,
    body: Annotated[CandidateRequest, Body(openapi_examples=_CANDIDATE)],
    flow: FlowQuery = None,
    period: PeriodQuery = None,
    cursor: CursorQuery = None,
    limit: LimitQuery = 100,
) -> ChangePage:
    """A page of comparisons by settings that are not saved; raises InvalidInput with all that is wrong with them."""
    check_query(request, "flow", "period", "cursor", "limit")
    place = place_of(request, integration_id)
    place.check_hours()
    flow = place.flow(flow)
    place.hours()
    try:
        settings = read_settings(body.settings)
    except SettingsRefused as wrong:
        raise settings_faults(wrong, ["body", "settings"]) from wrong
    asked = _Asked(flow, period_or_none(period), cursor, limit)
    return _page(place, asked, settings)


def _planned(place: Place, flow: str) -> tuple[Planner, tuple[DocumentKind, ...]]:
    planning = place.desk.planning(place.integration, flow)
    return planning.plan, planning.kinds


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which page is wanted."""

    flow: str
    period: Period | None
    cursor: str | None
    limit: int


def _page(place: Place, asked: _Asked, settings: HoursSettings) -> ChangePage:
    scope = (
        place.desk.caller.tenant_id, place.integration.id, "what-would-change", asked.flow, asked.period or "",
    )  # fmt: skip
    page = place.stores.staged.page(
        asked.flow,
        period=asked.period,
        states=IN_THE_BOOKS,
        limit=asked.limit,
        cursor=unseal(asked.cursor, *scope),
    )
    version, _ = place.saved_settings()
    sender = Sender(place.desk.caller.tenant_id, place.integration.erp.id, asked.flow, settings.currency, version)
    plan = BoundPlan(settings.to_rules(), whatever_is_closed(place.stores.reference.load()), sender)
    found = would_change(page.records, place.stores.postings, plan, settings.kinds, settings.currency)
    changes = tuple(map(_change, found))
    return ChangePage(
        changes=changes,
        looked_at=len(page.records),
        amount_differences=_by_kind(changes),
        currency=settings.currency,
        next_cursor=seal(page.cursor, *scope),
    )


def _by_kind(changes: Iterable[ChangeShape]) -> dict[str, Decimal]:
    """Each kind by itself: an entry that is posted as both is not worth twice as much."""
    sums: dict[str, Decimal] = {}
    for change in changes:
        sums[change.kind] = sums.get(change.kind, ZERO) + (change.amount_difference or ZERO)
    return sums


def _change(change: WouldChange) -> ChangeShape:
    record = change.record
    return ChangeShape(
        flow=record.flow,
        external_id=record.external_id,
        hash=record.hash,
        period=record.period,
        kind=change.kind,
        posting_key=change.key,
        before=_part(change.before),
        after=None if change.after is None else _part(change.after),
        amount_difference=change.amount_difference,
        problems=problems_of(change.problems),
    )


def _part(part: DocumentPart) -> DocumentPartShape:
    return DocumentPartShape(amount=part.amount, currency=part.currency, lines=part.lines)


def post_anew(
    request: Request, integration_id: IntegrationId, body: Annotated[RepostRequest, Body(openapi_examples=_REPOST)]
) -> Response[RepostAnswer]:
    """What became of each record."""
    check_query(request)
    place = place_of(request, integration_id)
    tools = RepostTools(
        staged=place.stores.staged,
        postings=place.stores.postings,
        passes=place.stores.passes,
        planning=cache(lambda flow: _planned(place, flow)),
        policy=place.hours().to_policy(),
        clock=place.desk.clock,
    )
    wishes = [Wish(wish.flow, wish.external_id, wish.hash) for wish in body.records]
    answers = repost(tools, wishes, by=place.desk.caller.name, why=body.note)
    taken = tuple(accepted(a.record) for a in answers if a.record is not None and a.error is None)
    left = [(answer.wish, answer.error) for answer in answers if answer.error is not None]
    first = None if taken or not left else left[0]
    answer = RepostAnswer(
        accepted=taken,
        refused=tuple(refused(wish, error, body.records) for wish, error in left),
        error=fault_of(first[1], field_in(body.records, first[0], first[1])) if first else None,
    )
    status = status_of(first[1]) if first else 200
    return Response(status_code=status, content_type=APPLICATION_JSON, body=answer)
