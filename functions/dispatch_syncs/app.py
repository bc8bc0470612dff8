"""Finds due integrations on schedule and queues a run for each."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from handoff.observability import logger, metrics
from handoff.wiring.schedule import dispatch_due


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """Answers with how many runs it queued."""
    queued = dispatch_due(event)
    logger.info("dispatched", extra={"queued": queued})
    return {"queued": queued}
