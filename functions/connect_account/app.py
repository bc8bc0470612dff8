"""Serves the pages on which a company's systems are connected."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from handoff.observability import logger, metrics
from handoff.wiring.connect import connect_page


# The event is never logged: its path has the ticket and its body what was entered.
@logger.inject_lambda_context(log_event=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answers one request with a page."""
    return connect_page(event)
