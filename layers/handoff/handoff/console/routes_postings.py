"""Postings: the documents on their way, and those in the books."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated

from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.event_handler.openapi.params import Body, Path
from aws_lambda_powertools.event_handler.request import Request

from handoff.console.cursors import seal, unseal
from handoff.console.models_postings import OutcomeRequest, PostingPage, PostingShape
from handoff.console.place import (
    INTEGRATION,
    CursorQuery,
    IntegrationId,
    LimitQuery,
    Place,
    check_query,
    place_of,
)
from handoff.console.views_postings import posting_header, posting_shape
from handoff.domain.errors import InvalidInput, NotFound
from handoff.domain.posting import Posting
from handoff.domain.problems import Problem
from handoff.domain.staged import State, ref_of
from handoff.pipeline.deliver import PostTools
from handoff.pipeline.outcome import tell_outcome

_OUTCOMES = {
    "written": {"summary": "It is there", "value": {"written": True, "number": "PM00000012"}},
    "absent": {"summary": "It surely is not", "value": {"written": False}},
}
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
    api.post(
        f"{INTEGRATION}/postings/<key>/outcome",
        summary="Say what became of a document",
        description="For a document that was sent, got no answer, and that the ERP can't be asked for: a person looked "
        "and says whether it is there. With its number it counts as written; without, its records are posted again.",
        operation_id="tellOutcome",
        tags=["Postings"],
    )(tell_outcome_of)


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
    return posting_shape(posting, place.desk.clock(), _problems_of(place, posting))


def _problems_of(place: Place, posting: Posting) -> Sequence[Problem]:
    """What is said of the record that a document is of, where it is one record at the very version it covers."""
    if len(posting.records) != 1:
        return ()
    (ref,) = posting.records
    record = place.stores.staged.get(posting.flow, ref.external_id)
    if record is None or ref_of(record) != ref:
        return ()
    if record.state is State.FAILED:
        return record.problems
    # A note beside what is booked ends when a person confirms it; the record goes on saying how it was booked.
    return [problem for problem in record.problems if place.stores.problems.get(problem.id) is not None]


def tell_outcome_of(
    request: Request,
    integration_id: IntegrationId,
    key: Annotated[str, Path(description="The posting's key.")],
    body: Annotated[OutcomeRequest, Body(openapi_examples=_OUTCOMES)],
) -> PostingShape:
    """The posting as it stands then; raises NotFound or InvalidInput."""
    check_query(request)
    place = place_of(request, integration_id)
    if not _KEY.fullmatch(key):
        raise NotFound("there is no posting of that key", field="key")
    if body.written and not body.number.strip():
        raise InvalidInput(
            "a document that is there has a number",
            code="number_missing",
            field="body.number",
            cure="Send the number that the ERP gave it.",
        )
    number = body.number.strip() if body.written else None
    posting = tell_outcome(_tools(place), place.stores.passes, key, number=number)
    return posting_shape(posting, place.desk.clock())


def _tools(place: Place) -> PostTools:
    """What moves a posting's records; nothing is sent, so there are no channels."""
    policy = place.hours().to_policy()  # first: a live integration has no plan
    planning = place.desk.planning(place.integration, place.kind.flow_names[0])
    return PostTools(
        staged=place.stores.staged,
        postings=place.stores.postings,
        problems=place.stores.problems,
        channels={},
        kinds=planning.kinds,
        plan=planning.plan,
        policy=policy,
        calls=lambda: 0,
        time_left=lambda: True,
        run_id=f"outcome by {place.desk.caller.name}",
        clock=place.desk.clock,
    )
