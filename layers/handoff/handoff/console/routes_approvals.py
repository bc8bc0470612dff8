"""Approvals: a person's yes or no, each bound to the hash that was seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.content_types import APPLICATION_JSON
from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.event_handler.request import Request

from handoff.console.errors import fault_of, status_of
from handoff.console.models_records import (
    ApprovalAnswer,
    ApprovalRequest,
    Decision,
)
from handoff.console.place import INTEGRATION, IntegrationId, Place, check_query, place_of
from handoff.console.views_approvals import accepted, field_in, refused
from handoff.domain.errors import InvalidInput
from handoff.pipeline import approve as use_case

_EXAMPLES = {
    "approve": {
        "summary": "Approve one record",
        "value": {
            "records": [{"flow": "hours", "external_id": "636718192", "hash": "9f2c01d4e8a7b6c5d4e3f201"}],
            "decision": "approve",
            "note": "October checked",
        },
    },
}


def add_to(api: APIGatewayRestResolver) -> None:
    """Adds these routes."""
    api.post(
        f"{INTEGRATION}/approvals",
        summary="Approve or reject records",
        description="Each record is decided on by itself, and only if its content still has the hash that was sent. "
        "200 when at least one was decided on, with a list of those that were not; else the status of the first "
        "refusal, with the same lists. Nothing is posted by an approval: the next pass does, on schedule or started "
        "with a run.",
        operation_id="decide",
        tags=["Records"],
    )(decide)


def decide(
    request: Request,
    integration_id: IntegrationId,
    body: Annotated[ApprovalRequest, Body(openapi_examples=_EXAMPLES)],
) -> Response[ApprovalAnswer]:
    """What became of each record."""
    check_query(request)
    place = place_of(request, integration_id)
    wishes = [use_case.Wish(wish.flow, wish.external_id, wish.hash) for wish in body.records]
    answers = _decided(place, wishes, body)
    taken = tuple(accepted(a.record) for a in answers if a.record is not None and a.error is None)
    left = [(answer.wish, answer.error) for answer in answers if answer.error is not None]
    first = None if taken or not left else left[0]
    answer = ApprovalAnswer(
        decision=body.decision,
        accepted=taken,
        refused=tuple(refused(wish, error, body.records) for wish, error in left),
        error=fault_of(first[1], field_in(body.records, first[0], first[1])) if first else None,
    )
    status = status_of(first[1]) if first else 200
    return Response(status_code=status, content_type=APPLICATION_JSON, body=answer)


def _decided(place: Place, wishes: Sequence[use_case.Wish], body: ApprovalRequest) -> list[use_case.Answer]:
    tools = use_case.ApproveTools(
        staged=place.stores.staged,
        problems=place.stores.problems,
        passes=place.stores.passes,
        policy=place.hours().to_policy(),
    )
    decision = use_case.Decision(
        approved=body.decision is Decision.APPROVE,
        by=place.desk.caller.name,
        at=place.desk.clock(),
        note=body.note,
    )
    try:
        return use_case.approve(tools, wishes, decision)
    except InvalidInput as refusal:  # of all of them, since no person's decision counts
        return [use_case.Answer(wish, error=refusal) for wish in dict.fromkeys(wishes)]
