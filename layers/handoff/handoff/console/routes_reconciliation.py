"""Reconciliations: asked of both systems while the caller waits, or kept from the last night; as JSON and as CSV."""

from __future__ import annotations

from typing import Annotated

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from aws_lambda_powertools.event_handler.request import Request

from handoff.console.models_reconciliation import ReconciliationAnswer, ReconciliationLine, ReconciliationList
from handoff.console.place import INTEGRATION, FlowQuery, IntegrationId, check_query, place_of, read_period
from handoff.console.reconciliation import reconciliation_json
from handoff.console.reconciliation_csv import Separator, csv_of
from handoff.domain.errors import NotFound

_EXAMPLE = {"examples": ["2026-10"]}
PeriodAsked = Annotated[str, Query(description="A calendar month, YYYY-MM.", json_schema_extra=_EXAMPLE)]
PeriodInPath = Annotated[str, Path(description="A calendar month, YYYY-MM.", json_schema_extra=_EXAMPLE)]
SeparatorQuery = Annotated[
    Separator, Query(description="What parts the columns; with semicolons, decimals have a comma.")
]

CSV = "text/csv; charset=utf-8"
_TAGS = ["Reconciliation"]


def add_to(api: APIGatewayRestResolver) -> None:
    """Adds these routes."""
    api.get(
        f"{INTEGRATION}/reconciliation",
        summary="Reconcile a period",
        description="Asks the time tool for the period's records and the ERP for its documents, and accounts for every "
        "hour: posted, held, excluded, failed or on the way. Differences are named record by record.",
        operation_id="reconcile",
        tags=_TAGS,
    )(reconcile)
    api.get(
        f"{INTEGRATION}/reconciliation.csv",
        summary="Reconcile a period, as CSV",
        description="As a table for a spreadsheet: UTF-8, a header, and one row for each figure and difference.",
        operation_id="reconcileAsCsv",
        tags=_TAGS,
    )(reconcile_as_csv)
    api.get(
        f"{INTEGRATION}/reconciliations",
        summary="List the kept reconciliations",
        description="Every night all open periods are reconciled; the newest account of each is kept for 400 days.",
        operation_id="listReconciliations",
        tags=_TAGS,
    )(list_kept)
    # Before the route without: its period would match a name with an ending.
    api.get(
        f"{INTEGRATION}/reconciliations/<period>.csv",
        summary="Read a kept reconciliation, as CSV",
        description="The same table as of one that is made now.",
        operation_id="readReconciliationAsCsv",
        tags=_TAGS,
    )(read_kept_as_csv)
    api.get(
        f"{INTEGRATION}/reconciliations/<period>",
        summary="Read a kept reconciliation",
        description="The account that the last night made of the period; nobody is asked anew.",
        operation_id="readReconciliation",
        tags=_TAGS,
    )(read_kept)


def reconcile(
    request: Request, integration_id: IntegrationId, period: PeriodAsked, flow: FlowQuery = None
) -> ReconciliationAnswer:
    """The period's account; raises what the vendors' reads raise."""
    check_query(request, "period", "flow")
    return _made_now(request, integration_id, period, flow)


def reconcile_as_csv(
    request: Request,
    integration_id: IntegrationId,
    period: PeriodAsked,
    flow: FlowQuery = None,
    separator: SeparatorQuery = Separator.COMMA,
) -> Response[str]:
    """The same as a table."""
    check_query(request, "period", "flow", "separator")
    return _table(_made_now(request, integration_id, period, flow), separator)


def list_kept(request: Request, integration_id: IntegrationId) -> ReconciliationList:
    """A line about each kept account."""
    check_query(request)
    kept = place_of(request, integration_id).stores.reconciliations.all()
    return ReconciliationList(
        reconciliations=tuple(
            ReconciliationLine(
                period=line.period, flow=line.flow, entity=line.entity, at=line.at, run=line.run_id,
                agrees=line.agrees, differences=line.differences, corrections=line.corrections,
            )
            for line in kept
        )
    )  # fmt: skip


def read_kept(
    request: Request, integration_id: IntegrationId, period: PeriodInPath, flow: FlowQuery = None
) -> ReconciliationAnswer:
    """The kept account of a period; raises NotFound."""
    check_query(request, "flow")
    return _kept(request, integration_id, period, flow)


def read_kept_as_csv(
    request: Request,
    integration_id: IntegrationId,
    period: PeriodInPath,
    flow: FlowQuery = None,
    separator: SeparatorQuery = Separator.COMMA,
) -> Response[str]:
    """The same as a table."""
    check_query(request, "flow", "separator")
    return _table(_kept(request, integration_id, period, flow), separator)


def _made_now(request: Request, integration_id: str, period: str, flow: str | None) -> ReconciliationAnswer:
    place = place_of(request, integration_id)
    flow = place.accounted(flow)
    wanted = read_period(period)
    place.settings()  # the books' currency stands there, and a person is here to be told
    result = place.desk.reconcile(integration_id, flow, wanted)
    return ReconciliationAnswer.model_validate({**result, "integration": integration_id, "flow": flow})


def _kept(request: Request, integration_id: str, period: str, flow: str | None) -> ReconciliationAnswer:
    place = place_of(request, integration_id)
    flow = place.accounted(flow)
    wanted = read_period(period)
    kept = place.stores.reconciliations.get(flow, wanted)
    if kept is None:
        raise NotFound(
            f"no night has reconciled {wanted}",
            field="period",
            cure=f"Ask for /api/integrations/{integration_id}/reconciliation?period={wanted}, which is made at once; "
            "open periods are reconciled every night.",
        )
    shown = reconciliation_json(kept.account)
    return ReconciliationAnswer.model_validate(
        {**shown, "integration": integration_id, "flow": flow, "run": kept.run_id}
    )


def _table(account: ReconciliationAnswer, separator: Separator) -> Response[str]:
    name = f"reconciliation-{account.flow}-{account.period}.csv"
    headers: dict[str, str | list[str]] = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(status_code=200, content_type=CSV, body=csv_of(account, separator), headers=headers)
