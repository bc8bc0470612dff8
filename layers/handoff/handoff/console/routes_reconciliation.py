"""The reconciliation of a period, asked of both systems while the caller waits."""

from __future__ import annotations

from typing import Annotated

from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.request import Request

from handoff.console.models_runs import ReconciliationAnswer
from handoff.console.place import INTEGRATION, FlowQuery, IntegrationId, check_query, place_of, read_period


def add_to(api: APIGatewayRestResolver) -> None:
    """Adds these routes."""
    api.get(
        f"{INTEGRATION}/reconciliation",
        summary="Reconcile a period",
        description="Asks the time tool for the period's records and the ERP for its documents, and accounts for every "
        "hour: posted, held, excluded, failed or on the way. Differences are named record by record.",
        operation_id="reconcile",
        tags=["Reconciliation"],
    )(reconcile)


def reconcile(
    request: Request,
    integration_id: IntegrationId,
    period: Annotated[
        str, Query(description="A calendar month, YYYY-MM.", json_schema_extra={"examples": ["2026-10"]})
    ],
    flow: FlowQuery = None,
) -> ReconciliationAnswer:
    """The period's account; raises what the vendors' reads raise."""
    check_query(request, "period", "flow")
    place = place_of(request, integration_id)
    flow = place.flow(flow)
    wanted = read_period(period)
    place.settings()  # the books' currency stands there, and a person is here to be told
    result = place.desk.reconcile(integration_id, flow, wanted)
    return ReconciliationAnswer.model_validate({**result, "integration": integration_id, "flow": flow})
