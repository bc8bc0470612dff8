"""Takes webhooks in: keeps what came, and queues its hint."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from handoff.observability import logger, metrics
from handoff.wiring.webhooks import webhook


# The event is never logged: its path has the token.
@logger.inject_lambda_context(log_event=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answers one request; an error goes up, which the vendor sees as a 502 and sends again."""
    return webhook(event)
