"""Postings: the documents on their way, and those in the books."""

from __future__ import annotations

import re
from typing import Annotated

from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.event_handler.openapi.params import Path
from aws_lambda_powertools.event_handler.request import Request

from handoff.console.cursors import seal, unseal
from handoff.console.models_postings import PostingPage, PostingShape
from handoff.console.place import (
    INTEGRATION,
    CursorQuery,
    IntegrationId,
    LimitQuery,
    check_query,
    place_of,
)
from handoff.console.views_postings import posting_header, posting_shape
from handoff.domain.errors import NotFound

_KEY = re.compile(r"HO[A-Z2-7]{16}")


def add_to(api: APIGatewayRestResolver) -> None:
    """Adds these routes."""
    api.get(
        f"{INTEGRATION}/postings",
        summary="List postings",
        description="All documents, on their way or written, newest period first.",
        operation_id="listPostings",
        tags=["Postings"],
    )(list_postings)
    api.get(
        f"{INTEGRATION}/postings/<key>",
        summary="Read a posting",
        description="One document with all its lines and the exact record versions it covers.",
        operation_id="readPosting",
        tags=["Postings"],
    )(read_posting)


def list_postings(
    request: Request, integration_id: IntegrationId, cursor: CursorQuery = None, limit: LimitQuery = 100
) -> PostingPage:
    """A page of postings."""
    check_query(request, "cursor", "limit")
    place = place_of(request, integration_id)
    scope = (place.desk.caller.tenant_id, integration_id, "postings")
    postings, mark = place.stores.postings.page(limit=limit, cursor=unseal(cursor, *scope))
    now = place.desk.clock()
    return PostingPage(
        postings=tuple(posting_header(posting, now) for posting in postings), next_cursor=seal(mark, *scope)
    )


def read_posting(
    request: Request, integration_id: IntegrationId, key: Annotated[str, Path(description="The posting's key.")]
) -> PostingShape:
    """A posting; raises NotFound."""
    check_query(request)
    place = place_of(request, integration_id)
    posting = place.stores.postings.get(key) if _KEY.fullmatch(key) else None
    if posting is None:
        raise NotFound("there is no posting of that key", field="key")
    return posting_shape(posting, place.desk.clock())
