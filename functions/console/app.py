"""Answers the JSON API."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from handoff.observability import logger, metrics
from handoff.wiring.desk import console


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answers one request."""
    answer = console().resolve(event, context)
    metrics.add_metric(name="ApiRequests", unit=MetricUnit.Count, value=1)
    ours = answer["statusCode"] >= HTTPStatus.INTERNAL_SERVER_ERROR
    metrics.add_metric(name="ApiFaults", unit=MetricUnit.Count, value=int(ours))
    return answer
