"""Staged records: the list, and one record's story."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from aws_lambda_powertools.event_handler.request import Request
from pydantic import BeforeValidator

from handoff.console.cursors import seal, unseal
from handoff.console.models_records import RecordPage, RecordStory
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
from handoff.console.views_invoices import followed_order
from handoff.console.views_postings import record_posting
from handoff.console.views_records import posting_keys, record_shape, version_shape
from handoff.console.views_why import why_of
from handoff.domain.errors import InvalidInput, NotFound
from handoff.domain.posting import Posting
from handoff.domain.staged import ApprovedVia, StagedRecord, State

POSTINGS_SHOWN = 20
EXTERNAL_ID_MAX = 128


def _parted(value: object) -> object:
    """`state=held,failed` and `state=held&state=failed` say the same; `state=` says nothing."""
    if value is None:
        return None
    texts = value if isinstance(value, list) else [value]  # a single one comes without its list
    return [part.strip() for text in texts for part in str(text).split(",") if part.strip()] or None


States = Annotated[
    list[State] | None,
    BeforeValidator(_parted),
    Query(description="Only records in these states: one, several by comma, or repeated; all by default."),
]


def add_to(api: APIGatewayRestResolver) -> None:
    """Adds these routes."""
    api.get(
        f"{INTEGRATION}/records",
        summary="List records",
        description="The newest versions of staged records, newest period first.",
        operation_id="listRecords",
        tags=["Records"],
    )(list_records)
    api.get(
        f"{INTEGRATION}/records/<flow>/<external_id>",
        summary="Tell a record's story",
        description="All versions with the decisions on them, every posting that covers or covered the record with "
        "the receipt, and, of hours, why it gets its account, rate and split: the rule that decided, what it said, and "
        "the alternatives with the reason why each lost. Rules are those of the posting's settings; names and lists "
        "are as they are now.",
        operation_id="tellRecord",
        tags=["Records"],
    )(tell_record)


def list_records(
    request: Request,
    *,
    integration_id: IntegrationId,
    flow: FlowQuery = None,
    state: States = None,
    period: PeriodQuery = None,
    cursor: CursorQuery = None,
    limit: LimitQuery = 100,
) -> RecordPage:
    """A page of records."""
    check_query(request, "flow", "state", "period", "cursor", "limit")
    place = place_of(request, integration_id)
    flow = place.flow(flow)
    wanted = period_or_none(period)
    states = frozenset(state or ())
    scope = (place.desk.caller.tenant_id, integration_id, "records", flow, wanted or "", *sorted(states))
    page = place.stores.staged.page(flow, period=wanted, states=states, limit=limit, cursor=unseal(cursor, *scope))
    reference = place.stores.reference.load()
    return RecordPage(
        records=tuple(record_shape(record, reference) for record in page.records),
        next_cursor=seal(page.cursor, *scope),
    )


def tell_record(
    request: Request,
    integration_id: IntegrationId,
    flow: Annotated[str, Path(description="The kind of record, one of the integration's `flows`.")],
    external_id: Annotated[str, Path(description="The record's id where it comes from.")],
) -> RecordStory:
    """One record's story; raises NotFound."""
    check_query(request)
    place = place_of(request, integration_id)
    versions = _versions(place, flow, external_id)
    newest = versions[-1]
    reference = place.stores.reference.load()
    counts = _counting(place)
    postings = _postings(place, versions)
    now = place.desk.clock()
    return RecordStory(
        record=record_shape(newest, reference),
        versions=tuple(version_shape(version, newest, reference, counts) for version in versions),
        postings=tuple(record_posting(posting, external_id, now) for posting in postings),
        why=why_of(place, replace(newest, covered={}), postings, reference),
        followed=followed_order(place.stores.trips.get(flow, external_id)),
    )


def _versions(place: Place, flow: str, external_id: str) -> list[StagedRecord]:
    if flow in place.kind.flow_names and len(external_id) <= EXTERNAL_ID_MAX:
        versions = list(place.stores.staged.versions(flow, external_id))
        if versions:
            return versions
    raise NotFound(
        f"there is no record {flow}/{external_id}"[:200],
        field="external_id" if flow in place.kind.flow_names else "flow",
        cure="Check the flow and the id; list the records first.",
    )


def _counting(place: Place) -> frozenset[ApprovedVia]:
    """Whose decisions count now; nobody's before there are settings."""
    try:
        return place.hours().to_policy().counts
    except InvalidInput:
        return frozenset()


def _postings(place: Place, versions: list[StagedRecord]) -> list[Posting]:
    found = map(place.stores.postings.get, posting_keys(versions)[-POSTINGS_SHOWN:])
    return [posting for posting in found if posting is not None]
