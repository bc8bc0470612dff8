"""Takes webhooks in."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from handoff import wiring
from handoff.observability import logger, metrics


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answers one request; an error goes up, which the vendor sees as a 502 and sends again."""
    return wiring.webhook(event)
