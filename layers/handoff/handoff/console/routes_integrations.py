"""Which integrations there are."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.event_handler.request import Request

from handoff.console.models import ConnectionShape, IntegrationList, IntegrationShape
from handoff.console.place import check_query, desk_of
from handoff.domain.tenancy import Connection, Integration
from handoff.integrations.catalogue import integration_kind


def add_to(api: APIGatewayRestResolver) -> None:
    """Adds these routes."""
    api.get(
        "/api/integrations",
        summary="List the integrations",
        description="All integrations of the tenant, with the health of both connections.",
        operation_id="listIntegrations",
        tags=["Integrations"],
    )(list_integrations)


def list_integrations(request: Request) -> IntegrationList:
    """All integrations of the tenant."""
    check_query(request)
    known = desk_of(request).tenants.integrations()
    return IntegrationList(integrations=tuple(map(_integration, known)))


def _integration(integration: Integration) -> IntegrationShape:
    kind = integration_kind(integration.kind)
    return IntegrationShape(
        id=integration.id,
        kind=kind.name,
        title=kind.title,
        name=integration.name,
        flows=kind.flow_names,
        time_tool=_connection(integration.time_tool),
        erp=_connection(integration.erp),
    )


def _connection(connection: Connection) -> ConnectionShape:
    return ConnectionShape(
        id=connection.id,
        vendor=connection.vendor,
        account=connection.account,
        name=connection.name,
        working=not connection.stopped,
        stopped=connection.stopped,
    )
