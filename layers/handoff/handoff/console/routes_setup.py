"""Setting up: links for connecting accounts, and how both sides stand."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.content_types import APPLICATION_JSON
from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.event_handler.request import Request

from handoff.console.models_setup import HealthShape, InvitationOrder, InvitationShape
from handoff.console.place import INTEGRATION, IntegrationId, check_query, desk_of, place_of
from handoff.domain.errors import InvalidInput, NotFound
from handoff.integrations.catalogue import integration_kind

_EXAMPLES = {
    "new": {"summary": "Connect a new integration", "value": {"kind": "moment-economic"}},
    "reconnect": {"summary": "Reconnect one that is there", "value": {"integration_id": "moment-economic"}},
}
Order = Annotated[InvitationOrder, Body(description="What the link is for.", openapi_examples=_EXAMPLES)]


def add_to(api: APIGatewayRestResolver) -> None:
    """Adds these routes."""
    api.post(
        "/api/invitations",
        summary="Make a link for connecting accounts",
        description="A link that needs no token: on its pages a person connects both systems, checks them, chooses "
        "the settings and goes live, or reconnects an integration that is there and keeps all of it. It is shown this "
        "once, is good for seven days and belongs to the browser in which it is begun.",
        operation_id="makeInvitation",
        tags=["Integrations"],
        responses={201: {"description": "The link"}},
    )(invite)
    api.get(
        f"{INTEGRATION}/health",
        summary="Check both sides",
        description="Asks both systems now for everything the integration needs, each point in words.",
        operation_id="checkHealth",
        tags=["Integrations"],
    )(health)


def invite(request: Request, body: Order) -> Response[InvitationShape]:
    """The link; raises InvalidInput for an order that names neither or both."""
    check_query(request)
    desk = desk_of(request)
    if bool(body.kind) == bool(body.integration_id):
        raise InvalidInput(
            "an invitation is for a kind or for an integration",
            field="body.kind",
            cure="Name the kind of a new integration, or the id of one that is there.",
        )
    by, at = desk.caller.name, desk.clock()
    if body.integration_id:
        place = place_of(request, body.integration_id)
        integration = place.integration
        ticket, made = desk.invitations.issue(
            place.kind.name,
            integration_id=integration.id,
            time_tool=integration.time_tool.id,
            erp=integration.erp.id,
            by=by,
            at=at,
        )
    else:
        ticket, made = desk.invitations.issue(_kind(body.kind), by=by, at=at)
    shape = InvitationShape(
        path=f"/connect/{desk.caller.tenant_id}/{ticket}",
        kind=made.kind,
        integration_id=made.integration_id or None,
        expires_at=made.expires_at,
    )
    return Response(status_code=int(HTTPStatus.CREATED), content_type=APPLICATION_JSON, body=shape)


def health(request: Request, integration_id: IntegrationId) -> HealthShape:
    """How both sides stand now."""
    check_query(request)
    place = place_of(request, integration_id)
    return HealthShape.model_validate(place.desk.health(place.integration.id))


def _kind(name: str) -> str:
    try:
        return integration_kind(name).name
    except NotFound as unknown:
        raise InvalidInput(unknown.message, code="unknown_kind", field="body.kind", cure="Use one of them.") from None
